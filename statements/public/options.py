"""What the filter bar offers: the speakers, topics and publishers that the most claims have.

Read once per publication number and process, and kept as finished HTML too: a select of 200
names would cost more to render than the rest of the page. The counts are there already, so the
cost stays flat however many claims there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

from django.db.models import CharField, QuerySet, Value
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from sources.editions import Kept
from sources.models import Publisher
from statements.models import FacetCount, Speaker, Topic

MOST = 200


@dataclass(frozen=True, slots=True)
class Choices:
    """What one field offers: name by code, and the same as options of a select."""

    names: dict[str, str]
    html: SafeString

    def html_with(self, value: str) -> SafeString:
        """Returns the options with one selected; a value that is not offered is added."""
        if not value:
            return self.html
        code = escape(value)
        option = f'<option value="{code}">'
        if value in self.names:
            chosen = f'<option value="{code}" selected>'
            return SafeString(self.html.replace(option, chosen, 1))
        return SafeString(f'{self.html}<option value="{code}" selected>{code}</option>')


def choices_of(pairs: Iterable[tuple[str, str]]) -> Choices:
    """Returns the choices of (code, name) pairs, with "Any" before them."""
    names = dict(pairs)
    options = format_html_join("", '<option value="{}">{}</option>', names.items())
    return Choices(names, format_html('<option value="">Any</option>{}', options))


def _read() -> dict[str, Choices]:
    """Returns the choices by field (one query)."""
    rows = (
        _named("speaker", Speaker.objects, "public_id")
        .union(
            _named("topic", Topic.objects.filter(has_page=True), "slug"),
            _named("publisher", Publisher.objects, "public_id"),
            all=True,
        )
        .order_by()
    )
    pairs: dict[str, list[tuple[str, str]]] = {"speaker": [], "topic": [], "publisher": []}
    for dimension, code, name in sorted(rows, key=lambda row: row[2].casefold()):
        pairs[dimension].append((code, name))
    return {dimension: choices_of(found) for dimension, found in pairs.items()}


options = Kept(_read)


def _named(dimension: str, rows: Any, code: str) -> QuerySet[Any, tuple[str, str, str]]:
    """Returns dimension, code and name of the choices that the most claims have."""
    commonest = FacetCount.objects.filter(dimension=dimension, count__gt=0).order_by(
        "-count", "code"
    )
    named: QuerySet[Any, tuple[str, str, str]] = (
        rows.filter(**{f"{code}__in": commonest.values("code")[:MOST]})
        .order_by()
        .values_list(Value(dimension, output_field=CharField()), code, "name")
    )
    return named
