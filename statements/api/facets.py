"""How many claims each choice of a filter would leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.http import QueryDict
from rest_framework import serializers

from sources.api.base import Json
from sources.editions import Kept
from sources.prepared import Prepared
from statements import search
from statements.filters import ClaimFilter
from statements.models import Claim, FacetCount, Topic
from statements.vocabulary import ClaimKind, CommitmentStatus, PublicState, VerdictCode


class CountShape(serializers.Serializer):
    """One choice, and how many claims it would leave."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name
    count = serializers.IntegerField()


class FacetsShape(serializers.Serializer):
    """Counts of listed claims per choice; choices without a claim are left out.

    With one verdict, kind, state or topic alone, or a topic and a verdict, all claims that fit are
    counted; with other filters the newest 1,000.
    """

    verdict = CountShape(many=True)
    kind = CountShape(many=True)
    state = CountShape(many=True)
    topic = CountShape(many=True)


FIXED: dict[str, Iterable[tuple[str, str]]] = {
    "verdict": (*VerdictCode.choices, *CommitmentStatus.choices),
    "kind": ClaimKind.choices,
    "state": PublicState.choices,
}


def facets_of(params: QueryDict) -> Json:
    """Returns the counts under the filters of a query string (1 query, 2 with new names)."""
    asked = ClaimFilter(params, queryset=Claim.objects.none())
    if not asked.is_valid():
        raise serializers.ValidationError(
            {name: [str(word) for word in words] for name, words in asked.errors.items()}
        )
    query = asked.query
    found = search.facet_counts(query) if query else _all()
    return {
        **{name: _choices(name, found, choices) for name, choices in FIXED.items()},
        "topic": _topics(found),
    }


def _all() -> Counter[tuple[str, str]]:
    """Returns the counts of all listed claims, which operations keep."""
    return Counter({(row.dimension, row.code): row.count for row in _COUNTS()})


_COUNTS = Prepared(
    lambda: FacetCount.objects.filter(dimension__in=(*FIXED, "topic"), count__gt=0).only(
        "dimension", "code", "count"
    )
)


def _choices(
    name: str, found: Counter[tuple[str, str]], choices: Iterable[tuple[str, str]]
) -> list[Json]:
    return [
        {"code": code, "label": str(label), "count": found[name, code]}
        for code, label in choices
        if found[name, code]
    ]


def _topics(found: Counter[tuple[str, str]]) -> list[Json]:
    """Counts claims of a topic and of those right below it, each claim once."""
    counts = {code: count for (name, code), count in found.items() if name == "topic"}
    names = topic_names()
    rows = sorted((-counts[slug], names[slug], slug) for slug in counts if slug in names)
    return [{"code": slug, "label": name, "count": -count} for count, name, slug in rows]


def _topic_names() -> dict[str, str]:
    """Returns the names of the topics with a page, by slug."""
    return dict(Topic.objects.filter(has_page=True).values_list("slug", "name"))


topic_names = Kept(_topic_names)
