"""The part of a claim's page on its evidence, and the numbers in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.http import HttpResponse

from sources.admin.forms import DeskForm
from sources.admin.pages import DeskPage
from sources.admin.source import capture_words, is_being_fetched
from sources.models import Capture, Snapshot, Source
from statements import fragments
from statements.desk import forms
from statements.desk.rows import look_up, number_values, one, source_and_copy
from statements.models import AnchorCheck, Claim, Evidence
from statements.operations import (
    attach_evidence,
    remove_evidence,
    remove_reading,
    set_reading,
    update_evidence,
)


def _copies(item: Evidence) -> Any:
    """Returns the copies of the work that evidence cites, without their texts."""
    return Snapshot.objects.of_work(item.source).defer("text")


def copies_by_work(items: Iterable[Evidence]) -> dict[int, list[Snapshot]]:
    """Returns the copies of all works that are cited, newest first, without their texts (1 query)."""
    works = {item.source.work_id for item in items}
    found: dict[int, list[Snapshot]] = {work: [] for work in works}
    sources = Source.objects.filter(Q(pk__in=works) | Q(merged_into__in=works)).values("pk")
    for copy in Snapshot.objects.filter(source__in=sources).select_related("source").defer("text"):
        found[copy.source.work_id].append(copy)
    return found


class EvidencePart(DeskPage):
    row: Claim
    copies: dict[int, list[Snapshot]] | None = None  # of all that the page shows

    def _build_cite(self, name: str, data: Any, files: Any) -> DeskForm:
        return forms.CiteForm(data, files, name=name)

    def _build_evidence(self, name: str, key: str, data: Any, files: Any) -> DeskForm | None:
        item = self._evidence(key)
        return self._evidence_form(item, name, data) if item else None

    def _evidence_form(self, item: Evidence, name: str, data: Any = None) -> DeskForm:
        values = {
            "stance": item.stance,
            "snapshot": str(item.snapshot_id or ""),
            "quote": item.quotation,
            "fragment": fragments.written(item.fragment),
            "note": item.note,
            "waiver": item.waiver,
        }
        snapshots = list(_copies(item)) if self.copies is None else self.copies[item.source.work_id]
        return forms.EvidenceForm(
            data, name=name, values=values, row_version=item.version, snapshots=snapshots
        )

    def _build_reading(self, name: str, key: str, data: Any, files: Any) -> DeskForm | None:
        item = self._evidence(key)
        return self._reading_form(item, name, data) if item else None

    def _reading_form(self, item: Evidence, name: str, data: Any = None) -> DeskForm:
        reading = getattr(item, "reading", None)
        values = number_values(reading, forms.QuantityForm) if reading else {}
        if not reading and (quantity := getattr(self.row, "quantity", None)):
            values = {"measure": quantity.measure, "place": quantity.place}
        return forms.QuantityForm(data, name=name, values=values, row_version=item.version)

    def _build_remove(self, name: str, key: str, data: Any, files: Any) -> DeskForm | None:
        item = self._evidence(key)
        return forms.NoFields(data, name=name, row_version=item.version) if item else None

    def _build_unread(self, name: str, key: str, data: Any, files: Any) -> DeskForm | None:
        return forms.NoFields(data, name=name) if self._evidence(key) else None

    def _evidence(self, key: str) -> Evidence | None:
        found: Evidence | None = one(self.row.evidence.select_related("source"), key)
        return found

    def _save_cite(self, form: DeskForm, key: str) -> HttpResponse:
        by, cleaned = self.user, form.cleaned_data
        source, snapshot, is_new = source_and_copy(cleaned, by=by)
        attach_evidence(
            self.row,
            by=by,
            source=source,
            stance=cleaned["stance"],
            snapshot=snapshot,
            quote=cleaned["quote"],
            fragment=cleaned["fragment"],
            note=cleaned["note"],
            waiver=cleaned["waiver"],
        )
        words = "The evidence is cited."
        if not is_new and cleaned["url"]:
            words = f"The address was known: its source “{source}” is cited."
        if snapshot is None and cleaned["url"] and is_being_fetched(source):
            words = f"{words} Its page is being fetched."
        return self.saved(words, "evidence")

    def _save_evidence(self, form: DeskForm, key: str) -> HttpResponse:
        item = self._evidence(key)
        if item is None:
            return self.render(form, status=404)
        values = form.cleaned_data
        snapshot = one(_copies(item), values.pop("snapshot"))
        if snapshot is None:  # then there is nothing that could hold a quote
            values["quote"] = values["quote"] or None
        update_evidence(item, by=self.user, version=form.version, snapshot=snapshot, **values)
        return self.saved("The evidence is saved.", form.do)

    def _save_reading(self, form: DeskForm, key: str) -> HttpResponse:
        item = self._evidence(key)
        if item is not None:
            set_reading(item, by=self.user, **form.cleaned_data)
        return self.saved("The number is typed.", f"evidence-{key}")

    def _save_unread(self, form: DeskForm, key: str) -> HttpResponse:
        item = self._evidence(key)
        if item is not None:
            remove_reading(item, by=self.user)
        return self.saved("The typed number is taken away.", f"evidence-{key}")

    def _save_remove(self, form: DeskForm, key: str) -> HttpResponse:
        item = self._evidence(key)
        if item is not None:
            remove_evidence(item, by=self.user, version=form.version)
        return self.saved("The evidence is taken away. Its history stays.", "evidence")

    def _captures(self, evidence: list[Evidence]) -> dict[int, dict[str, Any]]:
        """Returns how fetching stands, by source, where there is no copy (a query when any)."""
        sources = {item.source_id for item in evidence if item.snapshot_id is None}
        if not sources:
            return {}
        rows = Capture.objects.filter(source__in=sources).order_by("requested_at", "id")
        return {row.source_id: capture_words(row) for row in rows}  # the newest one is the last

    def _evidence_context(
        self, item: Evidence, check: AnchorCheck | None, capture: dict[str, Any] | None
    ) -> dict[str, Any]:
        def form(name: str, made: DeskForm) -> DeskForm:
            return self.bound.get(name, made)

        names = {kind: f"{kind}-{item.pk}" for kind in ("evidence", "reading", "remove")}
        evidence = form(names["evidence"], self._evidence_form(item, names["evidence"]))
        reading = form(names["reading"], self._reading_form(item, names["reading"]))
        return {
            "row": item,
            "place": fragments.words(item.fragment),
            "check": check,
            "capture": capture,
            "diff": check.diff if check else [],
            "form": evidence,
            "reading_form": reading,
            "reading": getattr(item, "reading", None),
            "remove": forms.NoFields(name=names["remove"], row_version=item.version),
            "unread": forms.NoFields(name=f"unread-{item.pk}"),
            "is_open": evidence.is_bound,
            "is_reading_open": reading.is_bound,
        }

    def _looked(self) -> dict[str, Any] | None:
        form = self.bound.get("cite")
        return look_up(form) if form is not None and "look" in self.request.POST else None
