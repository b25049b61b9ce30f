"""One claim on every way there is, a word that occurs only in it, and every public address read.

Beside the tests of single pages: this one follows every link from every door (pages, JSON, feeds,
sitemap, exports) and reads bodies and headers, so that an address that nobody thought of is read,
too. Then it asks for each hidden word wherever something can be asked.
"""

import re
from datetime import date
from hashlib import sha256
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from sources.models import Publication
from sources.operations import update_source
from statements.models import Agreement, Claim
from statements.operations import (
    attach_evidence,
    attach_occurrence,
    confirm_agreement_event,
    perform,
    record_agreement_event,
    record_reply,
    save_draft,
    update_claim,
)
from statements.public import urls
from tests.factories import (
    make_agreement,
    make_claim,
    make_number_claim,
    make_ready,
    make_series,
    make_source,
    make_speaker,
    make_statement,
    make_topic,
    make_user,
)
from tests.public.addresses import public_routes
from tests.shared import copy_of
from tests.statements.archives import bring_in, flat

pytestmark = pytest.mark.django_db

TAKE, SUBMIT, PUBLISH = ("take",), ("take", "submit"), ("take", "submit", "publish")
RETRACT = (*PUBLISH, "propose_retraction", "retract")
WAYS = {
    "new": (),
    "researching": TAKE,
    "declined": ("decline",),
    "in_review": SUBMIT,
    "returned": (*SUBMIT, "return"),
    "published": PUBLISH,
    "reopened": (*PUBLISH, "reopen"),
    "reopened_in_review": (*PUBLISH, "reopen", "submit"),
    "retracted": RETRACT,
    "retracted_reopened": (*RETRACT, "reopen"),
    "retracted_in_review": (*RETRACT, "reopen", "submit"),
    "taken_down": (*PUBLISH, "propose_take_down", "take_down"),
    "taken_down_retracted": (*RETRACT, "propose_take_down", "take_down"),
}
CONSONANTS = "bcdfghjklmnpqrstvwxz"


def unlike_any_other(number):
    """Returns a word so far from all others that it is mistyped for none of them."""
    digest = sha256(str(number).encode()).digest()
    syllables = [
        f"{CONSONANTS[one % 20]}o{CONSONANTS[other % 20]}" for one, other in batched(digest)
    ]
    return f"{''.join(syllables[:4])}ak"


def batched(digest):
    return zip(digest[::2], digest[1::2], strict=True)


class Words:
    """Hands out words that nothing else holds, and remembers which the public may not read."""

    def __init__(self):
        self.hidden = {}
        self.number = 0

    def new(self, what):
        word = unlike_any_other(self.number)
        self.number += 1
        self.hidden[word] = what
        return word

    def show(self, word):
        del self.hidden[word]
        return word


def walk(way, name, words, *, announced):
    """Returns a claim that went its way; `words.hidden` is what the public may not read of it."""
    ada, ben = make_user("ada"), make_user("ben", role="editor")
    cleo = make_user("cleo", role="editor")
    said, who, wording, short = (words.new(f"{name} {part}") for part in (
        "statement", "speaker", "wording", "short wording"
    ))  # fmt: skip
    finding, rationale, topic, source = (words.new(f"{name} {part}") for part in (
        "finding", "rationale", "topic", "source"
    ))  # fmt: skip
    claim = make_claim(
        text=f"Somebody {wording} something",
        short_text=f"Something {short}",
        statement=make_statement(f"We {said} it.", speaker=make_speaker(f"Anna {who}")),
        topics=[make_topic(topic, f"Topic {topic}")],
        show_as_open=announced,
    )
    if way[:1] == TAKE:
        make_ready(claim, by=ada, finding=f"It {finding} so.")
        save_draft(claim, by=ada, rationale=f"Because {rationale}.")
        cited = make_source(f"Report {source}", snapshot_text=f"Found {source} here.")
        attach_evidence(claim, by=ada, source=cited, stance="context", note=source)
    by = {"publish": ben, "return": ben, "propose_retraction": ben, "propose_take_down": ben}
    by |= {"retract": cleo, "take_down": cleo}
    for place, step in enumerate(way):
        note = words.new(f"{name} note of {step}")
        if step in ("propose_retraction", "propose_take_down"):
            words.show(note)  # it is the explanation for the public
        if step == "submit" and claim.was_published:
            save_draft(claim, by=ada, revision_kind="update", public_note="Newer numbers.")
            claim.refresh_from_db()
        perform(
            claim, step, by=by.get(step, ada), note=note,
            data={"reason": "not_checkable"} if step == "decline" else None,
        )  # fmt: skip
        if step == "reopen":
            work_in_secret(claim, words, f"{name} step {place}")
    show_what_is_public(
        claim, words, (said, who, topic), (wording, short), (finding, rationale, source)
    )
    return claim


