"""Runs the checks: `python -m tests.run` for all that CI runs, `--quick` for the short loop.

Quick things come first. The tests then run on SQLite and on PostgreSQL at the same time. At the
end stands what ran on which database, and pytest's own closing lines.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.postgres import server

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
IS_CI = os.environ.get("CI") == "true"
MANAGE = [sys.executable, "manage.py"]
TEMPLATES = [str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("templates/**/*.html"))]

DEBUG = {"DEBUG": "true"}
# They walk whole tables, cell by cell, and take two thirds of the time: left to `make test`.
WALKS = (
    "tests/api/test_actions.py",
    "tests/api/test_bad_input.py",
    "tests/api/test_leaks.py",
    "tests/api/test_lists.py",
    "tests/api/test_permissions.py",
    "tests/desk/test_permissions.py",
    "tests/public/test_claim_list.py",
    "tests/public/test_visibility.py",
)
HEARTBEAT_SECONDS = 30
# As `check --deploy` should see it: https, behind a proxy, a real key.
PRODUCTION = {
    "SECRET_KEY": "".join(map(chr, range(40, 100))),
    "ALLOWED_HOSTS": "claims.example.org",
    "SITE_URL": "https://claims.example.org",
    "TRUSTED_PROXIES": "1",
}
DEPLOY = ["check", "--deploy", "--fail-level", "WARNING"]


@dataclass(slots=True)
class Step:
    """One command, what it is called, and how it went."""

    name: str
    command: list[str]
    env: dict[str, str] = field(default_factory=dict)
    output: str = ""
    code: int | None = None
    seconds: float = 0.0

    def run(self) -> bool:
        started = time.monotonic()
        done = subprocess.run(  # noqa: S603  our own commands, written below
            self.command,
            cwd=ROOT,
            env={**_clean_env(), **self.env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        self.output, self.code = done.stdout, done.returncode
        self.seconds = time.monotonic() - started
        return self.code == 0

    def tell(self) -> None:
        say(f"{'ok  ' if self.code == 0 else 'FAIL'} {self.name:<34} {self.seconds:6.1f} s")
        if self.code:
            say(f"$ {' '.join(self.command)}\n{self.output.rstrip()}\n")


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _clean_env() -> dict[str, str]:
    """Returns the environment without settings that belong to somebody's running site."""
    ours = {"DATABASE_URL", "TEST_DATABASE_URL", "SECRET_KEY", "DEBUG", "SITE_URL", "BLOB_DIR"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "PYTHONUNBUFFERED": "1"}


def static_checks() -> list[Step]:
    """Returns the checks that need no test, quick ones first."""
    steps = [
        Step("ruff format", [str(BIN / "ruff"), "format", "--check", "."]),
        Step("ruff check", [str(BIN / "ruff"), "check", "."]),
        Step("layers (import-linter)", [str(BIN / "lint-imports"), "--no-cache", "--no-logo"]),
    ]
    if TEMPLATES:
        steps += [
            Step("templates, format (djade)", [str(BIN / "djade"), "--check", *TEMPLATES]),
            Step("templates, lint (djlint)", [str(BIN / "djlint"), "--lint", "templates"]),
        ]
    steps += [
        Step(
            "migrations match models",
            [*MANAGE, "makemigrations", "--check", "--dry-run"],
            {**DEBUG, "DATABASE_URL": "sqlite:///:memory:"},
        ),
        Step("types (mypy)", [str(BIN / "mypy")]),
    ]
    return steps


def run_side_by_side(steps: list[Step]) -> bool:
    """Runs steps on two threads, in order; tells of each when it ends, and that it still runs."""
    waiting, running, lock = list(steps), set[str](), threading.Lock()

    def work() -> None:
        while True:
            with lock:
                if not waiting:
                    return
                step = waiting.pop(0)
                running.add(step.name)
            step.run()
            with lock:
                running.discard(step.name)
                step.tell()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    started = time.monotonic()
    for thread in threads:
        while thread.is_alive():
            thread.join(timeout=HEARTBEAT_SECONDS)
            if thread.is_alive():
                with lock:
                    names = " and ".join(sorted(running))
                    say(f"...  {names}, {time.monotonic() - started:.0f} s so far")
    return all(step.code == 0 for step in steps)


