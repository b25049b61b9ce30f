"""Holding a claim's number against the series that are there: what is fetched, for whom, as of when."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from sources.models import Observation, Place, Source
from statements.comparing import comparison_with, comparisons_for, count_of, datings_of
from statements.comparison import sentences
from statements.models import AgreementEvent
from statements.operations import (
    add_claim,
    confirm_agreement_event,
    record_agreement_event,
    set_quantity,
)
from tests.factories import (
    let_be_shown,
    make_agreement,
    make_measure,
    make_place,
    make_publisher,
    make_series,
    make_source,
    make_statement,
    make_user,
)

pytestmark = pytest.mark.django_db

FIRST = date(2025, 3, 18)


def make_quantity(**values):
    claim = add_claim(
        by=make_user("ada"), text="Over 1,000 drones", kind="quantity", statement=make_statement()
    )
    values = {
        "measure": make_measure(), "comparator": "more_than", "value": Decimal(1000),
        "period_edtf": "2025-03-18/2025-03-27", "period_time_zone": "Europe/Kyiv",
        "place": make_place(),
    } | values  # fmt: skip
    return set_quantity(claim, by=make_user("ada"), **values).quantity


def make_event(day, *, source="A read-out", dates_again=None, confirmed=True, agreement=None):
    publisher = make_publisher(f"Publisher of {source}")
    event = record_agreement_event(
        agreement or (dates_again.agreement if dates_again else make_agreement()),
        by=make_user("ada"), axis="agreement_state", value="announced", happened_on=day,
        source=make_source(source, publisher=publisher), dates_again=dates_again,
    )  # fmt: skip
    if confirmed:
        confirm_agreement_event(event, by=make_user("ben", role="editor"))
    return event


def answers(comparisons):
    return [(c.against.name, c.outcome, c.robustness) for c in comparisons]


def test_a_claim_is_held_against_the_series_of_its_measure():
    quantity = make_quantity()
    make_series()

    (comparison,) = comparisons_for(quantity)

    assert (comparison.outcome, comparison.robustness) == ("compatible", "robust")
    assert [(run.number, run.coverage.words) for run in comparison.runs] == [
        (1297, "9 of 9 nights"),
        (1434, "10 of 10 nights"),
    ]
    assert sentences(comparison) == [
        "1,297 drones in 9 of 9 nights, ending on 19\N{EN DASH}27 March 2025: compatible.",
        (
            "With the night ending on 18 March 2025 it is 1,434 in 10 of 10 nights, "
            "ending on 18\N{EN DASH}27 March 2025: compatible."
        ),
        "Robust: the answer is the same each way.",
    ]


def test_a_series_by_another_rule_is_left_out_and_told_when_asked_for():
    quantity = make_quantity()
    other = make_series(measure=make_measure("drones_intercepted", name="Drones shot down"))

    comparison = comparison_with(quantity, other)

    assert comparisons_for(quantity) == []
    assert (comparison.outcome, comparison.reasons) == ("not_comparable", ("counting_rule",))
    assert sentences(comparison) == [
        "Not comparable. “Drones shot down” is counted by another rule than “Drones launched”."
    ]


def test_a_count_that_was_revised_later_answers_as_of_each_day():
    quantity = make_quantity()
    series = make_series()
    Observation.objects.create(
        series=series, period_start=date(2025, 3, 20), period_end=date(2025, 3, 21), value=14,
        reported_at=datetime(2025, 4, 2, tzinfo=UTC), recorded_at=datetime(2025, 4, 3, tzinfo=UTC),
    )  # fmt: skip

    def number(moment):
        (comparison,) = comparisons_for(quantity, known_at=moment)
        return comparison.main.number

    assert number(datetime(2025, 4, 2, tzinfo=UTC)) == 1297
    assert number(datetime(2025, 4, 3, tzinfo=UTC)) == 1097
    assert number(None) == 1097


def test_before_the_first_count_was_stored_there_is_nothing_to_compare():
    quantity = make_quantity()
    make_series()

    assert comparisons_for(quantity, known_at=datetime(2025, 3, 1, tzinfo=UTC)) == []


def test_the_public_sees_counts_of_public_sources_only():
    quantity = make_quantity()
    make_series(source=make_source("Not cited anywhere"))
    event = make_event(FIRST)

    assert comparisons_for(quantity, is_public=True) == []
    make_series(name="Nobody looked at", source=event.source, confirmed=False)
    assert comparisons_for(quantity, is_public=True) == []
    make_series(name="Public", source=event.source)
    assert answers(comparisons_for(quantity, is_public=True)) == [
        ("Public", "compatible", "robust")
    ]


def test_the_public_of_a_day_saw_the_series_that_were_confirmed_by_then():
    quantity = make_quantity()
    source = make_event(FIRST).source
    series = make_series(source=source, confirmed=False)
    let_be_shown(series, at=datetime(2025, 4, 2, tzinfo=UTC))

    def found(moment, **fields):
        return len(comparisons_for(quantity, known_at=moment, **fields))

    assert found(datetime(2025, 4, 1, tzinfo=UTC), is_public=True) == 0
    assert found(datetime(2025, 4, 1, tzinfo=UTC)) == 1
    assert found(datetime(2025, 4, 2, tzinfo=UTC), is_public=True) == 1


def test_a_part_of_the_place_is_told_and_other_places_are_left_out():
    ukraine = make_place()
    odesa = Place.objects.create(name="Odesa region", code="UA-51", part_of=ukraine)
    make_series(name="A part", place=odesa)
    make_series(name="Elsewhere", place=make_place("Syria", "SY"))
    make_series(name="The same")

    found = comparisons_for(make_quantity(place=ukraine))

    assert answers(found) == [
        ("The same", "compatible", "robust"),
        ("A part", "not_comparable", ""),
    ]
    assert found[1].main.why == (
        "A count for Odesa region, a part, cannot stand for the whole of Ukraine."
    )


def test_since_then_begins_with_the_event():
    event = make_event(date(2025, 3, 20))
    make_series()

    (comparison,) = comparisons_for(make_quantity(since_event=event))

    assert [(run.first, run.number) for run in comparison.runs] == [
        (date(2025, 3, 21), 981),
        (date(2025, 3, 20), 1152),
    ]
    assert (comparison.outcome, comparison.robustness) == ("below_claim", "fragile")


def test_until_then_ends_with_the_event():
    event = make_event(date(2025, 3, 22))
    make_series()

    (comparison,) = comparisons_for(make_quantity(until_event=event))

    assert [(run.last, run.number) for run in comparison.runs] == [
        (date(2025, 3, 22), 709),
        (date(2025, 3, 22), 846),
    ]


def test_an_event_that_two_sources_date_differently_is_tried_both_ways():
    event = make_event(FIRST, source="Kremlin")
    make_event(date(2025, 3, 23), source="White House", dates_again=event)
    make_series()

    (comparison,) = comparisons_for(make_quantity(since_event=event))

    assert [(run.dated, run.number, run.outcome) for run in comparison.runs] == [
        ("Publisher of Kremlin: 18 March 2025", 1297, "compatible"),
        ("Publisher of Kremlin: 18 March 2025", 1434, "compatible"),
        ("Publisher of White House: 23 March 2025", 441, "below_claim"),
        ("Publisher of White House: 23 March 2025", 588, "below_claim"),
    ]
    assert comparison.robustness == "fragile"


def test_of_rows_that_supersede_one_another_the_last_dates_the_event():
    event = make_event(date(2025, 3, 1), source="Wrong day")
    better = record_agreement_event(
        event.agreement, by=make_user("ada"), axis="agreement_state", value="announced",
        happened_on=FIRST, source=make_source("Right day"), supersedes=event,
    )  # fmt: skip

    assert [dating.day for dating in datings_of(event)] == [FIRST]
    assert [dating.day for dating in datings_of(event, is_public=True)] == [date(2025, 3, 1)]
    confirm_agreement_event(better, by=make_user("ben", role="editor"))
    assert [dating.day for dating in datings_of(event, is_public=True)] == [FIRST]
    assert datings_of(AgreementEvent(pk=0, agreement=event.agreement)) == []


def test_a_window_without_an_end_ends_on_the_day_it_was_spoken_of():
    make_series()

    (comparison,) = comparisons_for(make_quantity(period_edtf="2025-03-18/.."))

    assert (comparison.main.last, comparison.main.number) == (date(2025, 3, 27), 1297)


def test_a_past_day_knows_the_datings_that_were_confirmed_by_then():
    event = make_event(FIRST, source="Kremlin")
    before = timezone.now()
    make_event(date(2025, 3, 23), source="White House", dates_again=event)

    public = datings_of(event, known_at=before, is_public=True)

    assert [dating.words for dating in public] == ["Publisher of Kremlin: 18 March 2025"]
    assert len(datings_of(event, is_public=True)) == 2


def test_an_event_that_nobody_confirmed_dates_the_window_without_its_source():
    event = make_event(FIRST, source="Hidden", confirmed=False)
    early = event.recorded_at - timedelta(days=1)

    for known_at in (None, early):
        public = datings_of(event, known_at=known_at, is_public=True)
        assert [dating.words for dating in public] == ["18 March 2025"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_follow_the_number_of_series(
    count, django_assert_num_queries
):
    odesa = Place.objects.create(name="Odesa region", code="UA-51", part_of=make_place())
    for number in range(count):
        make_series(name=f"Series {number}", place=odesa)
    quantity = make_quantity(since_event=make_event(FIRST))

    # series, datings, places, counts
    with django_assert_num_queries(4):
        assert len(comparisons_for(quantity)) == count


def test_a_period_that_is_about_right_is_compared_and_said():
    make_series()

    (comparison,) = comparisons_for(make_quantity(period_edtf="2025-03-18~/2025-03-27"))

    assert comparison.outcome == "compatible"
    assert comparison.notes == (
        "The claim gives its days as about right only: compared as if they were exact.",
    )


def test_a_count_of_a_merged_copy_bears_the_title_of_its_work():
    work, copy = make_source("The report"), make_source("A copy of it")
    Source.objects.filter(pk=copy.pk).update(merged_into=work)
    row = Observation(source=Source.objects.get(pk=copy.pk), value=Decimal(1))

    assert count_of(row).source == "The report"
