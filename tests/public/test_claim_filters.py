"""Filters, sorting and words of the list of claims, on three findings that differ in all of it."""

from datetime import timedelta

import pytest

from statements.models import Claim, Site
from statements.operations import perform
from tests.factories import (
    make_claim,
    make_publisher,
    make_speaker,
    make_statement,
    make_topic,
    make_user,
)
from tests.public.page import claims_of, headings_of, links_of, text_of
from tests.shared import copy_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def made(rows_of_module):
    """Three findings that differ in all that can be filtered, and an open check."""
    strikes, deals = make_topic("strikes", "Strikes"), make_topic("deals", "Deals")
    make_topic("drones", "Drones", parent=strikes)
    starmer, macron = make_speaker("Keir Starmer"), make_speaker("Emmanuel Macron", aliases="Manu")
    make_claim(
        "published",
        text="Drones flew",
        finding="A thousand were counted.",
        topics=[make_topic("drones")],
        statement=make_statement("One", speaker=starmer, said_edtf="2025-03-10"),
    )
    make_claim(
        "published",
        text="A deal was made",
        finding="It was signed.",
        code="inaccurate",
        kind="event",
        topics=[deals],
        statement=make_statement("Two", speaker=macron, said_edtf="2025-03"),
    )
    make_claim(
        "reopened",
        text="Planners met",
        finding="They met twice.",
        code="mixed",
        statement=make_statement("Three", speaker=macron, said_edtf="2025-04-02"),
    )
    make_claim(
        "researching",
        text="Thirty countries came",
        show_as_open=True,
        kind="attribution",
        statement=make_statement("Four", speaker=starmer, said_edtf=""),
    )


three = copy_of("made")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Planners met", "A deal was made", "Drones flew", "Thirty countries came"]),
        ("q=drones", ["Drones flew"]),
        ("q=DEAL signed", ["A deal was made"]),
        ("q=macron", ["Planners met", "A deal was made"]),
        ("q=manu", ["Planners met", "A deal was made"]),
        ("q=thirty countries", ["Thirty countries came"]),
        ("q=100%", []),
        ("q=_", []),
        ("q='; DROP TABLE x; --", []),
        ("topic=deals", ["A deal was made"]),
        ("topic=strikes", ["Drones flew"]),
        ("topic=nothing", []),
        ("verdict=mixed", ["Planners met"]),
        ("verdict=fulfilled", []),
        ("kind=event", ["A deal was made"]),
        ("kind=attribution", ["Thirty countries came"]),
        ("state=published", ["A deal was made", "Drones flew"]),
        ("state=rechecking", ["Planners met"]),
        ("state=checking", ["Thirty countries came"]),
        ("state=retracted", []),
        ("speaker=0000000000", []),
        ("publisher=0000000000", []),
        ("said_after=2025-03-31", ["Planners met", "A deal was made"]),
        ("said_before=2025-03-05", ["A deal was made"]),
        ("said_after=2025-03-05&said_before=2025-03-20", ["A deal was made", "Drones flew"]),
        ("published_after=2099-01-01", []),
        ("published_before=2000-01-01", []),
        ("topic=deals&verdict=mixed", []),
        ("q=+", None),
        ("utm_source=elsewhere", None),
    ],
)
def test_filters(client, three, query, expected):
    everything = ["Planners met", "A deal was made", "Drones flew", "Thirty countries came"]

    page = client.get(f"/claims/?{query}")

    assert page.status_code == 200
    assert claims_of(page) == (everything if expected is None else expected)


def test_filters_by_speaker_and_by_publisher_of_a_source(client, three):
    macron, agency = make_speaker("Emmanuel Macron"), make_publisher("Agency 1")

    by_macron = client.get(f"/claims/?speaker={macron.public_id}")
    by_agency = client.get(f"/claims/?publisher={agency.public_id}")

    assert claims_of(by_macron) == ["Planners met", "A deal was made"]
    assert "Speaker: Emmanuel Macron" in text_of(by_macron)
    assert claims_of(by_agency) == ["Planners met", "A deal was made", "Drones flew"]
    assert "Publisher of a source: Agency 1" in text_of(by_agency)


def test_filters_by_the_day_of_publication_in_the_time_zone_of_the_site(client, three):
    published = Claim.objects.exclude(first_published_at=None).earliest("first_published_at")
    day = published.first_published_at.date()
    Site.objects.update_or_create(id=1, defaults={"time_zone": "UTC"})

    assert len(claims_of(client.get(f"/claims/?published_after={day}"))) == 3
    assert claims_of(client.get(f"/claims/?published_before={day - timedelta(days=1)}")) == []


