"""The part of a claim's page on the series that its number can be held against."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from sources.admin.forms import DeskForm
from sources.admin.pages import DeskPage
from sources.models import Series
from statements.comparing import (
    comparisons_for,
    comparisons_with_readings,
    not_compared_with,
)
from statements.comparison import Comparison, Counted, as_document, sentences
from statements.comparison.telling import number_of
from statements.desk import forms
from statements.intervals import bounds_words
from statements.models import Claim
from statements.operations import cite_series
from statements.operations.compared import comparisons_to_seal
from statements.vocabulary import Outcome

WORDS = {
    Outcome.COMPATIBLE: "fits the claim",
    Outcome.ABOVE_CLAIM: "lies above the claim",
    Outcome.BELOW_CLAIM: "lies below the claim",
    Outcome.NOT_COMPARABLE: "cannot be compared",
}


class ComparisonPart(DeskPage):
    row: Claim

    def _build_use(self, name: str, key: str, data: Any, files: Any) -> DeskForm | None:
        known = Series.objects.filter(public_id=key).exists()
        return forms.UseForm(data, name=name) if known else None

    def _save_use(self, form: DeskForm, key: str) -> HttpResponse:
        series = Series.objects.select_related("measure", "publisher", "place").get(public_id=key)
        cited = cite_series(self.row, series, by=self.user, **form.cleaned_data)
        many = "The counts are" if len(cited) == 1 else f"The counts of {len(cited)} sources are"
        return self.saved(f"{many} cited, with their sum.", "evidence")

    def _comparisons(self, claim: Claim) -> list[dict[str, Any]]:
        """Returns the comparisons of the claim's number, as the page shows them."""
        quantity = getattr(claim, "quantity", None)
        if quantity is None:
            return []
        quantity.claim = claim
        sealable = comparisons_to_seal(claim)
        sealed = {_key(found): found for found in sealable.series} if sealable else {}
        return [
            self._comparison(found) | _to_be_sealed(found, sealed.get(_key(found)))
            for found in comparisons_for(quantity)
        ] + [self._comparison(found) for found in not_compared_with(quantity)]

    def _readings(self, claim: Claim) -> dict[int, list[str]]:
        """Returns what the number inside each piece of evidence says, in words, by evidence."""
        quantity = getattr(claim, "quantity", None)
        typed = [item.reading for item in claim.evidence.all() if hasattr(item, "reading")]
        if quantity is None or not typed:
            return {}
        quantity.claim = claim
        found = comparisons_with_readings(quantity, typed)
        return {
            row.evidence_id: sentences(comparison)
            for row, comparison in zip(typed, found, strict=True)
        }

    def _comparison(self, found: Comparison) -> dict[str, Any]:
        series = found.against
        name = f"use-{_key(found)}"
        return {
            "name": series.name if isinstance(series, Counted) else "",
            "counter": series.counter,
            "measure": series.rule.name,
            "includes": series.includes if isinstance(series, Counted) else "",
            "outcome": found.outcome,
            "answer": WORDS[Outcome(found.outcome)],
            "sentences": sentences(found),
            "number": number_of(found.main),
            "unit": series.rule.unit,
            "counts": [
                (count.start, count.end, bounds_words(count.bounds), count.source)
                for count in found.main.counts
            ],
            "form": self.bound.get(name) or forms.UseForm(name=name),
        }


def words_to_be_sealed(claim: Claim) -> list[tuple[str, list[str]]]:
    """Returns what a number is held against when the claim is published now: name, and words."""
    found = comparisons_to_seal(claim)
    if found is None:
        return []
    return [
        (comparison.against.name, sentences(comparison))
        for comparison in found.series
        if isinstance(comparison.against, Counted)
    ] + [("As the evidence says", sentences(comparison)) for _, comparison in found.readings]


def _key(found: Comparison) -> str:
    return found.against.key if isinstance(found.against, Counted) else ""


def _to_be_sealed(found: Comparison, sealed: Comparison | None) -> dict[str, Any]:
    """Says what the public does not see of a comparison: publishing seals what it may see alone."""
    if sealed is None:
        return {"is_unseen": True}
    differs = as_document(found) != as_document(sealed)
    return {"to_be_sealed": sentences(sealed) if differs else []}
