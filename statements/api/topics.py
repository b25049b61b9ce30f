"""Topics: what claims are about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from sources.api.base import Endpoint, Json, ListEndpoint, absolute, lists, reads, row_or_404
from sources.keyset import Order, both_ways
from statements.api.shapes import TopicNameShape
from statements.models import Topic


class TopicLine(serializers.Serializer):
    """A subject with a page."""

    slug = serializers.CharField()
    url = serializers.URLField(help_text="The page for readers.")
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    wikidata_id = serializers.CharField(allow_blank=True)
    parent = TopicNameShape(allow_null=True)
    claim_count = serializers.IntegerField(
        help_text="Listed claims, those of topics right below it included."
    )


class TopicShape(TopicLine):
    """A subject with the subjects below it."""

    children = TopicNameShape(many=True)


def topic_name(row: Topic | None) -> Json | None:
    return {"slug": row.slug, "name": row.name} if row else None


def topic_json(row: Any) -> Json:
    """Returns a topic; reads `parent` and `with_claim_count()`."""
    return {
        "slug": row.slug,
        "url": absolute(row.get_absolute_url()),
        "name": row.name,
        "description": row.description,
        "wikidata_id": row.wikidata_id,
        "parent": topic_name(row.parent) if row.parent and row.parent.has_page else None,
        "claim_count": row.claim_count,
    }


@lists(TopicLine, "What the claims are about")
class TopicList(ListEndpoint):
    """Topics by name (1 query)."""

    orders: ClassVar = both_ways(name=Order("name", key="slug"))
    default_order = "name"

    def rows(self) -> QuerySet[Any, Any]:
        return Topic.objects.public().with_claim_count().select_related("parent")

    def lines(self, rows: Sequence[Topic]) -> list[Json]:
        return [topic_json(row) for row in rows]


class TopicDetail(Endpoint):
    """One topic (2 queries)."""

    @reads(TopicShape, "One topic")
    def get(self, request: Request, slug: str) -> Response:
        rows = Topic.objects.public().with_claim_count().select_related("parent")
        row = row_or_404(rows, slug=slug)
        children = Topic.objects.public().filter(parent=row).order_by("name", "slug")
        return Response(topic_json(row) | {"children": [topic_name(child) for child in children]})
