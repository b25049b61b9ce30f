"""Writing what search and lists read, in the transaction of the change that causes it.

`refresh` is called by every operation that changes what the public may see of a claim or what
people with a role may find of it. It reads the claims through the doors of
`statements.querysets`, makes their documents again and moves the counts by the difference.
`public_row` and `staff_row` are pure: whoever loads many claims at once makes the same rows from
what it has in hand.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, TypedDict

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from sources.models import Source
from sources.prepared import PreparedValues
from statements.models import (
    Citation,
    Claim,
    Occurrence,
    PublicDocument,
    PublicWord,
    StaffDocument,
    StaffWord,
    Verdict,
)
from statements.search import facets as choices
from statements.search import postgres, sqlite
from statements.search.facets import Facet
from statements.search.questions import read
from statements.search.words import compare, words_of, written_in
from statements.vocabulary import Match, Origin, PublicState, State

BATCH = 500
BREAK = " ¦ "  # no phrase reaches over it
# Below zero and in the order of time: claims that are announced and not yet published.
ANNOUNCED_FROM = -(2**62)
WORD_COLUMNS = ("claim_words", "quote_words", "speaker_words", "finding_words")
COLUMNS = (
    "id", "claim_id", *WORD_COLUMNS, "facets", "updated_at", "said_on", "said_until", "line",
)  # fmt: skip
STAFF_COLUMNS = ("id", "claim_id", *WORD_COLUMNS, "facets")

Row = dict[str, Any]


class Line(TypedDict):
    """A listed claim as a list shows it; of a claim that was ever published all is sealed."""

    id: str
    state: str  # a PublicState
    short_text: str
    language: str
    kind: str
    verdict: str
    commitment_status: str
    finding: str
    as_of: str | None  # ISO day
    revision: int | None
    imported_from: str  # the archive that an imported finding comes from
    statement: str | None  # public id of the main statement
    speaker: str | None  # public id
    speaker_name: str
    said: str  # EDTF
    first_published_at: str | None  # ISO moments, UTC
    last_published_at: str | None
    retracted_at: str | None


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of a claim with the language (BCP 47) of each."""

    claim: tuple[str, ...] = ()
    finding: tuple[str, ...] = ()
    language: str = ""
    quotes: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()

    def columns(self) -> dict[str, str]:
        return {
            "claim_words": BREAK.join(compare(text, self.language) for text in self.claim if text),
            "quote_words": BREAK.join(compare(*quote) for quote in self.quotes),
            "speaker_words": BREAK.join(compare(name) for name in self.names),
            "finding_words": BREAK.join(
                compare(text, self.language) for text in self.finding if text
            ),
        }

    def shown(self) -> dict[str, str]:
        """Returns how each word was written, for words that a mistyped one may have meant."""
        found: dict[str, str] = {}
        for text, language in self._texts():
            for word in words_of(text, language):
                if word.compared not in found and is_worth_guessing(word.compared):
                    found[word.compared] = text[word.start : word.end][:64]
        return found

    def written(self, wanted: Set[str]) -> dict[str, str]:
        """Returns how each of the wanted words was written first."""
        found: dict[str, str] = {}
        for text, language in self._texts():
            if missing := wanted - found.keys():
                for compared, written in written_in(text, language, missing):
                    found.setdefault(compared, written[:64])
        return found

    def _texts(self) -> Iterator[tuple[str, str]]:
        yield from ((text, self.language) for text in (*self.claim, *self.finding))
        yield from self.quotes
        yield from ((name, "") for name in self.names)


@dataclass(frozen=True, slots=True)
class PublicFacts:
    """Everything that the document of a listed claim is made of."""

    claim_id: int
    line: Line
    words: Words
    said_on: date | None = None
    said_until: date | None = None
    speakers: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    agreement: str = ""

    def facets(self) -> Iterator[Facet]:
        line = self.line
        if line["verdict"] or line["commitment_status"]:
            yield "verdict", line["verdict"] or line["commitment_status"]
        yield "kind", line["kind"]
        yield "state", line["state"]
        if self.said_on and self.said_until:
            for year in range(self.said_on.year, self.said_until.year + 1):
                yield "year", str(year)
        for dimension, codes in (
            ("speaker", self.speakers),
            ("topic", self.topics),
            ("publisher", self.publishers),
        ):
            for code in codes:
                yield dimension, code
        if self.agreement:
            yield "agreement", self.agreement


