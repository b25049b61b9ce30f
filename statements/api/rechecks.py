"""Calls to look again at findings, for the desk: what waits, and what was answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from rest_framework import serializers

from sources.api.base import Json
from sources.api.lists import ListEndpoint
from sources.api.schema import lists
from sources.keyset import Order, both_ways
from statements.models import Recheck
from statements.vocabulary import RecheckCause, RecheckOutcome


class RecheckShape(serializers.Serializer):
    """Something that bears on a published finding, and the answer of a person once there is one."""

    id = serializers.IntegerField()
    claim = serializers.CharField()
    cause = serializers.ChoiceField(RecheckCause.choices)
    summary = serializers.CharField()
    detail = serializers.DictField(help_text="What it is about, as data; differs by cause.")
    opened_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True, help_text="null: it waits.")
    closed_by = serializers.CharField(allow_blank=True)
    outcome = serializers.ChoiceField([*RecheckOutcome.choices, ("", "Waits")])
    note = serializers.CharField(allow_blank=True)


class RecheckFilter(django_filters.FilterSet):
    """Narrows the calls to look again."""

    claim = django_filters.CharFilter(label="Claim", field_name="claim__public_id")
    cause = django_filters.ChoiceFilter(label="Cause", choices=RecheckCause.choices)
    outcome = django_filters.ChoiceFilter(
        label="Outcome",
        choices=[*RecheckOutcome.choices, ("waiting", "Waits")],
        method="by_outcome",
    )

    class Meta:
        model = Recheck
        fields: list[str] = []

    def by_outcome(self, rows: Any, name: str, value: str) -> Any:
        return (
            rows.filter(closed_at__isnull=True)
            if value == "waiting"
            else rows.filter(outcome=value)
        )


@lists(RecheckShape, "Calls to look again at a finding, for the desk")
class RecheckList(ListEndpoint):
    """Calls to look again, the newest first (1 query)."""

    is_desk_only = True
    orders: ClassVar = both_ways(opened=Order("opened_at", "moment", key="id"))
    default_order = "-opened"
    filterset_class = RecheckFilter
    desk_filterset_class = RecheckFilter

    def desk_rows(self) -> QuerySet[Any, Any]:
        return Recheck.objects.filter(taken_down_at__isnull=True).select_related(
            "claim", "closed_by"
        )

    def desk_lines(self, rows: Sequence[Recheck]) -> list[Json]:
        return [
            {
                "id": row.pk,
                "claim": row.claim.public_id,
                "cause": row.cause,
                "summary": row.summary,
                "detail": row.detail,
                "opened_at": row.opened_at,
                "closed_at": row.closed_at,
                "closed_by": row.closed_by.get_username() if row.closed_by else "",
                "outcome": row.outcome,
                "note": row.note,
            }
            for row in rows
        ]
