"""The benchmark: `make bench`, or `python -m tests.bench --claims 1000,10000 --database sqlite`.

Makes an archive of each size, loads it with `manage.py load_corpus`, and asks every kind of public
page of it: as first rendered (`FRONT_MEGABYTES=0`), then kept; then publishes some of its claims.
Prints tables, writes JSON.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
import psycopg

from tests.bench.corpus import Corpus
from tests.postgres import server

ROOT = Path(__file__).resolve().parent.parent.parent
MANAGE = [sys.executable, "manage.py"]
# As a site in production has it, except that one machine asks itself.
SETTINGS = {
    "DEBUG": "false",
    "SECRET_KEY": "made-for-one-benchmark-on-one-machine-and-for-nothing-else",
    "ALLOWED_HOSTS": "127.0.0.1",
    "SITE_URL": "http://127.0.0.1:8000",
}
FIRST, KEPT = {"FRONT_MEGABYTES": "0"}, {}

Document = dict[str, Any]


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def run(command: list[str], env: dict[str, str]) -> str:
    done = subprocess.run(  # noqa: S603  our own commands
        command, cwd=ROOT, env=os.environ | env, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}")
    return done.stdout


def loaded(folder: Path, claims: int, env: dict[str, str]) -> Document:
    """Loads an archive of this size; returns how long it took."""
    corpus = folder / f"corpus-{claims}"
    if not corpus.exists():
        rows = Corpus(claims).write(corpus)
        (corpus / "rows.json").write_text(json.dumps(rows))
    total = sum(json.loads((corpus / "rows.json").read_text()).values())
    run([*MANAGE, "migrate", "-v0"], env)
    before, begun = _children_cpu(), time.monotonic()
    run([*MANAGE, "load_corpus", str(corpus)], env)
    seconds, cpu = time.monotonic() - begun, _children_cpu() - before
    return {
        "claims": claims,
        "rows": total,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(cpu, 1),
        "rows_per_second": round(total / seconds),
        "claims_per_second": round(claims / seconds),
    }


def written_bare(env: dict[str, str], url: str) -> Document:
    """Writes what was loaded into another database, ready-made; see `tests.bench.bare`."""
    run([*MANAGE, "migrate", "-v0"], env | {"DATABASE_URL": url})
    name = url.removeprefix("sqlite:///") if url.startswith("sqlite") else urlsplit(url).path[1:]
    found = json.loads(run([sys.executable, "-m", "tests.bench.bare", name], env))
    return {"rows_written": found["rows"], "bare_seconds": found["seconds"]}


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextlib.contextmanager
def database(kind: str, folder: Path, name: str) -> Iterator[str]:
    """Yields the address of an empty database, gone when the block ends."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/claims-{name}.sqlite3"
        return
    with server() as found:
        if found is None:
            raise SystemExit("No PostgreSQL server was found and none could be started.")
        name = f"claimtracker_bench_{os.getpid()}_{name}"
        with psycopg.connect(found.url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
            try:
                yield urlsplit(found.url)._replace(path=f"/{name}").geturl()
            finally:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def measured(env: dict[str, str]) -> Document:
    """Measures in a process of its own, which begins with nothing kept."""
    found: Document = json.loads(run([sys.executable, "-m", "tests.bench.pages"], env))
    return found


def changed(claims: int, env: dict[str, str]) -> list[Document]:
    """Measures changes of state; see `tests.bench.changes`."""
    found = json.loads(run([sys.executable, "-m", "tests.bench.changes"], env))
    return [{"claims": claims, **row} for row in found["changes"]]


def benchmark(kind: str, sizes: list[int], folder: Path) -> Document:
    result: Document = {"database": kind, "imports": [], "first": [], "kept": [], "changes": []}
    with contextlib.ExitStack() as stack:
        databases = {}
        for claims in sizes:
            url = stack.enter_context(database(kind, folder, str(claims)))
            databases[claims] = SETTINGS | {
                "DATABASE_URL": url,
                "BLOB_DIR": str(folder / f"blobs-{kind}-{claims}"),
                "STATIC_ROOT": str(folder / "static"),
                "EXPORT_DIR": str(folder / f"exports-{kind}-{claims}"),
            }
            say(f"Loading {claims:,} claims into {kind} ...")
            took = loaded(folder, claims, databases[claims])
            with database(kind, folder, f"{claims}_bare") as bare:
                took |= written_bare(databases[claims], bare)
            result["imports"].append(took)
        for claims, env in databases.items():
            say(f"Asking {claims:,} claims ...")
            result["first"].append(measured(env | FIRST))
            result["kept"].append(measured(env | KEPT))
        for claims, env in databases.items():
            say(f"Publishing some of {claims:,} claims ...")
            result["changes"] += changed(claims, env)
    return result


# ---- what is printed ------------------------------------------------------------------------


def report(result: Document, sizes: list[int]) -> str:
    lines = [f"\n{result['database']}: imports", ""]
    lines += _table(
        ["claims", "rows", "seconds", "CPU s", "rows/s", "claims/s", "rows written", "bare s"],
        [[_number(value) for value in row.values()] for row in result["imports"]],
    )
    for state, title in (("first", "first rendered"), ("kept", "kept")):
        tables = [{row["scenario"]: row for row in one["scenarios"]} for one in result[state]]
        lines += ["", f"{result['database']}: CPU ms a request, {title}", ""]
        lines += _table(
            [
                "",
                *(f"{size:,}" for size in sizes),
                *(["growth"] if len(sizes) > 1 else []),
                *("worst", "queries", "SQL steps", "bytes"),
            ],
            [_line(name, tables) for name in tables[-1]],
        )
    lines += [f"\n{result['database']}: changes of state, CPU ms", ""]
    lines += _table(
        ["claims", "action", "times", "median", "least", "worst", "queries"],
        [[f"{value}" for value in row.values()] for row in result["changes"]],
    )
    yards = [f"{value} ms" for one in result["first"] for value in one["yardstick_ms"]]
    lines += ["", f"A fixed piece of work took {', '.join(yards)}: when these differ, so does all."]
    return "\n".join(lines)


def _line(name: str, tables: list[Document]) -> list[str]:
    rows = [table[name] for table in tables if name in table]
    times = [row["cpu_ms"] for row in rows]
    last = rows[-1]
    growth = [f"{times[-1] / times[0]:.2f}x"] if len(tables) > 1 and len(rows) > 1 else []
    return [
        name,
        *("-" for _ in range(len(tables) - len(rows))),
        *(f"{value:.3f}" for value in times),
        *(growth or ["-"] * (len(tables) > 1)),
        f"{last['worst_ms']:.2f}",
        str(last["queries"]),
        _number(last["steps"]),
        _number(last["bytes"]),
    ]


def _number(value: float) -> str:
    return f"{value:,}"


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (head, ["-" * width for width in widths], *rows)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--claims", default="10000,100000", help="sizes, smallest first")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--folder", type=Path, help="where to keep the archives and databases")
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "bench.json")
    options = parser.parse_args()
    sizes = [int(size) for size in options.claims.split(",")]
    document: Document = {
        "python": platform.python_version(),
        "django": django.get_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "load_before": os.getloadavg()[0],
        "results": [],
    }
    with contextlib.ExitStack() as stack:
        folder = options.folder
        if folder is None:
            scratch = tempfile.TemporaryDirectory(prefix="claimtracker-bench-")
            folder = Path(stack.enter_context(scratch))
        run(
            [*MANAGE, "collectstatic", "--noinput", "-v0"],
            SETTINGS | {"STATIC_ROOT": str(folder / "static")},
        )
        for kind in options.database or ["sqlite"]:
            result = benchmark(kind, sizes, folder)
            document["results"].append(result)
            say(report(result, sizes))
    document["load_after"] = os.getloadavg()[0]
    say(
        f"Load of the machine: {document['load_before']:.1f} before, {document['load_after']:.1f} after."
    )
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(document, indent=1))
    say(f"Written to {options.out}")


if __name__ == "__main__":
    main()
