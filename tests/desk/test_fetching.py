"""Pasting an address: the desk asks for the page, says how it stands, and shows what came."""

import pytest
from django_tasks_db.models import DBTaskResult

from sources import reader
from sources.models import Capture, Source, Watch
from sources.operations import ask_for_capture, look_again, run_capture
from statements.models import Evidence, Recheck
from statements.operations import attach_evidence
from tests.desk.pages import Page, claim_address, send
from tests.factories import make_claim, make_source, make_user
from tests.sources.hostile import answer, hostile
from tests.sources.test_captures import PAGE

pytestmark = pytest.mark.django_db


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


def source_address(source):
    return f"/admin/sources/source/{source.pk}/change/"


def test_citing_an_address_alone_is_enough(desk, server):
    claim = make_claim("researching", finding="", roots=0)
    ada = desk("ada")
    url = server.url("/news/1")

    send(ada, claim_address(claim), "cite", url=url, stance="supports")
    cited = ada.get(claim_address(claim))

    assert "The evidence is cited. Its page is being fetched." in Page(cited).words
    assert "There is no frozen copy yet. Being fetched." in Page(cited).words
    assert (server.heard, DBTaskResult.objects.count()) == ([], 1)
    evidence = Evidence.objects.get()
    assert (evidence.source.title, evidence.snapshot) == (url, None)

    run_capture(Capture.objects.get().pk)

    evidence.refresh_from_db()
    assert evidence.source.title == "The parties agree"
    assert evidence.source.publisher.name == "Daily News"
    assert evidence.snapshot == evidence.source.snapshots.get()
    assert evidence.history.first().history_change_reason == "the page was fetched"
    page = Page(ada.get(claim_address(claim))).words
    assert "The parties agree" in page
    assert "There is no frozen copy yet" not in page


def test_what_was_typed_beside_the_address_stays(desk, server):
    claim = make_claim("researching", finding="", roots=0)

    send(
        desk("ada"), claim_address(claim), "cite",
        url=server.url("/news/1"), title="My words", language="en", stance="supports",
    )  # fmt: skip
    run_capture(Capture.objects.get().pk)

    source = Source.objects.get(title="My words")
    assert (source.author, source.language) == ("Olena Koval", "en")


def test_a_failure_is_said_beside_the_evidence_and_a_waiver_goes_on(desk, server):
    claim = make_claim("researching", finding="", roots=0)
    ada = desk("ada")
    server.says["/news/1"] = answer(b"no", "403 Forbidden")
    send(ada, claim_address(claim), "cite", url=server.url("/news/1"), stance="supports")

    run_capture(Capture.objects.get().pk)

    page = Page(ada.get(claim_address(claim))).words
    assert "No copy: the server does not show this page to us (HTTP 403)." in page
    evidence = Evidence.objects.get()
    send(ada, claim_address(claim), f"evidence-{evidence.pk}", waiver="Only subscribers see it")
    evidence.refresh_from_db()
    assert evidence.waiver == "Only subscribers see it"


def test_nothing_is_fetched_where_a_copy_was_brought_or_waived(desk):
    claim = make_claim("researching", finding="", roots=0)
    ada = desk("ada")
    for number, brought in enumerate(({"text": "The words"}, {"waiver": "None can be had"})):
        send(
            ada, claim_address(claim), "cite",
            url=f"https://example.org/{number}", title="A", stance="supports", **brought,
        )  # fmt: skip

    assert (Evidence.objects.count(), Capture.objects.count()) == (2, 0)


def test_a_known_source_without_a_copy_is_fetched_and_one_with_a_copy_is_not(desk):
    claim = make_claim("researching", finding="", roots=0)
    ada = desk("ada")
    with_copy = make_source("A", url="https://example.org/a", snapshot_text="Words")
    without = make_source("B", url="https://example.org/b")

    for source in (with_copy, without):
        send(ada, claim_address(claim), "cite", url=source.url, stance="supports")

    assert [(one.source, one.fills) for one in Capture.objects.all()] == [(without, [])]


def test_the_source_page_fetches_says_how_it_stands_and_looks_again(desk, server):
    dana = desk("dana", role="contributor")
    added = dana.post(
        "/admin/sources/source/add/",
        Page(dana.get("/admin/sources/source/add/")).form("row")
        | {"row-url": server.url("/news/1")},
        follow=True,
    )
    assert "Added. Its page is being fetched." in Page(added).words
    source = Source.objects.get()
    server.says["/news/1"] = answer(b"busy", "503 Busy")
    run_capture(Capture.objects.get().pk)
    page = Page(dana.get(source_address(source))).words
    assert "The server answered with HTTP 503 and not with the page. Next try:" in page

    server.says["/news/1"] = answer(PAGE.encode())
    send(dana, source_address(source), "fetch")
    fetched = dana.get(source_address(source))
    run_capture(Capture.objects.get().pk)

    assert "The page is being fetched." in Page(fetched).words
    page = Page(dana.get(source_address(source))).words
    assert "Copy kept." in page
    send(dana, source_address(source), "watch", every_days="7")
    assert Watch.objects.get().every_days == 7


def test_evidence_in_review_waits_for_its_copy_until_somebody_changes_it(server):
    source = make_source("A", url=server.url("/news/1"))
    ada = make_user("ada")
    claims = [make_claim("researching", finding="", roots=0) for _ in range(2)]
    rows = [attach_evidence(one, by=ada, source=source, stance="supports") for one in claims]
    type(claims[0]).objects.filter(pk=claims[0].pk).update(state="in_review")

    run_capture(ask_for_capture(source, by=ada).pk)

    for row in rows:
        row.refresh_from_db()
    assert [row.snapshot for row in rows] == [None, source.snapshots.get()]


def test_a_published_claim_is_called_up_when_a_page_it_rests_on_is_gone(server):
    claim = make_claim("published")
    source = claim.live_verdict.citations.first().source
    Source.objects.filter(pk=source.pk).update(url=server.url("/gone"))
    source.refresh_from_db()
    server.says["/gone"] = answer(b"gone", "410 Gone")
    watch = Watch.objects.filter(source=source).first() or Watch.objects.create(source=source)

    for _ in range(2):
        run_capture(look_again(watch).pk)

    recheck = Recheck.objects.get()
    assert (recheck.claim, recheck.cause) == (claim, "source_gone")
    assert recheck.summary == (
        f"The page of “{source.title}” is gone: the page is not there any more (HTTP 410). "
        "Its copy stays."
    )
