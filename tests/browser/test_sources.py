"""From a pasted address to a quote on a published page, in a real browser, by two people."""

from __future__ import annotations

import pytest

from sources import reader
from sources.models import Capture, Snapshot
from sources.operations import add_archive_link, run_capture
from statements.models import Evidence
from tests.browser.test_main_job import log_in
from tests.factories import make_claim, make_snapshot, make_source, make_upload, make_user
from tests.sources.hostile import answer, hostile
from tests.sources.test_captures import PAGE

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = "The parties agreed on 18 March to leave power stations alone"
SELECT = """(words) => {
    const text = document.getElementById("snapshot-text");
    const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const place = node.data.indexOf(words);
        if (place < 0) continue;
        const range = document.createRange();
        range.setStart(node, place + 1);  // not the whole first word: it is made whole
        range.setEnd(node, place + words.length);
        document.getSelection().removeAllRanges();
        document.getSelection().addRange(range);
        return true;
    }
    return false;
}"""


@pytest.fixture(autouse=True)
def _loopback(settings, monkeypatch):
    settings.CAPTURE_ALLOWS_LOOPBACK = True

    def read(content, media_type, **told):
        return reader.read_here({"media_type": media_type, **told}, content)

    monkeypatch.setattr(reader, "read", read)


@pytest.fixture
def server():
    with hostile() as running:
        running.says["/news/1"] = answer(PAGE.encode())
        yield running


@pytest.mark.slow  # two people walk through several pages
def test_from_an_address_to_a_quote_that_everybody_can_check(open_page, faults, server):
    make_user("ben", role="editor")
    claim = make_claim("researching", roots=1)
    ada = log_in(open_page, "ada")

    # She pastes an address: the page is fetched by a worker, and evidence gets its copy.
    ada.goto(f"/admin/statements/claim/{claim.pk}/change/")
    if not ada.locator("#cite-url").is_visible():
        ada.get_by_text("Cite a source", exact=True).click()
    ada.locator("#cite-url").fill(server.url("/news/1"))
    ada.locator("#cite-stance").select_option("supports")
    ada.get_by_role("button", name="Cite it").click()
    ada.get_by_text("Its page is being fetched.").wait_for()
    run_capture(Capture.objects.get().pk)
    snapshot = Snapshot.objects.latest("pk")
    assert WORDS in snapshot.text

    # In the copy she selects the words, takes them over and says which way they point.
    ada.reload()
    ada.get_by_role("link", name="Frozen copy of").last.click()
    ada.locator("#snapshot-text").wait_for()
    take = ada.get_by_role("button", name="Take the selected words")
    assert take.is_disabled()
    assert ada.evaluate(SELECT, WORDS)
    take.click()
    assert ada.locator("#quote-quote").input_value() == WORDS
    assert ada.locator("#quote-claim").input_value() == claim.short_text
    ada.locator("#quote-stance").select_option("supports")
    assert faults(ada) == []
    ada.get_by_role("button", name="Cite these words").click()
    ada.get_by_text("The words are cited as evidence.").wait_for()
    evidence = Evidence.objects.latest("pk")
    assert (evidence.exact, evidence.snapshot) == (WORDS, snapshot)
    ada.get_by_role("button", name="Submit for review").click()
    ada.get_by_text("The claim is in review.").wait_for()

    # A second person publishes; the public page shows quote, hash and date.
    ben = log_in(open_page, "ben")
    ben.goto(f"/admin/statements/claim/{claim.pk}/change/")
    ben.get_by_role("button", name="Publish").click()
    ben.get_by_text("Published.", exact=True).wait_for()
    reader_page = open_page(claim.get_absolute_url())
    shown = reader_page.locator(".evidence", has_text=WORDS)
    shown.get_by_text("Copy kept").click()
    assert shown.get_by_text(f"sha256 {snapshot.sha256}").is_visible()
    assert f"{snapshot.captured_at:%B %Y}" in shown.inner_text()
    assert reader_page.get_by_role("link", name="bundle that proves itself").is_visible()
    assert faults(reader_page) == []
    shown.locator(".evidence-title a").click()
    reader_page.get_by_text("Copies kept").first.wait_for()
    assert reader_page.get_by_text(snapshot.sha256).is_visible()


def test_words_are_pasted_where_there_is_no_script(browser, live_server):
    make_user("ada")
    claim = make_claim("researching", roots=0, finding="")
    snapshot = make_snapshot(text="First: no talks. Then he said: no talks. End.")
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = log_in(lambda path: (opened := context.new_page(), opened.goto(path))[0], "ada")

    page.goto(f"/admin/sources/snapshot/{snapshot.pk}/change/?claim={claim.pk}")
    assert not page.locator("#take-words").is_visible()
    page.locator("#quote-quote").fill("he said: no talks")
    page.locator("#quote-stance").select_option("refutes")
    page.get_by_role("button", name="Cite these words").click()

    page.get_by_text("The words are cited as evidence.").wait_for()
    context.close()
    assert Evidence.objects.get().exact == "he said: no talks"


@pytest.mark.parametrize("how", [{"width": 1280}, {"width": 360, "dark": True}])
def test_pages_of_sources_and_copies_are_without_faults(open_page, faults, how):
    claim = make_claim("published")
    source = claim.evidence.first().source
    add_archive_link(
        source.snapshots.get(), by=make_user("ada"), url="https://archive.example/20250328/report"
    )
    newer = make_snapshot(source, "Report 1: 900 drones. " + "It says much more. " * 80)
    make_source("Its twin", snapshot_text=newer.text)
    page = log_in(open_page, "ben", **how)
    found = {}
    for address in (
        f"/admin/sources/snapshot/{source.snapshots.last().pk}/change/",
        f"/admin/sources/snapshot/{newer.pk}/change/",
        f"/admin/sources/source/{source.pk}/change/",
        f"/admin/statements/claim/{claim.pk}/change/",
        source.get_absolute_url(),
        claim.get_absolute_url(),
    ):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
        found[address] = faults(page)
        wide = page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        assert not wide, address

    assert {address: lines for address, lines in found.items() if lines} == {}


HOSTILE_PAGE = """<html><head><title>A page</title><base href="{site}">
<meta http-equiv="refresh" content="0;url={site}/refreshed"><link rel="stylesheet" href="/a.css">
<style>p {{ color: rgb(1, 2, 3) }} body {{ background: url({site}/back.png) }}</style></head>
<body onload="fetch('/loaded')"><p>The kept words</p><img src="/seen.png"><iframe src="/inner"></iframe>
<script>document.querySelector("p").textContent = "Other words"; fetch("/ran")</script>
<a href="{site}/followed">Go on</a></body></html>"""


def test_the_page_itself_is_shown_in_place_and_does_nothing(open_page, faults, server):
    html = HOSTILE_PAGE.format(site=server.url("").rstrip("/"))
    snapshot = make_upload(make_source("A page"), "a.html", html.encode())
    ada = log_in(open_page, "ada")

    ada.goto(f"/admin/sources/snapshot/{snapshot.pk}/change/")
    ada.get_by_text("The page itself, as it was kept").click()
    inside = ada.frame_locator(".original iframe")

    words = inside.get_by_text("The kept words")
    words.wait_for()
    assert words.evaluate("node => getComputedStyle(node).color") == "rgb(1, 2, 3)"
    assert faults(ada) == []
    inside.get_by_text("Go on").click()
    ada.wait_for_timeout(300)
    assert server.heard == []
    # It is the browser that says what it did not do for the page.
    assert any("seen.png" in line for line in open_page.complaints)
    open_page.complaints.clear()
