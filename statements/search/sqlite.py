"""Search on SQLite: an FTS5 index over each document table, kept by triggers.

External content: the texts stand once, in the document. The `ascii` tokenizer parts words at
blanks and leaves everything beyond ASCII alone, which is all that our finished words need. Like
the seals, index and triggers are installed after `migrate`, since a migration that rebuilds a
table would drop its triggers in silence.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

from django.db.backends.base.base import BaseDatabaseWrapper

from statements.search.questions import Term

COLUMNS = ("claim_words", "quote_words", "speaker_words", "finding_words")
# Where a word stands among the facets of the document `d`, 0 where it does not.
POSITION = "instr(' ' || d.facets || ' ', %s)"
INDEXED = (*COLUMNS, "facets")


def match(terms: Sequence[Term], facets: Sequence[str], any_of: Sequence[str] = ()) -> str:
    """Returns the MATCH expression: every term in the words, every facet among the facets.

    There must be something that is wanted, a facet at least. Of `any_of` one is enough. No column
    is named: no text holds a facet and no facet is a word (`search.facets`), and without names the
    index need not look at where in a document each hit stands.
    """
    wanted = [f"({_term(term)})" for term in terms if not term.is_excluded]
    wanted += [f'"{facet}"' for facet in facets]
    if any_of:
        ways = " OR ".join(f'"{facet}"' for facet in any_of)
        wanted.append(f"({ways})")
    unwanted = [f"({_term(term)})" for term in terms if term.is_excluded]
    return " NOT ".join([f"({' AND '.join(wanted)})", *unwanted])


def _term(term: Term) -> str:
    ways = [" + ".join(f'"{word}"' for word in way) for way in term.ways]
    if term.is_prefix:
        ways[0] += " *"
    return " OR ".join(ways)


def newest_first(table: str, expression: str) -> tuple[str, str, list[str], str]:
    """Returns FROM, WHERE, its parameters, and the id column, to walk hits by id."""
    index = f"{table}_fts"
    # CROSS JOIN: the index is walked, the documents are looked up, never the other way round.
    return (
        f'"{index}" CROSS JOIN "{table}" d ON d.id = "{index}".rowid',
        f'"{index}" MATCH %s',
        [expression],
        f'"{index}".rowid',
    )


def without_documents(table: str) -> str:
    """Returns a FROM for a WHERE of `newest_first` that looks at nothing of the documents."""
    return f'"{table}_fts"'


def among(table: str, expression: str) -> tuple[str, list[str]]:
    """Returns a WHERE on the document `d`, to walk hits in another order."""
    index = f"{table}_fts"
    where = f'd.id IN (SELECT rowid FROM "{index}" WHERE "{index}" MATCH %s)'  # noqa: S608 - our own names
    return where, [expression]


def joined(column: str, joint: str) -> str:
    """Returns an expression for the texts of a column in all rows, with a sign between them."""
    return f"group_concat({column}, '{joint}')"


def before(column: str, mark: str) -> str:
    """Returns an expression for what stands before a sign; the whole text where it is not there."""
    return f"substr({column}, 1, instr({column} || '{mark}', '{mark}') - 1)"


def starting(table: str, start: str) -> tuple[str, list[str]]:
    """Returns the SQL for the words that start so; GLOB can use the key, LIKE cannot."""
    return f'SELECT word, shown FROM "{table}" WHERE word GLOB %s', [f"{start}*"]  # noqa: S608 - our own names


def present(table: str, words: Iterable[str], *, is_held: bool) -> tuple[str, list[str]]:
    """Returns the SQL for those of some words that a list of words has, however many they are.

    Whoever writes is alone here, so there is nothing to hold.
    """
    listed = json.dumps(list(words))
    return f'SELECT word FROM "{table}" WHERE word IN (SELECT value FROM json_each(%s))', [listed]  # noqa: S608 - our own names


# ---- installing -----------------------------------------------------------------------------


def install(connection: BaseDatabaseWrapper, table: str) -> bool:
    """Makes index and triggers where they are missing or differ; says whether it did."""
    wanted = _wanted(table)
    if set(wanted) <= _present(connection):
        return False
    with connection.cursor() as cursor:
        remove(connection, table)
        for statement in wanted.values():
            cursor.execute(statement)
    rebuild(connection, table)
    return True


def remove(connection: BaseDatabaseWrapper, table: str) -> None:
    with connection.cursor() as cursor:
        for name in _present(connection):
            if name.startswith(f"{table}_fts_kept_"):
                cursor.execute(f'DROP TRIGGER "{name}"')
        cursor.execute(f'DROP TABLE IF EXISTS "{table}_fts"')


def missing(connection: BaseDatabaseWrapper, tables: Sequence[str]) -> list[str]:
    """Names those of the tables that are there and whose index is not (one query)."""
    there = _present(connection)
    return [table for table in tables if table in there and not set(_wanted(table)) <= there]


def rebuild(connection: BaseDatabaseWrapper, table: str) -> None:
    """Makes the index again from the documents, four times as fast as row by row."""
    with connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{table}_fts"("{table}_fts") VALUES (\'rebuild\')')  # noqa: S608 - our own names


def pause(connection: BaseDatabaseWrapper, table: str) -> None:
    """Lets documents be written without the index; `rebuild` and `install` afterwards."""
    with connection.cursor() as cursor:
        for name in _present(connection):
            if name.startswith(f"{table}_fts_kept_"):
                cursor.execute(f'DROP TRIGGER "{name}"')


def resume(connection: BaseDatabaseWrapper, table: str) -> None:
    """Ends a pause: the index is made again, and kept from now on."""
    with connection.cursor() as cursor:
        for name, statement in _wanted(table).items():
            if "_kept_" in name:
                cursor.execute(statement)
    rebuild(connection, table)


def _wanted(table: str) -> dict[str, str]:
    """Returns the statements by name; a trigger's name carries a digest of all of them."""
    index = f"{table}_fts"
    columns = ", ".join(INDEXED)
    old, new = (", ".join(f"{side}.{column}" for column in INDEXED) for side in ("old", "new"))
    forget = (
        f'INSERT INTO "{index}"("{index}", rowid, {columns}) VALUES (\'delete\', old.id, {old});'  # noqa: S608
    )
    keep = f'INSERT INTO "{index}"(rowid, {columns}) VALUES (new.id, {new});'  # noqa: S608
    made = (
        f'CREATE VIRTUAL TABLE "{index}" USING fts5({columns}, content="{table}", '
        'content_rowid="id", tokenize="ascii", prefix=\'2 3\')'
    )
    triggers = {
        "insert": f'AFTER INSERT ON "{table}" BEGIN {keep} END',
        "delete": f'AFTER DELETE ON "{table}" BEGIN {forget} END',
        "update": f'AFTER UPDATE ON "{table}" BEGIN {forget} {keep} END',
    }
    digest = hashlib.sha256("".join([made, *triggers.values()]).encode()).hexdigest()[:8]
    statements = {index: made}
    for what, text in triggers.items():
        name = f"{index}_kept_{what}_{digest}"
        statements[name] = f'CREATE TRIGGER "{name}" {text}'
    return statements


def _present(connection: BaseDatabaseWrapper) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'trigger')")
        return {row[0] for row in cursor.fetchall()}
