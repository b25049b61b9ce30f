"""Many published claims, made in bulk: for counting queries, not for how they came to be."""

from __future__ import annotations

from datetime import timedelta

from sources.models.base import new_public_id
from statements.models import Claim, Occurrence, Verdict
from statements.search import refresh


def copy_claim(claim, number):
    """Returns `number` copies of a published claim, each an hour older than the one before."""
    verdict = claim.live_verdict
    copies = [
        Claim(
            **_values(claim, "id", "public_id", "live_verdict", "state", "decline_reason"),
            public_id=new_public_id(),
            state="declined",  # until its verdict is there
            decline_reason="out_of_scope",
        )
        for _ in range(number)
    ]
    Claim.objects.bulk_create(copies)
    verdicts = [
        Verdict(
            **_values(verdict, "id", "claim", "short_text"),
            claim=copy,
            short_text=f"Copy {place} of it",
        )
        for place, copy in enumerate(copies)
    ]
    Verdict.objects.bulk_create(verdicts)
    Occurrence.objects.bulk_create(
        Occurrence(claim=copy, statement=claim.main_statement) for copy in copies
    )
    for place, (copy, sealed) in enumerate(zip(copies, verdicts, strict=True), start=1):
        copy.live_verdict, copy.state, copy.decline_reason = sealed, "published", ""
        copy.first_published_at = claim.first_published_at - timedelta(hours=place)
        copy.last_published_at = copy.first_published_at
    Claim.objects.bulk_update(
        copies,
        ["live_verdict", "state", "decline_reason", "first_published_at", "last_published_at"],
    )
    refresh(copy.pk for copy in copies)
    return copies


def _values(row, *but):
    return {
        field.name: getattr(row, field.name)
        for field in row._meta.concrete_fields
        if field.name not in but
    }
