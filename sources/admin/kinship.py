"""The part of a source's page on its twins and origins: what is suggested, merged, taken apart."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpResponse

from sources.admin.fields import RowField, area, row_key
from sources.admin.forms import DeskForm
from sources.admin.pages import DeskPage
from sources.models import Source, SourceAddress, SourceSuggestion
from sources.operations import answer_suggestion, merge_sources, remove_address, unmerge_source
from sources.people import Role, has_role
from sources.vocabulary import SuggestionKind

MOST = 20


class MergeForm(DeskForm):
    other = RowField(
        Source.objects.works(),
        names=("title", "url"),
        source="sources.source.origin",
        label="The same work is also here as",
        help_text="That source is merged into this one. Its address leads here then; it can be undone.",
    )
    reason = forms.CharField(widget=area(2), help_text="How you know that these are one work")


class ApartForm(DeskForm):
    reason = forms.CharField(widget=area(2), label="Why these are two works after all")


class AddressForm(DeskForm):
    reason = forms.CharField(
        widget=area(2),
        label="Why it is no address of this source",
        help_text="The address finds this source no more, also when a later copy names it again.",
    )


class Button(DeskForm):
    """A form without fields."""


class KinshipPart(DeskPage):
    row: Source | None

    def kin_form(self, name: str, data: Any) -> DeskForm | None:
        """Returns the form of this part by its name, None for a name of another part."""
        kind, _, key = name.partition("-")
        if self.row is None:
            return None
        if kind == "merge":
            return MergeForm(data, name=name)
        if kind == "apart":
            return ApartForm(data, name=name) if self._twin(key) else None
        if kind == "address":
            return AddressForm(data, name=name) if self._address(key) else None
        if kind in ("accept", "dismiss"):
            return Button(data, name=name) if self._suggestion(key) else None
        return None

    def carry_out_kin(self, form: DeskForm) -> HttpResponse | None:
        """Carries out a form of this part; None for one of another part."""
        kind, _, key = form.do.partition("-")
        by, row = self.user, self.row
        if row is None:
            return None
        if kind == "merge":
            told = form.cleaned_data
            merge_sources(row, told["other"], by=by, reason=told["reason"])
            return self.saved("Merged: the other address leads here now.", "kinship")
        if kind == "apart" and (twin := self._twin(key)):
            unmerge_source(twin, by=by, reason=form.cleaned_data["reason"])
            return self.saved("Taken apart: these are two works again.", "kinship")
        if kind == "address" and (address := self._address(key)):
            remove_address(address, by=by, reason=form.cleaned_data["reason"])
            return self.saved(
                "Taken out: this address finds another source now, or a new one.", "kinship"
            )
        if kind in ("accept", "dismiss") and (suggestion := self._suggestion(key)):
            answer_suggestion(suggestion, by=by, accept=kind == "accept")
            words = "Accepted." if kind == "accept" else "Dismissed: it is not suggested again."
            return self.saved(words, "kinship")
        return None

    def kin_context(self) -> dict[str, Any]:
        """Returns what the template shows of this part (4 queries)."""
        row = self.row
        if row is None:
            return {}
        is_editor = has_role(self.user, Role.EDITOR)
        twins = [row] if row.merged_into_id else list(row.twins.all())
        return {
            "is_editor": is_editor,
            "merged_into": row.merged_into,
            "twins": [(twin, self._shown(f"apart-{twin.pk}")) for twin in twins],
            "addresses": [(each, self._shown(f"address-{each.pk}")) for each in self._addresses()],
            "merge_form": self._shown("merge") if not row.merged_into_id else None,
            "suggestions": [
                {
                    "words": each.words,
                    "sentence": self._sentence(each),
                    "other": each.other if each.source_id == row.pk else each.source,
                    "accept": f"accept-{each.pk}",
                    "dismiss": f"dismiss-{each.pk}",
                    "may_accept": is_editor or each.kind == SuggestionKind.REPORTS_ON,
                    "accept_words": "Merge them"
                    if each.kind == SuggestionKind.SAME_WORK
                    else "Set it as the origin",
                }
                for each in self._suggestions()[:MOST]
            ],
        }

    def _shown(self, name: str) -> DeskForm | None:
        return self.bound.get(name) or self.kin_form(name, None)

    def _sentence(self, each: SourceSuggestion) -> str:
        if each.kind == SuggestionKind.SAME_WORK:
            return "May be the same work as"
        is_mine = self.row is not None and each.source_id == self.row.pk
        return "May report on" if is_mine else "May be reported on by"

    def _suggestions(self) -> Any:
        """Returns the open suggestions of this source with works that are not merged since."""
        rows = SourceSuggestion.objects.filter(Q(source=self.row) | Q(other=self.row), answer="")
        return rows.filter(
            source__merged_into__isnull=True, other__merged_into__isnull=True
        ).select_related("source", "other")

    def _suggestion(self, key: str) -> SourceSuggestion | None:
        pk = row_key(key)
        return self._suggestions().filter(pk=pk).first() if pk else None

    def _addresses(self) -> Any:
        """Returns the other addresses that count, with the copies that named them."""
        rows = SourceAddress.objects.filter(source=self.row, removed_at=None)
        return rows.select_related("snapshot").defer("snapshot__text")

    def _address(self, key: str) -> SourceAddress | None:
        pk = row_key(key)
        return self._addresses().filter(pk=pk).first() if pk else None

    def _twin(self, key: str) -> Source | None:
        pk = row_key(key)
        rows = Source.objects.filter(merged_into__isnull=False, pk=pk) if pk else None
        return (
            rows.filter(Q(pk=self.row.pk) | Q(merged_into=self.row)).first()
            if rows is not None and self.row
            else None
        )
