"""Counts over time, one panel for each counting rule: what was counted differently never shares one.

Several counters of one rule are told apart by the style of their line. What is missing is hatched
and never drawn as zero. Over it stand the claims that speak of these days, as brackets over their
window: a claim about nine nights is not a claim about any one of them, so it is not drawn against
the nightly counts (`totals` draws it against their sum).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString

from statements.fuzzydates import MONTHS
from statements.public import words
from statements.public.charts.svg import (
    NARROW,
    WIDE,
    Drawing,
    Scale,
    cut,
    day_ticks,
    n,
    number_ticks,
    width_of,
)

MOST_RUNS = 4  # as many line styles as can be told apart
MOST_CLAIMED = 8
PLOT_HEIGHT = {WIDE: 230, NARROW: 190}
ROW_HEIGHT = 24
WIDE_DAY = 6
GAP_STRIP = 8.0
MOST_COLUMNS = 62  # up to two months of days: columns, each to be read by itself


@dataclass(frozen=True, slots=True)
class Reading:
    """One count: the days it is drawn over, both included."""

    start: date
    end: date
    value: float


@dataclass(frozen=True, slots=True)
class Run:
    """The counts of one counter, in the order of time."""

    label: str
    readings: Sequence[Reading]


@dataclass(frozen=True, slots=True)
class Window:
    """The days that a claim speaks of; `number` stands beside it in the text below."""

    number: int
    words: str
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything in one picture."""

    key: str
    title: str
    unit: str
    runs: Sequence[Run]
    windows: Sequence[Window] = ()

    @property
    def first(self) -> date:
        return min(_edges(self, "start"))

    @property
    def last(self) -> date:
        return max(_edges(self, "end"))


