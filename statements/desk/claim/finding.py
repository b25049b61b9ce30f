"""The part of a claim's page on the draft and the reply."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from sources.admin.forms import DeskForm
from sources.admin.pages import DeskPage
from statements.desk import forms
from statements.desk.rows import one
from statements.models import Claim, ReplyRequest
from statements.operations import (
    record_reply,
    save_draft,
)


class FindingPart(DeskPage):
    row: Claim

    def _build_draft(self, name: str, data: Any, files: Any) -> DeskForm:
        draft = getattr(self.row, "draft", None)
        names = forms.DraftForm.base_fields
        values = {field: getattr(draft, field) for field in names} if draft else {}
        version = draft.version if draft else 0
        return forms.DraftForm(data, name=name, values=values, row_version=version, claim=self.row)

    def _build_reply(self, name: str, data: Any, files: Any) -> DeskForm | None:
        return forms.ReplyForm(data, name=name)

    def _build_answer(self, name: str, key: str, data: Any, files: Any) -> DeskForm | None:
        reply = one(self.row.replies, key)
        if reply is None:
            return None
        values = {field: getattr(reply, field) for field in forms.ReplyForm.base_fields}
        return forms.ReplyForm(data, name=name, values=values, row_version=reply.version)

    def _save_draft(self, form: DeskForm, key: str) -> HttpResponse:
        save_draft(self.row, by=self.user, version=form.version, **form.cleaned_data)
        return self.saved("The draft is saved.", "draft")

    def _save_reply(self, form: DeskForm, key: str) -> HttpResponse:
        record_reply(self.row, by=self.user, **form.cleaned_data)
        return self.saved("The reply is recorded.", "reply")

    def _save_answer(self, form: DeskForm, key: str) -> HttpResponse:
        reply = one(self.row.replies, key)
        record_reply(self.row, by=self.user, reply=reply, version=form.version, **form.cleaned_data)
        return self.saved("The reply is saved.", "reply")

    def _reply_context(self, reply: ReplyRequest) -> dict[str, Any]:
        name = f"answer-{reply.pk}"
        values = {field: getattr(reply, field) for field in forms.ReplyForm.base_fields}
        form = self.bound.get(name) or forms.ReplyForm(
            name=name, values=values, row_version=reply.version
        )
        return {"row": reply, "form": form, "is_open": form.is_bound}
