"""Numbers as intervals: the bounds that words imply, and what can be asked of two of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from statements.vocabulary import Comparator


@dataclass(frozen=True, slots=True)
class Bounds:
    """The numbers that a comparator and a value allow; None is no bound on that side.

    "Over 1,000" has lower 1000, not included, and no upper bound (DOMAIN §2.1). At least one
    number lies within: bounds that leave none raise ValueError.
    """

    lower: Decimal | None
    upper: Decimal | None
    includes_lower: bool = True
    includes_upper: bool = True

    def __post_init__(self) -> None:
        if self.lower is None or self.upper is None:
            return
        is_point = self.lower == self.upper and self.includes_lower and self.includes_upper
        if self.lower >= self.upper and not is_point:
            raise ValueError("no number lies within these bounds")

    def holds(self, number: Decimal) -> bool:
        """Says whether a number lies within."""
        return self.contains(Bounds(number, number))

    def contains(self, other: Bounds) -> bool:
        """Says whether every number that `other` allows is allowed here."""
        return _reaches_down(self, other) and _reaches_up(self, other)

    def is_above(self, other: Bounds) -> bool:
        """Says whether every number within lies above every number that `other` allows."""
        if self.lower is None or other.upper is None:
            return False
        touches = self.includes_lower and other.includes_upper
        return self.lower > other.upper or (self.lower == other.upper and not touches)

    def is_below(self, other: Bounds) -> bool:
        """Says whether every number within lies below every number that `other` allows."""
        return other.is_above(self)

    def overlaps(self, other: Bounds) -> bool:
        """Says whether one number at least is allowed by both."""
        return not self.is_above(other) and not self.is_below(other)

    def plus(self, other: Bounds) -> Bounds:
        """Returns the bounds of the sum of two numbers, of which each lies within its own."""
        return Bounds(
            None if self.lower is None or other.lower is None else self.lower + other.lower,
            None if self.upper is None or other.upper is None else self.upper + other.upper,
            self.includes_lower and other.includes_lower,
            self.includes_upper and other.includes_upper,
        )

    def or_more(self) -> Bounds:
        """Returns the bounds without their upper end: what is known of a sum when parts lack."""
        return replace(self, upper=None, includes_upper=True)

    def or_less(self) -> Bounds:
        """Returns the bounds of a count that is a part of this one: not below zero, no higher."""
        none = self.upper is not None and not self.holds_some_from(Decimal(0))
        return replace(self, lower=None if none else Decimal(0), includes_lower=True)

    def holds_some_from(self, number: Decimal) -> bool:
        """Says whether `number` or one above it lies within."""
        return self.upper is None or not self.is_below(Bounds(number, number))


NOTHING = Bounds(Decimal(0), Decimal(0))


def _reaches_down(wide: Bounds, narrow: Bounds) -> bool:
    if wide.lower is None:
        return True
    if narrow.lower is None:
        return False
    if wide.lower == narrow.lower:
        return wide.includes_lower or not narrow.includes_lower
    return wide.lower < narrow.lower


def _reaches_up(wide: Bounds, narrow: Bounds) -> bool:
    if wide.upper is None:
        return True
    if narrow.upper is None:
        return False
    if wide.upper == narrow.upper:
        return wide.includes_upper or not narrow.includes_upper
    return wide.upper > narrow.upper


def total(parts: Iterable[Bounds]) -> Bounds:
    """Returns the bounds of the sum of numbers that lie within `parts`; of none it is zero."""
    whole = NOTHING
    for part in parts:
        whole = whole.plus(part)
    return whole


def bounds_as_kept(comparator: str, lower: Decimal | None, upper: Decimal | None) -> Bounds:
    """Returns the bounds of a stored number, whose two columns do not say which end is open."""
    return Bounds(
        lower,
        upper,
        includes_lower=comparator != Comparator.MORE_THAN,
        includes_upper=comparator != Comparator.LESS_THAN,
    )


def implied_bounds(
    comparator: str,
    value: Decimal | None,
    *,
    lower: Decimal | None = None,
    upper: Decimal | None = None,
    tolerance_percent: Decimal = Decimal(0),
) -> Bounds:
    """Returns the bounds of a number as said.

    `between` takes `lower` and `upper`, every other comparator takes `value`; no tolerance
    reaches below zero. Raises ValueError, in words, when the one it takes is missing.
    """
    if comparator == Comparator.BETWEEN:
        if lower is None or upper is None:
            raise ValueError('"between" needs a lower and an upper number')
        if lower > upper:
            raise ValueError("the lower number is above the upper one")
        return Bounds(lower, upper)
    if value is None:
        raise ValueError("give the number that was said")
    if comparator == Comparator.EXACTLY:
        return Bounds(value, value)
    if comparator == Comparator.ABOUT:
        span = abs(value) * tolerance_percent / 100
        return Bounds(max(value - span, min(value, Decimal(0))), value + span)
    if comparator == Comparator.AT_LEAST:
        return Bounds(value, None)
    if comparator == Comparator.MORE_THAN:
        return Bounds(value, None, includes_lower=False)
    if comparator == Comparator.AT_MOST:
        return Bounds(None, value)
    if comparator == Comparator.LESS_THAN:
        return Bounds(None, value, includes_upper=False)
    raise ValueError(f"{comparator} is no comparator")


def number_words(number: Decimal) -> str:
    """Returns a number as readers write it: "1,000", "2.5"."""
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def bounds_words(bounds: Bounds) -> str:
    """Returns bounds in words: "1,297", "at least 870", "900 to 1,100", "more than 5 up to 9"."""
    low = None if bounds.lower is None else number_words(bounds.lower)
    high = None if bounds.upper is None else number_words(bounds.upper)
    if low is None and high is None:
        return "any number"
    if low is None:
        return f"at most {high}" if bounds.includes_upper else f"less than {high}"
    if high is None:
        return f"at least {low}" if bounds.includes_lower else f"more than {low}"
    if low == high:
        return low
    start = low if bounds.includes_lower else f"more than {low}"
    if bounds.includes_lower and bounds.includes_upper:
        return f"{low} to {high}"
    return f"{start} up to {high}" if bounds.includes_upper else f"{start} up to below {high}"


def quantity_words(
    comparator: str, value: Decimal | None, lower: Decimal | None, upper: Decimal | None, unit: str
) -> str:
    """Returns a typed number in words: "more than 1,000 drones", "between 20 and 30 countries"."""
    if comparator == Comparator.BETWEEN and lower is not None and upper is not None:
        number = f"between {number_words(lower)} and {number_words(upper)}"
    elif value is None:
        return unit
    elif comparator == Comparator.EXACTLY:
        number = number_words(value)
    else:
        number = f"{Comparator(comparator).label.lower()} {number_words(value)}"
    return f"{number} {unit}".strip()
