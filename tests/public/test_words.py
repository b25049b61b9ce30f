"""Dates, counts and texts as readers see them."""

from datetime import UTC, date, datetime

import pytest

from statements.models import Site
from statements.public import words


def test_days():
    assert words.day(date(2025, 3, 7)) == "7 March 2025"
    assert words.day("2025-03-27") == "27 March 2025"
    assert words.day(None) == words.day("") == ""


def test_the_day_of_a_moment_is_that_of_the_site(monkeypatch):
    monkeypatch.setattr(Site, "current", lambda: Site(time_zone="Europe/Kyiv"))

    assert words.day_of(datetime(2025, 3, 27, 22, 30, tzinfo=UTC)) == "28 March 2025"
    assert words.day_of(None) == ""


def test_moments_are_in_utc():
    assert words.moment_words("2025-03-27T22:30:00+02:00") == "27 March 2025, 20:30 UTC"
    assert words.moment_words(None) == ""


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2024, 7, 5), None, "since 5 July 2024"),
        (None, date(2024, 7, 5), "until 5 July 2024"),
        (date(2020, 4, 4), date(2024, 7, 5), "4 April 2020 to 5 July 2024"),
        (None, None, ""),
    ],
)
def test_periods(start, end, expected):
    assert words.period(start, end) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, "0 claims"),
        (1, "1 claim"),
        (2, "2 claims"),
        (1_000, "1,000 claims"),
        (1_001, "1,000+ claims"),
    ],
)
def test_counts(number, expected):
    assert words.count(number, "claim", "claims") == expected


def test_paragraphs_are_parted_by_empty_lines():
    assert words.paragraphs("One\r\n\r\ntwo\nstill two\n\n\n\nthree ") == [
        "One",
        "two still two",
        "three",
    ]
    assert words.paragraphs(" \n\n ") == []


def test_listings():
    assert words.listing([]) == ""
    assert words.listing(["a"]) == "a"
    assert words.listing(["a", "b"]) == "a and b"
    assert words.listing(["a", "b", "c"]) == "a, b and c"


def test_languages_and_sizes():
    assert words.language("uk") == "Ukrainian"
    assert words.language("xx-unknown") == "xx-unknown"
    assert [words.byte_words(size) for size in (812, 14_200, 2_100_000)] == [
        "812 bytes",
        "14 kB",
        "2.1 MB",
    ]
