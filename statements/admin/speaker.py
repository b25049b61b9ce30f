"""Speakers and the offices they held, in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse

from sources.admin.fields import DayField, area, choices
from sources.admin.forms import DeskForm
from statements.admin.base import PageAdmin, RowPage
from statements.models import Speaker
from statements.operations import add_speaker_role, save_speaker
from statements.vocabulary import SpeakerKind


class SpeakerForm(DeskForm):
    name = forms.CharField(max_length=200)
    kind = forms.ChoiceField(choices=choices(SpeakerKind), initial=SpeakerKind.PERSON)
    aliases = forms.CharField(
        required=False, widget=area(3), help_text="Other spellings of the name, one a line"
    )
    wikidata_id = forms.CharField(
        required=False, max_length=20, label="Wikidata id", help_text="For example Q57643"
    )
    description = forms.CharField(required=False, max_length=300)


class SpeakerRoleForm(DeskForm):
    title = forms.CharField(max_length=200, label="Office")
    organisation = forms.CharField(required=False, max_length=200)
    valid_from = DayField(required=False, label="From")
    valid_to = DayField(required=False, label="To", help_text="Leave empty when still held")


class SpeakerPage(RowPage):
    template_name = "desk/speaker.html"
    form_class = SpeakerForm

    def form_names(self) -> list[str]:
        return ["row", "role"]

    def build(self, name: str, data: Any = None, files: Any = None) -> DeskForm | None:
        if name == "role":
            return SpeakerRoleForm(data, files, name=name)
        return super().build(name, data, files)

    def context(self) -> dict[str, Any]:
        if self.row is None:
            return {}
        return {
            "roles": list(self.row.roles.all()),
            "statements": list(self.row.statements.select_related("occasion")[:25]),
        }

    def carry_out(self, form: DeskForm) -> HttpResponse:
        if form.do == "role" and self.row is not None:
            add_speaker_role(self.row, by=self.user, **form.cleaned_data)
            return self.saved("The office is added.", "roles")
        return super().carry_out(form)

    def save(self, version: int, values: dict[str, Any]) -> Speaker:
        return save_speaker(self.row, by=self.user, version=version, **values)


class SpeakerAdmin(PageAdmin):
    page_class = SpeakerPage
    list_display = ["name", "kind", "wikidata_id", "description"]
    list_filter = ["kind"]
    search_fields = ["name", "aliases"]
