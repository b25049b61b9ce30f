"""One run of an import: all or nothing, counted, reported, and remembered where it changed a thing."""

from __future__ import annotations

import contextlib
import csv
import gc
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, TypeVar

from django.db import IntegrityError, connection, transaction

from sources.texts import FORBIDDEN
from statements.cells import guarded
from statements.imports.lines import BadFile, BadRow
from statements.models import ImportRun
from statements.operations.bulk import Bulk

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# Kept at hand and with the run; the report file has them all.
MOST_KEPT = 1_000
MOST_LINE = 300
CACHE_KIBIBYTES = 65_536  # of SQLite, while a file comes in
TIDIED_EVERY = 10_000  # rows
REPORT_COLUMNS = ("file", "line", "row", "field", "what")

Item = TypeVar("Item")


@dataclass(slots=True)
class Outcome:
    """What a run did, or would have done: counts, and rows that were left out or not changed."""

    counts: Counter[str] = field(default_factory=Counter)
    bad_count: int = 0
    note_count: int = 0
    bad: list[BadRow] = field(default_factory=list)
    notes: list[BadRow] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)
    examples: list[dict[str, str]] = field(default_factory=list)
    sha256: str = ""
    byte_size: int = 0
    seconds: float = 0.0
    is_written: bool = False
    is_refused: bool = False  # there are bad rows, and they were not to be skipped
    run: ImportRun | None = None

    @property
    def row_count(self) -> int:
        return self.counts["rows"]

    @property
    def rows_to_add(self) -> int:
        return self.counts["rows added"] + self.counts["updated"]

    @property
    def is_change(self) -> bool:
        return any(self.counts[name] for name in CHANGES)

    def told(self) -> list[str]:
        """Returns counts and fields in lines of words, without the rows that were left out."""
        lines = [f"{amount(self.row_count, 'rows')} read, {self.seconds:.1f} s."]
        added = [(name, self.counts[name]) for name in ADDED if self.counts[name]]
        if added:
            lines.append("New: " + ", ".join(amount(count, name) for name, count in added) + ".")
        for name, words in TOLD.items():
            if self.counts[name]:
                lines.append(f"{self.counts[name]:,} {words}")
        if self.ignored:
            names = ", ".join(f"{name} ({count:,})" for name, count in self.ignored.most_common(10))
            lines.append(f"Fields that we do not read: {names}.")
        return lines

    def summary(self) -> list[str]:
        """Returns the outcome in lines of words."""
        lines = self.told()
        if self.bad_count:
            lines.append(f"{amount(self.bad_count, 'rows')} cannot be taken:")
            lines += [f"  {_cut(str(row))}" for row in self.bad[:10]]
            if self.bad_count > 10:
                lines.append(f"  and {self.bad_count - 10:,} more; --report FILE lists them all")
        if self.note_count:
            lines.append(f"{self.note_count:,} rows were left as they are here:")
            lines += [f"  {_cut(str(row))}" for row in self.notes[:10]]
        return lines

    def report(self) -> str:
        """Returns the summary and the rows at hand, as the run keeps it."""
        rows = [_cut(str(row)) for row in [*self.bad, *self.notes][:MOST_KEPT]]
        return "\n".join([*self.summary(), *([""] if rows else []), *rows])


# What is new, in the order of the summary. "passed over" and the like are told apart.
ADDED = (
    "speakers", "statements", "claims", "findings", "retractions", "reviews", "sources",
    "publishers", "occasions", "topics", "agreements", "measures", "evidence",
)  # fmt: skip
TOLD = {
    "updated": "rows had changed in the file and were changed here.",
    "unchanged": "rows were here already, as they are in the file.",
    "repeated": "rows say again what another row says: one statement, with a check of each.",
    "known reviews": "checks were here already, from another archive or another row.",
    "no code": "checks have a label that no table turns into a verdict: it is kept as printed.",
    "mended": "rows had invisible control characters of a wrong encoding: they were taken out.",
    "without address": "sources in the file have no address that we know how to write.",
}
CHANGES = (*ADDED, "updated", "rows added")


class NothingWritten(Exception):
    """Ends the transaction of a run that is to leave nothing."""


