"""Pages named by the row they start after: no COUNT, no OFFSET (DESIGN §11).

Page 1 and page 10,000 cost the same. A page's token holds the sorted value and the unique key of
its neighbour, never a number of the database where a row has a public id.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Model, OrderBy, Q, QuerySet

from sources.texts import FORBIDDEN

MAX_TOKEN = 1_000


@dataclass(frozen=True, slots=True)
class Order:
    """How rows are sorted: by a column, then by the unique `key`; unknown values come last.

    `kind` is what the column holds: "text", "day", "moment" or "number".
    """

    column: str
    kind: str = "text"
    is_descending: bool = False
    key: str = "public_id"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows with the tokens of its neighbours ("" where there is none)."""

    rows: list[Any]
    previous: str = ""
    next: str = ""


class BadToken(ValueError):
    """A token that is none of ours."""


def both_ways(**named: Order) -> dict[str, Order]:
    """Returns each order by its name, and backwards by "-name"."""
    both: dict[str, Order] = {}
    for name, order in named.items():
        both[name] = order
        both[f"-{name}"] = replace(order, is_descending=not order.is_descending)
    return both


def page_of(rows: QuerySet[Any, Any], order: Order, *, token: str = "", size: int) -> Page:
    """Returns one page of model rows or of `.values()` that hold column and key (one query).

    Raises `BadToken`.
    """
    backwards, is_open = False, _may_be_unknown(rows.model, order.column)
    if token:
        backwards, value, key = _read(token, order)
        rows = rows.filter(_beyond(order, value, key, backwards=backwards, is_open=is_open))
    found = list(rows.order_by(*_ordering(order, backwards, is_open=is_open))[: size + 1])
    has_more = len(found) > size
    found = found[:size]
    if not found:
        return Page([])
    if backwards:
        found.reverse()
    first, last = _token(found[0], order, "p"), _token(found[-1], order, "n")
    if backwards:
        return Page(found, previous=first if has_more else "", next=last)
    return Page(found, previous=first if token else "", next=last if has_more else "")


def _may_be_unknown(model: type[Model], column: str) -> bool:
    """Says whether a column of rows can be NULL; asking for it keeps an index from being walked."""
    name, _, further = column.partition("__")
    try:
        field: Any = model._meta.get_field(name)
    except FieldDoesNotExist:  # an annotation
        return True
    if field.null or not further:
        return bool(field.null)
    return _may_be_unknown(field.related_model, further)


def _ordering(order: Order, backwards: bool, *, is_open: bool) -> tuple[OrderBy, OrderBy]:
    nulls: dict[str, Any] = {}
    if is_open:  # unknown values stand at the end, whichever way the list is walked
        nulls = {"nulls_first": True} if backwards else {"nulls_last": True}
    if order.is_descending is not backwards:
        return F(order.column).desc(**nulls), F(order.key).desc()
    return F(order.column).asc(**nulls), F(order.key).asc()


def _beyond(order: Order, value: Any, key: Any, *, backwards: bool, is_open: bool) -> Q:
    """Returns the condition "comes after this row" in the direction that is walked."""
    step = "lt" if order.is_descending is not backwards else "gt"
    further_key = Q(**{f"{order.key}__{step}": key})
    unknown = Q(**{f"{order.column}__isnull": True})
    if value is None:
        return unknown & further_key | ~unknown if backwards else unknown & further_key
    # The first half lets an index on the column start at the right place.
    beyond = Q(**{f"{order.column}__{step}e": value}) & (
        Q(**{f"{order.column}__{step}": value}) | further_key
    )
    return beyond if backwards or not is_open else beyond | unknown


def _value_of(row: Any, path: str) -> Any:
    if not isinstance(row, Model):
        return row[path]
    for part in path.split("__"):
        row = getattr(row, part, None)
    return row


def _token(row: Any, order: Order, direction: str) -> str:
    value = _value_of(row, order.column)
    text = value.isoformat() if isinstance(value, date | datetime) else value
    parts = json.dumps([direction, text, _value_of(row, order.key)])
    return base64.urlsafe_b64encode(parts.encode()).decode().rstrip("=")


def _read(token: str, order: Order) -> tuple[bool, Any, Any]:
    if len(token) > MAX_TOKEN or not token.isascii():
        raise BadToken(token)
    try:
        parts = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        direction, value, key = parts
        if direction not in ("n", "p"):
            raise BadToken(token)
        return direction == "p", _sorted_value(value, order.kind), _key(key, order)
    except (ValueError, TypeError, RecursionError, binascii.Error) as error:
        raise BadToken(token) from error


def _key(key: Any, order: Order) -> Any:
    wanted = int if order.key.endswith("id") and not order.key.endswith("public_id") else str
    if type(key) is not wanted or FORBIDDEN.search(str(key)):
        raise BadToken(str(key))
    return key


def _sorted_value(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "number":
        if type(value) is not int:
            raise BadToken(str(value))
        return value
    if not isinstance(value, str) or FORBIDDEN.search(value):
        raise BadToken(str(value))
    if kind == "day":
        return date.fromisoformat(value)
    if kind == "moment":
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise BadToken(value)
        return moment
    return value
