"""The part of a claim's page on what may be done next."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from sources.admin.forms import DeskForm
from sources.admin.pages import DeskPage
from sources.errors import Gap, Invalid, Stale
from statements import guards, workflow
from statements.desk import forms
from statements.models import Claim
from statements.operations import (
    perform,
)
from statements.vocabulary import State
from statements.workflow import Ask

RULES = {
    "G1": "The finding is complete",
    "G2": "The evidence is independent",
    "G3": "Every source is kept",
    "G4": "The right of reply is recorded",
}
SUBMIT_RULES = tuple(RULES)

DONE = {
    "take": "The claim is yours.",
    "release": "The claim is free for others.",
    "assign": "The claim is assigned.",
    "decline": "The claim is declined.",
    "reconsider": "The claim is back among the new ones.",
    "submit": "The claim is in review. A second person publishes it.",
    "return": "The claim is returned to its author.",
    "recall": "The claim is with you again.",
    "publish": "Published.",
    "fix_typo": "The spelling is put right.",
    "reopen": "The claim is reopened and yours.",
    "reaffirm": "The finding is reaffirmed.",
    "propose_retraction": "The retraction is proposed. A second editor carries it out.",
    "retract": "The finding is retracted.",
    "propose_take_down": "The take-down is proposed. A second editor carries it out.",
    "take_down": "The claim is taken down.",
    "withdraw_proposal": "The proposal is withdrawn.",
}

# Anchors of the page that are not fields of an action's own form.
ASK_NAMES = {ask.value for ask in Ask} | {"note"}


class ActingPart(DeskPage):
    row: Claim

    def _build_act(self, name: str, code: str, data: Any, files: Any) -> DeskForm | None:
        rows = workflow.rows_for(code)
        if not rows or rows[0].role is None:
            return None
        fitting = tuple(row for row in rows if self.row.state in row.origins)
        fitting = (
            tuple(
                row
                for row in fitting
                if not row.condition or guards.CONDITIONS[row.condition](self.row)
            )
            or rows
        )
        values: dict[str, Any] = {}
        live = self.row.live_verdict
        if code == "fix_typo" and live:
            values = {
                ask: getattr(live, ask) for ask in (Ask.FINDING, Ask.RATIONALE, Ask.WOULD_CHANGE)
            }
        return forms.ActionForm(
            data, name=name, rows=fitting, values=values, row_version=self.row.version
        )

    def answer_stale(self, form: DeskForm, stale: Stale) -> HttpResponse:
        if not form.do.startswith("act-"):
            return super().answer_stale(form, stale)
        who = self.changed_by(form)
        self.reload()
        state = State(self.row.state).label.lower()
        form.refuse(
            Stale(
                f"while you looked at this claim, {who} changed it: it is {state} now. "
                "Look again, then do it again",
                current_version=self.row.version,
            )
        )
        # What is sent next is judged by what is shown now.
        data = form.data.copy()
        data[form.version_name] = str(self.row.version)
        form.data = data
        return self.render(form, status=stale.http_status)

    def _save_act(self, form: DeskForm, code: str) -> HttpResponse:
        if not isinstance(form, forms.ActionForm):
            raise Invalid("there is no such action", field="action")
        told = form.data_told
        if code == "fix_typo" and (live := self.row.live_verdict):
            # Only what differs from the live finding was put right.
            told = {name: text for name, text in told.items() if text != getattr(live, name)}
        perform(
            self.row,
            code,
            by=self.user,
            note=form.cleaned_data.get("note", ""),
            data=told,
            version=form.version,
        )
        return self.saved(DONE.get(code, "Done."), "actions")

    def _offer(self, offer: Any) -> dict[str, Any]:
        code = offer.action.code
        name = f"act-{code}"
        form = self.bound.get(name) or self.build(name)
        refused = bool(self.bound.get(name) and form and form.is_bound and form.errors)
        asks = bool(offer.action.asks or offer.action.note)
        # What the checklist says already is not said twice.
        own = [gap for gap in offer.gaps if gap.rule not in RULES]
        return {
            "code": code,
            "label": offer.action.label,
            "form": form,
            "is_possible": offer.is_possible,
            "gaps": [link_gap(gap, code) for gap in own],
            "listed_count": len(offer.gaps) - len(own),
            # A button alone does it: nothing has to be told.
            "is_one_click": not asks and not refused,
            "is_main": code in ("take", "submit", "publish"),
            "is_open": refused,
        }


def link_gap(gap: Gap, code: str) -> Gap:
    """Points a gap of an action at that action's own field."""
    if gap.field in ASK_NAMES:
        return Gap(gap.words, f"act-{code}-{gap.field}", gap.rule)
    if gap.field.startswith("fix-"):
        return Gap(gap.words, f"act-{code}-{gap.field.removeprefix('fix-')}", gap.rule)
    return gap
