"""A claim's page as it was at a moment."""

from __future__ import annotations

import copy
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from statements.as_of.standings import (
    Standing,
    announced_of,
    as_said_then,
    last_rows,
    shown_by,
    standings_of,
)
from statements.models import (
    Claim,
    ClaimRelation,
    Occurrence,
    Statement,
    Verdict,
)
from statements.vocabulary import Match


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
    if as_said_then([row.statement for row in found], at):
        found.sort(key=_by_day_said)
    return found


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
        for row in last_rows(ClaimRelation, None, at, touching)
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
