"""`manage.py verify_snapshots`: says whether the frozen copies are still what was frozen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sources import blobs
from sources.models import Snapshot
from statements.management.progress import counted


class Command(BaseCommand):
    """Recomputes the sha256 of each snapshot's bytes and of its text."""

    help = (
        "Recomputes the sha256 of every snapshot's bytes and of its text. Names each one whose "
        "bytes are gone or whose hash differs, and exits with 1 then. Changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Snapshot.objects.select_related("source").order_by("id")
        count, faults = rows.count(), 0
        # Few at a time: each row carries a whole text.
        snapshots = rows.iterator(chunk_size=50)
        for snapshot in counted(snapshots, of=count, words="snapshots", out=self.stderr):
            for fault in faults_of(snapshot):
                faults += 1
                self.stdout.write(f"snapshot {snapshot.public_id} of “{snapshot.source}”: {fault}")
        if faults:
            raise CommandError(f"{faults} faults in {count:,} snapshots.", returncode=1)
        self.stdout.write(self.style.SUCCESS(f"{count:,} snapshots are intact."))


def faults_of(snapshot: Snapshot) -> Iterator[str]:
    """Yields, in words, everything in which a snapshot is not what was frozen."""
    try:
        content = blobs.get(snapshot.sha256)
    except FileNotFoundError:
        yield f"its bytes are gone ({snapshot.sha256})"
    except OSError as error:
        yield f"its bytes cannot be read: {error.strerror or error}"
    else:
        found = hashlib.sha256(content).hexdigest()
        if found != snapshot.sha256:
            yield f"its bytes were altered: sha256 {found}, not {snapshot.sha256}"
        elif len(content) != snapshot.byte_size:
            yield f"its size was altered: {len(content)} bytes, not {snapshot.byte_size}"
    found = hashlib.sha256(snapshot.text.encode()).hexdigest()
    if found != snapshot.text_sha256:
        yield f"its text was altered: sha256 {found}, not {snapshot.text_sha256}"
