"""The start page."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from statements.models import Claim, Topic
from statements.public import words
from statements.public.cards import cards_of, for_cards
from statements.public.frame import current_frame
from statements.public.pages import page
from statements.public.views.corrections import entries_of, logged
from statements.public.views.topics import with_claim_count

FINDINGS = 9
CHECKS = 4
TOPICS = 12
CORRECTIONS = 4


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic with how many claims it has."""

    label: str
    url: str
    count: str


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Latest findings, open checks, topics, last corrections (4 queries)."""
    findings = for_cards(Claim.objects.filter(live_verdict__isnull=False))
    cards = cards_of(findings.order_by("-last_published_at", "-id")[:FINDINGS])
    checks = for_cards(Claim.objects.announced()).order_by("-id")[:CHECKS]
    return page(
        request,
        "home",
        {
            "lead": cards[0] if cards else None,
            "cards": cards[1:],
            "checks": cards_of(checks),
            "topics": _topics(),
            "corrections": entries_of(logged().order_by("-made_at", "-id")[:CORRECTIONS]),
        },
        section="/",
        description=current_frame().site.tagline,
    )


def _topics() -> list[TopicLine]:
    topics = with_claim_count(Topic.objects.public()).order_by("name", "id")[:TOPICS]
    return [
        TopicLine(
            topic.name,
            topic.get_absolute_url(),
            words.count(topic.claim_count, "claim", "claims"),
        )
        for topic in topics
    ]
