"""`manage.py verify_bundle FILE`: says whether a proof bundle is what was sealed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from statements.exports import verify_bundle


class Command(BaseCommand):
    """Runs the script that is in every bundle, on a bundle."""

    help = (
        "Checks a proof bundle (/claims/<id>/bundle.zip) with the script that is in every bundle. "
        "Names each file and each part of the archive in which a byte was altered, and exits with "
        "1 then. Needs neither the database nor the network."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="the bundle as it was downloaded")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = Path(options["file"]).read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}") from error
        faults = list(verify_bundle.faults_of(data))
        for line in faults or verify_bundle.summary_of(data):
            self.stdout.write(line)
        if faults:
            raise CommandError(f"{len(faults)} faults.", returncode=1)
        self.stdout.write(self.style.SUCCESS("The bundle is intact."))
