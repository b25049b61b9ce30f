"""Writing many rows at once: whole tables by `executemany` on SQLite and by COPY on PostgreSQL.

The rows are models that were never saved. `Writer` gives each its key, keeps what its columns and
its field history must hold, and writes table by table when told to. It checks nothing: that is the
business of `statements.operations.bulk`, which writes what the operations would have written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cache, lru_cache, partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connections, models
from django.db.models.base import ModelState

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.backends.base.base import BaseDatabaseWrapper

Values = tuple[Any, ...]
Convert = Callable[[Any], Any]
Row = TypeVar("Row", bound=models.Model)
# Keys are fetched from a PostgreSQL sequence so many at a time.
KEYS_AT_ONCE = 1_000


class Table:
    """One table to fill: its columns, and how a row's attributes become what the database keeps."""

    def __init__(self, model: type[models.Model], connection: BaseDatabaseWrapper) -> None:
        fields = model._meta.local_concrete_fields
        self.model = model
        self.name = model._meta.db_table
        self.key = str(model._meta.pk.attname)
        self.columns = [str(field.column) for field in fields]
        # From the row's own dict: looking up an attribute of a model asks a descriptor first.
        self.getter = itemgetter(*(field.attname for field in fields))
        self.stamped = [field.attname for field in fields if getattr(field, "auto_now_add", False)]
        self.conversions = [
            (place, convert)
            for place, field in enumerate(fields)
            if (convert := _conversion(field, connection)) is not None
        ]

    def values_of(self, row: models.Model) -> Values:
        """Returns the row's columns as the database takes them."""
        values: list[Any] = list(self.getter(row.__dict__))
        for place, convert in self.conversions:
            value = values[place]
            if value is not None:
                values[place] = convert(value)
        return tuple(values)


class Maker:
    """Makes new rows of a model as its constructor does, in a tenth of the time."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        self.constants: dict[str, Any] = {}
        self.defaults: list[tuple[str, Callable[[], Any]]] = []
        # Per link: its column's attribute, the other row's, and where that one keeps this one.
        self.links: dict[str, tuple[str, str, str]] = {}
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey):
                back = field.remote_field.cache_name if field.one_to_one else ""
                self.links[field.name] = (field.attname, field.target_field.attname, back)
            if field.has_default() and callable(field.default):
                self.defaults.append((field.attname, field.get_default))
            else:
                self.constants[field.attname] = field.get_default()

    def __call__(self, values: dict[str, Any]) -> Any:
        row = self.model.__new__(self.model)
        kept = row.__dict__
        state = kept["_state"] = ModelState()
        kept.update(self.constants)
        for name, default in self.defaults:
            if name not in values:
                kept[name] = default()
        links = self.links
        for name, value in values.items():
            if name not in links:
                kept[name] = value
            elif value is not None:
                attname, other, back = links[name]
                kept[attname] = getattr(value, other)
                state.fields_cache[name] = value
                if back:
                    value._state.fields_cache[back] = row
        return row


class History:
    """The field-history table of a model: the row's own columns and who, when, why beside them."""

    def __init__(self, model: type[models.Model], connection: BaseDatabaseWrapper) -> None:
        self.table = _table(model.history.model, connection.alias)  # type: ignore[attr-defined]
        own = _table(model, connection.alias).columns
        extra = [column for column in self.table.columns if column not in own]
        if sorted(extra) != sorted(HISTORY_COLUMNS):
            raise TypeError(f"the history of {model._meta.label} has columns of its own: {extra}")
        given = [*own, *HISTORY_COLUMNS]
        self.in_order = itemgetter(*(given.index(column) for column in self.table.columns))

    def values_of(
        self, row: Values, *, key: int, kind: str, reason: str, by: int | None, at: Any
    ) -> Values:
        """Returns the history's columns for a row as `Table.values_of` gave it."""
        values: Values = self.in_order((*row, key, at, reason, kind, by, None))
        return values


# In the order in which `History.values_of` puts them; nothing is taken down yet.
HISTORY_COLUMNS = (
    "history_id",
    "history_date",
    "history_change_reason",
    "history_type",
    "history_user_id",
    "taken_down_at",
)


@cache
def _table(model: type[models.Model], alias: str) -> Table:
    return Table(model, connections[alias])


@cache
def _history(model: type[models.Model], alias: str) -> History:
    return History(model, connections[alias])


@cache
def _maker(model: type[models.Model]) -> Maker:
    return Maker(model)


def fresh(model: type[Row], **values: Any) -> Row:
    """Returns a new row of a model; its fields are given by name, and are known to be there."""
    row: Row = _maker(model)(values)
    return row


def _conversion(field: Any, connection: BaseDatabaseWrapper) -> Convert | None:
    """Returns how a field's values are made ready, or None where they are so already."""
    if isinstance(field, models.JSONField):
        return _json(field, connection)
    if isinstance(field, models.DecimalField):
        return partial(_prepared, field, connection)
    if connection.vendor == "sqlite":
        # As the backend's `adapt_datetimefield_value` does it, and a good deal faster.
        if isinstance(field, models.DateTimeField):
            return sqlite_moment
        if isinstance(field, models.DateField):
            return date.isoformat
        return None  # a member of an enum is the text that it is
    return _text if field.choices else None


def _prepared(field: Any, connection: BaseDatabaseWrapper, value: Any) -> Any:
    return field.get_db_prep_save(value, connection)


def _json(field: Any, connection: BaseDatabaseWrapper) -> Convert:
    if connection.vendor == "sqlite":
        return partial(_json_text, encoder=field.encoder)
    return partial(_prepared, field, connection)


def _json_text(value: Any, encoder: Any) -> str:
    if value in ([], {}):
        return "[]" if value == [] else "{}"
    return json.dumps(value, cls=encoder)


def _text(value: Any) -> Any:
    """Returns plain text for a code: a member of an enum would be written by its name."""
    return value if type(value) is str else str(value)


@lru_cache(maxsize=256)  # nearly all of a load are its own moment
def sqlite_moment(value: datetime) -> str:
    """Returns a moment as SQLite keeps it: in UTC, without saying so."""
    return str(value.astimezone(UTC).replace(tzinfo=None))


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
        table = _table(type(row), self.alias)
        kept = row.__dict__
        kept[table.key] = self.key(table.model)
        for attribute in table.stamped:
            kept[attribute] = at

    def keep(self, row: models.Model) -> None:
        """Keeps a row as it stands now."""
        table = _table(type(row), self.alias)
        self._put(table, table.values_of(row))

    def keep_history(
        self, row: models.Model, *, kind: str, reason: str, by: User | None, at: datetime
    ) -> None:
        """Keeps what the field history says of a row as it stands now."""
        history = _history(type(row), self.alias)
        values = _table(type(row), self.alias).values_of(row)
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
