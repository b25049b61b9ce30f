"""The typed fact inside a claim, and the number inside a piece of evidence, as clients send them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from sources.api.base import Json
from sources.api.fields import Code, Day, Line, Number, Reference, Text
from sources.api.measures import plain_number
from sources.errors import Invalid
from sources.models import Measure, Place, Publisher
from statements.models import Agreement, AgreementEvent, Claim, Speaker
from statements.vocabulary import STATUS_VALUES, Axis, ClaimKind, Comparator, PeriodCounts


class ReadingWrite(serializers.Serializer):
    """A number with its measure, comparator, window and place (DOMAIN §2.1)."""

    measure = Reference(Measure, by="code")
    comparator = Code(Comparator.choices, required=False)
    value = Number(required=False, allow_null=True)
    lower = Number(required=False, allow_null=True)
    upper = Number(required=False, allow_null=True)
    period_edtf = Line(required=False, most=60)
    period_time_zone = Line(required=False, most=60)
    period_counts = Code(PeriodCounts.choices, required=False)
    place = Reference(Place, by="code", required=False, allow_null=True)
    counted_by = Reference(Publisher, required=False, allow_null=True)


class QuantityWrite(ReadingWrite):
    """The number inside a claim."""

    since_event = Reference(AgreementEvent, by="pk", required=False, allow_null=True)
    until_event = Reference(AgreementEvent, by="pk", required=False, allow_null=True)


class StatusWrite(serializers.Serializer):
    """What a claim says of an agreement."""

    agreement = Reference(Agreement)
    axis = Code(Axis.choices)
    value = Code(STATUS_VALUES)
    party = Reference(Speaker, required=False, allow_null=True)
    as_of = Day()


class CommitmentWrite(serializers.Serializer):
    """What a claim promises."""

    committed_by = Reference(Speaker)
    deliverable = Text(required=True, most=2_000)
    due_on = Day(required=False, allow_null=True)


DETAILS: dict[str, type[serializers.Serializer]] = {
    ClaimKind.QUANTITY: QuantityWrite,
    ClaimKind.STATUS: StatusWrite,
    ClaimKind.COMMITMENT: CommitmentWrite,
}


def read_detail(kind: str, sent: Any) -> Json:
    """Returns the typed detail of a kind, validated; its errors are named below `detail`."""
    if kind not in DETAILS:
        raise Invalid(f"a claim of kind {kind} has no typed detail", field="detail")
    if not isinstance(sent, dict):
        raise Invalid("the detail is an object", field="detail")
    serializer = DETAILS[kind](data=sent)
    unknown = sorted(set(sent) - set(serializer.fields))
    errors: Json = {name[:60]: ["There is no such field."] for name in unknown[:20]}
    if not serializer.is_valid():
        errors = {**serializer.errors, **errors}
    if errors:
        raise serializers.ValidationError({"detail": errors})
    return dict(serializer.validated_data)


def detail_json(claim: Claim) -> Json | None:
    """Returns the typed detail of a working row, in the shape in which it is written."""
    if (quantity := getattr(claim, "quantity", None)) is not None:
        return {
            "type": "quantity",
            **number_json(quantity),
            "since_event": quantity.since_event_id,
            "until_event": quantity.until_event_id,
        }
    if (status := getattr(claim, "status", None)) is not None:
        return {
            "type": "status",
            "agreement": status.agreement.public_id,
            "axis": status.axis,
            "value": status.value,
            "party": status.party.public_id if status.party else None,
            "as_of": status.as_of,
        }
    if (commitment := getattr(claim, "commitment", None)) is not None:
        return {
            "type": "commitment",
            "committed_by": commitment.committed_by.public_id,
            "deliverable": commitment.deliverable,
            "due_on": commitment.due_on,
        }
    return None


def number_json(row: Any) -> Json:
    """Returns a typed number in the shape in which it is written; reads its relations."""
    return {
        "measure": row.measure.code,
        "comparator": row.comparator,
        "value": plain_number(row.value),
        "lower": plain_number(row.lower),
        "upper": plain_number(row.upper),
        "period_edtf": row.period_edtf,
        "period_time_zone": row.period_time_zone,
        "period_counts": row.period_counts,
        "place": row.place.code if row.place else None,
        "counted_by": row.counted_by.public_id if row.counted_by else None,
    }
