"""Rows of fact-check archives as one kind of value, read and judged. Pure: asks no database.

Two shapes are known. A **flat** row is one check of one statement (`verdict`, `url`). An
**utterance** is one dated utterance with the checks that several publishers made of it (`checks`),
the claims it makes (`claims`: slugs that other utterances share) and where it stands (`sources`).
`docs/imports.md` lists every field.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.utils.text import slugify

from sources.canonical import canonical_address, domain_of
from sources.errors import Invalid
from sources.texts import clean_line
from statements import chain
from statements.imports.fields import (
    address_of,
    day_of,
    edtf_of,
    ignored_of,
    is_seconds,
    language_of,
    line_of,
    moment_of,
    number_of,
    objects_of,
    slugs_of,
    text_of,
    texts_of,
)
from statements.imports.rules import Rules
from statements.imports.wording import as_words, normalised, said_words, shortened, unlinked
from statements.models.verdict import FINDING_LENGTH
from statements.vocabulary import Fidelity

NO_LABEL = "(no rating printed)"
MOST_CLAIM = 2_000
FLAT = frozenset(
    {
        "id",
        "statement",
        "speaker",
        "speaker_slug",
        "speaker_role",
        "date",
        "context",
        "topics",
        "verdict",
        "rating_value",
        "best_rating",
        "worst_rating",
        "explanation",
        "justification",
        "url",
        "date_published",
        "publisher",
        "language",
    }
)
UTTERANCE = frozenset(
    {
        "id",
        "statement",
        "speaker",
        "speaker_slug",
        "speaker_role",
        "date",
        "context",
        "claims",
        "sources",
        "checks",
        "topics",
        "language",
    }
)
# Invisible leftovers of a text that was read in a wrong encoding once; never words.
C1 = re.compile("[\x80-\x9f]")


@dataclass(frozen=True, slots=True)
class Check:
    """What one publisher printed about a statement."""

    reference: str
    publisher: str
    url: str
    label: str
    code: str
    claim_text: str = ""
    summary: str = ""
    rating_value: str = ""
    best_rating: str = ""
    worst_rating: str = ""
    reviewed_on: date | None = None
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What an archive of our own found: the fields of a verdict, and when it was published."""

    code: str
    finding: str
    rationale: str
    as_of: date
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """A work in which the words stand."""

    url: str
    canonical_url: str
    title: str
    kind: str
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One row: who said what when, which claims it makes, and what was found about it."""

    line: int
    reference: str
    speaker_ref: str
    speaker: str
    speaker_kind: str
    speaker_description: str
    text: str
    fidelity: str
    said: str
    language: str
    context: str
    topics: tuple[tuple[str, str], ...] = ()  # slug, name
    claims: tuple[tuple[str, str], ...] = ()  # slug, wording
    checks: tuple[Check, ...] = ()
    finding: Finding | None = None
    places: tuple[Place, ...] = ()
    ignored: tuple[str, ...] = ()
    is_mended: bool = False  # control characters of a wrong encoding were taken out
    placeless: int = 0  # sources without an address that we know how to write

    @property
    def words_key(self) -> str:
        """The day and the words as they are compared: what makes two rows one statement."""
        return f"{self.said}|{self.language}|{normalised(self.text)}"

    def fingerprint(self) -> str:
        """Returns the sha256 of all that the row says, whatever its spelling as JSON."""
        parts = (
            self.speaker_ref, self.speaker, self.speaker_description, self.text, self.fidelity,
            self.said, self.language, self.context, self.topics, self.claims, self.finding,
            self.checks, self.places,
        )  # fmt: skip
        return chain.sha256(repr(parts))


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads rows of one archive. `own` names the publisher whose findings are ours."""

    rules: Rules
    origin: str
    own: str = ""
    claim_texts: Mapping[str, str] = field(default_factory=dict)
    # Per checker's slug: the labels as printed, by their id.
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def read(self, number: int, row: Mapping[str, Any]) -> Record:
        """Returns what a row says; raises `Invalid`, with the field at fault, for a broken one."""
        is_mended = any(isinstance(text, str) and C1.search(text) for text in row.values())
        if is_mended:
            row = {k: C1.sub("", v) if isinstance(v, str) else v for k, v in row.items()}
        shape = self._utterance if "checks" in row or "claims" in row else self._flat
        record = shape(number, row)
        return replace(record, is_mended=True) if is_mended else record

    # ---- the two shapes -----------------------------------------------------------------

    def _flat(self, number: int, row: Mapping[str, Any]) -> Record:
        words, fidelity = said_words(text_of(row, "statement", needed="give the statement"))
        publisher = line_of(row, "publisher", most=200)
        is_own = bool(self.own) and publisher.casefold() in ("", self.own.casefold())
        label = line_of(row, "verdict", most=200) or NO_LABEL
        code = self.rules.code_of(publisher or self.own, label)
        common = self._common(number, row, words, fidelity)
        url = address_of(row, "url", needed="" if is_own else "give the address of the check")
        if is_own:
            return Record(
                **common,
                finding=self._finding(row, label, code, publisher or self.own, url),
                ignored=ignored_of(row, FLAT),
            )
        if not publisher:
            raise Invalid("name the publisher of the check", field="publisher")
        check = Check(
            reference=common["reference"],
            publisher=publisher,
            url=url,
            label=label,
            code=code,
            claim_text=words,
            summary=text_of(row, "explanation"),
            rating_value=number_of(row, "rating_value"),
            best_rating=number_of(row, "best_rating"),
            worst_rating=number_of(row, "worst_rating"),
            reviewed_on=day_of(row, "date_published"),
        )
        return Record(**common, checks=(check,), ignored=ignored_of(row, FLAT))

    def _finding(
        self, row: Mapping[str, Any], label: str, code: str, publisher: str, url: str
    ) -> Finding:
        if not code:
            raise Invalid(
                f"no table says which verdict “{label}” of {publisher} is: add it with --labels, "
                "or leave the row out",
                field="verdict",
            )
        sentence = line_of(row, "explanation")
        if not sentence:
            raise Invalid("a finding of one's own needs a sentence", field="explanation")
        if len(sentence) > FINDING_LENGTH:
            raise Invalid(
                f"shorten the finding to {FINDING_LENGTH} characters: it has {len(sentence)}",
                field="explanation",
            )
        published_at = moment_of(row, "date_published")
        if published_at is None:
            raise Invalid("say when the finding was published", field="date_published")
        where = f"First published at {url}" if url else f"First published by {publisher}."
        reasoning = text_of(row, "justification")
        return Finding(
            code=code,
            finding=sentence,
            rationale="\n\n".join(filter(None, [reasoning, where])),
            as_of=published_at.date(),
            published_at=published_at,
        )

    def _utterance(self, number: int, row: Mapping[str, Any]) -> Record:
        if self.own:
            raise Invalid(
                "an archive of one's own has one finding a row: this row has several checks",
                field="checks",
            )
        words = unlinked(text_of(row, "statement", needed="give the statement"))
        common = self._common(number, row, words, Fidelity.VERBATIM.value)
        slugs = tuple(dict.fromkeys(slugs_of(row, "claims")))
        places, placeless = self._places(row)
        return Record(
            **common,
            claims=tuple((slug, self.claim_texts.get(slug) or as_words(slug)) for slug in slugs),
            checks=self._checks(row, common["reference"], slugs),
            places=places,
            placeless=placeless,
            ignored=ignored_of(row, UTTERANCE),
        )

    def _common(
        self, number: int, row: Mapping[str, Any], words: str, fidelity: str
    ) -> dict[str, Any]:
        key: Any = row.get("id")
        if isinstance(key, int) and not isinstance(key, bool):
            key = str(key)
        reference = clean_line(key, "id", required="give each row an id", most=120)
        name = line_of(row, "speaker", most=200, needed="name the speaker")
        slug = slugify(line_of(row, "speaker_slug", most=100)) or slugify(name)[:80]
        if not words:
            raise Invalid("give the statement", field="statement")
        return {
            "line": number,
            "reference": f"{self.origin}:{reference}",
            "speaker_ref": f"{self.origin}:speaker:{slug or chain.sha256(name)[:20]}",
            "speaker": name,
            "speaker_kind": self.rules.kind_of_speaker(name),
            "speaker_description": line_of(row, "speaker_role", most=300),
            "text": words,
            "fidelity": fidelity,
            "said": edtf_of(row, "date"),
            "language": language_of(row),
            "context": line_of(row, "context", most=300),
            "topics": _topics(row),
        }

    def _checks(
        self, row: Mapping[str, Any], reference: str, slugs: tuple[str, ...]
    ) -> tuple[Check, ...]:
        found: dict[str, Check] = {}
        for given in objects_of(row, "checks"):
            url = address_of(given, "source", needed="give the address of each check")
            of = tuple(slug for slug in slugs_of(given, "claims") if slug in slugs)
            publisher = line_of(given, "publisher", most=200) or line_of(given, "checker", most=200)
            if not publisher:
                raise Invalid("name the publisher of each check", field="checks")
            rating, short = line_of(given, "rating", most=200), line_of(given, "short")
            names = self.labels.get(line_of(given, "checker", most=200), {})
            label = names.get(rating, rating) or (short if 0 < len(short) <= 200 else NO_LABEL)
            key = chain.sha256(f"{url}|{of}")[:16]
            found.setdefault(
                key,
                Check(
                    reference=f"{reference}:{key}",
                    publisher=publisher,
                    url=url,
                    label=label,
                    code=self.rules.code_of(publisher, label)
                    or self.rules.code_of(publisher, rating),
                    summary=unlinked(text_of(given, "quote")) or short,
                    claims=of,
                ),
            )
        return tuple(found.values())

    def _places(self, row: Mapping[str, Any]) -> tuple[tuple[Place, ...], int]:
        found: dict[str, Place] = {}
        placeless = 0
        for given in objects_of(row, "sources"):
            kind = self.rules.source_types.get(line_of(given, "type"))
            url = address_of(given, "url")
            if not url and kind and kind.address:
                url = _filled(kind.address, given)
            if not url:
                placeless += 1
                continue
            canonical = canonical_address(url)
            start = given.get("start")
            found.setdefault(
                canonical,
                Place(
                    url=url,
                    canonical_url=canonical,
                    title=line_of(given, "name") or _title(url),
                    kind=kind.kind if kind else "other",
                    seconds=start if is_seconds(start) else None,
                ),
            )
        return tuple(found.values()), placeless


