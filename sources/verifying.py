"""Whether the frozen copies are still what was frozen: rows against bytes, and bytes without rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sources import blobs
from sources.models import Snapshot


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


def orphans() -> Iterator[str]:
    """Yields the hashes of stored bytes that no row names (one query a thousand).

    A capture that was interrupted leaves such bytes: they are written before their row, and the
    next try uses them. They do no harm.
    """
    for some in _in_batches(blobs.hashes(), 1_000):
        yield from sorted(set(some) - named_hashes(some))


def named_hashes(some: list[str]) -> set[str]:
    """Returns those of the hashes that a row names."""
    return set(Snapshot.objects.filter(sha256__in=some).values_list("sha256", flat=True))


def _in_batches(values: Iterator[str], size: int) -> Iterator[list[str]]:
    batch: list[str] = []
    for value in values:
        batch.append(value)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
