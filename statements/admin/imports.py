"""Import runs in the admin, and the screen that takes over what others found from a file.

Two steps: a trial says what would happen, and only what was tried is imported. In between the file
lies among the blobs under its sha256; the page carries that hash, signed. Both steps of a larger
file are the queue's work: its page says how far they are. An archive of one's own is not taken over
here: that publishes findings, and is a command's business (DOMAIN §4).
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import RegexValidator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_safe
from django_tasks_db.models import DBTaskResult

from sources import blobs
from sources.admin.forms import sentence
from sources.people import Role, has_role
from statements.admin.base import SealedAdmin, admin_url, may_look
from statements.imports.factchecks import MOST_ORIGIN
from statements.imports.lines import BadFile
from statements.imports.uploads import Shown, Upload, carry_out, is_small
from statements.models import ImportRun
from statements.tasks import REFUSED, take_over

SALT = "statements.imports"
SECONDS_TO_CONFIRM = 3_600
TOO_OLD = "The trial is too old. Choose the file again."
LOOK_AGAIN_SECONDS, MOST_SECONDS, FIFTH = 2, 30, timedelta(seconds=5)
# A worker that is up takes a file within seconds; half an hour is more than any file takes.
WORKER_IS_LATE, WORKER_IS_GONE = timedelta(seconds=30), timedelta(minutes=30)


class UploadForm(forms.Form):
    """A file, and what the archive is called."""

    file = forms.FileField(
        label="File",
        help_text="JSON Lines, UTF-8, one check or utterance a line; may be packed with gzip.",
    )
    origin = forms.CharField(
        label="Name of the archive",
        max_length=MOST_ORIGIN,
        validators=[
            RegexValidator(r"^[\w.-]+\Z", "Use letters, digits, dots and dashes, without spaces.")
        ],
        help_text=(
            "One word, the same for every file of this archive, now and later: a row that is here "
            "already is known by it."
        ),
    )
    skip_bad_rows = forms.BooleanField(
        label="Leave broken rows out and take the others", required=False
    )


class ImportRunAdmin(SealedAdmin):
    list_display = ["at", "kind", "origin", "file_name", "claims", "by"]
    list_display_links = ["at"]
    list_select_related = ["by"]
    list_filter = ["kind"]
    search_fields = ["file_name", "origin", "sha256"]
    ordering = ["-id"]
    fields = [
        "at", "by", "kind", "origin", "file_name", "byte_size", "sha256", "numbers", "report_text",
    ]  # fmt: skip
    readonly_fields = ["numbers", "report_text"]
    change_list_template = "desk/import_list.html"

    def claims(self, run: ImportRun) -> int:
        return int(run.counts.get("claims", 0))

    def numbers(self, run: ImportRun) -> str:
        return ", ".join(f"{name}: {count:,}" for name, count in run.counts.items())

    def report_text(self, run: ImportRun) -> str:
        return format_html('<div class="pre">{}</div>', run.report)

    report_text.short_description = "report"  # type: ignore[attr-defined]  # read by the admin

    # ---- taking over a file ------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        view = require_http_methods(["GET", "HEAD", "POST"])(self.upload_view)
        queued = self.admin_site.admin_view(require_safe(self.queued_view))
        return [
            path("upload/", self.admin_site.admin_view(view), name="statements_importrun_upload"),
            path("upload/<uuid:pk>/", queued, name="statements_importrun_queued"),
            *super().get_urls(),
        ]

    def has_upload_permission(self, request: HttpRequest) -> bool:
        """Says who may take over what others found: the claims that come are everybody's work."""
        return may_look(request.user) and has_role(request.user, Role.EDITOR)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        may = {"may_upload": self.has_upload_permission(request)}
        return super().changelist_view(request, may | (extra_context or {}))

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """Asks for a file, says what would come of it, and imports exactly that."""
        if not self.has_upload_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._show(request, UploadForm(label_suffix=""))
        if "tried" in request.POST:
            return self._import(request)
        form = UploadForm(request.POST, request.FILES, label_suffix="")
        if not form.is_valid():
            return self._show(request, form, status=400)
        content = form.cleaned_data["file"].read()
        upload = Upload(
            sha256=hashlib.sha256(content).hexdigest(),
            name=form.cleaned_data["file"].name,
            origin=form.cleaned_data["origin"],
            skip_bad_rows=form.cleaned_data["skip_bad_rows"],
            by=_person(request).pk,
        )
        if not is_small(content):
            blobs.put(content)
            return self._queue(upload, dry_run=True)
        try:
            shown = carry_out(content, upload, by=_person(request), dry_run=True)
        except BadFile as error:
            form.add_error("file", ValidationError(sentence(str(error))))
            return self._show(request, form, status=400)
        if shown.is_change and not shown.is_refused:
            blobs.put(content)
        return self._show_trial(request, form, upload, shown)

    def _import(self, request: HttpRequest) -> HttpResponse:
        try:
            told = signing.loads(request.POST["tried"], salt=SALT, max_age=SECONDS_TO_CONFIRM)
            upload = Upload(**told)
            content = blobs.get(upload.sha256)
        except (signing.BadSignature, FileNotFoundError):
            return self._again(request, TOO_OLD)
        is_same = hashlib.sha256(content).hexdigest() == upload.sha256
        if upload.by != _person(request).pk or not is_same:
            return self._again(request, "This is not what you tried. Choose the file again.")
        if not is_small(content):
            return self._queue(upload, dry_run=False)
        try:
            shown = carry_out(content, upload, by=_person(request), dry_run=False)
        except BadFile as error:
            return self._again(request, sentence(str(error)))
        return self._imported(request, upload, shown)

    def _imported(self, request: HttpRequest, upload: Upload, shown: Shown) -> HttpResponse:
        if shown.run is not None:
            messages.success(request, f"Taken over: {shown.added}.")
            return HttpResponseRedirect(admin_url(self.opts, "change", shown.run))
        return self._here_already(request, upload) or self._again(
            request, "Meanwhile this file brings nothing new, or a row that cannot be taken."
        )

    def _here_already(self, request: HttpRequest, upload: Upload) -> HttpResponse | None:
        """Leads to the run that took this file over before: a button may be pressed twice."""
        runs = ImportRun.objects.filter(sha256=upload.sha256, origin=upload.origin, by=upload.by)
        run = runs.order_by("-id").first()
        if run is None:
            return None
        messages.info(request, "This file is taken over already.")
        return HttpResponseRedirect(admin_url(self.opts, "change", run.pk))

    # ---- what the queue does -----------------------------------------------------------------

    def _queue(self, upload: Upload, *, dry_run: bool) -> HttpResponse:
        task = take_over.enqueue(upload.as_json(), dry_run)
        return HttpResponseRedirect(admin_url(self.opts, "queued", task.id))

    def queued_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Says how far a trial or an import is; asks itself again until it is over."""
        if not self.has_upload_permission(request):
            raise PermissionDenied
        task = DBTaskResult.objects.filter(task_path=take_over.module_path, pk=pk).first()
        if task is None:
            raise Http404
        told, is_trial = task.args_kwargs["args"]
        upload = Upload(**told)
        if upload.by != _person(request).pk:
            raise Http404
        if task.finished_at is None:
            return self._show_waiting(request, task, upload, is_trial=is_trial)
        if task.return_value is None:  # perhaps after the file had come in
            return self._here_already(request, upload) or self._again(
                request, "This broke off: an administrator finds the reason in the list of tasks."
            )
        if REFUSED in task.return_value:
            return self._again(request, sentence(f"{task.return_value[REFUSED]}."))
        shown = Shown(**task.return_value)
        if not is_trial:
            return self._imported(request, upload, shown)
        if timezone.now() - task.finished_at > timedelta(seconds=SECONDS_TO_CONFIRM):
            return self._again(request, TOO_OLD)  # a page that is kept open signs nothing anew
        again = {"origin": upload.origin, "skip_bad_rows": upload.skip_bad_rows}
        return self._show_trial(request, UploadForm(label_suffix="", initial=again), upload, shown)

    def _show_waiting(
        self, request: HttpRequest, task: DBTaskResult, upload: Upload, *, is_trial: bool
    ) -> HttpResponse:
        waited = timezone.now() - (task.started_at or task.enqueued_at)
        is_gone = task.started_at is not None and waited > WORKER_IS_GONE
        response = TemplateResponse(
            request,
            "desk/import_waiting.html",
            {
                **self.admin_site.each_context(request),
                "title": "Import fact checks",
                "opts": self.opts,
                "upload": upload,
                "is_trial": is_trial,
                "is_begun": task.started_at is not None,
                "seconds": int(waited.total_seconds()),
                "is_late": task.started_at is None and waited > WORKER_IS_LATE,
                "is_gone": is_gone,
                "list_url": admin_url(self.opts, "changelist"),
                "upload_url": admin_url(self.opts, "upload"),
            },
        )
        if not is_gone:  # the longer it takes, the more rarely: each look begins the page anew
            seconds = max(LOOK_AGAIN_SECONDS, min(waited // FIFTH, MOST_SECONDS))
            response.headers["Refresh"] = str(seconds)
        return response

    def _again(self, request: HttpRequest, words: str) -> HttpResponse:
        messages.error(request, f"{words} Nothing was changed.")
        return HttpResponseRedirect(admin_url(self.opts, "upload"))

    def _show_trial(
        self, request: HttpRequest, form: UploadForm, upload: Upload, shown: Shown
    ) -> HttpResponse:
        more: dict[str, Any] = {"outcome": shown, "upload": upload}
        if shown.is_change and not shown.is_refused:
            more["tried"] = signing.dumps(upload.as_json(), salt=SALT)
        return self._show(request, form, **more)

    def _show(
        self, request: HttpRequest, form: UploadForm, *, status: int = 200, **more: Any
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": "Import fact checks",
            "opts": self.opts,
            "form": form,
            "most_megabytes": settings.MAX_UPLOAD_MEGABYTES,
            "list_url": admin_url(self.opts, "changelist"),
            "upload_url": admin_url(self.opts, "upload"),
            **more,
        }
        return TemplateResponse(request, "desk/import.html", context, status=status)


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)