def is_worth_guessing(word: str) -> bool:
    return len(word) > 3 and word.isalpha()


def public_row(facts: PublicFacts) -> Row:
    """Returns the columns of a public document but `id`."""
    return {
        "claim_id": facts.claim_id,
        **facts.words.columns(),
        "facets": choices.tokens(facts.facets()),
        "updated_at": microseconds(facts.line["last_published_at"]),
        "said_on": facts.said_on.toordinal() if facts.said_on else 0,
        "said_until": facts.said_until.toordinal() if facts.said_until else 0,
        "line": json.dumps(facts.line, ensure_ascii=False, separators=(",", ":")),
    }


def staff_row(claim_id: int, words: Words) -> Row:
    """Returns the columns of a staff document."""
    return {
        "id": claim_id,
        "claim_id": claim_id,
        **words.columns(),
        "facets": choices.EVERY,
    }


def microseconds(moment: str | None) -> int:
    """Returns an ISO moment as microseconds since 1970; 0 for none."""
    if not moment:
        return 0
    at = datetime.fromisoformat(moment).astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (at.days * 86_400 + at.seconds) * 1_000_000 + at.microseconds


def first_place(line: Line) -> int:
    """Returns the place in the order of publication that a document would like to have."""
    if line["first_published_at"]:
        return microseconds(line["first_published_at"])
    return ANNOUNCED_FROM + microseconds(timezone.now().isoformat())


# ---- from the tables ------------------------------------------------------------------------


def refresh(claim_ids: Iterable[int]) -> None:
    """Makes the documents of these claims again, and moves the counts (14 queries a batch).

    Call it in the transaction of the change, before the publication number rises.
    """
    wanted = sorted(set(claim_ids))
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        _refresh_public(batch)
        _refresh_staff(batch)


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


class OfClaims:
    """Values that belong to some claims, by their keys.

    Most changes concern one claim, and putting the SQL together took most of the time of making
    its documents: of one it is kept.
    """

    def __init__(self, build: Callable[[Sequence[int]], QuerySet[Any, Row]]) -> None:
        self._build = build
        self._of_one = PreparedValues(lambda key: build([key]), int)

    def __call__(self, keys: Sequence[int]) -> list[Row]:
        """Returns the rows (one query, none without keys)."""
        if len(keys) == 1:
            return self._of_one(keys[0])
        return list(self._build(keys)) if keys else []


_public_documents = OfClaims(
    lambda claims: PublicDocument.objects.filter(claim__in=claims).values(*COLUMNS)
)
_staff_documents = OfClaims(
    lambda claims: StaffDocument.objects.filter(claim__in=claims).values(*STAFF_COLUMNS)
)


def _refresh_public(batch: list[int]) -> None:
    before = {row["claim_id"]: row for row in _public_documents(batch)}
    after = {facts.claim_id: facts for facts in public_facts(batch)}
    moved: Counter[Facet] = Counter()
    gone, written, spoken = [], [], {}
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
        spoken.update(facts.words.shown())
    _write(PublicDocument, COLUMNS, gone, written)
    _keep_words("public", gone, written, spoken)
    move_counts(moved)


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
    gone, written, spoken = [], [], {}
    for claim_id in batch:
        old, words = before.get(claim_id), after.get(claim_id)
        row = staff_row(claim_id, words) if words else None
        if old == row:
            continue
        if old is not None:
            gone.append(old)
        if row is not None and words is not None:
            written.append(row)
            spoken.update(words.shown())
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
        cursor.executemany(
            "INSERT INTO statements_facetcount (dimension, code, count) VALUES (%s, %s, %s) "
            "ON CONFLICT (dimension, code) "
            "DO UPDATE SET count = statements_facetcount.count + excluded.count",
            [[*facet, step] for facet, step in steps],
        )


