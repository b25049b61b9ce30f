"""Installing the indexes, and making documents and counts again from the other tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from django.apps import AppConfig
from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from statements.models import (
    Claim,
    FacetCount,
    JointCount,
    PublicDocument,
    PublicWord,
    StaffDocument,
    StaffWord,
)
from statements.search import facets, postgres, sqlite
from statements.search.documents import (
    COLUMNS,
    STAFF_COLUMNS,
    WORD_COLUMNS,
    Row,
    Words,
    first_place,
    is_worth_guessing,
    public_row,
    staff_row,
)
from statements.search.facets import Facet
from statements.search.facts import public_facts, staff_words
from statements.search.queries import COUNTS, JOINTS
from statements.search.refreshing import BATCH, insert, move_counts

TABLES = (PublicDocument._meta.db_table, StaffDocument._meta.db_table)
WORDS: tuple[tuple[Any, Any], ...] = ((PublicDocument, PublicWord), (StaffDocument, StaffWord))


def _backend(on: BaseDatabaseWrapper) -> Any:
    return postgres if on.vendor == "postgresql" else sqlite


def install(on: BaseDatabaseWrapper) -> None:
    """Installs every index that is missing or differs; tables not yet migrated are left out."""
    there = set(on.introspection.table_names())
    for table in TABLES:
        if table in there:
            _backend(on).install(on, table)
        else:
            _backend(on).remove(on, table)


def missing(on: BaseDatabaseWrapper) -> list[str]:
    """Names the tables whose index is not there, or is of an older make."""
    lost: list[str] = _backend(on).missing(on, TABLES)
    return lost


def install_after_migrate(sender: AppConfig, using: str = "default", **kwargs: Any) -> None:
    """Receiver of `post_migrate`: installs the indexes, and fills documents that were never made."""
    on = connections[using]
    install(on)
    if TABLES[0] not in on.introspection.table_names():
        return
    if not StaffDocument.objects.exists() and Claim.objects.exists():
        rebuild()


def rebuild(*, progress: Callable[[int], None] = lambda done: None) -> Counter[str]:
    """Makes all documents, words and counts again, in one transaction; returns how many of each.

    The order of publication stays: places follow the first publication, and among equals the
    order in which they stand.
    """
    made: Counter[str] = Counter()
    with transaction.atomic():
        places = dict(PublicDocument.objects.values_list("claim_id", "id"))
        for table in TABLES:
            _backend(connection).pause(connection, table)
        for document, word in WORDS:
            document._default_manager.all().delete()
            word._default_manager.all().delete()
        FacetCount.objects.all().delete()
        JointCount.objects.all().delete()
        counts: Counter[Facet] = Counter()
        taken: set[int] = set()
        spoken: tuple[dict[str, str], dict[str, str]] = ({}, {})
        for batch in _batches():
            public = []
            for facts in public_facts(batch):
                row = public_row(facts)
                row["id"] = _free(places.get(facts.claim_id) or first_place(facts.line), taken)
                counts.update(facets.counted(row["facets"]))
                _remember(spoken[0], row, facts.words)
                public.append(row)
            staff = []
            for claim_id, words in staff_words(batch):
                row = staff_row(claim_id, words)
                _remember(spoken[1], row, words)
                staff.append(row)
            with connection.cursor() as cursor:
                if public:
                    insert(cursor, TABLES[0], COLUMNS, public)
                if staff:
                    insert(cursor, TABLES[1], STAFF_COLUMNS, staff)
            made.update(claims=len(batch), public=len(public), staff=len(staff))
            progress(made["claims"])
        for (_, word), known in zip(WORDS, spoken, strict=True):
            word._default_manager.bulk_create(
                (word(word=each, shown=shown) for each, shown in sorted(known.items())),
                batch_size=1_000,
            )
        move_counts(counts)
        for table in TABLES:
            _backend(connection).resume(connection, table)
    return made


def recount() -> Counter[Facet]:
    """Counts the choices again from the documents; returns by how much each count was wrong."""
    with transaction.atomic():
        if connection.vendor == "postgresql":  # nobody moves a count until these are put right
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {COUNTS}, {JOINTS} IN SHARE ROW EXCLUSIVE MODE")
        right: Counter[Facet] = Counter()
        for text in PublicDocument.objects.values_list("facets", flat=True).iterator():
            right.update(facets.counted(text))
        wrong: Counter[Facet] = Counter(right)
        stored = {
            **{(row.dimension, row.code): row.count for row in FacetCount.objects.all()},
            **{(row.beside, row.choice): row.count for row in JointCount.objects.all()},
        }
        wrong.subtract(stored)
        wrong = Counter({facet: step for facet, step in wrong.items() if step})
        move_counts(wrong)
        for model in (FacetCount, JointCount):
            model._default_manager.filter(count=0).delete()
    return wrong


def _batches() -> Iterator[list[int]]:
    last = 0
    while True:
        batch = list(
            Claim.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]
        )
        if not batch:
            return
        yield batch
        last = batch[-1]


def _free(place: int, taken: set[int]) -> int:
    while place in taken:
        place += 1
    taken.add(place)
    return place


def _remember(known: dict[str, str], row: Row, words: Words) -> None:
    """Keeps how the words of a row are written that were not seen before."""
    in_row = {word for name in WORD_COLUMNS for word in row[name].split()}
    if new := {word for word in in_row - known.keys() if is_worth_guessing(word)}:
        known |= words.written(new)
