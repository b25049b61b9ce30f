"""Hits of a search: cards with what was found marked, and where it stands if not in the claim."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from sources.prepared import Prepared
from statements.models import Claim, Occurrence
from statements.public.cards import Card, cards_of
from statements.public.paging import PAGE_SIZE
from statements.search import Found
from statements.search.highlights import Piece, Reading, excerpt, may_hold
from statements.search.questions import Question, Term


@dataclass(frozen=True, slots=True)
class Result:
    """One hit: its card, claim and finding with the words marked, and an excerpt of another text."""

    card: Card
    claim: SafeString
    finding: SafeString
    excerpt: SafeString
    excerpt_language: str
    excerpt_from: str


def results_of(found: Found) -> list[Result]:
    """Returns the hits of one page (2 queries, none when the claims and findings say it all)."""
    question = found.question
    readings = [
        tuple(Reading(line[name], question, line["language"]) for name in ("short_text", "finding"))
        for line in found.lines
    ]
    unseen = {}
    for line, (claim, finding) in zip(found.lines, readings, strict=True):
        name = Reading(line["speaker_name"], question)
        unseen[line["id"]] = [
            term
            for term in question.wanted
            if not (claim.holds(term) or finding.holds(term) or name.holds(term))
        ]
    elsewhere = _excerpts({key: terms for key, terms in unseen.items() if terms}, question)
    results = []
    for line, card, (claim, finding) in zip(
        found.lines, cards_of(found.lines), readings, strict=True
    ):
        pieces, language, source = elsewhere.get(line["id"], ([], "", ""))
        results.append(
            Result(
                card=card,
                claim=html_of(claim.pieces()),
                finding=html_of(finding.pieces()),
                excerpt=html_of(pieces),
                excerpt_language="" if language == "en" else language,
                excerpt_from=source,
            )
        )
    return results


def html_of(pieces: Iterable[Piece]) -> SafeString:
    """Returns pieces of a text as markup, every one of them escaped."""
    return SafeString(
        "".join(
            f"<mark>{escape(piece.text)}</mark>" if piece.is_hit else escape(piece.text)
            for piece in pieces
        )
    )


Excerpts = dict[str, tuple[list[Piece], str, str]]


def _excerpts(unseen: dict[str, list[Term]], question: Question) -> Excerpts:
    """Returns the first other public text of each claim that holds an unseen word: text, language,
    and what text it is."""
    found: Excerpts = {}
    if not unseen:
        return found

    def keep(public_id: str, text: str, language: str, source: str) -> None:
        if public_id not in found and may_hold(text, unseen[public_id]):
            pieces = excerpt(text, question, language, around=unseen[public_id])
            if pieces:
                found[public_id] = (pieces, language, source)

    ids = [*unseen, *[""] * (PAGE_SIZE - len(unseen))]
    for row in _SAID(*ids):
        keep(row.claim.public_id, row.statement.text, row.statement.language, "Said")
    for claim in _FOUND(*ids):
        verdict: Any = claim.live_verdict
        keep(claim.public_id, verdict.claim_text, "en", "The claim in full")
        keep(claim.public_id, verdict.rationale, "en", "How we came to it")
    return found


def _said(*ids: str) -> QuerySet[Occurrence]:
    return (
        Occurrence.objects.public()
        .filter(claim__public_id__in=ids)
        .select_related("claim", "statement")
        .only("claim__public_id", "statement__text", "statement__language")
        .order_by("id")
    )


def _found(*ids: str) -> QuerySet[Claim]:
    return (
        Claim.objects.listed()
        .filter(public_id__in=ids, live_verdict__isnull=False)
        .select_related("live_verdict")
        .only("public_id", "live_verdict__claim_text", "live_verdict__rationale")
    )


_SAID = Prepared(_said, *[str] * PAGE_SIZE)
_FOUND = Prepared(_found, *[str] * PAGE_SIZE)
