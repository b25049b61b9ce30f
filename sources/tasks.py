"""Work for the queue: each task names one row and may be done twice without harm (DESIGN §7)."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from sources import verifying
from sources.models import Capture
from sources.operations.captures import run_capture
from sources.operations.routines import progress_of, record, save_progress
from sources.verifying import Report

VERIFY = "verify"  # the routine
# A portion that says nothing for so long was killed with its process.
PORTION_LEASE = timedelta(minutes=10)
# From this many on, a portion that was not brought to its end is told of as a fault.
TRIES_TOLD = 3


@task()
def fetch(capture_id: int) -> str:
    """Does one try of a capture; the answer is what the list of tasks shows."""
    row = run_capture(capture_id)
    if row is None:
        return "nothing to do"
    return f"{row.get_state_display()}. {row.reason}".strip()


def queued_captures() -> set[int]:
    """Returns the captures whose task may be taken by a worker at any moment."""
    waiting = DBTaskResult.objects.ready().filter(task_path=fetch.module_path)
    return {args["args"][0] for args in waiting.values_list("args_kwargs", flat=True)}


@task(priority=-10)
def verify_blobs(part: int = 0) -> str:
    """Recomputes hashes of the frozen copies for a minute, and leaves the rest to the next task.

    `part` is the portion after which it goes on: of two tasks that name the same, one counts. A task
    of the build before names none, and begins.
    """
    report = Report.from_json(progress_of(VERIFY))
    if report.part != part or report.is_over:
        return "nothing to do"
    verifying.go_on(report)
    words, is_ok = report.words(), not report.fault_count
    with transaction.atomic():
        if not save_progress(VERIFY, report.as_json(), after=part, words=words, is_ok=is_ok):
            return "another task was faster"
        if report.is_over:
            record(VERIFY, words, is_ok=is_ok)
        else:
            verify_blobs.enqueue(report.part)
    return words


@transaction.atomic
def begin_verifying() -> None:
    """Begins a verification, or goes on with one that is not over."""
    report = Report.from_json(progress_of(VERIFY))
    if report.part == 0 or report.is_over:
        fresh = Report(part=report.part + 1)
        save_progress(VERIFY, fresh.as_json(), after=report.part, words="", is_ok=True)
        verify_blobs.enqueue(fresh.part)
    else:
        resume_verifying()


def resume_verifying() -> bool:
    """Goes on with a verification whose worker was killed, or failed a while ago; says whether."""
    report = Report.from_json(progress_of(VERIFY))
    if report.part == 0 or report.is_over:
        return False
    tasks = DBTaskResult.objects.filter(task_path=verify_blobs.module_path)
    since = timezone.now() - PORTION_LEASE
    is_going_on = tasks.ready() | tasks.exclude(status="READY").filter(started_at__gte=since)
    if is_going_on.exists():
        return False
    tries = tasks.filter(args_kwargs__args=[report.part]).count()
    if tries >= TRIES_TOLD:
        words = f"what comes after copy {report.after} ended {tries} workers: look at their logs"
        record(VERIFY, f"{report.words()}\n{words}", is_ok=False)
    verify_blobs.enqueue(report.part)
    return True


def queue_capture(row: Capture) -> None:
    """Puts a capture into the queue, in the transaction that asked for it.

    A request that is rolled back has enqueued nothing: the queue is a table of ours.
    """
    later = row.next_try_at if row.next_try_at and row.next_try_at > timezone.now() else None
    (fetch.using(run_after=later) if later else fetch).enqueue(row.pk)