def statement_ref(speaker_id: str, words_key: str) -> str:
    """Returns the reference of a statement: the same for every row with the same words."""
    return f"said:{hashlib.sha256(f'{speaker_id}|{words_key}'.encode()).hexdigest()[:40]}"


def claim_ref(origin: str, slug: str) -> str:
    """Returns the reference of a claim that an archive names: the same in all of its rows."""
    return f"{origin}:claim:{slug}"


def own_claim_ref(ref: str) -> str:
    """Returns the reference of the claim that a statement makes, where its archive names none."""
    return f"claim-of-{ref}"


def claim_text(wording: str) -> str:
    """Returns a wording as the text of a claim, cut where it is longer than one may be."""
    return wording if len(wording) <= MOST_CLAIM else shortened(wording, MOST_CLAIM)


def _title(url: str) -> str:
    tail = re.sub(r"\.\w{2,5}\Z", "", url.rstrip("/").rpartition("/")[2].partition("?")[0])
    words = re.sub(r"[-_+]+|%[0-9A-Fa-f]{2}", " ", tail).strip()
    host = domain_of(url)
    return f"{host}: {words}"[:300] if words and words.casefold() not in host else host


def _filled(address: str, given: Mapping[str, Any]) -> str:
    """Returns an address with its parts put in; "" where one is missing or no part of an address."""
    parts = {name: str(value) for name, value in given.items() if isinstance(value, str | int)}
    try:
        url = address.format_map({name: part for name, part in parts.items() if _is_id(part)})
    except (KeyError, IndexError, ValueError):
        return ""
    return address_of({"url": url}, "url")


def _is_id(part: str) -> bool:
    return bool(re.fullmatch(r"[\w.~-]{1,100}", part, re.ASCII))


def _topics(row: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for name in texts_of(row, "topics", most=120):
        slug = slugify(name)[:80]
        if slug:
            found.setdefault(slug, as_words(name) if name == slug else name)
    return tuple(found.items())
