"""A query as SQL: words, choices and spans of time, over the public documents `d`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from sources.editions import Kept
from sources.prepared import fetch_all
from statements.models import FacetCount, JointCount, PublicDocument
from statements.search import facets as choices
from statements.search import postgres, spans, sqlite
from statements.search.documents import microseconds
from statements.search.facets import Facet
from statements.search.questions import Question, read

MOST = 1_000  # hits that are ranked and counted
PUBLIC = PublicDocument._meta.db_table
COUNTS = FacetCount._meta.db_table
JOINTS = JointCount._meta.db_table


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: words, choices of filters (all of them), and spans of time.

    `published_from` is inclusive, `published_before` is not; days are inclusive.
    """

    text: str = ""
    facets: tuple[Facet, ...] = ()
    published_from: datetime | None = None
    published_before: datetime | None = None
    said_from: date | None = None
    said_until: date | None = None

    def __bool__(self) -> bool:
        return self != Query()

    @property
    def question(self) -> Question:
        return read(self.text)


@dataclass(frozen=True, slots=True)
class Parts:
    """The pieces of a SELECT over the public documents `d`."""

    source: str
    where: list[str]
    parameters: list[Any]
    id: str


def backend() -> Any:
    """Returns the module that speaks to the database in use."""
    return postgres if connection.vendor == "postgresql" else sqlite


def expression_of(question: Question, facets: Sequence[Facet], times: Sequence[Facet] = ()) -> Any:
    tokens = choices.tokens_for_all_of(facets)
    if not question.wanted and not tokens and not times:
        tokens = [choices.EVERY]
    return backend().match(question.terms, tokens, [choices.token(*time) for time in times])


def _times(query: Query) -> list[Facet]:
    """Returns the months, or years, that the days of a query fall into, [] when they leave none out.

    Comparing days means looking at every hit; these leave most of them to the index (a query, once
    for each publication number, where years do).
    """
    if not (query.said_from or query.said_until):
        return []
    return spans.choices_within(query.said_from, query.said_until, _known_years())


def _read_years() -> list[int]:
    years = FacetCount.objects.filter(dimension="year", count__gt=0).order_by("code")
    return [int(code) for code in years.values_list("code", flat=True)]


_known_years = Kept(_read_years)


def newest_of(query: Query, question: Question) -> Parts:
    """Returns the parts to walk hits by place."""
    times = _times(query)
    if not question and not query.facets and not times:
        parts = Parts(f'"{PUBLIC}" d', [], [], "d.id")
    else:
        source, where, parameters, key = backend().newest_first(
            PUBLIC, expression_of(question, query.facets, times)
        )
        parts = Parts(source, [where], list(parameters), key)
    return _in_time(parts, query)


def in_any_order(query: Query, question: Question, *, is_common: bool = False) -> Parts:
    parts = Parts(f'"{PUBLIC}" d', [], [], "d.id")
    times = [] if is_common else _times(query)
    if is_common and question:
        # As for the best: of very many the newest are sorted.
        newest = newest_of(query, question)
        where = " AND ".join(newest.where)
        parts.where.append(
            f"d.id IN (SELECT {newest.id} FROM {newest.source} WHERE {where} "  # noqa: S608 - our own names
            f"ORDER BY {newest.id} DESC LIMIT {MOST})"
        )
        parts.parameters.extend(newest.parameters)
        return parts
    if is_common:
        # Walking the order and looking at each is cheaper than gathering all that fit.
        for facet in query.facets:
            parts.where.append(f"{backend().POSITION} > 0")
            parts.parameters.append(f" {choices.token(*facet)} ")
    elif question or query.facets or times:
        where, parameters = backend().among(PUBLIC, expression_of(question, query.facets, times))
        parts.where.append(where)
        parts.parameters.extend(parameters)
    return _in_time(parts, query)


def _in_time(parts: Parts, query: Query) -> Parts:
    conditions: list[tuple[str, Any]] = []
    if query.published_from:
        conditions.append((f"{parts.id} >= %s", _place(query.published_from)))
    if query.published_before:
        conditions.append((f"{parts.id} < %s", _place(query.published_before)))
        conditions.append((f"{parts.id} > %s", -(2**61)))  # announced ones have no day
    if query.said_from:
        conditions.append(("d.said_until >= %s", query.said_from.toordinal()))
    if query.said_until:
        conditions.append(("d.said_on <= %s", query.said_until.toordinal()))
        conditions.append(("d.said_on > %s", 0))
    parts.where.extend(sql for sql, _ in conditions)
    parts.parameters.extend(value for _, value in conditions)
    if not parts.where:
        parts.where.append("TRUE")
    return parts


def _place(moment: datetime) -> int:
    return microseconds(moment.isoformat())


def known_words(table: str, words: Iterable[str], *, is_held: bool = False) -> set[str]:
    """Returns those of some words that stand in a list of words (one query).

    With `is_held` nobody takes them out before this transaction ends; one that somebody is taking
    out at this moment is waited for.
    """
    return {word for (word,) in rows_of(*backend().present(table, words, is_held=is_held))}


def rows_of(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    return fetch_all(connection, sql, parameters)
