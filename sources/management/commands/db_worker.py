"""`manage.py db_worker`: does the work that waits, and what comes round by itself."""

from __future__ import annotations

import logging
import os
import signal
import threading
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

from django.db import close_old_connections, connection
from django_tasks_db.management.commands import db_worker

from sources import schedule

logger = logging.getLogger(__name__)
SECONDS_BETWEEN_LOOKS = 20


class Command(db_worker.Command):
    """The worker of django-tasks-db, with a second thread that looks at the schedule.

    So nothing else has to be set up: no cron, no timer. With --batch it looks once, at the start.
    """

    help = (
        "Does the work that waits in the queue: fetching sources, looking at them again, verifying "
        "copies. Also starts what comes round by itself. Runs until it is stopped; as many as you "
        "like may run, on as many machines as you like."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--while-open",
            type=int,
            metavar="FD",
            help="end when this pipe is closed at its other end (make demo)",
        )

    def handle(self, **options: Any) -> None:
        pipe = options.pop("while_open", None)
        if pipe is not None:
            threading.Thread(target=_end_with, args=[pipe], daemon=True, name="pipe").start()
        if options["batch"]:
            schedule.tick()
        else:
            threading.Thread(target=_keep_looking, daemon=True, name="schedule").start()
        super().handle(**options)


def _end_with(pipe: int) -> None:
    """Waits until nobody holds the other end, then asks this process to end, as Ctrl-C would."""
    with suppress(OSError):
        while os.read(pipe, 1):
            pass
    os.kill(os.getpid(), signal.SIGTERM)


def _keep_looking() -> None:
    pause = threading.Event()
    while True:
        close_old_connections()
        try:
            schedule.tick()
        except Exception:
            # The database is away, for example: so is the worker's own connection, and it waits.
            logger.exception("The schedule could not be read")
        finally:
            connection.close()
        pause.wait(SECONDS_BETWEEN_LOOKS)
