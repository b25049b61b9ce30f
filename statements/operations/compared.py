"""What a claim's number is held against when its finding is sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from sources.models import Observation
from statements import sealing
from statements.comparing import comparisons_for, comparisons_with_readings
from statements.comparison import as_document
from statements.querysets import public_sources
from statements.vocabulary import ClaimKind

if TYPE_CHECKING:
    from statements.models import Claim


def comparison_part(claim: Claim) -> sealing.Document | None:
    """Returns the comparisons of a claim's number, or None for a claim without one.

    Of series that a second editor confirmed, counts of public sources take part, and those of
    sources that the finding cites: these are published with it. A reading names its evidence by its place in the sealed evidence. About
    ten queries for a quantity, none for another claim.
    """
    quantity = getattr(claim, "quantity", None) if claim.kind == ClaimKind.QUANTITY else None
    if quantity is None:
        return None
    quantity.claim = claim
    evidence = list(
        claim.evidence.select_related("reading__measure", "reading__place", "reading__counted_by")
    )
    counts = Observation.objects.filter(
        Q(source__in=public_sources().values("pk"))
        | Q(source__in=[row.source_id for row in evidence])
    )
    typed = [(place, row.reading) for place, row in enumerate(evidence) if hasattr(row, "reading")]
    readings = comparisons_with_readings(quantity, [row for _, row in typed], is_public=True)
    series = comparisons_for(quantity, is_public=True, observations=counts)
    return {
        "series": [as_document(found) for found in series],
        "readings": [
            {"evidence": place, **as_document(found)}
            for (place, _), found in zip(typed, readings, strict=True)
        ],
    }
