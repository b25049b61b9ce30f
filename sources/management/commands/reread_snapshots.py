"""`manage.py reread_snapshots`: reads the frozen pages and PDFs again with today's extractor."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sources.errors import Invalid
from sources.extract import EXTRACTORS
from sources.models import Snapshot
from sources.operations import reread_snapshot


class Command(BaseCommand):
    """Keeps what is read otherwise beside the copy's own text, in which anchors count."""

    help = (
        "Reads the stored bytes of every page and PDF again, a second each, and keeps the text "
        "where it differs from the last reading. The text that quotes are anchored in stays. "
        "Names each copy that has a new reading, and each that cannot be read; exits with 1 then."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ids", nargs="*", metavar="ID", help="these snapshots only")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Snapshot.objects.filter(media_type__in=tuple(EXTRACTORS)).order_by("id")
        if asked := options["ids"]:
            rows = Snapshot.objects.filter(public_id__in=asked).order_by("id")
            if unknown := sorted(set(asked) - set(rows.values_list("public_id", flat=True))):
                raise CommandError(f"No snapshot has the id {', '.join(unknown)}.", returncode=1)
        looked_at = added = failed = 0
        # One at a time: each takes a second, and no cursor should stay open for hours.
        for pk in list(rows.values_list("pk", flat=True)):
            snapshot = Snapshot.objects.select_related("source").get(pk=pk)
            looked_at += 1
            named = f"snapshot {snapshot.public_id} of “{snapshot.source}”"
            try:
                reading = reread_snapshot(snapshot)
            except Invalid as refusal:
                failed += 1
                self.stdout.write(f"{named}: {refusal}")
                continue
            if reading:
                added += 1
                self.stdout.write(f"{named}: read otherwise by {reading}")
        words = f"{looked_at:,} snapshots read again: {added} read otherwise, {failed} failed"
        if failed:
            raise CommandError(f"{words}.", returncode=1)
        self.stdout.write(self.style.SUCCESS(f"{words}."))
