"""Holding counts against a claim: the four questions of `statements.comparison`, in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from sources.vocabulary import Granularity
from statements import fuzzydates, intervals
from statements.comparison.values import (
    Claimed,
    Comparison,
    Count,
    Counted,
    Coverage,
    Reading,
    Rule,
    Run,
    Where,
    Window,
)
from statements.intervals import Bounds
from statements.vocabulary import Mismatch, Outcome, PeriodCounts

ONE_DAY = timedelta(days=1)


def compare(claimed: Claimed, reading: Reading, *windows: Window) -> Comparison:
    """Holds one number against a claim. A reading for exactly the claim's days runs once."""
    if reason := _counts_something_else(claimed, reading.rule, reading.place, reading.counter):
        return Comparison(claimed, reading, (reason,))
    windows = windows or (claimed.window,)
    notes = _notes(windows[0], reading.window.time_zone, is_about=reading.window.is_about)
    start, end = reading.window.start, reading.window.end
    if start is None or end is None:
        why = "The evidence names no period with a first and a last day."
        return Comparison(claimed, reading, (_refused(Mismatch.PERIOD, why),), notes)
    at_night = reading.window.days == PeriodCounts.NIGHTS
    unit = Granularity.NIGHT if at_night else Granularity.DAY
    number = _Number(start, end, reading.bounds)
    runs: list[Run] = []
    for window in windows:
        spans = _spans(window, unit)
        if isinstance(spans, Run):
            runs.append(spans)
            continue
        same = [span for span in spans if (span.first, span.last) == (start, end)]
        told = reading.window.words
        runs += [_run(claimed, [number], span, unit, told=told) for span in same or spans]
    return Comparison(claimed, reading, tuple(dict.fromkeys(runs)), notes)


def compare_series(claimed: Claimed, counted: Counted, *windows: Window) -> Comparison:
    """Holds a series against a claim over its window, or over each of `windows`.

    Several windows are several datings of one event: the comparison runs once for each.
    """
    if reason := _counts_something_else(claimed, counted.rule, counted.place, counted.counter):
        return Comparison(claimed, counted, (reason,))
    windows = windows or (claimed.window,)
    numbers = _numbers(counted)
    runs: list[Run] = []
    for window in windows:
        spans = _spans(window, counted.granularity)
        if isinstance(spans, Run):
            runs.append(spans)
        else:
            runs += [_run(claimed, numbers, span, counted.granularity) for span in spans]
    notes = _notes(windows[0], counted.time_zone)
    return Comparison(claimed, counted, tuple(dict.fromkeys(runs)), notes)


# ---- 1. the same thing? ---------------------------------------------------------------------


def _refused(reason: str, why: str) -> Run:
    return _not_comparable(Run(), reason, why)


def _not_comparable(run: Run, reason: str, why: str) -> Run:
    return replace(run, outcome=Outcome.NOT_COMPARABLE, reason=reason, why=why)


def _counts_something_else(
    claimed: Claimed, rule: Rule, place: Where | None, counter: str
) -> Run | None:
    asked = claimed.rule
    if rule.unit != asked.unit:
        why = f"The claim counts {asked.unit}, this counts {rule.unit}."
        return _refused(Mismatch.MEASURE, why)
    if rule.group != asked.group:
        why = f"“{rule.name}” is counted by another rule than “{asked.name}”."
        return _refused(Mismatch.COUNTING_RULE, why)
    if claimed.counter and counter != claimed.counter:
        whose = f"is by {counter}" if counter else "names no counter"
        why = f"The claim speaks of a count by {claimed.counter}, this one {whose}."
        return _refused(Mismatch.COUNTER, why)
    why = _other_place(claimed.place, place)
    return _refused(Mismatch.PLACE, why) if why else None


def _other_place(asked: Where | None, given: Where | None) -> str:
    if asked is None or given is None:
        if asked is given:
            return ""
        if asked:
            return f"The claim is about {asked.name}, the count names no place."
        return f"The claim names no place, the count is for {given.name if given else ''}."
    if asked.key == given.key:
        return ""
    if asked.key in given.above:
        return f"A count for {given.name}, a part, cannot stand for the whole of {asked.name}."
    if given.key in asked.above:
        return f"A count for all of {given.name} says nothing of {asked.name} alone."
    return f"The claim is about {asked.name}, the count about {given.name}."


