"""Queries whose SQL is put together once a process.

Django takes 0.3 to 2 ms to turn a queryset into SQL, each time anew, and a tenth of that to run it.
On a page of seven queries that is most of the page. A `Prepared` query is an ordinary queryset,
written with the doors and names of `querysets`; only its SQL is kept.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable

Row = TypeVar("Row", bound=Model)
Value = str | int

# What stands in for a value until it is known: no row holds them, and no condition folds them.
TEXT_MARK = "\ue000prepared {}\ue000"
NUMBER_MARK = 2_147_400_000


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
        # Django's own way from rows to models, handed a compiler that has done its work already.
        return list(ModelIterable(_Bound(compiled, connection, values)))  # type: ignore[arg-type]

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
        converters = compiler.get_converters([column[0] for column in compiler.select])
        compiler.get_converters = lambda columns: converters
        return _Compiled(queryset, compiler, sql, tuple(params), places)


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The SQL of a queryset for one database."""

    queryset: Any
    compiler: Any
    sql: str
    params: tuple[Any, ...]
    places: tuple[int | None, ...]  # by parameter: which of the given values it is

    def params_with(self, values: Sequence[Value]) -> tuple[Any, ...]:
        return tuple(
            fixed if place is None else values[place]
            for fixed, place in zip(self.params, self.places, strict=True)
        )


class _Bound:
    """A compiled queryset with its values; for all else the queryset that it comes from."""

    def __init__(
        self, compiled: _Compiled, connection: BaseDatabaseWrapper, values: Sequence[Value]
    ) -> None:
        self._queryset = compiled.queryset
        self.db = connection.alias
        self.query = self
        self._compiler = copy.copy(compiled.compiler)
        self._compiler.connection = connection
        self._compiler.as_sql = lambda: (compiled.sql, compiled.params_with(values))

    def get_compiler(self, **_: Any) -> Any:
        return self._compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._queryset, name)
