"""Feeds and sitemaps, read by the programs that they are for."""

import json

import feedparser
import pytest

from statements.models import Site
from tests.factories import make_claim, make_statement, make_topic

pytestmark = pytest.mark.django_db


def read(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    parsed = feedparser.parse(answer.content)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


def test_an_empty_site_has_feeds_too(client):
    assert read(client, "/feeds/findings.atom").entries == []
    assert json.loads(client.get("/feeds/corrections.json").content)["items"] == []


# ---- sitemap --------------------------------------------------------------------------------


def test_robots_are_sent_to_the_sitemap_and_kept_out_of_the_desk(client):
    text = client.get("/robots.txt").content.decode()

    assert "Disallow: /admin/" in text
    assert "Sitemap: http://testserver/sitemap.xml" in text


@pytest.mark.parametrize(
    "start", ["x", "1e3", "9" * 30, "9" * 19, "-", "%00", "+1", "007", "-0", "1_000", "%D9%A1"]
)
def test_a_strange_part_is_absent(client, start):
    assert client.get(f"/sitemap-claims-{start}.xml").status_code in (400, 404)


@pytest.mark.parametrize("rows", [1, 3])
def test_queries(client, django_assert_num_queries, rows):
    for number in range(rows):
        make_claim(
            "published", text=f"Claim {number}", topics=[make_topic()],
            statement=make_statement(f"S {number}"),
        )  # fmt: skip
    Site.current()
    client.get("/method/")

    for path, number in (
        ("/feeds/findings.atom", 1), ("/feeds/corrections.json", 1),
        ("/feeds/topics/russian-strikes.atom", 3), ("/sitemap.xml", 2), ("/sitemap-pages.xml", 3),
        ("/sitemap-claims-0.xml", 1), ("/sitemap-news.xml", 1), ("/robots.txt", 0),
    ):  # fmt: skip
        with django_assert_num_queries(number, info=path):
            client.get(path)
