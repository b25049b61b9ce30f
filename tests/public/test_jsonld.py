"""What search engines read: ClaimReview in a claim's page, and who we are on the start page."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from statements.models import Claim, ExternalReview, PolicyPage, Site
from statements.operations import (
    attach_evidence,
    perform,
    save_draft,
    save_policy_page,
    set_commitment,
)
from statements.vocabulary import RATINGS, VerdictCode
from tests.factories import (
    make_appearance,
    make_claim,
    make_occasion,
    make_place,
    make_publisher,
    make_ready,
    make_source,
    make_speaker,
    make_statement,
    make_topic,
    make_user,
)
from tests.schema_org import problems_of

pytestmark = pytest.mark.django_db

HOSTILE = '</script><script>alert(1)</script><!-- &amp; "\\ \u2028\u2029 ]]>'
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def blocks_of(response):
    return BLOCK.findall(response.content.decode())


def review_of(client, claim):
    """Returns the one ClaimReview of a claim's page, or None."""
    page = client.get(Claim.objects.get(pk=claim.pk).get_absolute_url())
    assert page.status_code == 200
    blocks = blocks_of(page)
    assert len(blocks) <= 1
    return json.loads(blocks[0]) if blocks else None


def fill_site(**fields):
    site = Site.load()
    for name, value in fields.items():
        setattr(site, name, value)
    site.save()


def test_every_row_of_the_table_is_told(client, settings):
    settings.SITE_URL = "https://claims.example.org"
    fill_site(
        name="Checks",
        organisation="Example Newsroom",
        organisation_url="https://newsroom.example.org/",
        logo_url="https://newsroom.example.org/logo.png",
        licence_url="https://creativecommons.org/licenses/by/4.0/",
    )
    starmer = make_speaker(wikidata_id="Q6383803")
    starmer.roles.create(title="Prime Minister", valid_from=date(2024, 7, 5))
    statement = make_statement(
        speaker=starmer, occasion=make_occasion("Press conference"), place=make_place("Paris", "FR")
    )
    first = make_source(
        "The transcript",
        snapshot_text=statement.text,
        publisher=make_publisher("Downing Street"),
        published_on=date(2025, 3, 27),
    )
    make_appearance(statement, first)
    make_appearance(statement, make_source("A report on it", snapshot_text=statement.text))
    with time_machine.travel(datetime(2025, 3, 28, 12, tzinfo=UTC), tick=False):
        claim = make_claim(
            "published",
            statement=statement,
            text="Russia launched more than 1,000 long-range drones in nine nights of March 2025",
            short_text="Russia launched more than 1,000 drones in nine nights",
            topics=[make_topic()],
        )
    with time_machine.travel(datetime(2025, 4, 2, 9, 30, tzinfo=UTC), tick=False):
        revise(claim)

    url = f"https://claims.example.org/claims/{claim.public_id}/russia-launched-more-than-1000-drones-in-nine-nights/"
    us = {
        "@type": "Organization",
        "@id": "https://claims.example.org/#organization",
        "name": "Example Newsroom",
        "url": "https://newsroom.example.org/",
    }
    assert review_of(client, claim) == {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "@id": f"{url}#review",
        "url": url,
        "claimReviewed": "Russia launched more than 1,000 drones in nine nights",
        "datePublished": "2025-03-28T12:00:00Z",
        "dateModified": "2025-04-02T09:30:00Z",
        "author": {
            **us,
            "logo": "https://newsroom.example.org/logo.png",
            "publishingPrinciples": "https://claims.example.org/method/",
            "correctionsPolicy": "https://claims.example.org/about/corrections/",
            "unnamedSourcesPolicy": "https://claims.example.org/about/unnamed-sources/",
        },
        "publisher": us,
        "publishingPrinciples": "https://claims.example.org/method/",
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": 4,
            "bestRating": 5,
            "worstRating": 1,
            "alternateName": "Mostly true",
            "ratingExplanation": "It was a little less.",
        },
        "itemReviewed": {
            "@type": "Claim",
            "text": "Russia launched more than 1,000 long-range drones in nine nights of March 2025",
            "name": "Press conference, Paris",
            "author": {
                "@type": "Person",
                "name": "Keir Starmer",
                "jobTitle": "Prime Minister",
                "sameAs": "https://www.wikidata.org/wiki/Q6383803",
            },
            "datePublished": "2025-03-27",
            "firstAppearance": {
                "@type": "CreativeWork",
                "url": "https://example.org/the-transcript",
                "headline": "The transcript",
                "datePublished": "2025-03-27",
                "publisher": {"@type": "Organization", "name": "Downing Street"},
            },
            "appearance": [
                {
                    "@type": "CreativeWork",
                    "url": "https://example.org/a-report-on-it",
                    "headline": "A report on it",
                }
            ],
        },
        "citation": [
            {
                "@type": "CreativeWork",
                "url": f"https://example.org/report-{number}",
                "headline": f"Report {number}",
                "publisher": {"@type": "Organization", "name": f"Agency {number}"},
            }
            for number in (1, 2)
        ],
        "correction": [
            {
                "@type": "CorrectionComment",
                "text": "We had counted one night twice.",
                "datePublished": "2025-04-02T09:30:00Z",
            }
        ],
        "inLanguage": "en",
        "about": [
            {
                "@type": "Thing",
                "name": "Russian strikes",
                "url": "https://claims.example.org/topics/russian-strikes/",
            }
        ],
        "sdLicense": "https://creativecommons.org/licenses/by/4.0/",
    }


