"""A frozen copy at the desk: what is quoted from it, and how a selection becomes evidence."""

from __future__ import annotations

import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from statements.desk.snapshot_page import Quoted, pieces_of
from statements.models import Evidence
from statements.operations import attach_evidence, link_appearance
from tests.desk.pages import Page, alert_of, send
from tests.factories import (
    make_claim,
    make_snapshot,
    make_source,
    make_statement,
    make_upload,
    make_user,
)

pytestmark = pytest.mark.django_db

TEXT = "First: no talks. Then he said: no talks. <b>End</b> & out."


def address(snapshot, claim=None):
    asked = f"?claim={claim.pk}" if claim else ""
    return f"/admin/sources/snapshot/{snapshot.pk}/change/{asked}"


def text_of(response):
    """Returns the HTML of the text, without the places where quotes begin."""
    found = re.search(r'id="snapshot-text"[^>]*>(.*?)</div>', response.content.decode(), re.DOTALL)
    return re.sub(r'<span id="quote-\d+" class="quote-start"></span>', "", found.group(1))


def test_words_become_evidence_of_the_claim_that_somebody_came_from(desk):
    claim = make_claim("researching", roots=0, finding="")
    snapshot = make_snapshot(text=TEXT)
    client = desk("ada")
    claim_page = Page(client.get(f"/admin/statements/claim/{claim.pk}/change/"))
    assert "quote" not in claim_page.names

    page = Page(client.get(address(snapshot, claim)))
    assert page.form("quote")["quote-claim"] == claim.short_text
    response = send(
        client, address(snapshot, claim), "quote",
        quote="he said: no talks", stance="supports", note="He refused.",
    )  # fmt: skip

    row = Evidence.objects.get()
    assert response["Location"] == (f"/admin/statements/claim/{claim.pk}/change/#evidence-{row.pk}")
    assert (row.claim, row.snapshot, row.exact) == (claim, snapshot, "he said: no talks")
    assert (row.stance, row.note, row.added_by.username) == ("supports", "He refused.", "ada")


def test_selected_place_counts_where_the_words_stand_twice(desk):
    claim = make_claim("researching", roots=0, finding="")
    snapshot = make_snapshot(text=TEXT)
    place = TEXT.rindex("no talks")

    send(
        desk("ada"), address(snapshot, claim), "quote",
        quote="no talks", near=str(place), stance="context",
    )  # fmt: skip

    assert Evidence.objects.get().start == place


def test_words_that_do_not_stand_in_it_are_refused_and_kept(desk):
    claim = make_claim("researching", roots=0, finding="")
    snapshot = make_snapshot(text=TEXT)

    response = send(
        desk("ada"), address(snapshot, claim), "quote", quote="many talks", stance="refutes"
    )

    assert response.status_code == 400
    assert "he snapshot does not hold these words" in alert_of(response)
    assert Page(response).form("quote")["quote-quote"] == "many talks"
    assert not Evidence.objects.exists()


def test_claim_in_review_takes_no_quote(desk):
    claim = make_claim("in_review")

    response = send(
        desk("ada"), address(make_snapshot(text=TEXT), claim), "quote",
        quote="no talks", stance="refutes",
    )  # fmt: skip

    assert response.status_code == 409
    assert "The claim is in review" in alert_of(response)


def test_every_quote_is_marked_and_listed(desk):
    claim = make_claim("researching", roots=0, finding="")
    source = make_source(snapshot_text=TEXT)
    snapshot = source.snapshots.get()
    ada = make_user("ada")
    for quote in ("he said: no talks", "talks. <b>End</b>"):
        attach_evidence(claim, by=ada, source=source, stance="supports", quote=quote)
    link_appearance(
        make_statement("no talks"), by=ada, source=source, snapshot=snapshot, quote="no talks"
    )

    response = desk("ada").get(address(snapshot))

    assert text_of(response) == (
        "First: <mark>no talks</mark>. Then <mark>he said: no </mark><mark>talks</mark>"
        "<mark>. &lt;b&gt;End&lt;/b&gt;</mark> &amp; out."
    )
    words = Page(response).words
    assert "Said by Keir Starmer" in words
    assert words.count(f"Supports: {claim.short_text}") == 2


