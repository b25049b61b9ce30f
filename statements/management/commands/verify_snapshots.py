"""`manage.py verify_snapshots`: says whether the frozen copies are still what was frozen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Prefetch

from sources import verifying
from sources.models import Snapshot
from statements import anchors
from statements.management.progress import counted
from statements.models import Appearance, Evidence


class Command(BaseCommand):
    """Recomputes the sha256 of each snapshot's bytes and of its text, and looks for each quote."""

    help = (
        "Recomputes the sha256 of every snapshot's bytes, web archive file and texts, and looks whether every "
        "quote stands where its anchor says. Names each one whose bytes are gone or whose hash or "
        "words differ, and exits with 1 then. Also names stored bytes that no row names: a capture "
        "that was interrupted leaves them, and they do no harm. Changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Snapshot.objects.select_related("source").order_by("id")
        quoting = rows.prefetch_related(
            "readings",
            Prefetch("evidence", Evidence.objects.select_related("claim")),
            Prefetch("appearances", Appearance.objects.select_related("statement")),
        )
        count, faults = rows.count(), 0
        # Few at a time: each row carries a whole text.
        snapshots = quoting.iterator(chunk_size=50)
        for snapshot in counted(snapshots, of=count, words="snapshots", out=self.stderr):
            for fault in (*verifying.faults_of(snapshot), *anchor_faults(snapshot)):
                faults += 1
                self.stdout.write(f"snapshot {snapshot.public_id} of “{snapshot.source}”: {fault}")
        for sha256 in verifying.orphans():
            self.stdout.write(f"stored bytes {sha256}: no row names them; they do no harm")
        if faults:
            raise CommandError(f"{faults} faults in {count:,} snapshots.", returncode=1)
        self.stdout.write(self.style.SUCCESS(f"{count:,} snapshots are intact."))


def anchor_faults(snapshot: Snapshot) -> Iterator[str]:
    """Yields each quote that does not stand in the text where its anchor says."""
    quotes = [
        *((row, f"evidence of claim {row.claim.public_id}") for row in snapshot.evidence.all()),
        *(
            (row, f"appearance of statement {row.statement.public_id}")
            for row in snapshot.appearances.all()
        ),
    ]
    for row, words in quotes:
        if row.start is None or row.end is None:
            continue
        if not anchors.holds(snapshot.text, exact=row.exact, start=row.start, end=row.end):
            yield f"{words}: its quote does not stand at {row.start} to {row.end}"
