"""`manage.py capture` and `check_sources`: the same work, here and now, with an exit code."""

import pytest
from django.core.management import CommandError, call_command

from sources import reader
from sources.models import Capture, Source, Watch
from sources.operations import add_snapshot_text
from tests.factories import make_source, make_user
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


def test_capture_prints_what_was_kept(server, capsys):
    make_user("dana", role="contributor")

    call_command("capture", server.url("/news/1"))
    call_command("capture", server.url("/news/1") + "#again", "--by", "dana")

    source = Source.objects.get()
    snapshot = source.snapshots.get()
    first, second = capsys.readouterr().out.split("Copy kept.\n")
    assert first.splitlines() == [
        f"source     {source.public_id}  The parties agree",
        "author     Olena Koval",
        "publisher  Daily News",
        "published  2025-03-18",
        f"address    {server.url('/news/1')}",
        f"read at    {server.url('/news/1')}",
        f"snapshot   {snapshot.public_id}  text/html",
        f"sha256     {snapshot.sha256}",
        f"size       {snapshot.byte_size:,} bytes, {len(snapshot.text):,} characters of text",
    ]
    assert second == f"{first}Unchanged.\n"


def test_capture_says_why_there_is_no_copy(server):
    make_user("dana", role="contributor")
    server.says["/gone"] = answer(b"", "404 Not Found")
    server.says["/busy"] = answer(b"", "503 Busy")

    with pytest.raises(CommandError, match=r"^No copy: the page is not there any more .*404\)\.$"):
        call_command("capture", server.url("/gone"))
    with pytest.raises(CommandError, match=r"HTTP 503 .*\. Next try: .* UTC\.$"):
        call_command("capture", server.url("/busy"))
    with pytest.raises(CommandError, match=r"^No copy: this address does not lead to a public"):
        call_command("capture", "http://10.0.0.1/")
    with pytest.raises(CommandError, match=r"^give an address that starts with http"):
        call_command("capture", "file:///etc/passwd")


def test_capture_asks_who_answers_for_it(server):
    make_user("root", role="admin")
    url = server.url("/news/1")

    with pytest.raises(CommandError, match=r"^Say who adds the source: --by USER\.$"):
        call_command("capture", url)
    with pytest.raises(CommandError, match=r"^root is nobody who may add sources\.$"):
        call_command("capture", url, "--by", "root")

    assert (Source.objects.count(), server.heard) == (0, [])


def test_check_sources_names_what_changed_failed_and_is_gone(server, capsys):
    make_user("dana", role="contributor")
    for path in ("/news/1", "/news/2", "/news/3"):
        server.says[path] = answer(PAGE.replace("18 March", f"18 March {path}").encode())
        call_command("capture", server.url(path))
    pasted = make_source("Pasted", url=server.url("/pasted"))
    add_snapshot_text(pasted, by=make_user("dana"), text="Words")
    Watch.objects.create(source=pasted)
    server.says["/news/2"] = answer(PAGE.encode())
    server.says["/news/3"] = answer(b"", "410 Gone")
    server.says["/pasted"] = answer(b"anything")
    capsys.readouterr()

    call_command("check_sources")
    assert capsys.readouterr().out == ("0 pages: 0 unchanged, 0 with a new copy, 0 failed.\n")
    with pytest.raises(CommandError) as failed:
        call_command("check_sources", "--all")

    assert str(failed.value) == "4 pages: 2 unchanged, 1 with a new copy, 1 failed."
    assert sorted(capsys.readouterr().out.splitlines()) == [
        f"changed: {server.url('/news/2')}",
        f"failed: {server.url('/news/3')}: the page is not there any more (HTTP 410)",
    ]


def test_check_sources_can_leave_the_work_to_the_workers(server, capsys):
    make_user("dana", role="contributor")
    call_command("capture", server.url("/news/1"))
    asked = len(server.heard)
    capsys.readouterr()

    call_command("check_sources", "--all", "--enqueue")

    assert capsys.readouterr().out == "1 pages are in the queue.\n"
    assert (len(server.heard), Capture.objects.filter(state="queued").count()) == (asked, 1)
