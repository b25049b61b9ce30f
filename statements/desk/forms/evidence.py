"""Statements attached to a claim, and the evidence on it."""

from __future__ import annotations

from typing import Any

from django import forms

from sources.admin.fields import RowField, area, choices
from sources.admin.forms import DeskForm
from sources.admin.source import SnapshotForm, WorkForm
from sources.models import Source
from statements.desk.forms.fields import statement_field
from statements.vocabulary import Stance

FRAGMENT = "Place in a recording or picture"
FRAGMENT_HELP = "A time such as 1:15-1:30, or left, top, width and height in percent: 10,20,30,40"


class AttachForm(DeskForm):
    statement = statement_field(help_text="Begin to type the words or the speaker")
    stated_lower = forms.DecimalField(
        required=False, max_digits=18, decimal_places=4, label="Number as said there",
        help_text="May be left empty",
    )  # fmt: skip
    stated_upper = forms.DecimalField(
        required=False, max_digits=18, decimal_places=4, label="to", help_text="For a range"
    )


class CiteForm(WorkForm, SnapshotForm):
    """A source, its frozen copy and what it shows, in one go."""

    source = RowField(
        Source.objects.works(),
        names=("title", "url"),
        source="statements.evidence.source",
        required=False,
        label="A source we know",
        help_text="By title. Or give the address of any source below.",
    )
    stance = forms.ChoiceField(choices=choices(Stance, empty="Choose which way it points"))
    quote = forms.CharField(
        required=False,
        widget=area(3),
        help_text="The words it rests on, exactly as they stand in the text of the source",
    )
    fragment = forms.CharField(required=False, label=FRAGMENT, help_text=FRAGMENT_HELP)
    note = forms.CharField(
        required=False, widget=area(2), help_text="What it shows, in our words. Public."
    )
    waiver = forms.CharField(
        required=False,
        widget=area(2),
        label="Why there is no copy",
        help_text="Only when neither text nor file can be kept. Public.",
    )
    field_order = ["source", "url", "title", "publisher", "published_on", "kind", "directness",
                   "author", "language", "origin", "text", "file", "archive_url",
                   "stance", "quote", "fragment", "note", "waiver"]  # fmt: skip


class EvidenceForm(DeskForm):
    stance = forms.ChoiceField(choices=choices(Stance))
    snapshot = forms.ChoiceField(required=False, label="Frozen copy")
    quote = forms.CharField(required=False, widget=area(3))
    fragment = forms.CharField(required=False, label=FRAGMENT, help_text=FRAGMENT_HELP)
    note = forms.CharField(required=False, widget=area(2))
    waiver = forms.CharField(required=False, widget=area(2), label="Why there is no copy")

    def __init__(self, *args: Any, snapshots: list[Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if snapshots is not None:
            field: Any = self.fields["snapshot"]
            field.choices = [
                ("", "None"),
                *(
                    (str(row.pk), f"{row.captured_at:%d %b %Y}, {row.sha256[:8]}")
                    for row in snapshots
                ),
            ]


class UseForm(DeskForm):
    """Takes the counts of a series into the evidence."""

    stance = forms.ChoiceField(choices=choices(Stance, empty="Choose which way it points"))
    note = forms.CharField(
        required=False,
        widget=area(2),
        help_text="What it shows, in our words. Public. Empty: what was added up.",
    )
