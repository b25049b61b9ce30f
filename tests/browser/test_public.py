"""Every public page in a real browser: axe-core, small screens, dark, no script, keyboard."""

from datetime import date
from decimal import Decimal

import pytest

from statements.models import Claim, Site
from statements.operations import (
    confirm_agreement_event,
    perform,
    record_agreement_event,
    save_draft,
    set_commitment,
    set_quantity,
)
from tests.factories import (
    make_agreement,
    make_appearance,
    make_claim,
    make_measure,
    make_place,
    make_publisher,
    make_ready,
    make_source,
    make_speaker,
    make_statement,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db(transaction=True)

# Wider than the page, or a target too small to hit: what axe does not look at.
TOO_WIDE = """
() => document.documentElement.scrollWidth > document.documentElement.clientWidth
    ? [...document.querySelectorAll('body *')]
        .filter(node => node.getBoundingClientRect().right > document.documentElement.clientWidth)
        .map(node => node.outerHTML.slice(0, 100)).slice(0, 3)
    : []
"""
HIDDEN_ASIDE = """
() => [...document.querySelectorAll('.table-scroll')]
    .filter(node => node.scrollWidth > node.clientWidth)
    .map(node => node.getAttribute('aria-label'))
"""
TOO_SMALL = """
() => [...document.querySelectorAll('a, button, input, select, summary')]
    .filter(node => getComputedStyle(node).display !== 'inline')
    .filter(node => { const box = node.getBoundingClientRect();
                      return box.width > 0 && (box.height < 24 || box.width < 24); })
    .map(node => node.outerHTML.slice(0, 100))
"""


@pytest.fixture
def site():
    """A site with a page of every kind; returns name → address."""
    Site.objects.update_or_create(
        id=1,
        defaults={
            "name": "The Desk",
            "tagline": "What was said, and what we found",
            "organisation": "A Newsroom",
            "contact_email": "desk@example.org",
            "licence_name": "CC BY 4.0",
            "licence_url": "https://creativecommons.org/licenses/by/4.0/",
            "is_sample": True,
        },
    )
    ada, ben = make_user("ada"), make_user("ben", role="editor")
    topic = make_topic("ceasefire", "Ceasefire", description="What was agreed.")
    speaker = make_speaker("Keir Starmer", wikidata_id="Q6383803", aliases="Sir Keir")
    speaker.roles.create(title="Prime Minister", valid_from=date(2024, 7, 5))
    statement = make_statement(speaker=speaker, place=make_place("Paris", "FR"))
    appearance = make_appearance(statement)

    full = make_claim(kind="quantity", topics=[topic], statement=statement)
    perform(full, "take", by=ada)
    set_quantity(
        full,
        by=ada,
        measure=make_measure(),
        comparator="more_than",
        value=Decimal(1000),
        period_edtf="2025-03-18/2025-03-27",
        place=make_place(),
        counted_by=make_publisher("Air Force"),
    )
    make_ready(full, by=ada)
    full.refresh_from_db()
    perform(full, "submit", by=ada)
    perform(full, "publish", by=ben)
    perform(full, "reopen", by=ada, note="a better number")
    save_draft(full, by=ada, reasons=["exaggerated"], public_note="Newer.", revision_kind="update")
    full.refresh_from_db()
    perform(full, "submit", by=ada)
    perform(full, "publish", by=ben)
    perform(full, "reopen", by=ada, note="once more")

    promise = make_claim(kind="commitment", text="He will chair it", topics=[topic])
    perform(promise, "take", by=ada)
    set_commitment(
        promise, by=ada, committed_by=speaker, deliverable="Chair it", due_on=date(2025, 4, 11)
    )
    make_ready(promise, by=ada)
    promise.refresh_from_db()
    perform(promise, "submit", by=ada)
    perform(promise, "publish", by=ben)

    for code in ("accurate", "mostly_accurate", "mixed", "mostly_inaccurate", "inaccurate"):
        make_claim("published", text=f"A claim found {code}", code=code, topics=[topic])
    retracted = make_claim("retracted", text="Withdrawn")  # in the list with its notice
    checking = make_claim("researching", text="Open", show_as_open=True)
    gone = make_claim("taken_down", text="Gone")
    agreement = make_agreement("A ceasefire", parties=[speaker], announced_on=date(2025, 3, 18))
    for axis, value, party in (
        ("agreement_state", "announced", None),
        ("party_position", "accepted", speaker),
        ("compliance", "violated", speaker),
    ):
        event = record_agreement_event(
            agreement,
            by=ada,
            axis=axis,
            value=value,
            party=party,
            happened_on=date(2025, 3, 18),
            source=appearance.source,
        )
        confirm_agreement_event(event, by=ben)
    full = Claim.objects.get(pk=full.pk)
    source = make_source("Report 1")
    return {
        "home": "/",
        "claims": "/claims/",
        "filtered": "/claims/?topic=ceasefire&verdict=mixed&kind=other",
        "bad filter": "/claims/?said_after=soon",
        "no result": "/claims/?q=zebra",
        "claim": full.get_absolute_url(),
        "history": f"{full.get_absolute_url()}history/",
        "card": f"{full.get_absolute_url()}embed/",
        "retracted card": f"{retracted.get_absolute_url()}embed/",
        "search": "/search/?q=drones",
        "search for nothing known": "/search/?q=zebra",
        "policy": "/about/corrections/",
        "commitment": promise.get_absolute_url(),
        "retracted": retracted.get_absolute_url(),
        "checking": checking.get_absolute_url(),
        "taken down": f"/claims/{gone.public_id}/",
        "absent": "/claims/zzzzzzzzzz/",
        "statements": "/statements/",
        "statement": statement.get_absolute_url(),
        "speakers": "/speakers/",
        "speaker": speaker.get_absolute_url(),
        "topics": "/topics/",
        "topic": "/topics/ceasefire/",
        "agreements": "/agreements/",
        "agreement": agreement.get_absolute_url(),
        "sources": "/sources/",
        "source": source.get_absolute_url(),
        "publishers": "/publishers/",
        "publisher": source.publisher.get_absolute_url(),
        "corrections": "/corrections/",
        "exports": "/exports/",
        "method": "/method/",
    }


@pytest.mark.parametrize(
    ("width", "dark"), [(1280, False), (360, True)], ids=["wide and light", "narrow and dark"]
)
def test_axe_finds_nothing_on_any_public_page(open_page, faults, site, width, dark):
    page = open_page("/", width=width, dark=dark)

    found = {}
    for name, path in site.items():
        page.goto(path)
        found[name] = [*faults(page), *page.evaluate(TOO_SMALL)]

    assert found == {name: [] for name in site}


def test_no_page_is_wider_than_the_smallest_screen(open_page, site):
    page = open_page("/", width=320)

    found = {}
    for name, path in site.items():
        page.goto(path)
        found[name] = page.evaluate(TOO_WIDE)

    assert found == {name: [] for name in site}


def test_no_table_hides_a_column_on_a_phone(open_page, site):
    page = open_page("/", width=360)

    found = {}
    for name, path in site.items():
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        found[name] = page.evaluate(HIDDEN_ASIDE)

    assert found == {name: [] for name in site}


def test_a_reader_filters_by_keyboard_alone_and_takes_a_filter_away(open_page, site):
    page = open_page("/claims/")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    page.get_by_label("Words").focus()
    page.keyboard.type("found mixed")
    page.keyboard.press("Enter")
    page.wait_for_url("**/claims/?q=found+mixed")

    assert page.get_by_role("heading", name="1 claim", exact=True).is_visible()
    page.get_by_role("link", name="Remove filter Words: found mixed").press("Enter")
    page.wait_for_url("**/claims/")
    assert page.get_by_role("heading", name="9 claims", exact=True).is_visible()


def test_the_question_on_the_start_page_leads_to_the_answer(open_page, site):
    page = open_page("/")

    page.get_by_label("Has this been checked?").fill("starmer nine nights")
    page.get_by_role("button", name="Look it up").click()
    page.get_by_role("link", name="Russia launched more than 1,000").click()

    assert page.get_by_role("heading", name="Verdict: True").is_visible()
    assert page.get_by_text("Being re-checked").is_visible()


def test_focus_can_be_seen(open_page, site):
    page = open_page("/claims/")

    page.get_by_role("link", name="Speakers").focus()
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")

    assert outline == "3px"
