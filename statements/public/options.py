"""What the filter bar offers: speakers, topics and publishers of the newest claims.

Read once per publication number and kept, as finished HTML too: a select of 200 names would cost
more to render than the rest of the page. Looking at the newest claims only keeps the cost flat
however many there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import CharField, Value
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from sources.models import Publisher
from statements.models import Citation, Claim, Speaker, Topic
from statements.public.cards import NEWEST_FIRST

NEWEST = 1_000
MOST = 200
KEPT_SECONDS = 3_600
KEPT_FORMAT = 1  # raise it when `Choices` changes: another build may read what this one kept


@dataclass(frozen=True, slots=True)
class Choices:
    """What one field offers: name by code, and the same as options of a select."""

    names: dict[str, str]
    html: SafeString

    def html_with(self, value: str) -> SafeString:
        """Returns the options with one selected; a value that is not offered is added."""
        option = format_html('<option value="{}">', value)
        if value in self.names:
            chosen = format_html('<option value="{}" selected>', value)
            return mark_safe(self.html.replace(option, chosen, 1))  # noqa: S308  both are escaped
        if not value:
            return self.html
        return self.html + format_html('<option value="{0}" selected>{0}</option>', value)


def choices_of(pairs: Iterable[tuple[str, str]]) -> Choices:
    """Returns the choices of (code, name) pairs, with "Any" before them."""
    names = dict(pairs)
    options = format_html_join("", '<option value="{}">{}</option>', names.items())
    return Choices(names, format_html('<option value="">Any</option>{}', options))


def options_for(number: int) -> dict[str, Choices]:
    """Returns the choices by field as of a publication number (one query, none when kept)."""
    key = f"statements.public.options.{KEPT_FORMAT}.{number}"
    kept: dict[str, Choices] | None = cache.get(key)
    if kept is None:
        kept = _read()
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _read() -> dict[str, Choices]:
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
    pairs: dict[str, list[tuple[str, str]]] = {"speaker": [], "topic": [], "publisher": []}
    for kind, code, name in sorted(rows, key=lambda row: row[2].casefold()):
        if len(pairs[kind]) < MOST:
            pairs[kind].append((code, name))
    return {kind: choices_of(found) for kind, found in pairs.items()}
