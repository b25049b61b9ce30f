"""Captures: from an address to a source with a frozen copy, and what happens when that fails."""

import hashlib
import io
from datetime import date, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from warcio.archiveiterator import ArchiveIterator

from sources import blobs, capture, followers, reader, tasks, verifying
from sources.errors import CaptureFailed, Invalid, NotAllowed
from sources.models import Capture, Publication, Publisher, Routine, Snapshot, Watch
from sources.operations import (
    add_snapshot_text,
    ask_for_capture,
    due_watches,
    filling,
    find_or_create_source,
    look_again,
    resume_captures,
    run_capture,
    update_source,
    watch_source,
)
from sources.operations.captures import (
    BROKEN_OFF,
    LEASE,
    MOST_TRIES,
    OUR_FAULT,
    PAUSES,
)
from sources.operations.filling import FILLABLE
from tests.factories import make_publisher, make_source, make_user
from tests.sources.hostile import answer, hostile

pytestmark = pytest.mark.django_db

PAGE = """<!doctype html><html lang="uk"><head>
<meta property="og:title" content="The parties agree">
<meta name="author" content="Olena Koval"><meta property="og:site_name" content="Daily News">
<meta property="article:published_time" content="2025-03-18T10:00:00Z">
<link rel="canonical" href="/news/1"><title>The parties agree | Daily News</title></head>
<body><nav>Home Sport</nav><article><h1>The parties agree</h1>
<p>The parties agreed on 18 March to leave power stations alone, the ministry said.</p>
</article></body></html>"""


@pytest.fixture(autouse=True)
def _loopback(settings):
    settings.CAPTURE_ALLOWS_LOOPBACK = True


@pytest.fixture(autouse=True)
def _read_here(request, monkeypatch):
    """Reads in this process: tests/sources/test_reading.py starts the other one."""

    def read(content, media_type, **told):
        return reader.read_here({"media_type": media_type, **told}, content)

    monkeypatch.setattr(reader, "read", read)


@pytest.fixture
def server():
    with hostile() as running:
        running.says["/news/1"] = answer(PAGE.encode(), etag='"1"')
        yield running


def source_of(url, **values):
    return find_or_create_source(by=make_user("dana", role="contributor"), url=url, **values)[0]


def asked(source, **kwargs):
    return ask_for_capture(source, by=make_user("dana", role="contributor"), **kwargs)


def captured(url, **kwargs):
    return run_capture(asked(source_of(url), **kwargs).pk)


def queued():
    return list(DBTaskResult.objects.values_list("task_path", "args_kwargs"))


def test_an_address_alone_becomes_a_source_with_a_frozen_copy(server):
    source = source_of(server.url("/news/1"))
    assert source.title == server.url("/news/1")

    row = run_capture(asked(source, fills=FILLABLE).pk)

    source.refresh_from_db()
    assert (row.state, row.reason, row.try_count, row.http_status) == ("kept", "", 1, 200)
    assert (source.title, source.author, source.published_on, source.language) == (
        "The parties agree",
        "Olena Koval",
        date(2025, 3, 18),
        "uk",
    )
    assert (source.publisher.name, source.publisher.domain) == ("Daily News", "127.0.0.1")
    snapshot = source.snapshots.get()
    assert row.snapshot == snapshot
    assert (snapshot.method, snapshot.media_type, snapshot.charset, snapshot.etag) == (
        "fetched",
        "text/html",
        "utf-8",
        '"1"',
    )
    assert "agreed on 18 March to leave power stations alone" in snapshot.text
    assert snapshot.sha256 == hashlib.sha256(PAGE.encode()).hexdigest()
    assert blobs.get(snapshot.sha256) == PAGE.encode()
    assert snapshot.about == {
        "title": "The parties agree",
        "author": "Olena Koval",
        "published_on": "2025-03-18",
        "site": "Daily News",
        "language": "uk",
        "canonical_url": server.url("/news/1"),
    }


def test_the_exchange_is_kept_as_a_web_archive_file(server):
    snapshot = captured(server.url("/news/1")).snapshot

    records = [
        (record.rec_type, record.rec_headers["WARC-Target-URI"], record.content_stream().read())
        for record in ArchiveIterator(
            io.BytesIO(blobs.get(snapshot.warc_sha256)), check_digests="raise"
        )
    ]
    assert records[1:] == [
        ("response", server.url("/news/1"), PAGE.encode()),
        ("request", server.url("/news/1"), b""),
    ]


