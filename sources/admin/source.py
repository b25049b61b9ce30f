"""Sources and their snapshots in the admin."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.html import format_html

from sources import blobs, extract
from sources.admin.base import SealedAdmin, may_look
from sources.admin.fields import DayField, RowField, area, choices
from sources.admin.forms import DeskForm
from sources.admin.kinship import KinshipPart
from sources.admin.pages import PageAdmin, RowPage, admin_url
from sources.models import Capture, Publisher, Snapshot, Source, Watch
from sources.operations import (
    add_snapshot_file,
    add_snapshot_text,
    ask_for_capture,
    find_or_create_source,
    find_source,
    read_upload,
    save_publisher,
    update_source,
    watch_source,
)
from sources.operations.filling import FILLABLE
from sources.vocabulary import (
    MEDIA_ENDINGS,
    PAGES,
    PICTURES,
    CaptureState,
    Directness,
    Rights,
    SourceKind,
)


class WorkForm(DeskForm):
    """What is known about a work."""

    url = forms.CharField(
        label="Address",
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "url"}),
        help_text="Where it was read. An address that is known is found, in any spelling; "
        "the page of a new one is fetched, and fills in what you leave empty.",
    )
    title = forms.CharField(required=False)
    author = forms.CharField(required=False)
    publisher = RowField(
        Publisher.objects.all(),
        names=("name", "domain"),
        source="sources.source.publisher",
        required=False,
        may_be_new=True,
        help_text="Found by the domain when left empty; an unknown name is added.",
    )
    published_on = DayField(required=False)
    language = forms.CharField(required=False, max_length=35, help_text="BCP 47 code: en, uk")
    kind = forms.ChoiceField(choices=choices(SourceKind), initial=SourceKind.ARTICLE)
    directness = forms.ChoiceField(choices=choices(Directness), initial=Directness.SECONDARY)
    origin = RowField(
        Source.objects.works(),
        names=("title", "url"),
        source="sources.source.origin",
        required=False,
        label="Reports on",
        help_text="The work this one reports on. Ten reports of one work count as one.",
    )


class SourceForm(WorkForm):
    """As it is changed on the source's own page."""

    rights = forms.ChoiceField(
        choices=choices(Rights),
        initial=Rights.UNKNOWN,
        required=False,
        help_text="Whether the public may have the copy. Only an editor changes it.",
    )


class SnapshotForm(DeskForm):
    text = forms.CharField(
        required=False,
        strip=False,
        widget=area(6),
        label="Text of the source",
        help_text="Paste the whole text: quotes must stand in it, word by word.",
    )
    file = forms.FileField(
        required=False, label="Or a file", help_text="Text, HTML, PDF, PNG or JPEG, up to 20 MB"
    )
    archive_url = forms.CharField(
        required=False,
        label="Public archive link",
        widget=forms.TextInput(attrs={"inputmode": "url"}),
    )

    def prepare(self, address: str = "") -> None:
        """Reads the file, so that nobody waits for that with the database locked."""
        if file := self.cleaned_data.get("file"):
            source = self.cleaned_data.get("source")
            address = (source.url if source else self.cleaned_data.get("url")) or address
            file.seek(0)  # a form that is saved again was read before
            self.cleaned_data["upload"] = read_upload(file.name, file.read(), url=address)


class FetchForm(DeskForm):
    """A button: fetch the page now."""


class WatchForm(DeskForm):
    every_days = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=3_650,
        label="Look at the page again every … days",
        help_text="Empty: as often as at any other page. 0: never.",
    )


def work_values(cleaned: dict[str, Any], *, by: Any) -> dict[str, Any]:
    """Returns the values of a `WorkForm` as the operations take them; a new publisher is added."""
    values = {name: cleaned[name] for name in WorkForm.base_fields if name in cleaned}
    if isinstance(values.get("publisher"), str):
        known = Publisher.objects.filter(name__iexact=values["publisher"]).first()
        values["publisher"] = known or save_publisher(by=by, name=values["publisher"])
    values["language"] = values.get("language") or "en"
    return values


