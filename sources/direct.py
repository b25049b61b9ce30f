"""Writing a few rows at once by SQL that is kept: a fifth of what saving them by the ORM costs.

For operations that made every value themselves and hold the row: no validation, no signal, and the
field history only where it is asked for. What a row's columns hold, and what its history says, is
what the ORM and its history would have written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import connections, models
from django.utils import timezone

from sources.prepared import run
from sources.rows import Values, history_of, sqlite_moment, table_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User

ALIAS = "default"


def insert(*rows: models.Model) -> None:
    """Writes new rows of one kind and gives them their keys (one query, none without rows)."""
    if not rows:
        return
    model = type(rows[0])
    known = _statements(model)
    now = timezone.now()
    values: list[Any] = []
    for row in rows:
        kept = row.__dict__
        if type(row) is not model or kept[known.key] is not None:
            raise ValueError(f"{row!r} is no new row of {model._meta.label}")
        kept.update(dict.fromkeys(known.stamped, now))
        values += known.without_key(table_of(model, ALIAS).values_of(row))
    keys = _inserted(known.insert(len(rows)), values, len(rows))
    for row, key in zip(rows, keys, strict=True):
        row.__dict__[known.key] = key
        row._state.adding, row._state.db = False, ALIAS


def columns_of(row: models.Model) -> Values:
    """Returns what the columns of a row hold, for `update_row`."""
    return table_of(type(row), ALIAS).values_of(row)


def update_row(row: models.Model, *, was: Values, where: Mapping[str, Any]) -> bool:
    """Writes what changed in a stored row; says whether it was still as `where` tells (one query).

    `was` is what `columns_of` gave before: a column that is written again, though it holds the same,
    has its indexes written, too. `where` holds plain text and numbers by column: a member of an
    enum, or None, fits nothing. Raises `ValueError` where nothing changed.
    """
    table = table_of(type(row), ALIAS)
    changed = {
        name: value
        for name, value, before in zip(table.columns, table.values_of(row), was, strict=True)
        if value != before
    }
    if not changed:
        raise ValueError(f"nothing of {row!r} has changed")
    sql = _statements(type(row)).update(tuple(changed), tuple(where))
    params = [*changed.values(), row.pk, *where.values()]
    return bool(run(connections[ALIAS], sql, params).rowcount)


def insert_history(
    row: models.Model, *, kind: str, reason: str, by: User | None, at: datetime
) -> None:
    """Adds what the field history says of a row as it stands now (one query)."""
    history = history_of(type(row), ALIAS)
    known = _statements(history.table.model)
    values = history.values_of(
        table_of(type(row), ALIAS).values_of(row),
        key=0,
        kind=kind,
        reason=reason,
        by=by.pk if by else None,
        at=at if connections[ALIAS].vendor == "postgresql" else sqlite_moment(at),
    )
    _inserted(known.insert(1), list(known.without_key(values)), 1)


@dataclass(frozen=True, slots=True)
class _Statements:
    """The SQL of one table, but for how many rows there are."""

    table: str
    key: str  # attribute of the primary key, and its column
    key_column: str
    key_place: int
    columns: tuple[str, ...]  # without the key
    stamped: tuple[str, ...]
    returning: str

    def without_key(self, values: Values) -> Values:
        return values[: self.key_place] + values[self.key_place + 1 :]

    def insert(self, count: int) -> str:
        names = ", ".join(f'"{name}"' for name in self.columns)
        marks = ", ".join([f"({', '.join(['%s'] * len(self.columns))})"] * count)
        return f'INSERT INTO "{self.table}" ({names}) VALUES {marks}{self.returning}'  # noqa: S608 - our own names

    def update(self, columns: tuple[str, ...], where: tuple[str, ...]) -> str:
        names = ", ".join(f'"{name}" = %s' for name in columns)
        held = " AND ".join(f'"{name}" = %s' for name in (self.key_column, *where))
        return f'UPDATE "{self.table}" SET {names} WHERE {held}'  # noqa: S608 - our own names


@cache
def _statements(model: type[models.Model]) -> _Statements:
    if model.save is not models.Model.save:
        raise TypeError(f"{model._meta.label} does more than writing when it is saved")
    table = table_of(model, ALIAS)
    key = model._meta.pk
    return _Statements(
        table=table.name,
        key=str(key.attname),
        key_column=str(key.column),
        key_place=table.columns.index(str(key.column)),
        columns=tuple(name for name in table.columns if name != key.column),
        stamped=tuple(table.stamped),
        returning=f' RETURNING "{key.column}"' if connections[ALIAS].vendor == "postgresql" else "",
    )


def _inserted(sql: str, values: list[Any], count: int) -> list[int]:
    """Returns the keys of the rows that a statement wrote, in their order."""
    connection = connections[ALIAS]
    cursor = run(connection, sql, values)
    if connection.vendor == "postgresql":
        return [key for (key,) in cursor.fetchall()]
    # A key is one more than the highest ever (AUTOINCREMENT), so those of one statement follow.
    last = cursor.lastrowid
    return list(range(last - count + 1, last + 1))
