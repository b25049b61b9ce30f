"""The screen that takes over what others found: a trial first, and then exactly what was tried."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from sources import blobs
from sources.people import Role
from statements.admin.imports import SALT
from statements.imports import uploads
from statements.models import Claim, ExternalReview, ImportRun
from tests.desk.pages import Page
from tests.factories import make_user
from tests.statements.archives import as_lines, flat, utterance

pytestmark = pytest.mark.django_db

ADDRESS = "/admin/statements/importrun/upload/"


def send(client, *rows, name="archive.jsonl", content=None, **fields):
    content = as_lines(rows) if content is None else content
    file = SimpleUploadedFile(name, content)
    return client.post(ADDRESS, {"file": file, "origin": "archive", **fields})


def confirm(client, response):
    (token,) = [form["tried"] for form in Page(response).forms if "tried" in form]
    return client.post(ADDRESS, {"tried": token}, follow=True)


def work():
    """Does all that is queued, as a worker would; that one closes its connections."""
    for row in DBTaskResult.objects.ready():
        told = row.task.func(*row.args_kwargs["args"])
        row.claim("worker")
        row.set_successful(json.loads(json.dumps(told)))


@pytest.fixture
def ben(desk):
    return desk("ben", role="editor")


@pytest.fixture
def large(monkeypatch):
    """Makes every file too large to be waited for."""
    monkeypatch.setattr(uploads, "AT_ONCE", 0)


def test_a_trial_shows_what_would_come_and_leaves_nothing(ben):
    page = Page(send(ben, flat(), utterance(), flat(id="a-3", verdict="Full Flop")))

    assert "What would come in" in page.words
    assert "3 rows read" in page.words
    assert "2 claims, 4 reviews" in page.words
    assert "Crime fell by 10% in two years. Jane Doe 2019-10-22 PolitiFact: Half True" in page.words
    assert "Import 3 rows" in page.words
    assert (Claim.objects.count(), ImportRun.objects.count()) == (0, 0)


def test_what_was_tried_is_imported_and_the_editor_answers_for_it(ben):
    done = confirm(ben, send(ben, flat(), content=gzip.compress(as_lines([flat()]))))

    run = ImportRun.objects.get()
    assert done.redirect_chain == [(f"/admin/statements/importrun/{run.pk}/change/", 302)]
    assert "Taken over: 1 row." in Page(done).words
    assert (run.by.username, run.file_name, run.origin) == ("ben", "archive.jsonl", "archive")
    assert Claim.objects.get().created_by.username == "ben"
    assert Claim.objects.get().state == "new"
    assert "claims: 1" in Page(done).words
    assert "1 row read" in Page(done).words
    assert "New: 1 speaker, 1 statement, 1 claim, 1 review, 1 publisher" in Page(done).words


def test_a_broken_row_keeps_the_file_out_until_it_may_be_left_out(ben):
    refused = Page(send(ben, flat(), flat(id="2", speaker="")))
    taken = send(ben, flat(), flat(id="2", speaker=""), skip_bad_rows="on")

    assert "This file cannot be taken as it is" in refused.words
    assert "line 2 (2): speaker: name the speaker" in refused.words
    assert [form for form in refused.forms if "tried" in form] == []
    confirm(ben, taken)
    assert Claim.objects.count() == 1


def test_broken_rows_are_told_in_the_order_of_the_file(ben):
    refused = Page(send(ben, flat(), flat(), flat(id="3", speaker=""))).words

    said = refused[refused.index("Rows that cannot be taken") :]
    assert said.index("line 2 (archive:a-1): another row") < said.index("line 3 (3): speaker")


def test_a_file_that_is_here_already_is_said_to_change_nothing(ben):
    confirm(ben, send(ben, flat()))

    again = Page(send(ben, flat()))

    assert "Nothing would change" in again.words
    assert [form for form in again.forms if "tried" in form] == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\n", "There is no row in this file"),
        (gzip.compress(as_lines([flat()]))[:-9], "The archive is damaged or cut off"),
        (b"\xff\xfe{\x00", "The file is in UTF-16: save it as UTF-8"),
        (b"", "The submitted file is empty."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_at_its_field(ben, content, words):
    response = send(ben, content=content)

    assert response.status_code == 400
    assert words in Page(response).words


@pytest.mark.parametrize("origin", ["", "two words", "a/b", "x" * 41])
def test_the_name_of_an_archive_is_one_word(ben, origin):
    response = send(ben, flat(), origin=origin)

    assert response.status_code == 400
    assert Claim.objects.count() == 0


def test_another_persons_trial_cannot_be_confirmed(ben, desk):
    tried = send(ben, flat())

    response = confirm(desk("cleo", role="editor"), tried)

    assert "This is not what you tried." in Page(response).words
    assert Claim.objects.count() == 0


def test_a_forged_or_old_trial_is_refused(ben):
    tried = send(ben, flat())
    forged = signing.dumps(
        {"sha256": "0" * 64, "by": make_user("ben").pk}, key="another key" * 5, salt=SALT
    )

    responses = [ben.post(ADDRESS, {"tried": token}, follow=True) for token in ("x", forged)]
    with time_machine.travel("2999-01-01"):
        responses.append(confirm_later(tried))

    assert all("The trial is too old." in Page(response).words for response in responses[:2])
    assert Claim.objects.count() == 0


def confirm_later(tried):
    (token,) = [form["tried"] for form in Page(tried).forms if "tried" in form]
    with pytest.raises(signing.SignatureExpired):
        signing.loads(token, salt=SALT, max_age=3_600)
    return tried


def test_a_file_that_was_changed_in_between_is_refused(ben):
    tried = send(ben, flat())
    (blob,) = [path for path in Path(settings.BLOB_DIR).rglob("*") if path.is_file()]
    blob.chmod(0o640)
    blob.write_bytes(as_lines([flat(statement="Forged")]))

    response = confirm(ben, tried)

    assert "This is not what you tried." in Page(response).words
    assert Claim.objects.count() == 0


def test_a_file_unpacks_to_no_more_than_allowed(ben, settings):
    settings.MAX_UPLOAD_MEGABYTES = 1
    rows = as_lines(flat(id=str(n), justification="x" * 9_000) for n in range(1_000))

    sent = send(ben, content=gzip.compress(rows))
    work()

    told = Page(ben.get(sent["Location"], follow=True)).words
    assert "Unpacked, the file is larger than" in told


def test_findings_of_an_own_archive_are_never_published_from_here(ben):
    confirm(ben, send(ben, flat(), own_archive="PolitiFact", own="PolitiFact"))

    assert (Claim.objects.get().state, ExternalReview.objects.count()) == ("new", 1)


def test_hostile_text_is_shown_as_text(ben):
    row = flat(statement="<script>alert(1)</script> x", speaker="<b>Bold</b>")

    content = send(ben, row, name="<img src=x>.jsonl").content.decode()

    assert "<script>alert(1)</script> x" not in content
    assert "<b>Bold</b>" not in content
    assert "<img src=x>" not in content


def test_the_list_leads_editors_to_the_screen_and_nobody_else(ben, desk):
    confirm(ben, send(ben, flat()))

    assert ADDRESS in Page(ben.get("/admin/statements/importrun/")).links
    assert ADDRESS not in Page(desk().get("/admin/statements/importrun/")).links


def test_the_list_takes_the_same_queries_for_one_and_three_runs(ben):
    def count():
        with CaptureQueriesContext(connection) as queries:
            ben.get("/admin/statements/importrun/")
        return len(queries)

    confirm(ben, send(ben, flat()))
    one = count()
    for number in range(2):
        confirm(ben, send(ben, flat(id=f"more-{number}", statement=f"More {number}")))

    assert count() == one


# ---- larger files ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "is_small"),
    [
        (b"x" * 256_000, True),
        (b"x" * 256_001, False),
        (gzip.compress(b"x" * 256_000), True),
        (gzip.compress(b"x" * 256_001), False),
        (gzip.compress(b"x") + gzip.compress(b"x" * 256_001), False),
        (gzip.compress(b"x" * 256_001)[:20] + b"no gzip", True),
    ],
)
def test_a_packed_file_counts_for_what_it_holds(content, is_small):
    assert uploads.is_small(content) is is_small


@pytest.mark.django_db(transaction=True)
def test_a_worker_does_what_is_queued(ben, large):
    sent = send(ben, flat())

    call_command("db_worker", batch=True, startup_delay=False, verbosity=0)

    assert "What would come in" in Page(ben.get(sent["Location"])).words


def test_a_large_file_is_tried_and_imported_by_the_queue(ben, large):
    sent = send(ben, flat(), utterance(), flat(id="a-3", verdict="Full Flop"))
    waiting = ben.get(sent["Location"])
    work()
    tried = ben.get(sent["Location"])

    assert sent.status_code == 302
    assert "Waiting for a worker" in Page(waiting).words
    assert waiting["Refresh"] == "2"
    assert "Refresh" not in tried
    assert 'value="archive"' in tried.content.decode()  # the name, for another file
    for words in ("What would come in", "2 claims, 4 reviews", "PolitiFact: Half True"):
        assert words in Page(tried).words
    assert (Claim.objects.count(), ImportRun.objects.count()) == (0, 0)

    (token,) = [form["tried"] for form in Page(tried).forms if "tried" in form]
    asked = ben.post(ADDRESS, {"tried": token})
    work()
    done = ben.get(asked["Location"], follow=True)

    run = ImportRun.objects.get()
    assert done.redirect_chain == [(f"/admin/statements/importrun/{run.pk}/change/", 302)]
    assert "Taken over: 3 rows." in Page(done).words
    assert (run.by.username, Claim.objects.count()) == ("ben", 2)


def test_to_press_the_button_twice_imports_once(ben, large):
    sent = send(ben, flat())
    work()
    (token,) = [form["tried"] for form in Page(ben.get(sent["Location"])).forms if "tried" in form]
    first, second = (ben.post(ADDRESS, {"tried": token}) for _ in range(2))
    work()

    told = Page(ben.get(second["Location"], follow=True)).words
    assert "Taken over: 1 row." in Page(ben.get(first["Location"], follow=True)).words
    assert "This file is taken over already." in told
    assert "Nothing was changed" not in told
    assert (Claim.objects.count(), ImportRun.objects.count()) == (1, 1)


def test_what_the_queue_cannot_take_is_told_on_the_page_of_the_file(ben, large):
    broken = send(ben, flat(), flat(id="2", speaker=""))
    unreadable = send(ben, content=b"\xff\xfe{\x00")
    work()

    assert "line 2 (2): speaker: name the speaker" in Page(ben.get(broken["Location"])).words
    told = Page(ben.get(unreadable["Location"], follow=True)).words
    assert "The file is in UTF-16: save it as UTF-8" in told
    assert "Nothing was changed." in told


def test_the_queue_asks_for_the_rights_again(ben, large):
    sent = send(ben, flat())
    person = User.objects.get(username="ben")
    person.groups.clear()
    work()
    person.groups.add(Group.objects.get(name=Role.EDITOR))

    later = send(ben, flat())
    User.objects.update(is_staff=False)
    work()
    User.objects.update(is_staff=True)

    assert "Only an editor" in Page(ben.get(later["Location"], follow=True)).words
    told = Page(ben.get(sent["Location"], follow=True)).words
    assert "Only an editor takes over an archive. Nothing was changed." in told


def test_the_queue_takes_only_the_bytes_that_were_sent(ben, large, monkeypatch):
    changed = send(ben, flat())
    monkeypatch.setattr(blobs, "get", lambda sha256: b"something else")
    work()
    gone = send(ben, flat(id="2"))
    monkeypatch.setattr(blobs, "get", missing)
    work()

    assert "This is not what you sent" in Page(ben.get(changed["Location"], follow=True)).words
    assert "The file is not here any more" in Page(ben.get(gone["Location"], follow=True)).words


def missing(sha256):
    raise FileNotFoundError(sha256)


def test_a_worker_that_fails_or_does_not_come_is_told_of(ben, large):
    sent = send(ben, flat())
    row = DBTaskResult.objects.filter(pk=sent["Location"].split("/")[-2])

    row.update(enqueued_at=timezone.now() - timedelta(minutes=1))
    late = Page(ben.get(sent["Location"])).words
    row.update(status="RUNNING", started_at=timezone.now() - timedelta(seconds=5))
    begun = Page(ben.get(sent["Location"])).words
    row.update(started_at=timezone.now() - timedelta(hours=1))
    gone = ben.get(sent["Location"])
    row.update(started_at=timezone.now() - timedelta(minutes=1))
    long = ben.get(sent["Location"])
    row.update(status="FAILED", finished_at=timezone.now())
    failed = Page(ben.get(sent["Location"], follow=True)).words

    assert "No worker has taken this yet" in late
    assert "Looking at what would come in" in begun
    assert "Reading for 5 s so far." in begun
    assert "may have been stopped" not in begun
    assert "the worker may have been stopped" in Page(gone).words
    assert "Refresh" not in gone
    assert long["Refresh"] == "12"
    assert "This broke off: an administrator finds the reason in the list of tasks." in failed


def test_a_trial_of_the_queue_grows_old_too(ben, large):
    sent = send(ben, flat())
    work()
    hour = timedelta(hours=1)
    with time_machine.travel(timezone.now() + hour - timedelta(minutes=1), tick=False):
        fresh = Page(ben.get(sent["Location"])).words
    with time_machine.travel(timezone.now() + hour + timedelta(minutes=1), tick=False):
        old = Page(ben.get(sent["Location"], follow=True)).words

    assert "Import 1 row" in fresh
    assert "The trial is too old. Choose the file again. Nothing was changed." in old


def test_signs_that_no_column_holds_are_shown_all_the_same(ben, large):
    sent = send(ben, flat(**{"col\x00our": "red"}), flat(id="\x00", statement=""))
    work()

    words = Page(ben.get(sent["Location"])).words
    assert "line 2 (\ufffd): statement: give the statement" in words
    assert "col\ufffdour (1)" in words


def test_nobody_else_sees_what_somebody_sent(ben, desk, large):
    sent = send(ben, flat())["Location"]

    assert desk("eve", role="editor").get(sent).status_code == 404
    assert desk("ada").get(sent).status_code == 403
    assert ben.get(f"{ADDRESS}00000000-0000-4000-8000-000000000000/").status_code == 404
    assert ben.post(sent).status_code == 405
