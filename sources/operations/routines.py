"""What comes round by itself: entering it, taking a round, and writing down how it went."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from sources.models import Routine


def begin(code: str) -> None:
    """Enters a routine that is new; its first round is due at the next look."""
    with contextlib.suppress(IntegrityError), transaction.atomic():  # another worker was faster
        Routine.objects.create(code=code, next_at=timezone.now())


def take(code: str, *, every: timedelta) -> bool:
    """Takes the round that is due for this process, and says whether it was there to take."""
    now = timezone.now()
    rows = Routine.objects.filter(code=code, next_at__lte=now)
    return bool(rows.update(next_at=now + every, started_at=now))


def record(code: str, words: str, *, is_ok: bool) -> None:
    """Writes down how a round went."""
    Routine.objects.filter(code=code).update(
        ended_at=timezone.now(), outcome=words[:10_000], is_ok=is_ok
    )


def progress_of(code: str) -> dict[str, Any]:
    """Returns how far a round got that is done in portions; {} where none was begun."""
    rows = Routine.objects.filter(code=code).values_list("progress", flat=True)
    return rows.first() or {}


def save_progress(
    code: str, progress: dict[str, Any], *, after: int, words: str, is_ok: bool
) -> bool:
    """Writes down a portion that was done after another; says whether nobody else was faster.

    `progress` has the number of the portion as `part`.
    """
    rows = Routine.objects.filter(code=code)
    if after:
        rows = rows.filter(progress__part=after)
    return bool(rows.update(progress=progress, outcome=words[:10_000], is_ok=is_ok))
