"""Puts before the checkers which claims seem to contradict each other."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from statements.operations.contradictions import find_contradictions


class Command(BaseCommand):
    help = (
        "Looks through the typed facts of all claims for pairs that cannot both hold, and "
        "suggests them in the desk's inbox. Suggestions that no longer stand go. It is done for "
        "one claim whenever its fact is typed, and daily by a worker; run this after an import."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        found = find_contradictions()
        self.stdout.write(
            self.style.SUCCESS(
                f"{found.added:,} contradictions suggested, {found.removed:,} taken back."
            )
        )
