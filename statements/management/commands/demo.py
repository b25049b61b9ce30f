"""`manage.py demo`: fills an empty database with sample data and the log-ins to try it."""

from __future__ import annotations

import os
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from sources.people import Role
from statements.imports.demo import BadScript, Outcome, run_demo, sample_people
from statements.models import Claim, Site

# Printed, and known to everybody: whoever makes a demo makes these log-ins.
PASSWORD = "sample-data-only"  # noqa: S105 - of the demo's log-ins


class Command(BaseCommand):
    """Carries out `fixtures/demo.json` through the operations; a second run changes nothing."""

    help = (
        "Fills the database with sample data: claims in every state, with people, sources and a "
        "real history. Every page then says that it is sample data. Run again, it adds only what "
        "is missing. `make demo` calls it; elsewhere set DEMO=true to say that you mean it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--file", type=Path, default=None, help="another script than fixtures/demo.json"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self._refuse_elsewhere()
        started = time.monotonic()
        try:
            outcome = run_demo(options["file"], password=PASSWORD, tell=self._tell)
        except (BadScript, OSError, ValueError) as error:
            raise CommandError(f"{error}\nNothing was changed.") from error
        self._summarise(outcome, time.monotonic() - started, options["file"])

    def _refuse_elsewhere(self) -> None:
        """Demo log-ins have a password that everybody knows: never beside real work."""
        if not settings.DEBUG and os.environ.get("DEMO", "").lower() not in ("1", "true", "yes"):
            raise CommandError(
                "This is no demo. The command makes log-ins whose password everybody knows; "
                "for a site of your own run `manage.py setup`. Run `make demo` for the sample "
                "site, or set DEMO=true if this database may hold sample data."
            )
        try:
            is_sample = Site.load().is_sample
            ready = Group.objects.filter(name=Role.EDITOR).exists()
            holds_work = User.objects.exists() or Claim.objects.exists()
        except DatabaseError as error:
            raise CommandError("Run `manage.py migrate` first.") from error
        if not ready:
            raise CommandError("Run `manage.py migrate` first.")
        if holds_work and not is_sample:
            raise CommandError(
                "This database holds a site of its own. Set DATABASE_URL to an empty one for the "
                "sample data."
            )

    def _tell(self, step: int, of: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\rstep {step} of {of}", ending="\n" if step == of else "")

    def _summarise(self, outcome: Outcome, seconds: float, file: Path | None) -> None:
        if outcome.changed:
            added = ", ".join(f"{number} {kind}" for kind, number in outcome.added.items())
            self.stdout.write(
                self.style.SUCCESS(f"Sample data: {outcome.done} steps in {seconds:.1f} s.")
            )
            self.stdout.write(f"Added: {added or 'nothing'}.")
        else:
            self.stdout.write("Sample data: all there, nothing changed.")
        self.stdout.write(f"\nPublic site  {settings.SITE_URL}/")
        self.stdout.write(f"Log in at    {settings.SITE_URL}/admin/ with one of")
        for username, role in sample_people(file):
            self.stdout.write(f"  {username:<8} {role}")
        self.stdout.write(f"Password     {PASSWORD}")
