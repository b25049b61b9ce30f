"""Measures what changing a claim's state costs: `python -m tests.bench.changes`, last of all.

Takes new claims of the archive, gives each what a finding needs, submits and publishes it, with
history, search documents, counts and publication number. Prints one JSON document: per action the
CPU time (user and system, this process only) and the queries. Of every six claims one is counted and
five are timed: whoever counts queries watches each, which costs as much as some of them. The claims
stay published.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "claimtracker.settings")
django.setup()

from django.db import connection  # noqa: E402  models need a set-up Django

from statements.models import Claim  # noqa: E402
from statements.operations import perform  # noqa: E402
from tests.factories import make_ready, make_user  # noqa: E402

CLAIMS, COUNTED = 72, 6

Spent = dict[str, list[tuple[float, int]]]


def change(claims: list[Claim]) -> Spent:
    """Takes, submits and publishes each claim; returns milliseconds and queries by action."""
    author = make_user("bench-author")
    editor = make_user("bench-editor", role="editor")
    spent: Spent = {"take": [], "submit": [], "publish": []}
    for place, claim in enumerate(claims):
        measured = _counted if place % COUNTED == 0 else _timed
        with measured(spent["take"]):
            perform(claim, "take", by=author)
        make_ready(claim, by=author)
        ready = Claim.objects.get(pk=claim.pk)
        with measured(spent["submit"]):
            perform(ready, "submit", by=author)
        waiting = Claim.objects.get(pk=claim.pk)
        with measured(spent["publish"]):
            perform(waiting, "publish", by=editor)
    return spent


@contextmanager
def _timed(found: list[tuple[float, int]]) -> Iterator[None]:
    begun = time.process_time()
    yield
    found.append(((time.process_time() - begun) * 1_000, 0))


@contextmanager
def _counted(found: list[tuple[float, int]]) -> Iterator[None]:
    queries = 0

    def count(execute: Callable[..., Any], *arguments: Any) -> Any:
        nonlocal queries
        queries += 1
        return execute(*arguments)

    with connection.execute_wrapper(count):
        yield
    found.append((0.0, queries))


def main() -> None:
    claims = Claim.objects.filter(state="new", main_statement__isnull=False).order_by("id")
    rows = []
    for action, spent in change(list(claims[:CLAIMS])).items():
        times = [each for each, queries in spent if not queries]
        rows.append(
            {
                "action": action,
                "times": len(times),
                "cpu_ms": round(statistics.median(times), 2),
                "cpu_ms_least": round(min(times), 2),
                "worst_ms": round(max(times), 2),
                "queries": max(queries for _, queries in spent),
            }
        )
    sys.stdout.write(json.dumps({"database": connection.vendor, "changes": rows}))


if __name__ == "__main__":
    main()
