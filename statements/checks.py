"""System checks that need a database: `manage.py check --database default`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import connections

from statements import search


def search_is_there(
    app_configs: Sequence[Any] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Reports every table of documents whose index is not kept: search would miss claims."""
    return [
        Error(
            f"The search index of {table} is missing or out of date.",
            hint="Run `manage.py migrate --skip-checks`: it installs the index.",
            id="statements.E001",
        )
        for alias in databases or []
        for table in search.missing(connections[alias])
    ]
