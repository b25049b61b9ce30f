"""A filtered list as a file: the same rows in the same order, under the same filters."""

from __future__ import annotations

import csv
import io
import json

import pytest

from statements.models import Claim
from tests.factories import make_claim, make_speaker, make_statement, make_topic
from tests.public.page import claims_of, links_of, text_of
from tests.shared import copy_of

pytestmark = pytest.mark.django_db


def table_of(response):
    text = response.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@pytest.fixture(scope="module", autouse=True)
def made(rows_of_module):
    drones = make_topic("drones", "Drones")
    make_claim(
        "published", text="Drones flew", topics=[drones],
        statement=make_statement("One", speaker=make_speaker("Keir Starmer"), said_edtf="2025-03-10"),
    )  # fmt: skip
    make_claim(
        "published", text="A deal was made", code="inaccurate",
        statement=make_statement("Two", speaker=make_speaker("Ann"), said_edtf="2025-01-05"),
    )  # fmt: skip
    make_claim("reopened", text="Planners met", topics=[drones], statement=make_statement("Three"))
    make_claim("retracted", text="It was said", statement=make_statement("Four", said_edtf=""))
    make_claim("researching", text="An open check", show_as_open=True)
    make_claim("in_review", text="A secret")


several = copy_of("made")


@pytest.mark.parametrize(
    "query",
    [
        "", "verdict=accurate", "topic=drones", "state=checking", "state=retracted", "sort=said",
        "sort=updated", "q=drones", "q=nothing+at+all", "said_after=2025-02-01&sort=said",
        "published_after=2020-01-01&kind=other", "verdict=mixed", "utm_source=mail",
    ],
)  # fmt: skip
def test_a_list_and_its_file_hold_the_same_in_the_same_order(client, several, query):
    listed = claims_of(client.get(f"/claims/?{query}"))

    table = table_of(client.get(f"/claims/export.csv?{query}"))
    lines = client.get(f"/claims/export.jsonl?{query}").getvalue().decode().splitlines()

    assert [row["short_text"] for row in table] == listed
    assert [json.loads(line)["short_text"] for line in lines] == listed


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("said_after=soon", "Said on or after: Write the day as 2025-03-27."),
        ("verdict=lie", "Verdict: "),
        ("colour=red", "There is no filter colour."),
        ("sort=size", "Sort: choose one of "),
        ("after=abc", "A file has no pages: take after and before out of the address."),
        ("speaker=%3Cscript%3E", "Speaker: This is not an id of ours"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused_in_words(client, several, query, words):
    for code in ("csv", "jsonl"):
        response = client.get(f"/claims/export.{code}?{query}")
        assert response.status_code == 400
        assert response["Content-Type"] == "text/html; charset=utf-8"
        assert words in text_of(response)


def test_the_list_links_to_its_file_under_the_same_filters(client, several):
    page = client.get("/claims/?verdict=accurate&sort=said")
    empty = client.get("/claims/?verdict=mixed")

    assert [link for link in links_of(page) if "export" in link] == [
        "/claims/export.csv?verdict=accurate&sort=said",
        "/claims/export.jsonl?verdict=accurate&sort=said",
    ]
    assert [link for link in links_of(empty) if "export" in link] == []
    assert Claim.objects.count() == 6
