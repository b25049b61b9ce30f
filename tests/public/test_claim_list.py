"""The list of claims: filters, sorting and pages are addresses, and a bad address says so."""

from datetime import date

import pytest
from django.db.models import F

from statements.filters import ClaimFilter
from statements.models import Claim, Site, Verdict
from statements.operations import perform, save_draft, update_claim
from tests.factories import (
    make_claim,
    make_speaker,
    make_statement,
    make_topic,
    make_user,
)
from tests.public.copies import copy_claim
from tests.public.page import claims_of, headings_of, text_of

pytestmark = pytest.mark.django_db


def test_empty_fields_of_the_form_leave_the_address(client):
    answer = client.get("/claims/?q=a+b&speaker=&topic=x&said_after=")

    assert (answer.status_code, answer["Location"]) == (302, "/claims/?q=a+b&topic=x")
    assert client.get("/claims/?q=")["Location"] == "/claims/"


def test_a_working_copy_is_never_found(client):
    claim = make_claim("reopened", text="Drones flew", finding="It was counted.")
    ada = make_user("ada")
    update_claim(claim, by=ada, text="Zebras ran", short_text="Zebras ran", kind="event")
    save_draft(claim, by=ada, finding="Zebra finding", code="inaccurate")

    assert claims_of(client.get("/claims/?q=zebra")) == []
    assert claims_of(client.get("/claims/?verdict=inaccurate")) == []
    assert claims_of(client.get("/claims/?kind=event")) == []
    assert claims_of(client.get("/claims/?q=drones+counted")) == ["Drones flew"]


def test_the_working_copy_of_a_retracted_claim_is_never_found_either(client):
    claim = make_claim("retracted", text="Drones flew")
    perform(claim, "reopen", by=make_user("ada"), note="a new source")
    update_claim(claim, by=make_user("ada"), text="Zebras ran", short_text="Zebras ran")

    assert claims_of(client.get("/claims/")) == ["Drones flew"]
    assert claims_of(client.get("/claims/?q=zebra")) == []
    assert claims_of(client.get("/claims/?q=drones")) == ["Drones flew"]
    assert claims_of(client.get("/claims/?state=retracted")) == ["Drones flew"]
    assert "verdict-" not in client.get("/claims/").content.decode()


def test_hidden_claims_are_neither_listed_nor_counted(client):
    for state in ("new", "researching", "in_review", "declined", "taken_down"):
        make_claim(state, text=f"A {state} claim")

    page = client.get("/claims/")

    assert claims_of(page) == []
    assert headings_of(page) == ["h1 Claims", "h2 0 claims"]


@pytest.mark.parametrize("sort", ["published", "said", "updated"])
def test_pages_follow_one_another_both_ways_and_keep_the_query(client, sort):
    claim = make_claim("published", text="The first of many", topics=[make_topic()])
    copy_claim(claim, 59)
    make_claim(
        "researching",
        text="An open check",
        show_as_open=True,
        statement=make_statement("Undated", said_edtf=""),
    )

    first = client.get(f"/claims/?sort={sort}")
    seen = claims_of(first)
    second = client.get(link_to(first, "Next page"))
    seen += claims_of(second)
    third = client.get(link_to(second, "Next page"))
    seen += claims_of(third)

    assert [len(claims_of(page)) for page in (first, second, third)] == [25, 25, 11]
    assert sorted(seen) == sorted(
        ["The first of many", "An open check", *(f"Copy {n} of it" for n in range(59))]
    )
    assert seen[-1] == "An open check"
    assert f"sort={sort}" in link_to(first, "Next page")
    assert claims_of(client.get(link_to(third, "Previous page"))) == claims_of(second)
    assert claims_of(client.get(link_to(second, "Previous page"))) == claims_of(first)
    assert claims_of(client.get(link_to(third, "First page"))) == claims_of(first)
    assert "Next page" not in text_of(third)
    assert "Previous page" not in text_of(first)


def link_to(page, label):
    before, _, _ = page.content.decode().partition(f">{label}</a>")
    return before.rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")


def test_counting_stops_at_a_thousand(client, monkeypatch):
    monkeypatch.setattr("statements.public.words.COUNT_CAP", 3)
    copy_claim(make_claim("published"), 4)

    assert "h2 3+ claims" in headings_of(client.get("/claims/"))


@pytest.mark.parametrize("number", [1, 3, 100])
def test_the_list_takes_three_queries_however_long_it_is(client, django_assert_num_queries, number):
    claim = make_claim("published", topics=[make_topic()])
    copy_claim(claim, number - 1)
    speaker = claim.main_statement.speaker.public_id
    Site.current()

    with django_assert_num_queries(3):
        client.get("/claims/")
    with django_assert_num_queries(2):  # what the filter bar offers is kept
        client.get("/claims/")
    with django_assert_num_queries(2):
        page = client.get(
            "/claims/?topic=russian-strikes&q=drones&verdict=accurate&sort=said"
            f"&speaker={speaker}&published_after=2020-01-01"
        )

    assert len(claims_of(page)) == 1


def test_the_filter_offers_only_what_is_public(client):
    make_claim("published", topics=[make_topic()], statement=make_statement())
    hidden = make_statement("Hidden", speaker=make_speaker("Hidden Speaker"))
    make_claim("in_review", text="B", statement=hidden, topics=[make_topic("h", "Hidden Topic")])

    html = client.get("/claims/").content.decode()

    assert "Keir Starmer</option>" in html
    assert "Russian strikes</option>" in html
    assert "Agency 1</option>" in html
    assert "Hidden" not in html


def test_a_new_publication_brings_its_speaker_into_the_filter(client):
    make_claim("published")
    client.get("/claims/")
    make_claim("published", text="B", statement=make_statement("B", speaker=make_speaker("Bea")))

    assert "Bea</option>" in client.get("/claims/").content.decode()


def test_filters_are_named_as_the_api_names_them():
    assert list(ClaimFilter.base_filters) == [
        "q",
        "speaker",
        "topic",
        "verdict",
        "kind",
        "state",
        "publisher",
        "said_after",
        "said_before",
        "published_after",
        "published_before",
    ]


def test_copies_are_what_they_claim_to_be():
    copy_claim(make_claim("published"), 2)

    assert Claim.objects.public().count() == 3
    assert Verdict.objects.filter(live_for=F("claim")).count() == 3
    assert Claim.objects.filter(first_published_at__date__gt=date(2000, 1, 1)).count() == 3
