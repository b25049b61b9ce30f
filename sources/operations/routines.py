"""What comes round by itself: entering it, taking a round, and writing down how it went."""

from __future__ import annotations

import contextlib
from datetime import timedelta

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
