"""When the page of a source is looked at again, and how it was found the last time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from sources import followers
from sources.capture import REFUSES_US
from sources.errors import CaptureFailed
from sources.models import Source, Watch
from sources.operations.common import announce_change, hold
from sources.people import Role, require
from sources.vocabulary import CaptureState

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# A page is out of reach when so many looks in a row failed, the first of them so long ago. Until
# that is sure, it is looked at again soon.
FAILED_LOOKS = 3
FAILING_FOR = timedelta(days=6)
LOOK_SOON = timedelta(days=3)


def due_watches(*, everything: bool = False) -> list[Watch]:
    """Returns the watches whose day has come, the longest waiting first; or all that are kept."""
    rows = Watch.objects.select_related("source").exclude(source__url="")
    if everything:
        return list(rows.exclude(every_days=0))
    return list(rows.filter(next_check_at__lte=timezone.now())[:500])


@transaction.atomic
def watch_source(source: Source, *, by: User, every_days: int | None) -> Watch:
    """Sets how often the page of a source is looked at again; None is as often as any, 0 never."""
    require(by, Role.CONTRIBUTOR, "say how often sources are looked at")
    hold(source)
    watch = Watch.objects.filter(source=source).first() or Watch(source=source)
    watch.every_days = every_days
    watch.next_check_at = next_check(watch)
    watch.save()
    return watch


def begin_watches() -> int:
    """Enters the pages that the public's view rests on and that nobody looks at yet; says how many.

    A page that was fetched is watched from then on; that of a copy which was pasted, uploaded or
    imported, from its first day in public. They are spread over the days until the next look. Two
    queries, a thousand pages at once: the next call takes the next ones.
    """
    days = settings.CHECK_EVERY_DAYS
    if not days:
        return 0
    now, whole = timezone.now(), timedelta(days=days)
    ids: list[int] = []
    for rested_on in followers.rested_on:
        rows = rested_on().filter(watch=None).exclude(url="").order_by("pk")
        ids += rows.values_list("pk", flat=True)[:1_000]
    Watch.objects.bulk_create(
        [
            Watch(source_id=pk, next_check_at=now + whole * place / len(ids))
            for place, pk in enumerate(ids, 1)
        ],
        ignore_conflicts=True,  # a capture of it may end at this moment
    )
    return len(ids)


def note_visit(source: Source, failure: CaptureFailed | None = None) -> None:
    """Writes down how a page was found and when to look again; who must know of a loss is told.

    Called with the source held, when a look at its page is over.
    """
    now = timezone.now()
    watch = Watch.objects.filter(source=source).first() or Watch(source=source)
    was_gone_at, was_unreachable_at = watch.gone_at, watch.unreachable_at
    watch.last_check_at = now
    watch.next_check_at = next_check(watch)
    if failure is None:
        watch.failed_count, watch.gone_at = 0, None
    else:
        watch.failed_count += 1
        watch.gone_at = was_gone_at or (now if failure.is_gone else None)
    if failure is None or not _is_out_of_reach(source, failure):
        watch.failing_since = watch.unreachable_at = None
    elif watch.gone_at is None:
        watch.failing_since = watch.failing_since or now
        if watch.unreachable_at is None and _is_told(watch):
            watch.unreachable_at = now
        if watch.unreachable_at is None and watch.next_check_at:  # to be sure of it soon
            watch.next_check_at = min(watch.next_check_at, now + LOOK_SOON)
    watch.save()
    if failure and watch.gone_at and was_gone_at is None:
        for follow in followers.of_source_gone:
            follow(source, str(failure))
    if failure and watch.unreachable_at and watch.failing_since and was_unreachable_at is None:
        since = f"{watch.failing_since.day} {watch.failing_since:%B %Y}"
        for follow in followers.of_source_unreachable:
            follow(source, f"since {since}: {failure}")
    if (watch.gone_at is None) != (was_gone_at is None):
        announce_change(source)  # readers are told that the original is gone


def next_check(watch: Watch) -> Any:
    """Returns when a page is looked at again, counted from now; None is never."""
    days = settings.CHECK_EVERY_DAYS if watch.every_days is None else watch.every_days
    return timezone.now() + timedelta(days=days) if days else None


def _is_told(watch: Watch) -> bool:
    now = timezone.now()
    return bool(
        watch.failing_since
        and watch.failed_count >= FAILED_LOOKS
        and now - watch.failing_since >= FAILING_FOR
    )


def _is_out_of_reach(source: Source, failure: CaptureFailed) -> bool:
    """Says whether a failure means that the page cannot be reached, as far as we can tell.

    A server that refuses us and never did otherwise shows its page to people all the same: that
    is why its copy was pasted.
    """
    if failure.is_gone or failure.was_reached:
        return False
    if failure.http_status not in REFUSES_US:
        return True
    answered = (CaptureState.KEPT, CaptureState.UNCHANGED)
    return bool(source.captures.filter(state__in=answered).exists())
