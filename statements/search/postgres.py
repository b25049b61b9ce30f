"""Search on PostgreSQL: stored vectors beside each document, with GIN indexes.

The vectors are written by a function of ours, word by word: PostgreSQL's own parser and
dictionaries would part and stem by other rules than SQLite's side. Columns and indexes are
installed after `migrate`; the models do not know them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from django.db.backends.base.base import BaseDatabaseWrapper

from statements.search.questions import Term

# ¦ keeps phrases from reaching from one column into the next. A position above 16,383 is not
# stored apart from its neighbours, so phrases far inside a very long text may be missed.
FUNCTION = """
CREATE OR REPLACE FUNCTION claimtracker_vector(words text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
    SELECT coalesce(
        string_agg('''' || word || ''':' || least(place, 16383), ' ')::tsvector, ''::tsvector
    )
    FROM unnest(string_to_array(words, ' ')) WITH ORDINALITY AS parts (word, place)
    WHERE word <> ''
$$
"""
# Where a word stands among the facets of the document `d`, 0 where it does not.
POSITION = "strpos(' ' || d.facets || ' ', %s)"
VECTORS: dict[str, str] = {
    "vector": (
        "claimtracker_vector(claim_words || ' ¦ ' || quote_words || ' ¦ ' || speaker_words"
        " || ' ¦ ' || finding_words)"
    ),
    "facet_vector": "array_to_tsvector(string_to_array(facets, ' '))",
}


def match(
    terms: Sequence[Term], facets: Sequence[str], any_of: Sequence[str] = ()
) -> tuple[str, str]:
    """Returns two tsqueries as text: of the words and of the facets; "" asks nothing.

    Of `any_of` one is enough.
    """
    words = [("!" if term.is_excluded else "") + f"({_term(term)})" for term in terms]
    chosen = [f"'{facet}'" for facet in facets]
    if any_of:
        ways = " | ".join(f"'{facet}'" for facet in any_of)
        chosen.append(f"({ways})")
    return " & ".join(words), " & ".join(chosen)


def _term(term: Term) -> str:
    ways = [" <-> ".join(f"'{word}'" for word in way) for way in term.ways]
    if term.is_prefix:
        ways[0] += ":*"
    return " | ".join(f"({way})" for way in ways)


def newest_first(table: str, expression: tuple[str, str]) -> tuple[str, str, list[str], str]:
    """Returns FROM, WHERE, its parameters, and the id column, to walk hits by id."""
    where, parameters = among(table, expression)
    return f'"{table}" d', where, parameters, "d.id"


def without_documents(table: str) -> str:
    """Returns a FROM for a WHERE of `newest_first`; here the index belongs to the documents."""
    return f'"{table}" d'


def among(table: str, expression: tuple[str, str]) -> tuple[str, list[str]]:
    """Returns a WHERE on the document `d`, to walk hits in any order."""
    conditions = [
        f"d.{column} @@ %s::tsquery"
        for column, asked in zip(VECTORS, expression, strict=True)
        if asked
    ]
    return " AND ".join(conditions) or "TRUE", [asked for asked in expression if asked]


def joined(column: str, joint: str) -> str:
    """Returns an expression for the texts of a column in all rows, with a sign between them."""
    return f"string_agg({column}, '{joint}')"


def before(column: str, mark: str) -> str:
    """Returns an expression for what stands before a sign; the whole text where it is not there."""
    return f"split_part({column}, '{mark}', 1)"


def starting(table: str, start: str) -> tuple[str, list[str]]:
    """Returns the SQL for the words that start so."""
    return f'SELECT word, shown FROM "{table}" WHERE word LIKE %s', [f"{start}%"]  # noqa: S608 - our own names


def present(table: str, words: Iterable[str], *, is_held: bool) -> tuple[str, list[list[str]]]:
    """Returns the SQL for those of some words that a list of words has, however many they are.

    Held in one order for everybody, so that nobody waits in a circle.
    """
    held = " ORDER BY word FOR KEY SHARE" if is_held else ""
    return f'SELECT word FROM "{table}" WHERE word = ANY(%s){held}', [sorted(words)]  # noqa: S608 - our own names


# ---- installing -----------------------------------------------------------------------------


def install(connection: BaseDatabaseWrapper, table: str) -> bool:
    """Makes vectors and indexes where they are missing or differ; says whether it did."""
    if not missing(connection, [table]):
        return False
    remove(connection, table)
    with connection.cursor() as cursor:
        cursor.execute(FUNCTION)
        for column, made in VECTORS.items():
            cursor.execute(
                f'ALTER TABLE "{table}" ADD COLUMN {column} tsvector '
                f"GENERATED ALWAYS AS ({made}) STORED"
            )
    _index(connection, table)
    return True


def remove(connection: BaseDatabaseWrapper, table: str) -> None:
    _settle(connection)
    with connection.cursor() as cursor:
        for column in VECTORS:
            cursor.execute(f'ALTER TABLE IF EXISTS "{table}" DROP COLUMN IF EXISTS {column}')


def missing(connection: BaseDatabaseWrapper, tables: Sequence[str]) -> list[str]:
    """Names those of the tables that are there and whose index is not (one query)."""
    there: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tablename, i.indexname FROM pg_tables t "
            "LEFT JOIN pg_indexes i USING (schemaname, tablename) "
            "WHERE t.schemaname = current_schema() AND t.tablename = ANY(%s)",
            [list(tables)],
        )
        for table, index in cursor.fetchall():
            there.setdefault(table, set()).add(index)
    return [
        table
        for table, indexes in there.items()
        if not {_index_name(table, column) for column in VECTORS} <= indexes
    ]


def rebuild(connection: BaseDatabaseWrapper, table: str) -> None:
    """Nothing to do: vectors are part of their rows."""


def pause(connection: BaseDatabaseWrapper, table: str) -> None:
    """Lets many documents be written without the indexes; `resume` afterwards."""
    _settle(connection)
    with connection.cursor() as cursor:
        for column in VECTORS:
            cursor.execute(f'DROP INDEX IF EXISTS "{_index_name(table, column)}"')


def resume(connection: BaseDatabaseWrapper, table: str) -> None:
    """Ends a pause: the indexes are made again."""
    _settle(connection)
    _index(connection, table)


def _settle(connection: BaseDatabaseWrapper) -> None:
    """Checks foreign keys now: a table with checks still to come cannot be altered."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _index(connection: BaseDatabaseWrapper, table: str) -> None:
    with connection.cursor() as cursor:
        for column in VECTORS:
            cursor.execute(
                f'CREATE INDEX "{_index_name(table, column)}" ON "{table}" '
                f"USING gin ({column}) WITH (fastupdate = off)"
            )


def _index_name(table: str, column: str) -> str:
    """Returns the name of an index; it carries a digest of how the vectors are made."""
    made = hashlib.sha256("".join([FUNCTION, *VECTORS.values()]).encode()).hexdigest()[:8]
    return f"{table}_{column}_{made}"
