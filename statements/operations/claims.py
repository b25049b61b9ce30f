"""Taking claims out of statements, wording and typing them, asking the speaker about them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from sources.errors import Invalid, NotPossible
from sources.models import Publisher
from sources.operations import assign, hold, lock, raise_publication_number, save_row, store
from sources.people import Role, require
from sources.texts import clean, clean_line
from statements import search
from statements.models import (
    Claim,
    CommitmentDetail,
    Occurrence,
    QuantityDetail,
    ReplyRequest,
    Statement,
    StatusDetail,
    Topic,
)
from statements.models.claim import SHORT_TEXT_LENGTH
from statements.operations.common import announce_change, bring_up_to_date, is_listed, lock_for_work
from statements.operations.contradictions import suggest_contradictions
from statements.vocabulary import ClaimKind, Match, Origin, State

if TYPE_CHECKING:
    from django.contrib.auth.models import User

CLAIM_FIELDS = ("text", "short_text", "kind", "language", "show_as_open")
DETAILS: dict[str, type[QuantityDetail | StatusDetail | CommitmentDetail]] = {
    ClaimKind.QUANTITY: QuantityDetail,
    ClaimKind.STATUS: StatusDetail,
    ClaimKind.COMMITMENT: CommitmentDetail,
}
DETAIL_FIELDS: dict[str, tuple[str, ...]] = {
    "quantity": (
        "measure",
        "comparator",
        "value",
        "lower",
        "upper",
        "period_edtf",
        "period_time_zone",
        "period_counts",
        "place",
        "counted_by",
        "since_event",
        "until_event",
    ),
    "status": ("agreement", "axis", "value", "party", "as_of"),
    "commitment": ("committed_by", "deliverable", "due_on"),
}
REPLY_FIELDS = ("asked_on", "channel", "due_on", "outcome", "answer", "reason")


@transaction.atomic
def add_claim(
    *,
    by: User,
    text: str,
    short_text: str = "",
    kind: str = ClaimKind.OTHER,
    language: str = "en",
    statement: Statement | None = None,
    topics: Iterable[Topic] = (),
    show_as_open: bool = False,
    external_ref: str = "",
    imported_from: Publisher | None = None,
) -> Claim:
    """Takes a claim out of a statement; without `short_text` a short text is its own short form."""
    require(by, Role.CHECKER, "take out claims")
    claim = Claim(
        created_by=by,
        external_ref=external_ref,
        origin=Origin.IMPORTED if imported_from else Origin.OWN,
        imported_from=imported_from,
    )
    _word(claim, text=text, short_text=short_text or text)
    assign(claim, {"kind": kind, "language": language, "show_as_open": show_as_open}, CLAIM_FIELDS)
    save_row(claim, by=by, reason="added")
    claim.topics.set(topics)
    if statement:
        attach_occurrence(claim, by=by, statement=statement)
    else:
        search.refresh([claim.pk])
    return claim


@transaction.atomic
def update_claim(
    claim: Claim, *, by: User, version: int | None = None, reason: str = "", **values: Any
) -> Claim:
    """Rewords a claim, or changes its kind, language or whether it is announced.

    A typed detail of another kind than the new one goes.
    """
    require(by, Role.CHECKER, "change claims")
    row = lock_for_work(claim, version=claim.version if version is None else version)
    was_announced = row.is_announced
    before = (row.text, row.short_text)
    _word(
        row, text=values.pop("text", row.text), short_text=values.pop("short_text", row.short_text)
    )
    changed = assign(row, values, CLAIM_FIELDS)
    changed += [
        name
        for name, old, new in zip(
            ("text", "short_text"), before, (row.text, row.short_text), strict=True
        )
        if old != new
    ]
    if not changed:
        return row
    if "kind" in changed:
        for kind, model in DETAILS.items():
            if kind != row.kind:
                model._default_manager.filter(claim=row).delete()
        suggest_contradictions(row)
    save_row(row, by=by, reason=reason or ", ".join(changed))
    bring_up_to_date(claim, row)
    announce_change(row, was_announced=was_announced)
    return row


def _word(claim: Claim, *, text: str, short_text: str) -> None:
    claim.text = clean(text, "text", required="write the claim", most=2_000)
    claim.short_text = clean_line(
        short_text,
        "short_text",
        required="write the short form of the claim",
        most=SHORT_TEXT_LENGTH,
    )


@transaction.atomic
def tag_claim(claim: Claim, *, by: User, topics: Iterable[Topic]) -> Claim:
    """Sets the topics of a claim, in any state but taken down: they are no part of the finding."""
    require(by, Role.CHECKER, "set topics")
    row = hold(claim)
    if row.state == State.TAKEN_DOWN:
        raise NotPossible("the claim is taken down: nothing of it changes any more")
    before, after = set(row.topics.all()), set(topics)
    if before == after:
        return row
    row.topics.set(after)
    names = ", ".join(sorted(topic.name for topic in after)) or "none"
    save_row(row, by=by, reason=f"topics: {names}")
    bring_up_to_date(claim, row)
    search.refresh([row.pk])
    if is_listed(row):  # topics are shown as they are, whatever was sealed
        raise_publication_number()
    return row


@transaction.atomic
def schedule_review(claim: Claim, *, by: User, on: date | None) -> Claim:
    """Says when the finding is to be looked at again; None takes the day away."""
    require(by, Role.CHECKER, "schedule another look")
    row = hold(claim)
    if row.state == State.TAKEN_DOWN:
        raise NotPossible("the claim is taken down: nothing of it changes any more")
    row.review_due_on = on
    save_row(row, by=by, reason=f"look again on {on}" if on else "no further look")
    bring_up_to_date(claim, row)
    return row


def set_quantity(claim: Claim, *, by: User, version: int | None = None, **values: Any) -> Claim:
    """Types the number inside a claim (fields of `QuantityDetail`)."""
    return set_detail(claim, ClaimKind.QUANTITY, by=by, version=version, **values)


def set_status(claim: Claim, *, by: User, version: int | None = None, **values: Any) -> Claim:
    """Types what a claim says of an agreement (fields of `StatusDetail`)."""
    return set_detail(claim, ClaimKind.STATUS, by=by, version=version, **values)


def set_commitment(claim: Claim, *, by: User, version: int | None = None, **values: Any) -> Claim:
    """Types what a claim promises (fields of `CommitmentDetail`)."""
    return set_detail(claim, ClaimKind.COMMITMENT, by=by, version=version, **values)


@transaction.atomic
def set_detail(
    claim: Claim, kind: str, *, by: User, version: int | None = None, **values: Any
) -> Claim:
    """Types the fact inside a claim of this kind; the claim moves on by one version."""
    require(by, Role.CHECKER, "type facts")
    if kind not in DETAILS:
        raise Invalid(f"a claim of kind {kind} has no typed detail", field="kind")
    row = lock_for_work(claim, version=claim.version if version is None else version)
    if row.kind != kind:
        raise NotPossible(f"first change the kind of the claim to {ClaimKind(kind).label.lower()}")
    model = DETAILS[kind]
    detail = model._default_manager.filter(claim=row).first() or model(claim=row)
    assign(detail, values, DETAIL_FIELDS[kind])
    store(detail)
    suggest_contradictions(row)
    save_row(row, by=by, reason=f"{kind}: {detail}"[:300])
    bring_up_to_date(claim, row)
    announce_change(row)
    return row


# ---- statements that make the claim ---------------------------------------------------------


@transaction.atomic
def attach_occurrence(
    claim: Claim,
    *,
    by: User,
    statement: Statement,
    stated_lower: Any = None,
    stated_upper: Any = None,
) -> Occurrence:
    """Says that a statement makes a claim, with the number as said there.

    On a claim once published it comes late: an editor other than its adder confirms it before
    it is shown (DOMAIN §4 "Frozen").
    """
    require(by, Role.CHECKER, "attach statements to claims")
    row = hold(claim)
    if not row.was_published:
        row = lock_for_work(row)
    elif row.state in (State.IN_REVIEW, State.TAKEN_DOWN):
        lock_for_work(row)
    occurrence = Occurrence(
        claim=row,
        statement=statement,
        stated_lower=stated_lower,
        stated_upper=stated_upper,
        matched_by=by,
        added_by=by,
        is_late=row.was_published,
    )
    store(occurrence)
    give_main_statement(row, occurrence, by=by)
    bring_up_to_date(claim, row)
    announce_change(row)
    return occurrence


def give_main_statement(claim: Claim, occurrence: Occurrence, *, by: User) -> None:
    """Makes the statement the claim's main one when there is none; lists show it, so not a late one."""
    if claim.main_statement_id is None and occurrence.is_shown:
        claim.main_statement = occurrence.statement
        save_row(claim, by=by, reason="statement attached")


