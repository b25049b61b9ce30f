"""What changed from one public version of a finding to the next, word by word. No query.

Both versions are sealed documents, so what is compared is what was public, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sources.diffs import Segment, word_diff
from statements.public.words import day
from statements.sealing import Document
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
    old, new = _evidence(before), _evidence(after)
    if old != new:
        changes.append(
            Change(
                "Evidence",
                added=[line for line in new if line not in old],
                removed=[line for line in old if line not in new],
            )
        )
    return changes


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


def _evidence(document: Document) -> list[str]:
    return [
        ": ".join(part for part in (row["source"]["publisher"], row["source"]["title"]) if part)
        for row in document["evidence"]
    ]
