"""Speakers and the offices they held."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import django_filters
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from sources.api.base import Endpoint, Json, Made, absolute, desk_response, row_or_404
from sources.api.fields import Code, Day, Line, Text, Version
from sources.api.lists import ListEndpoint
from sources.api.schema import changes, creates, lists, reads
from sources.keyset import Order, both_ways
from statements.filters import MAX_QUERY_LENGTH
from statements.models import Claim, Speaker
from statements.operations import add_speaker_role, save_speaker
from statements.vocabulary import SpeakerKind


class RoleShape(serializers.Serializer):
    """An office held during a period; null is an open end or a start that is not known."""

    title = serializers.CharField()
    organisation = serializers.CharField(allow_blank=True)
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)


class SpeakerLine(serializers.Serializer):
    """A person or organisation that says things."""

    id = serializers.CharField()
    url = serializers.URLField(help_text="The page for readers.")
    name = serializers.CharField()
    kind = serializers.ChoiceField(SpeakerKind.choices)
    aliases = serializers.ListField(child=serializers.CharField())
    wikidata_id = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)
    roles = RoleShape(many=True)


class SpeakerShape(SpeakerLine):
    """A speaker with what was found how often. Claims are selected, not sampled: no score."""

    findings = serializers.DictField(
        child=serializers.IntegerField(), help_text="Live findings by verdict or status."
    )


class SpeakerDeskShape(SpeakerLine):
    """A speaker as they are worked on."""

    version = serializers.IntegerField()
    external_ref = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()


class SpeakerWrite(serializers.Serializer):
    """A speaker as they are added."""

    name = Line(required=True, most=200)
    kind = Code(SpeakerKind.choices, required=False)
    aliases = Text(required=False, most=4_000, help_text="Other spellings, one a line.")
    wikidata_id = Line(required=False, most=20)
    description = Line(required=False, most=300)
    external_ref = Line(required=False, most=200)


class SpeakerChange(SpeakerWrite):
    """A speaker as they are changed."""

    external_ref = None  # type: ignore[assignment]  # never changes
    version = Version()


class RoleWrite(serializers.Serializer):
    """An office as it is added."""

    title = Line(required=True, most=200)
    organisation = Line(required=False, most=200)
    valid_from = Day(required=False, allow_null=True)
    valid_to = Day(required=False, allow_null=True)


def role_json(row: Any) -> Json:
    return {
        "title": row.title,
        "organisation": row.organisation,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
    }


def speaker_json(row: Speaker) -> Json:
    """Returns a speaker; reads `roles`."""
    return {
        "id": row.public_id,
        "url": absolute(row.get_absolute_url()),
        "name": row.name,
        "kind": row.kind,
        "aliases": row.alias_list,
        "wikidata_id": row.wikidata_id,
        "description": row.description,
        "roles": [role_json(role) for role in row.roles.all()],
    }


def speaker_desk_json(row: Speaker) -> Json:
    return speaker_json(row) | {
        "version": row.version,
        "external_ref": row.external_ref,
        "created_at": row.created_at,
    }


class SpeakerFilter(django_filters.FilterSet):
    """Narrows speakers by what their pages show."""

    q = django_filters.CharFilter(
        label="Words of a name", method="named", max_length=MAX_QUERY_LENGTH
    )
    kind = django_filters.ChoiceFilter(label="Kind", choices=SpeakerKind.choices)

    class Meta:
        model = Speaker
        fields: list[str] = []

    def named(self, rows: QuerySet[Speaker], name: str, value: str) -> QuerySet[Speaker]:
        return rows.filter(Q(name__icontains=value) | Q(aliases__icontains=value))


@lists(SpeakerLine, "Who said what we checked")
class SpeakerList(ListEndpoint):
    """Speakers by name (2 queries)."""

    has_desk_view = True
    orders: ClassVar = both_ways(name=Order("name"))
    default_order = "name"
    filterset_class = SpeakerFilter
    desk_filterset_class = SpeakerFilter

    def rows(self) -> QuerySet[Any, Any]:
        return Speaker.objects.public().prefetch_related("roles")

    def lines(self, rows: Sequence[Speaker]) -> list[Json]:
        return [speaker_json(row) for row in rows]

    def desk_rows(self) -> QuerySet[Any, Any]:
        return Speaker.objects.prefetch_related("roles")

    def desk_lines(self, rows: Sequence[Speaker]) -> list[Json]:
        return [speaker_desk_json(row) for row in rows]

    @creates(SpeakerWrite, "Add a speaker")
    def post(self, request: Request) -> Response:
        told = self.read(SpeakerWrite)

        def work() -> Made:
            row = save_speaker(by=self.person, **told)
            return Made(row.public_id, f"speakers/{row.public_id}/?view=desk", row.version)

        return self.create(work)


class SpeakerDetail(Endpoint):
    """One speaker (3 queries)."""

    has_desk_view = True

    @reads(SpeakerShape, "One speaker", desk=SpeakerDeskShape)
    def get(self, request: Request, public_id: str) -> Response:
        if self.is_desk:
            return self._desk(public_id)
        row = row_or_404(Speaker.objects.public().prefetch_related("roles"), public_id=public_id)
        return Response(speaker_json(row) | {"findings": findings_of(row)})

    @changes(SpeakerChange, SpeakerDeskShape, "Change a speaker")
    def patch(self, request: Request, public_id: str) -> Response:
        row = row_or_404(Speaker.objects.all(), public_id=public_id)
        told = self.read(SpeakerChange, partial=True)
        with transaction.atomic():
            save_speaker(row, by=self.person, version=self.version_of(told), **told)
        return self._desk(public_id)

    def _desk(self, public_id: str) -> Response:
        row = row_or_404(Speaker.objects.prefetch_related("roles"), public_id=public_id)
        return desk_response(speaker_desk_json(row), version=row.version)


class SpeakerRoles(Endpoint):
    """Offices of a speaker."""

    is_desk_only = True

    @creates(RoleWrite, "Add an office that a speaker held")
    def post(self, request: Request, public_id: str) -> Response:
        speaker = row_or_404(Speaker.objects.all(), public_id=public_id)
        told = self.read(RoleWrite)

        def work() -> Made:
            row = add_speaker_role(speaker, by=self.person, **told)
            return Made(row.pk, f"speakers/{speaker.public_id}/?view=desk")

        return self.create(work)


def findings_of(speaker: Speaker) -> dict[str, int]:
    """Returns how many live findings of each kind a speaker's claims have (one query)."""
    rows = (
        Claim.objects.public()
        .filter(live_verdict__isnull=False)
        .for_speaker(speaker)
        .order_by()
        .values_list("live_verdict__code", "live_verdict__commitment_status")
        .annotate(found=Count("pk"))
    )
    return {code or status: number for code, status, number in rows}
