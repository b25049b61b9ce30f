"""What was fetched, what waits, and what comes round by itself: here it is only looked at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sources.admin.base import SealedAdmin
from sources.models import Routine, Task
from sources.people import may_administer
from sources.schedule import rounds


class CaptureAdmin(SealedAdmin):
    list_display = [
        "source", "state", "reason", "try_count", "next_try_at", "requested_by", "requested_at",
    ]  # fmt: skip
    list_select_related = ["source", "requested_by"]
    list_filter = ["state", "kind", "is_gone"]
    search_fields = ["source__title", "url"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("snapshot__text")


class WatchAdmin(SealedAdmin):
    list_display = [
        "source", "every_days", "next_check_at", "last_check_at", "failed_count", "gone_at",
        "unreachable_at",
    ]  # fmt: skip
    list_select_related = ["source"]
    list_filter = [
        ("gone_at", admin.EmptyFieldListFilter),
        ("unreachable_at", admin.EmptyFieldListFilter),
    ]
    search_fields = ["source__title", "source__url"]


class RoutineAdmin(SealedAdmin):
    list_display = ["label", "next_at", "started_at", "ended_at", "is_ok", "outcome"]

    @admin.display(description="routine", ordering="code")
    def label(self, routine: Routine) -> str:
        return next((one.label for one in rounds() if one.code == routine.code), routine.code)


class TaskAdmin(SealedAdmin):
    """The queue with its errors: tracebacks are for who keeps the site running."""

    list_display = ["task_name", "status", "enqueued_at", "waits_until", "finished_at", "returned"]
    list_filter = ["status"]
    fields = (
        "task_name", "status", "args_kwargs", "enqueued_at", "waits_until", "started_at",
        "finished_at", "return_value", "exception_class_path", "error",
    )  # fmt: skip
    readonly_fields = fields

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_administer(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and may_administer(request.user)

    @admin.display(description="task", ordering="task_path")
    def task_name(self, task: Task) -> str:
        return str(task.task_path).rpartition(".")[2].replace("_", " ")

    @admin.display(description="not before", ordering="run_after")
    def waits_until(self, task: Task) -> Any:
        return task.waits_until

    @admin.display(description="outcome")
    def returned(self, task: Task) -> str:
        return str(task.return_value or task.exception_class_path or "")

    @admin.display(description="error")
    def error(self, task: Task) -> SafeString | str:
        return format_html("<pre>{}</pre>", task.traceback) if task.traceback else ""
