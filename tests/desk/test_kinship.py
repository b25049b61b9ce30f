"""Twins and origins on a source's page at the desk: suggested, merged, taken apart."""

from __future__ import annotations

import pytest

from sources.models import SourceAddress, SourceSuggestion
from tests.desk.pages import Page, alert_of, send
from tests.factories import make_source, make_upload

pytestmark = pytest.mark.django_db

TEXT = " ".join(f"The air force counted {n * 7} drones in the night of day {n}." for n in range(80))


def address(source):
    return f"/admin/sources/source/{source.pk}/change/"


def test_suggested_twin_is_merged_with_one_click_of_an_editor(desk):
    article = make_source("Article", snapshot_text=TEXT)
    twin = make_source("Its twin", snapshot_text=TEXT)
    row = SourceSuggestion.objects.get()
    page = Page(desk("ben", role="editor").get(address(article)))
    assert "May be the same work as Its twin . Has the same text (100 % of it)" in page.words

    send(desk("ben"), address(article), f"accept-{row.pk}")

    twin.refresh_from_db()
    assert twin.merged_into == article
    page = Page(desk("ben").get(address(twin)))
    assert "Merged into Article : it is known as that now." in page.words
    assert f"apart-{twin.pk}" in page.names


def test_checker_dismisses_and_does_not_merge(desk):
    article = make_source("Article", snapshot_text=TEXT)
    make_source("Its twin", snapshot_text=TEXT)
    row = SourceSuggestion.objects.get()
    client = desk("ada")
    page = Page(client.get(address(article)))
    assert [name for name in page.names if name.partition("-")[0] in ("accept", "merge")] == []

    send(client, address(article), f"dismiss-{row.pk}", page=page)

    row.refresh_from_db()
    assert row.answer == "dismissed"
    assert "Nothing suggests" in Page(client.get(address(article))).words


def test_forged_merge_is_refused_by_role(desk):
    article, twin = make_source("Article"), make_source("Its twin")

    response = desk("ada").post(
        address(article), {"do": "merge", "merge-other": twin.title, "merge-reason": "Same."}
    )

    twin.refresh_from_db()
    assert (response.status_code, twin.merged_into) == (403, None)


def test_editor_takes_a_wrong_address_out_with_a_reason(desk):
    source = make_source("Article", url="https://m.paper.example/a")
    html = b'<html><link rel="canonical" href="https://paper.example/a"><p>Text</p></html>'
    make_upload(source, "page.html", html)
    row = SourceAddress.objects.get()
    page = Page(desk("ada").get(address(source)))
    assert "Also at https://paper.example/a as its copy of" in page.words
    assert f"address-{row.pk}" not in page.names
    forged = {"do": f"address-{row.pk}", f"address-{row.pk}-reason": "Wrong."}
    assert desk("ada").post(address(source), forged).status_code == 403
    client = desk("ben", role="editor")

    refused = send(client, address(source), f"address-{row.pk}", reason="")
    send(client, address(source), f"address-{row.pk}", reason="Another article.")

    assert refused.status_code == 400
    assert "Why it is no address of this source" in alert_of(refused)
    assert "Also at" not in Page(client.get(address(source))).words
    history = client.get(f"/admin/sources/source/{source.pk}/history/").content.decode()
    assert "Another article." in history


def test_editor_merges_by_hand_and_takes_apart(desk):
    article, twin = make_source("Article"), make_source("Its twin")
    client = desk("ben", role="editor")

    send(client, address(article), "merge", other="Its twin", reason="Same text.")

    twin.refresh_from_db()
    assert twin.merged_into == article
    assert "Also Its twin" in Page(client.get(address(article))).words

    response = send(client, address(article), f"apart-{twin.pk}", reason="")
    assert response.status_code == 400
    assert "two works after all" in alert_of(response)

    send(client, address(article), f"apart-{twin.pk}", reason="Another day.")
    twin.refresh_from_db()
    assert twin.merged_into is None
    history = client.get(f"/admin/sources/source/{twin.pk}/history/").content.decode()
    assert "Another day." in history
    assert "Same text." in history


def test_suggested_origin_is_set_by_who_may_change_sources(desk):
    wire = make_source("Wire", snapshot_text=TEXT)
    other = " ".join(f"Ministers met for the {n}th time about budgets." for n in range(120))
    read = make_source("Long read", snapshot_text=f"{other} {TEXT} {other}")
    row = SourceSuggestion.objects.get()
    client = desk("con", role="contributor")
    assert "May report on Wire" in Page(client.get(address(read))).words
    assert "May be reported on by Long read" in Page(client.get(address(wire))).words

    send(client, address(read), f"accept-{row.pk}")

    read.refresh_from_db()
    assert read.origin == wire
