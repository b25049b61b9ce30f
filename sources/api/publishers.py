"""Publishers: who puts sources out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from sources.api.base import Endpoint, Json, Rows, absolute, desk_response, row_or_404
from sources.api.lists import ListEndpoint
from sources.api.schema import lists, reads
from sources.keyset import Order, both_ways
from sources.models import Publisher
from sources.vocabulary import PublisherKind

MAX_QUERY_LENGTH = 200


class PublisherLine(serializers.Serializer):
    """Who puts a source out."""

    id = serializers.CharField()
    url = serializers.URLField(help_text="The page for readers.")
    name = serializers.CharField()
    domain = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(PublisherKind.choices)
    owner_group = serializers.CharField(allow_blank=True)


class PublisherDeskShape(PublisherLine):
    """Who puts a source out, as it is worked on."""

    version = serializers.IntegerField()


def publisher_json(row: Publisher) -> Json:
    return {
        "id": row.public_id,
        "url": absolute(row.get_absolute_url()),
        "name": row.name,
        "domain": row.domain,
        "kind": row.kind,
        "owner_group": row.owner_group,
    }


class PublisherFilter(django_filters.FilterSet):
    """Narrows publishers by what their pages show."""

    q = django_filters.CharFilter(
        label="Words of the name", field_name="name", lookup_expr="icontains",
        max_length=MAX_QUERY_LENGTH,
    )  # fmt: skip
    kind = django_filters.ChoiceFilter(label="Kind", choices=PublisherKind.choices)

    class Meta:
        model = Publisher
        fields: list[str] = []


@lists(PublisherLine, "Publishers of what our findings rest on")
class PublisherList(ListEndpoint):
    """Publishers by name (1 query)."""

    public: Rows = staticmethod(Publisher.objects.none)
    has_desk_view = True
    orders: ClassVar = both_ways(name=Order("name"))
    default_order = "name"
    filterset_class = PublisherFilter
    desk_filterset_class = PublisherFilter

    def rows(self) -> QuerySet[Any, Any]:
        return self.public()

    def lines(self, rows: Sequence[Publisher]) -> list[Json]:
        return [publisher_json(row) for row in rows]

    def desk_rows(self) -> QuerySet[Any, Any]:
        return Publisher.objects.all()

    def desk_lines(self, rows: Sequence[Publisher]) -> list[Json]:
        return [publisher_json(row) | {"version": row.version} for row in rows]


class PublisherDetail(Endpoint):
    """One publisher (1 query)."""

    public: Rows = staticmethod(Publisher.objects.none)
    has_desk_view = True

    @reads(PublisherLine, "One publisher", desk=PublisherDeskShape)
    def get(self, request: Request, public_id: str) -> Response:
        if self.is_desk:
            row = row_or_404(Publisher.objects.all(), public_id=public_id)
            return desk_response(
                publisher_json(row) | {"version": row.version}, version=row.version
            )
        return Response(publisher_json(row_or_404(self.public(), public_id=public_id)))
