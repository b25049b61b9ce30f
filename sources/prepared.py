"""Queries whose SQL is put together once a process.

Django takes 0.3 to 2 ms to turn a queryset into SQL, each time anew, and a tenth of that to run it.
On a page of seven queries that is most of the page. A `Prepared` query is an ordinary queryset,
written with the doors and names of `querysets`; its SQL is kept, and which column goes where in
the rows that come back.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import FORMAT_QMARK_REGEX
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.query import ModelIterable, ValuesIterable

Row = TypeVar("Row", bound=Model)
Answer = TypeVar("Answer")
Value = str | int
Converter = Callable[[Any, Any, BaseDatabaseWrapper], Any]

# What stands in for a value until it is known: no row holds them, and no condition folds them.
TEXT_MARK = "\ue000prepared {}\ue000"
NUMBER_MARK = 2_147_400_000


def run(connection: BaseDatabaseWrapper, sql: str, params: Sequence[Any]) -> Any:
    """Runs finished SQL as a cursor of Django's would, and returns the driver's cursor.

    That one of Django's looks through the whole text for places of values each time and wraps each
    step: with it, reading a claim took twice the time. Where somebody watches the queries, it is used.
    """
    with connection.wrap_database_errors:
        return _begun(connection, sql, params)


def fetch_all(
    connection: BaseDatabaseWrapper, sql: str, params: Sequence[Any]
) -> list[tuple[Any, ...]]:
    """Returns the rows of finished SQL; see `run`."""
    with connection.wrap_database_errors:
        rows: list[tuple[Any, ...]] = _begun(connection, sql, params).fetchall()
        return rows


def _begun(connection: BaseDatabaseWrapper, sql: str, params: Sequence[Any]) -> Any:
    if connection.execute_wrappers or connection.queries_logged:
        watched = connection.cursor()
        watched.execute(sql, params)
        return watched
    connection.close_if_health_check_failed()
    if connection.connection is None:  # asking costs less than having it asked
        connection.ensure_connection()
    connection.validate_no_broken_transaction()
    if connection.vendor == "sqlite":
        sql = _with_question_marks(sql)
    return connection.connection.execute(sql, params)


def filled(values: Iterable[Value], size: int, empty: Value) -> list[Value]:
    """Returns values filled up to a fixed number, with one that no row holds.

    A prepared query takes always as many values: so it can ask for "any of these".
    """
    given = list(values)
    if len(given) > size:
        raise ValueError(f"{len(given)} values where {size} fit")
    return given + [empty] * (size - len(given))


@lru_cache(maxsize=512)
def _with_question_marks(sql: str) -> str:
    return FORMAT_QMARK_REGEX.sub("?", sql).replace("%%", "%")


class _Kept(Generic[Answer]):
    """What both kinds of prepared queries share: a queryset of some values, its SQL, and its rows."""

    def __init__(
        self, build: Callable[..., QuerySet[Any, Any]], *kinds: type[str] | type[int]
    ) -> None:
        self._build = build
        self.kinds = kinds
        self._kept: dict[str, tuple[_Statement, Callable[[list[Any], str], Answer]]] = {}

    def __call__(self, *values: Value, using: str = "default") -> list[Answer]:
        """Returns the rows (one query)."""
        if tuple(map(type, values)) != self.kinds:
            raise TypeError(f"give {self.kinds}, not {values!r}")
        connection = connections[using]
        kept = self._kept.get(using)
        if kept is None:
            kept = self._kept[using] = self._prepared(connection)
        statement, made_of = kept
        return [made_of(row, using) for row in statement.rows(values, connection)]

    def first(self, *values: Value, using: str = "default") -> Answer | None:
        """Returns the first row, or None (one query)."""
        return next(iter(self(*values, using=using)), None)

    def queryset(self, *values: Value) -> QuerySet[Any, Any]:
        """Returns the queryset itself: what the rows are compared with in tests."""
        return self._build(*values)

    def _prepared(
        self, connection: BaseDatabaseWrapper
    ) -> tuple[_Statement, Callable[[list[Any], str], Answer]]:
        marks: list[Value] = [
            TEXT_MARK.format(place) if kind is str else NUMBER_MARK + place
            for place, kind in enumerate(self.kinds)
        ]
        queryset: Any = self._build(*marks)
        if queryset._prefetch_related_lookups:
            raise ValueError("a prefetch is a query of its own: prepare it too")
        compiler = queryset.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        places = tuple(marks.index(param) if param in marks else None for param in params)
        if set(places) - {None} != set(range(len(marks))):
            raise ValueError("a value was lost on the way to SQL")
        converters = compiler.get_converters([column[0] for column in compiler.select])
        statement = _Statement(
            sql,
            tuple(map(_plain, params)),
            places,
            tuple(
                (place, tuple(_quicker(each, connection) for each in many), column)
                for place, (many, column) in converters.items()
            ),
        )
        return statement, self._maker(queryset, compiler)

    def _maker(self, queryset: Any, compiler: Any) -> Callable[[list[Any], str], Answer]:
        """Returns what makes an answer of a row's values and the name of its database."""
        raise NotImplementedError


