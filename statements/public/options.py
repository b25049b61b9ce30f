"""What the filter bar offers: speakers, topics and publishers of the newest claims.

Read once per publication number and kept; looking at the newest claims only keeps the cost flat
however many there are.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.core.cache import cache
from django.db.models import CharField, Value

from sources.models import Publisher
from statements.models import Citation, Claim, Speaker, Topic
from statements.public.cards import NEWEST_FIRST

NEWEST = 1_000
MOST = 200
KEPT_SECONDS = 3_600

Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Options:
    """Code and name of each choice, by name."""

    speaker: Choices = field(default_factory=list)
    topic: Choices = field(default_factory=list)
    publisher: Choices = field(default_factory=list)


def options_for(number: int) -> Options:
    """Returns the choices as of a publication number (one query, or none when they are kept)."""
    key = f"statements.public.options.{number}"
    kept: Options | None = cache.get(key)
    if kept is None:
        kept = _read()
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _read() -> Options:
    newest = Claim.objects.listed().order_by(NEWEST_FIRST, "-id")
    claims = newest.values("id")[:NEWEST]
    links = Claim.topics.through._default_manager.filter(claim__in=claims)
    cited = Citation.objects.filter(verdict__live_for__in=claims)
    rows = (
        Speaker.objects.filter(id__in=newest.values("main_statement__speaker")[:NEWEST])
        .order_by()
        .values_list(Value("speaker", output_field=CharField()), "public_id", "name")
        .union(
            Topic.objects.filter(has_page=True, id__in=links.values("topic"))
            .order_by()
            .values_list(Value("topic", output_field=CharField()), "slug", "name"),
            Publisher.objects.filter(id__in=cited.values("source__publisher"))
            .order_by()
            .values_list(Value("publisher", output_field=CharField()), "public_id", "name"),
            all=True,
        )
    )
    options = Options()
    for kind, code, name in sorted(rows, key=lambda row: row[2].casefold()):
        choices: Choices = getattr(options, kind)
        if len(choices) < MOST:
            choices.append((code, name))
    return options