class Reporter:
    """Takes what cannot be taken: counts it, keeps the first ones, writes them all to a file."""

    def __init__(self, outcome: Outcome, file: IO[str] | None = None) -> None:
        self.outcome = outcome
        self.table: Any = csv.writer(file) if file else None
        if self.table:
            self.table.writerow(REPORT_COLUMNS)

    def bad(self, row: BadRow) -> None:
        row = _shown(row)
        self.outcome.bad_count += 1
        if len(self.outcome.bad) < MOST_KEPT:
            self.outcome.bad.append(row)
        self._write(row)

    def note(self, row: BadRow) -> None:
        row = _shown(row)
        self.outcome.note_count += 1
        if len(self.outcome.notes) < MOST_KEPT:
            self.outcome.notes.append(row)
        self._write(row)

    def _write(self, row: BadRow) -> None:
        if self.table:
            cells = (row.file, str(row.line), row.reference, row.field, row.reason)
            self.table.writerow([guarded(cell) for cell in cells])


def _shown(row: BadRow) -> BadRow:
    """Returns the row with nothing in it that could not be stored or would garble a terminal."""
    texts = (row.reason, row.reference, row.field)
    reason, reference, name = (_cut(FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", t)) for t in texts)
    return BadRow(row.line, reason, reference, name, row.file)


def amount(count: int, many: str) -> str:
    """Returns "1 row" or "2 rows" for a noun that is called `many`."""
    return f"{count:,} {many.removesuffix('s') if count == 1 else many}"


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MOST_LINE else f"{line[: MOST_LINE - 1]}…"


def carry_out(
    work: Callable[[Bulk, ImportRun, Outcome], None],
    *,
    outcome: Outcome,
    kind: str,
    origin: str,
    file_name: str,
    by: User | None,
    options: dict[str, Any],
    dry_run: bool = False,
    skip_bad_rows: bool = False,
) -> Outcome:
    """Runs an import in one transaction and says what came of it.

    `work` reads and writes; whatever it meets is in `outcome`. Nothing is left when it raises,
    when it is killed, when there were bad rows and they were not to be skipped, when nothing new
    was in the file, and with `dry_run`. Raises `BadFile` where the file cannot be read to its end
    or somebody else changed the same rows meanwhile.
    """
    started = time.monotonic()
    try:
        with _little_tidying(), _room_for_pages(), transaction.atomic():
            bulk = Bulk(by=by)
            run = ImportRun(
                kind=kind, origin=origin[:300], file_name=file_name[:300], by=by, options=options
            )
            run.save(force_insert=True)
            work(bulk, run, outcome)
            outcome.is_refused = bool(outcome.bad_count) and not skip_bad_rows
            if dry_run or outcome.is_refused or not outcome.is_change:
                bulk.flush()  # what the database has to say is a part of a trial
                raise NothingWritten
            run.sha256, run.byte_size = outcome.sha256, outcome.byte_size
            run.counts = {name: count for name, count in sorted(outcome.counts.items()) if count}
            outcome.seconds = time.monotonic() - started
            run.report = outcome.report()
            run.save()
            bulk.finish()
            outcome.is_written, outcome.run = True, run
    except NothingWritten:
        pass
    except IntegrityError as error:
        raise BadFile(
            f"the database refused a row ({_cut(str(error))}): if somebody else is at work on the "
            "same rows, try again"
        ) from error
    outcome.seconds = time.monotonic() - started
    return outcome


@contextlib.contextmanager
def _little_tidying() -> Iterator[None]:
    """Lets Python look for circles of objects now and then; `Bulk.flush` opens those of its rows.

    Left to itself it looks a hundred times a batch, which costs a tenth of the time.
    """
    was_enabled = gc.isenabled()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if was_enabled:
            gc.enable()


@contextlib.contextmanager
def _room_for_pages() -> Iterator[None]:
    """Lets SQLite keep more of its indexes in memory, which spares a third of the writing."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size")
        (before,) = cursor.fetchone()
        cursor.execute(f"PRAGMA cache_size = {-CACHE_KIBIBYTES}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size = {before}")


def in_batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yields the items in lists of at most `size`."""
    batch: list[Item] = []
    for place, item in enumerate(items, start=1):
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
            if not gc.isenabled() and place % TIDIED_EVERY == 0:
                gc.collect()
    if batch:
        yield batch
