"""`manage.py import_factchecks`: takes over an archive of fact checks, whole or not at all."""

from __future__ import annotations

import contextlib
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from sources.errors import Refused
from sources.people import Role, has_role
from statements.imports.factchecks import MOST_ORIGIN, import_factchecks, origin_of
from statements.imports.lines import BadFile
from statements.imports.options import Options
from statements.imports.rules import own_rules, read_rules
from statements.imports.runs import Outcome
from statements.management.progress import SECONDS_BETWEEN


class Command(BaseCommand):
    """Reads JSON Lines, packed or not, and writes what is new in it."""

    help = (
        "Takes over fact checks from a file of JSON Lines (also .gz): speakers, statements, claims "
        "and what others found. The claims are new and hidden. With --own-archive the findings of "
        "that publisher are published as our own older ones, marked as imported. Run again, it "
        "adds only what is new. A file with a broken row changes nothing, unless --skip-bad-rows "
        "says otherwise. docs/imports.md has the fields."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="JSON Lines, UTF-8; may be packed with gzip")
        parser.add_argument(
            "--origin",
            default="",
            help="what the archive is called in references; the same for all its files, now and "
            "later (without it: the start of the file's name)",
        )
        parser.add_argument(
            "--own-archive",
            metavar="PUBLISHER",
            default="",
            help="publish the findings of this publisher as our own older ones",
        )
        parser.add_argument("--claims", type=Path, help="wording of claims: slug, claim")
        parser.add_argument("--checkers", type=Path, help="labels as printed: slug, ratings")
        parser.add_argument(
            "--labels", type=Path, help="another table of labels than fixtures/imports.json"
        )
        parser.add_argument("--by", default="", metavar="USER", help="who answers for it")
        add_common_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            rules = read_rules(options["labels"]) if options["labels"] else own_rules()
            chosen = Options(
                origin=_origin(options["origin"]) or origin_of(path.name),
                own=options["own_archive"].strip(),
                rules=rules,
                claims=options["claims"],
                checkers=options["checkers"],
                dry_run=options["dry_run"],
                skip_bad_rows=options["skip_bad_rows"],
            )
            with path.open("rb") as file, report_file(options["report"]) as report:
                outcome = import_factchecks(
                    file,
                    name=path.name,
                    by=_person(options["by"]),
                    options=chosen,
                    report=report,
                    tell=Progress(self, path.stat().st_size),
                )
        except OSError as error:
            raise CommandError(
                f"{error.filename}: {error.strerror}\nNothing was changed."
            ) from error
        except (BadFile, Refused) as error:
            raise CommandError(f"{error}\nNothing was changed.") from error
        tell_outcome(self, outcome, dry_run=options["dry_run"])


def add_common_arguments(parser: ArgumentParser) -> None:
    """Adds what every import takes."""
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would happen, change nothing"
    )
    parser.add_argument(
        "--skip-bad-rows", action="store_true", help="leave broken rows out and take the others"
    )
    parser.add_argument(
        "--report", type=Path, metavar="FILE", help="write every row that was left out as CSV"
    )


def report_file(path: Path | None) -> Any:
    """Returns the report, opened, or nothing."""
    if path is None:
        return contextlib.nullcontext()
    return path.open("w", encoding="utf-8", newline="")


def _origin(text: str) -> str:
    if len(text) > MOST_ORIGIN or not all(part.isalnum() or part in "-_." for part in text):
        raise CommandError(
            f"--origin takes letters, digits, dots and dashes, {MOST_ORIGIN} at most."
        )
    return text


def _person(name: str) -> User | None:
    if not name:
        return None
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None or not has_role(user, Role.EDITOR):
        raise CommandError(f"--by: {name} is no active editor.")
    return user


class Progress:
    """Keeps a line at a terminal: rows, and how much of the file is read."""

    def __init__(self, command: BaseCommand, byte_size: int) -> None:
        self.out = command.stderr
        self.byte_size = byte_size
        self.shown = 0.0

    def __call__(self, rows: int, byte_count: int) -> None:
        is_last = byte_count >= self.byte_size
        if not self.out.isatty() or not (
            is_last or time.monotonic() - self.shown > SECONDS_BETWEEN
        ):
            return
        self.shown = time.monotonic()
        percent = 100 * byte_count // max(self.byte_size, 1)
        self.out.write(f"\r{rows:,} rows, {percent} % of the file", ending="\n" if is_last else "")
        self.out.flush()


def tell_outcome(command: BaseCommand, outcome: Outcome, *, dry_run: bool) -> None:
    """Prints the summary; raises `CommandError` where bad rows kept the file out."""
    for line in outcome.summary():
        command.stdout.write(line)
    if outcome.is_refused:
        raise CommandError(
            "Nothing was changed: mend these rows, or leave them out with --skip-bad-rows."
        )
    if dry_run:
        command.stdout.write("This was a trial: nothing was changed.")
    elif not outcome.is_written:
        command.stdout.write(command.style.SUCCESS("Nothing is new: nothing was changed."))
    else:
        command.stdout.write(
            command.style.SUCCESS(f"Done: import {outcome.run.pk if outcome.run else ''}.")
        )
