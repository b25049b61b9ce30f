"""What is sealed into a verdict: everything the finding rests on, as one JSON document.

DOMAIN §4 "Sealing". Page, history, bundle and "as of" read this document, never the working
rows. Composing reads through the claim (about ten queries) and changes nothing.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sources.models import AnchoredRow, Snapshot, Source
    from statements.models import (
        AgreementEvent,
        Claim,
        Draft,
        Evidence,
        Occurrence,
        QuantityDetail,
        Reading,
    )

# 2 has "comparison": what the number of a claim was held against. Documents of format 1 go without.
FORMAT = 2
Document = dict[str, Any]

# The parts that only a review may change; the statements grow by confirmed repetitions.
WORKING_PARTS: dict[str, str] = {
    "claim": "the wording",
    "detail": "the typed detail",
    "evidence": "the evidence",
    "finding": "the draft",
}


def compose(
    claim: Claim, *, finding: Document, about: Document, comparison: Document | None = None
) -> Document:
    """Returns the document that a verdict seals.

    `finding` is `finding_part(draft)` or the one of an earlier revision; `about` says revision,
    kind, people and time; `comparison` is what the claim's number was held against, which is
    asked above this layer.
    """
    return {
        "format": FORMAT,
        **working_parts(claim),
        "comparison": comparison,
        "finding": finding,
        "statements": [_occurrence(row) for row in _confirmed(claim)],
        "reply": [_reply(row) for row in claim.replies.all()],
        "about": about,
    }


def working_parts(claim: Claim) -> Document:
    """Returns the parts named in `WORKING_PARTS` as they stand in the working rows."""
    draft: Draft | None = getattr(claim, "draft", None)
    return {
        "claim": {
            "id": claim.public_id,
            "text": claim.text,
            "short_text": claim.short_text,
            "kind": claim.kind,
            "language": claim.language,
        },
        "detail": _detail(claim),
        "evidence": [_evidence(row) for row in _cited(claim)],
        "finding": finding_part(draft) if draft else {},
    }


def finding_part(draft: Draft) -> Document:
    """Returns what the draft says as the document's finding."""
    return {
        "code": draft.code,
        "commitment_status": draft.commitment_status,
        "finding": draft.finding,
        "rationale": draft.rationale,
        "reasons": list(draft.reasons),
        "would_change": draft.would_change,
        "as_of": plain(draft.as_of),
        "single_source_reason": draft.single_source_reason,
        "search_log": draft.search_log,
    }


def changed_parts(sealed: Mapping[str, Any], working: Mapping[str, Any]) -> list[str]:
    """Names the parts in which the working rows differ from what was sealed."""
    return [words for part, words in WORKING_PARTS.items() if sealed.get(part) != working.get(part)]


