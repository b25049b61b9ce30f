"""Statements, where they stand, and corrections of them."""

from __future__ import annotations

from django import forms

from sources.admin.fields import RowField, area, choices
from sources.admin.forms import DeskForm
from sources.admin.source import SnapshotForm, WorkForm
from sources.models import Place, Source
from statements.desk.forms.fields import EDTF_HELP, speaker_field
from statements.models import Speaker, Statement
from statements.vocabulary import (
    Fidelity,
    SpeakerKind,
)


class StatementForm(DeskForm):
    speaker = speaker_field("statements.statement.speaker")
    text = forms.CharField(
        label="Words", widget=area(4), help_text="The speaker's words, never reworded"
    )
    fidelity = forms.ChoiceField(choices=choices(Fidelity), initial=Fidelity.VERBATIM)
    language = forms.CharField(required=False, max_length=35, help_text="BCP 47 code: en, uk")
    said_edtf = forms.CharField(required=False, max_length=60, label="Said on", help_text=EDTF_HELP)
    said_words = forms.CharField(
        required=False,
        max_length=100,
        label="Date as the source says it",
        help_text="For example “yesterday”",
    )
    occasion = RowField(
        Statement.occasion.field.related_model._default_manager.all(),
        names=("title",),
        source="statements.statement.occasion",
        required=False,
        may_be_new=True,
        help_text="Meeting, speech or post; an unknown one is added",
    )
    place = RowField(
        Place.objects.all(),
        names=("name", "code"),
        source="statements.statement.place",
        required=False,
    )


class NewStatementForm(StatementForm):
    speaker = RowField(
        Speaker.objects.all(),
        names=("name", "aliases"),
        source="statements.statement.speaker",
        may_be_new=True,
        help_text="Begin to type the name",
    )
    is_new_speaker = forms.BooleanField(
        required=False,
        label="Add this speaker",
        help_text="Tick when nobody of this name is known yet",
    )
    speaker_kind = forms.ChoiceField(
        choices=choices(SpeakerKind), initial=SpeakerKind.PERSON, label="A new speaker is a"
    )
    field_order = ["speaker", "is_new_speaker", "speaker_kind", "text", "fidelity", "language",
                   "said_edtf", "said_words", "occasion", "place"]  # fmt: skip


class AppearanceForm(WorkForm, SnapshotForm):
    """The source in which a statement's words stand."""

    source = RowField(
        Source.objects.works(),
        names=("title", "url"),
        source="statements.appearance.source",
        required=False,
        label="A source we know",
        help_text="By title. Or give the address of any source below.",
    )
    quote = forms.CharField(
        required=False,
        widget=area(3),
        label="Where the words stand",
        help_text="Words to find in the text of the source; empty: the statement's own words",
    )
    is_first = forms.BooleanField(
        required=False, label="First appearance", help_text="Where it was said or printed first"
    )
    time_code_seconds = forms.IntegerField(
        required=False, min_value=0, label="Time code in seconds", help_text="Audio and video"
    )
    field_order = ["source", "url", "title", "publisher", "published_on", "kind", "directness",
                   "author", "language", "origin", "text", "file", "archive_url",
                   "quote", "is_first", "time_code_seconds"]  # fmt: skip


class CorrectionForm(DeskForm):
    """What two editors may put right in a published statement."""

    speaker = speaker_field("statements.statement.speaker")
    text = forms.CharField(label="Words", widget=area(4))
    said_edtf = forms.CharField(required=False, max_length=60, label="Said on", help_text=EDTF_HELP)
    explanation = forms.CharField(widget=area(2), help_text="What was wrong, for the public")
