"""The pages of a list: how it is sorted, and the addresses of its neighbours.

How a page is found is `sources.keyset`; here stand the words and the addresses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from django.db.models import QuerySet
from django.http import QueryDict

from sources import keyset

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted, with its word for people; see `keyset.Order` for the columns."""

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
    by = keyset.Order(order.column, order.kind, order.is_descending, order.key)
    page = keyset.page_of(rows, by, token=after or before, size=size)
    return Page(page.rows, newer=page.previous, older=page.next)


def pager_of(page: Page, path: str, query: QueryDict) -> Pager:
    """Returns the addresses of the neighbouring pages, with the rest of the query kept."""
    return Pager(
        first=address(path, query, after="", before="") if page.newer else "",
        newer=address(path, query, after="", before=page.newer) if page.newer else "",
        older=address(path, query, after=page.older, before="") if page.older else "",
    )


def address(path: str, query: QueryDict, **changes: str) -> str:
    """Returns an address with some of its parameters changed; "" takes one out."""
    return Addresses.of(query)(path, **changes)


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses around a query string, which is quoted once for all of them."""

    parts: tuple[tuple[str, str], ...]  # name, and "name=value" as it stands in an address

    @classmethod
    def of(cls, query: QueryDict) -> Addresses:
        return cls(
            tuple(
                (name, _part(name, value))
                for name, values in query.lists()
                for value in values
                if value
            )
        )

    def __call__(self, path: str, **changes: str) -> str:
        """Returns an address with some of its parameters changed; "" takes one out."""
        parts = [part for name, part in self.parts if name not in changes]
        parts += [_part(name, value) for name, value in changes.items() if value]
        return f"{path}?{'&'.join(parts)}" if parts else path


def _part(name: str, value: str) -> str:
    return f"{quote_plus(name)}={quote_plus(value)}"
