"""Claims: the list, one claim, its history, its facets, and work on its wording."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import django_filters
from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from sources.api.base import Endpoint, Json, Made, desk_response, row_or_404
from sources.api.fields import Code, Day, Language, Line, Number, Reference, Text, Version, YesNo
from sources.api.lists import ListEndpoint, bad_cursor, page_address, page_size
from sources.api.schema import Problem, changes, creates, filter_parameters, lists, reads
from sources.errors import Invalid
from sources.keyset import Order, both_ways
from sources.operations import lock
from sources.people import Role, require
from statements import search
from statements.api.claim_desk import (
    ClaimDeskLine,
    ClaimDeskShape,
    claim_desk_json,
    claim_desk_line,
    working_claims,
)
from statements.api.claim_public import claim_json, history_json
from statements.api.claim_shapes import ClaimShape, GoneShape, HistoryShape
from statements.api.details import read_detail
from statements.api.facets import FacetsShape, facets_of
from statements.api.shapes import ClaimLine, claim_line
from statements.api.then import AS_OF, asked_day
from statements.as_of import PARAMETER, read_day
from statements.filters import ClaimFilter, WordsFilter
from statements.models import Claim, Statement, Topic
from statements.models.claim import SHORT_TEXT_LENGTH
from statements.operations import (
    add_claim,
    attach_occurrence,
    schedule_review,
    set_detail,
    tag_claim,
    update_claim,
)
from statements.vocabulary import ClaimKind, State

MAX_TOPICS = 50


class ClaimWrite(serializers.Serializer):
    """A claim as it is taken out of a statement."""

    text = Text(required=True, most=2_000)
    short_text = Line(required=False, most=SHORT_TEXT_LENGTH, help_text="No verdict words.")
    kind = Code(ClaimKind.choices, required=False)
    language = Language(required=False)
    show_as_open = YesNo(required=False, help_text='Announce it as "being checked".')
    statement = Reference(Statement, required=False, allow_null=True)
    topics = serializers.ListField(
        child=Line(most=80), required=False, max_length=MAX_TOPICS, help_text="Slugs."
    )
    detail = serializers.DictField(
        required=False, help_text="The typed fact; its fields follow from `kind`."
    )
    external_ref = Line(required=False, most=200)


class ClaimChange(ClaimWrite):
    """A claim as it is changed. Topics and the day of the next look change in any state."""

    statement = None  # type: ignore[assignment]  # POST claims/<id>/statements/
    external_ref = None  # type: ignore[assignment]  # never changes
    review_due_on = Day(required=False, allow_null=True)
    reason = Line(required=False, most=300, help_text="For the history of the claim.")
    version = Version()


class OccurrenceWrite(serializers.Serializer):
    """A statement that makes the claim, with the number as said there."""

    statement = Reference(Statement)
    stated_lower = Number(required=False, allow_null=True)
    stated_upper = Number(required=False, allow_null=True)


class DeskClaimFilter(django_filters.FilterSet):
    """Narrows working rows."""

    q = WordsFilter(label="Words", method="with_words")
    state = django_filters.ChoiceFilter(label="State", choices=State.choices)
    kind = django_filters.ChoiceFilter(label="Kind", choices=ClaimKind.choices)
    assignee = django_filters.CharFilter(
        label="Assignee", field_name="assignee__username", max_length=150
    )
    topic = django_filters.CharFilter(label="Topic", field_name="topics__slug", max_length=80)
    speaker = django_filters.CharFilter(
        label="Speaker", field_name="main_statement__speaker__public_id", max_length=16
    )
    external_ref = django_filters.CharFilter(label="Reference", max_length=200)

    class Meta:
        model = Claim
        fields: list[str] = []

    def with_words(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        return search.narrow_for_staff(claims, value)


ORDERS: dict[str, search.Order] = {
    name: search.Order(order.column, is_descending=name.startswith("-"))
    for code, order in (
        ("published", search.PUBLISHED),
        ("said", search.SAID),
        ("updated", search.UPDATED),
    )
    for name in (code, f"-{code}")
}
BEST = "best"


LIST_PARAMETERS = ("cursor", "page_size", "ordering", *ClaimFilter.base_filters)


def claim_answer(params: QueryDict, path: str, *, public_id: str) -> Json:
    """Returns one claim as `ClaimDetail` answers it."""
    return claim_json(public_id, read_day(params.getlist(PARAMETER)))


def facets_answer(params: QueryDict, path: str) -> Json:
    """Returns the counts as `ClaimFacets` answers them."""
    return facets_of(params)


def claims_page(params: QueryDict, path: str) -> Json:
    """Returns the page of listed claims that a query string asks for (1 query).

    Raises what the API answers with: a ValidationError naming each bad filter, or `Invalid`.
    """
    asked = ClaimFilter(params, queryset=Claim.objects.none())
    if not asked.is_valid():
        raise serializers.ValidationError(
            {name: [str(word) for word in words] for name, words in asked.errors.items()}
        )
    query = asked.query
    known = {**ORDERS, BEST: search.BEST} if query.text else ORDERS
    name = params.get("ordering") or "-published"
    if name not in known:
        raise Invalid(f"order by one of {', '.join(known)}", field="ordering")
    try:
        found = search.find(
            query,
            order=known[name],
            token=params.get("cursor", ""),
            size=page_size(params),
            counts=False,
        )
    except search.BadToken as error:
        raise bad_cursor() from error
    return {
        "next": page_address(params, path, found.next),
        "previous": page_address(params, path, found.previous),
        "results": [claim_line(line) for line in found.lines],
    }


@lists(
    ClaimLine,
    "Claims with a finding, a retraction, or being checked",
    desk_line=ClaimDeskLine,
)
class ClaimList(ListEndpoint):
    """Claims, last checked first (1 query)."""

    has_desk_view = True
    orders: ClassVar = {**ORDERS, BEST: search.BEST}
    default_order = "-published"
    filterset_class = ClaimFilter
    desk_orders: ClassVar = both_ways(created=Order("created_at", "moment"))
    desk_default_order = "-created"
    desk_filterset_class = DeskClaimFilter

    def listed(self) -> Response:
        if self.is_desk:
            return super().listed()
        return Response(claims_page(self.request.query_params, self.request.path))

    def desk_rows(self) -> QuerySet[Any, Any]:
        return Claim.objects.select_related("assignee")

    def desk_lines(self, rows: Sequence[Claim]) -> list[Json]:
        return [claim_desk_line(row) for row in rows]

    @creates(ClaimWrite, "Take a claim out of a statement")
    def post(self, request: Request) -> Response:
        told = self.read(ClaimWrite)
        detail = told.pop("detail", None)

        def work() -> Made:
            told["topics"] = topics_of(told.get("topics") or [])
            claim = add_claim(by=self.person, **told)
            if detail:
                kind = claim.kind
                values = read_detail(kind, without_type(detail, kind))
                claim = set_detail(claim, kind, by=self.person, version=claim.version, **values)
            return Made(claim.public_id, f"claims/{claim.public_id}/?view=desk", claim.version)

        return self.create(work)


class ClaimDetail(Endpoint):
    """One claim (7 queries at most; 12 as of a day)."""

    has_desk_view = True
    parameters = (PARAMETER,)

    @reads(
        ClaimShape,
        "One claim",
        desk=ClaimDeskShape,
        asks=[AS_OF],
        responses={400: Problem, 410: GoneShape},
    )
    def get(self, request: Request, public_id: str) -> Response:
        day = asked_day(self)
        return self._desk(public_id) if self.is_desk else Response(claim_json(public_id, day))

    @changes(ClaimChange, ClaimDeskShape, "Change wording, kind, typed detail or topics of a claim")
    def patch(self, request: Request, public_id: str) -> Response:
        claim = row_or_404(Claim.objects.all(), public_id=public_id)
        told = self.read(ClaimChange, partial=True)
        version = self.version_of(told)
        with transaction.atomic():
            change_claim(claim, told, by=self.person, version=version)
        return self._desk(public_id)

    def _desk(self, public_id: str) -> Response:
        claim = row_or_404(working_claims(), public_id=public_id)
        return desk_response(claim_desk_json(claim, self.person), version=claim.version)


def change_claim(claim: Claim, told: Json, *, by: Any, version: int) -> None:
    """Carries out everything that one PATCH asks for; the version holds for all of it."""
    require(by, Role.CHECKER, "change claims")
    row = lock(claim, version=version)
    reason = told.pop("reason", "")
    detail, slugs = told.pop("detail", None), told.pop("topics", None)
    has_day, day = "review_due_on" in told, told.pop("review_due_on", None)
    if told:
        row = update_claim(row, by=by, version=row.version, reason=reason, **told)
    if detail is not None:
        values = read_detail(row.kind, without_type(detail, row.kind))
        row = set_detail(row, row.kind, by=by, version=row.version, **values)
    if slugs is not None:
        row = tag_claim(row, by=by, topics=topics_of(slugs))
    if has_day:
        schedule_review(row, by=by, on=day)


def without_type(detail: Json, kind: str) -> Json:
    """Takes `type` out of a detail, as reading gives it; it must be the claim's kind."""
    rest = dict(detail)
    if rest.pop("type", kind) != kind:
        raise Invalid(f"the claim is of kind {kind}", field="detail.type")
    return rest


