"""`manage.py load_corpus`: fills an empty database with a synthetic corpus, for measuring."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sources.errors import Refused
from statements.imports.corpus import FILES, load_corpus
from statements.imports.lines import BadFile
from statements.management.commands.import_factchecks import (
    Progress,
    add_common_arguments,
    report_file,
    tell_outcome,
)


class Command(BaseCommand):
    """Loads five files of JSON Lines by the same path as `import_factchecks`."""

    help = (
        "Loads a synthetic corpus (speakers, sources, statements, claims, evidence as JSON Lines "
        "in one folder) into an empty database, to measure with. The number of a claim becomes "
        "its public id. Every page then says that it is sample data. Never for a real site."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        add_common_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        sizes = [(folder / f"{name}.jsonl") for name in FILES]
        try:
            with report_file(options["report"]) as report:
                outcome = load_corpus(
                    folder,
                    dry_run=options["dry_run"],
                    skip_bad_rows=options["skip_bad_rows"],
                    report=report,
                    tell=Progress(
                        self, sum(path.stat().st_size for path in sizes if path.exists())
                    ),
                )
        except OSError as error:
            raise CommandError(
                f"{error.filename}: {error.strerror}\nNothing was changed."
            ) from error
        except (BadFile, Refused) as error:
            raise CommandError(f"{error}\nNothing was changed.") from error
        tell_outcome(self, outcome, dry_run=options["dry_run"])
