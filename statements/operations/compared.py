"""What a claim's number is held against when its finding is sealed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from statements import sealing
from statements.comparing import comparisons_for, comparisons_with_readings, is_counted
from statements.comparison import Comparison, as_document
from statements.vocabulary import ClaimKind

if TYPE_CHECKING:
    from statements.models import Claim


@dataclass(frozen=True, slots=True)
class Sealable:
    """The comparisons of series, and of the readings by the place of their evidence."""

    series: list[Comparison]
    readings: list[tuple[int, Comparison]]


def comparisons_to_seal(claim: Claim) -> Sealable | None:
    """Returns the comparisons that publishing would seal now; None for a claim without a number.

    Of series that a second editor confirmed, counts of public sources take part, and those of
    works that the finding cites: these are published with it. One query for a quantity that no
    series counts, about ten for another, none for a claim without one.
    """
    quantity = getattr(claim, "quantity", None) if claim.kind == ClaimKind.QUANTITY else None
    if quantity is None:
        return None
    quantity.claim = claim
    evidence = list(
        claim.evidence.select_related(
            "source", "reading__measure", "reading__place", "reading__counted_by"
        )
    )
    typed = [(place, row.reading) for place, row in enumerate(evidence) if hasattr(row, "reading")]
    readings = [row for _, row in typed]
    found = comparisons_with_readings(quantity, readings, is_public=True) if readings else []
    works = [row.source.work_id for row in evidence]
    return Sealable(
        comparisons_for(quantity, is_public=True, cited=works)
        if is_counted(quantity, is_public=True)
        else [],
        [(place, comparison) for (place, _), comparison in zip(typed, found, strict=True)],
    )


def comparison_part(claim: Claim) -> sealing.Document | None:
    """Returns the comparisons as they are sealed; a reading names its evidence by its place there."""
    found = comparisons_to_seal(claim)
    if found is None:
        return None
    return {
        "series": [as_document(comparison) for comparison in found.series],
        "readings": [
            {"evidence": place, **as_document(comparison)} for place, comparison in found.readings
        ],
    }