def test_what_a_person_typed_is_never_overwritten(server):
    agency = make_publisher("Agency")
    source = source_of(server.url("/news/1"), title="My title", publisher=agency)
    row = asked(source, fills=["author", "published_on"])
    update_source(source, by=make_user("dana", role="contributor"), author="Typed meanwhile")

    run_capture(row.pk)

    source.refresh_from_db()
    assert (source.title, source.author, source.publisher, source.language) == (
        "My title",
        "Typed meanwhile",
        agency,
        "en",
    )
    assert source.published_on == date(2025, 3, 18)
    last = source.history.first()
    assert (last.history_change_reason, last.history_user.username) == (
        "read from the page: published_on",
        "dana",
    )


def test_a_publisher_is_found_by_the_domain_before_one_is_added(server):
    known = make_publisher("Known", domain="127.0.0.1")

    row = captured(server.url("/news/1"), fills=["publisher"])

    row.source.refresh_from_db()
    assert row.source.publisher == known
    assert Publisher.objects.count() == 1


def test_asking_twice_is_one_capture_and_a_rolled_back_request_asks_nothing(server):
    source = source_of(server.url("/news/1"))

    first, second = asked(source), asked(source)

    assert (second, Capture.objects.count()) == (first, 1)
    paths = [("sources.tasks.fetch", {"args": [first.pk], "kwargs": {}})] * 2
    assert queued() == paths

    with transaction.atomic():
        asked(source_of(server.url("/other")))
        assert len(queued()) == 3
        transaction.set_rollback(True)

    assert (queued(), Capture.objects.count()) == (paths, 1)
    assert server.heard == []


def test_who_may_ask_and_for_what():
    source = make_source(url="https://example.org/1")

    with pytest.raises(NotAllowed, match=r"may have sources fetched$"):
        ask_for_capture(source, by=make_user("reader", role=None))
    with pytest.raises(Invalid, match="give the source an address first"):
        asked(make_source("A book", url=""))

    assert (Capture.objects.count(), queued()) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_the_worker_does_what_waits(server):
    row = asked(source_of(server.url("/news/1")))

    call_command("db_worker", batch=True, startup_delay=False, verbosity=0)

    row.refresh_from_db()
    assert row.state == "kept"
    result = DBTaskResult.objects.get(task_path="sources.tasks.fetch")
    assert (result.status, result.return_value) == ("SUCCESSFUL", "Copy kept.")


@pytest.mark.parametrize(
    ("says", "reason", "status"),
    [
        (answer(b"x", "404 Not Found"), "the page is not there any more (HTTP 404)", 404),
        (answer(b"x", "403 No"), "the server does not show this page to us (HTTP 403)", 403),
        (answer(b"no pdf", content_type="application/pdf"),
         "the server says that this is application/pdf, and it is not", None),
        (answer(b"%PDF-1.7 broken", content_type="application/pdf"),
         "this PDF cannot be read: save it again or paste its text", None),
        (answer(b"%PDF-1.7 broken"),
         "this PDF cannot be read: save it again or paste its text", None),
        (answer(b"<svg><script>alert(1)</script></svg>", content_type="image/svg+xml"),
         "only text, HTML, PDF, PNG or JPEG can be kept, and this is image/svg+xml", None),
        (answer(b"GIF89a", content_type="image/gif"),
         "only text, HTML, PDF, PNG or JPEG can be kept, and this is image/gif", None),
        (answer(b"\0\1\2\3", content_type="application/octet-stream"),
         "only text, HTML, PDF, PNG or JPEG can be kept, and this is application/octet-stream",
         None),
        (answer(b"<script>document.write('x')</script>"),
         "the page shows no text without running its script: paste its text or upload a copy",
         None),
    ],
)  # fmt: skip
def test_a_failure_for_good_is_a_row_with_a_reason_and_nothing_is_stored(
    server, says, reason, status
):
    server.says["/"] = says

    row = captured(server.url("/"))

    assert (row.state, row.reason, row.http_status) == ("failed", reason, status)
    assert (row.next_try_at, row.ended_at is not None, row.snapshot) == (None, True, None)
    assert (list(Snapshot.objects.all()), list(blobs.hashes())) == ([], [])
    assert row.source.title == server.url("/")


