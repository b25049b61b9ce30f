"""`manage.py export`: writes everything public into a folder."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from sources.models import Publication
from statements.exports.files import (
    FILES,
    MANIFEST,
    Written,
    manifest,
    one_moment,
    whole_or_not_at_all,
    write_file,
)

CODES = tuple(dict.fromkeys(file.format for file in FILES.values()))
SECONDS_BETWEEN = 0.2


class Command(BaseCommand):
    """Writes one file a noun, all as of one moment, and a list of them with hashes."""

    help = (
        "Writes everything public into a folder: claims, statements, speakers, sources, evidence "
        "and corrections, as CSV that no spreadsheet runs or as JSON Lines; or the findings as a "
        f"ClaimReview feed. {MANIFEST} beside them says what each column means and the sha256 of "
        "each file. Changes nothing in the database; a file is replaced when the new one is whole."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--format", choices=CODES, action="append", required=True, help="may be given again"
        )
        parser.add_argument(
            "--out", type=Path, required=True, metavar="DIR", help="made where it is not there"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["out"]
        started = time.monotonic()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with one_moment():
                number = Publication.objects.current()
                done = [
                    write_file(file, folder, tell=self._telling(file.name))
                    for file in FILES.values()
                    if file.format in options["format"]
                ]
                self._list(folder, number, done)
        except OSError as error:
            raise CommandError(
                f"{error}\nFiles that were there before are unchanged or new, and none is half."
            ) from error
        for each in done:
            self.stdout.write(
                f"{each.name:<20} {each.rows:>9,} rows {each.byte_size:>13,} bytes  {each.sha256}"
            )
        self.stdout.write(
            self.style.SUCCESS(
                f"Publication {number}: {len(done)} files in {folder}, "
                f"{time.monotonic() - started:.1f} s. They are listed in {MANIFEST}."
            )
        )

    def _list(self, folder: Path, number: int, done: list[Written]) -> None:
        told = manifest(number=number, day=timezone.now().date().isoformat(), written=done)
        with whole_or_not_at_all(folder / MANIFEST) as out:
            out.write(f"{json.dumps(told, ensure_ascii=False, indent=1)}\n".encode())

    def _telling(self, name: str) -> Callable[[int], None] | None:
        """Returns what keeps a line "claims.csv: 12,000 rows" at a terminal; None elsewhere."""
        if not self.stderr.isatty():
            return None
        shown = 0.0

        def tell(rows: int) -> None:
            nonlocal shown
            if time.monotonic() - shown > SECONDS_BETWEEN:
                shown = time.monotonic()
                self.stderr.write(f"\r{name}: {rows:,} rows\r", ending="")
                self.stderr.flush()

        return tell
