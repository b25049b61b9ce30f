"""Files for readers: what there is, as fresh as the pages, and any list as a file."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sources.models import Publication
from statements.exports import kept
from statements.exports.columns import CLAIMS
from statements.exports.files import FILES, MANIFEST
from statements.models import Site
from statements.operations import perform
from tests.factories import make_claim, make_statement, make_user
from tests.public.copies import copy_claim
from tests.public.page import claims_of, headings_of, links_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.EXPORT_DIR = tmp_path / "kept"
    return settings.EXPORT_DIR


def take(*steps, claim):
    for step, by in steps:
        perform(claim, step, by=make_user(by, role="editor"), note="Because.")


def table_of(response):
    text = response.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


# ---- the page and its files -----------------------------------------------------------------


def test_the_page_lists_every_file_with_rows_size_and_columns(client):
    make_claim("published")
    site = Site.load()
    site.licence_name, site.licence_url = (
        "CC BY 4.0",
        "https://creativecommons.org/licenses/by/4.0/",
    )
    site.save()

    page = client.get("/exports/")

    assert page.status_code == 200
    assert headings_of(page) == [
        "h1 Data", "h2 Before you use them", "h2 Claims", "h2 Statements", "h2 Speakers",
        "h2 Sources", "h2 Evidence", "h2 Corrections", "h2 ClaimReview feed",
    ]  # fmt: skip
    assert [link for link in links_of(page) if link.startswith("/exports/")] == [
        f"/exports/{MANIFEST}",
        *(
            f"/exports/{noun}.{code}"
            for noun in ("claims", "statements", "speakers", "sources", "evidence", "corrections")
            for code in ("csv", "jsonl")
        ),
        "/exports/claimreview.jsonld",
    ]
    text = text_of(page)
    assert "1 row" in text
    assert "2 rows" in text  # of evidence
    assert f"Publication {Publication.objects.current()}" in text
    assert "CC BY 4.0" in text
    for column in CLAIMS.columns:
        assert f"{column.name} {column.meaning} {column.holds}" in text
    size = len(client.get("/exports/claims.csv").getvalue())
    assert f"CSV of claims {size / 1000:.0f} kB" in text


def test_where_there_is_much_the_page_makes_no_file(client, folder, monkeypatch):
    monkeypatch.setattr(kept, "MOST_MADE_FOR_A_PAGE", 1)
    claim = make_claim("published")
    copy_claim(claim, 3)

    text = text_of(client.get("/exports/"))

    assert "4 rows" in text
    assert "kB" not in text
    assert not folder.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_much_there_is(client, count):
    for number in range(count):
        make_claim("published", statement=make_statement(f"Words {number}"))
    client.get("/exports/")

    with CaptureQueriesContext(connection) as queries:
        client.get("/exports/")

    assert len(queries) == 2


@pytest.mark.parametrize("name", [*FILES, MANIFEST])
def test_each_file_is_there_and_costs_one_query(client, name):
    make_claim("published")
    take(("propose_retraction", "ben"), ("retract", "cleo"), claim=make_claim("published"))
    client.get(f"/exports/{name}").getvalue()

    with CaptureQueriesContext(connection) as queries:
        response = client.get(f"/exports/{name}")
        content = response.getvalue()
    cost = len(queries)
    head = client.head(f"/exports/{name}")
    assert head.getvalue() == b""

    assert response.status_code == head.status_code == 200
    assert cost == 1
    assert int(response["Content-Length"]) == int(head["Content-Length"]) == len(content) > 100
    assert response["Content-Type"] in (
        "text/csv; charset=utf-8; header=present",
        "application/x-ndjson",
        "application/json",
        "application/ld+json",
    )
    assert f'filename="{name}"' in response["Content-Disposition"]
    assert response["Content-Disposition"].startswith(
        "inline" if name == MANIFEST else "attachment"
    )
    assert response["Vary"] == "Accept-Encoding"
    assert client.post(f"/exports/{name}").status_code == 405


def test_a_retraction_is_gone_from_the_file_on_the_very_next_request(client):
    claim = make_claim("published")
    before = table_of(client.get("/exports/claims.csv"))

    take(("propose_retraction", "ben"), ("retract", "cleo"), claim=claim)
    after = table_of(client.get("/exports/claims.csv"))
    claim.refresh_from_db()
    take(("propose_take_down", "ben"), ("take_down", "cleo"), claim=claim)
    at_last = table_of(client.get("/exports/claims.csv"))

    assert [row["finding"] for row in before] == [
        "The air force counted 1,297 drones in nine nights."
    ]
    assert [(row["state"], row["finding"]) for row in after] == [("retracted", "")]
    assert at_last == []


def test_files_come_compressed_to_whoever_asks(client):
    make_claim("published")
    plain = client.get("/exports/claims.csv")
    asks = ["gzip", "deflate, gzip;q=0.5, br", "br,gzip", "gzip; q=1.0"]
    refuses = ["", "identity", "gzip;q=0", "br, gzip;q=0.000", "x-gzipped"]

    for accepted in asks:
        packed = client.get("/exports/claims.csv", headers={"accept-encoding": accepted})
        assert packed["Content-Encoding"] == "gzip", accepted
        content = packed.getvalue()
        assert int(packed["Content-Length"]) == len(content)
        assert gzip.decompress(content) == plain.getvalue() or accepted != asks[0]
    for accepted in refuses:
        answer = client.get("/exports/claims.csv", headers={"accept-encoding": accepted})
        answer.getvalue()
        assert "Content-Encoding" not in answer, accepted


@pytest.mark.parametrize(
    "name",
    ["claims.xlsx", "working-claims.csv", "..", "../db.sqlite3", "%2e%2e%2fsettings.py", ".lock-x",
     "claims.csv.gz", "claims.csv.told", "CLAIMS.CSV"],
)  # fmt: skip
def test_no_other_file_is_given_out(client, name):
    make_claim("published")
    client.get("/exports/")

    assert client.get(f"/exports/{name}").status_code == 404


def test_while_somebody_else_makes_a_file_one_is_told_to_come_back(client, monkeypatch):
    monkeypatch.setattr(kept, "PATIENCE_SECONDS", 0.1)

    with kept._alone("claims.csv"):
        file, page = client.get("/exports/claims.csv"), client.get("/exports/")

    assert (file.status_code, page.status_code) == (503, 503)
    assert file["Retry-After"] == page["Retry-After"] == "20"
    assert "being made" in text_of(file)


def test_the_manifest_is_json(client):
    make_claim("published")

    told = json.loads(client.get(f"/exports/{MANIFEST}").getvalue())

    assert [each["name"] for each in told["files"]] == list(FILES)


def test_the_feed_of_claim_reviews_has_an_address_of_its_own(client):
    make_claim("published")

    feed, file = client.get("/claimreview.jsonld"), client.get("/exports/claimreview.jsonld")

    assert feed["Content-Type"] == "application/ld+json"
    told = json.loads(feed.getvalue())
    assert told == json.loads(file.getvalue())
    assert [item["item"]["@type"] for item in told["dataFeedElement"]] == ["ClaimReview"]


# ---- fresh ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/exports/", "/exports/claims.csv", f"/exports/{MANIFEST}", "/claimreview.jsonld",
     "/claims/export.csv?sort=said", "/api/v1/claims/export/?format=jsonl"],
)  # fmt: skip
def test_what_has_not_changed_is_not_sent_again(client, path):
    claim = make_claim("published")
    first = client.get(path)
    before = first["ETag"], first.getvalue()

    held = client.get(path, headers={"if-none-match": before[0]})
    take(("propose_retraction", "ben"), ("retract", "cleo"), claim=claim)
    fresh = client.get(path, headers={"if-none-match": before[0]})

    assert (held.status_code, held.getvalue()) == (304, b"")
    assert fresh.status_code == 200
    assert fresh["ETag"] != before[0]
    assert fresh.getvalue() != before[1]
    assert fresh["Cache-Control"] == "public, max-age=0, must-revalidate"


def test_a_compressed_file_has_a_tag_of_its_own(client):
    make_claim("published")
    plain = client.get("/exports/claims.csv")
    packed = client.get("/exports/claims.csv", headers={"accept-encoding": "gzip"})

    assert plain["ETag"] != packed["ETag"]
    assert gzip.decompress(packed.getvalue()) == plain.getvalue()


# ---- any list as a file ---------------------------------------------------------------------


def test_a_file_has_no_pages(client):
    claim = make_claim("published")
    copy_claim(claim, 30)

    page = client.get("/claims/")
    table = table_of(client.get("/claims/export.csv"))

    assert len(claims_of(page)) == 25
    assert len(table) == 31
    listed = [re.fullmatch(r"/claims/([0-9a-z]{10})/[^/]+/", link) for link in links_of(page)]
    assert [row["id"] for row in table][:25] == [found[1] for found in listed if found]


def test_only_the_head_costs_nothing(client):
    make_claim("published")

    with CaptureQueriesContext(connection) as queries:
        head = client.head("/claims/export.csv")

    assert len(queries) == 0
    assert head["Content-Disposition"] == 'attachment; filename="claims.csv"'
    assert head.getvalue() == b""
    assert client.post("/claims/export.csv").status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_a_file_of_a_list_costs_the_same_for_every_batch(client, count):
    for number in range(count):
        make_claim("published", text=f"Claim {number}", statement=make_statement(f"{number}"))

    with CaptureQueriesContext(connection) as queries:
        client.get("/claims/export.csv?kind=other").getvalue()

    assert len(queries) == 7


def test_the_data_is_linked_from_every_page(client):
    assert '<a href="/exports/">Data</a>' in client.get("/method/").content.decode()