def work_in_secret(claim, words, name):
    ada = make_user("ada")
    copy, draft, cited, reply, late = (words.new(f"{name} {part}") for part in (
        "copy", "draft", "new source", "reply", "late statement"
    ))  # fmt: skip
    update_claim(claim, by=ada, text=f"Nobody {copy} it", short_text=f"Nobody {copy}")
    save_draft(claim, by=ada, finding=f"We {draft} it.", code="inaccurate", as_of=date(2025, 4, 1))
    source = make_source(f"New {cited}", snapshot_text=f"New {cited} text")
    attach_evidence(claim, by=ada, source=source, stance="refutes", note=cited)
    record_reply(
        claim, by=ada, outcome="replied", answer=f"They {reply}.", asked_on=date(2025, 4, 1)
    )
    attach_occurrence(
        claim,
        by=ada,
        statement=make_statement(f"Late {late}", speaker=make_speaker(f"Late {late}")),
    )
    claim.refresh_from_db()


def show_what_is_public(claim, words, always, wording, found):
    if claim.is_public or claim.is_announced:
        for word in (*always, *wording):
            words.show(word)
    if claim.live_verdict_id or claim.is_public:
        for word in found:
            words.show(word)


@pytest.fixture(scope="module", autouse=True)
def made(rows_of_module):
    words = Words()
    claims = {}
    for announced in (False, True):
        for name, way in WAYS.items():
            key = f"{name}{' announced' if announced else ''}"
            claims[key] = walk(way, key, words, announced=announced)
    bring_in(what_others_found(words), by=make_user("ben", role="editor"))
    claims["imported"] = Claim.objects.get(external_ref__startswith="claim-of-")
    agree(words)
    count_and_copy(words, claims["published"])
    return words, claims


world = copy_of("made")


def count_and_copy(words, claim):
    """What few topics and sources have: counts to draw beside some that wait, and a copy to read."""
    waits = words.new("series that waits")
    number = make_number_claim(claim.topics.get())
    source = number.evidence.first().source
    make_series(source=source)
    make_series(
        (3, 5, 9), name=f"By {waits}", includes=f"with {waits}", source=source, confirmed=False,
        publisher=source.publisher,
    )  # fmt: skip
    update_source(source, by=make_user("ben", role="editor"), rights="own")


def agree(words):
    """One agreement that the public sees by a confirmed event, while another waits; and one hidden."""
    ada, ben = make_user("ada"), make_user("ben", role="editor")
    name, shown, waiting, hidden = (
        words.new(f"agreement {part}") for part in ("name", "event", "waiting event", "hidden")
    )
    for agreement, note in ((name, shown), (name, waiting), (hidden, hidden)):
        event = record_agreement_event(
            Agreement.objects.filter(name=f"Deal {agreement}").first()
            or make_agreement(f"Deal {agreement}"),
            by=ada, axis="agreement_state", value="announced", note=note,
            happened_on=date(2025, 3, 1 + len(words.hidden) % 20 + (note == waiting)),
            source=make_source(f"Readout {note}", snapshot_text=f"Agreed: {note}"),
        )  # fmt: skip
        if note == shown:
            confirm_agreement_event(event, by=ben)
    words.show(name)
    words.show(shown)


def what_others_found(words):
    """Returns a row of somebody else's archive: a claim that nobody here has looked at."""
    said, who, slug, role, context, topic, explanation, url = (
        words.new(f"imported {part}")
        for part in ("statement", "speaker", "slug", "role", "context", "topic", "finding", "url")
    )
    del words.hidden[slug]  # tells two of one name apart, and is shown nowhere at all
    return flat(
        statement=f"They {said} it.", speaker=f"Dora {who}", speaker_slug=slug, speaker_role=role,
        context=f"in {context}", topics=[topic], explanation=f"It {explanation} so.",
        url=f"https://checks.example/{url}/",
    )  # fmt: skip


# Doors that nothing need link to; {…} are filled below.
DOORS = (
    "/", "/robots.txt", "/api/v1/", "/api/v1/schema/", "/api/v1/docs/",
    "/api/v1/claims/?page_size=100", "/api/v1/claims/facets/", "/api/v1/statements/?page_size=100",
    "/api/v1/speakers/?page_size=100", "/api/v1/sources/?page_size=100", "/api/v1/publishers/",
    "/api/v1/topics/?page_size=100", "/api/v1/agreements/", "/api/v1/measures/", "/api/v1/series/",
    "/api/v1/evidence/?page_size=100", "/api/v1/corrections/?page_size=100",
)  # fmt: skip
ADDRESS = re.compile(
    rf"(?:{re.escape(settings.SITE_URL)}|http://testserver)?(/[A-Za-z0-9_.~%/?&;=+,:-]*)"
)
PERSONAL = ("/admin/", "/static/", "/api/v1/token")


