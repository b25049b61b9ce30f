"""Which days a count covers, by the steps in which a series counts. Pure."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from sources.vocabulary import Granularity

ONE_DAY = timedelta(days=1)
ONE_WEEK = timedelta(days=7)


def period_of(granularity: str, start: date | None, end: date | None = None) -> tuple[date, date]:
    """Returns the first and last day of the period that one day, or both, stand for.

    A night is named by its morning and kept from the evening before; a week is named by its first
    day; any day of a month or a year stands for it. Raises ValueError, in words, for two days that
    are no such period.
    """
    if start is None:
        raise ValueError("name the day")
    if end is not None and end < start:
        raise ValueError("the period ends before it starts")
    try:
        first, last = _period(granularity, start, end)
    except OverflowError as error:
        raise ValueError("this day is too far away") from error
    if end is not None and (start, end) not in ((first, last), (start, start)):
        raise ValueError(f"{start} to {end} is not {WORDS[granularity]}")
    return first, last


def _period(granularity: str, start: date, end: date | None) -> tuple[date, date]:
    if granularity == Granularity.NIGHT:
        morning = end or start
        return morning - ONE_DAY, morning
    if granularity == Granularity.WEEK:
        return start, start + ONE_WEEK - ONE_DAY
    if granularity == Granularity.MONTH:
        days = calendar.monthrange(start.year, start.month)[1]
        return start.replace(day=1), start.replace(day=days)
    if granularity == Granularity.YEAR:
        return date(start.year, 1, 1), date(start.year, 12, 31)
    return start, start


WORDS: dict[str, str] = {
    Granularity.NIGHT: "one night: a night ends on the day after it began",
    Granularity.DAY: "one day",
    Granularity.WEEK: "a week of seven days",
    Granularity.MONTH: "a whole month",
    Granularity.YEAR: "a whole year",
}
