"""Taking working rows out of the house: what the list shows, guarded, and on record."""

from __future__ import annotations

import csv
import io

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from statements.models import Claim
from tests.factories import make_claim, make_statement

pytestmark = pytest.mark.django_db

ADDRESS = "/admin/statements/claim/export/"


def table_of(response):
    text = response.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_the_file_holds_what_the_list_shows_under_its_filters(desk):
    for state in ("new", "in_review", "published", "declined"):
        make_claim(state, text=f"A claim that is {state}", statement=make_statement(state))
    client = desk()

    everything = table_of(client.get(ADDRESS))
    some = table_of(client.get(f"{ADDRESS}?state__exact=in_review"))
    turned = table_of(client.get(f"{ADDRESS}?o=1"))

    assert [row["state"] for row in everything] == ["declined", "published", "in_review", "new"]
    assert [row["short_text"] for row in some] == ["A claim that is in_review"]
    assert some[0]["assignee"] == "ada"
    assert some[0]["finding"] == "The air force counted 1,297 drones in nine nights."
    assert sorted(row["short_text"] for row in everything) == [row["short_text"] for row in turned]


def test_no_cell_is_a_formula(desk):
    make_claim("in_review", text="=1+1", finding="@SUM(1)", external_ref="-1")

    (row,) = table_of(desk().get(ADDRESS))

    assert (row["text"], row["short_text"]) == ("'=1+1", "'=1+1")
    assert (row["finding"], row["external_ref"]) == ("'@SUM(1)", "'-1")


def test_it_is_on_record_who_took_which_rows(desk):
    make_claim("new")
    client = desk("eli")

    client.head(f"{ADDRESS}?state__exact=new")
    client.get(f"{ADDRESS}?state__exact=new&p=2")
    client.get(ADDRESS)

    assert [(row.user.username, row.change_message) for row in LogEntry.objects.order_by("id")] == [
        ("eli", "Exported the working rows of ?state__exact=new as CSV."),
        ("eli", "Exported the working rows of all claims as CSV."),
    ]


def test_a_filter_that_there_is_not_leads_back_to_the_list(desk):
    response = desk().get(f"{ADDRESS}?nonsense=1")

    assert (response.status_code, response["Location"]) == (302, "/admin/statements/claim/?e=1")
    assert not LogEntry.objects.exists()


def test_the_list_links_to_it_for_those_who_may(desk):
    make_claim("new")
    address = "/admin/statements/claim/?state__exact=new&kind__exact=other"
    link = f'<a href="{ADDRESS}?state__exact=new&amp;kind__exact=other" download>Export as CSV</a>'

    assert link in desk("eli").get(address).content.decode()
    assert f'href="{ADDRESS}' not in desk("con", role="contributor").get(address).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_queries_however_much_there_is(desk, count):
    for number in range(count):
        make_claim("in_review", statement=make_statement(f"Words {number}"))
    client = desk()
    client.get(ADDRESS).getvalue()

    with CaptureQueriesContext(connection) as queries:
        assert len(table_of(client.get(ADDRESS))) == Claim.objects.count()

    assert len(queries) == 12
