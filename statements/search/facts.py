"""Reading what documents are made of: of claims the public may see, and of work.

`public_facts` and `staff_words` read through the doors of `statements.querysets`. `line_of` and
what stands beside it are pure: whoever has a claim's rows in hand makes the same of them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from sources.prepared import PreparedValues
from statements.models import Citation, Claim, Occurrence, Verdict
from statements.search.documents import Line, PublicFacts, Row, Words
from statements.vocabulary import Match, Origin, PublicState, State


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
            words=public_words(row, verdict, said[claim_id], language=language, is_live=is_live),
            said_on=row["main_statement__said_on"] if has_main else None,
            said_until=row["main_statement__said_until"] if has_main else None,
            speakers=tuple(seen_speakers(row, said[claim_id])),
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


def public_words(
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


def seen_speakers(row: Row, said: Said) -> Iterable[str]:
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