def test_lost_quote_says_what_stands_in_the_newest_copy(desk):
    claim = make_claim("researching", roots=0, finding="")
    source = make_source(snapshot_text=TEXT)
    older = source.snapshots.get()
    attach_evidence(
        claim, by=make_user("ada"), source=source, stance="supports", quote="he said: no talks"
    )
    make_snapshot(source, TEXT.replace("he said: no", "he said: some"))

    for page in (address(older), f"/admin/statements/claim/{claim.pk}/change/"):
        words = Page(desk("ada").get(page)).words
        assert "Lost: the newest copy, of" in words
        assert "he said: no some talks" in words


def test_contributor_reads_and_does_not_cite(desk):
    snapshot = make_snapshot(text=TEXT)
    client = desk("con", role="contributor")

    assert "quote" not in Page(client.get(address(snapshot))).names
    assert "archive" in Page(client.get(address(snapshot))).names
    claim = make_claim("researching", roots=0, finding="")
    forged = {"do": "quote", "quote-claim": claim.short_text, "quote-stance": "supports"}
    assert client.post(address(snapshot), forged).status_code == 403
    assert not Evidence.objects.exists()


def test_page_costs_as_many_queries_for_many_quotes(desk):
    claim = make_claim("researching", roots=0, finding="")
    source = make_source(snapshot_text=TEXT)
    client = desk("ada")
    counts = []
    for quote in ("First", "Then", "End"):
        attach_evidence(claim, by=make_user("ada"), source=source, stance="context", quote=quote)
        with CaptureQueriesContext(connection) as captured:
            client.get(address(source.snapshots.get()))
        counts.append(len(captured))

    assert len(set(counts[1:])) == 1


def test_pieces_cover_the_whole_text_once():
    quotes = [Quoted(1, 2, 6, "", "", "", None), Quoted(2, 4, 9, "", "", "", None)]

    pieces = pieces_of("0123456789", quotes)

    assert "".join(piece.text for piece in pieces) == "0123456789"
    assert [(piece.text, piece.is_marked, piece.numbers) for piece in pieces] == [
        ("01", False, ()), ("23", True, (1,)), ("45", True, (2,)), ("678", True, ()),
        ("9", False, ()),
    ]  # fmt: skip
    assert [piece.text for piece in pieces_of("", [])] == []


def test_newer_reading_is_said_and_folded_away_and_quotes_stay(desk):
    snapshot = make_snapshot(text=TEXT)
    url = address(snapshot)
    assert "newer reading" not in desk("ada").get(url).content.decode().lower()
    snapshot.readings.create(
        text="Older <reading>", text_sha256="0" * 64, extractor="pypdf", extractor_version="5.1"
    )
    snapshot.readings.create(
        text="Last <reading>", text_sha256="1" * 64, extractor="pypdf", extractor_version="6.0"
    )

    response = desk("ada").get(url)

    page = response.content.decode()
    assert "<summary>Newer reading: pypdf 6.0</summary>" in page
    assert "Last &lt;reading&gt;</div>" in page
    assert "Older &lt;reading&gt;" not in page
    assert text_of(response) == escape(TEXT)


PNG = b"\x89PNG\r\n\x1a\n...."


def picture_of(client, snapshot):
    return client.get(f"/admin/sources/snapshot/{snapshot.pk}/picture/")