def _keep_words(audience: str, gone: list[Row], written: list[Row], spoken: dict[str, str]) -> None:
    """Adds the words that came, and takes out those that stand in no document any more."""
    model: Any = {"public": PublicWord, "staff": StaffWord}[audience]
    document: Any = {"public": PublicDocument, "staff": StaffDocument}[audience]
    new, old = _words_in(written), _words_in(gone)
    coming = sorted(word for word in new - old if is_worth_guessing(word))
    if coming:
        with connection.cursor() as cursor:
            cursor.executemany(
                f'INSERT INTO "{model._meta.db_table}" (word, shown) VALUES (%s, %s) '  # noqa: S608 - our own names
                "ON CONFLICT DO NOTHING",
                [(word, spoken.get(word, word)) for word in coming],
            )
    left = [word for word in sorted(old - new) if is_worth_guessing(word)]
    lost = [word for word in left if not _stands_in(document, word)]
    if lost:
        model._default_manager.filter(word__in=lost).delete()


def _words_in(rows: Iterable[Row]) -> set[str]:
    return {word for row in rows for name in WORD_COLUMNS for word in row[name].split()}


def _stands_in(document: Any, word: str) -> bool:
    """Says whether a document of the audience holds a word (one query)."""
    terms = read(f'"{word}"').terms
    backend: Any = postgres if connection.vendor == "postgresql" else sqlite
    table = document._meta.db_table
    source, where, parameters, _ = backend.newest_first(table, backend.match(terms, ()))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {source} WHERE {where} LIMIT 1", parameters)  # noqa: S608 - our own names
        return cursor.fetchone() is not None


# ---- what the public may see ----------------------------------------------------------------

CLAIM_COLUMNS = (
    "pk", "public_id", "state", "text", "short_text", "kind", "language", "live_verdict_id",
    "first_published_at", "last_published_at", "retracted_at", "imported_from__name",
    "main_statement_id", "main_statement__public_id", "main_statement__said_edtf",
    "main_statement__said_on", "main_statement__said_until",
    "main_statement__speaker__public_id", "main_statement__speaker__name",
)  # fmt: skip
VERDICT_COLUMNS = (
    "claim_id", "claim_text", "short_text", "claim_kind", "code", "commitment_status", "finding",
    "rationale", "as_of", "revision", "origin", "content", "agreement__public_id",
)  # fmt: skip


@dataclass(slots=True)
class Said:
    """What is shown of the statements that make a claim."""

    statements: set[int] = field(default_factory=set)
    quotes: list[tuple[str, str]] = field(default_factory=list)
    speakers: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


def public_facts(batch: Sequence[int]) -> Iterator[PublicFacts]:
    """Yields the facts of those claims that are listed (5 queries)."""
    rows = _listed_claims(batch)
    if not rows:
        return
    listed = [row["pk"] for row in rows]
    # The live one, or the one before a retraction: revisions rise, and a dict keeps the last.
    verdicts = {row["claim_id"]: row for row in _verdicts(listed)}
    said = _said(_shown_sayings(listed))
    topics = _topics(listed)
    publishers = _publishers([row["live_verdict_id"] for row in rows if row["live_verdict_id"]])
    for row in rows:
        claim_id = row["pk"]
        verdict = verdicts.get(claim_id) if row["first_published_at"] else None
        is_live = row["live_verdict_id"] is not None
        has_main = row["main_statement_id"] in said[claim_id].statements
        language = language_of(row, verdict)
        line = line_of(row, verdict, language=language, is_live=is_live, has_main=has_main)
        yield PublicFacts(
            claim_id=claim_id,
            line=line,
            words=_public_words(row, verdict, said[claim_id], language=language, is_live=is_live),
            said_on=row["main_statement__said_on"] if has_main else None,
            said_until=row["main_statement__said_until"] if has_main else None,
            speakers=tuple(_seen_speakers(row, said[claim_id])),
            topics=tuple(topics[claim_id]),
            publishers=tuple(publishers[claim_id]),
            agreement=agreement_of(verdict, is_live=is_live),
        )


