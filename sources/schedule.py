"""What comes round by itself: no cron is needed, every worker looks once in a while.

Each routine is a row. Whoever is first to move its `next_at` does it; so any number of workers may
look, none does a round twice, and a worker that is killed loses one round and no more.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from sources import blobs, followers
from sources.followers import Round
from sources.models import Routine
from sources.operations.captures import look_again, resume_captures
from sources.operations.routines import begin, record, take
from sources.operations.watches import begin_watches, due_watches
from sources.tasks import begin_verifying, queued_captures, resume_verifying

logger = logging.getLogger(__name__)

TASKS_KEPT_FOR = timedelta(days=30)


def _resume() -> str:
    resume_verifying()
    count = resume_captures(besides=queued_captures())
    return f"{count} captures put back into the queue" if count else "nothing was left behind"


def _look_again() -> str:
    begin_watches()
    watches = due_watches()
    for watch in watches:
        look_again(watch)
    return f"{len(watches)} pages to look at again"


def _verify() -> str:
    begin_verifying()
    return ""


def _tidy() -> str:
    old = DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - TASKS_KEPT_FOR)
    count, swept = old.delete()[0], blobs.sweep()
    return f"{count} finished tasks and {swept} unfinished files removed"


ROUNDS = (
    Round("resume", "Put captures of ended workers back", timedelta(minutes=1), _resume),
    Round("look-again", "Look at pages again", timedelta(minutes=10), _look_again),
    Round("verify", "Verify the frozen copies", timedelta(days=1), _verify),
    Round("tidy", "Remove what is over", timedelta(days=1), _tidy),
)


def rounds() -> tuple[Round, ...]:
    """Returns all that comes round: for the sources, and what others have entered."""
    return (*ROUNDS, *followers.rounds)


def tick() -> list[str]:
    """Does every routine whose time has come, and returns their codes (a query when none has)."""
    now = timezone.now()
    waiting = dict(Routine.objects.values_list("code", "next_at"))
    done = []
    for one in rounds():
        if one.code not in waiting:
            begin(one.code)
        elif waiting[one.code] <= now and take(one.code, every=one.every):
            _run(one)
            done.append(one.code)
    return done


def _run(one: Round) -> None:
    try:
        words: Any = one.do()
    except Exception as error:
        # It comes round again; the worker goes on with everything else.
        logger.exception("The routine %s failed", one.code)
        record(one.code, f"{type(error).__name__}: {error}", is_ok=False)
        return
    if words:
        record(one.code, words, is_ok=True)
