"""Fact checks of others, or of an archive of one's own, from a file of JSON Lines.

Each row becomes a speaker, a statement, the claims that it makes and, per check, an
`ExternalReview`. Such claims are new and hidden, like anything that nobody has looked at. With
`own` the findings of that publisher become our own older verdicts by the action `import`: public,
marked as imported. `docs/imports.md` says what becomes what.

The file is read as a stream and written batch by batch, so memory does not grow with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from django.utils.text import slugify

from sources.errors import Invalid
from sources.texts import FORBIDDEN, clean, clean_line
from statements.imports.importer import Importer
from statements.imports.lines import BadFile, BadRow, Lines
from statements.imports.options import Options
from statements.imports.records import MOST_CLAIM, Reader, Record
from statements.imports.runs import Outcome, Reporter, carry_out, in_batches
from statements.models import ImportRun
from statements.operations.bulk import Bulk

if TYPE_CHECKING:
    from django.contrib.auth.models import User

KIND, OWN_KIND = "fact checks", "own archive"
BATCH = 500
MOST_ORIGIN = 40
MOST_SIDE_FILE_BYTES = 20_000_000


def origin_of(name: str) -> str:
    """Returns how an archive is called when nobody says it: by its file's name."""
    return slugify(name.partition(".")[0])[:MOST_ORIGIN] or "archive"


def import_factchecks(
    file: IO[bytes],
    *,
    name: str,
    by: User | None,
    options: Options,
    report: IO[str] | None = None,
    tell: Callable[[int, int], None] = lambda rows, byte_count: None,
    gather: Callable[[Bulk], Any] = lambda bulk: bulk,
) -> Outcome:
    """Imports a file and returns what came of it; `tell` hears of rows and bytes read.

    Raises `BadFile`, and nothing is left then. `gather` may put something else in the place of
    the bulk writer: a test compares it with the operations.
    """
    outcome = Outcome()
    reporter = Reporter(outcome, report)
    reader = Reader(
        options.rules, options.origin, options.own,
        _claim_texts(options.claims), _labels(options.checkers),
    )  # fmt: skip

    def work(bulk: Bulk, run: ImportRun, outcome: Outcome) -> None:
        lines = Lines(file, most_bytes=options.most_bytes)
        importer = Importer(gather(bulk), run, options, outcome, reporter)
        for batch in in_batches(_records(lines, reader, outcome, reporter), BATCH):
            importer.take(batch)
            tell(outcome.row_count, lines.byte_count)
        tell(outcome.row_count, lines.byte_count)
        outcome.sha256, outcome.byte_size = lines.sha256, lines.byte_count
        if not outcome.row_count:
            raise BadFile("there is no row in this file")

    return carry_out(
        work,
        outcome=outcome,
        kind=OWN_KIND if options.own else KIND,
        origin=options.own or options.origin,
        file_name=name,
        by=by,
        options=options.told(),
        dry_run=options.dry_run,
        skip_bad_rows=options.skip_bad_rows,
    )


def _records(
    lines: Lines, reader: Reader, outcome: Outcome, reporter: Reporter
) -> Iterator[Record]:
    for line in lines:
        outcome.counts["rows"] += 1
        if isinstance(line, BadRow):
            reporter.bad(line)
            continue
        try:
            record = reader.read(line.number, line.value)
        except Invalid as refused:
            reporter.bad(BadRow.of(line, refused))
            continue
        for name in record.ignored:
            if len(outcome.ignored) < 100:
                outcome.ignored[FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", name[:40])] += 1
        yield record


def _claim_texts(path: Path | None) -> dict[str, str]:
    """Reads the wording of claims by slug from a file beside the archive."""
    return {
        clean_line(row.get("slug"), "slug", most=120): clean(
            row.get("claim"), "claim", most=MOST_CLAIM
        )
        for row in _side_rows(path)
    }


def _labels(path: Path | None) -> dict[str, dict[str, str]]:
    """Reads, per checker, the labels as printed by their id."""
    found = {}
    for row in _side_rows(path):
        ratings = row.get("ratings") or []
        found[clean_line(row.get("slug"), "slug", most=200)] = {
            str(rating["id"]): clean_line(rating["name"], "name", most=200)
            for rating in ratings
            if isinstance(rating, dict) and isinstance(rating.get("name"), str) and "id" in rating
        }
    return found


def _side_rows(path: Path | None) -> Iterator[dict[str, Any]]:
    if path is None:
        return
    try:
        with path.open("rb") as file:
            for line in Lines(file, most_bytes=MOST_SIDE_FILE_BYTES):
                if isinstance(line, BadRow):
                    raise BadFile(f"{path.name}, {line}")
                yield line.value
    except OSError as error:
        raise BadFile(f"{path.name} cannot be opened: {error.strerror}") from error