def test_what_may_pass_is_tried_again_with_longer_and_longer_pauses(server):
    server.says["/"] = answer(b"busy", "503 Busy")
    row = asked(source_of(server.url("/")))
    pauses = []

    with time_machine.travel(timezone.now(), tick=False) as clock:
        while (tried := run_capture(row.pk)).next_try_at:
            pauses.append(tried.next_try_at - timezone.now())
            assert (tried.state, tried.reason) == (
                "queued",
                "the server answered with HTTP 503 and not with the page",
            )
            assert run_capture(row.pk) is None  # too early
            clock.move_to(tried.next_try_at)

    assert pauses == list(PAUSES)
    assert (tried.state, tried.try_count) == ("failed", len(PAUSES) + 1)
    # each pause has its task, which the worker leaves alone until then
    assert DBTaskResult.objects.count() == 1 + len(PAUSES)


def test_a_person_need_not_wait_for_the_next_try(server):
    server.says["/"] = answer(b"busy", "503 Busy")
    row = captured(server.url("/"))
    server.says["/"] = answer(PAGE.encode())

    asked(row.source)

    assert run_capture(row.pk).state == "kept"


def test_a_fault_of_ours_is_recorded_and_raised(server, monkeypatch):
    def break_down(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(capture, "fetch", break_down)
    row = asked(source_of(server.url("/news/1")))

    with pytest.raises(ZeroDivisionError):
        run_capture(row.pk)

    row.refresh_from_db()
    assert (row.state, row.reason) == ("queued", OUR_FAULT)
    assert row.next_try_at is not None


def test_a_page_that_a_busy_machine_cannot_read_is_tried_again(server, monkeypatch):
    def busy(*args, **kwargs):
        raise reader.TooBusy(reader.BUSY)

    monkeypatch.setattr(reader, "read", busy)

    row = captured(server.url("/news/1"))

    assert (row.state, row.reason, Snapshot.objects.count()) == ("queued", reader.BUSY, 0)


def test_a_killed_worker_loses_its_claim_and_the_page_is_fetched_all_the_same(server):
    row = asked(source_of(server.url("/news/1")))
    now = timezone.now()
    Capture.objects.filter(pk=row.pk).update(
        state="running", try_count=1, started_at=now, next_try_at=now + LEASE
    )
    assert (run_capture(row.pk), resume_captures()) == (None, 0)

    with time_machine.travel(now + LEASE + timedelta(minutes=2), tick=False):
        assert resume_captures() == 1
        row = run_capture(row.pk)

    assert (row.state, row.try_count) == ("kept", 2)


def test_a_page_that_kills_each_process_is_given_up_in_words(server):
    row = asked(source_of(server.url("/news/1")))
    Capture.objects.filter(pk=row.pk).update(state="running", try_count=MOST_TRIES)

    row = run_capture(row.pk)

    assert (row.state, row.reason, row.next_try_at) == ("failed", BROKEN_OFF, None)
    assert (server.heard, resume_captures()) == ([], 0)


def test_what_has_its_task_is_not_queued_again(server):
    row = asked(source_of(server.url("/news/1")))

    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        assert resume_captures(besides=tasks.queued_captures()) == 0
        DBTaskResult.objects.all().delete()
        assert resume_captures(besides=tasks.queued_captures()) == 1

    assert queued() == [("sources.tasks.fetch", {"args": [row.pk], "kwargs": {}})]


@pytest.mark.parametrize("while_it_runs", [False, True])
def test_a_person_who_asks_while_the_link_is_looked_at_gets_a_copy(
    server, monkeypatch, while_it_runs
):
    source = source_of(server.url("/news/1"))
    row = ask_for_capture(source, by=None, kind="link")
    fetch = capture.fetch

    def ask_meanwhile(url, **kwargs):
        monkeypatch.setattr(capture, "fetch", fetch)
        asked(source, fills=["title"])
        return fetch(url, **kwargs)

    if while_it_runs:
        monkeypatch.setattr(capture, "fetch", ask_meanwhile)
        assert run_capture(row.pk).state == "queued"
    else:
        assert asked(source, fills=["title"]) == row
    row = run_capture(row.pk)

    source.refresh_from_db()
    assert (row.kind, row.state, row.requested_by.username) == ("copy", "kept", "dana")
    assert source.title == "The parties agree"


def test_a_page_cannot_call_itself_as_a_known_publisher(server):
    make_publisher("daily news", domain="news.example")

    row = captured(server.url("/news/1"), fills=FILLABLE)

    row.source.refresh_from_db()
    assert (row.state, row.source.publisher) == ("kept", None)
    assert Publisher.objects.count() == 1


def test_a_publisher_that_another_capture_added_meanwhile_is_taken(server, monkeypatch):
    theirs = make_publisher("Theirs", domain="127.0.0.1")
    answers = [Publisher.objects.none()]  # not there yet when it is first looked up
    look = type(Publisher.objects).for_domain
    monkeypatch.setattr(
        type(Publisher.objects),
        "for_domain",
        lambda self, domain: answers.pop() if answers else look(self, domain),
    )

    row = captured(server.url("/news/1"), fills=["publisher"])

    row.source.refresh_from_db()
    assert (row.state, row.source.publisher) == ("kept", theirs)


def test_nothing_that_a_page_says_of_itself_costs_its_copy(server, monkeypatch):
    monkeypatch.setattr(filling, "assign", lambda *args: date(2025, 2, 31))

    row = captured(server.url("/news/1"), fills=FILLABLE)

    assert (row.state, row.source.snapshots.count()) == ("kept", 1)


def test_a_late_worker_whose_claim_ran_out_changes_nothing(server, monkeypatch):
    row = asked(source_of(server.url("/news/1")))
    fetch = capture.fetch

    def taken_over(url, **kwargs):
        page = fetch(url, **kwargs)
        Capture.objects.filter(pk=row.pk).update(try_count=7)
        return page

    monkeypatch.setattr(capture, "fetch", taken_over)

    assert run_capture(row.pk).state == "running"
    assert list(Snapshot.objects.all()) == []
    # what it left behind is named
    assert len(verifying.verify().orphans) == 2


# ---- looking again --------------------------------------------------------------------------


def test_a_page_that_did_not_change_makes_no_new_copy(server):
    first = captured(server.url("/news/1")).snapshot
    # its bytes differ at every visit, what it says does not
    server.says["/news/1"] = answer(PAGE.replace("<nav>", "<nav id=x73>").encode())

    again = run_capture(look_again(Watch.objects.get()).pk)

    assert (again.state, again.snapshot, again.requested_by) == ("unchanged", first, None)
    assert Snapshot.objects.count() == 1
    assert b'If-None-Match: "1"' in server.heard[1]
    assert len(verifying.verify().orphans) == 0


def test_a_304_is_enough(server):
    first = captured(server.url("/news/1")).snapshot
    server.says["/news/1"] = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'

    again = run_capture(look_again(Watch.objects.get()).pk)

    assert (again.state, again.snapshot, again.http_status) == ("unchanged", first, 304)


def test_a_page_that_changed_is_one_more_copy_and_others_hear_of_it(server, monkeypatch):
    heard = []
    monkeypatch.setattr(followers, "of_snapshot_added", [heard.append])
    first = captured(server.url("/news/1")).snapshot
    server.says["/news/1"] = answer(PAGE.replace("18 March", "19 March").encode())

    again = run_capture(look_again(Watch.objects.get()).pk)

    assert again.state == "kept"
    assert heard == [first, again.snapshot]
    assert list(first.source.snapshots.all()) == [again.snapshot, first]
    assert "19 March" in again.snapshot.text


def test_a_page_that_went_back_to_an_older_copy_says_so_once_each_time(server, monkeypatch):
    heard = []
    monkeypatch.setattr(followers, "of_snapshot_seen_again", [heard.append])
    old, new = answer(PAGE.encode()), answer(PAGE.replace("18 March", "19 March").encode())
    captured(server.url("/news/1"))
    looks = []

    for page in (old, new, old, old, new, new):
        server.says["/news/1"] = page
        look = run_capture(look_again(Watch.objects.get()).pk)
        looks.append((look.state, look.is_return))

    first, second = Snapshot.objects.order_by("id")
    assert looks == [
        ("unchanged", False), ("kept", False),
        ("unchanged", True), ("unchanged", False),
        ("unchanged", True), ("unchanged", False),
    ]  # fmt: skip
    assert heard == [first, second]
    assert list(Snapshot.objects.last_seen_first()) == [second, first]


def test_a_page_that_is_gone_is_said_once_and_the_copy_stays(server, monkeypatch):
    heard = []
    monkeypatch.setattr(
        followers, "of_source_gone", [lambda source, words: heard.append((source, words))]
    )
    row = captured(server.url("/news/1"))
    server.says["/news/1"] = answer(b"gone", "410 Gone")

    for _ in range(2):
        assert run_capture(look_again(Watch.objects.get()).pk).is_gone is True

    watch = Watch.objects.get()
    assert heard == [(row.source, "the page is not there any more (HTTP 410)")]
    assert (watch.failed_count, watch.gone_at is not None) == (2, True)
    assert blobs.is_intact(row.snapshot.sha256)

    server.says["/news/1"] = answer(PAGE.encode())
    run_capture(look_again(Watch.objects.get()).pk)
    watch.refresh_from_db()
    assert (watch.failed_count, watch.gone_at) == (0, None)


def test_of_a_pasted_copy_only_the_link_is_looked_at(server):
    source = source_of(server.url("/news/1"))
    person = make_user("dana", role="contributor")
    add_snapshot_text(source, by=person, text="What stood behind the wall")
    watch = watch_source(source, by=person, every_days=7)

    row = run_capture(look_again(watch).pk)

    assert (row.kind, row.state, row.snapshot) == ("link", "unchanged", None)
    assert source.snapshots.count() == 1


def test_when_to_look_again_is_for_the_site_and_for_each_source_to_say(server, settings):
    settings.CHECK_EVERY_DAYS = 30
    captured(server.url("/news/1"))
    watch = Watch.objects.get()
    assert due_watches() == []
    assert due_watches(everything=True) == [watch]

    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        assert due_watches() == [watch]
        look_again(watch)
        assert due_watches() == []  # asked for already

    never = watch_source(watch.source, by=make_user("dana", role="contributor"), every_days=0)
    assert (never.next_check_at, due_watches(everything=True)) == (None, [])
    settings.CHECK_EVERY_DAYS = 0
    usual = watch_source(watch.source, by=make_user("dana", role="contributor"), every_days=None)
    assert usual.next_check_at is None


def test_a_check_that_finds_nothing_new_is_no_public_change(server):
    captured(server.url("/news/1"))
    number = Publication.objects.current()

    run_capture(look_again(Watch.objects.get()).pk)

    assert Publication.objects.current() == number


# ---- what comes round by itself -------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_worker_starts_what_comes_round_once(server):
    call_command("db_worker", batch=True, startup_delay=False, verbosity=0)  # enters the routines
    call_command("db_worker", batch=True, startup_delay=False, verbosity=0)  # their first round
    call_command("db_worker", batch=True, startup_delay=False, verbosity=0)  # nothing is due

    assert [(one.code, one.outcome, one.is_ok) for one in Routine.objects.all()] == [
        ("contradictions", "0 contradictions suggested, 0 taken back", True),
        ("due", "0 findings to look at again", True),
        ("look-again", "0 pages to look at again", True),
        ("resume", "nothing was left behind", True),
        ("tidy", "0 finished tasks and 0 unfinished files removed", True),
        ("verify", "0 snapshots looked at, 0 faults", True),
    ]
    assert queued() == [("sources.tasks.verify_blobs", {"args": [1], "kwargs": {}})]


@pytest.mark.django_db(transaction=True)
def test_a_routine_that_fails_says_so_and_comes_round_again(server, monkeypatch):
    monkeypatch.setattr("sources.schedule.due_watches", lambda: 1 / 0)

    for _ in range(2):
        call_command("db_worker", batch=True, startup_delay=False, verbosity=0)

    one = Routine.objects.get(code="look-again")
    assert (one.is_ok, one.outcome) == (False, "ZeroDivisionError: division by zero")
    assert one.next_at > timezone.now()


def test_verifying_finds_what_was_altered_and_what_belongs_to_nobody(server, settings):
    snapshot = captured(server.url("/news/1")).snapshot
    stray = blobs.put(b"left behind")
    path = settings.BLOB_DIR / snapshot.warc_sha256[:2] / snapshot.warc_sha256[2:4]
    (path / snapshot.warc_sha256).write_bytes(b"altered")

    report = verifying.verify()

    altered = hashlib.sha256(b"altered").hexdigest()
    (fault,) = report.faults
    assert fault == (
        f"snapshot {snapshot.public_id} of “{snapshot.source}”: its web archive file was altered: "
        f"sha256 {altered}, not {snapshot.warc_sha256}"
    )
    assert report.orphans == [stray]


def test_a_network_that_is_never_there_blocks_nobody(monkeypatch):
    def nothing(*args, **kwargs):
        raise CaptureFailed("no network", may_pass=True)

    monkeypatch.setattr(capture, "fetch", nothing)

    row = captured("https://example.org/1")

    assert (row.state, row.reason) == ("queued", "no network")
    assert add_snapshot_text(row.source, by=make_user("dana"), text="Pasted instead").pk
