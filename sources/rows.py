"""How rows become what a database keeps: columns, field history, and new rows made quickly.

For writers that pass by the ORM's own saving: `sources.bulk`, of many rows, and `sources.direct`, of
a few at once. They check nothing: their callers have made every value themselves.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache, lru_cache, partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connections, models
from django.db.models.base import ModelState

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

Values = tuple[Any, ...]
Convert = Callable[[Any], Any]
Row = TypeVar("Row", bound=models.Model)


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
        self.table = table_of(model.history.model, connection.alias)  # type: ignore[attr-defined]
        own = table_of(model, connection.alias).columns
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
def table_of(model: type[models.Model], alias: str) -> Table:
    return Table(model, connections[alias])


@cache
def history_of(model: type[models.Model], alias: str) -> History:
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
