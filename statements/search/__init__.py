"""Search: one interface over the documents of two audiences (DESIGN §6).

`find` answers with a page of public lines, `narrow` and `narrow_for_staff` narrow querysets,
`facet_counts` counts choices among hits, `refresh` writes what changed. What a word is decides
`words`, what a question asks `questions`, and `highlights` marks what was found: all three are
the same for SQLite and PostgreSQL, which only keep and walk the index.
"""

from __future__ import annotations

from statements.search.documents import Line
from statements.search.facts import public_state
from statements.search.finding import (
    BEST,
    PUBLISHED,
    SAID,
    UPDATED,
    BadToken,
    Found,
    Order,
    asked_by_staff,
    facet_counts,
    find,
    narrow,
    narrow_for_staff,
)
from statements.search.installing import install, install_after_migrate, missing, rebuild, recount
from statements.search.queries import MOST, Query
from statements.search.refreshing import refresh, refresh_citing, refresh_for_staff, refresh_where

__all__ = [
    "BEST",
    "MOST",
    "PUBLISHED",
    "SAID",
    "UPDATED",
    "BadToken",
    "Found",
    "Line",
    "Order",
    "Query",
    "asked_by_staff",
    "facet_counts",
    "find",
    "install",
    "install_after_migrate",
    "missing",
    "narrow",
    "narrow_for_staff",
    "public_state",
    "rebuild",
    "recount",
    "refresh",
    "refresh_citing",
    "refresh_for_staff",
    "refresh_where",
]
