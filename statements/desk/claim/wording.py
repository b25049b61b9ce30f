"""The part of a claim's page on its wording, topics, next look and typed fact."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse

from sources.admin.forms import DeskForm
from sources.admin.pages import DeskPage
from sources.operations import lock
from statements.desk import forms
from statements.desk.rows import number_values
from statements.models import Claim
from statements.operations import (
    schedule_review,
    set_detail,
    tag_claim,
    update_claim,
)


class WordingPart(DeskPage):
    row: Claim

    def _build_wording(self, name: str, data: Any, files: Any) -> DeskForm:
        claim = self.row
        values = {field: getattr(claim, field) for field in forms.WordingForm.base_fields}
        return forms.WordingForm(data, name=name, values=values, row_version=claim.version)

    def _build_topics(self, name: str, data: Any, files: Any) -> DeskForm:
        values = {"topics": list(self.row.topics.all())}
        return forms.TopicsForm(data, name=name, values=values, row_version=self.row.version)

    def _build_review(self, name: str, data: Any, files: Any) -> DeskForm:
        values = {"on": self.row.review_due_on}
        return forms.ReviewForm(data, name=name, values=values, row_version=self.row.version)

    def _build_detail(self, name: str, data: Any, files: Any) -> DeskForm | None:
        claim = self.row
        form_class = forms.DETAIL_FORMS.get(claim.kind)
        if form_class is None:
            return None
        detail = getattr(claim, claim.kind, None)
        values = number_values(detail, form_class) if detail else {}
        return form_class(data, name=name, values=values, row_version=claim.version)

    def _save_wording(self, form: DeskForm, key: str) -> HttpResponse:
        values = form.cleaned_data
        values["short_text"] = values["short_text"] or values["text"]
        values["language"] = values["language"] or "en"
        update_claim(self.row, by=self.user, version=form.version, **values)
        return self.saved("The wording is saved.", "wording")

    def _save_topics(self, form: DeskForm, key: str) -> HttpResponse:
        with transaction.atomic():
            lock(self.row, version=form.version)
            tag_claim(self.row, by=self.user, topics=form.cleaned_data["topics"])
        return self.saved("The topics are saved.", "topics")

    def _save_review(self, form: DeskForm, key: str) -> HttpResponse:
        with transaction.atomic():
            lock(self.row, version=form.version)
            schedule_review(self.row, by=self.user, on=form.cleaned_data["on"])
        return self.saved("The day of another look is saved.", "review")

    def _save_detail(self, form: DeskForm, key: str) -> HttpResponse:
        set_detail(self.row, self.row.kind, by=self.user, version=form.version, **form.cleaned_data)
        return self.saved("The typed fact is saved.", "detail")
