"""What happened to an agreement: one lane for its state, one for each party, time from left to right.

A position holds from its event to the next one of the same party. Compliance as found stands below
in the same lane, as marks at its day. Each event bears the number that it has in the list beneath.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.safestring import SafeString

from statements.fuzzydates import MONTHS
from statements.public.charts.readings import Picture
from statements.public.charts.svg import (
    NARROW,
    WIDE,
    Drawing,
    Scale,
    day_ticks,
    lines_of,
    n,
    width_of,
)

NAME_WIDTH = 150
BAR = 24
NUMBER = 20  # what a number in its circle takes
MARKS_HEIGHT = 26
LANE_GAP = 16

# How a value is drawn: as block, as pattern of lines, in outline or broken; words stand beside it.
BLOCK, HATCHED, CROSSED, OUTLINE, BROKEN = "block", "hatched", "crossed", "outline", "broken"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A value that holds from one event to the next; `end` None: to the end of the picture."""

    number: int
    words: str
    look: str
    start: date
    end: date | None


@dataclass(frozen=True, slots=True)
class Mark:
    """Something found on a day: no state that goes on."""

    number: int
    words: str
    look: str
    on: date


@dataclass(frozen=True, slots=True)
class Lane:
    """One party, or the agreement as a whole."""

    name: str
    stretches: Sequence[Stretch]
    marks: Sequence[Mark] = ()


@dataclass(frozen=True, slots=True)
class Lanes:
    """Everything in one picture; `on` is the day that the page looks at."""

    key: str
    title: str
    first: date
    last: date
    lanes: Sequence[Lane]
    on: date | None = None


def picture_of(lanes: Lanes, sentence: str) -> Picture:
    return Picture(_drawn(lanes, WIDE, sentence), _drawn(lanes, NARROW, sentence), sentence)


def _drawn(lanes: Lanes, width: int, sentence: str) -> SafeString:
    drawing = Drawing(f"{lanes.key}-{'w' if width == WIDE else 'n'}", width)
    drawing.hatch(HATCHED, "M-1 7 7 -1M-1 1 1 -1M5 7 7 5")
    drawing.hatch(CROSSED, "M-1 7 7 -1M-1 1 1 -1M5 7 7 5M-1 -1 7 7")
    is_wide = width == WIDE
    left = NAME_WIDTH if is_wide else 0
    # A little room after the last event, so that what holds since then can be seen to hold.
    span = max((lanes.last - lanes.first).days, 6)
    last = lanes.last + timedelta(days=max(span // 6, 1))
    along = Scale(lanes.first.toordinal(), last.toordinal(), left + 2, width - 2)
    top = y = 26.0 if lanes.on else 8.0
    placed = []
    for lane in lanes.lanes:
        placed.append((lane, y))
        y += _height(lane, is_wide=is_wide)
    bottom = y - LANE_GAP / 2
    ticks = day_ticks(lanes.first, last, max(2, int((width - left) / 78)))
    for day, name in ticks:
        x = along(day.toordinal())
        drawing.line(x, top, x, bottom, "chart-grid")
        at_end = x + width_of(name) > width
        drawing.text(
            width if at_end else x, bottom + 18, name, "chart-soft", anchor="end" if at_end else ""
        )
    for lane, begin in placed:
        _draw_lane(drawing, lane, along, begin, last, width)
    if lanes.on:
        _draw_day(drawing, lanes.on, along, top, bottom, width)
    drawing.height = bottom + 26
    return drawing.svg(lanes.title, sentence)


def _height(lane: Lane, *, is_wide: bool) -> float:
    return (0 if is_wide else 20) + BAR + (MARKS_HEIGHT if lane.marks else 0) + LANE_GAP


def _draw_lane(
    drawing: Drawing, lane: Lane, along: Scale, y: float, last: date, width: int
) -> None:
    if width == WIDE:
        for place, line in enumerate(lines_of(lane.name, NAME_WIDTH - 14, 2)):
            drawing.text(0, y + 16 + place * 16, line, "chart-name")
    else:
        drawing.text(0, y + 12, lane.name, "chart-name")
        y += 20
    drawing.line(along.start, y + BAR, along.end, y + BAR, "chart-zero")
    free = along.start
    for stretch in lane.stretches:
        start = along(stretch.start.toordinal())
        end = along((stretch.end or last).toordinal())
        _draw_stretch(drawing, stretch, start, end, y, free=start - free)
        free = end
    taken = -1.0
    for mark in lane.marks:
        x = max(along(mark.on.toordinal()), taken)
        taken = x + _draw_mark(drawing, mark, x, y + BAR + 6, along.end) + 8


def _draw_stretch(
    drawing: Drawing, stretch: Stretch, start: float, end: float, y: float, *, free: float
) -> None:
    """Draws one value from its event on; words that it has no room for stand before it, if free."""
    wide = end - start
    if stretch.look in (HATCHED, CROSSED):
        drawing.filled(start, y, wide, BAR, stretch.look)
    else:
        drawing.rect(
            start, y, wide, BAR, "chart-solid" if stretch.look == BLOCK else f"chart-{stretch.look}"
        )
    is_dark = stretch.look == BLOCK
    room = wide - NUMBER - 12
    told = stretch.words if width_of(stretch.words) <= room else ""
    if wide < NUMBER:  # too short for its number: it stands in the list
        return
    if not told and width_of(stretch.words) + 8 <= free:
        drawing.text(start - 6, y + BAR / 2 + 4.5, stretch.words, "chart-name", anchor="end")
    _number(drawing, stretch.number, start + 12, y + BAR / 2, is_dark=is_dark)
    if told:
        if stretch.look in (HATCHED, CROSSED):
            drawing.rect(start + NUMBER + 4, y + 3, width_of(told) + 6, BAR - 6, "chart-plate")
        drawing.text(
            start + NUMBER + 7,
            y + BAR / 2 + 4.5,
            told,
            "chart-on-block" if is_dark else "chart-name",
        )


def _draw_mark(drawing: Drawing, mark: Mark, x: float, y: float, end: float) -> float:
    """Draws what was found on a day, and returns how wide it is with its words."""
    middle = y + 9
    if mark.look == BLOCK:
        drawing.path(
            f"M{n(x)} {n(middle - 6)}l12 12M{n(x + 12)} {n(middle - 6)}l-12 12", "chart-cross"
        )
    elif mark.look == HATCHED:
        drawing.path(f"M{n(x)} {n(middle + 6)}l12 -12", "chart-cross")
    else:
        drawing.circle(x + 6, middle, 6, f"chart-{mark.look}")
    words = f"{mark.number} {mark.words}"
    if x + 18 + width_of(words) > end:
        words = str(mark.number)
    drawing.text(x + 18, middle + 4.5, words, "chart-halo")
    return 18 + width_of(words)


def _number(drawing: Drawing, number: int, x: float, y: float, *, is_dark: bool) -> None:
    drawing.circle(x, y, 9, "chart-number-on-block" if is_dark else "chart-number")
    drawing.text(
        x,
        y + 4.2,
        str(number),
        "chart-number-text-on-block" if is_dark else "chart-number-text",
        anchor="middle",
    )


def _draw_day(
    drawing: Drawing, on: date, along: Scale, top: float, bottom: float, width: int
) -> None:
    x = along(min(max(on.toordinal(), along.low), along.high))
    drawing.line(x, top - 8, x, bottom, "chart-day")
    told = f"{on.day} {MONTHS[on.month][:3]} {on.year}"
    half = width_of(told) / 2
    drawing.text(
        min(max(x, half), width - half), top - 12, told, "chart-name chart-halo", anchor="middle"
    )
