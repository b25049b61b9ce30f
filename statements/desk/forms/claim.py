"""What a claim says, what it is about, and when to look again."""

from __future__ import annotations

from django import forms

from sources.admin.fields import DayField, area, choices
from sources.admin.forms import DeskForm
from statements.desk.forms.fields import statement_field
from statements.models import Topic
from statements.models.claim import SHORT_TEXT_LENGTH
from statements.vocabulary import (
    ClaimKind,
)


class WordingForm(DeskForm):
    text = forms.CharField(
        label="Claim",
        widget=area(3),
        help_text="The assertion in neutral words, checkable as it stands",
    )
    short_text = forms.CharField(
        label="Short form",
        required=False,
        help_text=f"For lists and search engines, {SHORT_TEXT_LENGTH} characters, no verdict words",
        widget=forms.TextInput(attrs={"data-most": str(SHORT_TEXT_LENGTH)}),
    )
    kind = forms.ChoiceField(
        choices=choices(ClaimKind),
        initial=ClaimKind.OTHER,
        help_text="Another kind drops the typed fact",
    )
    language = forms.CharField(required=False, max_length=35, help_text="BCP 47 code: en, uk")
    show_as_open = forms.BooleanField(
        required=False,
        label="Announce",
        help_text="Show in public as “being checked” before there is a finding",
    )


class TopicsForm(DeskForm):
    topics = forms.ModelMultipleChoiceField(
        Topic.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )


class ReviewForm(DeskForm):
    on = DayField(
        required=False, label="Look again on", help_text="When the finding may be out of date"
    )


class NewClaimForm(DeskForm):
    text = forms.CharField(
        label="Claim",
        widget=area(3),
        help_text="One checkable assertion in our neutral words",
    )
    short_text = forms.CharField(
        label="Short form",
        required=False,
        help_text=f"{SHORT_TEXT_LENGTH} characters at most; may be left empty for a short claim",
    )
    kind = forms.ChoiceField(choices=choices(ClaimKind), initial=ClaimKind.OTHER)
    topics = forms.ModelMultipleChoiceField(
        Topic.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )


class ClaimAddForm(NewClaimForm):
    statement = statement_field(
        required=False, label="Statement that makes it", help_text="May be attached later"
    )
