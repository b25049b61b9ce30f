"""Seals: triggers that keep append-only tables append-only, on both databases.

An app names its sealed tables in its `seals` module as `SEALED`, a tuple of `Seal`, and tables
whose rows must not overlap in time as `APART`, a tuple of `Apart`. The triggers
are installed on `post_migrate` and not in a migration: a migration that rebuilds a SQLite table
drops the triggers of that table in silence (DESIGN §3). Installing is idempotent. Before a
migration is taken back all are taken off: SQLite drops no column that a trigger names. A seal
names the columns that its table has at the time: after going back, those of the older build.

Two changes of a sealed row are possible. Where a `Seal` names `erasable` columns, a take-down
empties exactly those and sets `taken_down_at`, once (DOMAIN §5). Where it names columns that are
set `once`, whoever closes the row fills them, together and for good.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import AppConfig, apps
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True, slots=True)
class Seal:
    """One append-only table: `label` as "app.Model", and the columns that may change.

    `erasable` are emptied by a take-down; `once` are set when the row is closed: the first of
    them says when, and is NULL until then.
    """

    label: str
    erasable: tuple[str, ...] = ()
    once: tuple[str, ...] = ()
    absent: frozenset[str] = frozenset()  # columns that a migration has yet to add
    without = "be changed or deleted"  # what rows can do when the seal is missing

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.label)

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def columns(self) -> list[tuple[str, str]]:
        """Field and column, of those that are there."""
        fields = self.model._meta.local_concrete_fields
        return [(f.name, str(f.column)) for f in fields if f.column not in self.absent]


@dataclass(frozen=True, slots=True)
class Apart:
    """A table whose rows of one `key` never overlap in time; both ends inclusive, no end is open.

    On SQLite triggers hold it. On PostgreSQL an exclusion constraint does, which a migration
    makes: no migration loses it in silence.
    """

    label: str
    key: tuple[str, ...]
    start: str
    end: str
    without = "overlap"

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.label)

    @property
    def table(self) -> str:
        return self.model._meta.db_table


Guarded = Seal | Apart


def sealed() -> Iterator[Seal]:
    """Yields the seals that every installed app names, in the order of the apps."""
    return (guarded for guarded in _guarded() if isinstance(guarded, Seal))


def _guarded() -> Iterator[Guarded]:
    for app in apps.get_app_configs():
        yield from _named_by(app)


def _named_by(app: AppConfig) -> tuple[Guarded, ...]:
    """Returns what an app names: `SEALED`, and where it has them `APART`."""
    if app.name == "sources":
        return SEALED
    if find_spec(f"{app.name}.seals") is None:
        return ()
    room = import_module(f"{app.name}.seals")
    return (*room.SEALED, *getattr(room, "APART", ()))


def install(connection: BaseDatabaseWrapper) -> None:
    """Installs every seal that is missing or differs; tables not yet migrated are left out."""
    present = _present(connection)
    with connection.cursor() as cursor:
        for seal in _existing(connection):
            if _names(seal, connection) - present:
                for statement in _statements(seal, connection):
                    cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Takes every seal off: only to restore a backup, to go back, or to empty a test database."""
    with connection.cursor() as cursor:
        for seal in _existing(connection):
            for statement in _drops(seal, connection):
                cursor.execute(statement)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names the tables that exist and lack a trigger."""
    return [seal.table for seal in lost(connection)]


def lost(connection: BaseDatabaseWrapper) -> list[Guarded]:
    """Returns what guards a table that exists, and is not there."""
    whats = {(table, what) for table, what, _ in _standing(connection)}
    return [
        seal
        for seal in _existing(connection)
        if any((seal.table, what) not in whats for what, _ in _written(seal, connection))
    ]


def outdated(connection: BaseDatabaseWrapper) -> list[str]:
    """Names the sealed tables whose triggers have an older wording: the next migrate mends it."""
    present, gone = _present(connection), set(missing(connection))
    return [
        seal.table
        for seal in _existing(connection)
        if seal.table not in gone and _names(seal, connection) - present
    ]


def install_after_migrate(sender: AppConfig, using: str = "default", **kwargs: Any) -> None:
    """Receiver of `post_migrate`: runs once, after the last app that has seals."""

    if _named_by(sender):
        install(connections[using])


def remove_before_going_back(
    sender: AppConfig, using: str, plan: Iterable[tuple[Any, bool]], **kwargs: Any
) -> None:
    """Receiver of `pre_migrate`: takes the seals off where a migration is to be undone.

    What is still there is sealed again by `install_after_migrate`.
    """
    if any(backwards for _, backwards in plan):
        remove(connections[using])


# A trigger's name carries a digest of its text, so that a changed seal is seen as missing.


def _names(seal: Guarded, connection: BaseDatabaseWrapper) -> set[str]:
    return {name for name, _ in _triggers(seal, connection)}


def _present(connection: BaseDatabaseWrapper) -> set[str]:
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') "
        "AND starts_with(tgname, 'seal_')"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'seal_*'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {row[0] for row in cursor.fetchall()}


def _existing(connection: BaseDatabaseWrapper) -> list[Guarded]:
    """Returns what guards tables that are there, with the columns that they lack (one query)."""
    query = (
        "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
        "WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped "
        "AND c.relnamespace = current_schema()::regnamespace"
        if connection.vendor == "postgresql"
        else "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c "
        "WHERE t.type = 'table'"
    )
    tables: dict[str, set[str]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(query)
        for table, column in cursor.fetchall():
            tables[table].add(column)
    return [_as_it_is(seal, tables[seal.table]) for seal in _guarded() if seal.table in tables]


def _as_it_is(seal: Guarded, there: set[str]) -> Guarded:
    if isinstance(seal, Apart):
        return seal
    return replace(seal, absent=frozenset(column for _, column in seal.columns) - there)


def _standing(connection: BaseDatabaseWrapper) -> Iterator[tuple[str, str, str]]:
    """Yields table, what it stops, and name of each trigger of ours that stands."""
    starts = {f"seal_{seal.table[:36]}_": seal.table for seal in _guarded()}
    for name in sorted(_present(connection)):
        start = name[: name.rfind("_", 0, name.rfind("_")) + 1]
        if start in starts:
            yield starts[start], name.removeprefix(start).partition("_")[0], name


def _written(seal: Guarded, connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    if isinstance(seal, Apart):
        return [] if connection.vendor == "postgresql" else _sqlite_apart(seal)
    return (_postgresql if connection.vendor == "postgresql" else _sqlite)(seal)


def _triggers(seal: Guarded, connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    named = []
    for what, text in _written(seal, connection):
        digest = hashlib.sha256(text.encode()).hexdigest()[:8]
        name = f"seal_{seal.table[:36]}_{what}_{digest}"
        named.append((name, text.replace("{name}", name)))
    return named


def _statements(seal: Guarded, connection: BaseDatabaseWrapper) -> Iterator[str]:
    yield from _drops(seal, connection)
    if connection.vendor == "postgresql":
        yield POSTGRESQL_REFUSE
        yield POSTGRESQL_GUARD
    for _, text in _triggers(seal, connection):
        yield text


def _drops(seal: Guarded, connection: BaseDatabaseWrapper) -> Iterator[str]:
    on = f' ON "{seal.table}"' if connection.vendor == "postgresql" else ""
    for table, _, name in _standing(connection):
        if table == seal.table:
            yield f'DROP TRIGGER "{name}"{on}'


def _kept_columns(seal: Seal) -> list[str]:
    erasable = {*seal.erasable, "taken_down_at"}
    return [column for name, column in seal.columns if name not in erasable]


def _erased_columns(seal: Seal) -> list[tuple[str, str]]:
    """Yields column and the literal that stands for "erased" there."""
    columns = []
    for name in seal.erasable:
        field = seal.model._meta.get_field(name)
        if getattr(field, "null", False):
            literal = "NULL"
        elif isinstance(field, models.JSONField):
            literal = "'{}'"
        else:
            literal = "''"
        columns.append((str(field.column), literal))  # type: ignore[union-attr]
    return [(column, literal) for column, literal in columns if column not in seal.absent]


def _is_take_down(seal: Seal, *, same: str, cast: str) -> str:
    """Writes the SQL condition that an UPDATE is a take-down and nothing else."""
    erased = [f'NEW."{column}"{cast} {same} {literal}' for column, literal in _erased_columns(seal)]
    kept = [f'NEW."{column}" {same} OLD."{column}"' for column in _kept_columns(seal)]
    first = ['OLD."taken_down_at" IS NULL', 'NEW."taken_down_at" IS NOT NULL']
    return " AND ".join([*first, *erased, *kept])


def _words(seal: Seal) -> str:
    return f"{seal.table} is append-only: rows are never changed or deleted"


def _is_closing(seal: Seal, *, same: str) -> str:
    """Writes the SQL condition that an UPDATE sets the `once` columns for the first time."""
    columns = [str(seal.model._meta.get_field(name).column) for name in seal.once]  # type: ignore[union-attr]
    kept = [
        f'NEW."{column}" {same} OLD."{column}"'
        for _, column in seal.columns
        if column not in columns
    ]
    first = [f'OLD."{columns[0]}" IS NULL', f'NEW."{columns[0]}" IS NOT NULL']
    return " AND ".join([*first, *kept])


def _allowed(seal: Seal, *, same: str, cast: str = "") -> str:
    """Writes the WHEN of the UPDATE trigger: empty where every change is refused."""
    ways = []
    if seal.erasable:
        ways.append(_is_take_down(seal, same=same, cast=cast))
    if seal.once:
        ways.append(_is_closing(seal, same=same))
    return f" WHEN (NOT ({') AND NOT ('.join(ways)}))" if ways else ""


# SQLite. The INSERT trigger stops INSERT OR REPLACE, which deletes without a DELETE trigger
# unless recursive_triggers is on, and a shell from outside does not set that. It deletes whatever
# stands in the way of any unique key, so all of them are asked, not the id alone.


def _sqlite(seal: Seal) -> list[tuple[str, str]]:
    table, words = seal.table, _words(seal)
    refuse = f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
    unless = _allowed(seal, same="IS")
    taken = " OR ".join(f"({' AND '.join(key)})" for key in _unique_keys(seal))
    return [
        ("update", f'CREATE TRIGGER "{{name}}" BEFORE UPDATE ON "{table}"{unless} {refuse}'),
        ("delete", f'CREATE TRIGGER "{{name}}" BEFORE DELETE ON "{table}" {refuse}'),
        (
            "insert",
            (
                f'CREATE TRIGGER "{{name}}" BEFORE INSERT ON "{table}" WHEN EXISTS '  # noqa: S608 - our own names
                f'(SELECT 1 FROM "{table}" WHERE {taken}) {refuse}'
            ),
        ),
    ]


def _unique_keys(seal: Seal) -> Iterator[list[str]]:
    """Yields for each unique key, the primary key first, what makes another row stand in the way.

    Of the keys with a condition it knows the one that `once` rows have: unique until closed.
    """
    meta = seal.model._meta
    until_closed = models.Q(**{f"{seal.once[0]}__isnull": True}) if seal.once else None
    for field in meta.local_concrete_fields:
        if field.unique and field.column not in seal.absent:
            yield [f'"{field.column}" = NEW."{field.column}"']
    for constraint in meta.constraints:
        if not isinstance(constraint, models.UniqueConstraint):
            continue
        columns = [str(meta.get_field(name).column) for name in constraint.fields]  # type: ignore[union-attr]
        if not seal.absent.isdisjoint(columns):
            continue
        key = [f'"{column}" = NEW."{column}"' for column in columns]
        if constraint.condition is None:
            yield key
        elif constraint.condition == until_closed:
            yield [*key, f'"{seal.once[0]}" IS NULL', f'NEW."{seal.once[0]}" IS NULL']


def _sqlite_apart(apart: Apart) -> list[tuple[str, str]]:
    table, start, end = apart.table, f'"{apart.start}"', f'"{apart.end}"'
    columns = [str(apart.model._meta.get_field(name).column) for name in apart.key]  # type: ignore[union-attr]
    overlaps = [f'"{column}" IS NEW."{column}"' for column in columns]
    # Days are stored as 2025-03-18 and compare as text; an open end comes after every day.
    overlaps += [
        f"{start} <= COALESCE(NEW.{end}, '9999-12-31')",
        f"NEW.{start} <= COALESCE({end}, '9999-12-31')",
    ]
    words = f"{table} has a row of these days already"

    def trigger(event: str, row: str) -> str:
        condition = " AND ".join([f'"id" IS NOT {row}."id"', *overlaps])
        return (
            f'CREATE TRIGGER "{{name}}" BEFORE {event} ON "{table}" WHEN EXISTS '  # noqa: S608 - our own names
            f'(SELECT 1 FROM "{table}" WHERE {condition}) '
            f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
        )

    return [("apartinsert", trigger("INSERT", "NEW")), ("apartupdate", trigger("UPDATE", "OLD"))]


# PostgreSQL. ERRCODE 23000 so that Django raises IntegrityError, as it does for a constraint.

POSTGRESQL_REFUSE = """
CREATE OR REPLACE FUNCTION claimtracker_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: rows are never changed or deleted', TG_TABLE_NAME
        USING ERRCODE = '23000';
END $$
"""

POSTGRESQL_GUARD = "ALTER FUNCTION claimtracker_refuse() SET search_path = pg_catalog, pg_temp"


def _postgresql(seal: Seal) -> list[tuple[str, str]]:
    table = seal.table
    refuse = "EXECUTE FUNCTION claimtracker_refuse()"
    unless = _allowed(seal, same="IS NOT DISTINCT FROM", cast="::text")
    return [
        (
            "update",
            f'CREATE TRIGGER "{{name}}" BEFORE UPDATE ON "{table}" FOR EACH ROW{unless} {refuse}',
        ),
        ("delete", f'CREATE TRIGGER "{{name}}" BEFORE DELETE ON "{table}" FOR EACH ROW {refuse}'),
        ("truncate", f'CREATE TRIGGER "{{name}}" BEFORE TRUNCATE ON "{table}" {refuse}'),
    ]


SEALED = (
    Seal("sources.Snapshot"),
    Seal("sources.SnapshotArchive"),
    Seal("sources.SnapshotText"),
    Seal("sources.Observation"),
    Seal("sources.SeriesConfirmation"),
    Seal("sources.HistoricalPublisher"),
    Seal("sources.HistoricalSource"),
)