def _notes(asked: Window, given_zone: str, *, is_about: bool = False) -> tuple[str, ...]:
    """Returns what is to be said of the days beside the answer."""
    notes = _zone_notes(asked.time_zone, given_zone)
    if asked.is_about:
        notes += ("The claim gives its days as about right only: compared as if they were exact.",)
    if is_about:
        notes += ("The evidence gives its days as about right only.",)
    return notes


def _zone_notes(asked: str, given: str) -> tuple[str, ...]:
    """Returns what is to be said of two time zones; where one is not named, that it is not."""
    if asked == given:
        return ()
    if asked and given:
        return (f"The claim's days are those of {asked}, the counts' those of {given}.",)
    if asked:
        return (f"The counts do not say whose days they mean; the claim's are those of {asked}.",)
    return (f"The claim does not say whose days it means; the counts' are those of {given}.",)


# ---- 2. which periods? ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Span:
    """Days, or nights by their mornings, over which a comparison runs once."""

    first: date | None
    last: date | None
    edge: str = ""
    dated: str = ""

    def holds(self, number: _Number) -> bool:
        return (self.first is None or self.first <= number.first) and (
            self.last is None or number.last <= self.last
        )

    def meets(self, number: _Number) -> bool:
        return (self.first is None or self.first <= number.last) and (
            self.last is None or number.first <= self.last
        )


def _spans(window: Window, granularity: str) -> list[_Span] | Run:
    """Returns the days of a window in the steps of the counts: the sure part, then the whole.

    They differ by the edges: the night that ends on the first day, the day of an event.
    """
    first, last = window.start, window.end
    at_night = granularity == Granularity.NIGHT
    if not window.is_named:
        why = "The claim names no period."
    elif first and last and first > last:
        why = "The claim's period would end before it begins."
    elif window.days == PeriodCounts.NIGHTS and not at_night:
        why = "The claim counts nights, this counts days."
    else:
        why = ""
    if why:
        return replace(_refused(Mismatch.PERIOD, why), dated=window.dated)
    edges = []
    if at_night and first and (window.is_since or window.days == PeriodCounts.CALENDAR_DAYS):
        edges.append(f"the night ending on {fuzzydates.day_words(first)}")
        first = _after(first)
    if granularity == Granularity.DAY:
        if window.is_since and first:
            edges.append(fuzzydates.day_words(first))
            first = _after(first)
        if window.is_until and last:
            edges.append(fuzzydates.day_words(last))
            last = _before(last)
    sure = _Span(first, last, dated=window.dated)
    if not edges:
        return [sure]
    whole = _Span(window.start, window.end, " and ".join(dict.fromkeys(edges)), window.dated)
    return [whole] if first and last and first > last else [sure, whole]


def _after(day: date) -> date:
    return day if day == date.max else day + ONE_DAY


def _before(day: date) -> date:
    return day if day == date.min else day - ONE_DAY


@dataclass(frozen=True, slots=True)
class _Number:
    """A number for a run of days or nights: one count of a series, or a reading."""

    first: date
    last: date
    bounds: Bounds
    count: Count | None = None


def _numbers(counted: Counted) -> list[_Number]:
    """Returns the counts of a series in order of time; of two for one period the newest."""
    at_night = counted.granularity == Granularity.NIGHT
    newest: dict[tuple[date, date], Count] = {}
    for count in sorted(counted.counts, key=_reported):
        newest[count.end if at_night else count.start, count.end] = count
    return [
        _Number(first, last, count.bounds, count) for (first, last), count in sorted(newest.items())
    ]


def _reported(count: Count) -> tuple[float, int]:
    return (count.reported_at.timestamp() if count.reported_at else 0.0, count.key)


# ---- 3. what do they add up to? -------------------------------------------------------------