class Prepared(_Kept[Row]):
    """A queryset of some values (texts or whole numbers), compiled once and run many times.

    `build` takes as many values as `kinds` names and returns the queryset: rows of a model, with
    `select_related`, annotations and deferred fields. Nothing else in it may differ from one call
    to the next: not the day, not a setting.
    """

    def __init__(self, build: Callable[..., QuerySet[Row]], *kinds: type[str] | type[int]) -> None:
        super().__init__(build, *kinds)

    def _maker(self, queryset: Any, compiler: Any) -> Callable[[list[Any], str], Row]:
        if queryset._iterable_class is not ModelIterable:
            raise ValueError("only rows of a model can be prepared")
        part = _part(compiler.klass_info, compiler.select)
        annotations = tuple(compiler.annotation_col_map.items())

        def row_of(values: list[Any], alias: str) -> Any:
            row = part.made_of(values, alias)
            for name, place in annotations:
                row.__dict__[name] = values[place]
            return row

        return row_of


class PreparedValues(_Kept[dict[str, Any]]):
    """As `Prepared`, of a queryset of `values()`: each row is a dict."""

    def _maker(self, queryset: Any, compiler: Any) -> Callable[[list[Any], str], dict[str, Any]]:
        if queryset._iterable_class is not ValuesIterable:
            raise ValueError("only rows of values() can be prepared so")
        query = queryset.query
        names = query.selected or (
            *query.extra_select, *query.values_select, *query.annotation_select,
        )  # fmt: skip
        named = tuple(names)
        # With DISTINCT, columns that rows are only sorted by follow.
        return lambda values, alias: dict(zip(named, values, strict=False))


@dataclass(frozen=True, slots=True)
class _Part:
    """Which columns of a row make one model, and which models hang on it."""

    model: type[Model]
    start: int
    end: int
    names: tuple[str, ...]
    joined: tuple[_Joined, ...]

    def made_of(self, found: Sequence[Any], alias: str) -> Model:
        """Returns the model. As `Model.from_db`, in a fifth of its time: no signal, no look at
        each field that is left out, nothing but the values."""
        row = self.model.__new__(self.model)
        state = ModelState()
        state.db, state.adding = alias, False
        row.__dict__.update(
            zip(self.names, found[self.start : self.end], strict=True), _state=state
        )
        for each in self.joined:
            other = None
            if found[each.key] is not None:
                other = each.part.made_of(found, alias)
                each.set_there(other, row)
            each.set_here(row, other)
        return row


@dataclass(frozen=True, slots=True)
class _Joined:
    """A model of `select_related`: its part, its primary key's column, and what ties both ends."""

    part: _Part
    key: int
    set_here: Callable[[Model, Model | None], None]
    set_there: Callable[[Model, Model], None]


def _part(info: dict[str, Any], select: Sequence[Any]) -> _Part:
    """Returns what Django has found out about a model of a query, and about those joined to it."""
    if info.get("from_parent"):
        raise ValueError("a model that inherits its columns cannot be prepared")
    start, end = info["select_fields"][0], info["select_fields"][-1] + 1
    joined = []
    for other in info.get("related_klass_infos", ()):
        part = _part(other, select)
        key = part.start + part.names.index(part.model._meta.pk.attname)
        joined.append(_Joined(part, key, other["local_setter"], other["remote_setter"]))
    names = tuple(column[0].target.attname for column in select[start:end])
    return _Part(info["model"], start, end, names, tuple(joined))


def _plain(param: Any) -> Any:
    """Returns a code as the text it is: drivers look for a way to adapt a member of an enum."""
    return str(param) if isinstance(param, str) else param


def _quicker(convert: Converter, connection: BaseDatabaseWrapper) -> Converter:
    """Returns a converter of the framework's, or one that does the same at less cost.

    SQLite keeps moments without an offset, in UTC: the framework asks the settings so for each of
    them.
    """
    moments = getattr(connection.ops, "convert_datetimefield_value", None)
    if convert != moments or connection.timezone is not UTC:
        return convert

    def moment(value: Any, column: Any, connection: BaseDatabaseWrapper) -> Any:
        if value is None:
            return None
        found = value
        if type(found) is str:  # of an expression; of a column the driver has read it already
            with contextlib.suppress(ValueError):  # written by other hands
                found = datetime.fromisoformat(found)
        if type(found) is datetime and found.tzinfo is None:
            return found.replace(tzinfo=UTC)
        return convert(value, column, connection)

    return moment


@dataclass(frozen=True, slots=True)
class _Statement:
    """The SQL of a queryset for one database, and what its columns are converted by."""

    sql: str
    params: tuple[Any, ...]
    places: tuple[int | None, ...]  # by parameter: which of the given values it is
    converters: tuple[tuple[int, tuple[Any, ...], Any], ...]  # by column, where it needs any

    def rows(self, given: Sequence[Value], connection: BaseDatabaseWrapper) -> list[list[Any]]:
        """Returns the rows for the given values, converted (one query)."""
        params = [
            fixed if place is None else given[place]
            for fixed, place in zip(self.params, self.places, strict=True)
        ]
        rows = []
        for found in fetch_all(connection, self.sql, params):
            values = list(found)
            for place, converters, column in self.converters:
                for convert in converters:
                    values[place] = convert(values[place], column, connection)
            rows.append(values)
        return rows
