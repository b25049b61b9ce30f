"""Counts: two times of each, and the newest of a period among those that were known."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from sources.models import Observation, Series
from tests.factories import make_measure, make_publisher

pytestmark = pytest.mark.django_db


def at(day, hour=6):
    return datetime(2025, 3, day, hour, tzinfo=UTC)


@pytest.fixture
def series():
    return Series.objects.create(
        measure=make_measure(), publisher=make_publisher(), name="Nights", granularity="night"
    )


def add(series, value, *, end=20, reported, recorded):
    return Observation.objects.create(
        series=series, period_start=date(2025, 3, end - 1), period_end=date(2025, 3, end),
        value=value, reported_at=reported, recorded_at=recorded,
    )  # fmt: skip


def values(rows):
    return [int(row.value) for row in rows.order_by("period_start")]


def test_what_was_known_on_a_day_is_what_was_stored_by_then(series):
    add(series, 171, reported=at(20), recorded=at(20, 9))
    add(series, 180, reported=at(22), recorded=at(23))

    assert values(series.observations.known_at(at(19))) == []
    assert values(series.observations.known_at(at(22))) == [171]
    assert values(series.observations.known_at(at(23))) == [180]
    assert values(series.observations.known_at()) == [180]


def test_what_was_reported_by_a_day_is_what_the_counter_had_said_by_then(series):
    add(series, 171, reported=at(20), recorded=at(25))
    add(series, 180, reported=at(22), recorded=at(25))

    assert values(series.observations.reported_by(at(21))) == [171]
    assert values(series.observations.reported_by(at(22))) == [180]
    assert values(series.observations.known_at(at(24))) == []


def test_an_older_report_that_comes_in_later_replaces_nothing(series):
    add(series, 180, reported=at(22), recorded=at(23))
    add(series, 171, reported=at(20), recorded=at(25))

    assert values(series.observations.known_at()) == [180]


def test_the_newest_is_looked_for_among_the_rows_chosen_before(series):
    first = add(series, 171, reported=at(20), recorded=at(20, 9))
    add(series, 180, reported=at(22), recorded=at(23))
    add(series, 214, end=21, reported=at(21), recorded=at(21, 9))

    assert values(series.observations.known_at()) == [180, 214]
    assert list(series.observations.filter(pk=first.pk).known_at()) == [first]


def test_a_count_cannot_be_recorded_before_it_was_reported(series):
    with pytest.raises(IntegrityError), transaction.atomic():
        add(series, 171, reported=at(21), recorded=at(20))
