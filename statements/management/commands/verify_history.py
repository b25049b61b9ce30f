"""`manage.py verify_history`: says whether anybody changed what must never change."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from sources import seals
from statements.management.progress import counted
from statements.models import Claim
from statements.operations import faults_of


class Command(BaseCommand):
    """Recomputes the hash chain of every claim and the hashes of its sealed verdicts."""

    help = (
        "Recomputes the hashes of every claim's history and of its published verdicts, and checks "
        "that the seals of the append-only tables are on. Names what was altered, claim by claim, "
        "and exits with 1 then. Changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "claims", nargs="*", metavar="ID", help="public ids of claims; without any, all claims"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = options["claims"]
        rows = Claim.objects.order_by("id")
        if wanted:
            rows = rows.filter(public_id__in=wanted)
            known = set(rows.values_list("public_id", flat=True))
            if missing := [public_id for public_id in wanted if public_id not in known]:
                raise CommandError(f"There is no claim {', '.join(missing)}.")
        unsealed = seals.missing(connection)
        for table in unsealed:
            self.stdout.write(f"table {table}: its seal is missing; `manage.py migrate` puts it on")
        count, altered, faults = rows.count(), 0, len(unsealed)
        claims = rows.iterator(chunk_size=500)
        for claim in counted(claims, of=count, words="claims", out=self.stderr):
            found = list(faults_of(claim))
            for fault in found:
                self.stdout.write(f"claim {claim.public_id}: {fault}")
            altered += bool(found)
            faults += len(found)
        if faults:
            raise CommandError(f"{faults} faults in {altered} of {count:,} claims.", returncode=1)
        self.stdout.write(self.style.SUCCESS(f"{count:,} claims: history and verdicts are intact."))
