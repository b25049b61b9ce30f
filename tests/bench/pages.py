"""Measures one database from inside: `python -m tests.bench.pages`, with the settings around it.

Asks the WSGI application itself, middleware and all, without a server between. Prints one JSON
document: per scenario the CPU time of a request (user and system, this process only), its queries,
the steps SQLite took for it, and the bytes of the answer. Scenarios take turns, so that whatever
else the machine does hits all of them alike.
"""

from __future__ import annotations

import io
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection

from claimtracker.wsgi import application
from sources.editions import KeptEach
from statements.models import Claim, Site, Speaker, Topic
from tests.bench.corpus import Corpus
from tests.bench.counts import NIGHTS, SLUG, topic_with_counts

ROUNDS = 15
REQUESTS = 20
STEPS_COUNTED = 100  # SQLite reports every so many


@dataclass(slots=True)
class Scenario:
    """Some addresses of one kind, asked in turn."""

    name: str
    paths: list[str]
    headers: list[dict[str, str]]
    status: int = 200
    is_after_a_change: bool = False  # nothing that a process keeps for a number is there


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


def ask(path: str, headers: dict[str, str] | None = None) -> Answer:
    """Asks the application, as a server would."""
    path_info, _, query = path.partition("?")
    told: dict[str, Any] = {}

    def start(status: str, found: list[tuple[str, str]], trouble: object = None) -> None:
        told["status"], told["headers"] = int(status.split()[0]), dict(found)

    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path_info,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **(headers or {}),
    }
    answer: Any = application(environ, start)
    try:
        body = b"".join(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()
    return Answer(told["status"], told["headers"], body)


def scenarios() -> list[Scenario]:
    """Returns what is asked, with ids and words that this database holds."""
    newest = Claim.objects.filter(live_verdict__isnull=False).order_by("-last_published_at", "-id")
    claims = list(newest.select_related("live_verdict", "main_statement__speaker")[:2_000:80])
    pages = [claim.get_absolute_url() for claim in claims]
    topics = list(Topic.objects.public().order_by("id").values_list("slug", flat=True)[:5])
    speakers = [claim.main_statement.speaker.public_id for claim in claims if claim.main_statement]
    sources = [
        row["source"]["id"] for claim in claims for row in claim.live_verdict.sealed["evidence"]
    ]
    verdicts = ("accurate", "mixed", "inaccurate")
    searches = Corpus(Claim.objects.count()).searches()
    filters = [
        f"topic={topic}&verdict={verdict}&published_after=2023-01-01&published_before=2023-06-30"
        for topic in topics
        for verdict in verdicts
    ]
    # Two filters alone leave a full page also of a small archive: with days beside them it is not,
    # and what grows is the page.
    full = [f"topic={topic}&verdict={verdict}" for topic in topics for verdict in verdicts]
    counts = f"topic, {NIGHTS} counts"
    topic_with_counts()
    found = {
        "home": ["/"],
        "list": ["/claims/"],
        "list, by day said": ["/claims/?sort=said"],
        "list, filtered": [f"/claims/?{query}" for query in filters],
        "list, filtered, full page": [f"/claims/?{query}" for query in full],
        "search": [f"/search/?q={_quoted(words)}" for words in searches],
        "claim": pages,
        "speaker": [f"/speakers/{speaker}/" for speaker in speakers],
        "topic": [f"/topics/{topic}/" for topic in topics],
        counts: [f"/topics/{SLUG}/"],
        "source": [f"/sources/{source}/" for source in sources[:25]],
        "JSON list": ["/api/v1/claims/"],
        "JSON list, filtered": [f"/api/v1/claims/?{query}" for query in filters],
        "JSON list, filtered, full page": [f"/api/v1/claims/?{query}" for query in full],
        "JSON search": [f"/api/v1/claims/?q={_quoted(words)}" for words in searches],
        "JSON claim": [f"/api/v1/claims/{claim.public_id}/" for claim in claims],
        "JSON facets": ["/api/v1/claims/facets/"],
        "JSON facets, filtered": [f"/api/v1/claims/facets/?{query}" for query in filters],
        "JSON facets, filtered, full page": [f"/api/v1/claims/facets/?{query}" for query in full],
    }
    made = [Scenario(name, paths, [{}] * len(paths)) for name, paths in found.items() if paths]
    made.append(Scenario(f"{counts}, after a change", found[counts], [{}], is_after_a_change=True))
    made += list(_deep()) + list(_conditional(("list", "/claims/"), ("claim", pages[0])))
    return made


def _quoted(words: str) -> str:
    return words.replace(" ", "+")


def _deep() -> Iterator[Scenario]:
    """The tenth page of the list, found as a reader finds it."""
    path = "/claims/"
    for _ in range(10):
        body = ask(path).body.decode()
        before, mark, _ = body.partition('" rel="next"')
        if not mark:
            return
        path = before.rpartition('href="')[2].replace("&amp;", "&")
    yield Scenario("list, page 11", [path], [{}])


def _conditional(*pages: tuple[str, str]) -> Iterator[Scenario]:
    for name, path in pages:
        if tag := ask(path).headers.get("ETag"):
            yield Scenario(f"{name}, unchanged (304)", [path], [{"HTTP_IF_NONE_MATCH": tag}], 304)


def measure(chosen: list[Scenario]) -> list[dict[str, Any]]:
    """Returns the figures of each scenario, in their order."""
    rows = [_look(scenario) for scenario in chosen]
    times: list[list[float]] = [[] for _ in chosen]
    for _ in range(ROUNDS):
        for scenario, found in zip(chosen, times, strict=True):
            begun = time.process_time()
            for place in range(REQUESTS):
                which = (len(found) * REQUESTS + place) % len(scenario.paths)
                if scenario.is_after_a_change:
                    KeptEach.forget()
                    Site.forget()
                ask(scenario.paths[which], scenario.headers[which])
            found.append((time.process_time() - begun) * 1_000 / REQUESTS)
    for row, found in zip(rows, times, strict=True):
        row["cpu_ms"] = round(statistics.median(found), 3)
        row["cpu_ms_least"] = round(min(found), 3)
    return rows


def _look(scenario: Scenario) -> dict[str, Any]:
    """Asks every address once: is the answer right, and what does it ask of the database?"""
    queries, steps, worst, body = 0, 0, (0.0, ""), b""
    for path, headers in zip(scenario.paths, scenario.headers, strict=True):
        ask(path, headers)  # what is kept per process is kept now
        with _counted() as counted:
            begun = time.process_time()
            answer = ask(path, headers)
            spent = (time.process_time() - begun) * 1_000
        if answer.status != scenario.status:
            raise SystemExit(f"{path} answered {answer.status}, not {scenario.status}")
        queries, steps = max(queries, counted["queries"]), max(steps, counted["steps"])
        worst, body = max(worst, (spent, path)), answer.body
    return {
        "scenario": scenario.name,
        "addresses": len(scenario.paths),
        "queries": queries,
        "steps": steps,
        "worst_ms": round(worst[0], 2),
        "worst": worst[1],
        "bytes": len(body),
    }


@contextmanager
def _counted() -> Iterator[dict[str, int]]:
    """Counts queries, and how much SQLite had to do for them (its virtual machine's steps)."""
    counted = {"queries": 0, "steps": 0}

    def query(execute: Callable[..., Any], *arguments: Any) -> Any:
        counted["queries"] += 1
        return execute(*arguments)

    def step() -> int:
        counted["steps"] += STEPS_COUNTED
        return 0

    connection.ensure_connection()
    is_sqlite = connection.vendor == "sqlite"
    if is_sqlite:
        connection.connection.set_progress_handler(step, STEPS_COUNTED)
    with connection.execute_wrapper(query):
        yield counted
    if is_sqlite:
        connection.connection.set_progress_handler(None, 0)


def yardstick() -> float:
    """Returns the CPU milliseconds of a fixed piece of work, to compare runs and machines by."""
    found = []
    for _ in range(15):
        begun = time.process_time()
        json.loads(json.dumps([{"number": number, "text": "x" * 50} for number in range(1_000)]))
        found.append((time.process_time() - begun) * 1_000)
    return round(statistics.median(found), 3)


def main() -> None:
    before = yardstick()
    rows = measure(scenarios())
    document = {
        "database": connection.vendor,
        "claims": Claim.objects.count(),
        "speakers": Speaker.objects.count(),
        "front_megabytes": getattr(settings, "FRONT_MEGABYTES", 0),
        "yardstick_ms": [before, yardstick()],
        "scenarios": rows,
    }
    sys.stdout.write(json.dumps(document))


if __name__ == "__main__":
    main()
