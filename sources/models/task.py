"""A task of the queue, as the admin shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_tasks_db.models import DBTaskResult, get_date_max

if TYPE_CHECKING:
    from datetime import datetime


class Task(DBTaskResult):
    """Work that waits, goes on or is over, with the error that ended it. The queue writes it."""

    class Meta:
        proxy = True
        ordering = ["-enqueued_at"]
        verbose_name = "task"
        verbose_name_plural = "tasks"

    def __str__(self) -> str:
        return f"{self.task_name} ({self.enqueued_at:%d %B %Y})"

    @property
    def waits_until(self) -> datetime | None:
        """When it may be done; None is at once."""
        return None if self.run_after == get_date_max() else self.run_after
