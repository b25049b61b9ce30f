"""Fuzzy dates: what an EDTF text can mean, and how it reads."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.fuzzydates import bounds, words


@pytest.mark.parametrize(
    ("edtf", "earliest", "latest", "text"),
    [
        ("", None, None, ""),
        ("2025-03-27", date(2025, 3, 27), date(2025, 3, 27), "27 March 2025"),
        ("2025-03", date(2025, 3, 1), date(2025, 3, 31), "March 2025"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "February 2024"),
        ("2025", date(2025, 1, 1), date(2025, 12, 31), "2025"),
        ("2025-03~", date(2025, 3, 1), date(2025, 3, 31), "about March 2025"),
        ("2025?", date(2025, 1, 1), date(2025, 12, 31), "perhaps 2025"),
        ("2025-03%", date(2025, 3, 1), date(2025, 3, 31), "perhaps about March 2025"),
        ("2025-22", date(2025, 6, 1), date(2025, 8, 31), "summer 2025"),
        ("2025-24", date(2025, 12, 1), date(2026, 2, 28), "winter 2025"),
        ("202X", date(2020, 1, 1), date(2029, 12, 31), "2020\N{EN DASH}2029"),
        ("2025-03-XX", date(2025, 3, 1), date(2025, 3, 31), "March 2025"),
        ("2025-XX", date(2025, 1, 1), date(2025, 12, 31), "2025"),
        (
            "2025-03-18/2025-03-27",
            date(2025, 3, 18),
            date(2025, 3, 27),
            "18\N{EN DASH}27 March 2025",
        ),
        (
            "2025-02-18/2025-03-27",
            date(2025, 2, 18),
            date(2025, 3, 27),
            "18 February \N{EN DASH} 27 March 2025",
        ),
        (
            "2024-12-30/2025-01-02",
            date(2024, 12, 30),
            date(2025, 1, 2),
            "30 December 2024 \N{EN DASH} 2 January 2025",
        ),
        ("2025-03-25/..", date(2025, 3, 25), None, "since 25 March 2025"),
        ("../2025-03-25", None, date(2025, 3, 25), "until 25 March 2025"),
        ("2025-03-27/2025-03-27", date(2025, 3, 27), date(2025, 3, 27), "27 March 2025"),
    ],
)
def test_what_a_text_means_and_how_it_reads(edtf, earliest, latest, text):
    assert bounds(edtf) == (earliest, latest)
    assert words(edtf) == text


@pytest.mark.parametrize(
    ("edtf", "reason"),
    [
        ("yesterday", "write a date as"),
        ("27.3.2025", "write a date as"),
        ("2025-13", "there is no month 13"),
        ("2025-02-30", "there is no day 2025-02-30"),
        ("2025-03-27/2025-03-18", "the period ends before it starts"),
        ("../..", "write a date as"),
        ("/", "write a date as"),
        ("2025-03-27/2025-03-28/2025-03-29", "write a date as"),
        ("0000", "there is no day 0000-01-01"),
        ("2025-03-27\n", "write a date as"),
        ("٢٠٢٥", "write a date as"),
    ],
)
def test_what_is_no_date_is_refused_in_words(edtf, reason):
    with pytest.raises(ValueError, match=f"^{reason}"):
        bounds(edtf)


@given(st.dates(min_value=date(1, 1, 1)), st.dates(min_value=date(1, 1, 1)))
def test_bounds_of_any_interval_are_its_ends(one, other):
    start, end = sorted((one, other))

    assert bounds(f"{start.isoformat()}/{end.isoformat()}") == (start, end)


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_a_value_error(text):
    try:
        start, end = bounds(text)
    except ValueError:
        return
    assert start is None or end is None or start <= end
    assert isinstance(words(text), str)
