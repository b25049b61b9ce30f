"""Taking claims out of statements, wording them, typing them, linking them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from sources.errors import Invalid, NotAllowed, NotPossible
from sources.models import Publisher
from sources.operations import assign, hold, lock, raise_publication_number, save_row, store
from sources.people import Role, require
from sources.texts import clean, clean_line
from statements import search
from statements.models import (
    Appearance,
    Claim,
    ClaimRelation,
    CommitmentDetail,
    Occurrence,
    QuantityDetail,
    ReplyRequest,
    Statement,
    StatusDetail,
    Topic,
)
from statements.models.base import LateRow
from statements.models.claim import SHORT_TEXT_LENGTH
from statements.operations.bearing import look_again_after_repetition
from statements.operations.common import (
    announce_change,
    bring_up_to_date,
    is_listed,
    is_public,
    lock_for_work,
)
from statements.operations.contradictions import suggest_contradictions
from statements.operations.rechecks import open_rechecks
from statements.vocabulary import (
    ClaimKind,
    Match,
    Origin,
    RecheckCause,
    RelationResolution,
    State,
)

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
# Resolutions by which at least one of the two claims does not hold.
FOUND_WRONG = (RelationResolution.ERROR, RelationResolution.REAL_CONFLICT)
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
    _give_main_statement(row, occurrence, by=by)
    bring_up_to_date(claim, row)
    announce_change(row)
    return occurrence


def _give_main_statement(claim: Claim, occurrence: Occurrence, *, by: User) -> None:
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


@transaction.atomic
def confirm_late(row: LateRow, *, by: User, seen: str | None = None) -> LateRow:
    """Lets a late statement, appearance or relation be shown: an editor other than its adder.

    `seen` is the `wording_mark` of a relation that the editor read: what was worded anew since
    then is refused, for nobody answers for words unread.
    """
    require(by, Role.EDITOR, "confirm what joins something published")
    if isinstance(row, Occurrence):
        hold(row.claim)  # the claim first, as everywhere
    current = hold(row)
    if getattr(current, "is_suggested", False):
        raise NotPossible("nobody says this yet: close it with a reason first")
    if isinstance(current, ClaimRelation):
        if seen is not None and seen != current.wording_mark:
            raise NotPossible("this was worded anew since you read it: read it, then confirm")
        if current.proposed_by_id is not None:
            current.take_proposal()
    if current.is_shown:
        raise NotPossible("this is confirmed already")
    if current.added_by_id == by.pk:
        raise NotAllowed("ask a second editor to confirm what you added")
    if getattr(current, "match", Match.CONFIRMED) == Match.REJECTED:
        raise NotPossible("this was rejected")
    current.confirmed_by, current.confirmed_at = by, timezone.now()
    if isinstance(current, ClaimRelation):
        _keep_relation(current, by=by, reason="confirmed")
    else:
        store(current)
    if isinstance(current, Occurrence):
        _give_main_statement(current.claim, current, by=by)
        look_again_after_repetition(current)
        search.refresh([current.claim_id])
    if _is_seen(current):
        raise_publication_number()
    return current


def _is_seen(row: LateRow) -> bool:
    """Says whether the public sees a row that is shown: what it joins may be hidden still."""
    if isinstance(row, Occurrence):
        return is_listed(row.claim)
    if isinstance(row, ClaimRelation):
        return is_listed(row.from_claim) and is_listed(row.to_claim)
    return not isinstance(row, Appearance) or is_public(row.statement)


# ---- links between claims -------------------------------------------------------------------


@transaction.atomic
def relate_claims(
    from_claim: Claim,
    to_claim: Claim,
    *,
    by: User,
    kind: str,
    note: str = "",
    resolution: str = "open",
) -> ClaimRelation:
    """Links two claims; a link of a published one is shown after a second editor confirms it.

    So is one of a claim in review: whoever publishes that may have read it before.
    """
    require(by, Role.CHECKER, "link claims")
    ends = _hold_both(from_claim, to_claim)
    # A person says what the machine asked.
    ClaimRelation.objects.suggested().between(from_claim, to_claim).delete()
    relation = ClaimRelation(
        from_claim=from_claim,
        to_claim=to_claim,
        kind=kind,
        note=clean(note, "note"),
        resolution=resolution,
        added_by=by,
        is_late=_comes_late(ends),
    )
    _keep_relation(relation, by=by, reason="linked")
    if not relation.is_late and all(is_listed(claim) for claim in ends):
        raise_publication_number()
    return relation


def _hold_both(one: Claim, other: Claim) -> list[Claim]:
    """Locks two claims, in one order for everybody, and refuses one that is taken down."""
    ends = [hold(claim) for claim in sorted((one, other), key=lambda claim: claim.pk)]
    if any(claim.state == State.TAKEN_DOWN for claim in ends):
        raise NotPossible("a claim that is taken down is linked to nothing")
    return ends


def _comes_late(ends: list[Claim]) -> bool:
    """Says whether a link joins something that was published, or is read for it at this moment."""
    return any(claim.was_published or claim.state == State.IN_REVIEW for claim in ends)


@transaction.atomic
def resolve_relation(
    relation: ClaimRelation, *, by: User, resolution: str, note: str
) -> ClaimRelation:
    """Closes an apparent conflict with a reason, which a second editor confirms.

    A link that is shown stays as it is until then: nobody alone takes it from the public. Where one
    of two claims is wrong, a live finding on either is to be looked at again.
    """
    require(by, Role.CHECKER, "resolve conflicts")
    ends = _hold_both(relation.from_claim, relation.to_claim)
    row = hold(relation)
    if relation.is_suggested and not row.is_suggested:
        raise NotPossible(f"this is closed already: {row.get_resolution_display().lower()}")
    if row.is_suggested and resolution == RelationResolution.OPEN:
        raise Invalid("choose how it was resolved", field="resolution")
    was_found_wrong = row.resolution in FOUND_WRONG or row.proposed_resolution in FOUND_WRONG
    row.proposed_resolution = resolution
    row.proposed_note = clean(note, "note", required="say how it was resolved")
    row.proposed_by, row.proposed_at = by, timezone.now()
    reason = f"resolved: {row.get_proposed_resolution_display().lower()}"
    if not row.is_shown or not _comes_late(ends):
        row.is_suggested = False
        row.take_proposal()
        row.is_late = _comes_late(ends)
    _keep_relation(row, by=by, reason=reason)
    if resolution in FOUND_WRONG and not was_found_wrong:
        for claim, other in (ends, ends[::-1]):
            open_rechecks(
                [claim],
                cause=RecheckCause.CONTRADICTION,
                # Sealed under this claim: no word of the other one, which may be taken down.
                summary="Another claim contradicts it.",
                detail={"relation": row.pk, "claim": other.public_id},
            )
    if not row.is_waiting and all(is_listed(claim) for claim in ends):
        raise_publication_number()
    return row


@transaction.atomic
def withdraw_relation(relation: ClaimRelation, *, by: User) -> None:
    """Takes away what waits: a link, or how it was resolved; what the public sees or saw stays."""
    require(by, Role.CHECKER, "withdraw links")
    row = hold(relation)
    if row.proposed_by_id is not None:
        row.drop_proposal()
        _keep_relation(row, by=by, reason="resolution withdrawn")
        return
    if row.is_suggested:
        raise NotPossible("close it with a reason, or it is suggested again")
    if row.is_shown and (is_listed(row.from_claim) or is_listed(row.to_claim)):
        raise NotPossible("this link is shown in public: resolve it instead")
    told = ClaimRelation.history.filter(id=row.pk)
    if told.filter(confirmed_by__isnull=False).exists():
        raise NotPossible("a second editor confirmed this link once: resolve it instead")
    if not told.filter(history_type="+").exists():  # suggestions are made without a history
        raise NotPossible("the site found this contradiction: resolve it instead")
    _told_to_history(row, by=by, reason="withdrawn")
    row.delete()


def _keep_relation(row: ClaimRelation, *, by: User, reason: str) -> None:
    """Saves a link with who and why in its history: a page of a past day reads it."""
    _told_to_history(row, by=by, reason=reason)
    store(row)


def _told_to_history(row: ClaimRelation, *, by: User, reason: str) -> None:
    row._history_user = by  # type: ignore[attr-defined]  # read by simple_history
    row._change_reason = reason  # type: ignore[attr-defined]  # read by simple_history


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