def line_of(row: Row, verdict: Row | None, *, language: str, is_live: bool, has_main: bool) -> Line:
    live = verdict if is_live and verdict else {}
    as_of = live.get("as_of")
    sealed = verdict or row
    return Line(
        id=row["public_id"],
        state=public_state(
            is_live=is_live,
            state=row["state"],
            is_retracted=row["retracted_at"] is not None,
        ),
        short_text=sealed["short_text"],
        language=language,
        kind=verdict["claim_kind"] if verdict else row["kind"],
        verdict=live.get("code", ""),
        commitment_status=live.get("commitment_status", ""),
        finding=live.get("finding", ""),
        as_of=as_of.isoformat() if as_of else None,
        revision=live.get("revision"),
        imported_from=(row["imported_from__name"] or "") if _is_imported(live) else "",
        statement=row["main_statement__public_id"] if has_main else None,
        speaker=row["main_statement__speaker__public_id"] if has_main else None,
        speaker_name=row["main_statement__speaker__name"] if has_main else "",
        said=row["main_statement__said_edtf"] if has_main else "",
        first_published_at=_moment(row["first_published_at"]),
        last_published_at=_moment(row["last_published_at"]),
        retracted_at=_moment(row["retracted_at"]),
    )


def public_state(*, is_live: bool, state: str, is_retracted: bool) -> str:
    """Returns where a listed claim stands, as far as the public may know: a `PublicState`."""
    if is_live:
        is_settled = state == State.PUBLISHED
        return PublicState.PUBLISHED.value if is_settled else PublicState.RECHECKING.value
    return PublicState.RETRACTED.value if is_retracted else PublicState.CHECKING.value


def agreement_of(verdict: Row | None, *, is_live: bool) -> str:
    """Returns the agreement that a live finding speaks of, "" for none."""
    return (verdict["agreement__public_id"] or "") if verdict and is_live else ""


def _is_imported(live: Row) -> bool:
    return live.get("origin") == Origin.IMPORTED


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None


def language_of(row: Row, verdict: Row | None) -> str:
    if verdict is None:
        return str(row["language"])
    try:
        return str(json.loads(verdict["content"])["claim"]["language"])
    except (ValueError, KeyError, TypeError):
        return "en"


def _public_words(
    row: Row, verdict: Row | None, said: Said, *, language: str, is_live: bool
) -> Words:
    sealed_text = verdict["claim_text"] if verdict else row["text"]
    sealed_short = verdict["short_text"] if verdict else row["short_text"]
    is_announced = row["first_published_at"] is None
    finding = (verdict["finding"], verdict["rationale"]) if verdict and is_live else ()
    quotes, names = said.quotes, said.names
    if is_announced:  # of an open check only the main statement is known
        quotes, names = _of_main_statement(row)
    return Words(
        claim=(sealed_short, sealed_text) if sealed_short != sealed_text else (sealed_text,),
        finding=finding,
        language=language,
        quotes=tuple(dict.fromkeys(quotes)),
        names=tuple(dict.fromkeys(names)),
    )


def _of_main_statement(row: Row) -> tuple[list[tuple[str, str]], list[str]]:
    rows = _shown_sayings([row["pk"]])
    main = [each for each in rows if each["statement_id"] == row["main_statement_id"]]
    said = _said(main)[row["pk"]]
    return said.quotes, said.names


def _seen_speakers(row: Row, said: Said) -> Iterable[str]:
    if row["first_published_at"] is not None:
        return dict.fromkeys(said.speakers)
    main = row["main_statement__speaker__public_id"]
    return [main] if main in said.speakers else []


SAYING_COLUMNS = (
    "claim_id", "statement_id", "statement__text", "statement__language",
    "statement__speaker__public_id", "statement__speaker__name", "statement__speaker__aliases",
)  # fmt: skip
TOPIC_COLUMNS = (
    "claim_id", "topic__slug", "topic__has_page", "topic__parent__slug", "topic__parent__has_page",
)  # fmt: skip


