"""`manage.py check_sources`: looks again at the pages whose day has come."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sources.models import Capture
from sources.operations import begin_watches, due_watches, look_again, run_capture
from sources.vocabulary import CaptureState


class Command(BaseCommand):
    """Does at once what workers do in the course of the day."""

    help = (
        "Looks again at every page whose day has come: pages that were fetched are compared with "
        "their copy, and a changed one gets a new copy; of the others it looks whether they are "
        "still there. Names each page that failed, and exits with 1 then."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="look at every page that is watched")
        parser.add_argument(
            "--enqueue", action="store_true", help="leave the work to the workers, and only ask"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        begin_watches()
        watches = due_watches(everything=options["all"])
        asked = [look_again(watch) for watch in watches]
        if options["enqueue"]:
            self.stdout.write(f"{len(asked)} pages are in the queue.")
            return
        failed = 0
        counts = dict.fromkeys(("kept", "unchanged"), 0)
        for capture in asked:
            row = run_capture(capture.pk)
            if row is None:
                continue  # a worker has it
            if row.state in counts:
                counts[row.state] += 1
                if row.state == CaptureState.KEPT:
                    self.stdout.write(f"changed: {row.url}")
            else:
                failed += 1
                self.stdout.write(f"failed: {row.url}: {row.reason}{_later(row)}")
        words = (
            f"{len(asked)} pages: {counts['unchanged']} unchanged, {counts['kept']} with a new "
            f"copy, {failed} failed"
        )
        if failed:
            raise CommandError(f"{words}.", returncode=1)
        self.stdout.write(self.style.SUCCESS(f"{words}."))


def _later(row: Capture) -> str:
    return f" (next try {row.next_try_at:%d %b, %H:%M} UTC)" if row.next_try_at else ""