def cited_source(cleaned: dict[str, Any], *, by: Any) -> tuple[Source, Snapshot | None, bool]:
    """Returns source, snapshot if one was brought, and whether the source is new.

    A known address is used as it is; pasted text or a file makes one more snapshot of it. Where
    there is no copy and none was brought, a worker is asked to fetch the page.
    """
    known = find_source(cleaned["url"]) if cleaned.get("url") else None
    if known is not None:
        source, is_new = known, False
    else:
        source, is_new = find_or_create_source(by=by, **work_values(cleaned, by=by))
    snapshot = kept_snapshot(source, cleaned, by=by)
    if snapshot is None and source.url and not cleaned.get("waiver"):
        if is_new:
            empty = [name for name in FILLABLE if not cleaned.get(name)]
            ask_for_capture(source, by=by, fills=empty)
        elif not source.snapshots.exists():
            ask_for_capture(source, by=by)
    return source, snapshot, is_new


def kept_snapshot(source: Source, cleaned: dict[str, Any], *, by: Any) -> Snapshot | None:
    """Keeps the pasted text or the uploaded file of a form; None when there is neither.

    The file was read when the form was prepared.
    """
    archive_url = cleaned.get("archive_url") or ""
    if upload := cleaned.get("upload"):
        return add_snapshot_file(source, by=by, upload=upload, archive_url=archive_url)
    if (cleaned.get("text") or "").strip():
        return add_snapshot_text(source, by=by, text=cleaned["text"], archive_url=archive_url)
    return None


def is_being_fetched(source: Source) -> bool:
    """Says whether a capture of the source waits or goes on (one query)."""
    return source.captures.filter(ended_at=None).exists()


def capture_words(row: Capture) -> dict[str, Any]:
    """Returns what a person wants to know of a capture: {"at", "words", "is_open", "is_failed"}."""
    words = str(row.get_state_display())
    if row.is_open and row.reason and row.next_try_at:
        words = f"{row.reason[:1].upper()}{row.reason[1:]}. Next try: {row.next_try_at:%d %b, %H:%M} UTC"
    elif row.is_open:
        words = "Being fetched"
    elif row.reason:
        words = f"No copy: {row.reason}"
    return {
        "at": row.requested_at,
        "words": f"{words}.",
        "is_open": row.is_open,
        "is_failed": row.state == CaptureState.FAILED,
    }


class SourcePage(KinshipPart, RowPage):
    template_name = "desk/source.html"
    form_class = SourceForm

    def form_names(self) -> list[str]:
        return ["row", "snapshot", *(["fetch", "watch"] if self.row else [])]

    def build(self, name: str, data: Any = None, files: Any = None) -> DeskForm | None:
        if name == "snapshot":
            return SnapshotForm(data, files, name=name)
        if name == "fetch":
            return FetchForm(data, name=name)
        if name == "watch":
            return WatchForm(data, name=name, values={"every_days": self.every_days()})
        return self.kin_form(name, data) or super().build(name, data, files)

    def every_days(self) -> int | None:
        watch = Watch.objects.filter(source=self.row).first() if self.row else None
        return watch.every_days if watch else None

    def companions(self, form: DeskForm) -> list[str]:
        return ["snapshot"] if self.row is None and form.do == "row" else []

    def prepare(self, form: DeskForm) -> None:
        row = self.bound.get("row")
        form.prepare(self.row.url if self.row else row.cleaned_data.get("url", "") if row else "")

    def context(self) -> dict[str, Any]:
        if self.row is None:
            return {}
        return {
            "captures": [capture_words(one) for one in self.row.captures.all()[:5]],
            "watch": Watch.objects.filter(source=self.row).first(),
            "snapshots": list(self.row.snapshots.defer("text").select_related("captured_by")),
            **self.kin_context(),
            "reports": list(self.row.reports.all()[:50]),
            "cited_count": self.row.evidence.count(),
        }

    def carry_out(self, form: DeskForm) -> HttpResponse:
        by, cleaned = self.user, form.cleaned_data
        if done := self.carry_out_kin(form):
            return done
        if form.do == "snapshot" and self.row is not None:
            snapshot = kept_snapshot(self.row, cleaned, by=by)
            if snapshot is None:
                form.add_error("text", "Paste the text or choose a file.")
                return self.render(form, status=400)
            return self.saved("The snapshot is kept.", "snapshots")
        if form.do == "fetch" and self.row is not None:
            ask_for_capture(self.row, by=by)
            return self.saved("The page is being fetched. Look again in a minute.", "snapshots")
        if form.do == "watch" and self.row is not None:
            watch_source(self.row, by=by, every_days=cleaned["every_days"])
            return self.saved("Saved.", "snapshots")
        if self.row is None:
            work = cleaned | self.bound["snapshot"].cleaned_data
            source, _, is_new = cited_source(work, by=by)
            words = "Added." if is_new else "This address was known: here is its source."
            if is_being_fetched(source):
                words = f"{words} Its page is being fetched."
            return self.saved(words, row=source)
        values = work_values(cleaned, by=by)
        if cleaned.get("rights"):
            values["rights"] = cleaned["rights"]
        row = update_source(self.row, by=by, version=form.version, **values)
        return self.saved("Saved.", row=row)


