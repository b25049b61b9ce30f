"""Who else must act when a source changes: rooms that know claims, which `sources` does not.

Their functions are entered here when the apps are loaded, and called by name in the operations,
inside the transaction of the change.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

    from sources.models import Source

of_publisher_changed: list[Callable[[Source], None]] = []
# The rows that the public can see, by model.
seen_rows: dict[type[Model], Callable[[], QuerySet[Any]]] = {}


def is_seen(row: Model) -> bool:
    """Says whether the public can see a row (one query); what nobody answers for counts as seen."""
    rows = seen_rows.get(type(row))
    return rows is None or rows().filter(pk=row.pk).exists()
