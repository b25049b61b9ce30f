"""Frozen copies of sources: every snapshot is stored here, however it was come by."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from sources import blobs, extract, followers
from sources.canonical import canonical_address
from sources.errors import Invalid
from sources.models import Snapshot, SnapshotArchive, Source
from sources.operations.common import announce_change, store
from sources.operations.suggesting import suggest_for
from sources.people import Role, require
from sources.readings import PageLinks, Reading
from sources.texts import clean, clean_line
from sources.vocabulary import SnapshotMethod

if TYPE_CHECKING:
    from django.contrib.auth.models import User

NO_LINKS = PageLinks()


@transaction.atomic
def add_snapshot_text(
    source: Source, *, by: User, text: str, archive_url: str = "", final_url: str = ""
) -> Snapshot:
    """Keeps pasted text as a frozen copy; the same text again is the same snapshot."""
    require(by, Role.CONTRIBUTOR, "add snapshots")
    text = clean(text, "text", required="paste the text of the source", most=2_000_000)
    return _keep(
        source, by=by, content=text.encode(), media_type="text/plain", text=text,
        method=SnapshotMethod.PASTED, archive_url=_address(archive_url, "archive_url"),
        final_url=_address(final_url, "final_url"),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody sent, and what was read out of it."""

    content: bytes
    media_type: str
    reading: Reading


def read_upload(name: str, content: bytes, *, url: str = "") -> Upload:
    """Reads a file that somebody sent; `url` is the address of the page that it is a copy of.

    A process of its own does it and may take 18 seconds: call this outside of any transaction, or
    nobody can write meanwhile. Raises `Invalid` for what cannot be kept.
    """
    if not content:
        raise Invalid("the file is empty", field="file")
    if len(content) > extract.MAX_BYTES:
        raise Invalid("the file is larger than 20 MB", field="file")
    media_type = extract.media_type_of(name, content)
    return Upload(content, media_type, extract.read(content, media_type, url=url))


@transaction.atomic
def add_snapshot_file(
    source: Source, *, by: User, upload: Upload, archive_url: str = ""
) -> Snapshot:
    """Keeps an uploaded file as a frozen copy, with the text that was read out of it."""
    require(by, Role.CONTRIBUTOR, "add snapshots")
    reading = upload.reading
    return _keep(
        source, by=by, content=upload.content, media_type=upload.media_type, text=reading.text,
        charset=reading.charset, about=reading.about.as_json(), links=reading.links,
        method=SnapshotMethod.UPLOADED, archive_url=_address(archive_url, "archive_url"),
    )  # fmt: skip


def _address(url: str, field: str) -> str:
    """Returns an address as it is stored; refuses in words what is none of the web."""
    url = clean_line(url, field, most=2000)
    if url:
        try:
            canonical_address(url)
        except Invalid as error:
            raise Invalid(str(error), field=field) from error
    return url


def _keep(source: Source, *, by: User, content: bytes, text: str, **values: Any) -> Snapshot:
    row, is_new = keep_snapshot(source, by=by, content=content, text=text, **values)
    if is_new:
        announce_change(source)
    return row


def keep_snapshot(
    source: Source,
    *,
    by: User | None,
    content: bytes,
    media_type: str,
    text: str,
    captured_at: datetime | None = None,
    links: PageLinks = NO_LINKS,
    **values: Any,
) -> tuple[Snapshot, bool]:
    """Stores a frozen copy, or finds the one with these bytes; returns it and whether it is new.

    Every snapshot is stored here. The caller holds the transaction and ends it with
    `announce_change` when the copy is new.
    """
    sha256 = blobs.put(content)
    known = source.snapshots.filter(sha256=sha256, media_type=media_type).first()
    if known:
        return known, False
    row = Snapshot(
        source=source, captured_at=captured_at or timezone.now(), captured_by=by, sha256=sha256,
        byte_size=len(content), media_type=media_type, text=text,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(), **values,
    )  # fmt: skip
    store(row)
    suggest_for(row, links)
    for follow in followers.of_snapshot_added:
        follow(row)
    return row, True


@transaction.atomic
def add_archive_link(snapshot: Snapshot, *, by: User, url: str) -> SnapshotArchive:
    """Says where a public archive has the page of a snapshot; the snapshot stays as it is."""
    require(by, Role.CONTRIBUTOR, "add archive links")
    url = clean(url, "url", required="paste the address of the archived page", most=2000)
    row = SnapshotArchive(snapshot=snapshot, url=_address(url, "url"), added_by=by)
    store(row)
    announce_change(snapshot.source)
    return row