class SourceAdmin(PageAdmin):
    page_class = SourcePage
    list_display = ["title", "publisher", "kind", "directness", "published_on", "language"]
    list_select_related = ["publisher"]
    list_filter = ["kind", "directness", "language"]
    search_fields = ["title", "url", "author", "publisher__name"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("publisher", "origin", "merged_into")


class SnapshotAdmin(SealedAdmin):
    list_display = ["source", "captured_at", "method", "media_type", "size", "short_hash"]
    list_select_related = ["source"]
    list_filter = ["method", "media_type"]
    search_fields = ["source__title", "sha256"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("text")

    @admin.display(description="bytes", ordering="byte_size")
    def size(self, snapshot: Snapshot) -> str:
        return f"{snapshot.byte_size:,}"

    @admin.display(description="sha256")
    def short_hash(self, snapshot: Snapshot) -> str:
        return format_html("<code>{}…</code>", snapshot.sha256[:12])

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(view),
                name=f"sources_snapshot_{name}",
            )
            for name, view in (
                ("bytes", self.bytes_view),
                ("picture", self.picture_view),
                ("page", self.page_view),
            )
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        if not may_look(request.user):
            raise PermissionDenied
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404("There is no such snapshot.")
        return self.show(request, row)

    def show(self, request: HttpRequest, row: Snapshot) -> HttpResponse:
        """Answers with the page of a copy; who quotes it is known to `statements` alone."""
        raise NotImplementedError

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        return HttpResponseRedirect(admin_url(self.opts, "change", object_id))

    def bytes_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Gives the bytes as a file to keep, never as a page (DESIGN §10.4)."""
        row = self._asked_for(request, pk)
        try:
            content = blobs.get(row.sha256)
        except OSError as error:
            gone = isinstance(error, FileNotFoundError)
            words = "are missing" if gone else "cannot be read now"
            messages.error(request, f"The bytes of this snapshot {words}: tell an administrator.")
            return HttpResponseRedirect(admin_url(self.opts, "change", row.pk))
        response = HttpResponse(content, content_type="application/octet-stream")
        ending = MEDIA_ENDINGS.get(row.media_type, "bin")
        response["Content-Disposition"] = f'attachment; filename="{row.sha256[:16]}.{ending}"'
        return _locked_up(response)

    def picture_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Gives a picture to be looked at in place: nothing but what is a PNG or a JPEG by its bytes."""
        row = self._asked_for(request, pk)
        if row.media_type not in PICTURES:
            raise Http404("This snapshot is no picture.")
        content = _bytes_of(row)
        if not extract.is_media_type(content, row.media_type):
            raise Http404("The bytes of this snapshot are no picture any more.")
        return _locked_up(HttpResponse(content, content_type=row.media_type))

    def page_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Gives a page as it was kept, for a frame of ours: it runs nothing, fetches nothing, and
        its own styles and pictures inside it are all that it has (DESIGN §10.4)."""
        row = self._asked_for(request, pk)
        if row.media_type not in PAGES:
            raise Http404("This snapshot is no page.")
        content = _bytes_of(row)
        if sha256(content).hexdigest() != row.sha256:
            raise Http404("The bytes of this snapshot are not those that were kept.")
        # Never as XHTML, which is read by other rules than those that its text was read by.
        charset = f"; charset={row.charset}" if row.charset else ""
        response = _locked_up(HttpResponse(content, content_type=f"text/html{charset}"))
        response["Content-Security-Policy"] = FRAMED
        response["X-Frame-Options"] = "SAMEORIGIN"
        return response

    def _asked_for(self, request: HttpRequest, pk: int) -> Snapshot:
        if not may_look(request.user):
            raise PermissionDenied
        row = Snapshot.objects.filter(pk=pk).defer("text").first() if pk < 2**63 else None
        if row is None:
            raise Http404("There is no such snapshot.")
        return row


def _bytes_of(row: Snapshot) -> bytes:
    try:
        return blobs.get(row.sha256)
    except OSError as error:
        raise Http404("The bytes of this snapshot cannot be read.") from error


FRAMED = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


def _locked_up(response: HttpResponse) -> HttpResponse:
    """Makes sure that bytes of others run nothing and are kept by no cache."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
