"""A claim as everybody may read it.

Of a claim that was ever published everything comes from its sealed verdict; the working rows give
only what the public may see as it stands: topics, confirmed statements and links, corrections.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import prefetch_related_objects

from sources.api.base import Json
from sources.api.errors import NotFound, TakenDown
from statements import as_of, shown_claim
from statements.api.evidence import sealed_evidence
from statements.api.shapes import LABELS, claim_url, correction_json, sealed_anchor
from statements.models import Claim, Occurrence, Statement, Verdict
from statements.repetition import Repetition, repetition_of
from statements.search import public_state
from statements.vocabulary import RATINGS, State


def claim_or_gone(public_id: str) -> Claim:
    """Returns a listed claim; raises `TakenDown` with its reason, or `NotFound`."""
    return _here_or_gone(shown_claim.claim_with(public_id))


def _here_or_gone(claim: Claim | None) -> Claim:
    if claim is None:
        raise NotFound
    if claim.state == State.TAKEN_DOWN:
        change = claim.state_changes.filter(action="take_down").order_by("-sequence").first()
        raise TakenDown(
            reason=change.note if change else "",
            taken_down_on=change.at.date().isoformat() if change else None,
        )
    return claim


def claim_json(public_id: str, day: date | None = None) -> Json:
    """Returns a claim, as it is or as of a day (3 queries; up to 8 for what most claims have not).

    As of a day: 8 queries; up to 12. Raises `NotFound` where it had no page then.
    """
    if day is None:
        now = _here_or_gone(shown_claim.bare_claim_with(public_id))
        return {**document_of(now), "shown_as_of": None, "today": None}
    now = claim_or_gone(public_id)
    claim = as_of.claim_then(now, as_of.end_of(day))
    if claim is None:
        raise NotFound
    return {**document_of(claim), "shown_as_of": day, "today": _today(now)}


def document_of(claim: Claim) -> Json:
    """Returns everything that the public may read of a claim of `shown_claim` or `as_of`."""
    verdict = claim.live_verdict
    last = verdict or (shown_claim.last_verdict_of(claim) if claim.was_published else None)
    sealed: Json = last.sealed if last else {}
    wording = sealed.get("claim") or {
        "text": claim.text,
        "short_text": claim.short_text,
        "kind": claim.kind,
        "language": claim.language,
    }
    live: Json = sealed if verdict else {}
    occurrences = shown_claim.occurrences_of(claim)
    sayings = _sayings(claim, occurrences, live)
    main = next((saying for saying in sayings if saying["is_main"]), None)
    code, status = (
        (verdict.code or None, verdict.commitment_status or None) if verdict else (None, None)
    )
    return {
        "id": claim.public_id,
        "url": claim_url(claim.public_id, wording["short_text"]),
        "state": public_state(
            is_live=verdict is not None,
            state=claim.state,
            is_retracted=claim.retracted_at is not None,
        ),
        "text": wording["text"],
        "short_text": wording["short_text"],
        "kind": wording["kind"],
        "language": wording["language"],
        "verdict": code,
        "commitment_status": status,
        "label": LABELS.get(code or status or "", ""),
        "as_of": verdict.as_of if verdict else None,
        "revision": verdict.revision if verdict else None,
        "statement": main["id"] if main else None,
        "speaker": {name: main["speaker"][name] for name in ("id", "name")} if main else None,
        "said": main["said"] if main else "",
        "first_published_at": claim.first_published_at,
        "last_published_at": claim.last_published_at,
        "retracted_at": claim.retracted_at,
        "topics": [
            {"slug": topic.slug, "name": topic.name} for topic in shown_claim.topics_of(claim)
        ],
        "finding": _finding(verdict, live) if verdict else None,
        "detail": live.get("detail"),
        "comparison": live.get("comparison"),
        "evidence": sealed_evidence(
            claim.public_id, verdict.revision, live, shown_claim.later_archives_of(claim)
        )
        if verdict
        else [],
        "replies": live.get("reply", []),
        "statements": sayings,
        "repetition": _repetition(repetition_of(occurrences, claim.first_published_at)),
        "corrections": [correction_json(row) for row in shown_claim.all_corrections_of(claim)],
        "relations": _relations(claim),
    }


def _today(claim: Claim) -> Json:
    """Returns where a claim stands now, beside an answer as of a day of the past."""
    live = claim.live_verdict
    return {
        "state": public_state(
            is_live=live is not None,
            state=claim.state,
            is_retracted=claim.retracted_at is not None,
        ),
        "revision": live.revision if live else None,
        "retracted_at": claim.retracted_at,
    }


def _finding(verdict: Verdict, sealed: Json) -> Json:
    finding, about = sealed["finding"], sealed["about"]
    return {
        "revision": verdict.revision,
        "kind": verdict.kind,
        "verdict": verdict.code or None,
        "commitment_status": verdict.commitment_status or None,
        "label": verdict.label,
        "rating": RATINGS[verdict.code].number if verdict.code else None,
        "finding": verdict.finding,
        "rationale": verdict.rationale,
        "reasons": verdict.reasons,
        "would_change": verdict.would_change,
        "as_of": verdict.as_of,
        "single_source_reason": finding["single_source_reason"],
        "search_log": finding["search_log"],
        "public_note": verdict.public_note,
        "recorded_at": verdict.recorded_at,
        "author": about["author"],
        "last_editor": about["last_editor"],
        "reviewer": about["reviewer"],
        "origin": verdict.origin,
        "imported_from": about["imported_from"],
        "content_sha256": verdict.content_sha256,
    }


def _sayings(claim: Claim, rows: list[Occurrence], sealed: Json) -> list[Json]:
    """Returns the statements that make the claim (a query where a role is not sealed)."""
    kept = {row["id"]: row for row in sealed.get("statements", ())}
    unsealed = [row.statement for row in rows if not _is_sealed(row.statement, kept)]
    prefetch_related_objects(unsealed, "speaker__roles")
    found = []
    for row in rows:
        statement = row.statement
        then = kept.get(statement.public_id)
        found.append(
            {
                "id": statement.public_id,
                "speaker": {
                    "id": statement.speaker.public_id,
                    "name": statement.speaker.name,
                    "role": _role(statement, then),
                },
                "text": statement.text,
                "language": statement.language,
                "fidelity": statement.fidelity,
                "said": statement.said_edtf,
                "occasion": statement.occasion.title if statement.occasion else "",
                "place": statement.place.name if statement.place else "",
                "stated_lower": _plain(row.stated_lower),
                "stated_upper": _plain(row.stated_upper),
                "is_main": statement.pk == claim.main_statement_id,
                "appearances": [_appearance(place) for place in then["appearances"]]
                if then
                else [],
            }
        )
    return found


def _repetition(found: Repetition) -> Json:
    return {
        "times": len(found.times),
        "speakers": len(found.speakers),
        "first_said": found.first_said,
        "last_said": found.last_said,
        "numbers": found.numbers,
        "after_finding": found.after_finding,
    }


def _is_sealed(statement: Statement, kept: dict[str, Json]) -> bool:
    """Says whether the finding sealed which role the speaker had."""
    then = kept.get(statement.public_id)
    return then is not None and then["speaker"]["id"] == statement.speaker.public_id


def _role(statement: Statement, then: Json | None) -> str:
    """Returns the role held then: as sealed, else as known now."""
    if then and then["speaker"]["id"] == statement.speaker.public_id:
        return str(then["speaker"]["role"])
    role = statement.speaker.role_on(statement.said_on)
    return str(role) if role else ""


def _plain(value: Any) -> str | None:
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _appearance(row: Json) -> Json:
    snapshot = row["snapshot"]
    return {
        "source": {"id": row["source"]["id"], "title": row["source"]["title"]},
        "snapshot": {
            name: snapshot[name] for name in ("id", "captured_at", "sha256", "archive_url")
        }
        if snapshot
        else None,
        "anchor": sealed_anchor(row["anchor"]),
        "is_first": row["is_first"],
    }


def _relations(claim: Claim) -> list[Json]:
    """Returns the links to other claims (one query)."""
    found = []
    for row in shown_claim.relations_of(claim):
        is_from_here = row.from_claim_id == claim.pk
        other = row.to_claim if is_from_here else row.from_claim
        wording = other.live_verdict.short_text if other.live_verdict else other.short_text
        found.append(
            {
                "kind": row.kind,
                "is_from_here": is_from_here,
                "claim": {
                    "id": other.public_id,
                    "url": claim_url(other.public_id, wording),
                    "short_text": wording,
                },
                "resolution": row.resolution,
                "note": row.note,
            }
        )
    return found


def history_json(public_id: str) -> Json:
    """Returns every public version of a finding (3 queries); never published is not found."""
    claim = claim_or_gone(public_id)
    if not claim.was_published:
        raise NotFound
    verdicts = claim.verdicts.order_by("-revision")
    return {
        "id": claim.public_id,
        "revisions": [_revision(verdict, claim) for verdict in verdicts],
        "corrections": [correction_json(row) for row in shown_claim.corrections_of(claim)],
    }


def _revision(verdict: Verdict, claim: Claim) -> Json:
    about = verdict.sealed["about"]
    return {
        "revision": verdict.revision,
        "kind": verdict.kind,
        "verdict": verdict.code or None,
        "commitment_status": verdict.commitment_status or None,
        "label": verdict.label,
        "finding": verdict.finding,
        "public_note": verdict.public_note,
        "recorded_at": verdict.recorded_at,
        "author": about["author"],
        "reviewer": about["reviewer"],
        "origin": verdict.origin,
        "imported_from": about["imported_from"],
        "content_sha256": verdict.content_sha256,
        "is_live": verdict.pk == claim.live_verdict_id,
    }
