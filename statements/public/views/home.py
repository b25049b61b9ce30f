"""The start page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sources.prepared import Prepared
from statements import jsonld
from statements.models import Topic
from statements.public import words
from statements.public.cards import cards_of
from statements.public.frame import current_frame
from statements.public.pages import page
from statements.public.views.corrections import entries_of, logged
from statements.search import UPDATED, Query, find
from statements.vocabulary import PublicState

FINDINGS = 9
LOOKED_AT = 30  # retractions among them are left out
CHECKS = 4
TOPICS = 12
CORRECTIONS = 4

_some_topics = Prepared(
    lambda: Topic.objects.public().with_claim_count().order_by("name", "id")[:TOPICS]
)
_last_corrections = Prepared(lambda: logged().order_by("-made_at", "-id")[:CORRECTIONS])


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic with how many claims it has."""

    label: str
    url: str
    count: str


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Latest findings, open checks, topics, last corrections (4 queries)."""
    newest = find(Query(), order=UPDATED, size=LOOKED_AT, counts=False).lines
    cards = cards_of([line for line in newest if line["revision"]][:FINDINGS])
    checking = Query(facets=(("state", PublicState.CHECKING),))
    checks = find(checking, size=CHECKS, counts=False).lines
    site = current_frame().site
    return page(
        request,
        "home",
        {
            "structured": jsonld.in_script(jsonld.newsroom(site)),
            "lead": cards[0] if cards else None,
            "cards": cards[1:],
            "checks": cards_of(checks),
            "topics": _topics(),
            "corrections": entries_of(_last_corrections()),
        },
        section="/",
        description=site.tagline,
    )


def _topics() -> list[TopicLine]:
    topics: list[Any] = _some_topics()
    return [
        TopicLine(
            topic.name,
            topic.get_absolute_url(),
            words.count(topic.claim_count, "claim", "claims"),
        )
        for topic in topics
    ]
