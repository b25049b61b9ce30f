"""Writing many rows at once: whole tables by `executemany` on SQLite and by COPY on PostgreSQL.

The rows are models that were never saved. `Writer` gives each its key, keeps what its columns and
its field history must hold, and writes table by table when told to. It checks nothing: that is the
business of `statements.operations.bulk`, which writes what the operations would have written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connections, models

from sources.rows import Table, Values, history_of, sqlite_moment, table_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# Keys are fetched from a PostgreSQL sequence so many at a time.
KEYS_AT_ONCE = 1_000


def write_rows(cursor: Any, table: str, columns: Sequence[str], rows: Sequence[Values]) -> None:
    """Writes rows whose values are as the database takes them."""
    if not rows:
        return
    names = ", ".join(f'"{column}"' for column in columns)
    if cursor.db.vendor == "postgresql":
        with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join(["?"] * len(columns))
    # The driver's own cursor: Django's would look for %s in the statement anew for each batch.
    cursor.cursor.connection.executemany(
        f'INSERT INTO "{table}" ({names}) VALUES ({marks})',  # noqa: S608 - our own names
        rows,
    )


class Writer:
    """Rows that wait to be written, by table, in the order in which they came."""

    def __init__(self, using: str = "default") -> None:
        self.alias = using
        self.connection: Any = connections[using]
        self.is_postgresql = self.connection.vendor == "postgresql"
        self.waiting: dict[str, list[Values]] = {}
        self.columns: dict[str, list[str]] = {}
        self.keys: dict[type[models.Model], Iterator[int]] = {}
        self.row_count = 0
        if self.is_postgresql:
            with self.connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = 0")

    def key(self, model: type[models.Model]) -> int:
        """Returns the next free key of a table."""
        keys = self.keys.get(model)
        if keys is None:
            keys = self.keys[model] = self._fresh_keys(model)
        return next(keys)

    def name(self, row: models.Model, *, at: datetime) -> None:
        """Gives a new row its key and the moment at which it came."""
        table = table_of(type(row), self.alias)
        kept = row.__dict__
        kept[table.key] = self.key(table.model)
        for attribute in table.stamped:
            kept[attribute] = at

    def keep(self, row: models.Model) -> None:
        """Keeps a row as it stands now."""
        table = table_of(type(row), self.alias)
        self._put(table, table.values_of(row))

    def keep_history(
        self, row: models.Model, *, kind: str, reason: str, by: User | None, at: datetime
    ) -> None:
        """Keeps what the field history says of a row as it stands now."""
        history = history_of(type(row), self.alias)
        values = table_of(type(row), self.alias).values_of(row)
        stamp = at if self.is_postgresql else sqlite_moment(at)
        key = self.key(history.table.model)
        by_key = by.pk if by else None
        self._put(
            history.table,
            history.values_of(values, key=key, kind=kind, reason=reason, by=by_key, at=stamp),
        )

    def flush(self) -> None:
        """Writes all that waits."""
        with self.connection.cursor() as cursor:
            for table, rows in self.waiting.items():
                if rows:
                    write_rows(cursor, table, self.columns[table], rows)
                    self.row_count += len(rows)
        self.waiting.clear()

    def settle(self) -> None:
        """Looks at foreign keys now, or millions of checks would wait in the server's memory."""
        if self.is_postgresql:
            with self.connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    def _put(self, table: Table, values: Values) -> None:
        rows = self.waiting.get(table.name)
        if rows is None:
            rows = self.waiting[table.name] = []
            self.columns[table.name] = table.columns
        rows.append(values)

    def _fresh_keys(self, model: type[models.Model]) -> Iterator[int]:
        table = model._meta.db_table
        column = str(model._meta.pk.column)
        with self.connection.cursor() as cursor:
            if not self.is_postgresql:
                cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
                used = cursor.fetchone()
                cursor.execute(f'SELECT MAX("{column}") FROM "{table}"')  # noqa: S608 - our own names
                highest = cursor.fetchone()[0] or 0
        if not self.is_postgresql:
            # The transaction has the only right to write, so nobody else takes one.
            number = max(highest, used[0] if used else 0)
            while True:
                number += 1
                yield number
        while True:
            with self.connection.cursor() as cursor:
                cursor.execute(
                    "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                    [f'"{table}"', column, KEYS_AT_ONCE],
                )
                block = [row[0] for row in cursor.fetchall()]
            yield from block
