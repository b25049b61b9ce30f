"""Agreements and the dated events of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from sources.api.base import Endpoint, Json, absolute, desk_response, row_or_404
from sources.api.errors import NotFound
from sources.api.lists import ListEndpoint
from sources.api.schema import Problem, lists, reads
from sources.api.sources import NamedShape, TitledShape, named, titled
from sources.errors import Invalid
from sources.keyset import Order, both_ways
from statements import as_of
from statements.api.shapes import MOST_CLAIMS, ClaimLine, claim_line, claims_that_fit
from statements.api.standings import (
    PositionShape,
    ViolationCountShape,
    ViolationShape,
    WorkingViolationShape,
    positions_json,
    violation_counts_json,
    violation_json,
    violations_json,
)
from statements.api.then import AS_OF, asked_day
from statements.as_of import PARAMETER, read_day
from statements.models import Agreement, AgreementEvent
from statements.standings import confirmed_events, shown_events, violations_of
from statements.vocabulary import (
    STATUS_VALUES,
    AgreementForm,
    AgreementKind,
    AgreementRecord,
    AgreementScope,
    Axis,
    Monitoring,
)


class AgreementLine(serializers.Serializer):
    """A ceasefire, pause or deal that claims speak about."""

    id = serializers.CharField()
    url = serializers.URLField(help_text="The page for readers.")
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(AgreementKind.choices)
    scope = serializers.ChoiceField(AgreementScope.choices)
    form = serializers.ChoiceField(AgreementForm.choices)
    record = serializers.ChoiceField(AgreementRecord.choices)
    monitoring = serializers.ChoiceField(Monitoring.choices)
    duration_days = serializers.IntegerField(allow_null=True)
    proposed_on = serializers.DateField(allow_null=True)
    announced_on = serializers.DateField(allow_null=True)
    effective_from = serializers.DateField(allow_null=True)
    expires_on = serializers.DateField(allow_null=True)


class TextSourceShape(serializers.Serializer):
    """Where the text of the agreement stands."""

    title = serializers.CharField()
    address = serializers.CharField(allow_blank=True)


class EventShape(serializers.Serializer):
    """One dated event on one axis; a position or compliance belongs to a party."""

    happened_on = serializers.DateField()
    axis = serializers.ChoiceField(Axis.choices)
    value = serializers.ChoiceField(STATUS_VALUES)
    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name
    party = NamedShape(allow_null=True)
    note = serializers.CharField(allow_blank=True)
    source = TitledShape()  # type: ignore[assignment]  # a field of this name


class AgreementShape(AgreementLine):
    """An agreement with its confirmed events in the order of time, and the claims about it."""

    parties = serializers.ListField(child=serializers.CharField())
    mediators = serializers.ListField(child=serializers.CharField())
    text_source = TextSourceShape(allow_null=True)
    events = EventShape(many=True)
    positions = PositionShape(many=True)
    violations = ViolationShape(many=True)
    violation_counts = ViolationCountShape(many=True)
    claims = ClaimLine(many=True)
    shown_as_of = serializers.DateField(
        allow_null=True, help_text="The day in `as_of`; null: as it is now."
    )


class WorkingEventShape(EventShape):
    """An event, also one that waits for a second editor."""

    id = serializers.IntegerField()
    dates_again = serializers.IntegerField(
        allow_null=True, help_text="The same event as this one, dated by another source."
    )
    is_confirmed = serializers.BooleanField()
    supersedes = serializers.IntegerField(allow_null=True)


class AgreementDeskShape(AgreementShape):
    """An agreement as it is worked on, with every event."""

    claims = None  # type: ignore[assignment]  # of the public view
    shown_as_of = None  # type: ignore[assignment]  # of the public view
    version = serializers.IntegerField()
    events = WorkingEventShape(many=True)
    violations = WorkingViolationShape(many=True)


def agreement_json(row: Agreement) -> Json:
    return {
        "id": row.public_id,
        "url": absolute(row.get_absolute_url()),
        "name": row.name,
        "description": row.description,
        "kind": row.kind,
        "scope": row.scope,
        "form": row.form,
        "record": row.record,
        "monitoring": row.monitoring,
        "duration_days": row.duration_days,
        "proposed_on": row.proposed_on,
        "announced_on": row.announced_on,
        "effective_from": row.effective_from,
        "expires_on": row.expires_on,
    }


def event_json(row: AgreementEvent) -> Json:
    return {
        "happened_on": row.happened_on,
        "axis": row.axis,
        "value": row.value,
        "label": str(row.value_label),
        "party": named(row.party),
        "note": row.note,
        "source": titled(row.source),
    }


def more_of(row: Agreement) -> Json:
    source = row.text_source
    return {
        "parties": [party.name for party in row.parties.all()],
        "mediators": [mediator.name for mediator in row.mediators.all()],
        "text_source": {"title": source.title, "address": source.url} if source else None,
    }


ON = "on"
ON_DAY = OpenApiParameter(
    ON, OpenApiTypes.DATE, description="Only the positions that held on that day."
)


class AgreementFilter(django_filters.FilterSet):
    """Narrows agreements."""

    kind = django_filters.ChoiceFilter(label="Kind", choices=AgreementKind.choices)
    scope = django_filters.ChoiceFilter(label="Scope", choices=AgreementScope.choices)

    class Meta:
        model = Agreement
        fields: list[str] = []


def agreement_now(row: Agreement, *, on: date | None) -> Json:
    """Returns a public agreement with its events and claims (3 queries)."""
    claims = claims_that_fit(("agreement", row.public_id))
    return _public_json(row, claims, at=None, on=on)


def agreement_then(row: Agreement, day: date, *, on: date | None) -> Json:
    """Returns an agreement as of a day (11 queries); raises `NotFound` where it had no page then."""
    at = as_of.end_of(day)
    ids = as_of.agreement_claims_then(row, at)[:MOST_CLAIMS]
    claims = [claim_line(line) for line in as_of.lines_then(ids, at)]
    found = _public_json(as_of.terms_then(row, at), claims, at=at, on=on)
    if not claims and not found["events"] and not found["violations"]:
        raise NotFound
    return found | {"shown_as_of": day}


def _public_json(
    row: Agreement, claims: list[Json], *, at: datetime | None, on: date | None
) -> Json:
    confirmed = confirmed_events(row, known_at=at)
    violations = violations_of(row, known_at=at)
    return {
        **agreement_json(row),
        **more_of(row),
        "events": [event_json(event) for event in shown_events(confirmed)],
        "positions": positions_json(confirmed, on=on),
        "violations": violations_json(violations),
        "violation_counts": violation_counts_json(violations),
        "claims": claims,
        "shown_as_of": None,
    }


@lists(AgreementLine, "What was agreed")
class AgreementList(ListEndpoint):
    """Agreements by name (1 query)."""

    has_desk_view = True
    orders: ClassVar = both_ways(name=Order("name"))
    default_order = "name"
    filterset_class = AgreementFilter
    desk_filterset_class = AgreementFilter

    def rows(self) -> QuerySet[Any, Any]:
        return Agreement.objects.public()

    def lines(self, rows: Sequence[Agreement]) -> list[Json]:
        return [agreement_json(row) for row in rows]

    def desk_rows(self) -> QuerySet[Any, Any]:
        return Agreement.objects.all()

    def desk_lines(self, rows: Sequence[Agreement]) -> list[Json]:
        return [agreement_json(row) | {"version": row.version} for row in rows]


class AgreementDetail(Endpoint):
    """One agreement (6 queries; as of a day 14)."""

    has_desk_view = True
    parameters = (PARAMETER, ON)

    @reads(
        AgreementShape,
        "One agreement with its events",
        desk=AgreementDeskShape,
        asks=[AS_OF, ON_DAY],
        responses={400: Problem},
    )
    def get(self, request: Request, public_id: str) -> Response:
        day, on = asked_day(self), read_day(request.query_params.getlist(ON), name=ON)
        if day and on and on > day:
            raise Invalid(f"on {day} nobody knew what happened on {on}", field=ON)
        rows = Agreement.objects.all() if self.is_desk else Agreement.objects.public()
        row = row_or_404(
            rows.select_related("text_source").prefetch_related("parties", "mediators"),
            public_id=public_id,
        )
        if self.is_desk:
            return self._desk(row, on)
        found = agreement_then(row, day, on=on) if day else agreement_now(row, on=on)
        return Response(found)

    def _desk(self, row: Agreement, on: date | None) -> Response:
        events = list(
            row.events.select_related("party", "source__publisher", "confirmation").order_by(
                "happened_on", "id"
            )
        )
        confirmed = [event for event in events if hasattr(event, "confirmation")]
        violations = list(
            row.violations.select_related(
                "party", "alleged_by", "place", "source", "confirmation"
            ).order_by("happened_on", "id")
        )
        counted = [violation for violation in violations if hasattr(violation, "confirmation")]
        superseded = {violation.supersedes_id for violation in counted}
        counted = [violation for violation in counted if violation.pk not in superseded]
        return desk_response(
            {
                **agreement_json(row),
                **more_of(row),
                "version": row.version,
                "events": [
                    event_json(event)
                    | {
                        "id": event.pk,
                        "is_confirmed": hasattr(event, "confirmation"),
                        "supersedes": event.supersedes_id,
                        "dates_again": event.dates_again_id,
                    }
                    for event in events
                ],
                "positions": positions_json(confirmed, on=on),
                "violations": [
                    violation_json(violation)
                    | {
                        "id": violation.pk,
                        "is_confirmed": hasattr(violation, "confirmation"),
                        "supersedes": violation.supersedes_id,
                    }
                    for violation in violations
                ],
                "violation_counts": violation_counts_json(counted),
            },
            version=row.version,
        )
