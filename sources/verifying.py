"""Whether the frozen copies are still what was frozen: rows against bytes, and bytes without rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sources import blobs
from sources.models import Snapshot


@dataclass(slots=True)
class Report:
    """What was looked at and found: faults lose evidence, orphans are files that no row names."""

    snapshot_count: int = 0
    faults: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)

    def words(self) -> str:
        """Returns it as a few lines, the faults by name."""
        lines = [f"{self.snapshot_count:,} snapshots looked at, {len(self.faults)} faults"]
        lines += self.faults[:50]
        if self.orphans:
            lines.append(f"{len(self.orphans)} stored files are named by no row")
        return "\n".join(lines)


def verify(snapshots: Iterable[Snapshot] | None = None) -> Report:
    """Looks at all snapshots (a query and two files each) and at all files of the storage."""
    report = Report()
    if snapshots is None:
        # Few at a time: each row carries a whole text.
        rows = Snapshot.objects.select_related("source").order_by("id")
        snapshots = rows.prefetch_related("readings").iterator(50)
    for snapshot in snapshots:
        report.snapshot_count += 1
        report.faults += [
            f"snapshot {snapshot.public_id} of “{snapshot.source}”: {fault}"
            for fault in faults_of(snapshot)
        ]
    report.orphans = list(orphans())
    return report


def faults_of(snapshot: Snapshot) -> Iterator[str]:
    """Yields, in words, everything in which a snapshot is not what was frozen."""
    content, fault = _content(snapshot.sha256, "bytes")
    if fault:
        yield fault
    elif len(content) != snapshot.byte_size:
        yield f"its size was altered: {len(content)} bytes, not {snapshot.byte_size}"
    if snapshot.warc_sha256:
        _, fault = _content(snapshot.warc_sha256, "web archive file")
        if fault:
            yield fault
    found = hashlib.sha256(snapshot.text.encode()).hexdigest()
    if found != snapshot.text_sha256:
        yield f"its text was altered: sha256 {found}, not {snapshot.text_sha256}"
    for reading in snapshot.readings.all():
        found = hashlib.sha256(reading.text.encode()).hexdigest()
        if found != reading.text_sha256:
            yield f"its reading by {reading} was altered: sha256 {found}, not {reading.text_sha256}"


def orphans() -> Iterator[str]:
    """Yields the hashes of stored bytes that no row names (two queries a thousand).

    A capture that was interrupted leaves such bytes: they are written before their row, and the
    next try uses them. They do no harm.
    """
    for some in _in_batches(blobs.hashes(), 1_000):
        yield from sorted(set(some) - named_hashes(some))


def named_hashes(some: list[str]) -> set[str]:
    """Returns those of the hashes that a row names."""
    rows = Snapshot.objects.order_by()
    named = set(rows.filter(sha256__in=some).values_list("sha256", flat=True))
    return named | set(rows.filter(warc_sha256__in=some).values_list("warc_sha256", flat=True))


def _in_batches(values: Iterator[str], size: int) -> Iterator[list[str]]:
    batch: list[str] = []
    for value in values:
        batch.append(value)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _content(sha256: str, what: str) -> tuple[bytes, str]:
    verb = "are" if what == "bytes" else "is"
    was = "were" if what == "bytes" else "was"
    try:
        content = blobs.get(sha256)
    except FileNotFoundError:
        return b"", f"its {what} {verb} gone ({sha256})"
    except OSError as error:
        return b"", f"its {what} cannot be read: {error.strerror or error}"
    found = hashlib.sha256(content).hexdigest()
    return content, "" if found == sha256 else (
        f"its {what} {was} altered: sha256 {found}, not {sha256}"
    )