def _run(
    claimed: Claimed,
    numbers: Sequence[_Number],
    span: _Span,
    granularity: str,
    *,
    told: str = "",
) -> Run:
    """Compares once; `told` are the days of a reading in words, "" for a series."""
    inside = [number for number in numbers if span.holds(number)]
    across = [number for number in numbers if span.meets(number) and not span.holds(number)]
    coverage = _coverage(inside, span, granularity)
    counts = [number.count for number in inside if number.count]
    run = Run(
        first=span.first,
        last=span.last,
        edge=span.edge,
        dated=span.dated,
        coverage=coverage,
        counts=tuple(counts),
        number=sum((count.value for count in counts), Decimal(0)) if counts else None,
    )
    if _cover_days_twice(inside):
        why = "Two counts cover the same days: they cannot be added up."
        return _not_comparable(run, Mismatch.PERIOD, why)
    if not claimed.rule.is_additive and len(inside) > 1:
        why = f"Counts of {claimed.rule.unit} are not added up, and there are {len(inside):,}."
        return _not_comparable(run, Mismatch.NOT_ADDITIVE, why)
    bounds = intervals.total(number.bounds for number in inside)
    is_held = bool(inside)
    if not coverage.is_whole:
        all_of_them = [*inside, *across]
        reach = _coverage(all_of_them, span, granularity).is_whole
        most = intervals.total(number.bounds for number in all_of_them) if reach else bounds
        bounds = bounds.or_more() if not reach else _between(bounds, most)
        is_held = (bool(inside) or reach) and claimed.rule.is_additive
    if is_held:
        run = _answer(claimed, replace(run, bounds=bounds))
    return run if run.outcome else _unanswered(run, across, told)


def _between(least: Bounds, most: Bounds) -> Bounds:
    return Bounds(least.lower, most.upper, least.includes_lower, most.includes_upper)


def _cover_days_twice(numbers: Sequence[_Number]) -> bool:
    return any(later.first <= one.last for one, later in pairwise(numbers))


def _coverage(numbers: Sequence[_Number], span: _Span, granularity: str) -> Coverage:
    unit = Granularity.NIGHT if granularity == Granularity.NIGHT else Granularity.DAY
    if span.first is None or span.last is None:
        days = sum((number.last - number.first).days + 1 for number in numbers)
        return Coverage(days, None, str(unit))
    gaps = tuple(_gaps(numbers, span.first, span.last))
    wanted = (span.last - span.first).days + 1
    missing = sum((last - first).days + 1 for first, last in gaps)
    return Coverage(wanted - missing, wanted, str(unit), gaps)


def _gaps(numbers: Sequence[_Number], first: date, last: date) -> Iterator[tuple[date, date]]:
    """Yields first and last day of each run of days between the two that no number covers."""
    for number in sorted(numbers, key=lambda number: number.first):
        if first < number.first:
            yield first, number.first - ONE_DAY
        if number.last >= last:
            return
        first = max(first, number.last + ONE_DAY)
    yield first, last


# ---- 4. does the claim allow that? ----------------------------------------------------------


def _answer(claimed: Claimed, run: Run) -> Run:
    """Sets the outcome where the bounds settle it, or where nothing is missing."""
    allowed, found = claimed.bounds, run.bounds
    if found is None or run.coverage is None:
        return run
    if allowed.contains(found):
        return replace(run, outcome=Outcome.COMPATIBLE, is_certain=True)
    if found.is_above(allowed):
        return replace(run, outcome=Outcome.ABOVE_CLAIM, is_certain=True)
    if found.is_below(allowed):
        return replace(run, outcome=Outcome.BELOW_CLAIM, is_certain=True)
    if run.coverage.is_whole:
        why = "The count allows the claim, and other numbers as well."
        return replace(run, outcome=Outcome.COMPATIBLE, why=why)
    return run


def _unanswered(run: Run, across: Sequence[_Number], told: str) -> Run:
    """Says why counts that do not fill the window settle nothing."""
    coverage, days = run.coverage, run.period_words
    if coverage is None or coverage.wanted is None:
        lacks = "first" if run.first is None else "last"
        why = f"The window ({days}) has no {lacks} day, so no count of it is complete."
        return _not_comparable(run, Mismatch.PERIOD, why)
    if told:
        why = f"The evidence is about {told}, the claim about {days}: that settles nothing."
        return _not_comparable(run, Mismatch.PERIOD, why)
    if across:
        why = f"The counts reach across the edges of {days}, and settle nothing about it."
        return _not_comparable(run, Mismatch.PERIOD, why)
    if not coverage.known:
        why = f"There is no count for {days}. Missing is not zero."
    elif coverage.unit == Granularity.NIGHT:
        why = f"There is no count for nights ending on {coverage.gap_words}. Missing is not zero."
    else:
        why = f"There is no count for {coverage.gap_words}. Missing is not zero."
    return _not_comparable(run, Mismatch.MISSING_DAYS, why)
