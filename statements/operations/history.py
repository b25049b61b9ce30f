"""Writing the history of a claim: one hash-chained row per action, and verifying the chain."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sources.direct import insert
from sources.operations import Keep
from sources.prepared import Prepared
from sources.rows import fresh
from statements import chain
from statements.models import Claim, StateChange, Verdict
from statements.vocabulary import State

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# A step that ends here leaves no verdict live.
HAS_NO_LIVE_VERDICT = (State.RETRACTED, State.TAKEN_DOWN)


def record_change(
    claim: Claim,
    *,
    action: str,
    from_state: str,
    by: User | None,
    at: datetime,
    note: str,
    data: dict[str, Any],
    verdict: Verdict | None,
    keep: Keep = insert,
) -> StateChange:
    """Appends one action to the claim's chain; the claim is locked and has its new state."""
    last = _last_change(claim)
    row = fresh(
        StateChange,
        claim=claim,
        sequence=last.sequence + 1 if last else 1,
        action=action,
        from_state=from_state,
        to_state=claim.state,
        by=by,
        at=at,
        note=note,
        data=data,
        note_sha256=chain.sha256(note),
        data_sha256=chain.sha256(chain.canonical(data)),
        verdict=verdict,
        prev_hash=last.hash if last else chain.GENESIS,
    )
    row.hash = hash_of(row, claim.public_id)
    keep(row)
    return row


def _last_change(claim: Claim) -> StateChange | None:
    """Returns the end of a claim's chain: from memory for who has it there, else in one query."""
    known = getattr(claim, "_prefetched_objects_cache", {}).get("state_changes")
    if known is not None:
        last: StateChange | None = known.order_by("-sequence").first()
        return last
    return _LAST_CHANGE.first(claim.pk)


_LAST_CHANGE = Prepared(
    lambda claim: (
        StateChange.objects.filter(claim=claim).order_by("-sequence").only("sequence", "hash")[:1]
    ),
    int,
)


def hash_of(row: StateChange, claim_id: str) -> str:
    """Returns the hash that a row of history must have."""
    return chain.link_hash(
        {
            "claim": claim_id,
            "sequence": row.sequence,
            "action": row.action,
            "from_state": row.from_state,
            "to_state": row.to_state,
            "by": row.by_id,
            "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "note_sha256": row.note_sha256,
            "data_sha256": row.data_sha256,
            "content_sha256": row.verdict.content_sha256 if row.verdict else "",
            "prev_hash": row.prev_hash,
        }
    )


def faults_of(claim: Claim) -> Iterator[str]:
    """Yields, in words, everything in which a claim's history was altered (4 queries)."""
    prev_hash, state = chain.GENESIS, State.NEW.value
    live: int | None = None
    is_down = claim.state == State.TAKEN_DOWN
    rows = list(claim.state_changes.select_related("verdict").order_by("sequence"))
    for place, row in enumerate(rows, start=1):
        at = f"step {row.sequence} ({row.action})"
        if row.sequence != place:
            yield f"{at}: step {place} is missing"
        if row.prev_hash != prev_hash:
            yield f"{at}: does not follow the step before it"
        if row.from_state != state:
            yield f"{at}: starts in {row.from_state}, the step before it ended in {state}"
        if row.hash != hash_of(row, claim.public_id):
            yield f"{at}: was altered"
        if row.taken_down_at is None:
            if row.note_sha256 != chain.sha256(row.note):
                yield f"{at}: its note was altered"
            if row.data_sha256 != chain.sha256(chain.canonical(row.data)):
                yield f"{at}: its data was altered"
        elif not is_down:
            yield f"{at}: its texts were erased, and the claim is not taken down"
        prev_hash, state = row.hash, row.to_state
        live = None if state in HAS_NO_LIVE_VERDICT else row.verdict_id or live
    if claim.state != state:
        yield f"the claim is {claim.state}, its history ended in {state}"
    if claim.live_verdict_id != live:
        yield "the live verdict is not the one that its history published"
    yield from _verdict_faults(claim, {row.verdict_id for row in rows})


def _verdict_faults(claim: Claim, in_chain: set[int | None]) -> Iterator[str]:
    verdicts = list(claim.verdicts.prefetch_related("citations__source").order_by("revision"))
    for place, verdict in enumerate(verdicts, start=1):
        at = f"verdict {verdict.revision}"
        if verdict.revision != place:
            yield f"{at}: revision {place} is missing"
        if verdict.pk not in in_chain:
            yield f"{at}: no step of the history published it"
        if verdict.taken_down_at is None:
            if verdict.content_sha256 != chain.sha256(verdict.content):
                yield f"{at}: its sealed content was altered"
            elif differing := _columns_beside_content(verdict):
                yield f"{at}: {', '.join(differing)} differ from its sealed content"
        elif claim.state != State.TAKEN_DOWN:
            yield f"{at}: its texts were erased, and the claim is not taken down"


def _columns_beside_content(verdict: Verdict) -> list[str]:
    """Names the columns that say something else than the sealed content."""
    try:
        sealed = verdict.sealed
        finding, wording, about = sealed["finding"], sealed["claim"], sealed["about"]
    except (ValueError, KeyError, TypeError):
        return ["all columns"]
    pairs = {
        "code": (verdict.code, finding["code"]),
        "commitment status": (verdict.commitment_status, finding["commitment_status"]),
        "finding": (verdict.finding, finding["finding"]),
        "rationale": (verdict.rationale, finding["rationale"]),
        "reasons": (verdict.reasons, finding["reasons"]),
        "what would change it": (verdict.would_change, finding["would_change"]),
        "as of": (verdict.as_of.isoformat() if verdict.as_of else None, finding["as_of"]),
        "claim text": (verdict.claim_text, wording["text"]),
        "short text": (verdict.short_text, wording["short_text"]),
        "claim kind": (verdict.claim_kind, wording["kind"]),
        "revision": (verdict.revision, about["revision"]),
        "revision kind": (verdict.kind, about["kind"]),
        "public note": (verdict.public_note, about["public_note"]),
        "origin": (verdict.origin, about["origin"]),
        "day": (verdict.recorded_at.astimezone(UTC).isoformat(), about["recorded_at"]),
        "people": (
            [verdict.author_id, verdict.last_editor_id, verdict.reviewer_id],
            [about[f"{who}_id"] for who in ("author", "last_editor", "reviewer")],
        ),
        "citations": (
            [[row.source.public_id, row.stance] for row in verdict.citations.all()],
            [[item["source"]["id"], item["stance"]] for item in sealed["evidence"]],
        ),
    }
    return [name for name, (column, kept) in pairs.items() if column != kept]
