"""Telling at a terminal how far a long command has come; silent in a pipe or a log file."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from django.core.management.base import OutputWrapper

Item = TypeVar("Item")
SECONDS_BETWEEN = 0.2


def counted(items: Iterable[Item], *, of: int, words: str, out: OutputWrapper) -> Iterator[Item]:
    """Yields the items and, where `out` is a terminal, keeps a line "120 of 4,000 claims"."""
    shown = 0.0
    for number, item in enumerate(items, start=1):
        yield item
        if out.isatty() and (number == of or time.monotonic() - shown > SECONDS_BETWEEN):
            shown = time.monotonic()
            out.write(f"\r{number:,} of {of:,} {words}", ending="\n" if number == of else "")
            out.flush()
