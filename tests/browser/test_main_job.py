"""The main job, in a real browser, by two people: what was said becomes a published finding."""

from __future__ import annotations

import json
from urllib.request import urlopen

import pytest

from statements.models import Claim
from tests.factories import PASSWORD, make_claim, make_measure, make_speaker, make_user

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = "Firing over 1,000 long-range drones at the country."
READOUT = f"The Prime Minister said in Paris: “{WORDS}” He then took questions."


def log_in(open_page, name, **how):
    page = open_page("/admin/", **how)
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="Queue", exact=True).wait_for()
    return page


def cite(page, *, url, title, publisher, text, quote):
    if not page.locator("#cite-url").is_visible():
        page.get_by_text("Cite a source", exact=True).click()
    page.locator("#cite-url").fill(url)
    page.get_by_text("A new source: what it is").click()
    page.locator("#cite-title").fill(title)
    page.locator("#cite-publisher").fill(publisher)
    page.get_by_text("paste the text or choose a file").click()
    page.locator("#cite-text").fill(text)
    page.locator("#cite-stance").select_option("supports")
    page.locator("#cite-quote").fill(quote)
    page.get_by_role("button", name="Cite it").click()
    page.get_by_text("The evidence is cited.").wait_for()


@pytest.mark.slow  # two people walk through a dozen pages
def test_from_words_to_a_published_finding(open_page, live_server):
    make_user("ben", role="editor")
    make_user("ada")
    make_speaker()
    make_measure()

    # An editor records what was said, with its source, and takes a claim out of it.
    ben = log_in(open_page, "ben")
    ben.get_by_role("link", name="Record a statement").click()
    ben.get_by_label("Speaker", exact=False).first.press_sequentially("Keir", delay=20)
    ben.get_by_role("option", name="Keir Starmer").wait_for()
    ben.keyboard.press("ArrowDown")
    ben.keyboard.press("Enter")
    ben.locator("#row-text").fill(WORDS)
    ben.locator("#row-said_edtf").fill("2025-03-27")
    ben.locator("#source-url").fill("https://example.org/readout")
    ben.get_by_text("A new source: what it is").click()
    ben.locator("#source-title").fill("Read-out of the meeting")
    ben.get_by_text("paste the text or choose a file").click()
    ben.locator("#source-text").fill(READOUT)
    ben.get_by_role("button", name="Record the statement").click()
    ben.get_by_text("The statement is recorded.").wait_for()
    ben.get_by_text("Take out a claim").click()
    ben.locator("#claim-text").fill(
        "Russia launched more than 1,000 long-range drones in nine nights"
    )
    ben.locator("#claim-kind").select_option("quantity")
    ben.get_by_role("button", name="Take it out").click()
    ben.get_by_text("The claim is taken out.").wait_for()

    # A fact-checker takes it from the queue, types the number, cites, drafts and submits.
    ada = log_in(open_page, "ada")
    ada.get_by_role("link", name="Unassigned").click()
    ada.get_by_role("button", name="Take").click()
    ada.get_by_text("The claim is yours.").wait_for()
    ada.locator("#detail-measure").fill("Drones launched")
    ada.locator("#detail-comparator").select_option("more_than")
    ada.locator("#detail-value").fill("1000")
    ada.locator("#detail-period_edtf").fill("2025-03-18/2025-03-27")
    ada.get_by_role("button", name="Save the fact").click()
    ada.get_by_text("The typed fact is saved.").wait_for()
    cite(
        ada, url="https://force.example.org/nights", title="Nine nightly reports", publisher="Air Force",
        text="In nine nights 1,297 drones were launched.", quote="1,297 drones",
    )  # fmt: skip
    cite(
        ada, url="https://monitor.example.net/count", title="A monitor's count", publisher="Monitor",
        text="We counted 1,434 drones in ten nights.", quote="1,434 drones",
    )  # fmt: skip
    ada.get_by_label("Mostly true", exact=True).check()
    ada.locator("#draft-finding").fill("Two independent counts are above 1,000.")
    ada.locator("#draft-rationale").fill("1,297 in nine nights, 1,434 in ten.")
    ada.locator("#draft-as_of").fill("2025-03-28")
    ada.get_by_role("button", name="Save the draft").click()
    ada.get_by_text("The draft is saved.").wait_for()
    ada.locator("#reply-outcome").select_option("not_sought")
    ada.locator("#reply-reason").fill("The figures are public.")
    ada.get_by_role("button", name="Record it").click()
    ada.get_by_text("The reply is recorded.").wait_for()
    ada.get_by_role("button", name="Submit for review").click()
    ada.get_by_text("The claim is in review.").wait_for()
    assert ada.get_by_role("button", name="Publish").count() == 0

    # A second person publishes it, and everybody reads it.
    ben.goto("/admin/?show=review")
    ben.get_by_role("link", name="Open “").click()
    ben.get_by_role("button", name="Publish").click()
    ben.get_by_text("Published.", exact=True).wait_for()
    ben.get_by_role("link", name="Public page").click()
    ben.get_by_text("Two independent counts are above 1,000.").first.wait_for()
    assert ben.get_by_text("Mostly true").first.is_visible()

    claim = Claim.objects.get()
    with urlopen(f"{live_server.url}/api/v1/claims/{claim.public_id}/") as answer:  # noqa: S310
        told = json.dumps(json.load(answer))
    assert "Two independent counts are above 1,000." in told
    assert "mostly_accurate" in told
    assert [change.action for change in claim.state_changes.order_by("sequence")] == [
        "take",
        "submit",
        "publish",
    ]


@pytest.mark.parametrize("how", [{"width": 1280}, {"width": 360, "dark": True}])
def test_queue_and_claim_page_are_without_faults(open_page, faults, how):
    make_measure()
    for state in ("new", "researching", "in_review", "reopened"):
        make_claim(
            state, text=f"A claim that is {state}", kind="quantity" if state == "new" else "other"
        )
    page = log_in(open_page, "ada", **how)
    found = {}
    for address in (
        "/admin/?show=all",
        "/admin/?show=waiting",
        *(f"/admin/statements/claim/{claim.pk}/change/" for claim in Claim.objects.all()),
        "/admin/statements/statement/add/",
        f"/admin/statements/claim/{Claim.objects.first().pk}/history/",
    ):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
        found[address] = faults(page)
        wide = page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        assert not wide, address

    assert {address: lines for address, lines in found.items() if lines} == {}


def test_nothing_typed_is_lost_when_two_people_write_one_draft(open_page, faults):
    claim = make_claim("researching")
    make_user("ben", role="editor")
    ada, ben = log_in(open_page, "ada"), log_in(open_page, "ben")
    for page in (ada, ben):
        page.goto(f"/admin/statements/claim/{claim.pk}/change/")
    ben.locator("#draft-finding").fill("Ben's finding.")
    ben.get_by_role("button", name="Save the draft").click()
    ben.get_by_text("The draft is saved.").wait_for()
    ada.locator("#draft-finding").fill("Ada's finding.")
    ada.get_by_role("button", name="Save the draft").click()

    ada.get_by_role("heading", name="ben saved this while you worked on it").wait_for()
    assert faults(ada) == []
    assert ada.get_by_text("Ben's finding.").first.is_visible()
    ada.get_by_label("The text in the field below").check()
    ada.get_by_role("button", name="Save this").click()
    ada.get_by_text("The draft is saved.").wait_for()
    assert ada.locator("#draft-finding").input_value() == "Ada's finding."
