"""Documents of many new claims at once: the same that `refresh` would make, without reading them.

`Loading` is told what each new claim has in hand, and writes documents, words and counts in
batches. Where the tables are nearly empty the index rests meanwhile and is made once at the end,
which takes a quarter of the time.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from sources.bulk import write_rows
from statements.models import Claim, PublicDocument, PublicWord, StaffDocument, StaffWord, Verdict
from statements.models.statement import Statement
from statements.search import facets as choices
from statements.search import postgres, sqlite
from statements.search.documents import (
    COLUMNS,
    STAFF_COLUMNS,
    WORD_COLUMNS,
    PublicFacts,
    Row,
    Words,
    first_place,
    is_worth_guessing,
    public_row,
    staff_row,
)
from statements.search.facets import Facet
from statements.search.facts import (
    CLAIM_COLUMNS,
    VERDICT_COLUMNS,
    Said,
    agreement_of,
    line_of,
    public_words,
    seen_speakers,
)
from statements.search.refreshing import move_counts
from statements.vocabulary import State

PUBLIC, STAFF = PublicDocument._meta.db_table, StaffDocument._meta.db_table
PUBLIC_WORDS, STAFF_WORDS = PublicWord._meta.db_table, StaffWord._meta.db_table
# Up to so many documents SQLite makes the whole index again in a second or two.
MOST_INDEXED_AGAIN = 20_000
# So many words are remembered as seen; beyond, the database is asked again.
MOST_WORDS = 300_000
WINDOW = 1_000_000  # as in `refreshing._place`


@dataclass(frozen=True, slots=True)
class NewClaim:
    """A claim that is written in this transaction, with all that its documents are made of."""

    claim: Claim
    verdict: Verdict | None  # the live one, or the one before a retraction
    statements: Sequence[Statement]  # in the order in which they were attached
    topics: Sequence[str]  # slugs of those with a page, and of the pages above
    publishers: Sequence[str]  # public ids, of what the verdict cites
    finding: tuple[str, str] = ("", "")  # the draft's


class Loading:
    """One load: nothing of its claims stands in the tables before it."""

    def __init__(self) -> None:
        self.is_paused = False
        self.is_started = False
        self.counts: Counter[Facet] = Counter()
        self.seen: dict[str, set[str]] = {PUBLIC: set(), STAFF: set()}
        self.new_words: dict[str, dict[str, str]] = {PUBLIC: {}, STAFF: {}}

    def add(self, claims: Sequence[NewClaim]) -> None:
        """Writes the documents of some claims."""
        if not claims:
            return
        if not self.is_started:
            self._start()
        public: list[Row] = []
        staff: list[Row] = []
        facts_of: list[PublicFacts] = []
        for new in claims:
            said = _said(new.statements)
            shown: dict[str, str] = {}
            if new.claim.is_public or new.claim.is_announced:
                facts = _public_facts(new, said)
                facts_of.append(facts)
                row = public_row(facts)
                public.append(row)
                self.counts.update(choices.counted(row["facets"]))
                shown = self._remember(PUBLIC, row, facts.words, {})
            if new.claim.state != State.TAKEN_DOWN:
                words = _staff_words(new, said)
                row = staff_row(new.claim.pk, words)
                staff.append(row)
                self._remember(STAFF, row, words, shown)
        for row, place in zip(public, _free_places(facts_of), strict=True):
            row["id"] = place
        _write(PUBLIC, COLUMNS, public)
        _write(STAFF, STAFF_COLUMNS, staff)
        self._write_words()

    def finish(self) -> None:
        """Writes the counts, and the index where it rested."""
        move_counts(self.counts)
        self.counts.clear()
        if self.is_paused:
            for table in (PUBLIC, STAFF):
                _backend().resume(connection, table)
        self.is_paused = self.is_started = False

    def _start(self) -> None:
        self.is_started = True
        most = 0 if connection.vendor == "postgresql" else MOST_INDEXED_AGAIN
        # On PostgreSQL taking an index away locks readers out until the end.
        self.is_paused = StaffDocument.objects.all()[: most + 1].count() <= most
        if self.is_paused:
            for table in (PUBLIC, STAFF):
                _backend().pause(connection, table)

    def _remember(
        self, table: str, row: Row, words: Words, shown: dict[str, str]
    ) -> dict[str, str]:
        """Keeps how words are written that were not seen before; `shown` is what is known of it."""
        seen = self.seen[table]
        new = set(" ".join([row[name] for name in WORD_COLUMNS]).split()) - seen
        seen |= new
        missing = {word for word in new if is_worth_guessing(word)}
        if not shown.keys() >= missing:
            shown = words.written(missing)
        self.new_words[table] |= {word: shown.get(word, word) for word in missing}
        return shown

    def _write_words(self) -> None:
        for table, words in ((PUBLIC, PUBLIC_WORDS), (STAFF, STAFF_WORDS)):
            if new := self.new_words[table]:
                with connection.cursor() as cursor:
                    cursor.executemany(
                        f'INSERT INTO "{words}" (word, shown) VALUES (%s, %s) '  # noqa: S608 - our own names
                        "ON CONFLICT DO NOTHING",
                        sorted(new.items()),
                    )
                new.clear()
            if len(self.seen[table]) > MOST_WORDS:
                self.seen[table].clear()


def _backend() -> Any:
    return postgres if connection.vendor == "postgresql" else sqlite


def _write(table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    values = [tuple([row[name] for name in columns]) for row in rows]
    with connection.cursor() as cursor:
        write_rows(cursor, table, columns, values)


def _public_facts(new: NewClaim, said: Said) -> PublicFacts:
    """Returns what `facts.public_facts` reads of the claim from the tables."""
    claim = new.claim
    main = claim.main_statement
    row: Row = {name: getattr(claim, name) for name in CLAIM_COLUMNS if "__" not in name}
    row["imported_from__name"] = claim.imported_from.name if claim.imported_from else None
    row["main_statement__public_id"] = main.public_id if main else None
    row["main_statement__said_edtf"] = main.said_edtf if main else None
    row["main_statement__speaker__public_id"] = main.speaker.public_id if main else None
    row["main_statement__speaker__name"] = main.speaker.name if main else None
    verdict: Row | None = None
    if new.verdict is not None and claim.first_published_at:
        verdict = {name: getattr(new.verdict, name) for name in VERDICT_COLUMNS if "__" not in name}
        agreement = new.verdict.agreement
        verdict["agreement__public_id"] = agreement.public_id if agreement else None
    has_main = main is not None and main.pk in said.statements
    is_live = claim.live_verdict_id is not None
    return PublicFacts(
        claim_id=claim.pk,
        # A claim that is new was sealed with the language that it has.
        line=line_of(row, verdict, language=claim.language, is_live=is_live, has_main=has_main),
        words=public_words(row, verdict, said, language=claim.language, is_live=is_live),
        said_on=main.said_on if has_main and main else None,
        said_until=main.said_until if has_main and main else None,
        speakers=tuple(seen_speakers(row, said)),
        topics=tuple(new.topics),
        publishers=tuple(new.publishers) if is_live else (),
        agreement=agreement_of(verdict, is_live=is_live),
    )


def _staff_words(new: NewClaim, said: Said) -> Words:
    claim = new.claim
    return Words(
        claim=((claim.short_text, claim.text) if claim.short_text != claim.text else (claim.text,)),
        finding=new.finding,
        language=claim.language,
        quotes=tuple(dict.fromkeys(said.quotes)),
        names=tuple(dict.fromkeys([*said.names, claim.public_id, claim.external_ref])),
    )


def _said(statements: Sequence[Statement]) -> Said:
    said = Said()
    for statement in statements:
        speaker = statement.speaker
        said.statements.add(statement.pk)
        said.quotes.append((statement.text, statement.language))
        said.speakers.append(speaker.public_id)
        said.names += [speaker.name, *speaker.alias_list]
    return said


def _free_places(facts: Sequence[PublicFacts]) -> list[int]:
    """Returns the id of each public document, as `refreshing._place` would give it in turn."""
    wanted = [first_place(each.line) for each in facts]
    taken = _last_taken(sorted(set(wanted)))
    given: list[int] = []
    found = []
    for place in wanted:
        last = taken.get(place)
        end = bisect_left(given, place + WINDOW)
        if end and given[end - 1] >= place:
            last = max(given[end - 1], last or 0)
        free = place if last is None else last + 1
        insort(given, free)
        found.append(free)
    return found


def _last_taken(places: Sequence[int]) -> dict[int, int]:
    """Returns the last document in the window of each place that has one (one query)."""
    if not places:
        return {}
    marks = ", ".join(["(%s)"] * len(places))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH wanted(place) AS (VALUES {marks}) SELECT place, (SELECT MAX(id) FROM "  # noqa: S608 - our own names
            f'"{PUBLIC}" WHERE id >= place AND id < place + {WINDOW}) FROM wanted',
            list(places),
        )
        return {int(place): int(last) for place, last in cursor.fetchall() if last is not None}
