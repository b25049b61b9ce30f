"""What feeds hold: findings and corrections, escaped, and nothing hidden."""

from xml.etree import ElementTree

import feedparser
import pytest

from statements.models import PublicDocument
from statements.operations import perform, save_draft
from tests.factories import make_claim, make_speaker, make_statement, make_topic, make_user
from tests.public.page import links_of
from tests.shared import copy_of

pytestmark = pytest.mark.django_db
HOSTILE = 'A <b>"claim"</b> & ]]> of 1,000 \u0434\u0440\u043e\u043d\u0456\u0432'
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(scope="module", autouse=True)
def made(rows_of_module):
    topic = make_topic()
    claims = {
        "live": make_claim("published", text=HOSTILE, finding=f"It <i>holds</i> & {HOSTILE}", topics=[topic]),
        "retracted": make_claim("retracted", text="It rained", statement=make_statement("R", speaker=make_speaker("Bo"))),
    }  # fmt: skip
    make_claim("in_review", text="Hidden words", topics=[topic], statement=make_statement("H"))
    make_claim("researching", text="Open check", show_as_open=True, statement=make_statement("O"))
    return claims


world = copy_of("made")


def read(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    parsed = feedparser.parse(answer.content)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


def test_findings_are_entries_and_nothing_hidden_is(client, world):
    feed = read(client, "/feeds/findings.atom")

    assert [(entry.title, entry.get("tags", [{}])[0].get("term")) for entry in feed.entries] == [
        ("Retracted: It rained", "Retracted"), (HOSTILE, "True"),
    ]  # fmt: skip
    assert feed.entries[1].summary == f"True: It <i>holds</i> & {HOSTILE}"
    assert [entry.summary_detail.type for entry in feed.entries] == ["text/plain", "text/plain"]
    assert feed.entries[1].link.endswith(world["live"].get_absolute_url())
    assert feed.feed.updated == max(entry.updated for entry in feed.entries)
    assert "Hidden" not in str(feed)
    assert "Open check" not in str(feed)


def test_readers_find_the_feeds_of_a_page(client, world):
    speaker = world["live"].main_statement.speaker.get_absolute_url()
    for path, feed in (
        ("/", "/feeds/findings"),
        ("/corrections/", "/feeds/corrections"),
        ("/topics/russian-strikes/", "/feeds/topics/russian-strikes"),
        (speaker, f"/feeds{speaker.rstrip('/')}"),
    ):
        links = links_of(client.get(path))
        assert [link for link in links if link.startswith("/feeds/")] == [
            f"{feed}.atom", f"{feed}.json",
        ], path  # fmt: skip
        for form in ("atom", "json"):
            assert client.get(f"{feed}.{form}").status_code == 200


def test_json_feed_says_the_same(client, world):
    atom, told = read(client, "/feeds/findings.atom"), client.get("/feeds/findings.json").json()

    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert [(item["id"], item["title"], item["url"]) for item in told["items"]] == [
        (entry.id, entry.title, entry.link) for entry in atom.entries
    ]


def test_a_revision_moves_updated_and_keeps_the_id(client, world):
    before = read(client, "/feeds/findings.atom").entries[1]
    claim = world["live"]
    perform(claim, "reopen", by=make_user("ada"), note="look again")
    save_draft(
        claim, by=make_user("ada"), finding="It holds.", revision_kind="update", public_note="x"
    )
    claim.refresh_from_db()
    perform(claim, "submit", by=make_user("ada"))
    perform(claim, "publish", by=make_user("ben", role="editor"))

    after = next(e for e in read(client, "/feeds/findings.atom").entries if e.id == before.id)

    assert after.published == before.published
    assert after.updated > before.updated
    assert after.id.startswith("tag:testserver,")


def test_feeds_of_a_topic_a_speaker_and_of_corrections(client, world):
    speaker = world["retracted"].main_statement.speaker

    assert [e.title for e in read(client, "/feeds/topics/russian-strikes.atom").entries] == [
        HOSTILE
    ]
    assert [e.title for e in read(client, f"/feeds/speakers/{speaker.public_id}.atom").entries] == [
        "Retracted: It rained"
    ]
    assert [e.title for e in read(client, "/feeds/corrections.atom").entries] == [
        "Retraction: It rained"
    ]
    assert client.get("/feeds/topics/nothing.atom").status_code == 404
    assert client.get("/feeds/findings.rss").status_code == 404


def test_pages_lead_to_their_feeds(client, world):
    speaker = world["retracted"].main_statement.speaker.public_id
    for page, feed in (
        ("/", "/feeds/findings"), ("/corrections/", "/feeds/corrections"),
        ("/topics/russian-strikes/", "/feeds/topics/russian-strikes"),
        (f"/speakers/{speaker}/", f"/feeds/speakers/{speaker}"),
    ):  # fmt: skip
        html = client.get(page).content.decode()
        assert f'href="{feed}.atom"' in html, page
        assert f'href="{feed}.json"' in html, page


def addresses(client, path):
    tree = ElementTree.fromstring(client.get(path).content)  # noqa: S314 - our own
    return [found.text for found in tree.iter(f"{SITEMAP}loc")]


def test_the_sitemap_leads_to_every_listed_claim_once(client, world, monkeypatch):
    monkeypatch.setattr("statements.public.views.sitemaps.PART", 2)
    parts = addresses(client, "/sitemap.xml")

    assert [part.rpartition("/")[2].rstrip("-.xml0123456789") for part in parts] == [
        "sitemap-pages", "sitemap-claims", "sitemap-claims",
    ]  # fmt: skip
    found = [
        loc for part in parts[1:] for loc in addresses(client, part.partition("testserver")[2])
    ]
    assert len(found) == len(set(found)) == PublicDocument.objects.count() == 3
    assert any(loc.endswith(world["live"].get_absolute_url()) for loc in found)


def test_the_sitemap_of_pages_holds_no_hidden_speaker(client, world):
    hidden = make_speaker("Nobody")
    make_claim("in_review", text="N", statement=make_statement("N", speaker=hidden))
    found = addresses(client, "/sitemap-pages.xml")

    assert "http://testserver/topics/russian-strikes/" in found
    assert not any(hidden.public_id in loc for loc in found)
    assert all(client.get(loc.partition("testserver")[2]).status_code == 200 for loc in found)


def test_news_are_the_findings_of_two_days(client, world):
    news = client.get("/sitemap-news.xml").content.decode()

    assert news.count("<url>") == 1
    assert "<news:title>A &lt;b&gt;&quot;claim&quot;&lt;/b&gt; &amp; ]]&gt;" in news
    ElementTree.fromstring(news)  # noqa: S314 - our own


def test_a_feed_is_the_same_twice(client, world):
    assert client.get("/feeds/findings.atom").content == client.get("/feeds/findings.atom").content
