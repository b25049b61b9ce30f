"""The finding being worked on."""

from __future__ import annotations

from django.db import transaction
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from sources.api.base import Endpoint, desk_response, row_or_404
from sources.api.fields import Code, Day, Line, Text, Version
from sources.api.schema import changes, reads
from sources.errors import Stale
from statements.api.claim_desk import DraftShape, draft_json
from statements.models import Claim, Draft
from statements.models.verdict import FINDING_LENGTH
from statements.operations import save_draft
from statements.vocabulary import REVISION_CHOICES, CommitmentStatus, Reason, VerdictCode


class DraftChange(serializers.Serializer):
    """The finding as it is changed; version 0 begins it."""

    code = Code(VerdictCode.choices, required=False, allow_blank=True)
    commitment_status = Code(CommitmentStatus.choices, required=False, allow_blank=True)
    finding = Line(required=False, most=FINDING_LENGTH)
    rationale = Text(required=False)
    reasons = serializers.ListField(
        child=Code(Reason.choices), required=False, max_length=len(Reason)
    )
    would_change = Text(required=False)
    as_of = Day(required=False, allow_null=True)
    single_source_reason = Text(required=False)
    search_log = Text(required=False)
    revision_kind = Code(
        [(code.value, code.label) for code in REVISION_CHOICES], required=False, allow_blank=True
    )
    public_note = Text(required=False)
    version = Version()


class ClaimDraft(Endpoint):
    """The draft of a claim."""

    is_desk_only = True

    @reads(DraftShape, "The finding being worked on")
    def get(self, request: Request, public_id: str) -> Response:
        return self._desk(public_id)

    @changes(DraftChange, DraftShape, "Write the finding")
    def patch(self, request: Request, public_id: str) -> Response:
        claim = row_or_404(Claim.objects.all(), public_id=public_id)
        told = self.read(DraftChange, partial=True)
        version = self.version_of(told)
        with transaction.atomic():
            if version and not Draft.objects.filter(claim=claim).exists():
                raise Stale("nobody has begun a draft of this claim", current_version=0)
            save_draft(claim, by=self.person, version=version, **told)
        return self._desk(public_id)

    def _desk(self, public_id: str) -> Response:
        claim = row_or_404(
            Claim.objects.select_related("draft__author", "draft__last_editor"),
            public_id=public_id,
        )
        draft = draft_json(getattr(claim, "draft", None))
        return desk_response(draft, version=draft["version"])
