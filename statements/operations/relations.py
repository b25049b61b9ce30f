"""Linking claims: what a link says, how an apparent conflict was closed, and what is withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from sources.errors import Invalid, NotPossible
from sources.operations import hold, raise_publication_number, store
from sources.people import Role, require
from sources.texts import clean
from statements.models import Claim, ClaimRelation
from statements.operations.common import is_listed
from statements.operations.rechecks import open_rechecks
from statements.vocabulary import RecheckCause, RelationResolution, State

if TYPE_CHECKING:
    from django.contrib.auth.models import User


# Resolutions by which at least one of the two claims does not hold.
FOUND_WRONG = (RelationResolution.ERROR, RelationResolution.REAL_CONFLICT)


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
    keep_relation(relation, by=by, reason="linked")
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
    keep_relation(row, by=by, reason=reason)
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
        keep_relation(row, by=by, reason="resolution withdrawn")
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


def keep_relation(row: ClaimRelation, *, by: User, reason: str) -> None:
    """Saves a link with who and why in its history: a page of a past day reads it."""
    _told_to_history(row, by=by, reason=reason)
    store(row)


def _told_to_history(row: ClaimRelation, *, by: User, reason: str) -> None:
    row._history_user = by  # type: ignore[attr-defined]  # read by simple_history
    row._change_reason = reason  # type: ignore[attr-defined]  # read by simple_history
