"""Statements: recording one with its source in one go, and keeping it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from sources.admin.forms import DeskForm
from sources.admin.pages import DeskPage
from sources.errors import Invalid, Refused
from sources.people import Role, has_role
from statements.desk import forms
from statements.desk.rows import look_up, one, source_and_copy
from statements.models import Claim, Speaker, Statement
from statements.operations import (
    add_claim,
    add_occasion,
    attach_occurrence,
    confirm_late,
    confirm_statement_correction,
    link_appearance,
    propose_statement_correction,
    record_statement,
    save_speaker,
    unlink_appearance,
    update_statement,
    withdraw_statement_correction,
)
from statements.operations.common import is_frozen
from statements.vocabulary import QUOTED_FIDELITIES, Match


class SourceMixin(DeskPage):
    """Linking a source to a statement, in one place."""

    def _link(self, statement: Statement, form: DeskForm) -> str:
        """Links the source that a form names; returns what to say about it."""
        by, cleaned = self.user, form.cleaned_data
        self.at_fault = form
        source, snapshot, is_new = source_and_copy(cleaned, by=by)
        snapshot = snapshot or source.snapshots.first()
        quote = cleaned["quote"]
        is_own = not quote.strip() and statement.fidelity in QUOTED_FIDELITIES
        values = {
            "by": by,
            "source": source,
            "snapshot": snapshot,
            "is_first": cleaned["is_first"],
            "time_code_seconds": cleaned["time_code_seconds"],
        }
        if is_own and snapshot is not None and snapshot.text:
            quote = statement.text
        appearance = link_appearance(statement, quote=quote if snapshot else "", **values)
        if quote.strip() and snapshot is None:
            raise Invalid(
                "paste the text of the source, so that the quote can be found", field="text"
            )
        self.at_fault = None
        words = "The source is linked."
        if not is_new and cleaned["url"]:
            words = f"The address was known: its source “{source}” is linked."
        if appearance.is_late:
            words += " It is shown once a second editor confirms it."
        return words

    def looked(self, name: str) -> dict[str, Any] | None:
        form = self.bound.get(name)
        return look_up(form) if form is not None and "look" in self.request.POST else None


class StatementAddPage(SourceMixin):
    """Who said what, when and where, and the source in which it stands."""

    template_name = "desk/record_statement.html"

    def form_names(self) -> list[str]:
        return ["row", "source"]

    @property
    def claim(self) -> Claim | None:
        found: Claim | None = one(Claim.objects.all(), self.request.GET.get("claim"))
        return found

    @property
    def title(self) -> str:
        return "Record a statement"

    def companions(self, form: DeskForm) -> list[str]:
        return ["source"]

    def build(self, name: str, data: Any = None, files: Any = None) -> DeskForm | None:
        if name == "row":
            speaker = one(Speaker.objects.all(), self.request.GET.get("speaker"))
            values = {"language": "en", "speaker": speaker}
            return forms.NewStatementForm(data, name=name, values=values)
        if name == "source":
            values = {"language": "en", "is_first": True}
            return forms.AppearanceForm(data, files, name=name, values=values)
        return None

    def context(self) -> dict[str, Any]:
        return {"for_claim": self.claim, "looked": self.looked("source")}

    def carry_out(self, form: DeskForm) -> HttpResponse:
        by, values = self.user, dict(form.cleaned_data)
        is_new_speaker, kind = values.pop("is_new_speaker"), values.pop("speaker_kind")
        if isinstance(values["speaker"], str):
            if not is_new_speaker:
                raise Invalid(
                    f"nobody called “{values['speaker']}” is known: tick “Add this speaker”, "
                    "or choose somebody from the list",
                    field="speaker",
                )
            values["speaker"] = save_speaker(by=by, name=values["speaker"], kind=kind)
        statement = record_statement(by=by, **statement_values(values, by=by))
        source = self.bound["source"]
        cited = source.cleaned_data
        words = "The statement is recorded."
        if any(cited[name] for name in ("source", "url", "title", "text", "file")):
            words += f" {self._link(statement, source)}"
        else:
            words += " It has no source yet: link one."
        claim = self.claim
        if claim is not None:
            attach_occurrence(claim, by=by, statement=statement)
            return self.saved(f"{words} It is attached to the claim.", "statements", row=claim)
        return self.saved(words, row=statement)


class StatementPage(SourceMixin):
    """One statement: its words, where they stand, and the claims it makes."""

    template_name = "desk/statement.html"
    row: Statement

    def form_names(self) -> list[str]:
        return ["row", "source", "claim", "correction"]

    def build(self, name: str, data: Any = None, files: Any = None) -> DeskForm | None:
        row = self.row
        kind, _, key = name.partition("-")
        values: dict[str, Any]
        if name == "row":
            values = {field: getattr(row, field) for field in forms.StatementForm.base_fields}
            return forms.StatementForm(data, name=name, values=values, row_version=row.version)
        if name == "source":
            values = {"language": "en", "is_first": not row.appearances.exists()}
            return forms.AppearanceForm(data, files, name=name, values=values)
        if name == "claim":
            return forms.NewClaimForm(data, name=name)
        if name == "correction":
            values = {field: getattr(row, field) for field in ("speaker", "text", "said_edtf")}
            return forms.CorrectionForm(data, name=name, values=values, row_version=row.version)
        if kind in ("unlink", "confirm") and one(row.appearances, key):
            return forms.NoFields(data, name=name)
        if kind in ("accept", "withdraw") and one(row.corrections_proposed, key):
            return forms.NoFields(data, name=name)
        return None

    def context(self) -> dict[str, Any]:
        row, user = self.row, self.user
        return {
            "is_frozen": is_frozen(row),
            "is_editor": has_role(user, Role.EDITOR),
            "is_checker": has_role(user, Role.CHECKER),
            "appearances": list(row.appearances.select_related("source", "snapshot", "added_by")),
            "occurrences": list(
                row.occurrences.exclude(match=Match.REJECTED).select_related("claim")
            ),
            "proposals": list(
                row.corrections_proposed.filter(
                    confirmed_at__isnull=True, withdrawn_at__isnull=True
                ).select_related("proposed_by")
            ),
            "looked": self.looked("source"),
        }

    def carry_out(self, form: DeskForm) -> HttpResponse:
        kind, _, key = form.do.partition("-")
        row, by, values = self.row, self.user, form.cleaned_data
        match kind:
            case "row":
                update_statement(
                    row, by=by, version=form.version, **statement_values(values, by=by)
                )
                return self.saved("The statement is saved.")
            case "source":
                return self.saved(self._link(row, form), "appearances")
            case "claim":
                claim = add_claim(by=by, statement=row, **values)
                return self.saved("The claim is taken out. Take it to work on it.", row=claim)
            case "correction":
                explanation = values.pop("explanation")
                propose_statement_correction(row, by=by, explanation=explanation, **values)
                return self.saved("The correction is proposed. A second editor confirms it.")
            case "unlink":
                unlink_appearance(one(row.appearances, key), by=by)
                return self.saved("The source is unlinked.", "appearances")
            case "confirm":
                confirm_late(one(row.appearances, key), by=by)
                return self.saved("The source is confirmed and shown.", "appearances")
            case "accept":
                confirm_statement_correction(one(row.corrections_proposed, key), by=by)
                return self.saved("The correction is made, and written down in public.")
            case "withdraw":
                withdraw_statement_correction(one(row.corrections_proposed, key), by=by)
                return self.saved("The proposal is withdrawn.")
        raise Refused(f"there is no form {form.do}")


def statement_values(values: dict[str, Any], *, by: Any) -> dict[str, Any]:
    """Returns the values as the operations take them; a new occasion is added."""
    values = dict(values)
    values["language"] = values["language"] or "en"
    if isinstance(values.get("occasion"), str):
        values["occasion"] = add_occasion(
            by=by, title=values["occasion"], held_edtf=values["said_edtf"]
        )
    return values
