"""The five files of a synthetic corpus, read as streams; broken rows are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from sources.errors import Invalid
from statements.imports.corpus_rows import EvidenceRow, evidence_row, key_of
from statements.imports.lines import BadRow, Line, Lines
from statements.imports.runs import Reporter, in_batches

BATCH = 1_000


class CorpusFiles:
    """Reads a folder; `tell` hears of rows and bytes read, `hashes` are those of the files read."""

    def __init__(
        self,
        folder: Path,
        counts: Counter[str],
        reporter: Reporter,
        tell: Callable[[int, int], None],
    ) -> None:
        self.folder = folder
        self.counts = counts
        self.reporter = reporter
        self.tell = tell
        self.hashes: list[str] = []
        self.byte_count = 0
        self._evidence = self._evidence_rows()
        self._ahead: EvidenceRow | None = None  # read already, of a later claim

    def batches(self, name: str) -> Iterator[list[Line]]:
        """Yields the rows of a file that have an id, many at a time."""
        return in_batches(self._lines(name), BATCH)

    def _lines(self, name: str) -> Iterator[Line]:
        with (self.folder / f"{name}.jsonl").open("rb") as file:
            lines = Lines(file)
            for line in lines:
                self.counts["rows"] += 1
                if self.counts["rows"] % BATCH == 0:
                    self.tell(self.counts["rows"], self.byte_count + lines.byte_count)
                if isinstance(line, BadRow):
                    self.reporter.bad(replace(line, file=f"{name}.jsonl"))
                    continue
                try:
                    key_of(line.value, "id")
                except Invalid as refused:
                    self.reporter.bad(BadRow(line.number, f"id: {refused}", file=f"{name}.jsonl"))
                    continue
                yield line
            self.hashes.append(lines.sha256)
            self.byte_count += lines.byte_count

    def evidence_up_to(self, last: int) -> list[EvidenceRow]:
        """Returns the evidence that follows, up to that of the claim `last`."""
        found = []
        while (row := self._ahead or next(self._evidence, None)) is not None:
            self._ahead = None
            if row.claim > last:
                self._ahead = row
                break
            found.append(row)
        return found

    def evidence_left(self) -> Iterator[EvidenceRow]:
        """Yields the evidence that nobody asked for."""
        if self._ahead is not None:
            yield self._ahead
        yield from self._evidence

    def _evidence_rows(self) -> Iterator[EvidenceRow]:
        last = 0
        for line in self._lines("evidence"):
            try:
                row = evidence_row(line)
            except Invalid as refused:
                self.reporter.bad(BadRow.of(line, refused, file="evidence.jsonl"))
                continue
            if row.claim < last:
                self.reporter.bad(
                    BadRow(
                        line.number, "it stands after that of a later claim", file="evidence.jsonl"
                    )
                )
                continue
            last = row.claim
            yield row
