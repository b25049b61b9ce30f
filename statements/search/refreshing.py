"""Writing what search and lists read, in the transaction of the change that causes it.

`refresh` is called by every operation that changes what the public may see of a claim or what
people with a role may find of it. It makes the documents again and moves the counts by the
difference.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Q

from sources.models import Source
from sources.prepared import PreparedValues
from statements.models import Claim, PublicDocument, PublicWord, StaffDocument, StaffWord
from statements.search import facets as choices
from statements.search.documents import (
    COLUMNS,
    STAFF_COLUMNS,
    WORD_COLUMNS,
    Line,
    Row,
    Words,
    first_place,
    is_worth_guessing,
    public_row,
    staff_row,
)
from statements.search.facets import Facet
from statements.search.facts import OfClaims, public_facts, staff_words
from statements.search.queries import COUNTS, JOINTS, backend, known_words
from statements.search.questions import read

BATCH = 500


def refresh(claim_ids: Iterable[int]) -> None:
    """Makes the documents of these claims again, and moves the counts (13 queries a batch, and 2).

    Call it in the transaction of the change, before the publication number rises.
    """
    wanted = sorted(set(claim_ids))
    moved: Counter[Facet] = Counter()
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        moved.update(_refresh_public(batch))
        _refresh_staff(batch)
    move_counts(moved)  # once, at the end: whoever moves counts holds them


def refresh_for_staff(claim_ids: Iterable[int]) -> None:
    """As `refresh`, where nothing that the public may see has changed (5 queries a batch)."""
    wanted = sorted(set(claim_ids))
    for start in range(0, len(wanted), BATCH):
        _refresh_staff(wanted[start : start + BATCH])


def refresh_where(condition: Q) -> None:
    """Makes the documents of all claims again that fit a condition."""
    refresh(Claim.objects.filter(condition).order_by().values_list("pk", flat=True).distinct())


def refresh_citing(source: Source) -> None:
    """Makes the documents of all claims again whose live finding cites a source or its twins."""
    cited = "live_verdict__citations__source"
    refresh_where(Q(**{cited: source}) | Q(**{f"{cited}__merged_into": source}))


_public_documents = OfClaims(
    lambda claims: PublicDocument.objects.filter(claim__in=claims).values(*COLUMNS)
)
_staff_documents = OfClaims(
    lambda claims: StaffDocument.objects.filter(claim__in=claims).values(*STAFF_COLUMNS)
)


def _refresh_public(batch: list[int]) -> Counter[Facet]:
    """Makes documents again and returns by how much it moves the counts."""
    before = {row["claim_id"]: row for row in _public_documents(batch)}
    after = {facts.claim_id: facts for facts in public_facts(batch)}
    moved: Counter[Facet] = Counter()
    gone, written, spoken = [], [], list[Words]()
    for claim_id in batch:
        old, facts = before.get(claim_id), after.get(claim_id)
        if facts is None:
            if old is not None:
                gone.append(old)
                moved.subtract(choices.counted(old["facets"]))
            continue
        row = public_row(facts)
        row["id"] = _place(facts.line, old)
        if old == row:
            continue
        if old is not None:
            gone.append(old)
            moved.subtract(choices.counted(old["facets"]))
        moved.update(choices.counted(row["facets"]))
        written.append(row)
        spoken.append(facts.words)
    _write(PublicDocument, COLUMNS, gone, written)
    _keep_words("public", gone, written, spoken)
    return moved


def _place(line: Line, old: Row | None) -> int:
    """Returns the id of a document: the one it has, or the next free one."""
    if old is not None:
        known = json.loads(old["line"])
        if known["first_published_at"] == line["first_published_at"]:
            return int(old["id"])
    place = first_place(line)
    last = _PLACES.first(place, place + 1_000_000)
    return int(last["id"]) + 1 if last else place


_PLACES = PreparedValues(
    lambda place, end: (
        PublicDocument.objects.filter(id__gte=place, id__lt=end).order_by("-id").values("id")[:1]
    ),
    *(int, int),
)


def _refresh_staff(batch: list[int]) -> None:
    before = {row["claim_id"]: row for row in _staff_documents(batch)}
    after = dict(staff_words(batch))
    gone, written, spoken = [], [], list[Words]()
    for claim_id in batch:
        old, words = before.get(claim_id), after.get(claim_id)
        row = staff_row(claim_id, words) if words else None
        if old == row:
            continue
        if old is not None:
            gone.append(old)
        if row is not None and words is not None:
            written.append(row)
            spoken.append(words)
    _write(StaffDocument, STAFF_COLUMNS, gone, written)
    _keep_words("staff", gone, written, spoken)


def _write(model: Any, columns: Sequence[str], gone: list[Row], written: list[Row]) -> None:
    """Updates rows in place where the id stays, else deletes and inserts."""
    stays = {row["id"] for row in gone} & {row["id"] for row in written}
    leaving = [row["id"] for row in gone if row["id"] not in stays]
    if leaving:
        model._default_manager.filter(id__in=leaving).delete()
    table = model._meta.db_table
    changed = [row for row in written if row["id"] in stays]
    new = [row for row in written if row["id"] not in stays]
    with connection.cursor() as cursor:
        if changed:
            names = ", ".join(f"{name} = %s" for name in columns[1:])
            cursor.executemany(
                f'UPDATE "{table}" SET {names} WHERE id = %s',  # noqa: S608 - our own names
                [[*(row[name] for name in columns[1:]), row["id"]] for row in changed],
            )
        if new:
            insert(cursor, table, columns, new)


def insert(cursor: Any, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Inserts rows given as dicts."""
    places = ", ".join(["%s"] * len(columns))
    cursor.executemany(
        f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES ({places})',  # noqa: S608 - our own names
        [[row[name] for name in columns] for row in rows],
    )


