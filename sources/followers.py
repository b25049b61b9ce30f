"""Who else must act when a source changes: rooms that know claims, which `sources` does not.

Their functions are entered here when the apps are loaded, and called by name in the operations,
inside the transaction of the change. So are the rounds that they want done by the workers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

    from sources.models import Capture, Observation, Series, Snapshot, Source

of_publisher_changed: list[Callable[[Source], None]] = []
# A new frozen copy was stored: what quotes an older one may look for its words again.
of_snapshot_added: list[Callable[[Snapshot], None]] = []
# A page says again what an older copy holds: that copy is the newest one now.
of_snapshot_seen_again: list[Callable[[Snapshot], None]] = []
# New counts were recorded: what they are held against may be looked at again.
of_observations_recorded: list[Callable[[Series, list[Observation]], None]] = []
# A capture waits to be done: the queue of tasks takes it, in the same transaction.
of_capture_queued: list[Callable[[Capture], None]] = []
# The server of a source says that its page is gone; the words say what it said.
of_source_gone: list[Callable[[Source, str], None]] = []
# A page could not be reached for days; the words say since when and why.
of_source_unreachable: list[Callable[[Source, str], None]] = []
# The sources that what the public sees rests on.
rested_on: list[Callable[[], QuerySet[Source]]] = []
# Whether the public can see a row, by its model and key.
seen: dict[type[Model], Callable[[int], bool]] = {}


@dataclass(frozen=True, slots=True)
class Round:
    """One routine: its code, what it is called, how often it runs and what it does.

    `do` returns what happened, in words; "" when the outcome is recorded later, by a task.
    """

    code: str
    label: str
    every: timedelta
    do: Callable[[], str]


# What comes round by itself, besides what `schedule` does for the sources.
rounds: list[Round] = []


def is_seen(row: Model) -> bool:
    """Says whether the public can see a row; what nobody answers for counts as seen."""
    if row.pk is None:
        return False  # not saved yet: nobody sees it
    ask = seen.get(type(row))
    return ask is None or ask(row.pk)
