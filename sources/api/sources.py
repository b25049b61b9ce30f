"""Sources and their frozen copies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import django_filters
from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from sources.api.base import Endpoint, Json, Made, Rows, absolute, desk_response, row_or_404
from sources.api.fields import Address, Code, Day, Language, Line, Reference, Text, Version, YesNo
from sources.api.lists import ListEndpoint
from sources.api.schema import changes, creates, lists, reads
from sources.canonical import canonical_address
from sources.errors import Invalid
from sources.keyset import Order, both_ways
from sources.models import Capture, Publisher, Snapshot, Source
from sources.operations import (
    add_snapshot_text,
    ask_for_capture,
    find_or_create_source,
    update_source,
)
from sources.operations.filling import FILLABLE
from sources.vocabulary import (
    CaptureKind,
    CaptureState,
    Directness,
    Rights,
    SnapshotMethod,
    SourceKind,
)

MAX_QUERY_LENGTH = 200
MAX_SNAPSHOT_TEXT = 2_000_000
MOST_CAPTURES = 50


# ---- shapes ---------------------------------------------------------------------------------


class NamedShape(serializers.Serializer):
    """A row by id and name."""

    id = serializers.CharField()
    name = serializers.CharField()


class TitledShape(serializers.Serializer):
    """A work by id and title."""

    id = serializers.CharField()
    title = serializers.CharField()


class SourceLine(serializers.Serializer):
    """One citable work."""

    id = serializers.CharField()
    url = serializers.URLField(help_text="Our page about it.")
    address = serializers.CharField(allow_blank=True, help_text="Where it was read.")
    title = serializers.CharField()
    author = serializers.CharField(allow_blank=True)
    publisher = NamedShape(allow_null=True)
    published_on = serializers.DateField(allow_null=True)
    language = serializers.CharField()
    kind = serializers.ChoiceField(SourceKind.choices)
    directness = serializers.ChoiceField(Directness.choices)
    rights = serializers.ChoiceField(Rights.choices, help_text="What may be done with its copies.")


class SnapshotShape(serializers.Serializer):
    """A frozen copy: what it is, and the hash of its bytes."""

    id = serializers.CharField()
    captured_at = serializers.DateTimeField()
    method = serializers.ChoiceField(SnapshotMethod.choices)
    media_type = serializers.CharField()
    byte_size = serializers.IntegerField()
    sha256 = serializers.CharField()
    archive_url = serializers.CharField(allow_blank=True)


class SourceShape(SourceLine):
    """One citable work with its copies, and the claims and statements it serves."""

    origin = TitledShape(allow_null=True, help_text="The work that this one reports on.")
    snapshots = SnapshotShape(many=True)
    claims = serializers.ListField(
        child=serializers.DictField(), help_text="Claims whose live finding cites it (50 at most)."
    )
    statements = serializers.ListField(
        child=serializers.DictField(), help_text="Statements whose words stand in it (50 at most)."
    )


class SourceDeskLine(SourceLine):
    """One citable work as it is worked on."""

    version = serializers.IntegerField()
    merged_into = TitledShape(allow_null=True, help_text="The work that it turned out to be.")
    external_ref = serializers.CharField(allow_blank=True)
    origin = TitledShape(allow_null=True)
    created_at = serializers.DateTimeField()


class SourceDeskShape(SourceDeskLine):
    """One citable work as it is worked on, with its copies."""

    snapshots = SnapshotShape(many=True)


class SourceWrite(serializers.Serializer):
    """A work as it is added. A known address gives the known source, never a second one."""

    url = Address(required=False, help_text="Where it was read.")
    title = Line(
        required=False, help_text="May be left out where there is an address: the page says it."
    )
    author = Line(required=False, most=300)
    publisher = Reference(Publisher, required=False, allow_null=True)
    published_on = Day(required=False, allow_null=True)
    language = Language(required=False)
    kind = Code(SourceKind.choices, required=False)
    directness = Code(Directness.choices, required=False)
    rights = Code(Rights.choices, required=False, help_text="Only an editor changes it.")
    origin = Reference(Source, required=False, allow_null=True)
    external_ref = Line(required=False, most=200)
    capture = YesNo(required=False, help_text="false: the page of a new source is not fetched.")


class SourceChange(SourceWrite):
    """What is known about a work, as it is changed."""

    capture = None  # type: ignore[assignment]  # asked for at sources/<id>/captures/
    external_ref = None  # type: ignore[assignment]  # never changes
    version = Version()


class CaptureShape(serializers.Serializer):
    """One order to fetch the page of a source, and what came of it."""

    id = serializers.CharField()
    address = serializers.CharField()
    kind = serializers.ChoiceField(CaptureKind.choices)
    state = serializers.ChoiceField(CaptureState.choices)
    reason = serializers.CharField(allow_blank=True, help_text="Why there is no copy.")
    requested_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True, help_text="null: it goes on")
    try_count = serializers.IntegerField()
    next_try_at = serializers.DateTimeField(allow_null=True)
    snapshot = serializers.CharField(
        allow_null=True, help_text="The copy that was made, or the one that still holds."
    )


class CaptureWrite(serializers.Serializer):
    """Nothing needs to be said: the page of the source is fetched."""


class SnapshotWrite(serializers.Serializer):
    """Text pasted from a source, kept for ever."""

    text = Text(required=True, most=MAX_SNAPSHOT_TEXT)
    archive_url = Address(required=False)
    final_url = Address(required=False)


class SnapshotText(SnapshotShape):
    """A frozen copy with the text that anchors count in."""

    text = serializers.CharField(allow_blank=True)
    text_sha256 = serializers.CharField()


# ---- from rows to JSON ----------------------------------------------------------------------


def named(row: Any) -> Json | None:
    return {"id": row.public_id, "name": row.name} if row else None


def titled(row: Source | None) -> Json | None:
    return {"id": row.public_id, "title": row.title} if row else None


def source_json(row: Source) -> Json:
    """Returns what a list shows of a source; reads `publisher`."""
    return {
        "id": row.public_id,
        "url": absolute(row.get_absolute_url()),
        "address": row.url,
        "title": row.title,
        "author": row.author,
        "publisher": named(row.publisher),
        "published_on": row.published_on,
        "language": row.language,
        "kind": row.kind,
        "directness": row.directness,
        "rights": row.rights,
    }


def snapshot_json(row: Snapshot) -> Json:
    return {
        "id": row.public_id,
        "captured_at": row.captured_at,
        "method": row.method,
        "media_type": row.media_type,
        "byte_size": row.byte_size,
        "sha256": row.sha256,
        "archive_url": row.archive_address,
    }


def capture_json(row: Capture) -> Json:
    """Returns a capture; reads `snapshot`."""
    return {
        "id": row.public_id,
        "address": row.url,
        "kind": row.kind,
        "state": row.state,
        "reason": row.reason,
        "requested_at": row.requested_at,
        "ended_at": row.ended_at,
        "try_count": row.try_count,
        "next_try_at": row.next_try_at,
        "snapshot": row.snapshot.public_id if row.snapshot else None,
    }


def source_desk_json(row: Source) -> Json:
    return source_json(row) | {
        "version": row.version,
        "external_ref": row.external_ref,
        "merged_into": titled(row.merged_into),
        "origin": titled(row.origin),
        "created_at": row.created_at,
    }


def no_service(source: Source) -> Json:
    """Stands in for the claims and statements of a source, which only `statements` knows."""
    return {"claims": [], "statements": []}


# ---- endpoints ------------------------------------------------------------------------------


class SourceFilter(django_filters.FilterSet):
    """Narrows sources by what their pages show."""

    q = django_filters.CharFilter(
        label="Words of the title", field_name="title", lookup_expr="icontains",
        max_length=MAX_QUERY_LENGTH,
    )  # fmt: skip
    publisher = django_filters.CharFilter(
        label="Publisher", field_name="publisher__public_id", max_length=16
    )
    kind = django_filters.ChoiceFilter(label="Kind", choices=SourceKind.choices)
    directness = django_filters.ChoiceFilter(label="Directness", choices=Directness.choices)

    class Meta:
        model = Source
        fields: list[str] = []


class DeskSourceFilter(SourceFilter):
    """As for the public, and by address in any spelling."""

    address = django_filters.CharFilter(label="Address", method="at_address", max_length=2_000)

    def at_address(self, rows: QuerySet[Source], name: str, value: str) -> QuerySet[Source]:
        try:
            return rows.filter(canonical_url=canonical_address(value))
        except Invalid:
            return rows.none()


@lists(SourceLine, "What our findings rest on")
class SourceList(ListEndpoint):
    """Sources, newest first (1 query)."""

    public: Rows = staticmethod(Source.objects.none)
    has_desk_view = True
    orders: ClassVar = both_ways(published=Order("published_on", "day"), title=Order("title"))
    default_order = "-published"
    filterset_class = SourceFilter
    desk_filterset_class = DeskSourceFilter

    def rows(self) -> QuerySet[Any, Any]:
        return self.public().select_related("publisher")

    def lines(self, rows: Sequence[Source]) -> list[Json]:
        return [source_json(row) for row in rows]

    def desk_rows(self) -> QuerySet[Any, Any]:
        return Source.objects.select_related("publisher", "origin", "merged_into")

    def desk_lines(self, rows: Sequence[Source]) -> list[Json]:
        return [source_desk_json(row) for row in rows]

    @creates(SourceWrite, "Add a source, or find the one of this address", found=True)
    def post(self, request: Request) -> Response:
        told = self.read(SourceWrite)

        wants_capture = told.pop("capture", True)

        def work() -> Made:
            row, is_new = find_or_create_source(by=self.person, **told)
            if is_new and row.url and wants_capture:
                empty = [name for name in FILLABLE if not told.get(name)]
                ask_for_capture(row, by=self.person, fills=empty)
            return Made(
                row.public_id, f"sources/{row.public_id}/?view=desk", row.version, is_new=is_new
            )

        return self.create(work)


class SourceDetail(Endpoint):
    """One source (4 queries); the address of one that was merged leads on to the work."""

    public: Rows = staticmethod(Source.objects.none)
    cited: Rows = staticmethod(Source.objects.none)
    serves: Callable[[Source], Json] = staticmethod(no_service)
    has_desk_view = True

    @reads(SourceShape, "One source", desk=SourceDeskShape, responses={301: None})
    def get(self, request: Request, public_id: str) -> Response:
        if self.is_desk:
            return self._desk(public_id)
        rows = (
            self.public()
            .select_related("publisher", "origin")
            .annotate(is_origin_public=Exists(self.public().filter(pk=OuterRef("origin"))))
        )
        row = rows.filter(public_id=public_id).first()
        if row is None:
            merged = self.cited().filter(merged_into__isnull=False).select_related("merged_into")
            twin = row_or_404(merged, public_id=public_id)
            path = request.path.replace(public_id, twin.work.public_id)
            return Response(status=301, headers={"Location": path})
        copies = Snapshot.objects.of_work(row).defer("text").with_archive()
        return Response(
            {
                **source_json(row),
                "origin": titled(row.origin) if row.is_origin_public else None,
                "snapshots": [snapshot_json(snapshot) for snapshot in copies],
                **self.serves(row),
            }
        )

    @changes(SourceChange, SourceDeskShape, "Change what is known about a source")
    def patch(self, request: Request, public_id: str) -> Response:
        row = row_or_404(Source.objects.all(), public_id=public_id)
        told = self.read(SourceChange, partial=True)
        with transaction.atomic():
            update_source(row, by=self.person, version=self.version_of(told), **told)
        return self._desk(public_id)

    def _desk(self, public_id: str) -> Response:
        rows = Source.objects.select_related("publisher", "origin", "merged_into").prefetch_related(
            Prefetch("snapshots", Snapshot.objects.defer("text").with_archive())
        )
        row = row_or_404(rows, public_id=public_id)
        copies = [snapshot_json(snapshot) for snapshot in row.snapshots.all()]
        return desk_response(source_desk_json(row) | {"snapshots": copies}, version=row.version)


class SnapshotList(Endpoint):
    """The frozen copies of a source, for the desk."""

    is_desk_only = True

    @reads(SnapshotShape(many=True), "The frozen copies of a source, for the desk")
    def get(self, request: Request, public_id: str) -> Response:
        row = row_or_404(Source.objects.all(), public_id=public_id)
        return Response(
            [snapshot_json(copy) for copy in row.snapshots.defer("text").with_archive()]
        )

    @creates(SnapshotWrite, "Keep pasted text as a frozen copy", found=True)
    def post(self, request: Request, public_id: str) -> Response:
        source = row_or_404(Source.objects.all(), public_id=public_id)
        told = self.read(SnapshotWrite)

        def work() -> Made:
            known = set(source.snapshots.values_list("pk", flat=True))
            row = add_snapshot_text(source, by=self.person, **told)
            path = f"sources/{source.public_id}/snapshots/{row.public_id}/"
            return Made(row.public_id, path, is_new=row.pk not in known)

        return self.create(work)


class CaptureList(Endpoint):
    """The captures of a source, for the desk: what was fetched, what failed and why."""

    is_desk_only = True

    @reads(CaptureShape(many=True), "The captures of a source, for the desk")
    def get(self, request: Request, public_id: str) -> Response:
        row = row_or_404(Source.objects.all(), public_id=public_id)
        captures = row.captures.select_related("snapshot").defer("snapshot__text")
        return Response([capture_json(one) for one in captures[:MOST_CAPTURES]])

    @creates(CaptureWrite, "Have the page of a source fetched", found=True)
    def post(self, request: Request, public_id: str) -> Response:
        source = row_or_404(Source.objects.all(), public_id=public_id)
        self.read(CaptureWrite)

        def work() -> Made:
            known = set(source.captures.values_list("pk", flat=True))
            row = ask_for_capture(source, by=self.person)
            path = f"sources/{source.public_id}/captures/"
            return Made(row.public_id, path, is_new=row.pk not in known)

        return self.create(work)


class SnapshotDetail(Endpoint):
    """One frozen copy with its text, to quote from."""

    is_desk_only = True

    @reads(SnapshotText, "A frozen copy with its text, for the desk")
    def get(self, request: Request, public_id: str, snapshot_id: str) -> Response:
        row = row_or_404(Snapshot.objects.all(), source__public_id=public_id, public_id=snapshot_id)
        return Response(snapshot_json(row) | {"text": row.text, "text_sha256": row.text_sha256})
