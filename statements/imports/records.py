"""Rows of fact-check archives as one kind of value, read and judged. Pure: asks no database.

Two shapes are known. A **flat** row is one check of one statement (`verdict`, `url`). An
**utterance** is one dated utterance with the checks that several publishers made of it (`checks`),
the claims it makes (`claims`: slugs that other utterances share) and where it stands (`sources`).
`docs/imports.md` lists every field.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.text import slugify

from sources.canonical import canonical_address, domain_of
from sources.errors import Invalid
from sources.texts import clean, clean_line
from statements import chain, fuzzydates
from statements.guards import has_not_come
from statements.imports.rules import Rules
from statements.models.claim import SHORT_TEXT_LENGTH
from statements.models.verdict import FINDING_LENGTH
from statements.vocabulary import Fidelity

NO_LABEL = "(no rating printed)"
MOST_PARTS = 50  # claims, checks, sources or topics of one row
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
# [words](address), of bounded length so that no text makes the search slow.
MARKDOWN_LINK = re.compile(
    r"\[([^\[\]]{1,300})\]\(\s?https?://[^()\s]{1,1000}(?:\([^()\s]{0,200}\)[^()\s]{0,200})?\)"
)
QUOTES = {'"': '"', "\N{LEFT DOUBLE QUOTATION MARK}": "\N{RIGHT DOUBLE QUOTATION MARK}"}
ANY_QUOTE = re.compile('["\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}]')
WORDS_AND_NUMBERS = re.compile(
    r"(?<![\w.,])[-\u2212]?\d+(?:[.,]\d+)*|[%\u2030$\u20ac\u00a3\u00a5<>=\u00b1+]|\w+"
)
# Invisible leftovers of a text that was read in a wrong encoding once; never words.
C1 = re.compile("[\x80-\x9f]")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\Z")


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
        words, fidelity = said_words(_text(row, "statement", needed="give the statement"))
        publisher = _line(row, "publisher", most=200)
        is_own = bool(self.own) and publisher.casefold() in ("", self.own.casefold())
        label = _line(row, "verdict", most=200) or NO_LABEL
        code = self.rules.code_of(publisher or self.own, label)
        common = self._common(number, row, words, fidelity)
        url = _address(row, "url", needed="" if is_own else "give the address of the check")
        if is_own:
            return Record(
                **common,
                finding=self._finding(row, label, code, publisher or self.own, url),
                ignored=_ignored(row, FLAT),
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
            summary=_text(row, "explanation"),
            rating_value=_number(row, "rating_value"),
            best_rating=_number(row, "best_rating"),
            worst_rating=_number(row, "worst_rating"),
            reviewed_on=_day(row, "date_published"),
        )
        return Record(**common, checks=(check,), ignored=_ignored(row, FLAT))

    def _finding(
        self, row: Mapping[str, Any], label: str, code: str, publisher: str, url: str
    ) -> Finding:
        if not code:
            raise Invalid(
                f"no table says which verdict “{label}” of {publisher} is: add it with --labels, "
                "or leave the row out",
                field="verdict",
            )
        sentence = _line(row, "explanation")
        if not sentence:
            raise Invalid("a finding of one's own needs a sentence", field="explanation")
        if len(sentence) > FINDING_LENGTH:
            raise Invalid(
                f"shorten the finding to {FINDING_LENGTH} characters: it has {len(sentence)}",
                field="explanation",
            )
        published_at = _moment(row, "date_published")
        if published_at is None:
            raise Invalid("say when the finding was published", field="date_published")
        where = f"First published at {url}" if url else f"First published by {publisher}."
        reasoning = _text(row, "justification")
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
        words = unlinked(_text(row, "statement", needed="give the statement"))
        common = self._common(number, row, words, Fidelity.VERBATIM.value)
        slugs = tuple(dict.fromkeys(_slugs(row, "claims")))
        places, placeless = self._places(row)
        return Record(
            **common,
            claims=tuple((slug, self.claim_texts.get(slug) or _as_words(slug)) for slug in slugs),
            checks=self._checks(row, common["reference"], slugs),
            places=places,
            placeless=placeless,
            ignored=_ignored(row, UTTERANCE),
        )

    def _common(
        self, number: int, row: Mapping[str, Any], words: str, fidelity: str
    ) -> dict[str, Any]:
        key: Any = row.get("id")
        if isinstance(key, int) and not isinstance(key, bool):
            key = str(key)
        reference = clean_line(key, "id", required="give each row an id", most=120)
        name = _line(row, "speaker", most=200, needed="name the speaker")
        slug = slugify(_line(row, "speaker_slug", most=100)) or slugify(name)[:80]
        if not words:
            raise Invalid("give the statement", field="statement")
        return {
            "line": number,
            "reference": f"{self.origin}:{reference}",
            "speaker_ref": f"{self.origin}:speaker:{slug or chain.sha256(name)[:20]}",
            "speaker": name,
            "speaker_kind": self.rules.kind_of_speaker(name),
            "speaker_description": _line(row, "speaker_role", most=300),
            "text": words,
            "fidelity": fidelity,
            "said": _edtf(row, "date"),
            "language": _language(row),
            "context": _line(row, "context", most=300),
            "topics": _topics(row),
        }

    def _checks(
        self, row: Mapping[str, Any], reference: str, slugs: tuple[str, ...]
    ) -> tuple[Check, ...]:
        found: dict[str, Check] = {}
        for given in _objects(row, "checks"):
            url = _address(given, "source", needed="give the address of each check")
            of = tuple(slug for slug in _slugs(given, "claims") if slug in slugs)
            publisher = _line(given, "publisher", most=200) or _line(given, "checker", most=200)
            if not publisher:
                raise Invalid("name the publisher of each check", field="checks")
            rating, short = _line(given, "rating", most=200), _line(given, "short")
            names = self.labels.get(_line(given, "checker", most=200), {})
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
                    summary=unlinked(_text(given, "quote")) or short,
                    claims=of,
                ),
            )
        return tuple(found.values())

    def _places(self, row: Mapping[str, Any]) -> tuple[tuple[Place, ...], int]:
        found: dict[str, Place] = {}
        placeless = 0
        for given in _objects(row, "sources"):
            kind = self.rules.source_types.get(_line(given, "type"))
            url = _address(given, "url")
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
                    title=_line(given, "name") or _title(url),
                    kind=kind.kind if kind else "other",
                    seconds=start if _is_seconds(start) else None,
                ),
            )
        return tuple(found.values()), placeless


# ---- words ----------------------------------------------------------------------------------


def unlinked(text: str) -> str:
    """Returns a text with Markdown links turned into their words: the words are what was said."""
    return MARKDOWN_LINK.sub(r"\1", text) if "](" in text else text


def said_words(text: str) -> tuple[str, str]:
    """Returns the words and how near they are to what was said.

    A text that stands in quotation marks from end to end is verbatim, without the marks. Any other
    is the archive's own sentence, with quotes inside or not.
    """
    words = unlinked(text)
    closing = QUOTES.get(words[:1], "")
    inner = words[1:-1].strip()
    if closing and words.endswith(closing) and inner and not ANY_QUOTE.search(inner):
        return inner, Fidelity.VERBATIM.value
    return words, Fidelity.PARAPHRASE.value


def normalised(text: str) -> str:
    """Returns the words of a text as they are compared: no case, no marks, no spaces too many.

    Numbers keep what belongs to them: 5, -5, 5 % and $5 are four things.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(WORDS_AND_NUMBERS.findall(folded)) or " ".join(folded.split())


