"""The ClaimReview in a claim's page, made of the rows that the page has in hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.safestring import SafeString

from statements import jsonld
from statements.models import Claim, Correction, Occurrence, Topic
from statements.public.frame import Frame
from statements.vocabulary import Origin

Document = dict[str, Any]


def structured_of(
    claim: Claim,
    frame: Frame,
    document: Document,
    *,
    occurrences: Sequence[Occurrence],
    corrections: Iterable[Correction],
    topics: Iterable[Topic],
    role: str,
    setting: str,
) -> SafeString:
    """Returns the text of a script block, "" where there is no finding on the scale."""
    if claim.live_verdict is None or not jsonld.is_reviewed(document["finding"]):
        return SafeString("")
    first, last = claim.first_published_at, claim.last_published_at
    if first is None or last is None:  # the database refuses such a row
        return SafeString("")
    finding = jsonld.Finding(
        public_id=claim.public_id,
        document=document,
        first_published_at=first,
        last_published_at=last,
        said=_said(claim, occurrences, role, setting),
        topics=tuple((topic.name, topic.slug) for topic in topics),
        corrections=tuple((row.summary, row.made_at) for row in corrections if row.has_banner),
        archive=_archive(claim),
    )
    return jsonld.in_script(jsonld.claim_review(finding, frame.site))


def _said(
    claim: Claim, occurrences: Sequence[Occurrence], role: str, setting: str
) -> jsonld.Said | None:
    statement = claim.main_statement
    if statement is None or all(row.statement_id != statement.pk for row in occurrences):
        return None
    speaker = statement.speaker
    return jsonld.Said(
        id=statement.public_id,
        speaker=speaker.name,
        speaker_kind=speaker.kind,
        wikidata_id=speaker.wikidata_id,
        role=role,
        said=statement.said_edtf,
        setting=setting,
    )


def _archive(claim: Claim) -> jsonld.Archive | None:
    verdict = claim.live_verdict
    if verdict is None or verdict.origin != Origin.IMPORTED or verdict.imported_from is None:
        return None
    url = str(getattr(claim, "printed_at", "") or "")
    return jsonld.Archive(verdict.imported_from.name, verdict.imported_from.domain, url)
