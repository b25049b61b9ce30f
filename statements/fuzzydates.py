"""Fuzzy dates: EDTF level-1 text to two plain dates and to words. Pure.

Spelling after the Library of Congress Extended Date/Time Format (EDTF) Specification, level 1,
without times and without years of more than four digits.
"""

from __future__ import annotations

import calendar
import re
from datetime import date
from functools import lru_cache

PART = re.compile(
    r"^(?P<year>[0-9]{4}|[0-9]{3}X|[0-9]{2}XX)(?:-(?P<month>[0-9]{2}|XX))?"
    r"(?:-(?P<day>[0-9]{2}|XX))?(?P<mark>[~?%]?)\Z"
)
# Once: each look into calendar.month_name formats a date anew.
MONTHS = tuple(calendar.month_name)
SEASONS = {21: (3, 5, "spring"), 22: (6, 8, "summer"), 23: (9, 11, "autumn"), 24: (12, 2, "winter")}
HOW = "write a date as 2025-03-27, 2025-03, 2025, 2025-03~ (about) or 2025-03-18/2025-03-27"


def bounds(edtf: str) -> tuple[date | None, date | None]:
    """Returns the earliest and latest day an EDTF text can mean; None where it is open.

    "" gives (None, None). Raises ValueError, in words, for anything else that is no such text.
    """
    if not edtf:
        return None, None
    if "/" not in edtf:
        return _part(edtf)
    first, _, last = edtf.partition("/")
    start = None if first in ("", "..") else _part(first)[0]
    end = None if last in ("", "..") else _part(last)[1]
    if start is None and end is None:
        raise ValueError(HOW)
    if start and end and start > end:
        raise ValueError("the period ends before it starts")
    return start, end


@lru_cache(maxsize=4096)
def words(edtf: str) -> str:
    """Returns an EDTF text in English: "27 March 2025", "about March 2025", "since 2 May 2025"."""
    if "/" not in edtf:
        return _words(edtf) if edtf else ""
    first, _, last = edtf.partition("/")
    if first in ("", ".."):
        return f"until {_words(last)}"
    if last in ("", ".."):
        return f"since {_words(first)}"
    start, end = _words(first), _words(last)
    if start == end:
        return start
    left, right = start.split(), end.split()
    while len(left) > 1 and left[-1] == right[-1] and len(left) == len(right):
        left.pop()
        right.pop()
    shared = end.split()[len(right) :]
    dash = "\N{EN DASH}" if len(left) == 1 and len(right) == 1 else " \N{EN DASH} "
    return " ".join([dash.join([" ".join(left), " ".join(right)]), *shared])


def day_words(day: date) -> str:
    """Returns a day in English: "27 March 2025"."""
    return f"{day.day} {MONTHS[day.month]} {day.year}"


def _part(text: str) -> tuple[date, date]:
    match = PART.match(text)
    if not match:
        raise ValueError(HOW)
    year, month, day = match["year"], match["month"], match["day"]
    first, last = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if "X" in year or month is None or month == "XX":
        if day not in (None, "XX") or (month not in (None, "XX") and "X" in year):
            raise ValueError(HOW)
        return _date(first, 1, 1), _date(last, 12, 31)
    number = int(month)
    if number in SEASONS and day is None:
        opens, closes, _ = SEASONS[number]
        ends = first + (closes < opens)
        return _date(first, opens, 1), _date(ends, closes, calendar.monthrange(ends, closes)[1])
    if not 1 <= number <= 12:
        raise ValueError(f"there is no month {month}")
    if day is None or day == "XX":
        return _date(first, number, 1), _date(first, number, calendar.monthrange(first, number)[1])
    one = _date(first, number, int(day))
    return one, one


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ValueError(f"there is no day {year:04d}-{month:02d}-{day:02d}") from error


def _words(text: str) -> str:
    match = PART.match(text)
    if not match:
        return text
    about = {"~": "about ", "?": "perhaps ", "%": "perhaps about "}.get(match["mark"], "")
    year, month, day = match["year"], match["month"], match["day"]
    if "X" in year:
        first, last = _part(text)
        return f"{about}{first.year}\N{EN DASH}{last.year}"
    if month is None or month == "XX":
        return f"{about}{year}"
    if int(month) in SEASONS:
        return f"{about}{SEASONS[int(month)][2]} {year}"
    name = MONTHS[int(month)]
    return f"{about}{name} {year}" if day in (None, "XX") else f"{about}{int(day)} {name} {year}"
