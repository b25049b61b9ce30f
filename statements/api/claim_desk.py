"""A claim as those see it who work on it: the working rows, what is missing, what may be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, QuerySet
from rest_framework import serializers

from sources.api.base import Json
from sources.errors import Gap
from statements.api.details import detail_json
from statements.api.evidence import evidence_desk_rows, working_evidence
from statements.guards import GUARDS
from statements.models import Claim, Draft, Occurrence, ReplyRequest
from statements.operations import Offer, available_actions
from statements.vocabulary import (
    ClaimKind,
    CommitmentStatus,
    DeclineReason,
    Match,
    Origin,
    ProposalKind,
    Reason,
    ReplyOutcome,
    RevisionKind,
    State,
    VerdictCode,
)
from statements.workflow import FINDING_GUARDS

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class GapShape(serializers.Serializer):
    """One thing that is missing, in words."""

    words = serializers.CharField()
    field = serializers.CharField(allow_blank=True, help_text="Where it is mended.")
    rule = serializers.CharField(allow_blank=True, help_text="G1 to G5, or empty.")


class OfferShape(serializers.Serializer):
    """One action as it stands for you: possible, or why not yet."""

    action = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name
    is_possible = serializers.BooleanField()
    gaps = GapShape(many=True)
    note = serializers.CharField(allow_blank=True, help_text="What the note has to say, if any.")
    asks = serializers.ListField(child=serializers.CharField(), help_text="Keys of `data`.")
    needs = serializers.ListField(child=serializers.CharField(), help_text="Those that must be.")


class OffersShape(serializers.Serializer):
    """Where a claim stands, and what you may do with it."""

    id = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(State.choices)
    assignee = serializers.CharField(allow_null=True)
    actions = OfferShape(many=True)


class DraftShape(serializers.Serializer):
    """The finding being worked on; version 0 is a draft that nobody has begun."""

    version = serializers.IntegerField()
    code = serializers.ChoiceField(VerdictCode.choices, allow_blank=True)
    commitment_status = serializers.ChoiceField(CommitmentStatus.choices, allow_blank=True)
    finding = serializers.CharField(allow_blank=True)
    rationale = serializers.CharField(allow_blank=True)
    reasons = serializers.ListField(child=serializers.ChoiceField(Reason.choices))
    would_change = serializers.CharField(allow_blank=True)
    as_of = serializers.DateField(allow_null=True)
    single_source_reason = serializers.CharField(allow_blank=True)
    search_log = serializers.CharField(allow_blank=True)
    revision_kind = serializers.ChoiceField(RevisionKind.choices, allow_blank=True)
    public_note = serializers.CharField(allow_blank=True)
    author = serializers.CharField(allow_null=True)
    last_editor = serializers.CharField(allow_null=True)


class ReplyShape(serializers.Serializer):
    """One request for a reply, and what came of it."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    asked_on = serializers.DateField(allow_null=True)
    channel = serializers.CharField(allow_blank=True)
    due_on = serializers.DateField(allow_null=True)
    outcome = serializers.ChoiceField(ReplyOutcome.choices)
    answer = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)


class WorkingStatementShape(serializers.Serializer):
    """A statement attached to the claim."""

    occurrence = serializers.IntegerField()
    id = serializers.CharField()
    text = serializers.CharField()
    speaker = serializers.CharField()
    match = serializers.ChoiceField(Match.choices)
    is_shown = serializers.BooleanField()
    is_main = serializers.BooleanField()


class ProposalShape(serializers.Serializer):
    """A retraction or take-down that waits for a second editor."""

    kind = serializers.ChoiceField(ProposalKind.choices)
    note = serializers.CharField()
    by = serializers.CharField()
    at = serializers.DateTimeField()


class ClaimDeskLine(serializers.Serializer):
    """A claim in the queue."""

    id = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(State.choices)
    text = serializers.CharField()
    short_text = serializers.CharField()
    kind = serializers.ChoiceField(ClaimKind.choices)
    language = serializers.CharField()
    show_as_open = serializers.BooleanField()
    is_public = serializers.BooleanField()
    is_announced = serializers.BooleanField()
    assignee = serializers.CharField(allow_null=True)
    review_due_on = serializers.DateField(allow_null=True)
    origin = serializers.ChoiceField(Origin.choices)
    external_ref = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()


class ClaimDeskShape(ClaimDeskLine):
    """A claim with all that is worked on."""

    topics = serializers.ListField(child=serializers.CharField())
    detail = serializers.DictField(allow_null=True)
    statements = WorkingStatementShape(many=True)
    evidence = serializers.ListField(child=serializers.DictField())
    draft = DraftShape()
    replies = ReplyShape(many=True)
    decline_reason = serializers.ChoiceField(DeclineReason.choices, allow_blank=True)
    duplicate_of = serializers.CharField(allow_null=True)
    proposal = ProposalShape(allow_null=True)
    live_revision = serializers.IntegerField(allow_null=True)
    missing = GapShape(many=True, help_text="What G1 to G4 still ask for.")
    actions = OfferShape(many=True)


