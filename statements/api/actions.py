"""What may be done with a claim, and doing it: `perform` for scripts."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from sources.api.base import Endpoint, desk_response, row_or_404
from sources.api.fields import Line, Text, Version
from sources.api.schema import IF_MATCH, Problem, reads
from statements.api.claim_desk import OffersShape, offers_json, working_claims
from statements.models import Claim
from statements.operations import perform


class ActionWrite(serializers.Serializer):
    """One action. `data` holds what the action asks for: docs/workflow.md."""

    action = Line(required=True, most=40)
    note = Text(required=False)
    data = serializers.DictField(required=False)  # type: ignore[assignment]  # a field of this name
    version = Version()


class ClaimActions(Endpoint):
    """The actions of a claim."""

    is_desk_only = True

    @reads(OffersShape, "What you may do with a claim, and what is missing for it")
    def get(self, request: Request, public_id: str) -> Response:
        claim = row_or_404(working_claims(), public_id=public_id)
        return desk_response(offers_json(claim, self.person), version=claim.version)

    @extend_schema(
        summary="Carry out an action",
        description="",
        parameters=[IF_MATCH],
        request=ActionWrite,
        responses={
            200: OffersShape,
            **dict.fromkeys((400, 401, 403, 404, 409, 422, 428), Problem),
        },
    )
    def post(self, request: Request, public_id: str) -> Response:
        claim = row_or_404(Claim.objects.all(), public_id=public_id)
        told = self.read(ActionWrite)
        version = self.version_of(told)
        perform(
            claim,
            told["action"],
            by=self.person,
            note=told.get("note", ""),
            data=told.get("data"),
            version=version,
        )
        claim = row_or_404(working_claims(), public_id=public_id)
        return desk_response(offers_json(claim, self.person), version=claim.version)