def pytest_step(name: str, url: str, *arguments: str, workers: int = 1) -> Step:
    # By files: rows that a file's tests share are then made once.
    spread = ["-n", str(workers), "--dist", "loadfile"] if workers > 1 else ["-p", "no:xdist"]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--color=no"]
    env = {"TEST_DATABASE_URL": url} if url else {}
    return Step(f"tests on {name}", [*command, *spread, *arguments], env)


def test_parts() -> dict[str, list[str]]:
    """Returns the folders of tests in two parts of like length, so that no core waits for long."""
    folders = sorted(str(file.parent.relative_to(ROOT)) for file in ROOT.glob("tests/*/test_*.py"))
    pages = {"tests/api", "tests/desk", "tests/public"}
    rest = [folder for folder in dict.fromkeys(folders) if folder not in pages]
    return {", pages and API": sorted(pages), ", all else": rest}


def closing_line(step: Step) -> str:
    """Returns pytest's own last word, such as "==== 12 passed in 3.4s ===="."""
    lines = re.findall(r"^.*\b(?:passed|failed|errors?|ran)\b.* in [\d.]+s.*$", step.output, re.M)
    return lines[-1] if lines else f"pytest did not finish (exit code {step.code})"


def quick(arguments: list[str]) -> int:
    good = run_side_by_side(static_checks())
    workers = min(os.cpu_count() or 1, 4)
    chosen = ["-m", "not browser and not slow", *(f"--ignore={walk}" for walk in WALKS)]
    tests = pytest_step("SQLite, quick ones", "", *chosen, *arguments, workers=workers)
    tests.run()
    tests.tell()
    say(f"Left to `make test`: PostgreSQL, the browser, {', '.join(WALKS)}")
    say(closing_line(tests))
    return 0 if good and tests.code == 0 else 1


def everything(arguments: list[str]) -> int:
    steps = static_checks()
    steps.insert(-1, Step("deployment (check --deploy)", [*MANAGE, *DEPLOY], PRODUCTION))
    good = run_side_by_side(steps)

    with contextlib.ExitStack() as stack:
        found = stack.enter_context(server())
        parts = {"": arguments} if arguments else test_parts()
        databases = [("SQLite", "")]
        if found:
            databases.insert(0, ("PostgreSQL", found.url))  # takes longer
            say(f"PostgreSQL: {found.found}")
        halves = [
            pytest_step(f"{name}{part}", url, *chosen)
            for part, chosen in parts.items()
            for name, url in databases
        ]
        run_side_by_side(halves)

    for half in halves:
        say(f"\n---- {half.name}\n{half.output.rstrip()}")
    say("\n---- What ran")
    for step in steps:
        say(f"{'ok  ' if step.code == 0 else 'FAIL'} {step.name}")
    if found is None:
        say(
            "\n"
            "!!!! THE POSTGRESQL HALF DID NOT RUN: no server was found and none could be started.\n"
            "!!!! Name one with TEST_DATABASE_URL=postgresql://user@host/postgres, or install\n"
            "!!!! PostgreSQL 15 or newer with its contrib modules.\n"
        )
        good = good and not IS_CI
    for half in halves:
        good = good and half.code == 0
        say(f"{'ok  ' if half.code == 0 else 'FAIL'} {half.name}, {half.seconds:.0f} s")
        say(closing_line(half))
    return 0 if good else 1


def main() -> int:
    # An ended run must still stop its server.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parser = argparse.ArgumentParser(prog="python -m tests.run", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the short loop: SQLite, no browser")
    parser.add_argument("arguments", nargs="*", help="passed on to pytest, after --")
    options = parser.parse_args()
    return (quick if options.quick else everything)(options.arguments)


if __name__ == "__main__":
    sys.exit(main())
