"""A sealed finding as readers see it: from the document of `statements.sealing` to plain values.

Nothing here asks the database. Texts stay texts: templates escape them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sources.canonical import web_address
from sources.vocabulary import Directness, SourceKind
from statements import addresses, fragments, fuzzydates
from statements.public import words
from statements.public.cards import foreign
from statements.vocabulary import (
    QUOTED_FIDELITIES,
    STATUS_LABELS,
    UNSETTLED_COMMITMENTS,
    Axis,
    CommitmentStatus,
    Fidelity,
    PeriodCounts,
    Reason,
    ReplyOutcome,
    Stance,
)

Document = dict[str, Any]

STANCES: dict[str, str] = {
    Stance.SUPPORTS: "Supports the claim",
    Stance.REFUTES: "Speaks against the claim",
    Stance.QUALIFIES: "Holds only in a narrower reading",
    Stance.CONTEXT: "Context",
}
FIDELITIES: dict[str, str] = {
    Fidelity.VERBATIM: "word for word",
    Fidelity.PARTIAL_QUOTE: "in part word for word",
    Fidelity.PARAPHRASE: "in our words, not a quotation",
    Fidelity.TRANSLATION: "translated",
}
DIRECTNESS: dict[str, str] = {
    Directness.PRIMARY: "Primary source: the record itself",
    Directness.SECONDARY: "Secondary source: reports the record",
    Directness.TERTIARY: "Tertiary source: analyses reports",
}
PERIOD_COUNTS: dict[str, str] = {
    PeriodCounts.CALENDAR_DAYS: "Calendar days",
    PeriodCounts.NIGHTS: "Nights, named by their morning",
}
QUOTATION_MARKS = '“”„"«»'
REASONS: dict[str, str] = dict(Reason.choices)
SOURCE_KINDS: dict[str, str] = dict(SourceKind.choices)
AXES: dict[str, str] = dict(Axis.choices)


@dataclass(frozen=True, slots=True)
class Quote:
    """Words from a source: quotation marks only where they were really said or written."""

    exact: str
    prefix: str = ""
    suffix: str = ""
    language: str = ""
    is_verbatim: bool = True


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """One source in the evidence of a claim, or one appearance of a statement."""

    title: str
    language: str
    source_url: str
    published_by: str
    directness: str
    address: str
    quote: Quote | None = None
    reading: str = ""
    place: str = ""
    note: str = ""
    waiver: str = ""
    captured: str = ""
    sha256: str = ""
    archive_address: str = ""
    gone: str = ""  # the day on which the original page was found to be gone


@dataclass(frozen=True, slots=True)
class StanceView:
    """The evidence of one stance."""

    code: str
    label: str
    count: str
    evidence: list[EvidenceView]


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled value."""

    label: str
    value: str
    url: str = ""
    is_main: bool = False
    is_outside: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """The typed fact inside a claim."""

    heading: str
    rows: list[Row]
    note: str = ""
    is_sentence: bool = False  # the main value is a sentence, not a number or a word


@dataclass(frozen=True, slots=True)
class ReplyView:
    """What became of the right of reply."""

    summary: str
    answer: str


def figures_of(
    detail: Document | None, finding: Document | None = None, *, on: date | None = None
) -> Figures | None:
    """Returns the typed detail of a claim, or None for a claim without one.

    With the finding and the day of the page a promise whose day has passed says so.
    """
    if detail is None:
        return None
    figures = {"quantity": _quantity, "status": _status, "commitment": _commitment}[detail["type"]](
        detail
    )
    note = _overdue(detail, finding, on) if finding and on else ""
    return replace(figures, note=note) if note else figures


def _event_words(event: Document) -> str:
    party = f"{event['party']}: " if event["party"] else ""
    value = str(STATUS_LABELS.get(event["value"], event["value"])).lower()
    return f"{event['agreement']}, {party}{value} on {words.day(event['happened_on'])}"


def _quantity(detail: Document) -> Figures:
    measure = detail["measure"]
    rows = [Row(measure["name"], words.sentence(detail["words"]), is_main=True)]
    if detail["period_words"]:
        counted = PERIOD_COUNTS.get(detail["period_counts"], "")
        zone = detail["period_time_zone"]
        rows += [
            Row("Period", detail["period_words"]),
            Row("Days are", f"{counted} ({zone})" if zone else counted),
        ]
    rows += [
        Row(label, _event_words(event))
        for label, end in (("Counted from", "since"), ("Counted until", "until"))
        if (event := detail.get(end))
    ]
    rows += [Row("Place", detail["place"])] if detail["place"] else []
    rows += [Row("Counted by", detail["counted_by"])] if detail["counted_by"] else []
    rule = measure["counting_rule"]
    return Figures("What is counted", rows, f"Counting rule: {rule}" if rule else "")


def _status(detail: Document) -> Figures:
    agreement, party = detail["agreement"], detail["party"]
    value = str(STATUS_LABELS.get(detail["value"], detail["value"]))
    rows = [
        Row(
            AXES[detail["axis"]],
            f"{party['name']}: {value.lower()}" if party else value,
            is_main=True,
        ),
        Row(
            "Agreement",
            agreement["name"],
            url=addresses.agreement_path(agreement["id"], agreement["name"]),
        ),
        Row("As of", words.day(detail["as_of"])),
    ]
    return Figures("What is claimed", rows)


def _commitment(detail: Document) -> Figures:
    rows = [
        Row("To be delivered", detail["deliverable"], is_main=True),
        Row("By whom", detail["committed_by"]["name"]),
        Row("Due", words.day(detail["due_on"]) or "No day was named"),
    ]
    return Figures("What is promised", rows, is_sentence=True)


