"""Statements: what was said, and where its words stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

import django_filters
from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from sources.api.base import Endpoint, Json, Made, desk_response, row_or_404
from sources.api.fields import Code, Language, Line, Reference, Text, Version, Whole, YesNo
from sources.api.lists import ListEndpoint
from sources.api.schema import changes, creates, lists, reads
from sources.api.sources import titled
from sources.keyset import Order, both_ways
from sources.models import Place, Snapshot, Source
from statements.api.shapes import (
    AppearanceShape,
    ClaimLine,
    CorrectionShape,
    SpeakerNameShape,
    StatementLine,
    anchor_json,
    copy_json,
    correction_json,
    newest_claims,
    statement_line,
)
from statements.filters import MAX_QUERY_LENGTH, DayFilter, SpansForm
from statements.models import Appearance, Claim, Occurrence, Speaker, Statement
from statements.operations import (
    add_occasion,
    link_appearance,
    record_statement,
    update_statement,
)
from statements.vocabulary import Fidelity, Match, State


class SpeakerThenShape(SpeakerNameShape):
    """A speaker with the office held on the day."""

    role = serializers.CharField(allow_blank=True)


class StatementAppearanceShape(AppearanceShape):
    """Where the words of a statement stand, with a time code in audio or video."""

    time_code_seconds = serializers.IntegerField(allow_null=True)


class StatementShape(StatementLine):
    """What a speaker said, where its words stand, and the claims made in it."""

    speaker = SpeakerThenShape()
    said_words = serializers.CharField(allow_blank=True, help_text="The date as the source says.")
    occasion = serializers.CharField(allow_blank=True)
    place = serializers.CharField(allow_blank=True)
    appearances = StatementAppearanceShape(many=True)
    corrections = CorrectionShape(many=True)
    claims = ClaimLine(many=True)


class WorkingAppearanceShape(StatementAppearanceShape):
    """Where the words stand, also where it waits for a second editor."""

    id = serializers.IntegerField()
    is_shown = serializers.BooleanField()


class MadeClaimShape(serializers.Serializer):
    """A claim that a statement makes, or may make."""

    id = serializers.CharField()
    short_text = serializers.CharField()
    state = serializers.ChoiceField(State.choices)
    match = serializers.ChoiceField(Match.choices)
    is_shown = serializers.BooleanField()


class StatementDeskShape(StatementShape):
    """A statement as it is worked on."""

    corrections = None  # type: ignore[assignment]  # of the public view
    version = serializers.IntegerField()
    external_ref = serializers.CharField(allow_blank=True)
    appearances = WorkingAppearanceShape(many=True)
    claims = MadeClaimShape(many=True)  # type: ignore[assignment]  # more than the public ones


class OccasionWrite(serializers.Serializer):
    """The setting: known by title and day, or added."""

    title = Line(required=True, most=300)
    held_edtf = Line(required=False, most=60)
    place = Reference(Place, by="code", required=False, allow_null=True)


class StatementWrite(serializers.Serializer):
    """Who said what, when and where."""

    speaker = Reference(Speaker)
    text = Text(required=True)
    language = Language(required=False)
    fidelity = Code(Fidelity.choices, required=False)
    said_edtf = Line(required=False, most=60, help_text="2025-03-27, 2025-03~ or a span.")
    said_words = Line(required=False, most=100, help_text="The date as the source says it.")
    occasion = OccasionWrite(required=False, allow_null=True)
    place = Reference(Place, by="code", required=False, allow_null=True)
    external_ref = Line(required=False, most=200)


class StatementChange(StatementWrite):
    """A statement as it is changed."""

    external_ref = None  # type: ignore[assignment]  # never changes
    version = Version()


class AppearanceWrite(serializers.Serializer):
    """Where the words stand: a source and, with a quote, exact characters of its snapshot."""

    source = Reference(Source)  # type: ignore[assignment]  # a field of this name
    snapshot = Reference(Snapshot, required=False, allow_null=True)
    quote = Text(required=False)
    is_first = YesNo(required=False)
    time_code_seconds = Whole(required=False, allow_null=True)


def statement_json(row: Statement) -> Json:
    """Returns a statement as its page shows it; reads `for_page()`."""
    role = row.speaker.role_on(row.said_on)
    place = row.place or (row.occasion.place if row.occasion else None)
    line = statement_line(row)
    return line | {
        "speaker": line["speaker"] | {"role": str(role) if role else ""},
        "said_words": row.said_words,
        "occasion": row.occasion.title if row.occasion else "",
        "place": place.name if place else "",
    }


def appearance_json(row: Any) -> Json:
    """Returns an appearance; reads `source`, `snapshot` and `with_archive()`."""
    return {
        "source": titled(row.source),
        "snapshot": copy_json(row.snapshot, archive_url=row.archive_address),
        "anchor": anchor_json(row),
        "is_first": row.is_first,
        "time_code_seconds": row.time_code_seconds,
    }


class StatementFilter(django_filters.FilterSet):
    """Narrows statements by what their pages show."""

    q = django_filters.CharFilter(
        label="Words", field_name="text", lookup_expr="icontains", max_length=MAX_QUERY_LENGTH
    )
    speaker = django_filters.CharFilter(
        label="Speaker", field_name="speaker__public_id", max_length=16
    )
    said_after = DayFilter(label="Said on or after", method="said_from")
    said_before = DayFilter(label="Said on or before", method="said_up_to")

    class Meta:
        model = Statement
        form = SpansForm
        fields: list[str] = []

    def said_from(self, rows: QuerySet[Any], name: str, day: date) -> QuerySet[Any]:
        is_open = Q(said_until__isnull=True, said_on__isnull=False)  # "since 2 May"
        return rows.filter(Q(said_until__gte=day) | is_open)

    def said_up_to(self, rows: QuerySet[Any], name: str, day: date) -> QuerySet[Any]:
        is_open = Q(said_on__isnull=True, said_until__isnull=False)  # "until 2 May"
        return rows.filter(Q(said_on__lte=day) | is_open)


@lists(StatementLine, "What was said, in the speakers' own words")
class StatementList(ListEndpoint):
    """Statements, newest first (1 query)."""

    has_desk_view = True
    orders: ClassVar = both_ways(said=Order("said_on", "day"))
    default_order = "-said"
    filterset_class = StatementFilter
    desk_filterset_class = StatementFilter

    def rows(self) -> QuerySet[Any, Any]:
        return Statement.objects.public().select_related("speaker")

    def lines(self, rows: Sequence[Statement]) -> list[Json]:
        return [statement_line(row) for row in rows]

    def desk_rows(self) -> QuerySet[Any, Any]:
        return Statement.objects.select_related("speaker")

    def desk_lines(self, rows: Sequence[Statement]) -> list[Json]:
        return [
            statement_line(row) | {"version": row.version, "external_ref": row.external_ref}
            for row in rows
        ]

    @creates(StatementWrite, "Record what was said")
    def post(self, request: Request) -> Response:
        told = self.read(StatementWrite)

        def work() -> Made:
            with_occasion(told, by=self.person)
            row = record_statement(by=self.person, **told)
            return Made(row.public_id, f"statements/{row.public_id}/?view=desk", row.version)

        return self.create(work)


def with_occasion(told: Json, *, by: Any) -> None:
    """Puts the occasion that a body describes in its place."""
    if told.get("occasion"):
        told["occasion"] = add_occasion(by=by, **told["occasion"])


class StatementDetail(Endpoint):
    """One statement (5 queries)."""

    has_desk_view = True

    @reads(StatementShape, "One statement", desk=StatementDeskShape)
    def get(self, request: Request, public_id: str) -> Response:
        if self.is_desk:
            return self._desk(public_id)
        row = row_or_404(Statement.objects.public().for_page(), public_id=public_id)
        return Response(
            statement_json(row)
            | {
                "appearances": [appearance_json(found) for found in row.shown_appearances],
                "corrections": [
                    correction_json(correction) for correction in row.corrections.all()
                ],
                "claims": newest_claims(Claim.objects.listed().for_statement(row)),
            }
        )

    @changes(
        StatementChange, StatementDeskShape, "Change a statement that nothing published rests on"
    )
    def patch(self, request: Request, public_id: str) -> Response:
        row = row_or_404(Statement.objects.all(), public_id=public_id)
        told = self.read(StatementChange, partial=True)
        version = self.version_of(told)
        with transaction.atomic():
            with_occasion(told, by=self.person)
            update_statement(row, by=self.person, version=version, **told)
        return self._desk(public_id)

    def _desk(self, public_id: str) -> Response:
        rows = Statement.objects.select_related(
            "speaker", "occasion__place", "place"
        ).prefetch_related(
            "speaker__roles",
            Prefetch(
                "appearances",
                Appearance.objects.with_archive()
                .select_related("source", "snapshot")
                .defer("snapshot__text"),
            ),
            Prefetch("occurrences", Occurrence.objects.select_related("claim")),
        )
        row = row_or_404(rows, public_id=public_id)
        return desk_response(
            statement_json(row)
            | {
                "version": row.version,
                "external_ref": row.external_ref,
                "appearances": [
                    appearance_json(found) | {"id": found.pk, "is_shown": found.is_shown}
                    for found in row.appearances.all()
                ],
                "claims": [
                    {
                        "id": found.claim.public_id,
                        "short_text": found.claim.short_text,
                        "state": found.claim.state,
                        "match": found.match,
                        "is_shown": found.is_shown,
                    }
                    for found in row.occurrences.all()
                ],
            },
            version=row.version,
        )


class StatementAppearances(Endpoint):
    """Where the words of a statement stand."""

    is_desk_only = True

    @creates(AppearanceWrite, "Tie a statement to a source")
    def post(self, request: Request, public_id: str) -> Response:
        statement = row_or_404(Statement.objects.all(), public_id=public_id)
        told = self.read(AppearanceWrite)

        def work() -> Made:
            row = link_appearance(statement, by=self.person, **told)
            return Made(row.pk, f"statements/{statement.public_id}/?view=desk")

        return self.create(work)
