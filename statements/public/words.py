"""Dates, counts and texts as readers see them. Formatted once here, never in a template.

A template that prints aware datetimes in a loop costs several times the rest of the page.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import get_language_info

from statements.fuzzydates import day_words
from statements.models import Site

COUNT_CAP = 1_000


def day(value: date | str | None) -> str:
    """Returns "27 March 2025" for a date or its ISO text, and "" for none."""
    if not value:
        return ""
    return day_words(date.fromisoformat(value) if isinstance(value, str) else value)


def site_zone() -> ZoneInfo:
    """Returns the site's time zone; a list asks for it once."""
    return ZoneInfo(Site.current().time_zone)


def day_of(moment: datetime | None, zone: ZoneInfo | None = None) -> str:
    """Returns the day of a moment in the site's time zone: "27 March 2025"."""
    return day_words(moment.astimezone(zone or site_zone())) if moment else ""


def moment_words(moment: datetime | str | None) -> str:
    """Returns a moment to the minute: "27 March 2025, 14:05 UTC"."""
    if not moment:
        return ""
    exact = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    exact = exact.astimezone(UTC)
    return f"{day_words(exact)}, {exact:%H:%M} UTC"


def period(start: date | None, end: date | None) -> str:
    """Returns "since 5 July 2024", "until …", "5 July 2024 to 1 May 2025", or ""."""
    if start and end:
        return f"{day_words(start)} to {day_words(end)}"
    if start:
        return f"since {day_words(start)}"
    return f"until {day_words(end)}" if end else ""


def count(number: int, one: str, many: str, *, most: int = 0) -> str:
    """Returns "1 claim", "3 claims", "1,000+ claims" (counts stop there, or at `most`)."""
    cap = most or COUNT_CAP
    if number > cap:
        return f"{cap:,}+ {many}"
    return f"{number:,} {one if number == 1 else many}"


def paragraphs(text: str) -> list[str]:
    """Returns the paragraphs of a text: an empty line parts them."""
    return [
        " ".join(part.split()) for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()
    ]


def listing(words: list[str]) -> str:
    """Returns "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def language(code: str) -> str:
    """Returns the English name of a language: "Ukrainian" for "uk", the code where it has none."""
    try:
        return str(get_language_info(code)["name"])
    except KeyError:
        return code


def sentence(text: str) -> str:
    """Returns the text with a capital at its start."""
    return text[:1].upper() + text[1:]


def byte_words(size: int) -> str:
    """Returns a file's size: "812 bytes", "14 kB", "2.1 MB"."""
    if size < 1_000:
        return f"{size} bytes"
    return f"{size / 1_000:.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
