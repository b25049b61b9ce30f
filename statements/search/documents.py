"""What a document of search is: its words, its line in lists, its columns. Pure.

`facts` reads what documents are made of, `refreshing` writes them where a claim changes, `loading`
makes the same rows of many new claims from what it has in hand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypedDict

from django.utils import timezone

from statements.search import facets as choices
from statements.search import spans
from statements.search.facets import Facet
from statements.search.words import compare, written_in

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

    def written(self, wanted: Set[str]) -> dict[str, str]:
        """Returns how each of the wanted words is written where it stands first."""
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
        yield from spans.choices_of(self.said_on, self.said_until)
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
    said_on, said_until = spans.days_of(facts.said_on, facts.said_until)
    return {
        "claim_id": facts.claim_id,
        **facts.words.columns(),
        "facets": choices.tokens(facts.facets()),
        "updated_at": microseconds(facts.line["last_published_at"]),
        "said_on": said_on,
        "said_until": said_until,
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
