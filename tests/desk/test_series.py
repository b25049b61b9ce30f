"""Series and counts at the desk: a count is added one by one, refused in words, and never changed."""

from datetime import UTC, date, datetime

import pytest

from sources.editions import Edition
from sources.errors import Invalid
from sources.models import Measure, Observation, Series
from tests.desk.pages import Page
from tests.factories import make_measure, make_series, make_source, make_user

pytestmark = pytest.mark.django_db

ADD = "/admin/sources/observation/add/"


def sent(row, **values):
    return {
        "series": row.name, "period_start": "2025-03-28", "period_end": "", "value": "100",
        "lower": "", "upper": "", "reported_at_0": "2025-03-28", "reported_at_1": "06:00:00",
        "source": "",
    } | values  # fmt: skip


def errors_of(response):
    assert response.status_code == 200
    return {name: list(words) for name, words in response.context["adminform"].form.errors.items()}


def test_a_checker_records_one_count_with_its_source(desk):
    series, source = make_series(), make_source("Report of the morning")

    response = desk("ada").post(ADD, sent(series, source=source.title))

    assert response.status_code == 302
    row = Observation.objects.get(period_end="2025-03-28")
    assert (row.period_start, row.value, row.source) == (date(2025, 3, 27), 100, source)
    assert row.reported_at == datetime(2025, 3, 28, 6, tzinfo=UTC)
    assert row.recorded_at > row.reported_at


def test_a_revised_count_is_a_row_of_its_own(desk):
    series = make_series()

    desk("ada").post(ADD, sent(series, period_start="2025-03-27", value="90"))

    rows = Observation.objects.filter(period_end="2025-03-27").order_by("reported_at")
    assert [int(row.value) for row in rows] == [86, 90]


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"value": "-1"}, {"value": ["A count cannot be negative: -1."]}),
        ({"value": "5", "lower": "9"}, {"value": ["The count must lie between its bounds."]}),
        (
            {"period_end": "2025-03-30"},
            {"period_start": ["2025-03-28 to 2025-03-30 is not one night: a night ends on the day after it began."]},
        ),
        ({"period_start": "2025-03-27", "value": "86"}, {"value": ["This count is here already."]}),
        ({"series": ""}, {"series": ["Choose a series."]}),
    ],
)  # fmt: skip
def test_what_is_no_count_is_refused_beside_its_field(desk, values, errors):
    series = make_series()
    before = Observation.objects.count()

    response = desk("ada").post(ADD, sent(series, **values))

    assert errors_of(response) == errors
    assert Observation.objects.count() == before


def test_two_counts_of_one_moment_are_refused(desk):
    series = make_series()
    desk("ada").post(ADD, sent(series, period_start="2025-03-27", value="5"))

    response = desk("ada").post(ADD, sent(series, period_start="2025-03-27", value="6"))

    assert errors_of(response) == {"__all__": ["This count was recorded already."]}


def test_what_somebody_else_did_a_moment_ago_is_told_on_the_list(desk, monkeypatch):
    def refuse(*args, **kwargs):
        raise Invalid("another count was reported at that very moment")

    monkeypatch.setattr("sources.admin.series.record_observations", refuse)

    response = desk("ada").post(ADD, sent(make_series()), follow=True)

    assert response.redirect_chain == [("/admin/sources/observation/", 302)]
    assert (
        "Nothing was saved: another count was reported at that very moment."
        in response.content.decode()
    )


def test_a_series_with_counts_shows_what_it_counts_and_lets_its_words_change(desk):
    series = make_series()
    address = f"/admin/sources/series/{series.pk}/change/"

    page = desk("ada").get(address)
    assert sorted(page.context["adminform"].form.fields) == ["includes", "name"]

    desk("ada").post(address, {"name": "Nights", "time_zone": "Europe/Kyiv", "includes": "Decoys"})
    changed = Series.objects.get()
    assert (changed.name, changed.includes, changed.granularity) == ("Nights", "Decoys", "night")


def test_a_series_without_a_place_is_known_once_too(desk):
    series = make_series(place=None)
    values = {
        "measure": series.measure.name, "publisher": series.publisher.name, "place": "",
        "name": series.name, "granularity": "night", "time_zone": "", "includes": "",
    }  # fmt: skip

    response = desk("ada").post("/admin/sources/series/add/", values)

    assert errors_of(response) == {"__all__": ["This series is there already."]}
    assert Series.objects.count() == 1


def test_a_series_waits_in_the_inbox_for_another_editor(desk):
    series = make_series(confirmed=False)
    Series.objects.filter(pk=series.pk).update(added_by=make_user("ben", role="editor"))
    series_page, confirm = (
        f"/admin/sources/series/{series.pk}/change/",
        f"/admin/desk/waiting/series/{series.pk}/",
    )
    ben, cleo = desk("ben"), desk("cleo", role="editor")
    waits = (
        "Series of counts, by ben Nightly reports Drones launched, counted by Ukrainian Air Force"
    )

    page = Page(ben.get("/admin/desk/inbox/"))
    assert f"{waits} Another editor must confirm this." in page.words
    assert series_page in page.links
    assert f"{waits} Confirm" in Page(cleo.get("/admin/desk/inbox/")).words
    assert "not yet: added by ben, waits for a second editor" in Page(ben.get(series_page)).words

    refused = Page(ben.post(confirm, follow=True))
    assert "Ask a second editor to confirm what you added." in refused.words
    assert list(Series.objects.waiting()) == [series]
    assert "Confirmed." in Page(cleo.post(confirm, follow=True)).words
    assert list(Series.objects.waiting()) == []
    assert "confirmed by cleo" in Page(ben.get(series_page)).words


def test_who_adds_a_series_at_the_desk_is_kept(desk):
    measure = make_measure()
    values = {
        "measure": measure.name, "publisher": make_series().publisher.name, "place": "",
        "name": "Another", "granularity": "day", "time_zone": "", "includes": "",
    }  # fmt: skip

    desk("ada").post("/admin/sources/series/add/", values)

    assert Series.objects.get(name="Another").added_by.username == "ada"


def test_an_editor_keeps_measures(desk):
    measure = make_measure()
    values = {
        "name": "Drones sent", "unit": "drones", "counting_rule": "One is one.",
        "comparability_group": "drones_launched", "tolerance_percent": "15",
    }  # fmt: skip

    before = Edition.read().number
    desk("ben", role="editor").post(f"/admin/sources/measure/{measure.pk}/change/", values)
    desk("ben").post("/admin/sources/measure/add/", values | {"code": "boats", "is_additive": "on"})

    measure.refresh_from_db()
    assert (measure.name, measure.tolerance_percent, measure.is_additive) == (
        "Drones sent",
        15,
        False,
    )
    assert Measure.objects.get(code="boats").is_additive
    assert Edition.read().number == before + 2
