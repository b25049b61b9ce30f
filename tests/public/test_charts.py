"""Charts of counts: what is drawn, what is left out, what is said beside them."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from sources.editions import KeptEach
from sources.models import Observation, Publication, Series, Source
from statements import topic_counts
from statements.as_of import today
from statements.models import Statement
from statements.operations import link_appearance
from statements.public.charts import lanes, readings, totals
from statements.public.charts.svg import NARROW, WIDE, day_ticks, number_ticks
from tests.factories import (
    let_be_shown,
    make_measure,
    make_number_claim,
    make_place,
    make_publisher,
    make_source,
    make_topic,
    make_user,
)
from tests.public.page import headings_of, text_of

FIRST = date(2025, 3, 18)


def a_run(*values, label="Air force", first=FIRST):
    """Counts of days in a row; None is a day without one."""
    rows = []
    for place, value in enumerate(values):
        day = first + timedelta(days=place)
        if value is not None:
            rows.append(readings.Reading(day, day, value))
    return readings.Run(label, rows)


def a_panel(*runs, windows=()):
    return readings.Panel("p", "Drones", "drones", runs, windows)


def wide(panel):
    return str(readings.picture_of(panel, "What is seen.").wide)


# ---- scales ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (3, [0, 1, 2, 3]),
        (9, [0, 2.5, 5, 7.5, 10]),
        (214, [0, 100, 200, 300]),
        (1000, [0, 250, 500, 750, 1000]),
        (1434, [0, 500, 1000, 1500]),
    ],
)
def test_ticks_are_round_and_reach_above_the_highest(highest, ticks):
    assert number_ticks(highest) == ticks


@given(st.floats(min_value=1e-3, max_value=1e12))
def test_there_are_few_ticks_and_none_below_the_highest(highest):
    ticks = number_ticks(highest)

    assert ticks[0] == 0
    assert ticks[-1] >= highest * (1 - 1e-9)
    assert 2 <= len(ticks) <= 6


@pytest.mark.parametrize(
    ("first", "last", "most", "names"),
    [
        (date(2025, 3, 18), date(2025, 3, 20), 5, ["18 Mar 2025", "19 Mar", "20 Mar"]),
        (date(2025, 3, 1), date(2025, 3, 20), 4, ["1 Mar 2025", "6 Mar", "11 Mar", "16 Mar"]),
        (date(2024, 11, 5), date(2025, 3, 20), 4, ["Jan 2025", "Mar"]),
        (date(2023, 4, 4), date(2025, 6, 30), 6, ["Jul 2023", "2024", "Jul", "2025"]),
    ],
)
def test_days_are_named_as_far_apart_as_there_is_room(first, last, most, names):
    assert [name for _, name in day_ticks(first, last, most)] == names


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(0, 30_000), st.integers(2, 9))
def test_there_are_never_more_names_of_days_than_asked_for(first, span, most):
    last = first + timedelta(days=span)

    days = [day for day, _ in day_ticks(first, last, most)]

    assert days == sorted(days)
    assert 1 <= len(days) <= most + 1


# ---- counts over time -----------------------------------------------------------------------


def test_a_missing_day_breaks_the_line_and_is_hatched_never_zero():
    long = [10] * 80
    panel = a_panel(a_run(*long, None, *long))

    line = re.search(r'class="chart-line chart-line-0" d="([^"]*)"', wide(panel))[1]

    assert line.count("M") == 2  # it begins anew after the gap
    assert wide(panel).count('fill="url(#p-w-gap)"') == 1
    assert readings.gaps_of(panel.runs[0].readings) == [(date(2025, 6, 6), date(2025, 6, 6))]


def test_a_zero_is_a_count():
    panel = a_panel(a_run(*[0] * 80))

    assert "gap)" not in wide(panel)
    assert "chart-line-0" in wide(panel)


def test_few_counts_of_one_counter_are_columns():
    drawn = wide(a_panel(a_run(137, 145, 171)))

    assert drawn.count('class="chart-column"') == 3
    assert "171 on 20 Mar" in drawn


def test_counters_of_one_rule_differ_by_the_style_of_their_line_and_by_name():
    drawn = wide(a_panel(a_run(1, 2, label="Air force"), a_run(2, 1, label="Monitor")))

    assert re.findall(r'class="chart-line (chart-line-\d)" d', drawn) == [
        "chart-line-0",
        "chart-line-1",
    ]
    assert (">Air force<" in drawn, ">Monitor<" in drawn) == (True, True)


def test_a_claim_is_a_bracket_over_its_days_and_no_mark_at_the_counts():
    window = readings.Window(1, "more than 1,000 drones", FIRST, FIRST + timedelta(days=2))

    drawn = wide(a_panel(a_run(137, 145, 171, 20), windows=[window]))

    assert drawn.count('class="chart-bracket"') == 1
    assert ">1 more than 1,000 drones<" in drawn


def test_brackets_that_would_lie_upon_each_other_get_rows_of_their_own():
    windows = [
        readings.Window(number, "more than 1,000 drones", FIRST, FIRST + timedelta(days=2))
        for number in (1, 2, 3)
    ]

    drawn = wide(a_panel(a_run(*[5] * 30), windows=windows))

    brackets = re.findall(r'class="chart-bracket" d="M[\d.]+ ([\d.]+)', drawn)
    assert len(set(brackets)) == 3


def test_the_sentence_says_how_much_when_most_and_what_is_missing():
    assert readings.sentence_of(a_panel(a_run(137, None, None, 171)), "nights") == (
        "Air force: 308 drones in 2 nights from 18 March 2025 to 21 March 2025, the highest count "
        "171 (21 March 2025); no count for 2 days between."
    )


def test_what_is_not_additive_is_not_summed():
    assert readings.sentence_of(a_panel(a_run(30, 31)), "days", is_additive=False) == (
        "Air force: in 2 days from 18 March 2025 to 19 March 2025, the lowest count 30, the "
        "highest count 31 (19 March 2025) drones."
    )


TEXT = st.text(alphabet=st.sampled_from("ab <>&\"'="), max_size=30)


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 10**6)), min_size=1, max_size=120),
    TEXT,
    st.lists(st.tuples(st.integers(0, 130), st.integers(0, 40), TEXT), max_size=9),
)
def test_whatever_is_drawn_is_well_formed_and_within_the_picture(values, label, spans):
    from xml.etree import ElementTree

    windows = [
        readings.Window(n, words, FIRST + timedelta(days=a), FIRST + timedelta(days=a + b))
        for n, (a, b, words) in enumerate(spans, 1)
    ]
    if all(value is None for value in values):
        values[0] = 0
    picture = readings.picture_of(a_panel(a_run(*values, label=label), windows=windows), label)

    for drawn, width in ((picture.wide, WIDE), (picture.narrow, NARROW)):
        root = ElementTree.fromstring(str(drawn))  # noqa: S314  our own text
        for rect in root.iter("rect"):
            x, wide_ = float(rect.get("x")), float(rect.get("width"))
            assert -0.1 <= x <= x + wide_ <= width + 0.1
        assert root.get("role") == "img"
        assert "style" not in str(drawn)


# ---- claimed and counted --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lower", "upper", "includes", "filled", "hollow", "arrows"),
    [
        (1000, None, (False, True), 0, 1, 1),  # more than
        (1000, None, (True, True), 1, 0, 1),  # at least
        (None, 1000, (True, False), 0, 1, 0),  # less than
        (900, 1100, (True, True), 2, 0, 0),  # about
    ],
)
def test_an_interval_shows_which_of_its_ends_belong_to_it(
    lower, upper, includes, filled, hollow, arrows
):
    claim = totals.ClaimedInterval(
        1, "A number", lower, upper, *includes, [totals.Counted(1297, "1,297 counted")]
    )

    drawn = str(totals.picture_of(totals.Comparison("t", "T", "drones", [claim]), "Seen.").wide)

    assert drawn.count('class="chart-end"') == filled
    assert drawn.count('class="chart-end chart-end-open"') == hollow
    assert drawn.count('class="chart-arrow"') == arrows
    assert drawn.count('class="chart-diamond"') == 1


# ---- the page of a topic --------------------------------------------------------------------


def a_series(values, *, source="Report 1", name="Nights", is_confirmed=True, **fields):
    first = fields.pop("first", FIRST)
    series = Series.objects.create(
        measure=fields.pop("measure", None) or make_measure(),
        publisher=make_publisher(fields.pop("counter", "Air force")),
        place=make_place(), name=name, granularity="night", **fields,
    )  # fmt: skip
    for place, value in enumerate(values):
        day = first + timedelta(days=place)
        if value is not None:
            observe(series, day, value, source=source)
    if is_confirmed:
        let_be_shown(series, at=datetime(first.year, first.month, first.day, 6, tzinfo=UTC))
    return series


def observe(series, day, value, *, source="Report 1", reported_at=None):
    Observation.objects.create(
        series=series, period_start=day - timedelta(days=1), period_end=day, value=value,
        reported_at=reported_at or datetime(2025, 3, 30, tzinfo=UTC),
        source=make_source(source),
    )  # fmt: skip
    Publication.objects.rise()


@pytest.mark.django_db
def test_a_topic_draws_what_its_claims_are_about(client):
    topic = make_topic()
    make_number_claim(topic)
    a_series([400, 500, 397])

    page = client.get(topic.get_absolute_url())

    text = text_of(page)
    assert "h2 Drones launched per night, Ukraine" in headings_of(page)
    assert (
        "Air force: 1,297 drones in 3 nights from 18 March 2025 to 20 March 2025, the highest "
        "count 500 (19 March 2025)."
    ) in text
    assert "Claim 1, more than 1,000 drones: 1,297 counted in 3 of 3 nights." in text
    assert "Counting rule. Every drone launched counts as one." in text
    assert "Night ending on 20 March 2025 397" in text
    assert b" style=" not in page.content


@pytest.mark.django_db
def test_what_counts_by_another_rule_or_elsewhere_has_a_picture_of_its_own_or_none(client):
    topic = make_topic()
    make_number_claim(topic)
    a_series([400, 500, 397])
    a_series([1, 2], measure=make_measure("drones_hit", name="Drones that hit"), name="Hits")

    headings = headings_of(client.get(topic.get_absolute_url()))

    assert [name for name in headings if "per night" in name] == [
        "h2 Drones launched per night, Ukraine"
    ]


@pytest.mark.django_db
def test_counts_of_a_source_that_is_not_public_are_not_told(client):
    topic = make_topic()
    make_number_claim(topic)
    a_series([400, 500, 397], source="A secret report")
    quick = client.get(topic.get_absolute_url())

    assert "per night" not in text_of(quick)
    assert client.get(f"{topic.get_absolute_url()}counts.csv").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("works", [1, 30])
@pytest.mark.parametrize(
    ("copy", "work"), [("Another report", "Report 1"), ("Report 1", "Another report")]
)
def test_counts_of_a_work_and_its_merged_copies_are_told_alike(client, copy, work, works):
    topic = make_topic()
    with time_machine.travel("2025-04-01 12:00 +0000", tick=False):
        make_number_claim(topic)
        series = a_series([400])
        observe(series, FIRST + timedelta(days=1), 500, source="Another report")
        Source.objects.filter(title=copy).update(merged_into=make_source(work))
        for place in range(2, works):
            observe(series, FIRST + timedelta(days=place), 7, source=f"Secret {place}")
    path = topic.get_absolute_url()

    now, then = text_of(client.get(path)), text_of(client.get(f"{path}?as_of=2025-04-02"))

    for text in (now, then):
        assert "Air force: 900 drones in 2 nights" in text
    table = client.get(f"{path}counts.csv").content.decode()
    assert table.count(work) == 2
    assert copy not in table


@pytest.mark.django_db
def test_a_later_report_that_nobody_cites_does_not_take_the_place_of_a_public_one(client):
    topic = make_topic()
    with time_machine.travel("2025-04-01 12:00 +0000", tick=False):
        make_number_claim(topic)
        series = a_series([400])
        observe(series, FIRST, 1, source="Secret", reported_at=datetime(2025, 3, 31, tzinfo=UTC))
    path = topic.get_absolute_url()

    for address in (path, f"{path}?as_of=2025-04-02"):
        assert "Night ending on 18 March 2025 400" in text_of(client.get(address))


@pytest.mark.django_db
def test_what_is_not_public_takes_no_room_among_the_newest_counts(client, monkeypatch):
    monkeypatch.setattr(topic_counts, "MOST_COUNTS", 3)
    topic = make_topic()
    with time_machine.travel("2025-04-01 12:00 +0000", tick=False):
        make_number_claim(topic)
        series = a_series([400, 500, 397, 10])
        for day in range(1, 9):
            at = datetime(2025, 3, 30, day, tzinfo=UTC)
            observe(series, FIRST + timedelta(days=3), day, source="Secret", reported_at=at)

    # What is asked of today has the limit in its finished SQL already.
    text = text_of(client.get(f"{topic.get_absolute_url()}?as_of=2025-04-02"))

    assert "Night ending on 21 March 2025 10" in text
    assert "in 3 nights from 19 March 2025 to 21 March 2025" in text


@pytest.mark.django_db
def test_counts_that_wait_for_a_second_editor_are_not_told(client):
    topic = make_topic()
    make_number_claim(topic)
    a_series([400, 500, 397])
    a_series([7, 7, 7], name="Others", counter="Somebody", includes="Guesses", is_confirmed=False)

    text = text_of(client.get(topic.get_absolute_url()))
    table = client.get(f"{topic.get_absolute_url()}counts.csv").content.decode()

    for word in ("Somebody", "Guesses", "Others"):
        assert word not in text
        assert word not in table


@pytest.mark.django_db
def test_a_count_that_was_revised_shows_its_newest_value_and_of_a_past_day_that_of_then(client):
    topic = make_topic()
    with time_machine.travel("2025-04-01 12:00 +0000", tick=False) as clock:
        make_number_claim(topic)
        series = a_series([400])
        clock.move_to("2025-04-05 12:00 +0000")
        observe(series, FIRST, 350, reported_at=datetime(2025, 4, 5, tzinfo=UTC))
        path = topic.get_absolute_url()

        now, then = text_of(client.get(path)), text_of(client.get(f"{path}?as_of=2025-04-04"))
        csv = client.get(f"{path}counts.csv?as_of=2025-04-04").content.decode()

    assert "Night ending on 18 March 2025 350" in now
    assert "Night ending on 18 March 2025 400" in then
    assert ",2025-03-17,2025-03-18,400,,,2025-03-30T00:00:00Z,Report 1" in csv


@pytest.mark.django_db
def test_the_csv_keeps_a_spreadsheet_from_reading_formulas(client):
    topic = make_topic()
    make_number_claim(topic)
    a_series([400], name="=1+1", includes="@decoys")

    lines = client.get(f"{topic.get_absolute_url()}counts.csv").content.decode().splitlines()

    assert lines[0].startswith("\ufeffmeasure,measure_name,unit")
    assert ",'=1+1,Air force,'@decoys,night,2025-03-17,2025-03-18,400," in lines[1]


@pytest.mark.django_db
@pytest.mark.parametrize(("claims", "nights"), [(1, 1), (3, 800)])
def test_a_topic_costs_the_same_for_one_count_as_for_800(client, claims, nights):
    topic = make_topic()
    for number in range(claims):
        make_number_claim(topic, text=f"Claim {number}", value=number + 1)
    series = a_series([1])
    Observation.objects.bulk_create(
        Observation(
            series=series, period_start=FIRST + timedelta(days=place - 1),
            period_end=FIRST + timedelta(days=place), value=place % 300,
            reported_at=datetime(2025, 3, 30, tzinfo=UTC), source=make_source("Report 1"),
        )
        for place in range(1, nights)
    )  # fmt: skip
    Publication.objects.rise()
    link_appearance(Statement.objects.first(), source=make_source("Report 1"), by=make_user("ada"))
    path, json = topic.get_absolute_url(), f"/api/v1/topics/{topic.slug}/"
    addresses = {"page": path, "csv": f"{path}counts.csv", "json": json}
    addresses |= {f"{name} then": f"{url}?as_of={today()}" for name, url in addresses.items()}
    client.get(path)

    first, again = {}, {}
    for name, address in addresses.items():
        KeptEach.forget()
        for counts in (first, again):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            counts[name] = len(captured)

    assert first == {
        "page": 10, "csv": 7, "json": 9, "page then": 23, "csv then": 15, "json then": 22,
    }  # fmt: skip
    assert again == first | {"page": 4, "csv": 1, "json": 3}


# ---- lanes ----------------------------------------------------------------------------------


def test_a_lane_shows_each_value_from_its_event_to_the_next():
    stretches = [
        lanes.Stretch(1, "Accepted", lanes.BLOCK, date(2025, 3, 1), date(2025, 3, 11)),
        lanes.Stretch(2, "Rejected", lanes.CROSSED, date(2025, 3, 11), None),
    ]
    drawn = lanes.picture_of(
        lanes.Lanes(
            "l", "T", date(2025, 3, 1), date(2025, 3, 21), [lanes.Lane("Russia", stretches)]
        ),
        "Seen.",
    )

    solid = re.search(r'class="chart-solid" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', drawn.wide)
    crossed = re.search(
        r'fill="url\(#l-w-crossed\)" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', drawn.wide
    )
    assert float(solid[1]) + float(solid[2]) == pytest.approx(float(crossed[1]), abs=0.2)
    assert (">Accepted<" in drawn.wide, ">Rejected<" in drawn.wide) == (True, True)
