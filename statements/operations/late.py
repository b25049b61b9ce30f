"""Confirming what joins something published: a second editor lets it be shown (DOMAIN §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from sources.errors import NotAllowed, NotPossible
from sources.operations import hold, raise_publication_number, store
from sources.people import Role, require
from statements import search
from statements.models import Appearance, ClaimRelation, Occurrence
from statements.models.base import LateRow
from statements.operations.bearing import look_again_after_repetition
from statements.operations.claims import give_main_statement
from statements.operations.common import is_listed, is_public
from statements.operations.relations import keep_relation
from statements.vocabulary import Match

if TYPE_CHECKING:
    from django.contrib.auth.models import User


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
        keep_relation(current, by=by, reason="confirmed")
    else:
        store(current)
    if isinstance(current, Occurrence):
        give_main_statement(current.claim, current, by=by)
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
