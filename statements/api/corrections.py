"""The log of corrections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import django_filters
from django.db.models import OuterRef, QuerySet, Subquery
from rest_framework import serializers

from sources.api.base import Json, absolute
from sources.api.lists import ListEndpoint
from sources.api.schema import lists
from sources.keyset import Order, both_ways
from statements.api.shapes import CorrectionShape, claim_url, correction_json
from statements.models import Correction, Verdict
from statements.vocabulary import CORRECTIONS, CorrectionKind

# A typo is told in the history of its claim, not in the log (DOMAIN §5).
IN_LOG = tuple(kind for kind, rule in CORRECTIONS.items() if rule.has_banner)


class CorrectionLine(CorrectionShape):
    """A public note that something published was changed, and where."""

    claim = serializers.CharField(allow_null=True, help_text="Id, where a claim was changed.")
    text = serializers.CharField(help_text="The wording that was last published, or the speaker.")
    url = serializers.URLField(help_text="The page for readers.")


class CorrectionFilter(django_filters.FilterSet):
    """Narrows the log."""

    kind = django_filters.ChoiceFilter(
        label="Kind", choices=[(code, CorrectionKind(code).label) for code in IN_LOG]
    )
    claim = django_filters.CharFilter(label="Claim", field_name="claim__public_id", max_length=16)
    statement = django_filters.CharFilter(
        label="Statement", field_name="statement__public_id", max_length=16
    )

    class Meta:
        model = Correction
        fields: list[str] = []


@lists(CorrectionLine, "Every change of meaning to what is public")
class CorrectionList(ListEndpoint):
    """The log of corrections, newest first (1 query)."""

    orders: ClassVar = both_ways(made=Order("made_at", "moment", key="id"))
    default_order = "-made"
    filterset_class = CorrectionFilter

    def rows(self) -> QuerySet[Any, Any]:
        last = Verdict.objects.filter(claim=OuterRef("claim")).order_by("-revision")
        return (
            Correction.objects.public()
            .filter(kind__in=IN_LOG)
            .select_related("claim", "statement__speaker")
            .annotate(sealed_text=Subquery(last.values("short_text")[:1]))
        )

    def lines(self, rows: Sequence[Any]) -> list[Json]:
        return [_line(row) for row in rows]


def _line(row: Any) -> Json:
    if row.claim is None:
        text, url = row.statement.speaker.name, absolute(row.statement.get_absolute_url())
    else:
        text = row.sealed_text or ""
        url = claim_url(row.claim.public_id, text)
    claim = row.claim.public_id if row.claim else None
    return correction_json(row) | {"claim": claim, "text": text, "url": url}