def _overdue(detail: Document, finding: Document, on: date) -> str:
    """Says that the day of a promise has passed, where the finding does not settle it."""
    found, due_on = finding["commitment_status"], detail.get("due_on")
    if found not in UNSETTLED_COMMITMENTS or not due_on or due_on >= on.isoformat():
        return ""
    label = str(CommitmentStatus(found).label).lower()
    return (
        f"That day has passed. What we found last is “{label}”, as known on "
        f"{words.day(finding['as_of'])}."
    )


def stances_of(
    evidence: list[Document],
    gone: Mapping[str, datetime] | None = None,
    archives: Mapping[str, str] | None = None,
) -> list[StanceView]:
    """Returns the evidence grouped by stance, for and against first (DOMAIN §5).

    `gone` says since when the page of a source is gone, `archives` which link to a public archive
    a copy got since the finding was sealed; by public id both.
    """
    found = []
    for code, label in STANCES.items():
        views = [
            evidence_of(
                row,
                gone=(gone or {}).get(row["source"]["id"]),
                archive=(archives or {}).get(row["snapshot"]["id"]) if row["snapshot"] else None,
            )
            for row in evidence
            if row["stance"] == code
        ]
        if views:
            found.append(
                StanceView(code, label, words.count(len(views), "source", "sources"), views)
            )
    return found


def evidence_of(
    row: Document, *, gone: datetime | None = None, archive: str | None = None
) -> EvidenceView:
    """Returns one sealed row of evidence, or one appearance of a statement (of the same shape)."""
    source, snapshot = row["source"], row["snapshot"]
    reading = row.get("reading")
    return EvidenceView(
        title=source["title"],
        language=foreign(source["language"]),
        source_url=f"/sources/{source['id']}/",
        published_by=_published_by(source),
        directness=DIRECTNESS.get(source["directness"], ""),
        address=web_address(source["url"]),
        quote=quote_of(row["anchor"], source["language"]),
        reading=_reading(reading) if reading else "",
        place=fragments.words(row.get("fragment", "")),
        note=row.get("note", ""),
        waiver=row.get("waiver", ""),
        captured=words.moment_words(snapshot["captured_at"]) if snapshot else "",
        sha256=snapshot["sha256"] if snapshot else "",
        archive_address=web_address(snapshot["archive_url"]) or web_address(archive or "")
        if snapshot
        else "",
        gone=words.day_of(gone),
    )


def quote_of(anchor: Document | None, language: str) -> Quote | None:
    """Returns anchored words with a little of what stands around them."""
    if not anchor:
        return None
    before = _from_a_word(anchor["prefix"], is_whole=anchor["start"] == len(anchor["prefix"]))
    return Quote(
        exact=anchor.get("shortened") or anchor["exact"],
        # Where the source quotes these words itself, its marks would double ours.
        prefix=before.rstrip(QUOTATION_MARKS),
        suffix=_to_a_word(anchor["suffix"]).lstrip(QUOTATION_MARKS),
        language=foreign(language),
    )


def _from_a_word(prefix: str, *, is_whole: bool) -> str:
    """Returns what stands before a quote without a word cut in half at its start."""
    _, _, whole = prefix.partition(" ")
    return prefix if is_whole else f"… {whole}" if whole else ""


def _to_a_word(suffix: str) -> str:
    """Returns what stands after a quote without a word cut in half at its end."""
    whole, _, _ = suffix.rpartition(" ")
    return f"{whole} …" if whole else ""


def said_quote(text: str, language: str, fidelity: str) -> Quote:
    """Returns a speaker's words; a paraphrase gets no quotation marks (DOMAIN §1)."""
    return Quote(text, language=foreign(language), is_verbatim=fidelity in QUOTED_FIDELITIES)


def _published_by(source: Document) -> str:
    parts = [
        source["publisher"] or source["author"],
        SOURCE_KINDS.get(source["kind"], "").lower(),
        words.day(source["published_on"]),
    ]
    return words.sentence(", ".join(filter(None, parts)))


def _reading(reading: Document) -> str:
    parts = [
        f"{reading['measure']['name']}: {reading['words']}",
        reading["period_words"],
        reading["place"],
        f"counted by {reading['counted_by']}" if reading["counted_by"] else "",
    ]
    return ", ".join(filter(None, parts))


def reasons_of(codes: list[str]) -> list[str]:
    return [REASONS.get(code, code) for code in codes]


def reply_of(reply: Document) -> ReplyView:
    """Returns one request for a reply in words."""
    asked = " ".join(
        filter(
            None,
            [
                f"Asked on {words.day(reply['asked_on'])}" if reply["asked_on"] else "Asked",
                f"({reply['channel']})" if reply["channel"] else "",
            ],
        )
    )
    due = f" by {words.day(reply['due_on'])}" if reply["due_on"] else ""
    match reply["outcome"]:
        case ReplyOutcome.REPLIED:
            return ReplyView(f"{asked}. The answer:", reply["answer"])
        case ReplyOutcome.NO_REPLY:
            return ReplyView(f"{asked}. No answer came{due}.", "")
        case ReplyOutcome.NOT_SOUGHT:
            return ReplyView(f"No reply was sought. {reply['reason']}", "")
    return ReplyView(f"{asked}. An answer is awaited{due}.", "")


def said_in_words(document: Document) -> str:
    """Returns when a sealed statement was said."""
    return document["said_words"] or fuzzydates.words(document["said"])
