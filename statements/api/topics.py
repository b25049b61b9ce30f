"""Topics: what claims are about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from sources.api.base import Endpoint, Json, absolute
from sources.api.errors import NotFound
from sources.api.lists import ListEndpoint
from sources.api.schema import Problem, lists, reads
from sources.keyset import Order, both_ways
from sources.prepared import Prepared
from sources.vocabulary import Granularity
from statements import as_of
from statements.api.shapes import ClaimLine, TopicNameShape, claim_line
from statements.api.then import AS_OF, asked_day
from statements.as_of import PARAMETER
from statements.models import Topic
from statements.search import Line, Query, find
from statements.topic_counts import as_document, counts_of_topic

NEWEST_CLAIMS = 25


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


class MeasureOfCountsShape(serializers.Serializer):
    """What is counted, and by which rule."""

    code = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField()
    counting_rule = serializers.CharField()


class PeriodCountShape(serializers.Serializer):
    """One count for one period, both days included."""

    start = serializers.DateField()
    end = serializers.DateField()
    value = serializers.CharField()
    lower = serializers.CharField(allow_null=True)
    upper = serializers.CharField(allow_null=True)


class CounterShape(serializers.Serializer):
    """One counter's series."""

    series = serializers.CharField()
    name = serializers.CharField()
    counter = serializers.CharField()
    includes = serializers.CharField(allow_blank=True)
    counts = PeriodCountShape(many=True)


class HeldAgainstShape(serializers.Serializer):
    """A claim on what is counted, and what each counter says of it."""

    id = serializers.CharField()
    short_text = serializers.CharField()
    claimed = serializers.CharField()
    comparisons = serializers.ListField(child=serializers.DictField())


class CountedShape(serializers.Serializer):
    """Everything that is counted by one rule, for one place, in one kind of step."""

    measure = MeasureOfCountsShape()
    place = serializers.CharField(allow_blank=True)
    granularity = serializers.ChoiceField(Granularity.choices)
    counters = CounterShape(many=True)
    claims = HeldAgainstShape(many=True)


class TopicShape(TopicLine):
    """A subject with the subjects below it."""

    claim_count = serializers.IntegerField(
        allow_null=True, help_text="null: as of a day of the past, which is not counted."
    )
    children = TopicNameShape(many=True)
    claims = ClaimLine(many=True, help_text="The newest; all of them: `claims/?topic=`.")
    counts = CountedShape(many=True, help_text="What the claims' numbers are about.")
    shown_as_of = serializers.DateField(
        allow_null=True, help_text="The day in `as_of`; null: as it is now."
    )


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


_by_slug = Prepared(
    lambda slug: (
        Topic.objects.public().with_claim_count().select_related("parent").filter(slug=slug)
    ),
    str,
)


class TopicDetail(Endpoint):
    """One topic (9 queries at most, 3 where its counts are kept; as of a day 22)."""

    parameters = (PARAMETER,)

    @reads(TopicShape, "One topic", asks=[AS_OF], responses={400: Problem})
    def get(self, request: Request, slug: str) -> Response:
        day = asked_day(self)
        row = _by_slug.first(slug)
        if row is None:
            raise NotFound
        lines = topic_lines(row, day)
        if day and not lines:
            raise NotFound
        return Response(
            topic_json(row)
            | ({"claim_count": None} if day else {})
            | {
                "children": [topic_name(child) for child in row.public_children()],
                "claims": [claim_line(line) for line in lines],
                "counts": [
                    as_document(alike)
                    for alike in counts_of_topic(row.slug, as_of.end_of(day) if day else None)
                ],
                "shown_as_of": day,
            }
        )


def topic_lines(topic: Topic, day: date | None) -> list[Line]:
    """Returns the newest claims of a topic, as they are or as they were at the end of a day."""
    if day:
        return as_of.topic_lines_then(topic.slug, as_of.end_of(day), most=NEWEST_CLAIMS)
    query = Query(facets=(("topic", topic.slug),))
    return list(find(query, size=NEWEST_CLAIMS, counts=False).lines)
