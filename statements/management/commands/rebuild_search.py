"""`manage.py rebuild_search`: makes all search documents and counts again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from sources.operations import raise_publication_number
from statements import search


class Command(BaseCommand):
    help = (
        "Makes the documents that search and lists read again, from the claims as they stand. "
        "Operations keep them by themselves; this is for after a restored backup, or when a "
        "newer version compares words in another way."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        def progress(done: int) -> None:
            if self.stderr.isatty():
                self.stderr.write(f"\r{done:,} claims", ending="")

        made = search.rebuild(progress=progress)
        raise_publication_number()
        self.stdout.write(
            f"{made['claims']:,} claims: {made['public']:,} documents for the public, "
            f"{made['staff']:,} for people with a role."
        )
