"""The little of SVG that our charts are made of. Pure: values in, text out, all of it escaped."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from html import escape
from math import ceil, floor, log10

from django.utils.safestring import SafeString

from statements.fuzzydates import MONTHS

WIDE, NARROW = 720, 340
# What most letters of a sans serif take at 13 px, in the widest of the fonts that may be there.
LETTER_WIDTH = 7.7
FEW_TICKS = 4
MOST_DAYS_A_TICK = 14  # further apart, months are named


@dataclass(slots=True)
class Drawing:
    """One picture; the origin is top left, a unit is a CSS pixel at full size."""

    key: str  # of the picture on its page: part of every id
    width: int
    height: float = 0
    parts: list[str] = field(default_factory=list)
    defs: list[str] = field(default_factory=list)

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
        self.parts.append(
            f'<line class="{kind}" x1="{n(x1)}" y1="{n(y1)}" x2="{n(x2)}" y2="{n(y2)}"/>'
        )

    def rect(self, x: float, y: float, width: float, height: float, kind: str) -> None:
        self.parts.append(
            f'<rect class="{kind}" x="{n(x)}" y="{n(y)}" '
            f'width="{n(max(width, 0))}" height="{n(max(height, 0))}"/>'
        )

    def filled(self, x: float, y: float, width: float, height: float, pattern: str) -> None:
        """Draws a block in one of the patterns of `hatch`."""
        self.parts.append(
            f'<rect class="chart-block" fill="url(#{self.key}-{pattern})" x="{n(x)}" y="{n(y)}" '
            f'width="{n(max(width, 0))}" height="{n(max(height, 0))}"/>'
        )

    def circle(self, x: float, y: float, radius: float, kind: str) -> None:
        self.parts.append(f'<circle class="{kind}" cx="{n(x)}" cy="{n(y)}" r="{n(radius)}"/>')

    def path(self, steps: str, kind: str) -> None:
        if steps:
            self.parts.append(f'<path class="{kind}" d="{steps}"/>')

    def text(self, x: float, y: float, words: str, kind: str = "", *, anchor: str = "") -> None:
        name = f"chart-text {kind}".strip()
        at = f' text-anchor="{anchor}"' if anchor else ""
        self.parts.append(f'<text class="{name}" x="{n(x)}" y="{n(y)}"{at}>{escape(words)}</text>')

    def hatch(self, name: str, steps: str, *, size: int = 6) -> None:
        """Defines a pattern of lines; it takes its colour from `.chart-hatch`."""
        self.defs.append(
            f'<pattern id="{self.key}-{name}" width="{size}" height="{size}" '
            f'patternUnits="userSpaceOnUse"><path class="chart-hatch" d="{steps}"/></pattern>'
        )

    def svg(self, title: str, description: str) -> SafeString:
        """Returns the picture with its name and a description for those who do not see it."""
        defs = f"<defs>{''.join(self.defs)}</defs>" if self.defs else ""
        return SafeString(
            f'<svg class="chart-svg" viewBox="0 0 {self.width} {n(self.height)}" role="img" '
            f'aria-labelledby="{self.key}-title" aria-describedby="{self.key}-desc" '
            f'focusable="false"><title id="{self.key}-title">{escape(title)}</title>'
            f'<desc id="{self.key}-desc">{escape(description)}</desc>'
            f"{defs}{''.join(self.parts)}</svg>"
        )


def n(value: float) -> str:
    """Returns a coordinate with one decimal at most."""
    return f"{value:.1f}".removesuffix(".0")


def width_of(words: str) -> float:
    """Returns about how wide a label is."""
    return len(words) * LETTER_WIDTH


def cut(words: str, room: float) -> str:
    """Returns a label that fits into a width, with an ellipsis where it was cut."""
    letters = int(room / LETTER_WIDTH)
    if len(words) <= letters:
        return words
    return f"{words[: max(letters - 1, 1)].rstrip(' ,.;:')}…"


def lines_of(words: str, room: float, most: int = 3) -> list[str]:
    """Returns a label in lines that fit into a width."""
    lines: list[str] = []
    for word in words.split():
        if lines and width_of(f"{lines[-1]} {word}") <= room:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    if len(lines) > most:
        lines[most - 1] = cut(f"{lines[most - 1]} {lines[most]}…", room)
    return lines[:most]


# ---- scales ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to pixels, in a straight line."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        if self.high == self.low:
            return self.start
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def number_ticks(highest: float, most: int = FEW_TICKS) -> list[float]:
    """Returns round numbers from 0 to one not below the highest: steps of 1, 2, 2.5 or 5."""
    if highest <= 0:
        return [0, 1]
    rough = highest / most
    power = 10.0 ** floor(log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough)
    if highest <= most and step < 1:
        step = 1.0  # things are counted whole
    return [step * place for place in range(ceil(highest / step - 1e-9) + 1)]


def day_ticks(first: date, last: date, most: int) -> list[tuple[date, str]]:
    """Returns days to name on an axis of time, as many as there is room for, with their names.

    Days, Mondays, months or years, whichever fits; the first one and each new year name the year.
    """
    span = (last - first).days + 1
    if span <= most:
        days = [date.fromordinal(first.toordinal() + place) for place in range(span)]
    elif span <= most * MOST_DAYS_A_TICK:
        step = ceil(span / most)
        days = [
            date.fromordinal(place)
            for place in range(first.toordinal(), last.toordinal() + 1, step)
        ]
    else:
        days = _months(first, last, most)
    named: list[tuple[date, str]] = []
    for day in days:
        is_new_year = not named or named[-1][0].year != day.year
        by_months = span > most * MOST_DAYS_A_TICK
        name = MONTHS[day.month][:3] if by_months else f"{day.day} {MONTHS[day.month][:3]}"
        if by_months and day.month == 1 and span > 400:
            name = str(day.year)
        elif is_new_year:
            name = f"{name} {day.year}"
        named.append((day, name))
    return named


def _months(first: date, last: date, most: int) -> list[date]:
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    step = next((step for step in (1, 2, 3, 6, 12, 24, 60, 120) if months / step <= most), 240)
    found = []
    for place in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        day = date(place // 12, place % 12 + 1, 1)
        if place % step == 0 and day >= first:
            found.append(day)
    return found or [first]
