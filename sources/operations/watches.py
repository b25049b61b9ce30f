"""When the page of a source is looked at again, and how it was found the last time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from sources.models import Source, Watch
from sources.operations.common import announce_change, hold
from sources.people import Role, require

if TYPE_CHECKING:
    from django.contrib.auth.models import User


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


def note_visit(source: Source, *, is_there: bool, is_gone: bool = False) -> bool:
    """Writes down how a page was found and when to look again; says whether it is newly gone."""
    now = timezone.now()
    watch = Watch.objects.filter(source=source).first() or Watch(source=source)
    newly_gone = is_gone and watch.gone_at is None
    watch.last_check_at = now
    watch.next_check_at = next_check(watch)
    watch.failed_count = 0 if is_there else watch.failed_count + 1
    is_back = is_there and watch.gone_at is not None
    if is_there:
        watch.gone_at = None
    elif newly_gone:
        watch.gone_at = now
    watch.save()
    if is_back:
        announce_change(source)
    return newly_gone


def next_check(watch: Watch) -> Any:
    """Returns when a page is looked at again, counted from now; None is never."""
    days = settings.CHECK_EVERY_DAYS if watch.every_days is None else watch.every_days
    return timezone.now() + timedelta(days=days) if days else None
