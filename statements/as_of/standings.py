"""Where claims stood at a moment, and rows as they read then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from statements.models import (
    Claim,
    StateChange,
    Statement,
)
from statements.vocabulary import State
from statements.workflow import ANNOUNCED_STATES, Ask

# What a correction of a statement may change; the rest of the row is never shown.
SAID_FIELDS = (
    *("text", "language", "fidelity", "said_edtf", "said_on", "said_until"),
    *("speaker_id", "occasion_id", "place_id"),
)


@dataclass(slots=True)
class Standing:
    """Where a claim stood at a moment, as far as the public saw it."""

    state: str = State.NEW
    verdict_id: int | None = None  # the last one published by then
    is_live: bool = False
    first_published_at: datetime | None = None
    last_published_at: datetime | None = None
    retracted_at: datetime | None = None

    @property
    def is_public(self) -> bool:
        return self.is_live or self.retracted_at is not None

    def follow(self, change: StateChange) -> None:
        """Goes on by one action."""
        is_new = change.from_state != change.to_state
        self.state = change.to_state
        if change.to_state == State.PUBLISHED and change.verdict_id:
            told = change.data.get(Ask.PUBLISHED_AT)
            at = datetime.fromisoformat(told) if told else change.at
            self.verdict_id, self.is_live = change.verdict_id, True
            self.first_published_at = self.first_published_at or at
            self.last_published_at = at
            self.retracted_at = None
        elif change.to_state == State.RETRACTED and is_new:
            self.is_live, self.retracted_at = False, change.at
        elif change.to_state == State.TAKEN_DOWN:
            self.is_live, self.retracted_at = False, None


def standings_of(claim_ids: Iterable[int], at: datetime) -> dict[int, Standing]:
    """Returns where claims stood, by their key (one query); each that is asked for is there."""
    found = {claim_id: Standing() for claim_id in claim_ids}
    changes = (
        StateChange.objects.filter(claim__in=list(found), at__lte=at)
        .order_by("claim_id", "sequence")
        .only("claim_id", "from_state", "to_state", "verdict_id", "at", "data")
    )
    for change in changes:
        found[change.claim_id].follow(change)
    return found


def announced_of(standings: dict[int, Standing], at: datetime) -> set[int]:
    """Returns which claims were shown as "being checked", without a finding (one query or none)."""
    asked = [
        key
        for key, standing in standings.items()
        if standing.first_published_at is None and standing.state in ANNOUNCED_STATES
    ]
    if not asked:
        return set()
    rows = last_rows(Claim, asked, at).filter(show_as_open=True)
    return set(rows.values_list("id", flat=True))


def shown_by(at: datetime) -> Q:
    """Returns the condition that a row that may come late was shown by a moment."""
    return Q(is_late=False, added_at__lte=at) | Q(confirmed_at__lte=at)


def last_rows(
    model: Any, keys: Iterable[int] | None, at: datetime, condition: Q | None = None
) -> Any:
    """Returns the newest row by a moment in the field history of each row of a model."""
    history = model.history.model._default_manager
    later = history.filter(
        id=OuterRef("id"), history_date__lte=at, history_id__gt=OuterRef("history_id")
    )
    rows = history.filter(condition or Q(), history_date__lte=at).exclude(Exists(later))
    return rows if keys is None else rows.filter(id__in=list(keys))


def as_said_then(statements: Sequence[Statement], at: datetime) -> bool:
    """Puts statements back to what they said at a moment; says whether a day differs."""
    kept = {row.id: row for row in last_rows(Statement, [row.pk for row in statements], at)}
    is_moved = False
    for statement in statements:
        row = kept.get(statement.pk)
        if row is None:
            continue
        is_moved |= row.said_on != statement.said_on
        for name in SAID_FIELDS:
            if getattr(statement, name) != getattr(row, name):
                setattr(statement, name, getattr(row, name))
    return is_moved
