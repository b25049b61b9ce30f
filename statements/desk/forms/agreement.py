"""Agreements and the dated events of them."""

from __future__ import annotations

from django import forms

from sources.admin.fields import DayField, RowField, RowsField, area, choices
from sources.admin.forms import DeskForm
from sources.models import Place, Source
from statements.desk.forms.fields import STATUS_CHOICES, speaker_field
from statements.models import AgreementEvent, AgreementViolation, Speaker
from statements.vocabulary import (
    AgreementForm as Form,
)
from statements.vocabulary import (
    AgreementKind,
    AgreementRecord,
    AgreementScope,
    Axis,
    Monitoring,
    ViolationStanding,
)


class AgreementForm(DeskForm):
    name = forms.CharField(max_length=200)
    description = forms.CharField(required=False, widget=area(3))
    kind = forms.ChoiceField(choices=choices(AgreementKind))
    scope = forms.ChoiceField(choices=choices(AgreementScope), initial=AgreementScope.ALL)
    form = forms.ChoiceField(choices=choices(Form), initial=Form.BILATERAL)
    record = forms.ChoiceField(choices=choices(AgreementRecord), initial=AgreementRecord.WRITTEN)
    parties = RowsField(
        Speaker.objects.all(), names=("name", "aliases"), required=False,
        help_text="Names of speakers, one a line",
    )  # fmt: skip
    mediators = RowsField(
        Speaker.objects.all(), names=("name", "aliases"), required=False,
        help_text="Names of speakers, one a line",
    )  # fmt: skip
    duration_days = forms.IntegerField(required=False, min_value=0, max_value=2_000_000_000)
    proposed_on = DayField(required=False)
    announced_on = DayField(required=False)
    effective_from = DayField(required=False)
    expires_on = DayField(required=False)
    monitoring = forms.ChoiceField(choices=choices(Monitoring), initial=Monitoring.NONE)
    text_source = RowField(
        Source.objects.works(),
        names=("title", "url"),
        source="statements.agreement.text_source",
        required=False,
        help_text="Where its text can be read",
    )


class EventForm(DeskForm):
    happened_on = DayField(label="Day")
    axis = forms.ChoiceField(choices=choices(Axis), initial=Axis.PARTY_POSITION)
    value = forms.ChoiceField(choices=STATUS_CHOICES)
    party = speaker_field(
        "statements.agreementevent.party",
        required=False,
        help_text="For a position or compliance; none for the state of the agreement",
    )
    source = RowField(
        Source.objects.works(),
        names=("title", "url"),
        source="statements.agreementevent.source",
        help_text="By title or address",
    )
    note = forms.CharField(required=False, widget=area(2))
    supersedes = forms.ModelChoiceField(
        AgreementEvent.objects.none(),
        required=False,
        empty_label="None",
        help_text="When this is a better version of an event recorded before",
    )
    dates_again = forms.ModelChoiceField(
        AgreementEvent.objects.none(),
        required=False,
        empty_label="None",
        label="The same event as",
        help_text="When another source or party gives another date for an event recorded before",
    )


class ViolationForm(DeskForm):
    party = speaker_field("statements.agreementviolation.party", help_text="Who violated it")
    standing = forms.ChoiceField(
        choices=choices(ViolationStanding),
        initial=ViolationStanding.ALLEGED,
        help_text="Corroborated or refuted only where an independent source says so",
    )
    what = forms.CharField(max_length=300, label="What happened")
    happened_on = DayField(label="Day, or first day")
    ended_on = DayField(required=False, label="Last day")
    count = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=2_000_000_000,
        label="How many",
        help_text="The number that the source gives, if it does",
    )
    place = RowField(
        Place.objects.all(),
        names=("name",),
        source="statements.agreementviolation.place",
        required=False,
    )
    alleged_by = speaker_field(
        "statements.agreementviolation.alleged_by",
        required=False,
        help_text="Who says so; an allegation needs somebody",
    )
    source = RowField(
        Source.objects.works(),
        names=("title", "url"),
        source="statements.agreementviolation.source",
        help_text="By title or address",
    )
    note = forms.CharField(required=False, widget=area(2))
    supersedes = forms.ModelChoiceField(
        AgreementViolation.objects.none(),
        required=False,
        empty_label="None",
        help_text="When this bears out, refutes or betters one recorded before",
    )