def _edges(panel: Panel, name: str) -> list[date]:
    return [
        getattr(row, name)
        for rows in (*(run.readings for run in panel.runs), panel.windows)
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart in both widths, with the sentence that says what is seen."""

    wide: SafeString
    narrow: SafeString
    sentence: str


def picture_of(panel: Panel, sentence: str) -> Picture:
    """Returns the step chart of a panel; `sentence` describes it to those who do not see it."""
    return Picture(
        _drawn(panel, WIDE, sentence),
        _drawn(panel, NARROW, sentence),
        sentence,
    )


def _drawn(panel: Panel, width: int, sentence: str) -> SafeString:
    drawing = Drawing(f"{panel.key}-{'w' if width == WIDE else 'n'}", width)
    drawing.hatch("gap", "M-1 7 7 -1M-1 1 1 -1M5 7 7 5")
    highest = max((row.value for run in panel.runs for row in run.readings), default=0)
    ticks = number_ticks(highest)
    named = [axis_number(tick) for tick in ticks]
    left = max(map(width_of, named)) + 10
    labels = _end_labels(panel, width)
    right = width - (max(map(width_of, labels.values()), default=0) + 10 if labels else 8)
    first, last = panel.first.toordinal(), panel.last.toordinal() + 1
    across = Scale(first, last, left, right)
    rows = _rows_of(panel, across, right)
    # Not every drawing holds brackets, but each begins with what its numbers are.
    drawing.text(0, 13, panel.unit, "chart-soft")
    top = 26 + len({row for _, row in rows}) * ROW_HEIGHT
    bottom = top + PLOT_HEIGHT[width]
    up = Scale(ticks[0], ticks[-1], bottom, top)

    for tick, name in zip(ticks, named, strict=True):
        drawing.line(left, up(tick), right, up(tick), "chart-zero" if tick == 0 else "chart-grid")
        drawing.text(left - 8, up(tick) + 4, name, "chart-soft", anchor="end")
    for window, row in rows:
        _bracket(drawing, window, across, 26 + row * ROW_HEIGHT, bottom, right)
    strip = 0.0 if across(first + 1) - across(first) >= WIDE_DAY else GAP_STRIP
    for begin, end in _gaps(panel, least=1 / ((right - left) / (last - first))):
        # Wide days are hatched from top to bottom, narrow ones in a strip below the axis.
        at, tall = (bottom, strip) if strip else (top, bottom - top)
        drawing.filled(across(begin), at, across(end) - across(begin), tall, "gap")
    if strip:
        drawing.line(left, bottom + strip, right, bottom + strip, "chart-grid")
    ends: list[tuple[float, str]] = []
    for place, run in enumerate(panel.runs):
        _draw_run(drawing, run, place, across, up, is_only=len(panel.runs) == 1)
        if labels and run.readings:
            ends.append((up(run.readings[-1].value), labels[place]))
    for y, label in _apart(ends):
        drawing.text(right + 6, y + 4, label, "chart-name")
    if len(panel.runs) == 1:
        _name_highest(drawing, panel.runs[0], across, up, right)
    _time_axis(drawing, panel.first, panel.last, across, bottom + strip)
    drawing.height = bottom + strip + 24
    if len(panel.runs) > 1:
        drawing.height = _legend(drawing, panel, width, bottom + strip + 44)
    return drawing.svg(panel.title, sentence)


def axis_number(value: float) -> str:
    """Returns a number of an axis: "1,000", "2.5"."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


# ---- counts ---------------------------------------------------------------------------------


def _draw_run(
    drawing: Drawing, run: Run, place: int, across: Scale, up: Scale, *, is_only: bool
) -> None:
    """Draws steps, or columns where a single counter has few enough of them."""
    if is_only and _is_columns(run):
        for row in run.readings:
            x, end = across(row.start.toordinal()), across(row.end.toordinal() + 1)
            gap = min(2.0, (end - x) / 5)
            drawing.rect(
                x + gap / 2, up(row.value), end - x - gap, up(0) - up(row.value), "chart-column"
            )
        return
    line, area = _steps(run, across, up)
    if is_only:
        drawing.path(area, "chart-area")
    drawing.path(line, f"chart-line chart-line-{place}")


def _is_columns(run: Run) -> bool:
    if not run.readings:
        return False
    return run.readings[-1].end.toordinal() - run.readings[0].start.toordinal() < MOST_COLUMNS


def _steps(run: Run, across: Scale, up: Scale) -> tuple[str, str]:
    """Returns the paths of the line and of the area below it; both break where days are missing.

    Text put together by hand: 800 counts take a millisecond.
    """
    scale_x = (across.end - across.start) / max(across.high - across.low, 1)
    base = n(up(0))
    line: list[str] = []
    area: list[str] = []
    before: int | None = None
    height = ""
    for row in run.readings:
        start, end = row.start.toordinal(), row.end.toordinal() + 1
        x = n(across.start + (start - across.low) * scale_x)
        to = n(across.start + (end - across.low) * scale_x)
        y = n(up(row.value))
        if before == start:
            line.append(f"V{y}H{to}" if y != height else f"H{to}")
            area.append(f"V{y}H{to}" if y != height else f"H{to}")
        else:
            line.append(f"M{x} {y}H{to}")
            area.append(f"{f'V{base}Z' if area else ''}M{x} {base}V{y}H{to}")
        before, height = end, y
    if area:
        area.append(f"V{base}Z")
    return "".join(line), "".join(area)


def gaps_of(readings: Sequence[Reading]) -> list[tuple[date, date]]:
    """Returns the days between the first and the last count that no count covers."""
    gaps = []
    covered: date | None = None
    for row in readings:
        if covered is not None and row.start.toordinal() > covered.toordinal() + 1:
            gaps.append(
                (
                    date.fromordinal(covered.toordinal() + 1),
                    date.fromordinal(row.start.toordinal() - 1),
                )
            )
        covered = row.end if covered is None else max(covered, row.end)
    return gaps


def _gaps(panel: Panel, *, least: float) -> list[tuple[int, int]]:
    """Returns what no counter of the panel covers, as ordinals with the end excluded.

    Gaps nearer to one another than `least` days, which nobody could tell apart, are one.
    """
    rows = sorted((row for run in panel.runs for row in run.readings), key=lambda row: row.start)
    found: list[tuple[int, int]] = []
    for start, end in gaps_of(rows):
        first, last = start.toordinal(), end.toordinal() + 1
        if found and first - found[-1][1] < least:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found


def _name_highest(drawing: Drawing, run: Run, across: Scale, up: Scale, right: float) -> None:
    """Writes the highest count beside its mark: one number to read the rest by."""
    if not run.readings:
        return
    top = max(run.readings, key=lambda row: row.value)
    told = f"{axis_number(top.value)} on {top.end.day} {MONTHS[top.end.month][:3]}"
    x = (across(top.start.toordinal()) + across(top.end.toordinal() + 1)) / 2
    half = width_of(told) / 2
    x = min(max(x, across.start + half), right - half)
    drawing.text(x, up(top.value) - 6, told, "chart-name chart-halo", anchor="middle")


# ---- names ----------------------------------------------------------------------------------


def _end_labels(panel: Panel, width: int) -> dict[int, str]:
    """Returns the names that stand at the ends of the lines, where there is room for them."""
    if width != WIDE or len(panel.runs) < 2:
        return {}
    return {place: cut(run.label, 130) for place, run in enumerate(panel.runs)}


def _apart(ends: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """Returns labels moved down so that none lies upon another."""
    placed: list[tuple[float, str]] = []
    for y, label in sorted(ends):
        lowest = placed[-1][0] + 16 if placed else y
        placed.append((max(y, lowest), label))
    return placed


def _legend(drawing: Drawing, panel: Panel, width: int, y: float) -> float:
    """Draws each line's style with its name, a line each; returns the height so far."""
    for place, run in enumerate(panel.runs):
        drawing.line(0, y - 4, 34, y - 4, f"chart-line chart-line-{place}")
        drawing.text(42, y, cut(run.label, width - 46))
        y += 20
    return y - 8


# ---- claims over their window ---------------------------------------------------------------


def _rows_of(panel: Panel, across: Scale, right: float) -> list[tuple[Window, int]]:
    """Returns the brackets with their rows: the first in which neither bars nor words collide."""
    taken: list[list[tuple[float, float]]] = []
    placed = []
    for window in sorted(panel.windows[:MOST_CLAIMED], key=lambda row: (row.start, row.number)):
        start, end = _room_of(window, across, right)
        row = next(
            (
                place
                for place, spans in enumerate(taken)
                if all(end + 10 < left or start - 10 > to for left, to in spans)
            ),
            len(taken),
        )
        if row == len(taken):
            taken.append([])
        taken[row].append((start, end))
        placed.append((window, row))
    return placed


def _room_of(window: Window, across: Scale, right: float) -> tuple[float, float]:
    """Returns from where to where a bracket with its words reaches."""
    start, end = across(window.start.toordinal()), across(window.end.toordinal() + 1)
    wide = width_of(_window_words(window))
    if end + 8 + wide <= right:
        return start, end + 8 + wide
    if start - 8 - wide >= 0:
        return start - 8 - wide, end
    return across.start, right


def _window_words(window: Window) -> str:
    return f"{window.number} {window.words}"


def _bracket(
    drawing: Drawing, window: Window, across: Scale, y: float, bottom: float, right: float
) -> None:
    """Draws a bracket over the days that a claim speaks of, and faint lines down to the axis."""
    start, end = across(window.start.toordinal()), across(window.end.toordinal() + 1)
    for x in (start, end):
        drawing.line(x, y + 8, x, bottom, "chart-drop")
    drawing.path(f"M{n(start)} {n(y + 16)}V{n(y + 8)}H{n(end)}V{n(y + 16)}", "chart-bracket")
    told = _window_words(window)
    if end + 8 + width_of(told) <= right:
        drawing.text(end + 8, y + 12, told, "chart-claim")
    elif start - 8 - width_of(told) >= 0:
        drawing.text(start - 8, y + 12, told, "chart-claim", anchor="end")
    else:
        told = cut(told, right)  # it has its row for itself
        half = width_of(told) / 2
        x = min(max((start + end) / 2, half), right - half)
        drawing.text(x, y + 4, told, "chart-claim", anchor="middle")


def _time_axis(drawing: Drawing, first: date, last: date, across: Scale, bottom: float) -> None:
    room = across.end - across.start
    ticks = day_ticks(first, last, max(2, int(room / 78)))
    for place, (day, name) in enumerate(ticks):
        # Days are drawn as wide as they are: their name stands under the middle of a wide one.
        x, next_day = across(day.toordinal()), across(day.toordinal() + 1)
        drawing.line(x, bottom, x, bottom + 5, "chart-zero")
        is_last = place == len(ticks) - 1
        end = across.end + 4
        if is_last and x + width_of(name) > end and place:
            drawing.text(end, bottom + 18, name, "chart-soft", anchor="end")
        else:
            drawing.text(x + min((next_day - x) / 8, 3), bottom + 18, name, "chart-soft")


# ---- words ----------------------------------------------------------------------------------


def sentence_of(panel: Panel, periods: str, *, is_additive: bool = True) -> str:
    """Says what a panel shows: how much, when most, what is missing.

    `periods` is what each count covers, in the plural: "nights". Counts that may not be added up
    are given from the lowest to the highest.
    """
    return " ".join(
        f"{words.sentence(run.label)}: {_run_words(run, panel.unit, periods, is_additive)}."
        for run in panel.runs
        if run.readings
    )


def _run_words(run: Run, unit: str, periods: str, is_additive: bool) -> str:
    rows = run.readings
    top = max(rows, key=lambda row: row.value)
    span = (
        f"in {len(rows):,} {periods} from {words.day(rows[0].start)} to {words.day(rows[-1].end)}"
    )
    highest = f"the highest count {axis_number(top.value)} ({words.day(top.end)})"
    if is_additive:
        told = f"{axis_number(sum(row.value for row in rows))} {unit} {span}, {highest}"
    else:
        lowest = min(row.value for row in rows)
        told = f"{span}, the lowest count {axis_number(lowest)}, {highest} {unit}"
    missing = sum((end - start).days + 1 for start, end in gaps_of(rows))
    return f"{told}; no count for {missing:,} days between" if missing else told
