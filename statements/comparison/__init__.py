"""Holding counts against a number that was claimed (DOMAIN §2.1). Pure.

What is compared is named by plain values: `Claimed` is the number inside a claim, `Reading` the
number inside a piece of evidence, `Counted` one counter's series. A comparison advises; it never
sets a verdict. How it decides, in the order in which it asks:

1. Do both count the same? Another unit is another `measure`, another comparability group another
   `counting_rule`. A claim on what one counter counted is held against that counter alone. A count
   for a part of a place cannot stand for the whole, nor the whole for a part.
2. Which periods lie in the window? Both its ends are included. A night belongs to the day on which
   it ends. Where the window begins with a calendar day, or with an event, the night that ends on
   that day lies across its edge: the comparison runs without it (the sure part) and with it. So it
   does for the calendar day of an event.
3. What do they add up to? Counts with bounds give a sum with bounds. A period without a count is
   missing, never zero. A sum with gaps is still a lower bound, since no count is negative; periods
   that reach across the edge of the window give an upper one. What is not additive is never summed.
4. Is that sum allowed by the claim? Wholly: compatible. Not at all: above or below the claim.
   In part: compatible, but not certain, when nothing is missing; else it cannot be said, and the
   outcome is not comparable, with the missing days as its reason.

Where it runs several times (an edge, or parties that date an event differently) the answer is
robust when each run says the same, and fragile when not.
"""

from statements.comparison.deciding import compare, compare_series
from statements.comparison.telling import as_document, sentences
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

__all__ = [
    "Claimed",
    "Comparison",
    "Count",
    "Counted",
    "Coverage",
    "Reading",
    "Rule",
    "Run",
    "Where",
    "Window",
    "as_document",
    "compare",
    "compare_series",
    "sentences",
]
