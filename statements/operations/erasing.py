"""Erasing the texts of a claim that is taken down, and keeping the hashes (DOMAIN §5)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models

from statements.models import Claim, ClaimRelation, Draft, Evidence, ReplyRequest
from statements.seals import SEALED
from statements.vocabulary import RecheckCause, ReplyOutcome

if TYPE_CHECKING:
    from sources.seals import Seal

ERASED = "Taken down."


def erase(claim: Claim, *, at: datetime) -> None:
    """Empties every text of the claim: sealed rows as their seals allow, working rows wholly.

    The statements themselves stay (they may serve other claims); without a public claim nobody
    sees them. The claim is not saved.
    """
    for seal in SEALED:
        if seal.erasable:
            _sealed_rows(seal, claim).filter(taken_down_at__isnull=True).update(
                taken_down_at=at, **{name: _empty(seal, name) for name in seal.erasable}
            )
    claim.text = claim.short_text = ""
    for detail in ("quantity", "status", "commitment"):
        if (row := getattr(claim, detail, None)) is not None:
            row.delete()
    Draft.objects.filter(claim=claim).update(
        finding="",
        rationale="",
        reasons=[],
        would_change="",
        single_source_reason="",
        search_log="",
        public_note="",
    )
    Evidence.objects.filter(claim=claim).update(
        exact="",
        prefix="",
        suffix="",
        shortened="",
        start=None,
        end=None,
        fragment="",
        note="",
        waiver="",
    )
    ReplyRequest.objects.filter(claim=claim).update(
        outcome=ReplyOutcome.NOT_SOUGHT, answer="", reason=ERASED, channel=""
    )
    relations = ClaimRelation.objects.filter(_is_end(claim))
    relations.update(  # their history keeps the last state, and no text in it
        note=ERASED, proposed_resolution="", proposed_note="", proposed_by=None, proposed_at=None
    )
    relations.delete()


def _sealed_rows(seal: Seal, claim: Claim) -> Any:
    model = apps.get_model(seal.label)
    name = seal.label.rpartition(".")[2]
    if name == "HistoricalClaim":
        return model._default_manager.filter(id=claim.pk)
    if name == "HistoricalClaimRelation":
        return model._default_manager.filter(_is_end(claim))
    if name == "Recheck":  # what was opened on other claims because of this one, too
        return model._default_manager.filter(
            models.Q(claim=claim)
            | models.Q(cause=RecheckCause.CONTRADICTION, detail__claim=claim.public_id)
        )
    return model._default_manager.filter(claim_id=claim.pk)


def _is_end(claim: Claim) -> models.Q:
    return models.Q(from_claim=claim) | models.Q(to_claim=claim)


def _empty(seal: Seal, name: str) -> Any:
    field = seal.model._meta.get_field(name)
    if getattr(field, "null", False):
        return None
    return {} if isinstance(field, models.JSONField) else ""
