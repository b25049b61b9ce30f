"""What changed from one public version of a finding to the next, word by word. No query.

Both versions are sealed documents, so what is compared is what was public, and nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from sources.diffs import Segment, word_diff
from statements.public.sealed import STANCES, Document, evidence_of, figures_of, reply_of
from statements.public.words import day
from statements.vocabulary import CommitmentStatus, Reason, VerdictCode

LABELS: dict[str, str] = {**dict(VerdictCode.choices), **dict(CommitmentStatus.choices)}
REASONS: dict[str, str] = dict(Reason.choices)


@dataclass(frozen=True, slots=True)
class Change:
    """One part of a finding that differs: words taken out and put in, or lines that came and went."""

    label: str
    segments: list[Segment] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


def changes_between(before: Document, after: Document) -> list[Change]:
    """Returns what differs, in the order of the page; [] for texts that a take-down erased."""
    if not before or not after:
        return []
    changes = [
        Change(label, segments=word_diff(old, new))
        for (label, old), (_, new) in zip(_texts(before), _texts(after), strict=True)
        if old != new
    ]
    old_figures, new_figures = _figures(before), _figures(after)
    changes += [
        Change(label, segments=word_diff(old_figures.get(label, ""), new_figures.get(label, "")))
        for label in old_figures | new_figures
        if old_figures.get(label) != new_figures.get(label)
    ]
    return [*changes, *_evidence_changes(before, after), *_reply_changes(before, after)]


def _evidence_changes(before: Document, after: Document) -> Iterator[Change]:
    """Yields what differs in a row that stayed, word by word, then the rows that came and went."""
    old, new = Counter(_evidence(before)), Counter(_evidence(after))
    removed, added = [*(old - new).elements()], [*(new - old).elements()]
    for row in [*removed]:
        if same := next((other for other in added if other[0] == row[0]), None):
            removed.remove(row)
            added.remove(same)
            yield Change("Evidence", segments=word_diff(row[1], same[1]))
    if removed or added:
        lines, gone = [line for _, line in added], [line for _, line in removed]
        yield Change("Evidence", added=lines, removed=gone)


def _reply_changes(before: Document, after: Document) -> Iterator[Change]:
    old, new = _replies(before), _replies(after)
    added = [line for line in new if line not in old]
    removed = [line for line in old if line not in new]
    if removed or added:
        yield Change("Right of reply", added=added, removed=removed)


def _texts(document: Document) -> Iterator[tuple[str, str]]:
    claim, finding = document["claim"], document["finding"]
    yield "Short form", claim["short_text"]
    yield "Claim", claim["text"]
    found = finding["code"] or finding["commitment_status"]
    yield "Verdict", LABELS.get(found, "")
    yield "Reasons", ", ".join(REASONS.get(code, code) for code in finding["reasons"])
    yield "Finding", finding["finding"]
    yield "How we came to it", finding["rationale"]
    yield "What would change it", finding["would_change"]
    yield "As known on", day(finding["as_of"])
    yield "Why one source is enough", finding["single_source_reason"]
    yield "Where we searched", finding["search_log"]


def _figures(document: Document) -> dict[str, str]:
    figures = figures_of(document["detail"])
    if figures is None:
        return {}
    rows = {row.label: row.value for row in figures.rows}
    return rows | ({figures.heading: figures.note} if figures.note else {})


def _evidence(document: Document) -> Iterator[tuple[str, str]]:
    """Yields each row of evidence as the page shows it, behind the id of its source."""
    for row in document["evidence"]:
        shown, source = evidence_of(row), row["source"]
        parts = [
            STANCES[row["stance"]],
            ": ".join(filter(None, (source["publisher"], source["title"]))),
            f"“{shown.quote.exact}”" if shown.quote else "",
            shown.reading,
            shown.place,
            shown.note,
            shown.waiver,
            f"copy of {shown.captured}" if shown.captured else "",
        ]
        yield source["id"], " · ".join(filter(None, parts))


def _replies(document: Document) -> list[str]:
    replies = map(reply_of, document["reply"])
    return [f"{reply.summary} {reply.answer}".strip() for reply in replies]
