"""What this site showed at a moment of the past (DESIGN §3, decision 0009).

Answered from what is never changed: the actions on a claim, the sealed verdicts, corrections,
confirmations and field histories. The doors are today's: what has no page now has none of any day,
and what was taken down stays so. Functions take an instant; pages take a day, which ends at
midnight UTC.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from sources.errors import Invalid
from sources.models import Source
from statements.models import (
    Agreement,
    AgreementEvent,
    AgreementViolation,
    Appearance,
    Citation,
    Claim,
    ClaimRelation,
    Occurrence,
    StateChange,
    Statement,
    Topic,
    Verdict,
)
from statements.querysets import public_condition, public_sources
from statements.search import Line, Query, find
from statements.search.facts import CLAIM_COLUMNS, VERDICT_COLUMNS, language_of, line_of
from statements.vocabulary import Match, State
from statements.workflow import ANNOUNCED_STATES, Ask

PARAMETER = "as_of"
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# A list of a past day looks through as many of today's claims to fill itself.
MOST_LOOKED_AT = 100
MOST_SPOKEN_OF = 500  # findings on agreements that a topic of a past day looks through
# Claims of one moment have places one after the other, within the second (`search.documents`):
# who looks for those published by a moment looks a little further, and then asks their standing.
SAME_MOMENT = timedelta(seconds=1)
# What a correction of a statement may change; the rest of the row is never shown.
SAID_FIELDS = (
    *("text", "language", "fidelity", "said_edtf", "said_on", "said_until"),
    *("speaker_id", "occasion_id", "place_id"),
)


# ---- days -----------------------------------------------------------------------------------


def read_day(told: Sequence[str], *, name: str = PARAMETER) -> date | None:
    """Returns the day that a query string asks for, None where it asks for none.

    Raises `Invalid`, in words, for what is no day, for two of them, and for a day to come.
    """
    given = [value for value in told if value]
    if not given:
        return None
    if len(given) > 1:
        raise Invalid(f"give {name} once", field=name)
    try:
        day = date.fromisoformat(given[0]) if DAY.fullmatch(given[0]) else None
    except ValueError:  # the 30th of February
        day = None
    if day is None:
        raise Invalid(f"write {name} as a day: 2025-03-27", field=name)
    if day > today():
        raise Invalid(f"the day in {name} has not come yet", field=name)
    return day


def today() -> date:
    """Returns the day by which pages are dated: the one in UTC, as in every edition."""
    return timezone.now().astimezone(UTC).date()


def end_of(day: date) -> datetime:
    """Returns the last moment of a day, UTC."""
    return datetime.combine(day, time.max, tzinfo=UTC)


# ---- claims ---------------------------------------------------------------------------------


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
    rows = _last_rows(Claim, asked, at).filter(show_as_open=True)
    return set(rows.values_list("id", flat=True))


def moment_of(claim: Claim) -> datetime | None:
    """Returns the moment that a claim of `claim_then` is shown as of; None for a row of today."""
    moment: datetime | None = claim.__dict__.get("shown_at")
    return moment


def claim_then(claim: Claim, at: datetime) -> Claim | None:
    """Returns a listed claim of `shown_claim.claim_with` as it stood at a moment.

    None where it had no page then. Wording and finding are as sealed by then; of an open check
    the wording is the one that is public now. The row is to be shown, never saved. 3 to 5 queries.
    """
    standing = standings_of([claim.pk], at)[claim.pk]
    is_announced = bool(announced_of({claim.pk: standing}, at))
    if not (standing.is_public or is_announced):
        return None
    then = copy.copy(claim)
    then.shown_at = at  # type: ignore[attr-defined]  # read by `moment_of`
    then.state, then.show_as_open = standing.state, is_announced
    then.first_published_at = standing.first_published_at
    then.last_published_at = standing.last_published_at
    then.retracted_at = standing.retracted_at
    last = _verdict_of(claim, standing)
    then.live_verdict = last if standing.is_live else None
    if last:
        wording = last.sealed["claim"]
        then.text, then.short_text = wording["text"], wording["short_text"]
        then.kind, then.language = wording["kind"], wording["language"]
        then.sealed_text = wording["short_text"]  # type: ignore[attr-defined]  # an annotation
    then.main_statement = _main_statement(then, at)
    return then


def _verdict_of(claim: Claim, standing: Standing) -> Verdict | None:
    """Returns the last verdict of a standing; of an open check the one whose wording is public."""
    live = claim.live_verdict
    if standing.verdict_id is None:
        return live or claim.verdicts.order_by("-revision").first()
    if live and live.pk == standing.verdict_id:
        return live
    return claim.verdicts.select_related("imported_from").get(pk=standing.verdict_id)


def _main_statement(then: Claim, at: datetime) -> Statement | None:
    for row in occurrences_then(then, at):
        if row.statement_id == then.main_statement_id:
            return row.statement
    return None


def verdicts_then(claim: Claim, at: datetime) -> QuerySet[Verdict]:
    """Returns the versions published by a moment, oldest first."""
    rows = claim.verdicts.filter(recorded_at__lte=at).select_related("imported_from")
    return rows.order_by("revision")


def occurrences_then(claim: Claim, at: datetime) -> list[Occurrence]:
    """Returns the statements that were shown with a claim of `claim_then`, in the words of then.

    Asked once a claim: two queries; another for each whose speaker or setting was put right since.
    """
    kept: list[Occurrence] | None = claim.__dict__.get("shown_occurrences")
    if kept is None:
        kept = _occurrences(claim, at)
        claim.shown_occurrences = kept  # type: ignore[attr-defined]  # read by the line above
    return kept


def _occurrences(claim: Claim, at: datetime) -> list[Occurrence]:
    rows = Occurrence.objects.filter(shown_by(at), claim=claim, match=Match.CONFIRMED)
    if claim.first_published_at is None:  # of an open check only the one it was taken from
        rows = rows.filter(statement=claim.main_statement_id)
    found = list(
        rows.select_related("statement__speaker", "statement__occasion", "statement__place")
    )
    if _as_said_then([row.statement for row in found], at):
        found.sort(key=_by_day_said)
    return found


def shown_by(at: datetime) -> Q:
    """Returns the condition that a row that may come late was shown by a moment."""
    return Q(is_late=False, added_at__lte=at) | Q(confirmed_at__lte=at)


def _as_said_then(statements: Sequence[Statement], at: datetime) -> bool:
    """Puts statements back to what they said at a moment; says whether a day differs."""
    kept = {row.id: row for row in _last_rows(Statement, [row.pk for row in statements], at)}
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


def _by_day_said(row: Occurrence) -> tuple[bool, date, int]:
    """Sorts as the database does: which puts days that are not known first or last."""
    day = row.statement.said_on
    has_no_day = day is None
    comes_last = has_no_day if connection.features.nulls_order_largest else not has_no_day
    return comes_last, day or date.min, row.pk


def relations_then(claim: Claim, at: datetime) -> list[ClaimRelation]:
    """Returns the links that a claim showed, to claims that had a finding or were announced.

    The other ends are as they were then (6 queries).
    """
    touching = Q(from_claim=claim) | Q(to_claim=claim)
    listed = Claim.objects.listed()
    rows = [
        row.instance
        for row in _last_rows(ClaimRelation, None, at, touching)
        .filter(Q(is_late=False) | Q(confirmed_by__isnull=False))
        .exclude(history_type="-")
        .order_by("id")
    ]
    others = {_other_end(row, claim) for row in rows}
    then = {
        other.pk: other for other in listed.filter(pk__in=others).select_related("live_verdict")
    }
    standings = standings_of(then, at)
    announced = announced_of(standings, at)
    verdicts = Verdict.objects.in_bulk(
        [standing.verdict_id for standing in standings.values() if standing.verdict_id]
    )
    shown = []
    for row in rows:
        other = then.get(_other_end(row, claim))
        if other is None or not (standings[other.pk].is_live or other.pk in announced):
            continue
        other.first_published_at = standings[other.pk].first_published_at
        other.short_text = other.public_text
        other.live_verdict = verdicts.get(standings[other.pk].verdict_id or 0)
        if row.from_claim_id == claim.pk:
            row.from_claim, row.to_claim = claim, other
        else:
            row.from_claim, row.to_claim = other, claim
        shown.append(row)
    return shown


def _other_end(row: Any, claim: Claim) -> int:
    return int(row.to_claim_id if row.from_claim_id == claim.pk else row.from_claim_id)


def _last_rows(
    model: Any, keys: Iterable[int] | None, at: datetime, condition: Q | None = None
) -> Any:
    """Returns the newest row by a moment in the field history of each row of a model."""
    history = model.history.model._default_manager
    later = history.filter(
        id=OuterRef("id"), history_date__lte=at, history_id__gt=OuterRef("history_id")
    )
    rows = history.filter(condition or Q(), history_date__lte=at).exclude(Exists(later))
    return rows if keys is None else rows.filter(id__in=list(keys))


# ---- lists of claims ------------------------------------------------------------------------


def lines_then(public_ids: Sequence[str], at: datetime) -> list[Line]:
    """Returns the lines of those claims that had a finding or a retraction notice (5 queries).

    In the order given, as a list of that moment showed them.
    """
    rows = {
        row["public_id"]: row
        for row in Claim.objects.listed().filter(public_id__in=public_ids).values(*CLAIM_COLUMNS)
    }
    standings = standings_of([row["pk"] for row in rows.values()], at)
    ids = [row.verdict_id for row in standings.values() if row.is_public and row.verdict_id]
    verdicts = {
        row["claim_id"]: row for row in Verdict.objects.filter(pk__in=ids).values(*VERDICT_COLUMNS)
    }
    said = _main_statements([row for row in rows.values() if row["pk"] in verdicts], at)
    lines = []
    for public_id in public_ids:
        row = rows.get(public_id)
        if row is None or row["pk"] not in verdicts:
            continue
        standing = standings[row["pk"]]
        row |= {
            "state": standing.state,
            "first_published_at": standing.first_published_at,
            "last_published_at": standing.last_published_at,
            "retracted_at": standing.retracted_at,
        }
        statement = said.get(row["pk"])
        if statement is not None:
            row |= {
                "main_statement__said_edtf": statement.said_edtf,
                "main_statement__speaker__public_id": statement.speaker.public_id,
                "main_statement__speaker__name": statement.speaker.name,
            }
        lines.append(
            line_of(
                row,
                verdicts[row["pk"]],
                language=language_of(row, verdicts[row["pk"]]),
                is_live=standing.is_live,
                has_main=statement is not None,
            )
        )
    return lines


def _main_statements(rows: Sequence[dict[str, Any]], at: datetime) -> dict[int, Statement]:
    """Returns the main statement of each claim that showed it, as it read then."""
    occurrences = Occurrence.objects.filter(
        shown_by(at),
        match=Match.CONFIRMED,
        claim__in=[row["pk"] for row in rows],
        statement__in=[row["main_statement_id"] for row in rows],
    ).select_related("statement__speaker")
    wanted = {row["pk"]: row["main_statement_id"] for row in rows}
    found = {
        row.claim_id: row.statement
        for row in occurrences
        if row.statement_id == wanted[row.claim_id]
    }
    _as_said_then(list(found.values()), at)
    return found


def topic_lines_then(topic: str, at: datetime, *, most: int) -> list[Line]:
    """Returns the newest claims of a topic that had a finding or a retraction notice."""
    query = Query(
        facets=(("topic", topic),),
        published_before=at + SAME_MOMENT,
    )
    found = find(query, size=MOST_LOOKED_AT, counts=False)
    return lines_then([line["id"] for line in found.lines], at)[:most]


# ---- sources --------------------------------------------------------------------------------


def works_then(work_ids: Iterable[int], at: datetime) -> set[int]:
    """Returns which works were public at a moment, themselves or by a copy merged into them.

    What is merged today counts as one work at every moment (7 queries; 8 where a statement stands
    in one of them).
    """
    asked = set(work_ids)
    if not asked:
        return set()
    copies = dict(Source.objects.filter(merged_into__in=asked).values_list("pk", "merged_into"))
    shown = _cited_then({*asked, *copies}, at)
    works = {copies.get(source, source) for source in shown}
    return set(public_sources().filter(pk__in=works).values_list("pk", flat=True))


def _cited_then(asked: set[int], at: datetime) -> set[int]:
    """Returns which sources something public rested on (5 or 6 queries): see `cited_sources`."""
    shown: set[int] = set()
    for model in (AgreementEvent, AgreementViolation):
        rows = model._default_manager.shown(known_at=at).filter(source__in=asked)
        shown.update(rows.values_list("source_id", flat=True))
    cited = Citation.objects.filter(source__in=asked, verdict__recorded_at__lte=at).values_list(
        "source_id", "verdict_id", "verdict__claim_id"
    )
    places = Appearance.objects.filter(shown_by(at), source__in=asked).values_list(
        "source_id", "statement_id"
    )
    made = Occurrence.objects.filter(
        shown_by(at), match=Match.CONFIRMED, statement__in=[row[1] for row in places]
    ).values_list("statement_id", "claim_id")
    standings = standings_of({row[2] for row in cited} | {row[1] for row in made}, at)
    live = {row.verdict_id for row in standings.values() if row.is_live}
    shown |= {source for source, verdict, _ in cited if verdict in live}
    told = {statement for statement, claim in made if standings[claim].is_public}
    shown |= {source for source, statement in places if statement in told}
    return shown


# ---- agreements -----------------------------------------------------------------------------


def agreement_claims_then(agreement: Agreement, at: datetime) -> list[str]:
    """Returns the public ids of claims whose live finding spoke of an agreement, newest first."""
    spoken = Verdict.objects.filter(agreement=agreement, recorded_at__lte=at)
    candidates = {
        pk: (public_id, first)
        for pk, public_id, first in Claim.objects.filter(
            public_condition(), pk__in=spoken.order_by().values("claim")
        ).values_list("pk", "public_id", "first_published_at")
    }
    live = {
        standing.verdict_id: pk
        for pk, standing in standings_of(candidates, at).items()
        if standing.is_live
    }
    held = set(spoken.filter(pk__in=list(live)).values_list("pk", flat=True))
    found = [candidates[pk] for verdict_id, pk in live.items() if verdict_id in held]
    return [public_id for public_id, _ in sorted(found, key=_first_published, reverse=True)]


def _first_published(candidate: tuple[str, datetime | None]) -> float:
    return candidate[1].timestamp() if candidate[1] else 0.0


def terms_then(agreement: Agreement, at: datetime) -> Agreement:
    """Returns an agreement with the terms that it had (one query); its members are today's."""
    return _as_agreed_then([agreement], at)[0]


