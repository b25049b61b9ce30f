"""The right of reply: asking the speaker, and what came of it."""

from __future__ import annotations

from django.db import transaction
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from sources.api.base import Endpoint, Made, desk_response, row_or_404
from sources.api.fields import Code, Day, Line, Text, Version
from sources.api.schema import changes, creates, reads
from statements.api.claim_desk import ReplyShape, reply_json
from statements.models import Claim, ReplyRequest
from statements.operations import record_reply
from statements.vocabulary import ReplyOutcome


class ReplyWrite(serializers.Serializer):
    """That the speaker was asked, what came of it, or why nobody asked (G4)."""

    asked_on = Day(required=False, allow_null=True)
    channel = Line(required=False, most=200)
    due_on = Day(required=False, allow_null=True)
    outcome = Code(ReplyOutcome.choices, required=False)
    answer = Text(required=False)
    reason = Text(required=False)


class ReplyChange(ReplyWrite):
    """A request for a reply as it is changed."""

    version = Version()


class ClaimReplies(Endpoint):
    """The requests for a reply of a claim."""

    is_desk_only = True

    @reads(ReplyShape(many=True), "Requests for a reply")
    def get(self, request: Request, public_id: str) -> Response:
        claim = row_or_404(Claim.objects.all(), public_id=public_id)
        return Response([reply_json(row) for row in claim.replies.all()])

    @creates(ReplyWrite, "Record a request for a reply")
    def post(self, request: Request, public_id: str) -> Response:
        claim = row_or_404(Claim.objects.all(), public_id=public_id)
        told = self.read(ReplyWrite)

        def work() -> Made:
            row = record_reply(claim, by=self.person, **told)
            return Made(row.pk, f"claims/{claim.public_id}/replies/{row.pk}/", row.version)

        return self.create(work)


class ClaimReply(Endpoint):
    """One request for a reply."""

    is_desk_only = True

    @reads(ReplyShape, "One request for a reply")
    def get(self, request: Request, public_id: str, number: int) -> Response:
        return self._desk(public_id, number)

    @changes(ReplyChange, ReplyShape, "Change a request for a reply")
    def patch(self, request: Request, public_id: str, number: int) -> Response:
        row = row_or_404(
            ReplyRequest.objects.select_related("claim"), claim__public_id=public_id, pk=number
        )
        told = self.read(ReplyChange, partial=True)
        version = self.version_of(told)
        with transaction.atomic():
            record_reply(row.claim, by=self.person, reply=row, version=version, **told)
        return self._desk(public_id, number)

    def _desk(self, public_id: str, number: int) -> Response:
        row = row_or_404(ReplyRequest.objects.all(), claim__public_id=public_id, pk=number)
        return desk_response(reply_json(row), version=row.version)
