"""The counts of a series over the API: the newest of each period, as known on a day, every vintage."""

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest

from sources.models import Observation
from tests.api.helpers import anonymous
from tests.factories import make_claim, make_series, make_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def series():
    """Ten nights, of which the one ending on 21 March was put right on 2 April, stored a day later."""
    source = make_claim("published").evidence.first().source
    series = make_series(source=source)
    revise(series, 220, source)
    return series


def revise(series, value, source, *, day=2):
    return Observation.objects.create(
        series=series, period_start=date(2025, 3, 20), period_end=date(2025, 3, 21), value=value,
        reported_at=datetime(2025, 4, day, tzinfo=UTC),
        recorded_at=datetime(2025, 4, day + 1, tzinfo=UTC), source=source,
    )  # fmt: skip


def found(series, query=""):
    answer = anonymous().get(f"series/{series.public_id}/counts/?{query}").json()
    return [(row["period_end"][-2:], row["value"]) for row in answer["results"]]


def test_of_each_night_the_newest_count_is_shown(series):
    assert found(series) == [
        ("27", "86"), ("26", "117"), ("25", "139"), ("24", "99"), ("23", "147"), ("22", "179"),
        ("21", "220"), ("20", "171"), ("19", "145"), ("18", "137"),
    ]  # fmt: skip
    detail = anonymous().get(f"series/{series.public_id}/").json()
    assert [row["value"] for row in detail["observations"]][6:8] == ["220", "171"]
    assert (detail["time_zone"], detail["includes"]) == ("Europe/Kyiv", "")


@pytest.mark.parametrize(
    ("query", "counts"),
    [
        ("vintages=all", ["214", "220"]),
        ("vintages=newest", ["220"]),
        ("known_on=2025-04-02", ["214"]),
        ("known_on=2025-04-03", ["220"]),
        ("reported_on=2025-04-02", ["220"]),
        ("reported_on=2025-04-01", ["214"]),
        ("known_on=2025-03-20", []),
        ("known_on=2025-04-02&vintages=all", ["214"]),
    ],
)
def test_a_revised_count_answers_as_of_a_day(series, query, counts):
    assert found(series, f"{query}&period_from=2025-03-21&period_until=2025-03-21&ordering=period") == [
        ("21", value) for value in counts
    ]  # fmt: skip


def test_a_newer_count_of_a_hidden_source_does_not_hide_the_public_one(series):
    revise(series, 999, make_source("SECRET work"), day=10)

    assert ("21", "220") in found(series)
    assert "999" not in anonymous().get(f"series/{series.public_id}/").content.decode()
    assert "SECRET" not in text_of(series, "csv", "vintages=all")


def test_counts_come_in_pages(series):
    first = anonymous().get(f"series/{series.public_id}/counts/?page_size=4").json()

    second = anonymous().client.get(first["next"]).json()

    assert [row["period_end"] for row in second["results"]] == [
        f"2025-03-{day}" for day in (23, 22, 21, 20)
    ]
    assert first["previous"] is None


def text_of(series, code, query=""):
    response = anonymous().get(f"series/{series.public_id}/export/?format={code}&{query}")
    assert response["Content-Disposition"] == (
        f'attachment; filename="series-{series.public_id}.{code}"'
    )
    return response.getvalue().decode("utf-8-sig")


def test_a_series_is_a_file(series):
    series.name = "=SUM(A1)"
    series.save()

    rows = list(csv.DictReader(io.StringIO(text_of(series, "csv", "period_until=2025-03-18"))))

    assert rows == [
        {
            "series": series.public_id,
            "name": "'=SUM(A1)",
            "measure": "drones_launched",
            "counter": "Ukrainian Air Force",
            "place": "Ukraine",
            "period_start": "2025-03-17",
            "period_end": "2025-03-18",
            "lower": "",
            "value": "137",
            "upper": "",
            "reported_at": "2025-03-18T06:00:00Z",
            "recorded_at": "2025-03-18T06:00:00Z",
            "source": "Report 1",
            "source_url": rows[0]["source_url"],
        }
    ]
    assert "/sources/" in rows[0]["source_url"]
    lines = [json.loads(line) for line in text_of(series, "jsonl").splitlines()]
    assert [line["value"] for line in lines] == [
        "137", "145", "171", "220", "179", "147", "99", "139", "117", "86"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("counts/?known_on=yesterday", 400),
        ("counts/?vintages=some", 400),
        ("counts/?ordering=value", 400),
        ("counts/?colour=red", 400),
        ("counts/?cursor=x", 400),
        ("export/", 400),
        ("export/?format=xml", 400),
        ("export/?format=csv&period_from=2025-13-01", 400),
    ],
)
def test_what_makes_no_sense_is_refused(series, path, status):
    assert anonymous().get(f"series/{series.public_id}/{path}").status_code == status
