"""Evidence: what live findings rest on, and the working copy of it.

To the public a piece of evidence is a line of a sealed finding: its id names claim, revision and
place, and goes with the revision. For the desk it is a working row with a number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import django_filters
from django.db import transaction
from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from sources.api.base import Endpoint, Json, Made, desk_response, row_or_404
from sources.api.fields import Code, Reference, Text, Version
from sources.api.lists import ListEndpoint
from sources.api.schema import IF_MATCH, Problem, changes, creates, lists, reads
from sources.api.sources import TitledShape, titled
from sources.canonical import web_address
from sources.keyset import Order, both_ways
from sources.models import Snapshot, Source
from sources.querysets import newest_archive
from statements.api.details import ReadingWrite, number_json
from statements.api.shapes import AnchorShape, anchor_json, sealed_anchor
from statements.models import AnchorCheck, Citation, Claim, Evidence, Reading
from statements.operations import (
    attach_evidence,
    remove_evidence,
    remove_reading,
    set_reading,
    update_evidence,
)
from statements.querysets import public_condition
from statements.vocabulary import Stance

MAX_NOTE = 4_000


class EvidenceLine(serializers.Serializer):
    """One source for or against a claim, as it was sealed with the finding."""

    id = serializers.CharField(help_text="Claim, revision and place; goes with the revision.")
    claim = serializers.CharField()
    revision = serializers.IntegerField()
    stance = serializers.ChoiceField(Stance.choices)
    source = serializers.DictField(help_text="The source as it was cited.")  # type: ignore[assignment]  # a field of this name
    snapshot = serializers.DictField(allow_null=True, help_text="Its frozen copy, with hashes.")
    anchor = AnchorShape(allow_null=True)
    fragment = serializers.CharField(
        allow_blank=True, help_text="Place in a recording or picture: a W3C media fragment."
    )
    note = serializers.CharField(allow_blank=True)
    waiver = serializers.CharField(allow_blank=True, help_text="Why there is no frozen copy.")
    reading = serializers.DictField(allow_null=True, help_text="The number it gives, typed.")


class EvidenceDeskLine(serializers.Serializer):
    """A working row of evidence."""

    id = serializers.IntegerField()
    claim = serializers.CharField()
    version = serializers.IntegerField()
    position = serializers.IntegerField()
    stance = serializers.ChoiceField(Stance.choices)
    source = TitledShape()  # type: ignore[assignment]  # a field of this name
    snapshot = serializers.CharField(allow_null=True, help_text="Id of its frozen copy.")
    anchor = AnchorShape(allow_null=True)
    anchor_lost = serializers.BooleanField(
        help_text="true: a newer copy of the work does not have these words any more."
    )
    fragment = serializers.CharField(
        allow_blank=True, help_text="Place in a recording or picture: a W3C media fragment."
    )
    note = serializers.CharField(allow_blank=True)
    waiver = serializers.CharField(allow_blank=True)
    reading = serializers.DictField(allow_null=True, help_text="The number it gives, typed.")


class EvidenceWrite(serializers.Serializer):
    """A source that speaks for or against a claim."""

    claim = Reference(Claim)
    source = Reference(Source)  # type: ignore[assignment]  # a field of this name
    stance = Code(Stance.choices)
    snapshot = Reference(Snapshot, required=False, allow_null=True)
    quote = Text(required=False, help_text="Exact words of the snapshot.")
    fragment = Text(
        required=False,
        most=60,
        help_text="In a recording 1:15-1:30; in a picture 10,20,30,40 (left, top, width, height in percent).",
    )
    note = Text(required=False, most=MAX_NOTE)
    waiver = Text(required=False, most=MAX_NOTE)
    reading = ReadingWrite(required=False, allow_null=True)


class EvidenceChange(EvidenceWrite):
    """A piece of evidence as it is changed; `reading: null` takes the number away."""

    claim = None  # type: ignore[assignment]  # never changes
    source = None  # type: ignore[assignment]  # never changes
    version = Version()


def sealed_evidence(
    claim_id: str, revision: int, document: Json, archives: Mapping[str, str] | None = None
) -> list[Json]:
    """Returns the evidence of a sealed document.

    `archives` are the links to public archives that copies got since, by the copy's id.
    """
    return [
        {
            "id": f"{claim_id}-{revision}-{place}",
            "claim": claim_id,
            "revision": revision,
            "stance": row["stance"],
            "source": row["source"],
            "snapshot": _with_archive(row["snapshot"], archives or {}),
            "anchor": sealed_anchor(row["anchor"]),
            "fragment": row.get("fragment", ""),
            "note": row["note"],
            "waiver": row["waiver"],
            "reading": row["reading"],
        }
        for place, row in enumerate(document.get("evidence", ()))
    ]


def _with_archive(snapshot: Json | None, archives: Mapping[str, str]) -> Json | None:
    """Fills in an archive link that was added later; what was sealed with the finding stays."""
    if snapshot is None or web_address(snapshot["archive_url"]) or snapshot["id"] not in archives:
        return snapshot
    return snapshot | {"archive_url": web_address(archives[snapshot["id"]])}


def evidence_desk_rows(rows: Sequence[Evidence]) -> list[Json]:
    """Returns working rows, read as `working_evidence` does (1 query where any has a quote)."""
    checks = AnchorCheck.objects.defer("snapshot__text", "instead").newest_for(rows)
    return [
        _desk_json(row, check=checks.get((row.snapshot_id, row.start, row.end))) for row in rows
    ]


def _desk_json(row: Evidence, *, check: AnchorCheck | None) -> Json:
    reading = getattr(row, "reading", None)
    return {
        "id": row.pk,
        "version": row.version,
        "position": row.position,
        "stance": row.stance,
        "source": titled(row.source),
        "snapshot": row.snapshot.public_id if row.snapshot else None,
        "anchor": anchor_json(row),
        "anchor_lost": check is not None and check.is_lost,
        "fragment": row.fragment,
        "note": row.note,
        "waiver": row.waiver,
        "reading": number_json(reading) if reading is not None else None,
    }


def working_evidence() -> QuerySet[Evidence]:
    """Returns evidence with all that `evidence_desk_rows` reads (one query)."""
    return Evidence.objects.select_related(
        "source", "snapshot", "reading__measure", "reading__place", "reading__counted_by"
    ).defer("snapshot__text")


def live_citations() -> QuerySet[Citation]:
    """Returns the citations of findings that are live now, each with its copy's `newest_archive`."""
    rows = Citation.objects.filter(public_condition("verdict__live_for__"))
    return rows.filter(verdict__live_for__isnull=False).annotate(
        newest_archive=newest_archive("snapshot")
    )


