"""The card of a finding for other sites, and oEmbed, by which they find it."""

from __future__ import annotations

from html import unescape
from html.parser import HTMLParser

import pytest
from django.test import Client

from statements.models import Claim
from statements.operations import perform, save_draft
from statements.public.embedding import SMALLEST, TALLEST, WIDTH, claim_id_in
from statements.public.pages import absolute
from tests.factories import make_claim, make_user
from tests.public.page import links_of, text_of

pytestmark = pytest.mark.django_db


def address_of(claim):
    return Claim.objects.get(pk=claim.pk).get_absolute_url()


def card_of(claim):
    return Client().get(f"{address_of(claim)}embed/")


def oembed(claim, **asked):
    return Client().get("/oembed", {"url": absolute(address_of(claim)), **asked})


class _Frame(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def frame_in(html):
    (found,) = _Frame(html).tags
    assert found[0] == "iframe"
    return found[1]


# ---- the card -------------------------------------------------------------------------------


def test_the_card_shows_claim_speaker_answer_and_the_way_back():
    claim = make_claim("published")
    page = card_of(claim)

    assert page.status_code == 200
    words = text_of(page)
    assert "Russia launched more than 1,000 long-range drones in nine nights" in words
    assert "Verdict: True" in words
    assert absolute(address_of(claim)) in links_of(page)


def test_the_card_has_no_script_form_cookie_or_other_host():
    page = card_of(make_claim("published"))
    tags = _Frame(page.content.decode()).tags

    assert {"script", "form", "img", "iframe"}.isdisjoint(tag for tag, _ in tags)
    assert not page.cookies
    loaded = [attrs["href"] for tag, attrs in tags if attrs.get("rel") == "stylesheet"]
    assert loaded
    assert all(address.startswith("/static/") for address in loaded)
    assert ("base", {"target": "_blank"}) in tags  # links leave the frame


def test_only_the_card_may_be_framed():
    claim = make_claim("published")
    card, page = card_of(claim), Client().get(address_of(claim))

    assert "frame-ancestors *" in card.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in card.headers
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"


def test_not_modified_takes_no_frame_away():
    claim = make_claim("published")
    tag = card_of(claim).headers["ETag"]

    again = Client().get(f"{address_of(claim)}embed/", headers={"If-None-Match": tag})

    assert again.status_code == 304
    assert not {"Content-Security-Policy", "X-Frame-Options"} & set(again.headers)


def test_a_retraction_shows_on_the_card_at_once():
    claim = make_claim("published")
    before = card_of(claim)
    claim = Claim.objects.get(pk=claim.pk)
    finding = claim.live_verdict.finding
    assert finding in text_of(before)

    for step, name in (("propose_retraction", "ben"), ("retract", "cleo")):
        perform(claim, step, by=make_user(name, role="editor"), note="It was another week.")

    after = Client().get(
        f"{address_of(claim)}embed/", headers={"If-None-Match": before.headers["ETag"]}
    )
    assert after.status_code == 200
    assert "Retracted on" in text_of(after)
    assert finding not in text_of(after)


def test_corrections_are_on_the_card():
    claim = make_claim("published")
    ada, ben = make_user("cy"), make_user("dee", role="editor")
    perform(claim, "reopen", by=ada, note="a better number")
    save_draft(claim, by=ada, public_note="We had the wrong day.", revision_kind="correction")
    claim.refresh_from_db()
    perform(claim, "submit", by=ada)
    perform(claim, "publish", by=ben)

    assert "We had the wrong day." in text_of(card_of(claim))


@pytest.mark.parametrize("state", ["new", "researching", "in_review", "declined"])
def test_what_is_hidden_has_no_card_and_no_oembed(state):
    claim = make_claim(state)
    path = f"/claims/{claim.public_id}/claim/"

    assert Client().get(f"{path}embed/").status_code == 404
    told = Client().get("/oembed", {"url": absolute(path)})
    absent = Client().get("/oembed", {"url": absolute("/claims/zzzzzzzzzz/claim/")})
    assert (told.status_code, told.content) == (404, absent.content)


def test_what_was_taken_down_is_gone_from_the_frame_with_the_notice():
    claim = make_claim("taken_down")
    page = Client().get(f"/claims/{claim.public_id}/claim/embed/")

    assert page.status_code == 410
    assert "frame-ancestors *" in page.headers["Content-Security-Policy"]
    assert oembed(claim).status_code == 404


def test_an_old_address_leads_to_the_card():
    claim = make_claim("published")
    moved = Client().get(f"/claims/{claim.public_id}/old-words/embed/")

    assert (moved.status_code, moved.url) == (301, f"{address_of(claim)}embed/")


# ---- oEmbed ---------------------------------------------------------------------------------


def test_oembed_tells_what_the_format_asks_for():
    claim = make_claim("published")
    told = oembed(claim)
    said = told.json()

    assert told.headers["Content-Type"] == "application/json"
    assert (said["version"], said["type"]) == ("1.0", "rich")
    assert said["title"] == (
        "True: Russia launched more than 1,000 long-range drones in nine nights"
    )
    assert said["provider_url"] == absolute("/")
    frame = frame_in(said["html"])
    assert frame["src"] == absolute(f"{address_of(claim)}embed/")
    assert (frame["width"], frame["height"]) == (str(said["width"]), str(said["height"]))
    assert said["width"] == WIDTH
    assert Client().get(frame["src"].removeprefix(absolute(""))).status_code == 200


def test_hostile_words_stay_words_in_the_code():
    claim = make_claim("published", text='A "claim" <script>alert(1)</script> & more')
    frame = frame_in(oembed(claim).json()["html"])

    assert frame["title"].startswith('Fact check: A "claim" <script>alert(1)</script> & more')
    page = Client().get(address_of(claim)).content.decode()
    code = page.partition('<p class="copyable"><code>')[2].partition("</code>")[0]
    assert "<" not in code
    assert frame_in(unescape(code))["src"] == frame["src"]


def test_a_site_with_little_room_gets_a_smaller_card():
    claim = make_claim("published")
    wide, narrow = oembed(claim).json(), oembed(claim, maxwidth=SMALLEST, maxheight=250).json()

    assert (narrow["width"], narrow["height"]) == (SMALLEST, 250)
    assert oembed(claim, maxwidth=SMALLEST).json()["height"] > wide["height"]
    assert oembed(claim, maxwidth=5000, maxheight=5000).json() == wide
    assert wide["height"] <= TALLEST


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({}, 400, "bad_url"),
        ({"url": ""}, 400, "bad_url"),
        ({"url": "https://other.example/claims/abc/"}, 404, "bad_url"),
        ({"url": "javascript:alert(1)"}, 404, "bad_url"),
        ({"url": "http://[::1/claims/abc/"}, 404, "bad_url"),
        ({"url": "x", "maxwidth": "wide"}, 400, "bad_maxwidth"),
        ({"url": "x", "maxwidth": "0"}, 400, "bad_maxwidth"),
        ({"url": "x", "maxheight": "-5"}, 400, "bad_maxheight"),
        ({"url": "x", "maxheight": "٣٠٠"}, 400, "bad_maxheight"),
        ({"url": "x", "format": "xml"}, 501, "bad_format"),
    ],
)
def test_what_cannot_be_told_is_refused_in_words(asked, status, code):
    told = Client().get("/oembed", asked)

    assert (told.status_code, told.json()["code"]) == (status, code)
    assert told.json()["detail"].endswith(".")


