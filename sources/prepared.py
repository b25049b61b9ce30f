"""Queries whose SQL is put together once a process.

Django takes 0.3 to 2 ms to turn a queryset into SQL, each time anew, and a tenth of that to run it.
On a page of seven queries that is most of the page. A `Prepared` query is an ordinary queryset,
written with the doors and names of `querysets`; its SQL is kept, and which column goes where in
the rows that come back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import FORMAT_QMARK_REGEX
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.query import ModelIterable

Row = TypeVar("Row", bound=Model)
Value = str | int

# What stands in for a value until it is known: no row holds them, and no condition folds them.
TEXT_MARK = "\ue000prepared {}\ue000"
NUMBER_MARK = 2_147_400_000


def fetch_all(
    connection: BaseDatabaseWrapper, sql: str, params: Sequence[Any]
) -> list[tuple[Any, ...]]:
    """Returns the rows of finished SQL, as a cursor of Django's would.

    That cursor looks through the whole text for places of values each time and wraps each step:
    with it, reading a claim took twice the time. Where somebody watches the queries, it is used.
    """
    if connection.execute_wrappers or connection.queries_logged:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            watched: list[tuple[Any, ...]] = cursor.fetchall()
            return watched
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    if connection.vendor == "sqlite":
        sql = _with_question_marks(sql)
    with connection.wrap_database_errors:
        rows: list[tuple[Any, ...]] = connection.connection.execute(sql, params).fetchall()
        return rows


@lru_cache(maxsize=512)
def _with_question_marks(sql: str) -> str:
    return FORMAT_QMARK_REGEX.sub("?", sql).replace("%%", "%")


class Prepared(Generic[Row]):
    """A queryset of some values (texts or whole numbers), compiled once and run many times.

    `build` takes as many values as `kinds` names and returns the queryset: rows of a model, with
    `select_related`, annotations and deferred fields. Nothing else in it may differ from one call
    to the next: not the day, not a setting.
    """

    def __init__(self, build: Callable[..., QuerySet[Row]], *kinds: type[str] | type[int]) -> None:
        self._build = build
        self.kinds = kinds
        self._kept: dict[str, _Compiled] = {}

    def __call__(self, *values: Value, using: str = "default") -> list[Row]:
        """Returns the rows (one query)."""
        if tuple(map(type, values)) != self.kinds:
            raise TypeError(f"give {self.kinds}, not {values!r}")
        connection = connections[using]
        compiled = self._kept.get(using)
        if compiled is None:
            compiled = self._kept[using] = self._compiled(connection)
        rows = fetch_all(connection, compiled.sql, compiled.params_with(values))
        return [compiled.row_of(found, connection) for found in rows]

    def first(self, *values: Value, using: str = "default") -> Row | None:
        """Returns the first row, or None (one query)."""
        return next(iter(self(*values, using=using)), None)

    def queryset(self, *values: Value) -> QuerySet[Row]:
        """Returns the queryset itself: what the rows are compared with in tests."""
        return self._build(*values)

    def _compiled(self, connection: BaseDatabaseWrapper) -> _Compiled:
        marks: list[Value] = [
            TEXT_MARK.format(place) if kind is str else NUMBER_MARK + place
            for place, kind in enumerate(self.kinds)
        ]
        queryset: Any = self._build(*marks)
        if queryset._prefetch_related_lookups:
            raise ValueError("a prefetch is a query of its own: prepare it too")
        if queryset._iterable_class is not ModelIterable:
            raise ValueError("only rows of a model can be prepared")
        compiler = queryset.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        places = tuple(marks.index(param) if param in marks else None for param in params)
        if set(places) - {None} != set(range(len(marks))):
            raise ValueError("a value was lost on the way to SQL")
        return _Compiled(
            sql,
            tuple(params),
            places,
            converters=tuple(
                (place, tuple(converters), expression)
                for place, (converters, expression) in compiler.get_converters(
                    [column[0] for column in compiler.select]
                ).items()
            ),
            part=_part(compiler.klass_info, compiler.select),
            annotations=tuple(compiler.annotation_col_map.items()),
        )


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


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The SQL of a queryset for one database, and the way from its rows to models."""

    sql: str
    params: tuple[Any, ...]
    places: tuple[int | None, ...]  # by parameter: which of the given values it is
    converters: tuple[tuple[int, tuple[Any, ...], Any], ...]  # by column, where it needs any
    part: _Part
    annotations: tuple[tuple[str, int], ...]

    def params_with(self, values: Sequence[Value]) -> tuple[Any, ...]:
        return tuple(
            [
                fixed if place is None else values[place]
                for fixed, place in zip(self.params, self.places, strict=True)
            ]
        )

    def row_of(self, found: Sequence[Any], connection: BaseDatabaseWrapper) -> Any:
        values = list(found)
        for place, converters, expression in self.converters:
            for convert in converters:
                values[place] = convert(values[place], expression, connection)
        row = self.part.made_of(values, connection.alias)
        for name, place in self.annotations:
            row.__dict__[name] = values[place]
        return row
