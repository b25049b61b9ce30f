"""`manage.py import_series`: takes over a table of counts as a series, whole or not at all."""

from __future__ import annotations

import json
import tomllib
from argparse import ArgumentParser
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sources.errors import Refused
from sources.people import Role, has_role
from sources.vocabulary import Granularity
from statements.imports.lines import BadFile
from statements.imports.series import Options, Outcome, import_series
from statements.management.commands.import_factchecks import report_file

# Options that a mapping file may give, by their names on the command line.
TEXTS = (
    "measure", "publisher", "place", "name", "granularity", "date_column", "value_column",
    "period_end_column", "lower_column", "upper_column", "date_format", "delimiter", "time_zone",
    "includes", "source", "reported_at",
)  # fmt: skip
SWITCHES = {"sum": "sum_rows", "decimals": "decimals"}
NEEDED = ("measure", "publisher", "date_column", "value_column")


class Command(BaseCommand):
    """Reads a CSV file and records the counts that are new in it."""

    help = (
        "Takes over counts from a CSV file as a series: one counter, one measure, one place. A "
        "file with a broken row changes nothing. Run again, it adds only what is new; a count that "
        "has changed in the file becomes a new vintage beside the old one. An empty cell is no "
        "count. docs/series.md has the rules and examples."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV with a header, UTF-8")
        parser.add_argument(
            "--mapping", type=Path, help="TOML or JSON with these options: date_column = …"
        )
        parser.add_argument("--measure", help="what is counted: the code of a measure")
        parser.add_argument("--publisher", metavar="NAME", help="who counts")
        parser.add_argument("--place", metavar="CODE", help="where: UA, UA-51, Q1899")
        parser.add_argument("--name", help="of the series (without it: measure and --where)")
        parser.add_argument(
            "--granularity",
            choices=Granularity.values,
            help="what one count covers: a night is named by its morning (default: day)",
        )
        parser.add_argument("--date-column", metavar="COLUMN", help="the day of a count")
        parser.add_argument("--value-column", metavar="COLUMN", help="the count")
        parser.add_argument("--period-end-column", metavar="COLUMN", help="its last day")
        parser.add_argument("--lower-column", metavar="COLUMN", help="the least it may be")
        parser.add_argument("--upper-column", metavar="COLUMN", help="the most it may be")
        parser.add_argument(
            "--where",
            action="append",
            metavar="COLUMN=VALUE",
            help="take these rows only; given twice for one column, either value will do",
        )
        parser.add_argument(
            "--sum", action="store_true", default=None, help="add up the rows of one period"
        )
        parser.add_argument(
            "--decimals", action="store_true", default=None, help="counts may have decimals (1.5)"
        )
        parser.add_argument("--date-format", help="how days are written, for example %%d.%%m.%%Y")
        parser.add_argument("--delimiter", help="what parts the columns (default: a comma)")
        parser.add_argument("--time-zone", help="whose days and nights: Europe/Kyiv")
        parser.add_argument("--includes", help="what this counter counts in: decoys …")
        parser.add_argument("--source", metavar="URL", help="the work that these counts stand in")
        parser.add_argument(
            "--reported-at", metavar="TIME", help="when the counter gave them (default: now)"
        )
        parser.add_argument("--by", default="", metavar="USER", help="who answers for it")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen, change nothing"
        )
        parser.add_argument(
            "--report", type=Path, metavar="FILE", help="write every row that is refused as CSV"
        )

    def handle(self, *args: Any, **given: Any) -> None:
        path: Path = given["file"]
        try:
            options = _options(given)
            with report_file(given["report"]) as report:
                outcome = import_series(
                    path.read_bytes(),
                    name=path.name,
                    by=_person(given["by"]),
                    options=options,
                    report=report,
                )
        except OSError as error:
            raise CommandError(
                f"{error.filename}: {error.strerror}\nNothing was changed."
            ) from error
        except (BadFile, Refused) as error:
            raise CommandError(f"{error}\nNothing was changed.") from error
        self.tell(outcome, dry_run=options.dry_run)

    def tell(self, outcome: Outcome, *, dry_run: bool) -> None:
        for line in outcome.summary():
            self.stdout.write(line)
        if outcome.bad:
            raise CommandError("Nothing was changed: mend these rows first.")
        if dry_run:
            self.stdout.write("This was a trial: nothing was changed.")
        elif outcome.run is None:
            self.stdout.write(self.style.SUCCESS("Nothing is new: nothing was changed."))
        else:
            self.stdout.write(self.style.SUCCESS(f"Done: import {outcome.run.pk}."))