def test_parameters_of_other_sites_are_let_be():
    assert oembed(make_claim("published"), dnt="true", lang="en", format="json").status_code == 200


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://facts.example/claims/abc1/some-words/", "abc1"),
        ("http://facts.example/claims/abc1/", "abc1"),
        ("https://FACTS.example:443/claims/abc1/w/embed/", "abc1"),
        ("https://facts.example/claims/abc1/w/history/?x=1#part", "abc1"),
        (" https://facts.example/claims/abc1/w/ ", "abc1"),
        ("https://facts.example:8443/claims/abc1/w/", ""),
        ("https://facts.example.evil.example/claims/abc1/w/", ""),
        ("https://facts.example@evil.example/claims/abc1/w/", ""),
        ("https://facts.example/claims/", ""),
        ("https://facts.example/speakers/abc1/", ""),
        ("ftp://facts.example/claims/abc1/w/", ""),
        ("//facts.example/claims/abc1/w/", ""),
        ("https://facts.example:x/claims/abc1/w/", ""),
    ],
)
def test_addresses_of_claims_here(settings, address, found):
    settings.SITE_URL = "https://facts.example"

    assert claim_id_in(address) == found


def test_the_page_of_a_claim_names_its_oembed():
    claim = make_claim("published")
    page = Client().get(address_of(claim)).content.decode()
    link = next(
        attrs
        for tag, attrs in _Frame(page).tags
        if tag == "link" and attrs.get("type") == "application/json+oembed"
    )

    told = Client().get(link["href"].removeprefix(absolute("")))
    assert told.json()["html"] == oembed(claim).json()["html"]
