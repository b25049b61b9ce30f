"""Claimed and counted over the same days: the interval that a claim allows, and the sums beside it.

One line a claim, on one axis for each counting rule. The band is what the words allow: a filled
end belongs to it, a hollow one does not, an arrow goes on without end. The mark is the sum of what
was counted over the days of the claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from statements.public.charts.readings import Picture, axis_number
from statements.public.charts.svg import (
    NARROW,
    WIDE,
    Drawing,
    Scale,
    lines_of,
    n,
    number_ticks,
    width_of,
)

LINE = 19
BAND = 14
MARGIN = 14
ROOM_FOR_MORE = 1.18  # an arrow must be seen to go on beyond the last number


@dataclass(frozen=True, slots=True)
class Counted:
    """A sum of counts over the days of a claim."""

    value: float
    words: str  # "1,297 counted in 9 of 9 nights"


@dataclass(frozen=True, slots=True)
class ClaimedInterval:
    """What a claim allows, None for no bound, with the sums that it is held against."""

    number: int
    words: str
    lower: float | None
    upper: float | None
    includes_lower: bool
    includes_upper: bool
    counted: Sequence[Counted] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything in one picture."""

    key: str
    title: str
    unit: str
    claims: Sequence[ClaimedInterval]


def picture_of(comparison: Comparison, sentence: str) -> Picture:
    return Picture(
        _drawn(comparison, WIDE, sentence), _drawn(comparison, NARROW, sentence), sentence
    )


def _drawn(comparison: Comparison, width: int, sentence: str) -> SafeString:
    drawing = Drawing(f"{comparison.key}-{'w' if width == WIDE else 'n'}", width)
    drawing.hatch("claimed", "M-1 7 7 -1M-1 1 1 -1M5 7 7 5")
    highest = max(
        value or 0
        for claim in comparison.claims
        for value in (claim.lower, claim.upper, *(row.value for row in claim.counted))
    )
    ticks = number_ticks(highest * (ROOM_FOR_MORE if highest else 1))
    along = Scale(0, ticks[-1], MARGIN, width - MARGIN - 8)
    top = y = 30.0
    places = []
    for claim in comparison.claims:
        told = lines_of(f"{claim.number} {claim.words}", width - 4)
        places.append((claim, told, y))
        y += len(told) * LINE + BAND + 8 + len(claim.counted) * LINE + 20
    bottom = y - 8
    drawing.text(0, 13, comparison.unit, "chart-soft")
    for tick in ticks:
        kind = "chart-zero" if tick == 0 else "chart-grid"
        drawing.line(along(tick), top - 6, along(tick), bottom, kind)
        drawing.text(along(tick), bottom + 18, axis_number(tick), "chart-soft", anchor="middle")
    for claim, told, begin in places:
        y = begin
        for line in told:
            y += LINE
            drawing.text(0, y - 4, line, "chart-name chart-halo")
        _band(drawing, claim, along, y + 2)
        for place, counted in enumerate(claim.counted):
            _mark(drawing, counted, along, y + 2, y + BAND + 8 + place * LINE, width)
    drawing.height = bottom + 26
    return drawing.svg(comparison.title, sentence)


def _band(drawing: Drawing, claim: ClaimedInterval, along: Scale, y: float) -> None:
    start = along(claim.lower if claim.lower is not None else along.low)
    end = along(claim.upper) if claim.upper is not None else along.end + 6
    middle = y + BAND / 2
    if end - start >= 1:
        drawing.filled(start, y, end - start, BAND, "claimed")
    if claim.upper is None:  # it goes on
        drawing.path(
            f"M{n(end - 1)} {n(y - 3)}L{n(end + 9)} {n(middle)}L{n(end - 1)} {n(y + BAND + 3)}Z",
            "chart-arrow",
        )
    for bound, is_included in (
        (claim.lower, claim.includes_lower),
        (claim.upper, claim.includes_upper),
    ):
        if bound is not None:
            drawing.circle(
                along(bound), middle, 5, "chart-end" if is_included else "chart-end chart-end-open"
            )


def _mark(
    drawing: Drawing, counted: Counted, along: Scale, top: float, y: float, width: int
) -> None:
    """Draws a sum as a diamond on the band, and leads from there to its words."""
    x, middle = along(counted.value), top + BAND / 2
    drawing.line(x, middle, x, y + 10, "chart-lead")
    drawing.path(
        f"M{n(x)} {n(middle - 8)}L{n(x + 7)} {n(middle)}L{n(x)} {n(middle + 8)}"
        f"L{n(x - 7)} {n(middle)}Z",
        "chart-diamond",
    )
    half = width_of(counted.words)
    if x + 6 + half <= width:
        drawing.text(x + 6, y + 12, counted.words, "chart-halo")
    elif x - 6 - half >= 0:
        drawing.text(x - 6, y + 12, counted.words, "chart-halo", anchor="end")
    else:
        drawing.text(width, y + 12, counted.words, "chart-halo", anchor="end")
