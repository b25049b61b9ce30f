"""Whether the frozen copies are still what was frozen: rows against bytes, and bytes without rows."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from sources import blobs
from sources.models import Snapshot
from sources.storage import storage_errors

MOST_NAMED = 50
PORTION_SECONDS = 60.0


@dataclass(slots=True)
class Report:
    """What was looked at and found so far: faults lose evidence, orphans are files that no row names.

    `part` counts portions, of one verification after another; `after` is the last snapshot and
    `folder` the last folder of the storage that was looked at.
    """

    part: int = 0
    snapshot_count: int = 0
    fault_count: int = 0
    faults: list[str] = field(default_factory=list)  # the first ones
    orphan_count: int = 0
    orphans: list[str] = field(default_factory=list)  # the first ones
    after: int = 0
    folder: str = ""
    is_all_read: bool = False
    is_over: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Self:
        return cls(**{one.name: told[one.name] for one in fields(cls) if one.name in told})

    def words(self) -> str:
        """Returns it as a few lines, the faults by name."""
        so_far = "" if self.is_over else " so far"
        lines = [f"{self.snapshot_count:,} snapshots looked at{so_far}, {self.fault_count} faults"]
        lines += self.faults
        if self.orphan_count:
            lines.append(f"{self.orphan_count} stored files are named by no row")
        return "\n".join(lines)


def verify() -> Report:
    """Looks at all snapshots and at all files of the storage, one portion after the other."""
    report = Report()
    while not report.is_over:
        go_on(report)
    return report


def go_on(report: Report, *, seconds: float = PORTION_SECONDS) -> None:
    """Does one more portion of a verification and notes it in the report.

    A portion is at least one snapshot (a query and two files) or one of the 256 folders of the
    storage, and no more is begun after `seconds`.
    """
    end = time.monotonic() + seconds
    report.part += 1
    for _ in _steps(report):
        if time.monotonic() >= end:
            return
    report.is_over = True


def _steps(report: Report) -> Iterator[None]:
    if not report.is_all_read:
        # Few at a time: each row carries a whole text.
        rows = Snapshot.objects.filter(pk__gt=report.after).select_related("source").order_by("id")
        for snapshot in rows.prefetch_related("readings").iterator(50):
            faults = [
                f"snapshot {snapshot.public_id} of “{snapshot.source}”: {fault}"
                for fault in faults_of(snapshot)
            ]
            report.snapshot_count += 1
            report.fault_count += len(faults)
            report.faults = [*report.faults, *faults][:MOST_NAMED]
            report.after = snapshot.pk
            yield
        report.is_all_read = True
    try:
        for folder in blobs.folders():
            if folder > report.folder:
                strays = list(orphans(folder))
                report.orphan_count += len(strays)
                report.orphans = [*report.orphans, *strays][:MOST_NAMED]
                report.folder = folder
                yield
    except storage_errors() as error:
        report.fault_count += 1
        words = f"the stored files cannot be listed: {error}"
        report.faults = [*report.faults[: MOST_NAMED - 1], words]


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


def orphans(folder: str = "") -> Iterator[str]:
    """Yields the hashes of stored bytes that no row names (two queries a thousand).

    With `folder` only those in it.

    A capture that was interrupted leaves such bytes: they are written before their row, and the
    next try uses them. They do no harm.
    """
    for some in _in_batches(blobs.hashes(folder), 1_000):
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