def revise(claim, **values):
    ada, ben = make_user("ada"), make_user("ben", role="editor")
    perform(claim, "reopen", by=ada, note="Counted again.")
    save_draft(
        claim,
        by=ada,
        **{
            "revision_kind": "verdict_change",
            "public_note": "We had counted one night twice.",
            "code": "mostly_accurate",
            "finding": "It was a little less.",
            "as_of": date(2025, 4, 1),
            **values,
        },
    )
    claim.refresh_from_db()
    perform(claim, "submit", by=ada)
    perform(claim, "publish", by=ben)


@pytest.mark.parametrize("code", VerdictCode.values)
def test_the_scale_is_told_and_what_is_off_it_has_no_number(client, code):
    review = review_of(client, make_claim("published", code=code))

    rating = review["reviewRating"]
    assert rating["alternateName"] == VerdictCode(code).label
    number = RATINGS[code].number
    told = {name: rating.get(name) for name in ("ratingValue", "bestRating", "worstRating")}
    assert told == (
        dict.fromkeys(told)
        if code == "unproven"
        else {"ratingValue": number, "bestRating": 5, "worstRating": 1}
    )
    assert problems_of(review) == []


@pytest.mark.parametrize("state", ["published", "reopened"])
def test_a_finding_that_stands_is_told_with_what_was_sealed(client, state):
    claim = make_claim(state)
    Claim.objects.filter(pk=claim.pk).update(text="A secret wording", short_text="Secret")

    review = review_of(client, claim)

    assert "ecret" not in json.dumps(review)
    assert review["itemReviewed"]["text"] == (
        "Russia launched more than 1,000 long-range drones in nine nights"
    )


def test_there_is_none_without_a_finding_on_the_scale(client):
    commitment = make_claim(kind="commitment")
    make_ready_commitment(commitment)

    assert review_of(client, commitment) is None
    assert review_of(client, make_claim("retracted")) is None
    assert review_of(client, make_claim("researching", show_as_open=True)) is None
    gone = client.get(f"/claims/{make_claim('taken_down').public_id}/")
    assert (gone.status_code, blocks_of(gone)) == (410, [])
    for state in ("new", "declined", "in_review"):
        absent = client.get(f"/claims/{make_claim(state).public_id}/")
        assert (absent.status_code, blocks_of(absent)) == (404, [])


def make_ready_commitment(claim):
    ada = make_user("ada")
    perform(claim, "take", by=ada)
    set_commitment(claim, by=ada, committed_by=make_speaker(), deliverable="A meeting")
    make_ready(claim, by=ada)
    perform(claim, "submit", by=ada)
    perform(claim, "publish", by=make_user("ben", role="editor"))


def test_an_imported_finding_is_by_its_archive(client):
    archive = make_publisher("Old Archive", domain="archive.example.org")
    claim = make_claim(imported_from=archive, external_ref="archive:1")
    save_draft(
        claim, by=make_user("ada"), code="mixed", finding="Half of it.", as_of=date(2012, 5, 6)
    )
    perform(claim, "import", by=None, data={"published_at": "2012-05-06T12:00:00+00:00"})
    ExternalReview.objects.create(
        publisher=archive, claim=claim, label="Half true", url="https://archive.example.org/1"
    )

    review = review_of(client, claim)

    assert review["author"] == {
        "@type": "Organization",
        "name": "Old Archive",
        "url": "https://archive.example.org/",
    }
    assert review["isBasedOn"] == "https://archive.example.org/1"
    assert review["publisher"]["@id"].endswith("/#organization")
    assert review["datePublished"] == "2012-05-06T12:00:00Z"
    assert "publishingPrinciples" not in review  # ours was not applied to it
    assert problems_of(review) == []


@pytest.mark.parametrize(
    ("said", "told"),
    [("2025-03-27", "2025-03-27"), ("2025-03", "2025-03"), ("2025", "2025")]
    + [(fuzzy, None) for fuzzy in ("2025-03~", "2025-03-18/2025-03-27", "")],
)
def test_a_day_that_is_not_sure_is_not_told_as_a_day(client, said, told):
    review = review_of(client, make_claim("published", statement=make_statement(said_edtf=said)))

    assert review["itemReviewed"].get("datePublished") == told


