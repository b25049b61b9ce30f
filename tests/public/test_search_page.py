"""The search page: what was found is marked, mended and narrowed, and nothing else is told."""

import pytest

from statements.models import Site
from tests.factories import make_claim, make_statement
from tests.public.page import text_of

pytestmark = pytest.mark.django_db


def hits(page):
    html = page.content.decode()
    return [
        part.partition("</h3>")[0].count("<mark>") for part in html.split('<li class="hit">')[1:]
    ]


def test_an_empty_search_page_asks(client):
    text = text_of(client.get("/search/"))

    assert "What was claimed, found, or said by whom?" in text
    assert "claims" not in text.partition("Sort")[2]
    assert client.get("/search/?q=")["Location"] == "/search/"


@pytest.mark.parametrize("rows", [1, 26])
def test_a_search_takes_the_same_queries_at_any_length(client, django_assert_num_queries, rows):
    for number in range(rows):
        make_claim(
            "published",
            text=f"Claim {number}",
            statement=make_statement(f"Zebra {number}", said_edtf="2025-03-27"),
        )
    Site.current()
    client.get("/claims/")

    with django_assert_num_queries(4):
        page = client.get("/search/?q=zebra")

    assert len(hits(page)) == min(rows, 25)
