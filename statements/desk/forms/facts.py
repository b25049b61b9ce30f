"""Typed facts: a number, a status, a commitment."""

from __future__ import annotations

from django import forms

from sources.admin.fields import DayField, RowField, choices
from sources.admin.forms import DeskForm
from sources.models import Measure, Place, Publisher
from statements.desk.forms.fields import STATUS_CHOICES, EventField, speaker_field
from statements.models import Agreement
from statements.vocabulary import (
    Axis,
    ClaimKind,
    Comparator,
    PeriodCounts,
)


class QuantityForm(DeskForm):
    measure = RowField(
        Measure.objects.all(), names=("name", "code"), source="sources.series.measure"
    )
    comparator = forms.ChoiceField(choices=choices(Comparator), initial=Comparator.EXACTLY)
    value = forms.DecimalField(
        required=False, max_digits=18, decimal_places=4, help_text="The number as said"
    )
    lower = forms.DecimalField(
        required=False, max_digits=18, decimal_places=4, help_text="Only with “between”"
    )
    upper = forms.DecimalField(
        required=False, max_digits=18, decimal_places=4, help_text="Only with “between”"
    )
    period_edtf = forms.CharField(
        required=False, max_length=60, label="Period", help_text="2025-03-18/2025-03-27"
    )
    period_counts = forms.ChoiceField(
        choices=choices(PeriodCounts), initial=PeriodCounts.CALENDAR_DAYS, label="Days are"
    )
    period_time_zone = forms.CharField(
        required=False, max_length=60, label="Time zone", help_text="Whose days: Europe/Kyiv"
    )
    place = RowField(
        Place.objects.all(), names=("name", "code"), source="statements.statement.place",
        required=False,
    )  # fmt: skip
    counted_by = RowField(
        Publisher.objects.all(), names=("name", "domain"), source="sources.source.publisher",
        required=False,
    )  # fmt: skip


class ClaimQuantityForm(QuantityForm):
    since_event = EventField(
        source="statements.quantitydetail.since_event",
        label="Since the event",
        help_text="The event that the window hangs on, for “since then”: name its agreement",
    )
    until_event = EventField(
        source="statements.quantitydetail.until_event",
        label="Until the event",
        help_text="The event at which the window ends, for “until then”: name its agreement",
    )


class StatusForm(DeskForm):
    agreement = RowField(Agreement.objects.all(), source="statements.agreementevent.agreement")
    axis = forms.ChoiceField(choices=choices(Axis), initial=Axis.PARTY_POSITION)
    value = forms.ChoiceField(choices=STATUS_CHOICES)
    party = speaker_field(
        "statements.agreementevent.party",
        required=False,
        help_text="For a position or compliance; none for the state of the agreement",
    )
    as_of = DayField(label="As of")


class CommitmentForm(DeskForm):
    committed_by = speaker_field("statements.statement.speaker", label="Who")
    deliverable = forms.CharField(max_length=500, label="Will deliver")
    due_on = DayField(required=False, label="By", help_text="Empty when no day was named")


DETAIL_FORMS: dict[str, type[DeskForm]] = {
    ClaimKind.QUANTITY: ClaimQuantityForm,
    ClaimKind.STATUS: StatusForm,
    ClaimKind.COMMITMENT: CommitmentForm,
}
