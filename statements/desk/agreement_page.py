"""Agreements and their dated events."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from sources.admin.forms import DeskForm
from sources.admin.pages import RowPage
from sources.people import Role, has_role
from statements.desk import forms
from statements.desk.rows import one
from statements.models import Agreement
from statements.operations import (
    confirm_agreement_event,
    record_agreement_event,
    save_agreement,
)


class AgreementPage(RowPage):
    template_name = "desk/agreement.html"
    form_class = forms.AgreementForm

    def form_names(self) -> list[str]:
        return ["row", "event"] if self.row else ["row"]

    def values_of(self, row: Agreement) -> dict[str, Any]:
        values = super().values_of(row)
        return values | {"parties": list(row.parties.all()), "mediators": list(row.mediators.all())}

    def build(self, name: str, data: Any = None, files: Any = None) -> DeskForm | None:
        kind, _, key = name.partition("-")
        if name == "event" and self.row:
            form = forms.EventForm(data, name=name)
            events: Any = form.fields["supersedes"]
            events.queryset = self.row.events.filter(superseded_by__isnull=True).select_related(
                "party", "agreement"
            )
            return form
        if kind == "confirm" and self.row and one(self.row.events, key):
            return forms.NoFields(data, name=name)
        return super().build(name, data, files)

    def context(self) -> dict[str, Any]:
        if self.row is None:
            return {}
        events = self.row.events.select_related(
            "party", "source", "recorded_by", "confirmation__confirmed_by", "superseded_by"
        )
        return {
            "events": list(events),
            "is_editor": has_role(self.user, Role.EDITOR),
            "is_checker": has_role(self.user, Role.CHECKER),
        }

    def carry_out(self, form: DeskForm) -> HttpResponse:
        kind, _, key = form.do.partition("-")
        by = self.user
        if self.row is not None and kind == "event":
            record_agreement_event(self.row, by=by, **form.cleaned_data)
            return self.saved(
                "The event is recorded. It is shown once a second editor confirms it.", "events"
            )
        if self.row is not None and kind == "confirm":
            confirm_agreement_event(one(self.row.events, key), by=by)
            return self.saved("The event is confirmed and shown.", "events")
        return super().carry_out(form)

    def save(self, version: int, values: dict[str, Any]) -> Agreement:
        return save_agreement(self.row, by=self.user, version=version, **values)
