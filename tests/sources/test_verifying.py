"""Verifying the frozen copies: in portions, each after the one before, whoever is killed."""

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.core.files.storage import storages
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from sources import blobs, verifying
from sources.models import Routine
from sources.operations.routines import begin
from sources.tasks import begin_verifying, resume_verifying, verify_blobs
from sources.verifying import Report
from tests.factories import make_snapshot, make_source

pytestmark = pytest.mark.django_db


def lose(snapshot):
    storages["blobs"].delete(f"{snapshot.sha256[:2]}/{snapshot.sha256[2:4]}/{snapshot.sha256}")


def parts():
    tasks = DBTaskResult.objects.ready().order_by("enqueued_at")
    return [task.args_kwargs["args"][0] for task in tasks]


def done():
    """Says that the tasks in the queue were taken and ended."""
    DBTaskResult.objects.update(status="SUCCESSFUL", started_at=timezone.now())


@pytest.fixture
def copies(monkeypatch):
    """Three copies, the second lost, and a file that no row names; a portion is one step."""
    monkeypatch.setattr(verifying, "go_on", partial(verifying.go_on, seconds=0))
    rows = [make_snapshot(make_source(f"Report {n}"), f"Words {n}") for n in range(3)]
    lose(rows[1])
    blobs.put(b"left behind")
    begin("verify")
    return rows


def test_portions_find_together_what_one_go_finds(copies):
    whole, steps, report = verifying.verify(), 0, Report()

    while not report.is_over:
        verifying.go_on(report, seconds=0)
        report = Report.from_json(report.as_json())
        steps += 1

    assert report == whole
    assert steps == 3 + len(blobs.folders()) + 1
    assert (report.snapshot_count, report.fault_count, report.orphan_count) == (3, 1, 1)


def test_each_task_does_one_portion_and_asks_for_the_next(copies):
    begin_verifying()
    asked = []
    while waiting := parts():
        asked += waiting
        done()
        for part in waiting:
            verify_blobs.call(part)

    routine = Routine.objects.get()
    assert asked == list(range(1, len(asked) + 1))
    assert (routine.is_ok, routine.ended_at is not None) == (False, True)
    assert routine.outcome.splitlines() == [
        "3 snapshots looked at, 1 faults",
        f"snapshot {copies[1].public_id} of “Report 1”: its bytes are gone ({copies[1].sha256})",
        "1 stored files are named by no row",
    ]


def test_a_portion_counts_once_whoever_does_it(copies):
    begin_verifying()

    first, again = verify_blobs.call(1), verify_blobs.call(1)

    assert (first, again) == ("1 snapshots looked at so far, 0 faults", "nothing to do")
    assert parts() == [1, 2]


def test_a_verification_goes_on_where_a_killed_worker_left_it(copies):
    begin_verifying()
    verify_blobs.call(1)
    DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now())
    begin_verifying()  # the next round comes while this one is under way
    assert (parts(), resume_verifying()) == ([], False)

    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        assert (resume_verifying(), resume_verifying()) == (True, False)

    assert parts() == [2]
    verify_blobs.call(2)
    assert Routine.objects.get().progress["snapshot_count"] == 2


def test_a_portion_that_ends_every_worker_is_told_of_and_tried_on(copies):
    begin_verifying()
    told = []

    for _ in range(3):
        told.append(Routine.objects.get().is_ok)
        DBTaskResult.objects.update(status="FAILED", started_at=timezone.now())
        with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
            assert resume_verifying() is True

    routine = Routine.objects.get()
    assert False not in told
    assert routine.is_ok is False
    assert "what comes after copy 0 ended 3 workers" in routine.outcome


def test_the_next_verification_begins_anew_and_nothing_old_disturbs_it(copies):
    begin_verifying()
    while waiting := parts():
        done()
        verify_blobs.call(*waiting)
    last = Routine.objects.get().progress["part"]
    assert resume_verifying() is False

    begin_verifying()

    assert parts() == [last + 1]
    assert verify_blobs.call(last) == "nothing to do"
    assert Routine.objects.get().progress["snapshot_count"] == 0


def test_a_storage_that_cannot_be_listed_is_a_fault_in_words(monkeypatch):
    def fail(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(storages["blobs"], "listdir", fail)

    report = verifying.verify()

    assert (report.is_over, report.fault_count) == (True, 1)
    assert report.faults == ["the stored files cannot be listed: [Errno 13] Permission denied"]