def topic_agreements_then(topic: Topic, at: datetime, *, most: int) -> list[Agreement]:
    """Returns the agreements that live findings of a topic spoke of, by name (4 queries).

    With the terms that they had; looked for in the newest findings on agreements.
    """
    claims = Claim.objects.filter(Q(topics=topic) | Q(topics__parent=topic), public_condition())
    spoken = Verdict.objects.filter(
        agreement__isnull=False, recorded_at__lte=at, claim__in=claims.values("pk")
    )
    told = list(
        spoken.order_by("-recorded_at", "-id").values_list("pk", "claim_id", "agreement_id")[
            :MOST_SPOKEN_OF
        ]
    )
    standings = standings_of({claim_id for _, claim_id, _ in told}, at).values()
    live = {standing.verdict_id for standing in standings if standing.is_live}
    wanted = {agreement_id for verdict_id, _, agreement_id in told if verdict_id in live}
    found = _as_agreed_then(list(Agreement.objects.filter(pk__in=wanted)), at)
    return sorted(found, key=lambda row: (row.name, row.pk))[:most]


def _as_agreed_then(agreements: list[Agreement], at: datetime) -> list[Agreement]:
    rows = {row.id: row for row in _last_rows(Agreement, [row.pk for row in agreements], at)}
    for agreement in agreements:
        row = rows.get(agreement.pk, agreement)
        for field in Agreement._meta.concrete_fields:
            if field.attname not in ("id", "public_id", "external_ref"):
                setattr(agreement, field.attname, getattr(row, field.attname))
    return agreements
