"""What an import costs at the least: the rows that it left, ready-made, written bare.

    DATABASE_URL=<loaded> python -m tests.bench.bare <name of an empty, migrated one beside it>

Reads every row of ours from the first database, writes the same into the second in one
transaction, by `executemany` with the index of words made once (SQLite) or by COPY into the same indexed
tables (PostgreSQL), and prints rows and seconds as JSON. An import also reads, judges, seals and
hashes what it writes, so its ratio to this says what all of that costs.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "claimtracker.settings")
django.setup()

from django.apps import apps  # noqa: E402  models need a set-up Django
from django.db import connections, transaction  # noqa: E402

from statements.imports.runs import CACHE_KIBIBYTES  # noqa: E402
from statements.search import sqlite  # noqa: E402
from statements.search.installing import TABLES as DOCUMENTS  # noqa: E402

BATCH = 1_000
TICKS = os.sysconf("SC_CLK_TCK")

Columns = dict[str, list[str]]
Rows = dict[str, list[Any]]


def columns() -> Columns:
    """Returns the columns of every table of ours, and of the people that rows point to."""
    models = [apps.get_model("auth.User")]
    for app in ("sources", "statements"):
        models += apps.get_app_config(app).get_models(include_auto_created=True)
    return {
        model._meta.db_table: [str(f.column) for f in model._meta.local_concrete_fields]
        for model in models
        if not model._meta.proxy
    }


def rows_of(source: Any, tables: Columns) -> Rows:
    """Reads whole tables, as the driver wants them back."""
    found: Rows = {}
    with source.cursor() as cursor:
        for table, names in tables.items():
            listed = ", ".join(f'"{name}"' for name in names)
            if source.vendor == "postgresql":
                with cursor.copy(f'COPY "{table}" ({listed}) TO STDOUT') as copy:
                    found[table] = [bytes(block) for block in copy]  # a row each
            else:
                asked = f'SELECT {listed} FROM "{table}"'  # noqa: S608 - our own names
                found[table] = cursor.cursor.connection.execute(asked).fetchall()
    return found


def empty_ones(into: Any, tables: Columns) -> Columns:
    """Returns the tables that a migration left empty."""
    found = {}
    with into.cursor() as cursor:
        for table, names in tables.items():
            cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}")')  # noqa: S608 - our own names
            if not cursor.fetchone()[0]:
                found[table] = names
    return found


def copy_in(into: Any, tables: Columns, rows: Rows) -> None:
    """Writes the rows into PostgreSQL."""
    with transaction.atomic(using=into.alias), into.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        for table, values in rows.items():
            names = ", ".join(f'"{name}"' for name in tables[table])
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for block in values:
                    copy.write(block)


def insert(into: Any, tables: Columns, rows: Rows) -> None:
    """Writes the rows into SQLite, and makes the index of their words."""
    with into.cursor() as cursor:
        cursor.execute(f"PRAGMA cache_size = {-CACHE_KIBIBYTES}")
    with transaction.atomic(using=into.alias), into.cursor() as cursor:
        for table in DOCUMENTS:
            sqlite.pause(into, table)
        for table, values in rows.items():
            names = ", ".join(f'"{name}"' for name in tables[table])
            marks = ", ".join("?" * len(tables[table]))
            order = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608 - our own names
            for start in range(0, len(values), BATCH):
                cursor.cursor.connection.executemany(order, values[start : start + BATCH])
        for table in DOCUMENTS:
            sqlite.resume(into, table)


def written(into: Any) -> dict[str, Any]:
    """Copies what the default database holds into another, and says how long writing took."""
    tables = empty_ones(into, columns())
    rows = rows_of(connections["default"], tables)
    write = copy_in if into.vendor == "postgresql" else insert
    begun, cpu = time.monotonic(), _cpu(into)
    write(into, tables, rows)
    return {
        "rows": sum(map(len, rows.values())),
        "seconds": round(time.monotonic() - begun, 2),
        "cpu_seconds": round(_cpu(into) - cpu, 2),
    }


def _cpu(connection: Any) -> float:
    """Returns the CPU seconds of this process, and of the server's that works for it."""
    used = time.process_time()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
        if stat.is_file():
            user, system = stat.read_text().rpartition(")")[2].split()[11:13]
            used += (int(user) + int(system)) / TICKS
    return used


def main() -> None:
    connections.databases["bare"] = {**connections.databases["default"], "NAME": sys.argv[1]}
    sys.stdout.write(json.dumps(written(connections["bare"])) + "\n")


if __name__ == "__main__":
    main()