def plain(value: Any) -> Any:
    """Returns a value as JSON keeps it for ever: dates in ISO form, numbers as exact text."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return value


def _cited(claim: Claim) -> Any:
    return claim.evidence.select_related(
        "source__publisher", "snapshot", "reading__measure", "reading__place", "reading__counted_by"
    )


def _confirmed(claim: Claim) -> Any:
    return (
        claim.occurrences.shown()
        .select_related("statement__speaker", "statement__occasion__place", "statement__place")
        .prefetch_related(
            "statement__speaker__roles",
            "statement__appearances__source__publisher",
            "statement__appearances__snapshot",
        )
    )


def _detail(claim: Claim) -> Document | None:
    quantity = getattr(claim, "quantity", None)
    if quantity is not None:
        detail = {"type": "quantity", **_number(quantity), "since": _event(quantity.since_event)}
        if quantity.until_event:  # left out where there is none, as in documents of format 1
            detail["until"] = _event(quantity.until_event)
        return detail
    status = getattr(claim, "status", None)
    if status is not None:
        return {
            "type": "status",
            "agreement": {"id": status.agreement.public_id, "name": status.agreement.name},
            "axis": status.axis,
            "value": status.value,
            "party": {"id": status.party.public_id, "name": status.party.name}
            if status.party
            else None,
            "as_of": plain(status.as_of),
        }
    commitment = getattr(claim, "commitment", None)
    if commitment is not None:
        return {
            "type": "commitment",
            "committed_by": {
                "id": commitment.committed_by.public_id,
                "name": commitment.committed_by.name,
            },
            "deliverable": commitment.deliverable,
            "due_on": plain(commitment.due_on),
        }
    return None


def _number(row: QuantityDetail | Reading) -> Document:
    return {
        "measure": {
            "code": row.measure.code,
            "name": row.measure.name,
            "unit": row.measure.unit,
            "counting_rule": row.measure.counting_rule,
        },
        "comparator": row.comparator,
        "value": plain(row.value),
        "lower": plain(row.lower),
        "upper": plain(row.upper),
        "words": row.number_words,
        "period": row.period_edtf,
        "period_words": row.period_words,
        "period_time_zone": row.period_time_zone,
        "period_counts": row.period_counts,
        "place": row.place.name if row.place else "",
        "counted_by": row.counted_by.name if row.counted_by else "",
    }


def _event(event: AgreementEvent | None) -> Document | None:
    if event is None:
        return None
    return {
        "agreement": event.agreement.name,
        "happened_on": plain(event.happened_on),
        "value": event.value,
        "party": event.party.name if event.party else "",
    }


def _evidence(row: Evidence) -> Document:
    reading = getattr(row, "reading", None)
    # As with shortened quotes: only where there is one.
    place = {"fragment": row.fragment} if row.fragment else {}
    return place | {
        "stance": row.stance,
        "source": _source(row.source),
        "snapshot": _snapshot(row.snapshot),
        "anchor": _anchor(row),
        "note": row.note,
        "waiver": row.waiver,
        "reading": _number(reading) if reading is not None else None,
    }


def _source(source: Source) -> Document:
    return {
        "id": source.public_id,
        "title": source.title,
        "url": source.url,
        "author": source.author,
        "publisher": source.publisher.name if source.publisher else "",
        "published_on": plain(source.published_on),
        "language": source.language,
        "kind": source.kind,
        "directness": source.directness,
    }


def _snapshot(snapshot: Snapshot | None) -> Document | None:
    if snapshot is None:
        return None
    return {
        "id": snapshot.public_id,
        "sha256": snapshot.sha256,
        "text_sha256": snapshot.text_sha256,
        "captured_at": plain(snapshot.captured_at),
        "media_type": snapshot.media_type,
        "archive_url": snapshot.archive_url,
    }


def _anchor(row: AnchoredRow) -> Document | None:
    if not row.is_anchored:
        return None
    anchor: Document = {
        "exact": row.exact,
        "prefix": row.prefix,
        "suffix": row.suffix,
        "start": row.start,
        "end": row.end,
    }
    # Only where there is one: what was sealed before there were any stays equal to its rows.
    return anchor | {"shortened": row.shortened} if row.shortened else anchor


def _occurrence(row: Occurrence) -> Document:
    statement = row.statement
    role = statement.speaker.role_on(statement.said_on)
    return {
        "id": statement.public_id,
        "speaker": {
            "id": statement.speaker.public_id,
            "name": statement.speaker.name,
            "role": str(role) if role else "",
        },
        "text": statement.text,
        "language": statement.language,
        "fidelity": statement.fidelity,
        "said": statement.said_edtf,
        "said_words": statement.said_date_words,
        "occasion": statement.occasion.title if statement.occasion else "",
        "place": statement.place.name if statement.place else "",
        "stated_lower": plain(row.stated_lower),
        "stated_upper": plain(row.stated_upper),
        "appearances": [
            {
                "source": _source(appearance.source),
                "snapshot": _snapshot(appearance.snapshot),
                "anchor": _anchor(appearance),
                "is_first": appearance.is_first,
            }
            for appearance in statement.appearances.all()
            if appearance.is_shown
        ],
    }


def _reply(row: Any) -> Document:
    return {
        "asked_on": plain(row.asked_on),
        "channel": row.channel,
        "due_on": plain(row.due_on),
        "outcome": row.outcome,
        "answer": row.answer,
        "reason": row.reason,
    }
