"""Numbers and the bounds they imply. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from statements.vocabulary import Comparator


@dataclass(frozen=True, slots=True)
class Bounds:
    """The numbers that a comparator and a value allow; None is no bound on that side.

    "Over 1,000" has lower 1000, not included, and no upper bound (DOMAIN §2.1).
    """

    lower: Decimal | None
    upper: Decimal | None
    includes_lower: bool = True
    includes_upper: bool = True


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
