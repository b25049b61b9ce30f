"""Which claims seem to contradict each other. Pure; it suggests, and a person decides.

Two numbers are held against each other when they count the same by a comparable rule, at the same
place, and no number fits both. Whether that is odd depends on the windows:

- What can be added up over time (drones launched) contradicts itself over the same days; and a
  part cannot be more than the whole, where one window lies within the other. Two windows that
  merely overlap say nothing about each other.
- What cannot be added up (countries at a meeting) contradicts itself over the same days, too.
  Such numbers belong to one occasion, and speakers often mean the same one by different days: so
  numbers of occasions of at most a week, a week apart at most, are put before a person as well.

Without a place, or without a window, nothing is suggested: that would be guessing.

Two statuses contradict each other when they speak of one day, one agreement, one axis and one
party, and cannot both hold (`vocabulary.MAY_HOLD_TOGETHER`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from statements.intervals import Bounds
from statements.vocabulary import MAY_HOLD_TOGETHER

NEAR = timedelta(days=7)  # how long an occasion lasts, and how far two of them lie apart, at most


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a claim, as far as it can be held against another; both days inclusive."""

    claim: int
    counted: tuple[str, str]  # comparability group and unit
    adds_up: bool
    bounds: Bounds
    start: date | None
    end: date | None
    days_are: str
    place: int | None
    since: int | None = None  # the event that the window hangs on

    @property
    def window(self) -> tuple[date | None, date | None]:
        return self.start, self.end

    def lies_within(self, other: Figure) -> bool:
        begins = other.start is None or (self.start is not None and self.start >= other.start)
        ends = other.end is None or (self.end is not None and self.end <= other.end)
        return begins and ends


@dataclass(frozen=True, slots=True)
class Status:
    """What a claim says of an agreement on a day."""

    claim: int
    agreement: int
    axis: str
    party: int | None
    value: str
    as_of: date


def figures_conflict(one: Figure, other: Figure) -> bool:
    """Says whether two numbers are to be put before a person."""
    if one.claim == other.claim or one.counted != other.counted:
        return False
    if one.place is None or one.place != other.place:
        return False
    if (None, None) in (one.window, other.window) or one.bounds.overlaps(other.bounds):
        return False
    return _sums_conflict(one, other) if one.adds_up else _occasions_conflict(one, other)


def _sums_conflict(one: Figure, other: Figure) -> bool:
    if one.days_are != other.days_are:
        return False  # nine nights are not nine days
    return (one.lies_within(other) and not one.bounds.is_below(other.bounds)) or (
        other.lies_within(one) and not other.bounds.is_below(one.bounds)
    )


def _occasions_conflict(one: Figure, other: Figure) -> bool:
    if one.window == other.window:
        return True
    if one.since != other.since:
        return False  # counted from different events
    if one.start is None or one.end is None or other.start is None or other.end is None:
        return False
    short = all(figure_end - figure_start < NEAR for figure_start, figure_end in (
        (one.start, one.end), (other.start, other.end)
    ))  # fmt: skip
    return short and one.start - other.end <= NEAR and other.start - one.end <= NEAR


def soon_before(day: date) -> date:
    """Returns the first day that lies near one."""
    return day - NEAR if day - date.min > NEAR else date.min


def soon_after(day: date) -> date:
    """Returns the last day that lies near one."""
    return day + NEAR if date.max - day > NEAR else date.max


def statuses_conflict(one: Status, other: Status) -> bool:
    """Says whether two statuses are to be put before a person."""
    return (
        one.claim != other.claim
        and (one.agreement, one.axis, one.party) == (other.agreement, other.axis, other.party)
        and one.as_of == other.as_of
        and one.value != other.value
        and frozenset((one.value, other.value)) not in MAY_HOLD_TOGETHER
    )
