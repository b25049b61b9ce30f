"""Which files there are, and how each is written: whole or not at all."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from statements import jsonld
from statements.exports import claimreview, csv, jsonl
from statements.exports.claims import claim_rows, evidence_rows
from statements.exports.columns import (
    CLAIM_REVIEWS,
    CLAIMS,
    CORRECTIONS,
    DATASETS,
    EVIDENCE,
    SOURCES,
    SPEAKERS,
    STATEMENTS,
    Dataset,
)
from statements.exports.nouns import correction_rows, source_rows, speaker_rows, statement_rows
from statements.exports.walk import Batches
from statements.models import Citation, Claim, Correction, Site, Speaker, Statement
from statements.querysets import public_sources

Part = TypeVar("Part")

MANIFEST = "manifest.json"
MANIFEST_FORMAT = 1
# Of a temporary file: no reader takes it for a whole one, and what a crash left is found by it.
UNFINISHED = ".unfinished-"

READERS: dict[str, Callable[[], Batches]] = {
    CLAIMS.name: claim_rows,
    STATEMENTS.name: statement_rows,
    SPEAKERS.name: speaker_rows,
    SOURCES.name: source_rows,
    EVIDENCE.name: evidence_rows,
    CORRECTIONS.name: correction_rows,
}


# What there is a row for: counted where nobody wants to read all of it.
COUNTED: dict[str, Callable[[], QuerySet[Any, Any]]] = {
    CLAIMS.name: lambda: Claim.objects.listed(),
    STATEMENTS.name: lambda: Statement.objects.public(),
    SPEAKERS.name: lambda: Speaker.objects.public(),
    SOURCES.name: public_sources,
    EVIDENCE.name: lambda: Citation.objects.filter(verdict__live_for__isnull=False),
    CORRECTIONS.name: lambda: Correction.objects.public(),
    CLAIM_REVIEWS.name: claimreview.reviewed,
}


@dataclass(frozen=True, slots=True)
class Format:
    """A way of writing rows."""

    code: str
    name: str
    media_type: str
    chunks: Callable[[Dataset, Batches], Iterator[bytes]]


FORMATS: dict[str, Format] = {
    "csv": Format("csv", "CSV", csv.MEDIA_TYPE, csv.chunks),
    "jsonl": Format("jsonl", "JSON Lines", jsonl.MEDIA_TYPE, jsonl.chunks),
}


class Counted:
    """Counts the rows that pass, and tells how many there were so far."""

    def __init__(self, tell: Callable[[int], None] | None = None) -> None:
        self.rows = 0
        self._tell = tell

    def passing(self, batches: Iterable[list[Part]]) -> Iterator[list[Part]]:
        for batch in batches:
            self.rows += len(batch)
            yield batch
            if self._tell:
                self._tell(self.rows)


@dataclass(frozen=True, slots=True)
class File:
    """One file that there is: `write` yields its bytes and counts its rows in `told`."""

    name: str
    format: str
    media_type: str
    dataset: Dataset
    write: Callable[[Counted], Iterator[bytes]]


def _table(dataset: Dataset, form: Format) -> File:
    def write(counted: Counted) -> Iterator[bytes]:
        return form.chunks(dataset, counted.passing(READERS[dataset.name]()))

    return File(f"{dataset.name}.{form.code}", form.code, form.media_type, dataset, write)


CLAIM_REVIEW_FILE = File(
    "claimreview.jsonld",
    "claimreview",
    jsonld.MEDIA_TYPE,
    CLAIM_REVIEWS,
    lambda counted: claimreview.chunks(counted.passing(claimreview.finding_batches())),
)
FILES: dict[str, File] = {
    file.name: file
    for file in [
        *(_table(dataset, form) for form in FORMATS.values() for dataset in DATASETS),
        CLAIM_REVIEW_FILE,
    ]
}
# What they are called for people.
FORMAT_NAMES = {
    **{form.code: form.name for form in FORMATS.values()},
    CLAIM_REVIEW_FILE.format: "JSON-LD",
}


@dataclass(frozen=True, slots=True)
class Written:
    """A file as it was written."""

    name: str
    rows: int
    byte_size: int
    sha256: str


def write_file(
    file: File, folder: Path, *, name: str = "", tell: Callable[[int], None] | None = None
) -> Written:
    """Writes a file into a folder under its name: nobody ever sees half of it there."""
    counted, digest, size = Counted(tell), hashlib.sha256(), 0
    with whole_or_not_at_all(folder / (name or file.name)) as out:
        for chunk in file.write(counted):
            digest.update(chunk)
            size += len(chunk)
            out.write(chunk)
    return Written(file.name, counted.rows, size, digest.hexdigest())


@contextmanager
def whole_or_not_at_all(path: Path) -> Iterator[Any]:
    """Opens a new file beside `path`, which takes its place when all went well."""
    descriptor, name = tempfile.mkstemp(prefix=UNFINISHED, dir=path.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        unfinished.chmod(0o644)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


# A long read that sees one moment and makes nobody wait: Django's own `atomic` takes the lock of
# the writers on SQLite, and sees each statement's own moment on PostgreSQL.
BEGIN = {
    "sqlite": "BEGIN DEFERRED",
    "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
}


@contextmanager
def one_moment() -> Iterator[None]:
    """Lets all that is read inside see the data as of one moment; nothing is written inside."""
    if connection.in_atomic_block:  # whoever began it has decided
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(BEGIN[connection.vendor])
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def manifest(*, number: int, day: str, written: Iterable[Written]) -> dict[str, Any]:
    """Returns what was written, with hashes and the meaning of each column."""
    site = Site.load()
    return {
        "format": MANIFEST_FORMAT,
        "site": settings.SITE_URL,
        "publication_number": number,
        "made_on": day,
        "licence": {"name": site.licence_name, "url": site.licence_url},
        "files": [_entry(FILES[done.name], done) for done in written],
    }


def _entry(file: File, done: Written) -> dict[str, Any]:
    return {
        "name": file.name,
        "format": file.format,
        "media_type": file.media_type,
        "row": file.dataset.row,
        "rows": done.rows,
        "bytes": done.byte_size,
        "sha256": done.sha256,
        "columns": [asdict(column) for column in file.dataset.columns],
    }
