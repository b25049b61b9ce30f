"""How many claims each choice of a filter would leave."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from rest_framework import serializers

from sources.api.base import Json
from statements.filters import PUBLIC_STATES, PublicState
from statements.models import Claim, Topic, Verdict
from statements.vocabulary import ClaimKind, CommitmentStatus, VerdictCode


class CountShape(serializers.Serializer):
    """One choice, and how many claims it would leave."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name
    count = serializers.IntegerField()


class FacetsShape(serializers.Serializer):
    """Counts of listed claims per choice; choices without a claim are left out."""

    verdict = CountShape(many=True)
    kind = CountShape(many=True)
    state = CountShape(many=True)
    topic = CountShape(many=True)


def facets_of(claims: QuerySet[Claim]) -> Json:
    """Returns the counts of some listed claims (2 queries)."""
    last = Verdict.objects.filter(claim=OuterRef("pk")).order_by("-revision")
    rows = (
        claims.order_by()
        .annotate(
            shown_kind=Case(
                When(live_verdict__isnull=False, then=F("live_verdict__claim_kind")),
                When(first_published_at__isnull=True, then=F("kind")),
                default=Subquery(last.values("claim_kind")[:1]),
                output_field=CharField(),
            ),
            shown_state=Case(
                *(When(condition, then=Value(code)) for code, condition in PUBLIC_STATES.items()),
                default=Value(""),
                output_field=CharField(),
            ),
        )
        .values_list(
            "live_verdict__code", "live_verdict__commitment_status", "shown_kind", "shown_state"
        )
        .annotate(found=Count("pk"))
    )
    verdicts, kinds, states = Counter[str](), Counter[str](), Counter[str]()
    for code, status, kind, state, found in rows:
        verdicts[code or status or ""] += found
        kinds[kind] += found
        states[state] += found
    return {
        "verdict": _choices(verdicts, (*VerdictCode.choices, *CommitmentStatus.choices)),
        "kind": _choices(kinds, ClaimKind.choices),
        "state": _choices(states, PublicState.choices),
        "topic": _topics(claims),
    }


def _choices(found: Counter[str], choices: Any) -> list[Json]:
    return [
        {"code": code, "label": str(label), "count": found[code]}
        for code, label in choices
        if found[code]
    ]


def _topics(claims: QuerySet[Claim]) -> list[Json]:
    """Counts claims of a topic and of those right below it, each claim once."""
    through: Any = Claim.topics.through._default_manager
    links = (
        through.filter(
            Q(topic=OuterRef("pk")) | Q(topic__parent=OuterRef("pk")),
            claim__in=claims.order_by().values("pk"),
        )
        .order_by()
        .values(one=Value(1))
        .annotate(found=Count("claim", distinct=True))
        .values("found")
    )
    rows: Any = (
        Topic.objects.filter(has_page=True)
        .annotate(found=Coalesce(Subquery(links, output_field=IntegerField()), 0))
        .filter(found__gt=0)
        .order_by("-found", "name", "slug")
        .values_list("slug", "name", "found")
    )
    return [{"code": slug, "label": name, "count": found} for slug, name, found in rows]