def test_a_picture_is_looked_at_in_place_and_runs_nothing(desk):
    source, client = make_source("A photograph"), desk("ada")
    snapshot = make_upload(source, "a.png", PNG)

    page = client.get(address(snapshot)).content.decode()
    answer = picture_of(client, snapshot)

    assert f'<img src="/admin/sources/snapshot/{snapshot.pk}/picture/"' in page
    assert 'id="snapshot-text"' not in page
    assert (answer.content, answer["Content-Type"]) == (PNG, "image/png")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.html", b"<html><script>alert(1)</script><p>Words</p></html>"), ("a.txt", b"Words")],
)
def test_what_is_no_picture_is_never_shown_as_one(desk, name, content):
    snapshot, client = make_upload(make_source(), name, content), desk("ada")

    assert picture_of(client, snapshot).status_code == 404
    assert "/picture/" not in client.get(address(snapshot)).content.decode()


@pytest.mark.parametrize("altered", [b"<html><script>alert(1)</script>", None])
def test_a_picture_whose_bytes_were_altered_or_lost_is_not_shown(desk, altered):
    snapshot, storage = make_upload(make_source(), "a.png", PNG), storages["blobs"]
    name = f"{snapshot.sha256[:2]}/{snapshot.sha256[2:4]}/{snapshot.sha256}"
    storage.delete(name)
    if altered:
        storage.save(name, ContentFile(altered))

    assert picture_of(desk("ada"), snapshot).status_code == 404


HTML = "<html><body><script>alert(1)</script><p>Договір</p></body></html>".encode("cp1251")


def test_a_page_is_looked_at_in_a_frame_that_runs_and_fetches_nothing(desk):
    snapshot, client = make_upload(make_source("A page"), "a.html", HTML), desk("ada")

    page = client.get(address(snapshot)).content.decode()
    answer = client.get(f"/admin/sources/snapshot/{snapshot.pk}/page/")

    frame = re.search(r"<iframe [^>]*>", page).group()
    assert f'src="/admin/sources/snapshot/{snapshot.pk}/page/"' in frame
    assert " sandbox " in frame
    assert answer.content == HTML
    assert answer["Content-Type"] == f"text/html; charset={snapshot.charset}"
    policy = answer["Content-Security-Policy"].split("; ")
    assert {"sandbox", "default-src 'none'", "frame-ancestors 'self'"} <= set(policy)
    assert "script-src" not in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]


def test_what_is_no_page_has_no_frame(desk):
    snapshot, client = make_upload(make_source("A picture"), "a.png", PNG), desk("ada")

    assert client.get(f"/admin/sources/snapshot/{snapshot.pk}/page/").status_code == 404
    assert "<iframe" not in client.get(address(snapshot)).content.decode()


@pytest.mark.parametrize("altered", [b"<html><p>Other words</p></html>", None])
def test_a_page_whose_bytes_were_altered_or_lost_is_not_shown(desk, altered):
    snapshot, storage = make_upload(make_source("A page"), "a.html", HTML), storages["blobs"]
    name = f"{snapshot.sha256[:2]}/{snapshot.sha256[2:4]}/{snapshot.sha256}"
    storage.delete(name)
    if altered:
        storage.save(name, ContentFile(altered))

    assert desk("ada").get(f"/admin/sources/snapshot/{snapshot.pk}/page/").status_code == 404


def test_regions_that_evidence_points_at_are_marked_in_the_picture(desk):
    source = make_source("A photograph")
    snapshot = make_upload(source, "a.png", PNG)
    claim = make_claim("researching", roots=0, finding="")
    row = attach_evidence(
        claim, by=make_user("ada"), source=source, snapshot=snapshot, stance="supports",
        fragment="10,20,30,40.5",
    )  # fmt: skip
    other = make_source("Another", snapshot_text="Words")
    attach_evidence(claim, by=make_user("ada"), source=other, stance="supports", fragment="1,1,1,1")

    response = desk("ada").get(address(snapshot))
    page = response.content.decode()

    assert re.findall(r'<rect id="region-\d+" ([^>]*)/>', page) == [
        'x="10" y="20" width="30" height="40.5"'
    ]
    assert "In the picture: 10 % from the left, 20 % from the top" in Page(response).words
    assert f"/admin/statements/claim/{claim.pk}/change/#evidence-{row.pk}" in page