def _cited(row: Citation, evidence: list[Json]) -> Json:
    """Returns a citation's line of the evidence, with the link that its copy got last."""
    told, archive = evidence[row.position], row.newest_archive  # type: ignore[attr-defined]  # annotated
    if archive and told["snapshot"]:
        told = told | {
            "snapshot": _with_archive(told["snapshot"], {told["snapshot"]["id"]: archive})
        }
    return told


class OfWork(django_filters.FilterSet):
    """Narrows by a source: also what cites one that was merged into it."""

    def of_work(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        work = Source.objects.filter(public_id=value).values("pk")
        copies = Source.objects.filter(Q(pk__in=work) | Q(merged_into__in=work))
        return rows.filter(source__in=copies.values("pk"))


class EvidenceFilter(OfWork):
    """Narrows evidence of live findings."""

    claim = django_filters.CharFilter(
        label="Claim", field_name="verdict__claim__public_id", max_length=16
    )
    source = django_filters.CharFilter(label="Source", method="of_work", max_length=16)
    publisher = django_filters.CharFilter(
        label="Publisher", field_name="source__publisher__public_id", max_length=16
    )
    stance = django_filters.ChoiceFilter(label="Stance", choices=Stance.choices)

    class Meta:
        model = Citation
        fields: list[str] = []


class DeskEvidenceFilter(OfWork):
    """Narrows working rows."""

    claim = django_filters.CharFilter(label="Claim", field_name="claim__public_id", max_length=16)
    source = django_filters.CharFilter(label="Source", method="of_work", max_length=16)
    publisher = django_filters.CharFilter(
        label="Publisher", field_name="source__publisher__public_id", max_length=16
    )
    stance = django_filters.ChoiceFilter(label="Stance", choices=Stance.choices)

    class Meta:
        model = Evidence
        fields: list[str] = []


@lists(EvidenceLine, "What live findings rest on", desk_line=EvidenceDeskLine)
class EvidenceList(ListEndpoint):
    """Evidence of live findings, newest finding first (1 query)."""

    has_desk_view = True
    # Citations are written when their finding is published: by number they stand in that order.
    orders: ClassVar = both_ways(published=Order("id", "number", key="id"))
    default_order = "-published"
    filterset_class = EvidenceFilter
    desk_orders: ClassVar = both_ways(added=Order("created_at", "moment", key="id"))
    desk_default_order = "-added"
    desk_filterset_class = DeskEvidenceFilter

    def rows(self) -> QuerySet[Any, Any]:
        return live_citations().select_related("verdict__claim")

    def lines(self, rows: Sequence[Citation]) -> list[Json]:
        documents: dict[int, list[Json]] = {}
        found = []
        for row in rows:
            verdict = row.verdict
            if verdict.pk not in documents:
                documents[verdict.pk] = sealed_evidence(
                    verdict.claim.public_id, verdict.revision, verdict.sealed
                )
            found.append(_cited(row, documents[verdict.pk]))
        return found

    def desk_rows(self) -> QuerySet[Any, Any]:
        return working_evidence().select_related("claim")

    def desk_lines(self, rows: Sequence[Evidence]) -> list[Json]:
        return [
            told | {"claim": row.claim.public_id}
            for row, told in zip(rows, evidence_desk_rows(rows), strict=True)
        ]

    @creates(EvidenceWrite, "Cite a source for or against a claim")
    def post(self, request: Request) -> Response:
        told = self.read(EvidenceWrite)
        claim = told.pop("claim")
        if told.get("reading") is None:
            told.pop("reading", None)

        def work() -> Made:
            row = attach_evidence(claim, by=self.person, **told)
            return Made(row.pk, f"evidence/{row.pk}/", row.version)

        return self.create(work)


class EvidenceDetail(Endpoint):
    """One piece of evidence of a live finding, by the id that lists give it (1 query)."""

    @reads(EvidenceLine, "One piece of evidence of a live finding")
    def get(self, request: Request, claim_id: str, revision: str, place: str) -> Response:
        row = row_or_404(
            live_citations().select_related("verdict__claim"),
            verdict__claim__public_id=claim_id,
            verdict__revision=revision,
            position=place,
        )
        rows = sealed_evidence(claim_id, row.verdict.revision, row.verdict.sealed)
        return Response(_cited(row, rows))


class EvidenceRow(Endpoint):
    """One working row of evidence, by its number."""

    is_desk_only = True

    @reads(EvidenceDeskLine, "A working row of evidence, for the desk")
    def get(self, request: Request, number: int) -> Response:
        return self._desk(number)

    @changes(EvidenceChange, EvidenceDeskLine, "Change a piece of evidence")
    def patch(self, request: Request, number: int) -> Response:
        row = row_or_404(Evidence.objects.select_related("claim", "source"), pk=number)
        told = self.read(EvidenceChange, partial=True)
        version = self.version_of(told)
        has_reading, reading = "reading" in told, told.pop("reading", None)
        with transaction.atomic():
            update_evidence(row, by=self.person, version=version, **told)
            if reading:
                set_reading(row, by=self.person, **reading)
            elif has_reading and Reading.objects.filter(evidence=row).exists():
                remove_reading(row, by=self.person)
        return self._desk(number)

    @extend_schema(
        summary="Take a piece of evidence away",
        description="",
        parameters=[IF_MATCH],
        request=None,
        responses={204: None, **dict.fromkeys((401, 403, 404, 409, 428), Problem)},
    )
    def delete(self, request: Request, number: int) -> Response:
        row = row_or_404(Evidence.objects.select_related("claim"), pk=number)
        told = self.read(VersionOnly)
        with transaction.atomic():
            remove_evidence(row, by=self.person, version=self.version_of(told))
        return Response(status=204)

    def _desk(self, number: int) -> Response:
        row = row_or_404(working_evidence().select_related("claim"), pk=number)
        (told,) = evidence_desk_rows([row])
        return desk_response(told | {"claim": row.claim.public_id}, version=row.version)


class VersionOnly(serializers.Serializer):
    """Nothing but the version."""

    version = Version()