def statement_ref(speaker_id: str, words_key: str) -> str:
    """Returns the reference of a statement: the same for every row with the same words."""
    return f"said:{hashlib.sha256(f'{speaker_id}|{words_key}'.encode()).hexdigest()[:40]}"


def shortened(text: str, most: int = SHORT_TEXT_LENGTH) -> str:
    """Returns the start of a text in one line, cut between words where it is too long."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    start = line[: most - 1]
    cut = start.rpartition(" ")[0]
    return f"{(cut if len(cut) > most // 2 else start).rstrip(' ,;:.-')}…"


def _as_words(slug: str) -> str:
    return slug.replace("-", " ").strip().capitalize() or slug


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
    return _address({"url": url}, "url")


def _is_id(part: str) -> bool:
    return bool(re.fullmatch(r"[\w.~-]{1,100}", part, re.ASCII))


# ---- fields ---------------------------------------------------------------------------------


def _text(row: Mapping[str, Any], name: str, *, needed: str = "") -> str:
    return clean(row.get(name), name, required=needed)


def _line(row: Mapping[str, Any], name: str, *, most: int = 500, needed: str = "") -> str:
    value = row.get(name)
    if value is None and not needed:
        return ""
    return clean_line(value, name, required=needed, most=most)


def _number(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if isinstance(value, bool):
        raise Invalid("give this as text or a number", field=name)
    return str(value)[:40] if isinstance(value, int | float) else _line(row, name, most=40)


CHECK_ADDRESS = URLValidator(schemes=["http", "https"])


def _address(row: Mapping[str, Any], name: str, *, needed: str = "") -> str:
    url = _line(row, name, most=2_000, needed=needed)
    if not url:
        return ""
    try:
        canonical_address(url)
        CHECK_ADDRESS(url)
    except (Invalid, ValidationError) as error:
        words = str(error) if isinstance(error, Invalid) else "this is not an address"
        raise Invalid(words, field=name) from error
    return url


@lru_cache(maxsize=4_096)
def _days(text: str, name: str) -> tuple[date | None, date | None]:
    try:
        return fuzzydates.bounds(text)
    except ValueError as error:
        raise Invalid(f"this date cannot be read: {error}", field=name) from error


def _edtf(row: Mapping[str, Any], name: str) -> str:
    text = _line(row, name, most=60)
    first, _ = _days(text, name)
    if first and has_not_come(first):
        raise Invalid("nobody said this on a day that has not come", field=name)
    return text


def _moment(row: Mapping[str, Any], name: str) -> datetime | None:
    """Returns a moment; for a day alone its noon in UTC, which is that day nearly everywhere."""
    text = _line(row, name, most=40)
    if not text:
        return None
    try:
        is_day = len(text) == 10
        at = (
            datetime.combine(date.fromisoformat(text), time(12), UTC)
            if is_day
            else datetime.fromisoformat(text)
        )
    except ValueError as error:
        raise Invalid("write the day as 2025-03-27", field=name) from error
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    try:
        at = at.astimezone(UTC)
    except OverflowError as error:
        raise Invalid("write the day as 2025-03-27", field=name) from error
    now = datetime.now(UTC)
    if is_day and now.date() == at.date():
        at = min(at, now)
    if at > now:
        raise Invalid("this day has not come", field=name)
    return at


def _day(row: Mapping[str, Any], name: str) -> date | None:
    at = _moment(row, name)
    return at.date() if at else None


def _language(row: Mapping[str, Any]) -> str:
    code = _line(row, "language", most=35) or "en"
    if not LANGUAGE.match(code):
        raise Invalid("write the language as a BCP 47 code: en, uk", field="language")
    return code


def _topics(row: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for name in _texts(row, "topics", most=120):
        slug = slugify(name)[:80]
        if slug:
            found.setdefault(slug, _as_words(name) if name == slug else name)
    return tuple(found.items())


def _slugs(row: Mapping[str, Any], name: str) -> list[str]:
    return _texts(row, name, most=120)


def _texts(row: Mapping[str, Any], name: str, *, most: int) -> list[str]:
    return [
        clean_line(text, name, required="an empty text stands here", most=most)
        for text in _list(row, name)
    ]


def _objects(row: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = _list(row, name)
    if not all(isinstance(part, dict) for part in found):
        raise Invalid("give a list of objects", field=name)
    return found


def _list(row: Mapping[str, Any], name: str) -> list[Any]:
    value = row.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise Invalid("give a list", field=name)
    if len(value) > MOST_PARTS:
        raise Invalid(f"give at most {MOST_PARTS} in a list: there are {len(value):,}", field=name)
    return value


def _is_seconds(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1_000_000


def _ignored(row: Mapping[str, Any], known: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in row if name not in known)
