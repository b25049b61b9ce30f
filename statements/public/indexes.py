"""Indexes: all speakers, topics, agreements, sources … by name, in keyset pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse

from statements.models import FacetCount
from statements.public import words
from statements.public.pages import page
from statements.public.paging import Order, page_of, pager_of

INDEX_SIZE = 50


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One line of an index."""

    label: str
    url: str
    about: str = ""
    count: str = ""
    language: str = ""
    about_language: str = ""


def counted_as(dimension: str, code: str) -> Coalesce:
    """Returns how many listed claims have the row as their choice of a filter, as a column."""
    counts = FacetCount.objects.filter(dimension=dimension, code=OuterRef(code)).values("count")
    return Coalesce(Subquery(counts[:1]), 0)


class _CountOf(Subquery):
    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def count_of(rows: QuerySet[Any], column: str = "pk", *, most: int = 0) -> Subquery:
    """Returns how many rows a subquery has, as a column; each value of `column` counts once.

    Counting stops at one more than `most`, or than `words.count` tells anyway.
    """
    return _CountOf(rows.order_by().values(column).distinct()[: (most or words.COUNT_CAP) + 1])


def index(
    request: HttpRequest,
    rows: QuerySet[Any],
    order: Order,
    entry: Callable[[Any], IndexEntry],
    *,
    heading: str,
    standfirst: str,
    path: str,
    empty_text: str = "There is nothing here yet.",
) -> HttpResponse:
    """Answers one page of an index; an unknown page is 404."""
    try:
        found = page_of(
            rows,
            order,
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
            size=INDEX_SIZE,
        )
    except ValueError as error:
        raise Http404 from error
    return page(
        request,
        "index",
        {
            "heading": heading,
            "standfirst": standfirst,
            "entries": [entry(row) for row in found.rows],
            "empty_text": empty_text,
            "pager": pager_of(found, path, request.GET),
        },
        section=path,
        is_indexed=not request.GET,
    )