def username(user: Any) -> str | None:
    return user.username if user else None


def gap_json(gap: Gap) -> Json:
    return {"words": gap.words, "field": str(gap.field), "rule": gap.rule}


def offer_json(offer: Offer) -> Json:
    action = offer.action
    return {
        "action": action.code,
        "label": action.label,
        "is_possible": offer.is_possible,
        "gaps": [gap_json(gap) for gap in offer.gaps],
        "note": action.note,
        "asks": [str(ask) for ask in action.asks],
        "needs": [str(ask) for ask in action.needs],
    }


def offers_json(claim: Claim, user: User) -> Json:
    return {
        "id": claim.public_id,
        "version": claim.version,
        "state": claim.state,
        "assignee": username(claim.assignee),
        "actions": [offer_json(offer) for offer in available_actions(claim, user)],
    }


def draft_json(draft: Draft | None) -> Json:
    """Returns a draft, or an empty one with version 0."""
    row = draft or Draft(version=0)
    return {
        "version": row.version,
        "code": row.code,
        "commitment_status": row.commitment_status,
        "finding": row.finding,
        "rationale": row.rationale,
        "reasons": row.reasons,
        "would_change": row.would_change,
        "as_of": row.as_of,
        "single_source_reason": row.single_source_reason,
        "search_log": row.search_log,
        "revision_kind": row.revision_kind,
        "public_note": row.public_note,
        "author": username(row.author),
        "last_editor": username(row.last_editor),
    }


def reply_json(row: ReplyRequest) -> Json:
    return {
        "id": row.pk,
        "version": row.version,
        "asked_on": row.asked_on,
        "channel": row.channel,
        "due_on": row.due_on,
        "outcome": row.outcome,
        "answer": row.answer,
        "reason": row.reason,
    }


def claim_desk_line(claim: Claim) -> Json:
    """Returns a claim in a line; reads `assignee`."""
    return {
        "id": claim.public_id,
        "version": claim.version,
        "state": claim.state,
        "text": claim.text,
        "short_text": claim.short_text,
        "kind": claim.kind,
        "language": claim.language,
        "show_as_open": claim.show_as_open,
        "is_public": claim.is_public,
        "is_announced": claim.is_announced,
        "assignee": username(claim.assignee),
        "review_due_on": claim.review_due_on,
        "origin": claim.origin,
        "external_ref": claim.external_ref,
        "created_at": claim.created_at,
    }


def working_claims() -> QuerySet[Claim]:
    """Returns claims with all that `claim_desk_json` reads (5 queries)."""
    return Claim.objects.select_related(
        "assignee",
        "proposed_by",
        "duplicate_of",
        "live_verdict",
        "draft__author",
        "draft__last_editor",
        "quantity__measure",
        "quantity__place",
        "quantity__counted_by",
        "status__agreement",
        "status__party",
        "commitment__committed_by",
    ).prefetch_related(
        "topics",
        "replies",
        Prefetch("occurrences", Occurrence.objects.select_related("statement__speaker")),
        Prefetch("evidence", working_evidence()),
    )


def claim_desk_json(claim: Claim, user: User) -> Json:
    return claim_desk_line(claim) | {
        "topics": [topic.slug for topic in claim.topics.all()],
        "detail": detail_json(claim),
        "statements": [
            {
                "occurrence": row.pk,
                "id": row.statement.public_id,
                "text": row.statement.text,
                "speaker": row.statement.speaker.public_id,
                "match": row.match,
                "is_shown": row.is_shown and row.match == Match.CONFIRMED,
                "is_main": row.statement_id == claim.main_statement_id,
            }
            for row in claim.occurrences.all()
        ],
        "evidence": evidence_desk_rows(list(claim.evidence.all())),
        "draft": draft_json(getattr(claim, "draft", None)),
        "replies": [reply_json(row) for row in claim.replies.all()],
        "decline_reason": claim.decline_reason,
        "duplicate_of": claim.duplicate_of.public_id if claim.duplicate_of else None,
        "proposal": {
            "kind": claim.proposal_kind,
            "note": claim.proposal_note,
            "by": username(claim.proposed_by),
            "at": claim.proposed_at,
        }
        if claim.proposal_kind
        else None,
        "live_revision": claim.live_verdict.revision if claim.live_verdict else None,
        "missing": [
            gap_json(gap) for name in FINDING_GUARDS for gap in GUARDS[name](claim, user, {})
        ]
        if claim.is_editable
        else [],
        "actions": [offer_json(offer) for offer in available_actions(claim, user)],
    }
