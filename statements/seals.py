"""The append-only tables of statements, and what may change in them (DOMAIN §5)."""

from __future__ import annotations

from sources.seals import Apart, Seal

SEALED = (
    Seal(
        "statements.Verdict",
        erasable=(
            "claim_text",
            "short_text",
            "finding",
            "rationale",
            "would_change",
            "public_note",
            "content",
        ),
    ),
    Seal("statements.Citation"),
    Seal("statements.StateChange", erasable=("note", "data")),
    Seal("statements.Correction", erasable=("summary",)),
    Seal("statements.AnchorCheck"),
    Seal("statements.AgreementEvent"),
    Seal("statements.AgreementEventConfirmation"),
    Seal("statements.AgreementViolation"),
    Seal("statements.AgreementViolationConfirmation"),
    Seal(
        "statements.Recheck",
        erasable=("summary", "detail", "note"),
        once=("closed_at", "closed_by", "outcome", "note"),
    ),
    Seal("statements.HistoricalSpeaker"),
    Seal("statements.HistoricalStatement"),
    Seal("statements.HistoricalAgreement"),
    Seal("statements.HistoricalPolicyPage"),
    Seal(
        "statements.HistoricalClaim",
        erasable=("text", "short_text", "proposal_note", "history_change_reason"),
    ),
    Seal(
        "statements.HistoricalDraft",
        erasable=(
            "finding",
            "rationale",
            "would_change",
            "single_source_reason",
            "search_log",
            "public_note",
            "history_change_reason",
        ),
    ),
    Seal(
        "statements.HistoricalEvidence",
        erasable=(
            "exact",
            "prefix",
            "suffix",
            "shortened",
            "fragment",
            "note",
            "waiver",
            "history_change_reason",
        ),
    ),
    Seal(
        "statements.HistoricalClaimRelation",
        erasable=("note", "proposed_note", "history_change_reason"),
    ),
)

# No party has two positions at once (DESIGN §3). Migration 0018 says the same on PostgreSQL.
APART = (
    Apart(
        "statements.Position",
        key=("agreement", "axis", "party", "according_to"),
        start="valid_from",
        end="valid_until",
    ),
)
