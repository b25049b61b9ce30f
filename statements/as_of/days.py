"""The day that a page of the past is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from django.utils import timezone

from sources.errors import Invalid

PARAMETER = "as_of"
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def read_day(told: Sequence[str], *, name: str = PARAMETER) -> date | None:
    """Returns the day that a query string asks for, None where it asks for none.

    Raises `Invalid`, in words, for what is no day, for two of them, and for a day to come.
    """
    given = [value for value in told if value]
    if not given:
        return None
    if len(given) > 1:
        raise Invalid(f"give {name} once", field=name)
    try:
        day = date.fromisoformat(given[0]) if DAY.fullmatch(given[0]) else None
    except ValueError:  # the 30th of February
        day = None
    if day is None:
        raise Invalid(f"write {name} as a day: 2025-03-27", field=name)
    if day > today():
        raise Invalid(f"the day in {name} has not come yet", field=name)
    return day


def today() -> date:
    """Returns the day by which pages are dated: the one in UTC, as in every edition."""
    return timezone.now().astimezone(UTC).date()


def end_of(day: date) -> datetime:
    """Returns the last moment of a day, UTC."""
    return datetime.combine(day, time.max, tzinfo=UTC)
