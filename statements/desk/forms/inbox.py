"""The answers that the inbox asks for."""

from __future__ import annotations

from django import forms

from sources.admin.fields import area, choices
from sources.admin.forms import DeskForm
from statements.vocabulary import RecheckOutcome, RelationResolution

CLOSED = [(code, label) for code, label in RelationResolution.choices if code != "open"]


class AnswerForm(DeskForm):
    """What came of looking again; the buttons are the outcomes."""

    note = forms.CharField(
        widget=area(2), label="What you looked at", help_text="Kept with the entry"
    )
    outcome = forms.ChoiceField(choices=choices(RecheckOutcome), widget=forms.HiddenInput)


class CloseForm(DeskForm):
    """Why two claims that seem to contradict each other do, or do not."""

    resolution = forms.ChoiceField(choices=[("", "Choose a reason"), *CLOSED], label="Reason")
    note = forms.CharField(
        widget=area(2), label="Note", help_text="For readers: two meetings, another definition …"
    )