def test_what_is_chosen_can_be_taken_away_one_by_one(client, three):
    page = client.get("/claims/?q=met&verdict=mixed&said_after=2025-01-02&sort=said")

    text, links = text_of(page), links_of(page)
    assert "Words: met" in text
    assert "Verdict: Mixed" in text
    assert "Said on or after: 2 January 2025" in text
    assert "/claims/?verdict=mixed&said_after=2025-01-02&sort=said" in links
    assert "/claims/?q=met&said_after=2025-01-02&sort=said" in links
    assert "/claims/?q=met&verdict=mixed&sort=said" in links
    assert "h2 1 claim" in headings_of(page)


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("said_after=soon", "Said on or after: Write the day as 2025-03-27."),
        ("said_after=2025-02-30", "Said on or after: Write the day as 2025-03-27."),
        (
            "published_before=9999-12-31",
            "Checked on or before: Choose a day from 1000-01-01 to 9998-12-31.",
        ),
        (
            "published_after=0001-01-01",
            "Checked on or after: Choose a day from 1000-01-01 to 9998-12-31.",
        ),
        ("speaker=../etc", "Speaker: This is not an id of ours: copy it from an address."),
        ("publisher=%27", "Publisher of a source: This is not an id of ours"),
        ("topic=a b", "Topic: This is not the short name of a topic."),
        ("verdict=true", "Verdict: Choose one of accurate, mostly_accurate, mixed,"),
        (
            "kind=lie",
            "Kind: Choose one of quantity, status, event, commitment, attribution, other.",
        ),
        ("state=new", "State: Choose one of published, rechecking, retracted, checking."),
        ("sort=score", "Sort: choose one of published, said, updated."),
        ("after=garbage", "Page: this is no page of the list, so here is the first one."),
        ("before=W251bGwsMV0", "Page: this is no page of the list, so here is the first one."),
        ("sort=best", "Sort: choose one of published, said, updated."),
        ("colour=red", "There is no filter colour"),
    ],
)
def test_a_bad_value_gives_the_page_with_a_word_about_it(client, three, query, problem):
    page = client.get(f"/claims/?{query}")

    assert page.status_code == 400
    assert problem in text_of(page)
    assert len(claims_of(page)) == 4


def test_filters_that_are_set_leave_the_results_in_sight(client, three):
    html = client.get("/claims/?kind=event&said_after=2025-03-01").content.decode()
    wrong = client.get("/claims/?said_after=soon").content.decode()

    assert "<details>\n<summary>More filters (2 set)</summary>" in html
    assert "<details open>\n<summary>More filters</summary>" in wrong


@pytest.mark.parametrize("dates", ["said", "published"])
@pytest.mark.parametrize("address", ["/claims/", "/search/", "/claims/export.csv"])
def test_a_span_that_ends_before_it_begins_is_told_of(client, three, address, dates):
    begins, day = f"{dates}_after=2025-03-28", f"{dates}_before="

    wrong = client.get(f"{address}?{begins}&{day}2025-03-27")
    right = client.get(f"{address}?{begins}&{day}2025-03-28")

    assert wrong.status_code == 400
    assert "This is before 28 March 2025, where the span begins: swap them." in text_of(wrong)
    assert right.status_code == 200


@pytest.mark.parametrize("query", ["speaker=%00", "after=%00", "%00=1"])
def test_bytes_that_are_no_text_are_refused(client, three, query):
    assert client.get(f"/claims/?{query}").status_code == 400


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("q=%00", 0),
        ("q=%00%1F", 0),
        ("q=+", 4),
        ("q=%ED%A0%80", 0),
        ("q=%FF", 0),
        ("q=%00drones%1F", 1),
    ],
)
def test_any_bytes_may_be_looked_for(client, three, query, number):
    page = client.get(f"/claims/?{query}")

    assert page.status_code == 200
    assert len(claims_of(page)) == number


def test_sorting(client, three):
    assert claims_of(client.get("/claims/?sort=said")) == [
        "Planners met",
        "Drones flew",
        "A deal was made",
        "Thirty countries came",
    ]
    drones = Claim.objects.get(live_verdict__short_text="Drones flew")
    editor = make_user("ben", role="editor")
    perform(drones, "fix_typo", by=editor, data={"finding": "A thousand were counted!"})

    assert claims_of(client.get("/claims/?sort=updated"))[0] == "Drones flew"
    assert claims_of(client.get("/claims/?sort=published"))[0] == "Planners met"