def _options(given: dict[str, Any]) -> Options:
    """Returns what the mapping file says, overruled by what the command line says."""
    mapped = _mapping(given["mapping"]) if given["mapping"] else {}
    told = {name: given[name] for name in (*TEXTS, *SWITCHES) if given[name] is not None}
    told = {**mapped, **told}
    told["where"] = [_where(text) for text in given["where"] or []] or mapped.get("where", [])
    lacking = [f"--{name.replace('_', '-')}" for name in NEEDED if not told.get(name)]
    if lacking:
        raise CommandError(f"Say {', '.join(lacking)} as well (or in the --mapping).")
    if told.get("granularity", Granularity.DAY) not in Granularity.values:
        raise CommandError(f"granularity is one of {', '.join(Granularity.values)}.")
    delimiter = told.get("delimiter", ",").replace("\\t", "\t")
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise CommandError("The delimiter is one character, such as ; or \\t.")
    values = {
        **{name: told[name] for name in TEXTS if name in told},
        **{field: told[name] for name, field in SWITCHES.items() if name in told},
        "delimiter": delimiter,
        "where": tuple(told["where"]),
        "reported_at": _moment(told["reported_at"]) if told.get("reported_at") else None,
        "dry_run": given["dry_run"],
    }
    return Options(**values)


def _mapping(path: Path) -> dict[str, Any]:
    text = path.read_text(encoding="utf-8")
    try:
        read: Any = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except ValueError as error:
        raise CommandError(f"{path} cannot be read: {error}") from error
    if not isinstance(read, dict):
        raise CommandError(f"{path} holds no table of options.")
    found = {name.replace("-", "_"): value for name, value in read.items()}
    if unknown := sorted(found.keys() - {*TEXTS, *SWITCHES, "where"}):
        raise CommandError(f"{path}: there is no option {unknown[0]}.")
    where = found.get("where", {})
    if not isinstance(where, dict):
        raise CommandError(f"{path}: write where as a table: column = value.")
    found["where"] = [
        (str(column), str(value))
        for column, values in where.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    for name, value in found.items():
        if name in TEXTS and not isinstance(value, str) and name != "reported_at":
            raise CommandError(f"{path}: {name} is a text.")
        if name in SWITCHES and not isinstance(value, bool):
            raise CommandError(f"{path}: {name} is true or false.")
    return found


def _where(text: str) -> tuple[str, str]:
    column, sign, value = text.partition("=")
    if not sign or not column.strip():
        raise CommandError(f"--where: write COLUMN=VALUE, not {text}.")
    return column.strip(), value.strip()


def _moment(told: Any) -> datetime:
    try:
        moment = (
            datetime.combine(told, datetime.min.time())
            if isinstance(told, date) and not isinstance(told, datetime)
            else datetime.fromisoformat(str(told))
        )
    except ValueError as error:
        raise CommandError(
            f"--reported-at: write 2025-03-27 or 2025-03-27T06:30, not {told}."
        ) from error
    return timezone.make_aware(moment, UTC) if timezone.is_naive(moment) else moment


def _person(name: str) -> User | None:
    if not name:
        return None
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None or not has_role(user, Role.CHECKER):
        raise CommandError(f"--by: {name} is no active fact-checker or editor.")
    return user
