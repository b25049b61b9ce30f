"""Lists of the API: filters, orders and pages of a cursor."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from sources.api.base import SAFE, Endpoint, Json, absolute
from sources.errors import Invalid
from sources.keyset import BadToken, Order, page_of
from sources.texts import FORBIDDEN

PAGE_SIZE, MAX_PAGE_SIZE = 25, 100


class ListEndpoint(Endpoint):
    """A list in pages: `next`, `previous`, `results`; 1 query beside what `lines` needs."""

    orders: ClassVar[dict[str, Any]] = {}  # by the name that `ordering` takes
    default_order: ClassVar[str] = ""
    filterset_class: ClassVar[type[Any] | None] = None
    desk_orders: ClassVar[dict[str, Order] | None] = None
    desk_default_order: ClassVar[str] = ""
    desk_filterset_class: ClassVar[type[Any] | None] = None

    def rows(self) -> QuerySet[Any, Any]:
        """Returns what is public, with all that `lines` reads."""
        raise NotImplementedError

    def lines(self, rows: Sequence[Any]) -> list[Json]:
        raise NotImplementedError

    def desk_rows(self) -> QuerySet[Any, Any]:
        raise NotImplementedError

    def desk_lines(self, rows: Sequence[Any]) -> list[Json]:
        raise NotImplementedError

    def refuse_parameters(self, request: Request, allowed: set[str]) -> None:
        if request.method in SAFE:
            allowed = allowed | {"cursor", "page_size", "ordering"} | set(self._filters())
        super().refuse_parameters(request, allowed)

    def _filters(self) -> Iterable[str]:
        chosen = self._filterset()
        return chosen.base_filters if chosen else ()

    def _filterset(self) -> type[Any] | None:
        if self.is_desk:
            return self.desk_filterset_class
        return self.filterset_class

    def listed(self) -> Response:
        rows = self.desk_rows() if self.is_desk else self.rows()
        page = page_of_request(
            filtered(rows, self._filterset(), self.request),
            self.request,
            orders=(self.desk_orders or self.orders) if self.is_desk else self.orders,
            default=(self.desk_default_order if self.is_desk else "") or self.default_order,
        )
        lines = self.desk_lines if self.is_desk else self.lines
        page["results"] = lines(page["results"])
        return Response(page)


def filtered(
    rows: QuerySet[Any, Any], filterset: type[Any] | None, request: Request
) -> QuerySet[Any, Any]:
    """Narrows rows by the query string; raises a ValidationError naming each bad filter."""
    if filterset is None or not set(filterset.base_filters) & set(request.query_params):
        return rows
    chosen = filterset(_lookable(request.query_params), queryset=rows)
    if not chosen.is_valid():
        raise serializers.ValidationError(
            {name: [str(word) for word in words] for name, words in chosen.errors.items()}
        )
    narrowed: QuerySet[Any, Any] = chosen.qs
    return narrowed


def _lookable(query: QueryDict) -> QueryDict:
    """Takes out of the words that are looked for what no text can hold: they are only not found."""
    words = str(query.get("q", ""))
    if not FORBIDDEN.search(words):
        return query
    query = query.copy()
    query["q"] = FORBIDDEN.sub(" ", words)
    return query


def page_of_request(
    rows: QuerySet[Any, Any], request: Request, *, orders: dict[str, Order], default: str
) -> Json:
    """Returns `next`, `previous` and the rows of the page that the query string asks for."""
    query = request.query_params
    name = query.get("ordering") or default
    if name not in orders:
        raise Invalid(f"order by one of {', '.join(orders)}", field="ordering")
    try:
        page = page_of(rows, orders[name], token=query.get("cursor", ""), size=page_size(query))
    except BadToken as error:
        raise bad_cursor() from error
    return {
        "next": page_address(query, request.path, page.next),
        "previous": page_address(query, request.path, page.previous),
        "results": page.rows,
    }


def page_size(query: QueryDict) -> int:
    """Returns how many rows a page has; raises `Invalid`."""
    size = query.get("page_size", str(PAGE_SIZE))
    if not re.fullmatch(r"\d{1,3}", size, re.ASCII) or not 1 <= int(size) <= MAX_PAGE_SIZE:
        raise Invalid(f"page_size is 1 to {MAX_PAGE_SIZE}", field="page_size")
    return int(size)


def page_address(query: QueryDict, path: str, token: str) -> str | None:
    """Returns the full address of a neighbouring page, None where there is none."""
    if not token:
        return None
    kept = [(key, value) for key, value in query.items() if key != "cursor" and value]
    return absolute(f"{path}?{urlencode([*kept, ('cursor', token)])}")


def bad_cursor() -> Invalid:
    return Invalid(
        "this is no cursor of this list: take next or previous from an answer", field="cursor"
    )