def move_counts(moved: Counter[Facet]) -> None:
    """Adds to the counts, in one order for everybody so that nobody waits in a circle."""
    steps = sorted((facet, step) for facet, step in moved.items() if step)
    if not steps:
        return
    with connection.cursor() as cursor:
        for table, key, is_joint in (
            (COUNTS, "dimension, code", False),
            (JOINTS, "beside, choice", True),
        ):
            rows: list[list[Any]] = [
                [*facet, step] for facet, step in steps if choices.is_joint(facet) is is_joint
            ]
            if rows:
                cursor.executemany(
                    f'INSERT INTO "{table}" ({key}, count) VALUES (%s, %s, %s) '  # noqa: S608 - our own names
                    f'ON CONFLICT ({key}) DO UPDATE SET count = "{table}".count + excluded.count',
                    rows,
                )


def _keep_words(audience: str, gone: list[Row], written: list[Row], spoken: list[Words]) -> None:
    """Adds the words that came, and takes out those that stand in no document any more."""
    model: Any = {"public": PublicWord, "staff": StaffWord}[audience]
    document: Any = {"public": PublicDocument, "staff": StaffDocument}[audience]
    new, old = _words_in(written), _words_in(gone)
    table = model._meta.db_table
    coming = {word for word in new - old if is_worth_guessing(word)}
    missing = coming - known_words(table, coming, is_held=True) if coming else coming
    if missing:
        with connection.cursor() as cursor:
            cursor.executemany(
                f'INSERT INTO "{table}" (word, shown) VALUES (%s, %s) '  # noqa: S608 - our own names
                "ON CONFLICT DO NOTHING",  # somebody else may be first
                sorted(_as_written(missing, spoken).items()),
            )
    left = [word for word in sorted(old - new) if is_worth_guessing(word)]
    lost = [word for word in left if not _stands_in(document, word)]
    if lost:
        model._default_manager.filter(word__in=lost).delete()


def _as_written(wanted: set[str], spoken: list[Words]) -> dict[str, str]:
    """Returns each of the words with how it is written where it stands first."""
    found: dict[str, str] = {}
    for words in spoken:
        found |= words.written(wanted - found.keys())
    return {word: word for word in wanted} | found


def _words_in(rows: Iterable[Row]) -> set[str]:
    return {word for row in rows for name in WORD_COLUMNS for word in row[name].split()}


def _stands_in(document: Any, word: str) -> bool:
    """Says whether a document of the audience holds a word (one query)."""
    terms = read(f'"{word}"').terms
    table = document._meta.db_table
    source, where, parameters, _ = backend().newest_first(table, backend().match(terms, ()))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {source} WHERE {where} LIMIT 1", parameters)  # noqa: S608 - our own names
        return cursor.fetchone() is not None
