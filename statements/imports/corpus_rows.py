"""Rows of the synthetic corpus, read and judged. Pure: asks no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.text import slugify

from sources.errors import Invalid
from sources.texts import clean
from statements.imports.fields import line_of
from statements.imports.lines import Line
from statements.imports.records import MOST_CLAIM
from statements.vocabulary import AgreementState, ClaimKind, Comparator, Stance, State, VerdictCode

PREFIX = "corpus"
NEEDED = "give this"

# Asked of every row: an enum makes the list of its values anew each time.
STATES = tuple(
    state.value
    for state in (
        State.NEW, State.RESEARCHING, State.IN_REVIEW, State.PUBLISHED, State.RETRACTED,
    )
)  # fmt: skip
KINDS, COMPARATORS = tuple(ClaimKind.values), tuple(Comparator.values)
STATUSES, STANCES = tuple(AgreementState.values), tuple(Stance.values)
VERDICTS = tuple(VerdictCode.values)


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One claim of the corpus, judged."""

    line: int
    ref: str
    public_id: str
    text: str
    kind: str
    state: str
    topic: str
    statement_refs: tuple[str, ...]
    verdict: str
    published_at: datetime | None
    comparator: str = ""
    value: Decimal | None = None
    unit: str = ""
    period: str = ""
    status: str = ""
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One citation of the corpus, judged."""

    line: int
    claim: int
    source_ref: str
    stance: str
    note: str


def ref_of(kind: str, key: Any) -> str:
    return f"{PREFIX}:{kind}:{key}"


def key_of(row: Mapping[str, Any], name: str) -> int:
    key = row.get(name)
    if not isinstance(key, int) or isinstance(key, bool) or not 0 < key < 10**15:
        raise Invalid("give a whole number from 1 on", field=name)
    return key


def keys_of(row: Mapping[str, Any], name: str) -> list[int]:
    keys = row.get(name)
    if not isinstance(keys, list) or len(keys) > 100:
        return []
    return [key for key in dict.fromkeys(keys) if isinstance(key, int)]


def day_of(row: Mapping[str, Any], name: str) -> date | None:
    text = line_of(row, name, most=10)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid("write the day as 2025-03-27", field=name) from error


def one_of(row: Mapping[str, Any], name: str, codes: Iterable[str]) -> str:
    code = line_of(row, name, most=40)
    if code not in codes:
        raise Invalid(f"choose one of {', '.join(codes)}", field=name)
    return code


def claim_row(ref: str, line: Line) -> ClaimRow:
    row = line.value
    state = one_of(row, "state", STATES)
    kind = one_of(row, "kind", KINDS)
    is_public = state in (State.PUBLISHED, State.RETRACTED)
    published_at = None
    if is_public:
        try:
            published_at = datetime.fromisoformat(line_of(row, "published_at", most=40))
        except ValueError as error:
            raise Invalid(
                "write the moment as 2025-03-27T12:00:00Z", field="published_at"
            ) from error
        if published_at.tzinfo is None:
            raise Invalid("say of which time zone this moment is", field="published_at")
    typed: dict[str, Any] = {}
    if kind == ClaimKind.QUANTITY:
        start, end = day_of(row, "period_start"), day_of(row, "period_end")
        value = row.get("value")
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**12:
            raise Invalid("give a whole number", field="value")
        typed = {
            "comparator": one_of(row, "comparator", COMPARATORS),
            "value": Decimal(value),
            "unit": line_of(row, "unit", most=40, needed=NEEDED),
            "period": f"{start}/{end}" if start and end else "",
        }
        if start and end and start > end:
            raise Invalid("the period ends before it starts", field="period_end")
    elif kind == ClaimKind.STATUS:
        typed = {
            "status": one_of(row, "status", STATUSES),
            "as_of": day_of(row, "as_of"),
        }
        if typed["as_of"] is None:
            raise Invalid("give a day", field="as_of")
    return ClaimRow(
        line=line.number,
        ref=ref,
        public_id=str(row["id"]),
        text=clean(row.get("text"), "text", required="give the claim", most=MOST_CLAIM),
        kind=kind,
        state=state,
        topic=slugify(line_of(row, "topic", most=80)),
        statement_refs=tuple(ref_of("statement", key) for key in keys_of(row, "statement_ids")),
        verdict=one_of(row, "verdict", VERDICTS) if is_public else "",
        published_at=published_at,
        **typed,
    )


def evidence_row(line: Line) -> EvidenceRow:
    row = line.value
    return EvidenceRow(
        line=line.number,
        claim=key_of(row, "claim_id"),
        source_ref=ref_of("source", key_of(row, "source_id")),
        stance=one_of(row, "stance", STANCES),
        note=clean(row.get("note"), "note", most=4_000),
    )
