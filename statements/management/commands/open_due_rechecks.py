"""Calls for another look at findings whose day has come."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from statements.operations import open_due_rechecks


class Command(BaseCommand):
    help = (
        "Opens an entry in the desk's inbox for every published finding whose day to look again "
        "has come. Workers do it every hour; a second run changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        opened = len(open_due_rechecks())
        self.stdout.write(
            self.style.SUCCESS(f"{opened:,} finding{'' if opened == 1 else 's'} to look at again.")
        )
