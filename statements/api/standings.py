"""What held of an agreement from when to when, and how its parties are said to have kept it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from rest_framework import serializers

from sources.api.base import Json
from sources.api.sources import NamedShape, TitledShape, named, titled
from statements.models import AgreementEvent, AgreementViolation
from statements.standings import held, violation_counts
from statements.vocabulary import STATUS_VALUES, Axis, ViolationStanding


class PositionShape(serializers.Serializer):
    """One value on one axis and the days on which it held, of a party or of the agreement."""

    axis = serializers.ChoiceField(Axis.choices)
    party = NamedShape(allow_null=True)
    value = serializers.ChoiceField(STATUS_VALUES)
    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True, help_text="Inclusive; null: open.")
    according_to = NamedShape(
        allow_null=True, help_text="What one publisher says; null: whoever had the newest word."
    )
    source = TitledShape()  # type: ignore[assignment]  # a field of this name


class ViolationShape(serializers.Serializer):
    """One entry; it may be one of several about the same."""

    party = NamedShape()
    standing = serializers.ChoiceField(ViolationStanding.choices)
    what = serializers.CharField()
    happened_on = serializers.DateField()
    ended_on = serializers.DateField(allow_null=True, help_text="null: on that day alone.")
    count = serializers.IntegerField(allow_null=True, help_text="As the source has it.")
    place = serializers.CharField(allow_blank=True)
    alleged_by = NamedShape(allow_null=True)
    note = serializers.CharField(allow_blank=True)
    source = TitledShape()  # type: ignore[assignment]  # a field of this name


class ViolationCountShape(serializers.Serializer):
    """Entries of a party by standing. Never add them together: an allegation is no violation."""

    party = NamedShape()
    alleged = serializers.IntegerField()
    corroborated = serializers.IntegerField()
    refuted = serializers.IntegerField()


class WorkingViolationShape(ViolationShape):
    """An entry, also one that waits for a second editor."""

    id = serializers.IntegerField()
    is_confirmed = serializers.BooleanField()
    supersedes = serializers.IntegerField(allow_null=True)


def positions_json(events: list[AgreementEvent], *, on: date | None) -> list[Json]:
    """Returns what the confirmed events say held when; with `on` only what held on that day."""
    return [
        {
            "axis": row.event.axis,
            "party": named(row.event.party),
            "value": row.event.value,
            "label": str(row.event.value_label),
            "valid_from": row.valid_from,
            "valid_until": row.valid_until,
            "according_to": named(row.according_to),
            "source": titled(row.event.source),
        }
        for row in held(events, on=on)
    ]


def violations_json(violations: Iterable[AgreementViolation]) -> list[Json]:
    return [violation_json(violation) for violation in violations]


def violation_json(row: AgreementViolation) -> Json:
    return {
        "party": named(row.party),
        "standing": row.standing,
        "what": row.what,
        "happened_on": row.happened_on,
        "ended_on": row.ended_on,
        "count": row.count,
        "place": row.place.name if row.place else "",
        "alleged_by": named(row.alleged_by),
        "note": row.note,
        "source": titled(row.source),
    }


def violation_counts_json(violations: list[AgreementViolation]) -> list[Json]:
    return [
        {
            "party": named(count.party),
            "alleged": count.alleged,
            "corroborated": count.corroborated,
            "refuted": count.refuted,
        }
        for count in violation_counts(violations)
    ]
