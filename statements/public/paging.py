"""Keyset pages: no COUNT and no OFFSET, so that page 1 and page 10,000 cost the same.

A page is named by the row it starts after (or before), written as value and public id. Ids of the
database are kept out of it where a row has a public one: their gaps would tell what is hidden.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Model, OrderBy, Q, QuerySet
from django.http import QueryDict

PAGE_SIZE = 25
MAX_TOKEN = 600


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted: by a column, then by the unique `key`; unknown values come last.

    `kind` is what the column holds: "text", "day" or "moment".
    """

    code: str
    label: str
    column: str
    kind: str = "text"
    is_descending: bool = True
    key: str = "public_id"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows with the tokens of its neighbours ("" where there is none)."""

    rows: list[Any]
    newer: str = ""
    older: str = ""


@dataclass(frozen=True, slots=True)
class Pager:
    """Addresses of the neighbouring pages, "" where there is none."""

    first: str
    newer: str
    older: str


def page_of(
    rows: QuerySet[Any], order: Order, *, after: str = "", before: str = "", size: int = PAGE_SIZE
) -> Page:
    """Returns one page of `rows` (one query).

    Raises ValueError for a token that is none of ours.
    """
    backwards = bool(before) and not after
    descending = order.is_descending is not backwards
    token = before if backwards else after
    if token:
        value, key = _read(token, order)
        rows = rows.filter(_beyond(order, value, key, descending=descending, backwards=backwards))
    found = list(rows.order_by(*_ordering(order, descending, backwards))[: size + 1])
    has_more = len(found) > size
    found = found[:size]
    if not found:
        return Page([])
    if backwards:
        found.reverse()
    first, last = _token(found[0], order), _token(found[-1], order)
    if backwards:
        return Page(found, newer=first if has_more else "", older=last)
    return Page(found, newer=first if token else "", older=last if has_more else "")


def pager_of(page: Page, path: str, query: QueryDict) -> Pager:
    """Returns the addresses of the neighbouring pages, with the rest of the query kept."""
    return Pager(
        first=address(path, query, after="", before="") if page.newer else "",
        newer=address(path, query, after="", before=page.newer) if page.newer else "",
        older=address(path, query, after=page.older, before="") if page.older else "",
    )


def address(path: str, query: QueryDict, **changes: str) -> str:
    """Returns an address with some of its parameters changed; "" takes one out."""
    kept = QueryDict(mutable=True)
    for name, values in query.lists():
        if name not in changes and any(values):
            kept.setlist(name, [value for value in values if value])
    for name, value in changes.items():
        if value:
            kept[name] = value
    return f"{path}?{kept.urlencode()}" if kept else path


def _ordering(order: Order, descending: bool, backwards: bool) -> tuple[OrderBy, OrderBy]:
    # Unknown values stand at the end, whichever way the list is walked.
    nulls: dict[str, Any] = {"nulls_first": True} if backwards else {"nulls_last": True}
    if descending:
        return F(order.column).desc(**nulls), F(order.key).desc()
    return F(order.column).asc(**nulls), F(order.key).asc()


def _beyond(order: Order, value: Any, key: str, *, descending: bool, backwards: bool) -> Q:
    """Returns the condition "comes after this row" in the direction that is walked."""
    step = "lt" if descending else "gt"
    further_key = Q(**{f"{order.key}__{step}": key})
    unknown = Q(**{f"{order.column}__isnull": True})
    if value is None:
        return unknown & further_key | ~unknown if backwards else unknown & further_key
    beyond = Q(**{f"{order.column}__{step}e": value}) & (
        Q(**{f"{order.column}__{step}": value}) | further_key
    )
    return beyond if backwards else beyond | unknown


def _token(row: Model, order: Order) -> str:
    value: Any = row
    for part in order.column.split("__"):
        value = getattr(value, part, None)
    text = value.isoformat() if isinstance(value, date | datetime) else value
    pair = json.dumps([text, str(getattr(row, order.key))])
    return base64.urlsafe_b64encode(pair.encode()).decode().rstrip("=")


def _read(token: str, order: Order) -> tuple[Any, str]:
    if len(token) > MAX_TOKEN or not token.isascii():
        raise ValueError(token)
    padded = token + "=" * (-len(token) % 4)
    pair = json.loads(base64.urlsafe_b64decode(padded.encode()))
    match pair:
        case [None, str(key)]:
            return None, key
        case [str(value), str(key)] if "\x00" not in value + key:
            return _value(value, order.kind), key
    raise ValueError(token)


def _value(text: str, kind: str) -> date | datetime | str:
    if kind == "day":
        return date.fromisoformat(text)
    if kind == "moment":
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError(text)
        return moment
    return text
