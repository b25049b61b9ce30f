"""Finding claims: one question, one page of answers, the same on both databases.

Words and filters are asked of the index at once, hits come newest first, and nothing looks at
more than the newest 1,000 of them: the cost stays the same however many claims there are.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from statements.models import Claim, StaffDocument
from statements.search import facets as choices
from statements.search import queries
from statements.search.documents import Line
from statements.search.facets import Facet
from statements.search.mending import PUBLIC_WORDS, STAFF_WORDS, Mended, mended_of
from statements.search.queries import (
    COUNTS,
    JOINTS,
    PUBLIC,
    Query,
    backend,
    expression_of,
    in_any_order,
    newest_of,
    rows_of,
)
from statements.search.questions import Question, read
from statements.search.ranking import scored_by

MOST_FOR_STAFF = 20_000
MAX_TOKEN = 200

STAFF = StaffDocument._meta.db_table


class BadToken(ValueError):
    """A token of a page that is none of ours."""


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted: by a column of the document, then by its place."""

    column: str
    is_descending: bool = True


PUBLISHED = Order("id")
SAID = Order("said_on")
UPDATED = Order("updated_at")
BEST = Order("best")  # by how well the words fit, then newest first


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found.

    `count` stops at `MOST`: then `is_more`, "1,000+". `mended` says which words were taken for
    which others, because nobody wrote the first.
    """

    lines: list[Line]
    count: int
    is_more: bool
    previous: str
    next: str
    question: Question
    mended: Mended = ()
    facets: Counter[Facet] | None = None  # of the hits that were ranked


def find(
    query: Query,
    *,
    order: Order = PUBLISHED,
    token: str = "",
    size: int = 25,
    counts: bool = True,
    facets: bool = False,
) -> Found:
    """Returns one page of listed claims (2 queries, 1 without a count; more for mistyped words).

    With `facets` hits that are ranked are counted by their choices, too. Raises `BadToken`.
    """
    question = query.question
    if query.text and not question:
        return Found([], 0, False, "", "", question)
    mended: Mended = ()
    found = _find(query, question, order, token, size, counts=counts, facets=facets)
    if question and not found.lines and not token:
        better = mended_of(question, PUBLIC_WORDS)
        if better is not None:
            question, mended = better
            found = _find(query, question, order, token, size, counts=counts, facets=facets)
    return replace(found, question=question, mended=mended)


def _find(
    query: Query,
    question: Question,
    order: Order,
    token: str,
    size: int,
    *,
    counts: bool,
    facets: bool,
) -> Found:
    if order.column == "best":
        if question:
            return _best(query, question, token, size, facets=facets)
        order = PUBLISHED
    is_sorted_elsewise = order.column != "id" and bool(query)
    count = _count(query, question) if counts or is_sorted_elsewise else 0
    is_common = count > queries.MOST
    lines, previous, following = _page(query, question, order, token, size, is_common=is_common)
    return Found(
        lines, min(count, queries.MOST), count > queries.MOST, previous, following, question
    )


def facet_counts(
    query: Query, question: Question | None = None, *, with_many: bool = False
) -> Counter[Facet]:
    """Returns how many hits have each choice (one query; more for mistyped words).

    Of all hits where counts are kept (`facets.kept_beside`), else of the newest 1,000. `question` is
    the one that was answered, where it is known already. `with_many` counts choices of which there
    are many, as speakers, too: always of the newest 1,000.
    """
    asked = query.question if question is None else question
    if query.text and not asked:
        return Counter()
    if not with_many and query == Query(facets=query.facets):
        beside = choices.kept_beside(query.facets)
        if beside:
            return _kept(beside, query.facets)
    found = _facets(query, asked, with_many=with_many)
    if question is None and not found and (better := mended_of(asked, PUBLIC_WORDS)):
        found = _facets(query, better[0], with_many=with_many)
    return found


def _kept(beside: str, chosen: Sequence[Facet]) -> Counter[Facet]:
    counted = choices.count_of_all(chosen)
    if counted is None:
        raise ValueError(f"nothing counts {beside} itself")
    sql = (
        f'SELECT choice, count FROM "{JOINTS}" WHERE beside = %s AND count > 0 '  # noqa: S608 - our own names
        f"UNION ALL SELECT '', count FROM \"{COUNTS}\" WHERE dimension = %s AND code = %s AND count > 0"
    )
    found: Counter[Facet] = Counter()
    for choice, count in rows_of(sql, [beside, *counted]):
        if choice:
            dimension, _, code = choice.partition("/")
            found[dimension, code] = count
        else:  # who chose them has them all
            found.update(dict.fromkeys(chosen, count))
    return found


def _facets(query: Query, question: Question, *, with_many: bool) -> Counter[Facet]:
    parts = newest_of(query, question)
    facets = "d.facets" if with_many else backend().before("d.facets", choices.FEW_END)
    newest = (
        f"SELECT {facets} AS facets FROM {parts.source} WHERE {' AND '.join(parts.where)} "  # noqa: S608 - our own names
        f"ORDER BY {parts.id} DESC LIMIT {queries.MOST}"
    )
    # One text, not a thousand: making a row of each took a fifth of the answer.
    sql = f"SELECT {backend().joined('hits.facets', choices.BETWEEN)} FROM ({newest}) AS hits"  # noqa: S608 - our own names
    [(text,)] = rows_of(sql, parts.parameters)
    return choices.counts_of(text.split(choices.BETWEEN) if text else [])


def narrow(claims: QuerySet[Claim], query: Query) -> QuerySet[Claim]:
    """Narrows a queryset of listed claims to all that fit: for exports, which take every one."""
    if not query:
        return claims
    question = query.question
    if query.text and not question:
        return claims.none()
    parts = in_any_order(query, question)
    sql = f"SELECT d.claim_id FROM {parts.source} WHERE {' AND '.join(parts.where)}"  # noqa: S608 - our own names
    return claims.filter(pk__in=RawSQL(sql, tuple(parts.parameters)))  # noqa: S611 - our own names


def asked_by_staff(text: str) -> tuple[Question, Mended]:
    """Returns what a text asks of working claims, and which words were taken for which others.

    Words are mended where nothing is found as typed (one query; more for mistyped words).
    """
    question = read(text)
    if not question.wanted or _finds_any(question):
        return question, ()
    return mended_of(question, STAFF_WORDS) or (question, ())


def _finds_any(question: Question) -> bool:
    """Says whether any working claim has the words of a question (one query)."""
    source, where, parameters, _ = backend().newest_first(STAFF, expression_of(question, ()))
    return bool(rows_of(f"SELECT 1 FROM {source} WHERE {where} LIMIT 1", parameters))  # noqa: S608 - our own names


def narrow_for_staff(claims: QuerySet[Claim], text: str) -> QuerySet[Claim]:
    """Narrows working claims to those with the words of a text: the newest 20,000 at most."""
    question, _ = asked_by_staff(text)
    if not question:
        return claims.none() if text.strip() else claims
    source, where, parameters, key = backend().newest_first(STAFF, expression_of(question, ()))
    sql = f"SELECT {key} FROM {source} WHERE {where} ORDER BY {key} DESC LIMIT {MOST_FOR_STAFF}"  # noqa: S608 - our own names
    return claims.filter(pk__in=RawSQL(sql, tuple(parameters)))  # noqa: S611 - our own names


# ---- one page -------------------------------------------------------------------------------


def _count(query: Query, question: Question) -> int:
    """Returns how many there are (one query). What is kept is told as it is; what must be counted
    is counted up to one more than `MOST`."""
    is_kept = query == Query(facets=query.facets)
    if is_kept and (counted := choices.count_of_all(query.facets)):
        known = rows_of(
            f'SELECT count FROM "{COUNTS}" WHERE dimension = %s AND code = %s',  # noqa: S608 - our own names
            counted,
        )
        return int(known[0][0]) if known else 0
    parts = newest_of(query, question)
    source = parts.source
    if not any("d." in condition for condition in parts.where):
        source = backend().without_documents(PUBLIC)
    sql = (
        "SELECT COUNT(*) FROM (SELECT 1 "  # noqa: S608 - our own names
        f"FROM {source} WHERE {' AND '.join(parts.where)} LIMIT {queries.MOST + 1}) AS hits"
    )
    return int(rows_of(sql, parts.parameters)[0][0])


def _page(
    query: Query, question: Question, order: Order, token: str, size: int, *, is_common: bool
) -> tuple[list[Line], str, str]:
    """Returns lines and the tokens of the neighbouring pages (one query).

    `is_common` says that more than `MOST` claims fit, so that the next ones are never far.
    """
    by_place = order.column == "id"
    if by_place:
        parts = newest_of(query, question)
    else:
        parts = in_any_order(query, question, is_common=is_common)
    where, parameters = list(parts.where), list(parts.parameters)
    column = parts.id if by_place else f"d.{order.column}"
    backwards = False
    if token:
        backwards, value, place = _read(token, ranked=False)
        step = "<" if order.is_descending is not backwards else ">"
        if by_place:
            where.append(f"{column} {step} %s")
            parameters.append(place)
        else:
            where.append(f"{column} {step}= %s AND ({column} {step} %s OR {parts.id} {step} %s)")
            parameters += [value, value, place]
    way = "DESC" if order.is_descending is not backwards else "ASC"
    by = f"{column} {way}" if by_place else f"{column} {way}, {parts.id} {way}"
    sort_column = "d.id" if by_place else column
    sql = (
        f"SELECT d.id, {sort_column}, d.line FROM {parts.source} "  # noqa: S608 - our own names
        f"WHERE {' AND '.join(where)} ORDER BY {by} LIMIT {size + 1}"
    )
    rows = rows_of(sql, parameters)
    has_more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    if not rows:
        return [], "", ""
    first, last = (_token(way, row[1], row[0]) for way, row in (("p", rows[0]), ("n", rows[-1])))
    lines = [_line(row[2]) for row in rows]
    if backwards:
        return lines, first if has_more else "", last
    return lines, first if token else "", last if has_more else ""


def _best(query: Query, question: Question, token: str, size: int, *, facets: bool) -> Found:
    """Returns a page of the newest 1,000 hits, the best first (2 queries)."""
    parts = newest_of(query, question)
    sql = (
        f"SELECT d.id, d.claim_words, d.speaker_words, d.facets FROM {parts.source} WHERE {' AND '.join(parts.where)} "  # noqa: S608 - our own names
        f"ORDER BY {parts.id} DESC LIMIT {queries.MOST + 1}"
    )
    hits: Any = rows_of(sql, parts.parameters)
    is_more = len(hits) > queries.MOST
    hits = hits[: queries.MOST]
    scored = scored_by(hits, question.wanted)
    start = 0
    if token:
        _, start, _ = _read(token, ranked=True)
    lines = _lines([place for _, place in scored[start : start + size]])
    return Found(
        lines,
        len(scored),
        is_more,
        _token("r", max(start - size, 0), 0) if start else "",
        _token("r", start + size, 0) if start + size < len(scored) else "",
        question,
        facets=choices.counts_of([hit[3] for hit in hits]) if facets else None,
    )


def _lines(places: Sequence[int]) -> list[Line]:
    if not places:
        return []
    holes = ", ".join(["%s"] * len(places))
    sql = f'SELECT d.id, d.line FROM "{PUBLIC}" d WHERE d.id IN ({holes})'  # noqa: S608 - our own names
    lines: dict[int, str] = dict(rows_of(sql, places))
    return [_line(lines[place]) for place in places]


# The newest claims stand on many pages. Nobody changes a line that was read.
@lru_cache(maxsize=4_096)
def _line(text: str) -> Line:
    line: Line = json.loads(text)
    return line


def _token(way: str, value: int, place: int) -> str:
    parts = json.dumps([way, value, place], separators=(",", ":"))
    return base64.urlsafe_b64encode(parts.encode()).decode().rstrip("=")


def _read(token: str, *, ranked: bool) -> tuple[bool, int, int]:
    if len(token) > MAX_TOKEN or not token.isascii():
        raise BadToken(token)
    try:
        way, value, place = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (ValueError, TypeError, RecursionError, binascii.Error) as error:
        raise BadToken(token) from error
    if way not in (("r",) if ranked else ("n", "p")) or type(value) is not int:
        raise BadToken(token)
    if type(place) is not int or not all(abs(number) < 2**63 for number in (value, place)):
        raise BadToken(token)
    if ranked and not 0 <= value <= queries.MOST:
        raise BadToken(token)
    return way == "p", value, place