def test_an_organisation_has_no_office(client):
    who = make_speaker("A ministry", kind="organisation")
    who.roles.create(title="Ministry", valid_from=date(2024, 7, 5))

    review = review_of(client, make_claim("published", statement=make_statement(speaker=who)))

    assert review["itemReviewed"]["author"] == {"@type": "Organization", "name": "A ministry"}


def test_hostile_text_in_every_field_stays_text(client):
    fill_site(name=HOSTILE[:90], organisation=HOSTILE)
    speaker = make_speaker(HOSTILE)
    speaker.roles.create(title=HOSTILE, organisation=HOSTILE, valid_from=date(2024, 7, 5))
    statement = make_statement(
        HOSTILE,
        speaker=speaker,
        occasion=make_occasion(HOSTILE),
        place=make_place(HOSTILE, "XX"),
    )
    source = make_source(
        f"Hostile {HOSTILE}",
        url="https://example.org/%3C/script%3E?a=1&b=2",
        snapshot_text=HOSTILE,
        publisher=make_publisher(HOSTILE),
    )
    make_appearance(statement, source)
    claim = make_claim(
        text=HOSTILE,
        short_text=HOSTILE[:75],
        statement=statement,
        topics=[make_topic("hostile", HOSTILE)],
    )
    ada = make_user("ada")
    perform(claim, "take", by=ada)
    make_ready(claim, by=ada, finding=HOSTILE)
    attach_evidence(claim, by=ada, source=source, stance="context", note=HOSTILE)
    claim.refresh_from_db()
    perform(claim, "submit", by=ada)
    perform(claim, "publish", by=make_user("ben", role="editor"))
    revise(claim, public_note=HOSTILE, finding=HOSTILE)

    page = client.get(Claim.objects.get(pk=claim.pk).get_absolute_url())

    (block,) = blocks_of(page)
    assert set("<>&\u2028\u2029") & set(block) == set()
    assert "<script>alert" not in page.content.decode()
    review = json.loads(block)
    told = [
        review["claimReviewed"],
        review["itemReviewed"]["text"],
        review["itemReviewed"]["name"],
        review["itemReviewed"]["author"]["name"],
        review["itemReviewed"]["author"]["jobTitle"],
        review["reviewRating"]["ratingExplanation"],
        review["correction"][0]["text"],
        review["citation"][-1]["publisher"]["name"],
        review["about"][0]["name"],
    ]
    assert [text[:45] for text in told] == [HOSTILE[:45]] * len(told)
    assert problems_of(review) == []
    (block,) = blocks_of(client.get("/"))
    assert set("<>&\u2028\u2029") & set(block) == set()


def test_the_start_page_says_who_we_are_and_links_what_is_written(client, settings):
    settings.SITE_URL = "https://claims.example.org"
    admin = make_user("root", role="admin")
    for number, page in enumerate(PolicyPage.objects.order_by("id")):
        text = "" if page.kind in ("ownership", "people") else f"Text {number}"
        save_policy_page(page, by=admin, title=page.title or page.kind, text=text)

    (block,) = blocks_of(client.get("/"))
    node = json.loads(block)

    assert problems_of(node) == []
    assert node["@type"] == ["Organization", "NewsMediaOrganization"]
    about = "https://claims.example.org/about"
    assert {name: value for name, value in node.items() if str(value).startswith(about)} == {
        "correctionsPolicy": f"{about}/corrections/",
        "unnamedSourcesPolicy": f"{about}/unnamed-sources/",
        "actionableFeedbackPolicy": f"{about}/feedback/",
        "verificationFactCheckingPolicy": f"{about}/fact-checking/",
    }
    for name, address in node.items():
        if str(address).startswith(about):
            path = address.removeprefix("https://claims.example.org")
            assert client.get(path).status_code == 200, name


def test_the_vocabulary_finds_what_is_wrong():
    wrong = {
        "@type": "ClaimReview",
        "jobTitle": "Editor",
        "datePublished": "yesterday",
        "author": {"@type": "Rating"},
        "invented": "x",
        "itemReviewed": {"@type": "Claims"},
    }

    assert [problem.partition(":")[0] for problem in problems_of(wrong)] == [
        "$.jobTitle",
        "$.datePublished",
        "$.author",
        "$.invented",
        "$.itemReviewed",
        "$.itemReviewed",
    ]


def test_it_costs_no_query(client):
    claim = make_claim("published")
    path = Claim.objects.get(pk=claim.pk).get_absolute_url()
    client.get(path)

    with CaptureQueriesContext(connection) as queries:
        client.get(path)

    assert len(queries) == 3
