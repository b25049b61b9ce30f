"""Topics: what claims are about."""

from __future__ import annotations

from typing import Any

from django.db.models.functions import Substr
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from statements.models import Agreement, FacetCount, Topic
from statements.public import words
from statements.public.cards import Link, listing_of
from statements.public.indexes import IndexEntry, index
from statements.public.pages import page
from statements.public.paging import Order
from statements.search import Query

PATH = "/topics/"
BY_NAME = Order("name", "Name", "name", is_descending=False, key="slug")
MOST_AGREEMENTS = 20


@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    """All topics by name, with the number of their claims (1 query)."""
    return index(
        request,
        Topic.objects.public().with_claim_count(),
        BY_NAME,
        _entry,
        heading="Topics",
        standfirst="What the claims are about.",
        path=PATH,
    )


def _entry(topic: Any) -> IndexEntry:
    return IndexEntry(
        topic.name,
        topic.get_absolute_url(),
        about=topic.description,
        count=words.count(topic.claim_count, "claim", "claims"),
    )


@require_safe
def topic_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One topic: the agreements its claims speak of, and the claims (4 queries)."""
    topic = Topic.objects.public().filter(slug=slug).select_related("parent").first()
    if topic is None:
        raise Http404
    parent = topic.parent if topic.parent and topic.parent.has_page else None
    return page(
        request,
        "topic",
        {
            "feed": f"/feeds/topics/{topic.slug}",
            "topic": {
                "name": topic.name,
                "description": topic.description,
                "children": [
                    Link(child.name, child.get_absolute_url())
                    for child in Topic.objects.public().filter(parent=topic).order_by("name")
                ],
            },
            "agreements": [
                IndexEntry(row.name, row.get_absolute_url(), about=row.description)
                for row in _agreements(topic)
            ],
            "crumbs": [
                Link("Topics", PATH),
                *([Link(parent.name, parent.get_absolute_url())] if parent else []),
            ],
            "listing": listing_of(
                Query(facets=(("topic", topic.slug),)), all_url=f"/claims/?topic={topic.slug}"
            ),
        },
        section=PATH,
        description=topic.description,
    )


def _agreements(topic: Topic) -> Any:
    """Returns the agreements that live findings of the topic speak of, from the counts."""
    start = f"{topic.slug}/"
    spoken_of = FacetCount.objects.filter(
        dimension="topic_agreement", code__startswith=start, count__gt=0
    )
    ids = spoken_of.values(agreement=Substr("code", len(start) + 1))
    return Agreement.objects.filter(public_id__in=ids).order_by("name", "id")[:MOST_AGREEMENTS]
