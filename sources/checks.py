"""System checks that need a database: `manage.py check --database default`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Caution
from django.db import connections

from sources import seals


def seals_are_there(
    app_configs: Sequence[Any] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Reports every table whose rows the database would let someone rewrite or overlap."""
    messages: list[CheckMessage] = []
    for alias in databases or []:
        messages += [
            Error(
                f"The table {lost.table} has lost its seal: rows in it can {lost.without}.",
                hint="Run `manage.py migrate --skip-checks`: it installs every missing seal.",
                id="sources.E001",
            )
            for lost in seals.lost(connections[alias])
        ]
        messages += [
            Caution(
                f"The seal of the table {table} has an older wording.",
                hint="Run `manage.py migrate`.",
                id="sources.W001",
            )
            for table in seals.outdated(connections[alias])
        ]
    return messages
