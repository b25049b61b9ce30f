"""Looking again at what is published: calls to do so, and their answers.

Whatever bears on a published finding opens an entry here. Nothing of the claim changes by it: a
person answers that the finding still holds, or reopens the claim.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from sources.errors import Invalid, NotPossible
from sources.operations import hold, save_row, store
from sources.people import Role, require
from sources.texts import clean
from statements import fuzzydates
from statements.models import Claim, Recheck
from statements.operations.actions import perform
from statements.operations.common import next_look, today
from statements.vocabulary import RecheckCause, RecheckOutcome, State

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@transaction.atomic
def open_rechecks(
    claims: Iterable[Claim], *, cause: str, summary: str, detail: dict[str, Any] | None = None
) -> list[Recheck]:
    """Asks for another look at those of the claims that have a live finding.

    Does nothing where an equal entry (cause, summary and detail) is open. Returns the entries
    that it opened; two queries, whatever the number of claims. The claims are not touched.
    """
    summary = clean(summary, "summary", required="say what happened")
    if cause not in RecheckCause.values:
        raise Invalid(f"{cause} is no reason to look again", field="cause")
    detail = detail or {}
    fingerprint = _fingerprint(summary, detail)
    ids = {claim.pk for claim in claims if claim.live_verdict_id is not None}
    if not ids:
        return []
    equal = Recheck.objects.waiting().filter(cause=cause, fingerprint=fingerprint)
    ids -= set(equal.filter(claim__in=ids).order_by().values_list("claim", flat=True))
    now = timezone.now()
    rows = [
        Recheck(
            claim_id=pk, cause=cause, summary=summary, detail=detail, fingerprint=fingerprint,
            opened_at=now,
        )
        for pk in sorted(ids)
    ]  # fmt: skip
    # Somebody may open the same one at this moment: theirs is as good as ours.
    Recheck.objects.bulk_create(rows, ignore_conflicts=True)
    return list(equal.filter(claim__in=ids, opened_at=now))


def _fingerprint(summary: str, detail: dict[str, Any]) -> str:
    told = json.dumps([summary, detail], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


@transaction.atomic
def close_recheck(recheck: Recheck, *, by: User, outcome: str, note: str) -> Recheck:
    """Answers a call to look again, once; "reopened" reopens the claim in the same moment.

    Where the day to look again had come and the finding holds, the next day is set by the topics'
    policy. Raises `NotPossible` when somebody answered before.
    """
    require(by, Role.CHECKER, "answer calls to look again")
    note = clean(note, "note", required="say what you looked at", most=2_000)
    if outcome not in RecheckOutcome.values:
        raise Invalid("choose what came of it", field="outcome")
    claim = hold(recheck.claim)  # the claim first, as everywhere
    row = hold(recheck)
    if row.taken_down_at or claim.state == State.TAKEN_DOWN:
        raise NotPossible("the claim is taken down: nothing of it changes any more")
    if row.closed_at is not None:
        raise NotPossible(f"this is answered already: {row.get_outcome_display().lower()}")
    row.closed_at, row.closed_by = timezone.now(), by
    row.outcome, row.note = outcome, note
    store(row)
    if outcome == RecheckOutcome.REOPENED and claim.state in (State.PUBLISHED, State.RETRACTED):
        perform(claim, "reopen", by=by, note=note)
    elif row.cause == RecheckCause.REVIEW_DUE and _is_past(claim):
        claim.review_due_on = next_look(claim, after=today())
        when = f"look again on {claim.review_due_on}" if claim.review_due_on else "no further look"
        save_row(claim, by=by, reason=f"{row.get_outcome_display().lower()}: {when}")
    return row


def _is_past(claim: Claim) -> bool:
    return claim.review_due_on is not None and claim.review_due_on <= today()


def open_due_rechecks(*, on: date | None = None) -> list[Recheck]:
    """Asks for another look at every published claim whose day has come; again, it does nothing.

    Two queries for each such day.
    """
    due = Claim.objects.due_again(on=on or today())
    days: dict[date, list[Claim]] = {}
    for claim in due.only("pk", "live_verdict_id", "review_due_on"):
        if claim.review_due_on:
            days.setdefault(claim.review_due_on, []).append(claim)
    opened = []
    for day, claims in sorted(days.items()):
        opened += open_rechecks(
            claims,
            cause=RecheckCause.REVIEW_DUE,
            summary=f"The finding was to be looked at again on {fuzzydates.words(day.isoformat())}.",
            detail={"review_due_on": day.isoformat()},
        )
    return opened
