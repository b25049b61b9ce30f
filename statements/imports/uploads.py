"""A file that was sent to the desk: which one it is, and what came of it, for a page or the queue."""

from __future__ import annotations

import io
import zlib
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings

from statements.imports.factchecks import import_factchecks
from statements.imports.options import Options
from statements.imports.runs import Outcome, amount

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# A packed file may hold so many times what may be sent.
UNPACKED = 8
MOST_SHOWN = 50
GZIP, GZIP_ALONE = b"\x1f\x8b", 16 + zlib.MAX_WBITS
# What a file of this many bytes costs is still a second or two: more is the queue's work.
AT_ONCE = 256_000


@dataclass(frozen=True, slots=True)
class Upload:
    """What was tried, and who tried it: just this is imported, and by nobody else."""

    sha256: str
    name: str
    origin: str
    skip_bad_rows: bool
    by: int  # primary key of the person

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page says of a run. `run` is the primary key of what was kept of it, if anything was."""

    told: list[str] = field(default_factory=list)
    rows_to_add: str = ""
    is_change: bool = False
    is_refused: bool = False
    left_out: list[str] = field(default_factory=list)
    left_out_count: int = 0
    examples: list[dict[str, str]] = field(default_factory=list)
    added: str = ""
    run: int | None = None

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        # What a row says is looked at batch by batch, the rows of the file come in its order.
        left_out = sorted([*outcome.bad, *outcome.notes], key=lambda row: row.line)
        return cls(
            told=outcome.told(),
            rows_to_add=amount(outcome.rows_to_add, "rows"),
            is_change=outcome.is_change,
            is_refused=outcome.is_refused,
            left_out=[str(row) for row in left_out[:MOST_SHOWN]],
            left_out_count=outcome.bad_count + outcome.note_count,
            examples=outcome.examples,
            added=amount(outcome.counts["rows added"], "rows"),
            run=outcome.run.pk if outcome.run else None,
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def is_small(content: bytes) -> bool:
    """Says whether somebody may wait for it with the page open: by what it holds, if it is packed."""
    if not content.startswith(GZIP):
        return len(content) <= AT_ONCE
    packed = zlib.decompressobj(GZIP_ALONE)
    try:
        held = len(packed.decompress(content, AT_ONCE + 1))
    except zlib.error:
        return True  # it is damaged, which is told at once
    return held <= AT_ONCE and not packed.unused_data


def carry_out(content: bytes, upload: Upload, *, by: User, dry_run: bool) -> Shown:
    """Tries or imports a file, all of it or nothing. Raises `BadFile`."""
    outcome = import_factchecks(
        io.BytesIO(content),
        name=upload.name,
        by=by,
        options=Options(
            origin=upload.origin,
            dry_run=dry_run,
            skip_bad_rows=upload.skip_bad_rows,
            most_bytes=UNPACKED * settings.MAX_UPLOAD_MEGABYTES * 1024 * 1024,
        ),
    )
    return Shown.of(outcome)
