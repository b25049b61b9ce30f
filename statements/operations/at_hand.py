"""A claim's working rows at hand, so that guards and sealing read them from memory.

An action asks for the same rows again and again: the guards for the evidence, then the sealed
document, the comparison and the citations. `lay_out` reads each kind once, by SQL that is kept
(`sources.prepared`), while the claim is locked; `put_away` lets go of them, since whoever holds the
claim afterwards may change them.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import partial
from typing import Any, Self

from django.db import connection
from django.db.models import Model, QuerySet

from sources.prepared import Prepared
from statements.models import (
    Appearance,
    Claim,
    CommitmentDetail,
    Draft,
    Evidence,
    Occurrence,
    QuantityDetail,
    ReplyRequest,
    SpeakerRole,
    StatusDetail,
)
from statements.vocabulary import ClaimKind, Match


class Known(list[Any]):
    """Rows of a claim that are at hand: the little of a queryset that guards and sealing ask.

    Put in the place of a prefetched relation, so that the functions which read a claim from the
    database read it from memory.
    """

    def all(self) -> Self:
        return self

    def exists(self) -> bool:
        return bool(self)

    def first(self) -> Any:
        return self[0] if self else None

    def select_related(self, *names: str) -> Self:
        return self

    def prefetch_related(self, *names: str) -> Self:
        return self

    def order_by(self, *names: str) -> Known:
        """Returns the rows in the order of their own columns, "-" for the other way round.

        Raises `CannotAnswer` for what is no number, day or moment in each row: databases sort
        text and what is empty in ways of their own, and other rows are not at hand. Where there is
        no row, none is asked.
        """
        rows = Known(self)
        for name in reversed(names):  # sorting keeps the order of equals, so the last comes first
            column = name.removeprefix("-")
            rows.sort(key=partial(_value_of, column), reverse=name.startswith("-"))
        return rows

    def shown(self) -> Known:
        """Returns the occurrences that may be shown, in the model's order."""
        rows = [row for row in self if row.is_shown and row.match == Match.CONFIRMED]
        # By day, as the database orders it: what has no day is last on PostgreSQL only.
        no_day = date.max if connection.vendor == "postgresql" else date.min
        return Known(sorted(rows, key=lambda row: row.statement.said_on or no_day))


class CannotAnswer(TypeError):
    """Rows at hand were asked what only the database knows."""


def _value_of(column: str, row: Model) -> Any:
    value = row.__dict__.get("id" if column == "pk" else column)
    if not isinstance(value, int | date):
        raise CannotAnswer(f"rows at hand cannot be sorted by {column}: ask the database")
    return value


# A frozen copy is named by its hashes; its text is never asked for here, and may be long.
COPY_TEXT = "snapshot__text"
PARTS = ("evidence", "replies", "occurrences")

_draft = Prepared(
    lambda claim: Draft.objects.filter(claim=claim).select_related("author", "last_editor"), int
)
_evidence = Prepared(
    lambda claim: (
        Evidence.objects.filter(claim=claim)
        .select_related("source__publisher", "snapshot")
        .select_related("reading__measure", "reading__place", "reading__counted_by")
        .defer(COPY_TEXT)
    ),
    int,
)
_replies = Prepared(lambda claim: ReplyRequest.objects.filter(claim=claim), int)
_occurrences = Prepared(
    lambda claim: Occurrence.objects.filter(claim=claim).select_related(
        "statement__speaker", "statement__occasion__place", "statement__place"
    ),
    int,
)
_appearances = Prepared(
    lambda claim: (
        Appearance.objects.filter(statement__occurrences__claim=claim)
        .select_related("source__publisher", "snapshot")
        .defer(COPY_TEXT)
    ),
    int,
)
_roles = Prepared(
    lambda claim: SpeakerRole.objects.filter(
        speaker__in=Occurrence.objects.filter(claim=claim).order_by().values("statement__speaker")
    ),
    int,
)


def _detail(model: type[Model], *joined: str) -> Prepared[Any]:
    def rows(claim: int) -> QuerySet[Any]:
        return model._default_manager.filter(claim=claim).select_related(*joined)

    return Prepared(rows, int)


_DETAILS: dict[str, tuple[str, Prepared[Any]]] = {
    ClaimKind.QUANTITY: (
        "quantity",
        _detail(
            QuantityDetail,
            *("measure", "place", "counted_by"),
            *("since_event__agreement", "since_event__party"),
            *("until_event__agreement", "until_event__party"),
        ),
    ),
    ClaimKind.STATUS: ("status", _detail(StatusDetail, "agreement", "party")),
    ClaimKind.COMMITMENT: ("commitment", _detail(CommitmentDetail, "committed_by")),
}


def lay_out(claim: Claim) -> None:
    """Reads what guards and sealing ask of a locked claim (6 queries; 7 with a typed detail)."""
    occurrences = _occurrences(claim.pk)
    appearances, roles = defaultdict(list), defaultdict(list)
    for appearance in _appearances(claim.pk):
        appearances[appearance.statement_id].append(appearance)
    for role in _roles(claim.pk):
        roles[role.speaker_id].append(role)
    for row in occurrences:
        statement = row.statement
        _keep(statement, appearances=appearances[statement.pk])
        _keep(statement.speaker, roles=roles[statement.speaker_id])
    _keep(claim, evidence=_evidence(claim.pk), replies=_replies(claim.pk), occurrences=occurrences)
    claim._state.fields_cache["draft"] = _draft.first(claim.pk)
    for kind, (name, detail) in _DETAILS.items():  # one of another kind than the claim's went
        found = detail.first(claim.pk) if kind == claim.kind else None
        claim._state.fields_cache[name] = found


def _keep(row: Model, **parts: list[Any]) -> None:
    row._prefetched_objects_cache = {  # type: ignore[attr-defined]  # Django's own
        name: Known(rows) for name, rows in parts.items()
    }


def put_away(claim: Claim) -> None:
    """Forgets the rows that were laid out: they may change from now on."""
    claim.__dict__.pop("_prefetched_objects_cache", None)
    for name in ("draft", *(name for name, _ in _DETAILS.values())):
        claim._state.fields_cache.pop(name, None)
