"""What happened to a claim in public: its moments, and every version of its finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from statements.models import Claim, Correction, Verdict
from statements.public import words
from statements.public.cards import Badge, Link, badge_of
from statements.public.revisions import Change, changes_between
from statements.public.sealed import Document
from statements.vocabulary import CorrectionKind, Origin, RevisionKind

REVISIONS: dict[str, str] = dict(RevisionKind.choices)


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing in the order of time."""

    when: str
    what: str
    detail: str = ""
    links: Sequence[Link] = ()
    is_main: bool = True


@dataclass(frozen=True, slots=True)
class Revision:
    """One public version of a finding."""

    when: str
    title: str
    badge: Badge | None
    note: str
    finding: str
    people: str
    sha256: str
    is_live: bool
    anchor: str
    changes: list[Change]


def revisions_of(claim: Claim, verdicts: list[Verdict]) -> list[Revision]:
    """Returns every public version, newest first: who answers for it, what it changed."""
    documents: list[Document] = [{}, *(verdict.sealed for verdict in verdicts)]
    return [
        Revision(
            when=words.day_of(verdict.recorded_at),
            title=f"Version {verdict.revision}: {_revision(verdict).lower()}",
            badge=badge_of(verdict.code, verdict.commitment_status),
            note=verdict.public_note,
            finding=verdict.finding,
            people=_people_words(verdict),
            sha256=verdict.content_sha256,
            is_live=verdict.pk == claim.live_verdict_id,
            anchor=f"revision-{verdict.revision}",
            changes=changes_between(before, after),
        )
        for verdict, before, after in reversed(
            list(zip(verdicts, documents, documents[1:], strict=False))
        )
    ]


def _people_words(verdict: Verdict) -> str:
    if verdict.origin == Origin.IMPORTED:
        return f"Imported from {verdict.imported_from}" if verdict.imported_from else "Imported"
    about = verdict.sealed["about"]
    return f"Checked by {about['author']}, published by {about['reviewer']}"


def moments_of(verdicts: list[Verdict], corrections: list[Correction]) -> list[Moment]:
    """Returns what happened in public, newest first."""
    found = [
        (
            verdict.recorded_at,
            Moment(
                words.day_of(verdict.recorded_at),
                f"{_revision(verdict)}. {kind_of_answer(verdict)}: {verdict.label}",
                verdict.public_note,
                is_main=verdict.kind != RevisionKind.TYPO,
            ),
        )
        for verdict in verdicts
    ]
    found += [
        (
            verdict.claim.first_published_at,
            Moment(
                words.day_of(verdict.claim.first_published_at),
                f"Published by {verdict.imported_from}. {kind_of_answer(verdict)}: {verdict.label}",
            ),
        )
        for verdict in verdicts
        if verdict.origin == Origin.IMPORTED and verdict.claim.first_published_at
    ]
    found += [
        (row.made_at, correction_moment(row))
        for row in corrections
        # The others are told by the revision that they came with.
        if row.statement_id or is_retraction(row)
    ]
    return [moment for _, moment in sorted(found, key=lambda pair: pair[0], reverse=True)]


def is_retraction(row: Correction) -> bool:
    return row.kind == CorrectionKind.RETRACTION


def _revision(verdict: Verdict) -> str:
    return "Taken over" if verdict.origin == Origin.IMPORTED else REVISIONS[verdict.kind]


def kind_of_answer(verdict: Verdict) -> str:
    return "Verdict" if verdict.code else "Status"


def correction_moment(row: Correction, links: Sequence[Link] = ()) -> Moment:
    """Returns a correction as one line of a log."""
    what = "Statement corrected" if row.statement_id else row.get_kind_display()
    return Moment(words.day_of(row.made_at), f"{what}. {row.summary}", "", links, row.has_banner)