def crawl(client, hidden_ids):
    """Yields path and answer of every address that is public, and of every hidden one by its id."""
    waiting = [
        *DOORS,
        *(f"/{pattern.pattern}" for pattern in urls.urlpatterns if "<" not in str(pattern.pattern)),
        *(f"/claims/{public_id}/" for public_id in hidden_ids),
        *(f"/api/v1/claims/{public_id}/" for public_id in hidden_ids),
        *(f"/api/v1/claims/{public_id}/history/" for public_id in hidden_ids),
    ]
    seen = set()
    while waiting:
        path = waiting.pop()
        if path in seen or path.startswith(PERSONAL):
            continue
        seen.add(path)
        answer = client.get(path)
        body = answer.getvalue().decode(errors="replace")
        yield path, answer, body
        if "Location" in answer:
            waiting.append(urlsplit(answer["Location"])._replace(scheme="", netloc="").geturl())
        waiting += [
            unescape(found) for found in ADDRESS.findall(body) if is_address(unescape(found))
        ]


def is_address(found):
    """Says whether a piece of text is an address of ours and not a date or a media type."""
    if found.startswith("//"):
        return False  # on another host
    first = found.split("/")[1].partition("?")[0] if found.count("/") else ""
    return first in KINDS or first.startswith("sitemap-claims-")


KINDS = {
    "", "claims", "statements", "speakers", "topics", "agreements", "sources", "publishers",
    "corrections", "method", "search", "exports", "feeds", "about", "api", "sitemap.xml",
    "sitemap-pages.xml", "sitemap-news.xml", "claimreview.jsonld", "oembed", "robots.txt",
}  # fmt: skip
MOST_PAGES = 3_000


@pytest.mark.slow  # reads some hundred answers
def test_no_address_tells_a_hidden_word(client, world):
    words, claims = world
    hidden_ids = [claim.public_id for claim in claims.values()]
    told, routes, kinds = [], set(), set()

    for read, (path, answer, body) in enumerate(crawl(client, hidden_ids)):
        assert read < MOST_PAGES, path
        assert answer.status_code < 500, path
        assert answer.cookies == {}, path
        kinds.add(path.split("/")[1].partition("?")[0])
        if answer.status_code == 200:
            routes.add(answer.resolver_match.url_name)
        everything = f"{body}{dict(answer.headers)}".casefold()
        told += [
            (path, what)
            for word, what in words.hidden.items()
            if word in everything and word not in path.casefold()
        ]

    assert told == []
    assert len(words.hidden) > 150
    # Not only addresses of every kind: every route that the public has answered once.
    assert public_routes() - routes == set()
    assert any(kind.startswith("sitemap-claims-") for kind in kinds)
    assert {
        "claims",
        "statements",
        "speakers",
        "topics",
        "sources",
        "api",
        "exports",
        "feeds",
    } <= kinds


@pytest.mark.slow  # asks five questions for each of some hundred words
def test_nobody_can_guess_a_hidden_word(client, world):
    """Every question about a hidden word is answered as one about a word that never was."""
    words, _ = world
    asked = (
        "/search/?q={}", "/claims/?q={}", "/api/v1/claims/?q={}", "/api/v1/claims/facets/?q={}",
        "/claims/export.jsonl?q={}",
    )  # fmt: skip
    never = unlike_any_other(-1)

    for address in asked:
        expected = answer_without(client, address, never)
        for word, what in words.hidden.items():
            assert answer_without(client, address, word) == expected, (address, what)
        for word in list(words.hidden)[:10]:
            typo = f"{word[:-1]}e"
            assert answer_without(client, address, typo) == expected, (address, typo)
            start, other = f"{word[:6]}*", f"{never[:6]}*"
            assert answer_without(client, address, start) == answer_without(client, address, other)


def answer_without(client, address, asked):
    """Returns status and body of an answer, without the word that was asked for."""
    answer = client.get(address.format(asked))
    return answer.status_code, answer.getvalue().decode().replace(asked.rstrip("*"), "WORD")


def test_work_in_secret_moves_no_validator(client, world):
    _, claims = world
    before = Publication.objects.current()
    pages = ["/", "/claims/", "/api/v1/claims/", "/api/v1/claims/facets/"]
    tags = [client.get(page).get("ETag") for page in pages]

    hidden = claims["researching"]
    update_claim(hidden, by=make_user("ada"), text="Another wording", short_text="Another")
    save_draft(hidden, by=make_user("ada"), finding="Another finding.")
    perform(claims["new"], "take", by=make_user("ada"))
    reopened = Claim.objects.get(pk=claims["retracted_reopened"].pk)
    save_draft(reopened, by=make_user("ada"), finding="Another finding yet.")

    assert Publication.objects.current() == before
    assert [client.get(page).get("ETag") for page in pages] == tags
