"""Years and months in which words were said, as choices of a document: they lead to days. Pure.

Comparing days means looking at each document. A choice of a month leads to those said in it, however
many there are beside; years do for spans that are longer than most people ask for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from statements.search.facets import Facet

MOST_MONTHS = 24
LONG = ("month", "long")  # said at some time within more months than that, or open at an end


def choices_of(first: date | None, last: date | None) -> Iterator[Facet]:
    """Yields the years and months of a span of days, in which something was said.

    None is an open end. Where nothing is known there are none.
    """
    if first and last:
        for year in range(first.year, last.year + 1):
            yield "year", str(year)
        yield from months_of(first, last) or [LONG]
    elif first or last:
        yield LONG


def days_of(first: date | None, last: date | None) -> tuple[int, int]:
    """Returns the ordinals of the earliest and latest day; an open end reaches as far as days do.

    (0, 0) where nothing is known.
    """
    if not (first or last):
        return 0, 0
    return (first or date.min).toordinal(), (last or date.max).toordinal()


def choices_within(first: date | None, last: date | None, known: Sequence[int]) -> list[Facet]:
    """Returns choices that hold all that was said within days, and little else.

    Of a longer time, or one that is open at an end, that is each of the `known` years, and months
    where it begins or ends within a year. [] where that leaves none of the years out: nothing is
    gained by looking then.
    """
    if first and last and (months := months_of(first, last)):
        return [*months, LONG]
    found: list[Facet] = []
    whole_years = 0
    for year in known:
        begins, ends = date(year, 1, 1), date(year, 12, 31)
        if (first and ends < first) or (last and last < begins):
            continue
        months = months_of(max(begins, first or begins), min(ends, last or ends))
        is_whole = len(months) == 12
        whole_years += is_whole
        found += [("year", str(year))] if is_whole else months
    return [] if known and whole_years == len(known) else [*found, LONG]


def months_of(first: date, last: date) -> list[Facet]:
    """Returns the months of a span of days, [] when they are more than `MOST_MONTHS`."""
    start, end = _number(first), _number(last)
    if end - start >= MOST_MONTHS:
        return []
    return [("month", f"{month // 12:04}-{month % 12 + 1:02}") for month in range(start, end + 1)]


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1