def _sayings(occurrences: QuerySet[Occurrence]) -> QuerySet[Occurrence, Row]:
    rows: QuerySet[Occurrence, Row] = occurrences.order_by("id").values(*SAYING_COLUMNS)
    return rows


def _publishers_cited(verdicts: Sequence[int]) -> QuerySet[Any, Any]:
    # Of a source that was merged, the publisher of the work that it is.
    publisher_of_work = Coalesce(
        "source__merged_into__publisher__public_id", "source__publisher__public_id"
    )
    cited = Citation.objects.filter(verdict__in=verdicts).annotate(publisher=publisher_of_work)
    return cited.exclude(publisher=None).values("verdict__claim_id", "publisher").distinct()


_listed_claims = OfClaims(
    lambda claims: Claim.objects.listed().filter(pk__in=claims).values(*CLAIM_COLUMNS)
)
_verdicts = OfClaims(
    lambda claims: (
        Verdict.objects.filter(claim__in=claims).order_by("revision").values(*VERDICT_COLUMNS)
    )
)
_shown_sayings = OfClaims(
    lambda claims: _sayings(Occurrence.objects.shown().filter(claim__in=claims))
)
_links_to_topics = OfClaims(
    lambda claims: Claim.topics.through._default_manager.filter(claim__in=claims).values(
        *TOPIC_COLUMNS
    )
)
_cited_publishers = OfClaims(_publishers_cited)


def _said(rows: Iterable[Row]) -> defaultdict[int, Said]:
    found: defaultdict[int, Said] = defaultdict(Said)
    for row in rows:
        said = found[row["claim_id"]]
        aliases = row["statement__speaker__aliases"].splitlines()
        said.statements.add(row["statement_id"])
        said.quotes.append((row["statement__text"], row["statement__language"]))
        said.speakers.append(row["statement__speaker__public_id"])
        said.names.append(row["statement__speaker__name"])
        said.names += [alias.strip() for alias in aliases if alias.strip()]
    return found


def _topics(claims: Sequence[int]) -> defaultdict[int, list[str]]:
    """Returns the topics with a page of each claim, and those right above them."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for row in _links_to_topics(claims):
        codes = found[row["claim_id"]]
        for name in ("topic", "topic__parent"):
            code = row[f"{name}__slug"]
            if code and row[f"{name}__has_page"] and code not in codes:
                codes.append(code)
    return found


def _publishers(verdicts: Sequence[int]) -> defaultdict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for row in _cited_publishers(verdicts):
        found[row["verdict__claim_id"]].append(row["publisher"])
    return found


# ---- what people with a role may find -------------------------------------------------------


WORKING_COLUMNS = (
    "pk", "public_id", "external_ref", "text", "short_text", "language",
    "draft__finding", "draft__rationale",
)  # fmt: skip

_working_claims = OfClaims(
    lambda claims: (
        Claim.objects.filter(pk__in=claims).exclude(state=State.TAKEN_DOWN).values(*WORKING_COLUMNS)
    )
)
_working_sayings = OfClaims(
    lambda claims: _sayings(
        Occurrence.objects.exclude(match=Match.REJECTED).filter(claim__in=claims)
    )
)


def staff_words(batch: Sequence[int]) -> Iterator[tuple[int, Words]]:
    """Yields the working texts of those claims that are not taken down (2 queries)."""
    said = _said(_working_sayings(batch))
    for row in _working_claims(batch):
        text, short_text, seen = row["text"], row["short_text"], said[row["pk"]]
        yield (
            row["pk"],
            Words(
                claim=(short_text, text) if short_text != text else (text,),
                finding=(row["draft__finding"] or "", row["draft__rationale"] or ""),
                language=row["language"],
                quotes=tuple(dict.fromkeys(seen.quotes)),
                names=tuple(dict.fromkeys([*seen.names, row["public_id"], row["external_ref"]])),
            ),
        )
