"""What is compared, and what comes of it: plain values that know no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sources.vocabulary import Granularity
from statements import fuzzydates
from statements.intervals import Bounds
from statements.vocabulary import Outcome, PeriodCounts


def period_words(first: date | None, last: date | None, *, at_night: bool) -> str:
    """Returns the days in words, and for nights that it is their mornings that are named."""
    if first is None and last is None:
        return "no period"
    days = fuzzydates.words(f"{first or '..'}/{last or '..'}")
    if not at_night:
        return days
    if first is None or last is None:
        return f"nights {days}"
    return f"the night ending on {days}" if first == last else f"the nights ending on {days}"


def number_of(count: int, unit: str) -> str:
    return f"{count:,} {unit}" if count == 1 else f"{count:,} {unit}s"


# ---- what is compared -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rule:
    """What is counted, and by which rule: the facts of a measure."""

    code: str
    name: str
    unit: str
    group: str
    is_additive: bool = True


@dataclass(frozen=True, slots=True)
class Where:
    """A place by its key, with the keys of all that it is a part of."""

    key: int
    name: str
    above: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Window:
    """The days that a number covers, both ends included; None is an open end.

    `is_since` and `is_until` say that an end is the day of an event, which happened at some hour
    of it; `dated` names who dates the event so ("Russia dates it 18 March 2025"). `is_about` says
    that the days themselves are not exact ("about March 2025").
    """

    start: date | None = None
    end: date | None = None
    days: str = PeriodCounts.CALENDAR_DAYS
    time_zone: str = ""
    is_since: bool = False
    is_until: bool = False
    is_about: bool = False
    dated: str = ""

    @property
    def is_named(self) -> bool:
        return self.start is not None or self.end is not None

    @property
    def words(self) -> str:
        return period_words(self.start, self.end, at_night=self.days == PeriodCounts.NIGHTS)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A number as claimed: its bounds, and what, where and by whom it is counted."""

    rule: Rule
    bounds: Bounds
    words: str  # "more than 1,000 drones"
    window: Window = Window()
    place: Where | None = None
    counter: str = ""  # whose count the claim speaks of, where it names one


@dataclass(frozen=True, slots=True)
class Reading(Claimed):
    """The number inside a piece of evidence: the same facts."""


@dataclass(frozen=True, slots=True)
class Count:
    """One count for one period, both ends included."""

    start: date
    end: date
    value: Decimal
    lower: Decimal | None = None
    upper: Decimal | None = None
    reported_at: datetime | None = None
    source: str = ""  # the title of the work that reports it
    key: int = 0

    @property
    def bounds(self) -> Bounds:
        return Bounds(
            self.value if self.lower is None else self.lower,
            self.value if self.upper is None else self.upper,
        )


@dataclass(frozen=True, slots=True)
class Counted:
    """One counter's series: what, where and by whom, in which steps, and the counts themselves."""

    rule: Rule
    name: str
    counter: str
    counts: tuple[Count, ...] = ()
    granularity: str = Granularity.DAY
    place: Where | None = None
    time_zone: str = ""
    includes: str = ""
    key: str = ""  # the public id of the series


# ---- what comes of it -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a window has counts: "9 of 9 nights"; `wanted` is None for an open window."""

    known: int
    wanted: int | None
    unit: str  # night, day
    gaps: tuple[tuple[date, date], ...] = ()  # first and last of each run of missing ones

    @property
    def is_whole(self) -> bool:
        return self.known == self.wanted

    @property
    def words(self) -> str:
        if self.wanted is None:
            return number_of(self.known, self.unit)
        return f"{self.known:,} of {number_of(self.wanted, self.unit)}"

    @property
    def gap_words(self) -> str:
        return ", ".join(fuzzydates.words(f"{first}/{last}") for first, last in self.gaps)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a comparison: over which days, what they add up to, and what that says.

    `number` is the sum of the counts, `bounds` what the window's number must lie within.
    """

    outcome: str = ""
    reason: str = ""
    why: str = ""  # the reason in a sentence
    first: date | None = None
    last: date | None = None
    edge: str = ""  # "the night ending on 18 March 2025", where the run counts it in
    dated: str = ""
    number: Decimal | None = None
    bounds: Bounds | None = None
    coverage: Coverage | None = None
    counts: tuple[Count, ...] = ()
    is_certain: bool = False

    @property
    def period_words(self) -> str:
        at_night = self.coverage is not None and self.coverage.unit == Granularity.NIGHT
        return period_words(self.first, self.last, at_night=at_night)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What counts say of a claim: the first of its runs answers, the others try its edges."""

    claimed: Claimed
    against: Counted | Reading
    runs: tuple[Run, ...]
    notes: tuple[str, ...] = ()

    @property
    def main(self) -> Run:
        return self.runs[0]

    @property
    def outcome(self) -> str:
        return self.main.outcome

    @property
    def label(self) -> str:
        return str(Outcome(self.outcome).label)

    @property
    def reasons(self) -> tuple[str, ...]:
        return (self.main.reason,) if self.main.reason else ()

    @property
    def is_certain(self) -> bool:
        """Whether every number that the counts allow gives this answer."""
        return self.main.is_certain

    @property
    def is_robust(self) -> bool | None:
        """Whether each run says the same; None where there is one run, or none that answers."""
        outcomes = {run.outcome for run in self.runs}
        if len(self.runs) == 1 or outcomes == {Outcome.NOT_COMPARABLE}:
            return None
        return len(outcomes) == 1

    @property
    def robustness(self) -> str:
        return {None: "", True: "robust", False: "fragile"}[self.is_robust]
