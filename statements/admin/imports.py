"""Import runs in the admin, and the screen that takes over what others found from a file.

Two steps: a trial says what would happen, and only what was tried is imported. In between the file
lies among the blobs under its sha256; the page carries that hash, signed. An archive of one's own
is not taken over here: that publishes findings, and is a command's business (DOMAIN §4).
"""

from __future__ import annotations

import hashlib
import io
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from sources import blobs
from sources.admin.forms import sentence
from sources.people import Role, has_role
from statements.admin.base import SealedAdmin, admin_url, may_look
from statements.imports.factchecks import MOST_ORIGIN, import_factchecks
from statements.imports.importer import Options
from statements.imports.lines import BadFile
from statements.imports.runs import Outcome, amount
from statements.models import ImportRun

SALT = "statements.imports"
SECONDS_TO_CONFIRM = 3_600
# A packed file may hold so many times what may be sent.
UNPACKED = 8
MOST_SHOWN = 50


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
        own = path("upload/", self.admin_site.admin_view(view), name="statements_importrun_upload")
        return [own, *super().get_urls()]

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
        told = {
            "sha256": hashlib.sha256(content).hexdigest(),
            "name": form.cleaned_data["file"].name,
            "origin": form.cleaned_data["origin"],
            "skip_bad_rows": form.cleaned_data["skip_bad_rows"],
            "by": request.user.pk,
        }
        try:
            outcome = _carry_out(content, told, by=_person(request), dry_run=True)
        except BadFile as error:
            form.add_error("file", ValidationError(sentence(str(error))))
            return self._show(request, form, status=400)
        more: dict[str, Any] = {"outcome": outcome, "told": told}
        if outcome.is_change and not outcome.is_refused:
            blobs.put(content)
            more["tried"] = signing.dumps(told, salt=SALT)
        return self._show(request, form, **more)

    def _import(self, request: HttpRequest) -> HttpResponse:
        try:
            told = signing.loads(request.POST["tried"], salt=SALT, max_age=SECONDS_TO_CONFIRM)
            content = blobs.get(told["sha256"])
        except (signing.BadSignature, FileNotFoundError):
            return self._again(request, "The trial is too old. Choose the file again.")
        is_same = hashlib.sha256(content).hexdigest() == told["sha256"]
        if told["by"] != request.user.pk or not is_same:
            return self._again(request, "This is not what you tried. Choose the file again.")
        try:
            outcome = _carry_out(content, told, by=_person(request), dry_run=False)
        except BadFile as error:
            return self._again(request, sentence(str(error)))
        if outcome.run is None:
            return self._again(
                request, "Meanwhile this file brings nothing new, or a row that cannot be taken."
            )
        taken = amount(outcome.counts["rows added"], "rows")
        messages.success(request, f"Taken over: {taken}.")
        return HttpResponseRedirect(admin_url(self.opts, "change", outcome.run.pk))

    def _again(self, request: HttpRequest, words: str) -> HttpResponse:
        messages.error(request, f"{words} Nothing was changed.")
        return HttpResponseRedirect(admin_url(self.opts, "upload"))

    def _show(
        self, request: HttpRequest, form: UploadForm, *, status: int = 200, **more: Any
    ) -> HttpResponse:
        outcome: Outcome | None = more.get("outcome")
        left_out = [*outcome.bad, *outcome.notes] if outcome else []
        left_out.sort(key=lambda row: row.line)  # what a row says is looked at batch by batch
        context = {
            **self.admin_site.each_context(request),
            "title": "Import fact checks",
            "opts": self.opts,
            "form": form,
            "most_megabytes": settings.MAX_UPLOAD_MEGABYTES,
            "list_url": admin_url(self.opts, "changelist"),
            "left_out": left_out[:MOST_SHOWN],
            "rows_to_add": amount(outcome.rows_to_add, "rows") if outcome else "",
            "left_out_count": outcome.bad_count + outcome.note_count if outcome else 0,
            **more,
        }
        return TemplateResponse(request, "desk/import.html", context, status=status)


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)


def _carry_out(content: bytes, told: dict[str, Any], *, by: User, dry_run: bool) -> Outcome:
    return import_factchecks(
        io.BytesIO(content),
        name=told["name"],
        by=by,
        options=Options(
            origin=told["origin"],
            dry_run=dry_run,
            skip_bad_rows=told["skip_bad_rows"],
            most_bytes=UNPACKED * settings.MAX_UPLOAD_MEGABYTES * 1024 * 1024,
        ),
    )
