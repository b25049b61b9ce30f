"""Topics: what claims are about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet, Value
from django.db.models.functions import StrIndex, Substr
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sources.prepared import Prepared
from statements import as_of as past
from statements.exports import csv
from statements.exports.columns import TOPIC_COUNTS
from statements.exports.counts import rows_of_counts
from statements.models import Agreement, FacetCount, Topic
from statements.public import words
from statements.public.cards import Link, Listing, cards_of, listing_of
from statements.public.indexes import IndexEntry, index
from statements.public.pages import page
from statements.public.paging import Order
from statements.public.then import as_of_banner, as_of_form, asked_day, not_yet, says_no
from statements.public.topic_charts import CountSection, sections_of, sections_of_topic
from statements.search import Query
from statements.topic_counts import counts_of_topic

PATH = "/topics/"
BY_NAME = Order("name", "Name", "name", is_descending=False, key="slug")
MOST_AGREEMENTS = 20
MOST_CLAIMS = 25
LISTED_THEN = "It lists the newest claims that had a finding or a retraction notice then."

_by_slug = Prepared(
    lambda slug: Topic.objects.public().filter(slug=slug).select_related("parent"), str
)


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
@says_no
def topic_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One topic: its counts, the agreements its claims speak of, and the claims (10 queries).

    4 where its counts are kept (`topic_counts`). As of a day of the past: 24 at most.
    """
    day = asked_day(request)
    topic = _by_slug.first(slug)
    if topic is None:
        raise Http404
    path = topic.get_absolute_url()
    listing, banner = _listing(topic, day), as_of_form(path)
    if day:
        if not listing.cards:
            return not_yet(request, title=topic.name, path=path, day=day, what="topic")
        banner = as_of_banner(path, day, LISTED_THEN)
    csv_url = f"{path}counts.csv" + (f"?as_of={day}" if day else "")
    parent = topic.parent if topic.parent and topic.parent.has_page else None
    return page(
        request,
        "topic",
        {
            "feed": f"/feeds/topics/{topic.slug}",
            "as_of": banner,
            "counts": _sections(topic.slug, day),
            "csv_url": csv_url,
            "topic": {
                "name": topic.name,
                "description": topic.description,
                "json_url": f"/api/v1/topics/{topic.slug}/",
                "children": [
                    Link(child.name, child.get_absolute_url()) for child in topic.public_children()
                ],
            },
            "agreements": [
                IndexEntry(row.name, _as_of(row.get_absolute_url(), day), about=row.description)
                for row in _agreements(topic, day)
            ],
            "crumbs": [
                Link("Topics", PATH),
                *([Link(parent.name, parent.get_absolute_url())] if parent else []),
            ],
            "listing": listing,
        },
        section=PATH,
        description=topic.description,
        is_indexed=day is None,
        canonical=path,
    )


@require_safe
@says_no
def topic_counts(request: HttpRequest, slug: str) -> HttpResponse:
    """The counts of a topic as CSV: those of its page, one a line (7 queries, or 1)."""
    day = asked_day(request)
    is_public = _by_slug.first(slug) is not None
    counted = counts_of_topic(slug, past.end_of(day) if day else None) if is_public else []
    if not counted:
        raise Http404
    body = b"".join(csv.chunks(TOPIC_COUNTS, [rows_of_counts(counted)]))
    response = HttpResponse(body, content_type=f"{csv.MEDIA_TYPE}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-counts.csv"'
    return response


def _sections(slug: str, day: date | None) -> list[CountSection]:
    return sections_of(counts_of_topic(slug, past.end_of(day))) if day else sections_of_topic(slug)


def _as_of(url: str, day: date | None) -> str:
    """Returns an address that stays on the day that somebody looks back to."""
    return f"{url}?as_of={day}" if day else url


def _listing(topic: Topic, day: date | None) -> Listing:
    if day is None:
        query = Query(facets=(("topic", topic.slug),))
        return listing_of(query, all_url=f"/claims/?topic={topic.slug}")
    lines = past.topic_lines_then(topic.slug, past.end_of(day), most=MOST_CLAIMS)
    return Listing(cards_of(lines), "None by then.")


def _agreements(topic: Topic, day: date | None) -> Iterable[Agreement]:
    """Returns the agreements that live findings of the topic speak of: today from the counts."""
    if day:
        return past.topic_agreements_then(topic, past.end_of(day), most=MOST_AGREEMENTS)
    start = f"{topic.slug}/"
    return _spoken_of(start, len(start) + 1)


def _agreements_counted(start: str, after: int) -> QuerySet[Agreement]:
    # Where the words begin is asked with an equals sign, which a prepared query can fill in.
    counted = FacetCount.objects.filter(dimension="topic_agreement", count__gt=0)
    spoken_of = counted.annotate(at=StrIndex("code", Value(start))).filter(at=1)
    ids = spoken_of.values(agreement=Substr("code", Value(after)))
    return Agreement.objects.filter(public_id__in=ids).order_by("name", "id")[:MOST_AGREEMENTS]


_spoken_of = Prepared(_agreements_counted, str, int)
