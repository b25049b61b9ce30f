"""Fetching the page of a source: asking for it, doing it, and keeping what came.

The network is never waited for inside a transaction or a request. A capture is a row: it is claimed
in one short transaction, fetched and read outside of any, and ended in another one, together with
all that follows from the copy. A process that is killed in between leaves a claim that runs out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from sources import blobs, capture, extract, followers, warc
from sources.direct import insert
from sources.errors import CaptureFailed, Invalid
from sources.models import Capture, Snapshot, Source, Watch
from sources.models.capture import OPEN
from sources.operations.common import announce_change, hold
from sources.operations.filling import FILLABLE, filled_in
from sources.operations.snapshots import keep_snapshot
from sources.operations.watches import next_check, note_visit
from sources.people import Role, require
from sources.reader import TooBusy
from sources.readings import Reading
from sources.vocabulary import CaptureKind, CaptureState, SnapshotMethod

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# After each try that failed and may pass, how long until the next; after the last there is none.
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
)
# A try takes 40 seconds at most. One that says nothing for so long was killed with its process.
LEASE = timedelta(minutes=5)
NO_READING = Reading("")
MOST_TRIES = len(PAUSES) + 1
BROKEN_OFF = "reading this page broke our process off each time: paste its text or upload a copy"
OUR_FAULT = "something went wrong here, not there: an administrator can see what"


# ---- asking ---------------------------------------------------------------------------------


@transaction.atomic
def ask_for_capture(
    source: Source,
    *,
    by: User | None,
    kind: str = CaptureKind.COPY,
    fills: Iterable[str] = (),
) -> Capture:
    """Puts the page of a source into the queue, once; returns the capture that is open for it.

    One that waits for its next try is tried at once. `by` is None for the schedule. `fills` are
    the fields of the source that the page may fill in.
    """
    if by is not None:
        require(by, Role.CONTRIBUTOR, "have sources fetched")
    if not source.url:
        raise Invalid("give the source an address first: there is nothing to fetch", field="url")
    _hold(source)  # or two people open two captures at the same moment
    now = timezone.now()
    row = source.captures.filter(state__in=OPEN).first()
    if row is None:
        row = Capture(
            source=source, url=source.url, kind=kind, requested_by=by, requested_at=now,
            next_try_at=now, fills=[name for name in FILLABLE if name in set(fills)],
        )  # fmt: skip
        insert(row)
    elif by is None:
        return row
    else:
        is_more = row.kind == CaptureKind.LINK and kind == CaptureKind.COPY
        if is_more:  # also while it runs: it goes on with the copy then
            row.kind, row.requested_by = CaptureKind.COPY, by
            row.fills = [name for name in FILLABLE if name in set(fills)]
        if row.state == CaptureState.QUEUED:
            row.next_try_at = now
        row.save(update_fields=["kind", "requested_by", "fills", "next_try_at"])
        if row.state != CaptureState.QUEUED:
            return row
    _queue(row)
    return row


def _hold(source: Source) -> Source:
    """Locks a source against other captures, and not against who cites it at this moment.

    Whoever cites locks the claim first and then refers to the source; a copy that has come goes
    the other way round. With the weaker lock neither waits for the other.
    """
    return Source.objects.select_for_update(no_key=True).get(pk=source.pk)


def resume_captures(*, besides: Collection[int] = ()) -> int:
    """Queues again what waits without a task: left by a killed worker or a lost queue.

    `besides` are the captures whose task is in the queue: a busy worker will come to them.
    """
    late = timezone.now() - timedelta(minutes=1)
    waiting = Capture.objects.filter(state__in=OPEN, next_try_at__lte=late).exclude(pk__in=besides)
    rows = list(waiting[:1_000])
    for row in rows:
        _queue(row)
    return len(rows)


def _queue(row: Capture) -> None:
    for follow in followers.of_capture_queued:
        follow(row)


# ---- doing ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """What a try brought: a page that was read, or that the copy we have still holds."""

    page: capture.Fetched
    media_type: str = ""
    reading: Reading = NO_READING
    unchanged: Snapshot | None = None
    is_there: bool = False


def run_capture(pk: int) -> Capture | None:
    """Does one try of a capture now, and returns it; None when there is nothing to do.

    That is so when it is over, when it waits for a later try, and when another process has it: any
    number of tasks may name the same capture. Takes 40 seconds at most. Never raises `CaptureFailed`:
    the reason stands in the row. A fault of ours is recorded and raised.
    """
    row = _claim(pk)
    if row is None:
        return None
    if row.try_count > MOST_TRIES:  # the last one said nothing: it was killed
        return _end_badly(row, CaptureFailed(BROKEN_OFF, was_reached=True))
    try:
        found = _look(row)
        return _end_well(row, found)
    except CaptureFailed as failure:
        return _end_badly(row, failure)
    except Invalid as refusal:
        may_pass = isinstance(refusal, TooBusy)
        return _end_badly(row, CaptureFailed(str(refusal), may_pass=may_pass, was_reached=True))
    except Exception:
        _end_badly(row, CaptureFailed(OUR_FAULT, may_pass=True, was_reached=True))
        raise


def _claim(pk: int) -> Capture | None:
    """Takes a capture for this process, in one statement; its claim runs out by itself."""
    now = timezone.now()
    claimed = Capture.objects.filter(pk=pk, state__in=OPEN, next_try_at__lte=now).update(
        state=CaptureState.RUNNING,
        started_at=now,
        next_try_at=now + LEASE,
        try_count=F("try_count") + 1,
    )
    return Capture.objects.select_related("source").get(pk=pk) if claimed else None


def _look(row: Capture) -> Found:
    """Fetches and reads, without any change of ours."""
    if row.kind == CaptureKind.LINK:
        return Found(capture.fetch(row.url, wants_body=False), is_there=True)
    fetched = row.source.snapshots.filter(method=SnapshotMethod.FETCHED)
    last = fetched.last_seen_first().first()
    # Only of the address that the copy was taken from: another page may have the same tags.
    is_of_it = last and last.captures.filter(state=CaptureState.KEPT, url=row.url).exists()
    page = capture.fetch(
        row.url,
        etag=last.etag if last and is_of_it else "",
        last_modified=last.last_modified if last and is_of_it else "",
        tagged_url=last.final_url if last else "",
    )
    if page.is_unchanged:
        return Found(page, unchanged=last)
    media_type = extract.media_type_sent(page.content_type, page.body)
    reading = extract.read(
        page.body, media_type, content_type=page.content_type, url=page.final_url
    )
    if not reading.text and media_type.startswith("text/"):
        raise CaptureFailed(
            "the page shows no text without running its script: paste its text or upload a copy",
            was_reached=True,
        )
    found = Found(page, media_type, reading)
    return Found(page, unchanged=last) if last and _is_same(last, found) else found


def _is_same(last: Snapshot, found: Found) -> bool:
    """Says whether a page still says what the copy says: its bytes differ at almost every visit."""
    text = found.reading.text
    return bool(text) and last.media_type == found.media_type and last.text == text


# ---- ending ---------------------------------------------------------------------------------


def _end_well(row: Capture, found: Found) -> Capture:
    # Before the transaction: a blob without a row does no harm, and the network may be slow here
    # too, when the storage is a bucket.
    is_copy = not (found.unchanged or found.is_there)
    warc_sha256 = blobs.put(warc.write(found.page.exchanges)) if is_copy else ""
    if is_copy:
        blobs.put(found.page.body)
    with transaction.atomic():
        source = _hold(row.source)
        current = hold(row)
        if not _is_ours(current, row):
            return current
        found_before = source.captures.exclude(snapshot=None).order_by("-ended_at", "-id")
        last = found_before.values_list("snapshot", flat=True).first()
        if found.is_there and current.kind == CaptureKind.COPY:  # a person asked meanwhile
            current.state, current.next_try_at = CaptureState.QUEUED, timezone.now()
            current.save()
            _queue(current)
            return current
        is_new = False
        if is_copy:
            current.snapshot, is_new = keep_snapshot(
                source,
                by=row.requested_by,
                content=found.page.body,
                media_type=found.media_type,
                text=found.reading.text,
                captured_at=found.page.fetched_at,
                method=SnapshotMethod.FETCHED,
                final_url=found.page.final_url[:2000],
                http_status=found.page.http_status,
                warc_sha256=warc_sha256,
                etag=found.page.etag,
                last_modified=found.page.last_modified,
                fetch_seconds=round(found.page.seconds, 3),
                charset=found.reading.charset,
                about=found.reading.about.as_json(),
                links=found.reading.links,
            )
        elif found.unchanged:
            current.snapshot = found.unchanged
        is_filled = is_copy and filled_in(
            source, found.reading.about, found.page.final_url, fills=row.fills, by=row.requested_by
        )
        _end(current, CaptureState.KEPT if is_new else CaptureState.UNCHANGED)
        current.http_status = found.page.http_status
        current.is_return = (
            bool(current.snapshot and last) and not is_new and (current.snapshot_id != last)
        )
        current.save()
        if current.is_return and current.snapshot:
            for follow in followers.of_snapshot_seen_again:
                follow(current.snapshot)
        note_visit(source)
        if is_new or is_filled:
            announce_change(source)
    return current


@transaction.atomic
def _end_badly(row: Capture, failure: CaptureFailed) -> Capture:
    source = _hold(row.source)
    current = hold(row)
    if not _is_ours(current, row):
        return current
    current.reason = str(failure)
    current.http_status = failure.http_status or None
    current.is_gone = failure.is_gone
    if failure.may_pass and current.try_count <= len(PAUSES):
        current.state = CaptureState.QUEUED
        current.next_try_at = timezone.now() + PAUSES[current.try_count - 1]
        current.save()
        _queue(current)
        return current
    _end(current, CaptureState.FAILED)
    current.save()
    note_visit(source, failure)
    return current


def _is_ours(current: Capture, row: Capture) -> bool:
    """Says whether the claim still stands: another process may have taken over a late one."""
    return current.state == CaptureState.RUNNING and current.try_count == row.try_count


def _end(row: Capture, state: CaptureState) -> None:
    row.state = state
    row.ended_at = timezone.now()
    row.next_try_at = None
    if state != CaptureState.FAILED:
        row.reason = ""
        row.is_gone = False


# ---- looking again --------------------------------------------------------------------------


@transaction.atomic
def look_again(watch: Watch, *, by: User | None = None) -> Capture:
    """Asks for another look at a page: a new copy if it changed, or only whether it is there.

    Only pages that were fetched before are fetched again: a copy that a person pasted or uploaded
    may be of a page that shows itself to nobody else.
    """
    source = watch.source
    was_fetched = source.snapshots.filter(method=SnapshotMethod.FETCHED).exists()
    kind = CaptureKind.COPY if was_fetched else CaptureKind.LINK
    row = ask_for_capture(source, by=by, kind=kind)
    Watch.objects.filter(pk=watch.pk).update(next_check_at=next_check(watch))
    return row
