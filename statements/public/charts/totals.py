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

    number: int | None
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
    y = 24.0
    places = []
    for claim in comparison.claims:
        name = f"{claim.number} {claim.words}" if claim.number else claim.words
        told = lines_of(name, width - 4)
        places.append((claim, told, y))
        words_below = sum(len(lines) for lines in _labels(claim, along, width))
        y += len(told) * LINE + BAND + 8 + words_below * LINE + 20
    bottom = y - 8
    drawing.text(0, 13, comparison.unit, "chart-soft")
    for claim, told, begin in places:
        y = begin
        for line in told:
            y += LINE
            drawing.text(0, y - 4, line, "chart-name")
        end = y + BAND + 8 + sum(len(lines) for lines in _labels(claim, along, width)) * LINE
        for tick in ticks:
            kind = "chart-zero" if tick == 0 else "chart-grid"
            drawing.line(along(tick), y - 2, along(tick), end, kind)
        _band(drawing, claim, along, y + 2)
        below = y + BAND + 8
        for counted, lines in zip(claim.counted, _labels(claim, along, width), strict=True):
            _mark(drawing, counted, lines, along, y + 2, below, width)
            below += len(lines) * LINE
    for tick in ticks:
        drawing.text(along(tick), bottom + 18, axis_number(tick), "chart-soft", anchor="middle")
    drawing.height = bottom + 26
    return drawing.svg(comparison.title, sentence)


def _labels(claim: ClaimedInterval, along: Scale, width: int) -> list[list[str]]:
    """Returns the words of each sum, in one line where they fit beside it."""
    found = []
    for counted in claim.counted:
        x, wide = along(counted.value), width_of(counted.words)
        fits = x + 6 + wide <= width or x - 6 - wide >= 0
        found.append([counted.words] if fits else lines_of(counted.words, width - 12))
    return found


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
    drawing: Drawing,
    counted: Counted,
    lines: Sequence[str],
    along: Scale,
    top: float,
    y: float,
    width: int,
) -> None:
    """Draws a sum as a diamond on the band, and leads from there to its words."""
    x, middle = along(counted.value), top + BAND / 2
    drawing.line(x, middle, x, y + 10 if len(lines) == 1 else y, "chart-lead")
    drawing.path(
        f"M{n(x)} {n(middle - 8)}L{n(x + 7)} {n(middle)}L{n(x)} {n(middle + 8)}"
        f"L{n(x - 7)} {n(middle)}Z",
        "chart-diamond",
    )
    wide = max(map(width_of, lines))
    if len(lines) > 1:
        start = min(max(x - wide / 2, 0), max(width - wide, 0))
        for place, line in enumerate(lines):
            drawing.text(start, y + 13 + place * LINE, line, "chart-halo")
    elif x + 6 + wide <= width:
        drawing.text(x + 6, y + 13, lines[0], "chart-halo")
    else:
        drawing.text(x - 6, y + 13, lines[0], "chart-halo", anchor="end")