@transaction.atomic
def detach_occurrence(occurrence: Occurrence, *, by: User) -> Occurrence:
    """Says that a statement does not make the claim after all; a shown one stays as it is."""
    require(by, Role.CHECKER, "detach statements from claims")
    claim = hold(occurrence.claim)  # the claim first, as everywhere
    row = hold(occurrence)
    if claim.was_published and row.is_shown and row.match == Match.CONFIRMED:
        raise NotPossible("this statement is shown with a published claim: it stays")
    if not claim.was_published:
        claim = lock_for_work(claim)
    row.match = Match.REJECTED
    row.save()
    if claim.main_statement_id == row.statement_id:
        left = claim.occurrences.shown().order_by("id").first()
        claim.main_statement = left.statement if left else None
        save_row(claim, by=by, reason="statement detached")
    announce_change(claim)
    return row


# ---- the speaker's reply --------------------------------------------------------------------


@transaction.atomic
def record_reply(
    claim: Claim,
    *,
    by: User,
    reply: ReplyRequest | None = None,
    version: int | None = None,
    **values: Any,
) -> ReplyRequest:
    """Records that the speaker was asked, what came of it, or why nobody asked (G4)."""
    require(by, Role.CHECKER, "record replies")
    row = lock_for_work(claim)
    request = lock(reply, version=version) if reply else ReplyRequest(claim=row, added_by=by)
    if request.claim_id != row.pk:
        raise Invalid("this reply belongs to another claim", field="reply")
    for name in ("channel", "answer", "reason"):
        if name in values:
            values[name] = clean(values[name], name)
    assign(request, values, REPLY_FIELDS)
    return save_row(request, by=by)
