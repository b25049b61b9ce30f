"""Reading frozen copies again with today's extractor: what it reads otherwise is a row of its own."""

from __future__ import annotations

import hashlib

from django.db import transaction

from sources import blobs, extract
from sources.errors import Invalid
from sources.models import Snapshot, SnapshotText
from sources.operations.common import hold, store


def reread_snapshot(snapshot: Snapshot) -> SnapshotText | None:
    """Reads the stored bytes again; returns the row that was added, None when the text is as before.

    Asked by the shell and nobody else. The copy's own text stays, and every anchor in it; readers
    see nothing of it. The bytes are read outside of the transaction (18 seconds at most). Raises
    `Invalid` with nothing kept when the bytes are not what was frozen, or have no text now.
    """
    if snapshot.media_type not in extract.EXTRACTORS:
        raise Invalid("only pages and PDFs are read by an extractor")
    content = _frozen(snapshot)
    said = f"{snapshot.media_type}; charset={snapshot.charset}" if snapshot.charset else ""
    text = extract.read(
        content, snapshot.media_type, content_type=said, url=snapshot.final_url
    ).text  # fmt: skip
    return _keep(snapshot, text)


def _frozen(snapshot: Snapshot) -> bytes:
    try:
        content = blobs.get(snapshot.sha256)
    except OSError as error:
        raise Invalid("its bytes are gone or cannot be opened") from error
    if hashlib.sha256(content).hexdigest() != snapshot.sha256:
        raise Invalid("its bytes were altered")
    return content


@transaction.atomic
def _keep(snapshot: Snapshot, text: str) -> SnapshotText | None:
    current = hold(snapshot)  # or two people add the same reading at the same moment
    last = current.readings.first() or current
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    if sha256 == last.text_sha256:
        return None
    if not text:
        raise Invalid("no text can be read out of it any more")
    name, version = extract.extractor_of(current.media_type)
    row = SnapshotText(
        snapshot=current, text=text, text_sha256=sha256, extractor=name, extractor_version=version
    )
    store(row)
    return row