def topics_of(slugs: Sequence[str]) -> list[Topic]:
    """Returns the topics of these slugs (one query)."""
    found = {topic.slug: topic for topic in Topic.objects.filter(slug__in=slugs)}
    for slug in slugs:
        if slug not in found:
            raise Invalid(f"there is no topic {slug}", field="topics")
    return list(found.values())


class ClaimHistory(Endpoint):
    """Every public version of a finding (3 queries)."""

    @reads(HistoryShape, "Every public version of a finding", responses={410: GoneShape})
    def get(self, request: Request, public_id: str) -> Response:
        return Response(history_json(public_id))


class ClaimFacets(Endpoint):
    """Counts per choice of a filter, under the filters that are set (1 query)."""

    parameters = tuple(ClaimFilter.base_filters)

    @extend_schema(
        summary="Counts per verdict, kind, state and topic",
        description="",
        parameters=filter_parameters(ClaimFilter),
        responses={200: FacetsShape, 400: Problem},
    )
    def get(self, request: Request) -> Response:
        return Response(facets_of(request.query_params))


class ClaimStatements(Endpoint):
    """Statements that make a claim."""

    is_desk_only = True

    @creates(OccurrenceWrite, "Say that a statement makes the claim")
    def post(self, request: Request, public_id: str) -> Response:
        claim = row_or_404(Claim.objects.all(), public_id=public_id)
        told = self.read(OccurrenceWrite)

        def work() -> Made:
            row = attach_occurrence(claim, by=self.person, **told)
            return Made(row.pk, f"claims/{claim.public_id}/?view=desk")

        return self.create(work)
