"""Agreements and their dated events."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse

from sources.admin.forms import DeskForm
from sources.admin.pages import RowPage
from sources.people import Role, has_role
from statements.desk import forms
from statements.desk.rows import one
from statements.models import Agreement
from statements.operations import (
    confirm_agreement_event,
    confirm_violation,
    record_agreement_event,
    record_violation,
    save_agreement,
)


class AgreementPage(RowPage):
    template_name = "desk/agreement.html"
    form_class = forms.AgreementForm

    def form_names(self) -> list[str]:
        return ["row", "event", "violation"] if self.row else ["row"]

    def values_of(self, row: Agreement) -> dict[str, Any]:
        values = super().values_of(row)
        return values | {"parties": list(row.parties.all()), "mediators": list(row.mediators.all())}

    def build(self, name: str, data: Any = None, files: Any = None) -> DeskForm | None:
        kind, _, key = name.partition("-")
        if name == "event" and self.row:
            form: DeskForm = forms.EventForm(data, name=name)
            events = self.row.events.select_related("party", "agreement")
            _offer(form, "supersedes", events.shown())
            _offer(form, "dates_again", events.filter(dates_again__isnull=True))
            return form
        if name == "violation" and self.row:
            form = forms.ViolationForm(data, name=name)
            violations = self.row.violations.select_related("party")
            _offer(form, "supersedes", violations.shown())
            return form
        if kind == "confirm" and self.row and one(self.row.events, key):
            return forms.NoFields(data, name=name)
        if kind == "bear" and self.row and one(self.row.violations, key):
            return forms.NoFields(data, name=name)
        return super().build(name, data, files)

    def context(self) -> dict[str, Any]:
        if self.row is None:
            return {}
        events = self.row.events.with_place().select_related(
            "party", "source", "recorded_by", "confirmation__confirmed_by", "dates_again"
        )
        violations = self.row.violations.with_place().select_related(
            "party", "alleged_by", "place", "source", "recorded_by", "confirmation__confirmed_by"
        )
        positions = self.row.positions.of_all_sources().select_related("party", "event__source")
        return {
            "events": list(events),
            "violations": list(violations),
            "positions": list(positions.order_by("axis", "party__name", "valid_from")),
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
        if self.row is not None and kind == "violation":
            record_violation(self.row, by=by, **form.cleaned_data)
            return self.saved(
                "The violation is recorded. It is shown once a second editor confirms it.",
                "violations",
            )
        if self.row is not None and kind == "bear":
            confirm_violation(one(self.row.violations, key), by=by)
            return self.saved("The violation is confirmed and shown.", "violations")
        return super().carry_out(form)

    def save(self, version: int, values: dict[str, Any]) -> Agreement:
        return save_agreement(self.row, by=self.user, version=version, **values)


def _offer(form: DeskForm, name: str, rows: QuerySet[Any]) -> None:
    """Says which rows a field may choose."""
    field: Any = form.fields[name]
    field.queryset = rows
