"""Repetition: who said which number when, and how often after the finding."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest

from statements.repetition import Repetition, Said, repetition_of


def said(day=None, number=None, *, speaker="Keir Starmer", upper=None):
    return Said(
        speaker,
        date(2025, 3, day) if day else None,
        Decimal(number) if number is not None else None,
        Decimal(upper) if upper is not None else None,
    )


@pytest.mark.parametrize(
    ("lower", "upper", "words"),
    [
        (None, None, ""),
        ("1000", None, "1,000 or more"),
        (None, "30", "up to 30"),
        ("20", "30", "20 to 30"),
        ("1000", "1000", "1,000"),
        ("0", None, "0 or more"),
        (None, "0", "up to 0"),
        ("2.50", "2.5", "2.5"),
    ],
)
def test_a_number_is_told_as_it_was_said(lower, upper, words):
    found = said(number=lower, upper=upper)

    assert (found.number, found.has_number) == (words, bool(words))


def test_the_first_and_the_last_time_whatever_the_order():
    told = Repetition([said(27), said(None), said(11), said(18)])

    assert (told.first_said, told.last_said) == (date(2025, 3, 11), date(2025, 3, 27))


def test_nothing_is_known_where_no_day_was_told():
    told = Repetition([said(None)], date(2025, 3, 1))

    assert (told.first_said, told.last_said, told.after_finding) == (None, None, 0)


@pytest.mark.parametrize(
    ("published", "count"),
    [(None, 0), (10, 3), (11, 2), (18, 1), (27, 0)],  # not on the day of the finding itself
)
def test_what_was_said_after_the_finding_is_counted(published, count):
    on = date(2025, 3, published) if published else None

    assert Repetition([said(11), said(18), said(27), said(None)], on).after_finding == count


def test_speakers_and_numbers_are_told_once_in_the_order_in_which_they_came_up():
    told = Repetition(
        [
            said(11, 1000),
            said(12, 1100, speaker="Emmanuel Macron"),
            said(13),
            said(14, 1000, speaker="Emmanuel Macron"),
        ]
    )

    assert told.speakers == ["Keir Starmer", "Emmanuel Macron"]
    assert told.numbers == ["1,000 or more", "1,100 or more"]


def test_a_finding_of_the_night_belongs_to_its_day_in_utc():
    row = SimpleNamespace(
        statement=SimpleNamespace(
            speaker=SimpleNamespace(name="Keir Starmer"), said_on=date(2025, 3, 28)
        ),
        stated_lower=Decimal(1000),
        stated_upper=None,
    )
    late = datetime.fromisoformat("2025-03-28T01:30:00+02:00")

    told = repetition_of([row], late)

    assert told == Repetition([said(28, 1000)], date(2025, 3, 27))
    assert told.after_finding == 1
    assert repetition_of([row], datetime(2025, 3, 28, tzinfo=UTC)).after_finding == 0
    assert repetition_of([], None) == Repetition([], None)
