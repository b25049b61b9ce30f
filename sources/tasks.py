"""Work for the queue: each task names one row and may be done twice without harm (DESIGN §7)."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from sources import verifying
from sources.models import Capture
from sources.operations.captures import run_capture
from sources.operations.routines import record


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
def verify_blobs() -> str:
    """Recomputes every hash of the frozen copies, and writes down what it found."""
    report = verifying.verify()
    record("verify", report.words(), is_ok=not report.faults)
    return report.words()


def queue_capture(row: Capture) -> None:
    """Puts a capture into the queue, in the transaction that asked for it.

    A request that is rolled back has enqueued nothing: the queue is a table of ours.
    """
    later = row.next_try_at if row.next_try_at and row.next_try_at > timezone.now() else None
    (fetch.using(run_after=later) if later else fetch).enqueue(row.pk)
