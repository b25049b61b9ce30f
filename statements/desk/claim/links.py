"""The part of a claim's page on the statements that make it and its links to other claims."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from sources.admin.forms import DeskForm
from sources.admin.pages import DeskPage
from statements.desk import forms
from statements.desk.rows import one
from statements.models import Claim, ClaimRelation
from statements.operations import (
    attach_occurrence,
    confirm_late,
    detach_occurrence,
    relate_claims,
    resolve_relation,
)


class LinksPart(DeskPage):
    row: Claim

    def _build_attach(self, name: str, data: Any, files: Any) -> DeskForm:
        return forms.AttachForm(data, name=name)

    def _build_detach(self, name: str, key: str, data: Any, files: Any) -> DeskForm | None:
        return forms.NoFields(data, name=name) if one(self.row.occurrences, key) else None

    def _build_confirm(self, name: str, key: str, data: Any, files: Any) -> DeskForm | None:
        return forms.NoFields(data, name=name) if one(self.row.occurrences, key) else None

    def _build_relation(self, name: str, data: Any, files: Any) -> DeskForm:
        return forms.RelationForm(data, name=name)

    def _build_join(self, name: str, key: str, data: Any, files: Any) -> DeskForm | None:
        return forms.NoFields(data, name=name) if self._relation(key) else None

    def _build_resolve(self, name: str, key: str, data: Any, files: Any) -> DeskForm | None:
        relation = self._relation(key)
        if relation is None:
            return None
        return forms.ResolveForm(data, name=name, values=_resolution(relation))

    def _relation(self, key: str) -> Any:
        return one(self.row.relations_from, key) or one(self.row.relations_to, key)

    def _save_attach(self, form: DeskForm, key: str) -> HttpResponse:
        occurrence = attach_occurrence(self.row, by=self.user, **form.cleaned_data)
        words = "The statement is attached."
        if occurrence.is_late:
            words += " It is shown once a second editor confirms it."
        return self.saved(words, "statements")

    def _save_detach(self, form: DeskForm, key: str) -> HttpResponse:
        detach_occurrence(one(self.row.occurrences, key), by=self.user)
        return self.saved("The statement is detached.", "statements")

    def _save_confirm(self, form: DeskForm, key: str) -> HttpResponse:
        confirm_late(one(self.row.occurrences, key), by=self.user)
        return self.saved("The statement is confirmed and shown.", "statements")

    def _save_relation(self, form: DeskForm, key: str) -> HttpResponse:
        values = form.cleaned_data
        relation = relate_claims(self.row, values.pop("to_claim"), by=self.user, **values)
        words = "The claims are linked."
        if relation.is_waiting:
            words += " The link is shown once a second editor confirms it."
        return self.saved(words, "relations")

    def _save_join(self, form: DeskForm, key: str) -> HttpResponse:
        seen = self.request.POST.get("seen", "")
        confirm_late(self._relation(key), by=self.user, seen=seen)
        return self.saved("The link is confirmed and shown.", "relations")

    def _save_resolve(self, form: DeskForm, key: str) -> HttpResponse:
        relation = resolve_relation(self._relation(key), by=self.user, **form.cleaned_data)
        words = "The link is resolved."
        if relation.is_waiting:
            words += " That is shown once a second editor confirms it."
        return self.saved(words, "relations")

    def _relations(self, claim: Claim) -> list[dict[str, Any]]:
        links = [(row, row.to_claim) for row in claim.relations_from.select_related("to_claim")] + [
            (row, row.from_claim) for row in claim.relations_to.select_related("from_claim")
        ]
        return [
            {
                "row": row,
                "other": other,
                "join": forms.NoFields(name=f"join-{row.pk}"),
                "resolve": self.bound.get(f"resolve-{row.pk}")
                or forms.ResolveForm(name=f"resolve-{row.pk}", values=_resolution(row)),
            }
            for row, other in links
        ]


def _resolution(relation: ClaimRelation) -> dict[str, str]:
    """Returns how a link was resolved as the newest word has it."""
    if relation.proposed_by_id is not None:
        return {"resolution": relation.proposed_resolution, "note": relation.proposed_note}
    return {"resolution": relation.resolution, "note": relation.note}
