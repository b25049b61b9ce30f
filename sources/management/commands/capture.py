"""`manage.py capture URL`: fetches a page at once, and keeps it as a source with a frozen copy."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from sources.errors import Refused
from sources.models import Capture
from sources.operations import ask_for_capture, find_or_create_source, find_source, run_capture
from sources.operations.filling import FILLABLE
from sources.people import Role, has_role
from sources.vocabulary import CaptureState


class Command(BaseCommand):
    """Does here and now what the desk leaves to a worker."""

    help = (
        "Fetches a page now and keeps it: the source is found by its address or added, the copy is "
        "frozen, and title, author, date and publisher are filled in where they are not known. "
        "Prints what was kept. Exits with 1 when there is no copy, and says why."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", help="the address of the page")
        parser.add_argument(
            "--by", default="", metavar="USER", help="who adds it (default: the only contributor)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        person, url = _person(options["by"]), options["url"]
        try:
            with transaction.atomic():
                known = find_source(url)
                source = known or find_or_create_source(by=person, url=url)[0]
                fills = () if known and known.snapshots.exists() else FILLABLE
                asked = ask_for_capture(source, by=person, fills=fills)
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal
        row = run_capture(asked.pk)
        if row is None:
            raise CommandError("A worker fetches this page at this moment.", returncode=1)
        if row.state not in (CaptureState.KEPT, CaptureState.UNCHANGED):
            later = f" Next try: {row.next_try_at:%d %b %Y, %H:%M} UTC." if row.next_try_at else ""
            raise CommandError(f"No copy: {row.reason}.{later}", returncode=1)
        self._tell(row)

    def _tell(self, row: Capture) -> None:
        row.source.refresh_from_db()
        source, snapshot = row.source, row.snapshot
        lines = [
            ("source", f"{source.public_id}  {source.title}"),
            ("author", source.author),
            ("publisher", source.publisher.name if source.publisher else ""),
            ("published", source.published_on.isoformat() if source.published_on else ""),
            ("address", source.url),
        ]
        if snapshot is not None:
            lines += [
                ("read at", snapshot.final_url),
                ("snapshot", f"{snapshot.public_id}  {snapshot.media_type}"),
                ("sha256", snapshot.sha256),
                (
                    "size",
                    f"{snapshot.byte_size:,} bytes, {len(snapshot.text):,} characters of text",
                ),
            ]
        for name, value in lines:
            if value:
                self.stdout.write(f"{name:<10} {value}")
        self.stdout.write(self.style.SUCCESS(f"{row.get_state_display()}."))


def _person(name: str) -> User:
    """Returns who answers for the source: the named user, or the only one who could."""
    if name:
        user = User.objects.filter(username=name).first()
        if user is None or not has_role(user, Role.CONTRIBUTOR):
            raise CommandError(f"{name} is nobody who may add sources.", returncode=1)
        return user
    groups = (Role.CONTRIBUTOR, Role.CHECKER, Role.EDITOR)
    users = User.objects.filter(is_active=True, groups__name__in=groups).distinct()[:2]
    if len(users) != 1:
        raise CommandError("Say who adds the source: --by USER.", returncode=1)
    return users[0]
