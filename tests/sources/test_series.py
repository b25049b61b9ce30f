"""Counts: two times of each, and the newest of a period among those that were known."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from sources import followers
from sources.editions import Edition
from sources.errors import Invalid, NotAllowed, NotPossible
from sources.models import Observation, Series, SeriesConfirmation
from sources.operations import (
    Told,
    confirm_series,
    record_observations,
    save_measure,
    save_series,
)
from tests.factories import (
    let_be_shown,
    make_claim,
    make_measure,
    make_place,
    make_publisher,
    make_source,
    make_user,
)

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

    assert values(series.observations.filter(reported_at__lte=at(21)).known_at()) == [171]
    assert values(series.observations.filter(reported_at__lte=at(22)).known_at()) == [180]
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


# ---- keeping measures and series ------------------------------------------------------------


def test_the_code_of_a_measure_is_for_ever():
    editor = make_user("ben", role="editor")
    measure = save_measure(
        by=editor, code="boats_seized", name="Boats seized", unit="boats",
        counting_rule="One boat is one.", comparability_group="boats_seized",
    )  # fmt: skip

    assert save_measure(measure, by=editor, name="Boats taken").name == "Boats taken"
    with pytest.raises(Invalid, match=r"^the code of a measure never changes: add another one$"):
        save_measure(measure, by=editor, code="boats_taken")
    with pytest.raises(NotAllowed):
        save_measure(measure, by=make_user("ada"), name="Boats")


def test_a_series_with_counts_goes_on_counting_the_same(series):
    assert save_series(series, by=make_user("ada"), granularity="day").granularity == "day"
    save_series(series, by=make_user("ada"), granularity="night")
    record(series, told(20, 171))

    with pytest.raises(
        Invalid, match=r"^This series has counts already: add another series\.$"
    ) as refused:
        save_series(series, by=make_user("ada"), measure=make_measure("drones_lost"))

    assert refused.value.field == "measure"
    assert save_series(series, by=make_user("ada"), includes="Decoys").includes == "Decoys"


def test_a_series_is_known_once_with_a_place_and_without(series):
    with pytest.raises(Invalid, match=r"^This series is there already\.$"):
        save_series(
            by=make_user("ada"), measure=series.measure, publisher=series.publisher,
            name=series.name, granularity="day",
        )  # fmt: skip


# ---- recording counts -----------------------------------------------------------------------


def told(end, value, **fields):
    return Told(date(2025, 3, end), Decimal(value), **fields)


def record(series, *rows, reported=None, **fields):
    reported = reported or at(28)
    return record_observations(series, rows, by=make_user("ada"), reported_at=reported, **fields)


def test_a_night_is_kept_from_its_evening_to_the_morning_that_names_it(series):
    first, second = record(
        series, told(20, 171), Told(date(2025, 3, 20), Decimal(214), date(2025, 3, 21))
    )

    assert (first.period_start, first.period_end) == (date(2025, 3, 19), date(2025, 3, 20))
    assert (second.period_start, second.period_end) == (date(2025, 3, 20), date(2025, 3, 21))


def test_an_equal_count_changes_nothing_and_another_one_is_a_new_vintage(series):
    record(series, told(20, 171), told(21, 214))

    assert record(series, told(20, 171), told(21, 214), reported=at(29)) == []
    (revised,) = record(series, told(20, 171), told(21, 220), reported=at(30))

    assert values(series.observations.known_at()) == [171, 220]
    assert values(series.observations.filter(reported_at__lte=at(29)).known_at()) == [171, 214]
    assert revised.recorded_at > revised.reported_at


def test_an_older_report_found_later_does_not_undo_a_newer_one(series):
    record(series, told(20, 180), reported=at(25))

    record(series, told(20, 171), reported=at(21))

    assert values(series.observations.known_at()) == [180]
    assert values(series.observations.filter(reported_at__lte=at(22)).known_at()) == [171]


@pytest.mark.parametrize(
    ("granularity", "row", "refusal"),
    [
        ("night", {"value": Decimal(-1)}, "a count cannot be negative: -1"),
        ("night", {"value": Decimal("NaN")}, "NaN is no number"),
        ("night", {"value": Decimal("Infinity")}, "Infinity is no number"),
        ("night", {"value": Decimal(10) ** 14}, "this number is too large"),
        ("night", {"value": Decimal("1.00001")}, "1.00001 has more than 4 decimal places"),
        ("night", {"lower": Decimal(9)}, "the count must lie between its bounds"),
        ("night", {"upper": Decimal(3)}, "the count must lie between its bounds"),
        (
            "night",
            {"end": date(2025, 3, 22)},
            "2025-03-20 to 2025-03-22 is not one night: a night ends on the day after it began",
        ),
        ("night", {"end": date(2025, 3, 19)}, "the period ends before it starts"),
        ("day", {"end": date(2025, 3, 21)}, "2025-03-20 to 2025-03-21 is not one day"),
        ("week", {"end": date(2025, 3, 25)}, "2025-03-20 to 2025-03-25 is not a week of seven days"),
        ("month", {"end": date(2025, 3, 31)}, "2025-03-20 to 2025-03-31 is not a whole month"),
        ("month", {}, "the count for 2025-03-31 would be reported on 2025-03-28, before it was over"),
        ("night", {"reported_at": datetime(2999, 1, 1, tzinfo=UTC)}, "a count cannot be reported later than now"),
        ("night", {"reported_at": datetime(2025, 3, 28)}, "say in which time zone it was reported"),  # noqa: DTZ001
        ("night", {"start": date.min}, "this day is too far away"),
    ],
)  # fmt: skip
def test_what_is_no_count_is_refused_in_words(series, granularity, row, refusal):
    Series.objects.filter(pk=series.pk).update(granularity=granularity)
    row = Told(**{"start": date(2025, 3, 20), "value": Decimal(5)} | row)

    with pytest.raises(Invalid) as refused:
        record(series, told(1, 5) if granularity == "night" else row, row)

    assert str(refused.value) == refusal
    assert list(series.observations.all()) == []


def test_two_counts_for_one_period_are_refused(series):
    with pytest.raises(Invalid, match=r"^there are two counts for 2025-03-20$"):
        record(series, told(20, 171), Told(date(2025, 3, 19), Decimal(1), date(2025, 3, 20)))


def test_two_counts_reported_at_one_moment_are_refused(series):
    record(series, told(20, 171))

    with pytest.raises(Invalid, match=r"^another count for 2025-03-20 was reported at that very"):
        record(series, told(20, 172))


def test_the_weeks_of_a_series_begin_on_one_day_of_the_week(series):
    save_series(series, by=make_user("ada"), granularity="week")
    record(series, told(3, 100), told(10, 110))

    with pytest.raises(
        Invalid, match=r"^the weeks of this series begin on a Monday, this one on a Tuesday$"
    ):
        record(series, told(18, 120))


def test_who_follows_counts_hears_of_new_ones_only(series, monkeypatch):
    heard = []
    monkeypatch.setattr(
        followers, "of_observations_recorded", [lambda series, rows: heard.append((series, rows))]
    )

    new = record(series, told(20, 171))
    record(series, told(20, 171), reported=at(29))

    assert heard == [(series, new)]


def test_the_number_rises_when_the_public_sees_the_source_of_a_count(series):
    claim = make_claim("published")
    before = Edition.read().number

    record(series, told(20, 171), source=make_source("Hidden"))
    record(series, told(22, 179), source=claim.evidence.first().source)
    assert Edition.read().number == before

    let_be_shown(series, at=at(28))
    record(series, told(23, 147), source=make_source("Hidden"))
    assert Edition.read().number == before
    record(series, told(21, 214), source=claim.evidence.first().source)
    assert Edition.read().number == before + 1


def test_a_contributor_records_no_counts(series):
    with pytest.raises(NotAllowed):
        record_observations(
            series, [told(20, 171)], by=make_user("dana", role="contributor"), reported_at=at(28)
        )


def test_recording_takes_a_number_of_queries_that_does_not_follow_the_rows(
    series, django_assert_num_queries
):
    make_user("ada").groups.all()
    for rows in ([told(20, 1)], [told(day, 1) for day in range(1, 20)]):
        # the series, what is known, the rows, who; savepoints
        with django_assert_num_queries(7):
            record(series, *rows)


# ---- a second editor lets them be shown -----------------------------------------------------


def nights(by=None, **fields):
    series = save_series(
        by=by, measure=make_measure(), publisher=make_publisher(), name="Mornings",
        granularity="night", **fields,
    )  # fmt: skip
    record_observations(series, [told(20, 171)], by=by, reported_at=at(28))
    return series


def test_who_added_a_series_and_its_counts_is_kept():
    ada = make_user("ada")
    series = nights(by=ada)

    assert (series.added_by, series.observations.get().recorded_by) == (ada, ada)
    assert Series.objects.get(name="Mornings").added_by == ada


def test_a_series_is_confirmed_by_another_editor_and_once():
    ben, cleo = make_user("ben", role="editor"), make_user("cleo", role="editor")
    series = nights(by=ben)
    assert list(Series.objects.waiting()) == [series]

    with pytest.raises(NotAllowed, match=r"editor may confirm series"):
        confirm_series(series, by=make_user("ada"))
    with pytest.raises(NotAllowed, match=r"^ask a second editor to confirm what you added$"):
        confirm_series(series, by=ben)
    confirmation = confirm_series(series, by=cleo)
    with pytest.raises(NotPossible, match=r"^this series is confirmed already$"):
        confirm_series(series, by=cleo)

    assert (confirmation.recorded_by, confirmation.confirmed_by) == (ben, cleo)
    assert list(Series.objects.confirmed()) == [series]
    assert list(Series.objects.confirmed(known_at=at(28))) == []
    assert list(Series.objects.waiting()) == []


def test_any_editor_confirms_what_a_command_added():
    ben = make_user("ben", role="editor")

    confirmation = confirm_series(nights(by=None), by=ben)

    assert (confirmation.recorded_by, confirmation.confirmed_by) == (None, ben)


def test_a_series_without_counts_is_not_there_to_be_confirmed(series):
    assert list(Series.objects.waiting()) == []
    with pytest.raises(NotPossible, match=r"^there are no counts yet to look at"):
        confirm_series(series, by=make_user("ben", role="editor"))


def test_the_database_takes_no_confirmation_by_the_one_who_added_it(series):
    ben = make_user("ben", role="editor")

    with pytest.raises(IntegrityError, match="series_takes_two_people"), transaction.atomic():
        SeriesConfirmation.objects.create(
            series=series, recorded_by=ben, confirmed_by=ben, confirmed_at=at(28)
        )


def test_the_number_rises_when_a_confirmation_shows_counts():
    ben = make_user("ben", role="editor")
    public = make_claim("published").evidence.first().source
    hidden, shown = nights(), nights(place=make_place())
    record_observations(shown, [told(21, 5)], by=None, reported_at=at(28), source=public)
    before = Edition.read().number

    confirm_series(hidden, by=ben)
    assert Edition.read().number == before
    confirm_series(shown, by=ben)
    assert Edition.read().number == before + 1


def test_the_database_knows_a_series_without_a_place_once(series):
    values = {"measure": series.measure, "publisher": series.publisher, "name": series.name}

    with pytest.raises(IntegrityError), transaction.atomic():
        Series.objects.create(granularity="night", **values)
    assert Series.objects.create(granularity="night", place=make_place(), **values).pk


# ---- what numbers rest on -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("unit", "boats"), ("comparability_group", "another"), ("is_additive", False),
        ("tolerance_percent", Decimal(25)),
    ],
)  # fmt: skip
def test_what_a_used_measure_means_stays(series, field, value):
    ben, unused = make_user("ben", role="editor"), make_measure("unused")

    with pytest.raises(Invalid, match=r"^numbers rest on this measure: add another one$") as found:
        save_measure(series.measure, by=ben, **{field: value})

    assert found.value.field == field
    assert getattr(save_measure(unused, by=ben, **{field: value}), field) == value
    assert save_measure(series.measure, by=ben, name="Other words").name == "Other words"


@pytest.mark.parametrize("field", ["time_zone", "includes"])
def test_what_is_said_of_counts_is_said_once(series, field):
    ada = make_user("ada")
    save_series(series, by=ada, **{field: "First"})
    assert getattr(save_series(series, by=ada, **{field: ""}), field) == ""
    record(series, told(20, 171))
    assert getattr(save_series(series, by=ada, **{field: "Second"}), field) == "Second"

    with pytest.raises(Invalid, match=r"^This series has counts already") as refused:
        save_series(series, by=ada, **{field: "Third"})

    assert refused.value.field == field
