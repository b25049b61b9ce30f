"""Fields of a row of an archive: texts, numbers, days, addresses and lists, each checked. Pure.

Every function takes a row and the name of a field, and raises `Invalid` naming it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from sources.canonical import canonical_address
from sources.errors import Invalid
from sources.texts import clean, clean_line
from statements import fuzzydates
from statements.guards import has_not_come

MOST_PARTS = 50  # claims, checks, sources or topics of one row
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\Z")


def text_of(row: Mapping[str, Any], name: str, *, needed: str = "") -> str:
    return clean(row.get(name), name, required=needed)


def line_of(row: Mapping[str, Any], name: str, *, most: int = 500, needed: str = "") -> str:
    value = row.get(name)
    if value is None and not needed:
        return ""
    return clean_line(value, name, required=needed, most=most)


def number_of(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if isinstance(value, bool):
        raise Invalid("give this as text or a number", field=name)
    return str(value)[:40] if isinstance(value, int | float) else line_of(row, name, most=40)


CHECK_ADDRESS = URLValidator(schemes=["http", "https"])


def address_of(row: Mapping[str, Any], name: str, *, needed: str = "") -> str:
    url = line_of(row, name, most=2_000, needed=needed)
    if not url:
        return ""
    try:
        canonical_address(url)
        CHECK_ADDRESS(url)
    except (Invalid, ValidationError) as error:
        words = str(error) if isinstance(error, Invalid) else "this is not an address"
        raise Invalid(words, field=name) from error
    return url


@lru_cache(maxsize=4_096)
def _days(text: str, name: str) -> tuple[date | None, date | None]:
    try:
        return fuzzydates.bounds(text)
    except ValueError as error:
        raise Invalid(f"this date cannot be read: {error}", field=name) from error


def edtf_of(row: Mapping[str, Any], name: str) -> str:
    text = line_of(row, name, most=60)
    first, _ = _days(text, name)
    if first and has_not_come(first):
        raise Invalid("nobody said this on a day that has not come", field=name)
    return text


def moment_of(row: Mapping[str, Any], name: str) -> datetime | None:
    """Returns a moment; for a day alone its noon in UTC, which is that day nearly everywhere."""
    text = line_of(row, name, most=40)
    if not text:
        return None
    try:
        is_day = len(text) == 10
        at = (
            datetime.combine(date.fromisoformat(text), time(12), UTC)
            if is_day
            else datetime.fromisoformat(text)
        )
    except ValueError as error:
        raise Invalid("write the day as 2025-03-27", field=name) from error
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    try:
        at = at.astimezone(UTC)
    except OverflowError as error:
        raise Invalid("write the day as 2025-03-27", field=name) from error
    now = datetime.now(UTC)
    if is_day and now.date() == at.date():
        at = min(at, now)
    if at > now:
        raise Invalid("this day has not come", field=name)
    return at


def day_of(row: Mapping[str, Any], name: str) -> date | None:
    at = moment_of(row, name)
    return at.date() if at else None


def language_of(row: Mapping[str, Any]) -> str:
    code = line_of(row, "language", most=35) or "en"
    if not LANGUAGE.match(code):
        raise Invalid("write the language as a BCP 47 code: en, uk", field="language")
    return code


def slugs_of(row: Mapping[str, Any], name: str) -> list[str]:
    return texts_of(row, name, most=120)


def texts_of(row: Mapping[str, Any], name: str, *, most: int) -> list[str]:
    return [
        clean_line(text, name, required="an empty text stands here", most=most)
        for text in _list(row, name)
    ]


def objects_of(row: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = _list(row, name)
    if not all(isinstance(part, dict) for part in found):
        raise Invalid("give a list of objects", field=name)
    return found


def _list(row: Mapping[str, Any], name: str) -> list[Any]:
    value = row.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise Invalid("give a list", field=name)
    if len(value) > MOST_PARTS:
        raise Invalid(f"give at most {MOST_PARTS} in a list: there are {len(value):,}", field=name)
    return value


def is_seconds(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1_000_000


def ignored_of(row: Mapping[str, Any], known: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in row if name not in known)
