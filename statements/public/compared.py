"""What a claim's number was held against when its finding was sealed: in words, a picture, rows.

It shows the sealed document and nothing that was counted since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from statements.intervals import bounds_as_kept, number_words
from statements.public import words
from statements.public.charts import totals
from statements.public.charts.readings import Picture
from statements.vocabulary import Outcome

Document = Mapping[str, Any]
MOST_OPEN_ROWS = 12
# One shape each, so that no meaning rests on a colour: drawn as the icons of the site.
ICONS: dict[str, str] = {
    Outcome.COMPATIBLE: "compatible",
    Outcome.ABOVE_CLAIM: "above_claim",
    Outcome.BELOW_CLAIM: "below_claim",
    Outcome.NOT_COMPARABLE: "not_comparable",
}
ROBUSTNESS: dict[str, str] = {
    "robust": "Robust: the same answer each way",
    "fragile": "Fragile: the answer depends on which way is right",
}


@dataclass(frozen=True, slots=True)
class CountRow:
    """One count that the sum is made of."""

    period: str
    number: str
    source: str


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that the number was held against."""

    name: str
    icon: str
    label: str
    told: list[str]
    robustness: str
    rows: list[CountRow]
    rows_words: str
    is_long: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """Everything that the number was held against."""

    picture: Picture | None
    held: list[Held]
    not_comparable: list[Held]
    not_comparable_words: str


def compared_of(document: Document) -> Compared | None:
    """Returns the comparisons of a sealed document; None where it has none."""
    comparison, detail = document.get("comparison"), document.get("detail")
    if not comparison or not detail:
        return None
    found = [*comparison["series"], *comparison["readings"]]
    if not found:
        return None
    held = [_held(row) for row in found if row["outcome"] != Outcome.NOT_COMPARABLE]
    others = [_held(row) for row in found if row["outcome"] == Outcome.NOT_COMPARABLE]
    return Compared(
        _picture(detail, comparison["series"] or found),
        held,
        others,
        f"What cannot be compared with it ({len(others)})",
    )


def _held(row: Document) -> Held:
    against = row["against"]
    place = f", {against['place']}" if against["place"] else ""
    name = against["name"] or f"{against['measure_name']}, as the evidence says"
    counter = f"{against['counter']}: " if against["counter"] else ""
    told = [line for line in row["words"] if not line.startswith(("Robust:", "Fragile:"))]
    rows = [_count_row(count, against) for count in row.get("counts", ())]
    return Held(
        name=f"{counter}{name}{place}",
        icon=ICONS[row["outcome"]],
        label=row["label"],
        told=told,
        robustness=ROBUSTNESS.get(row["robustness"], ""),
        rows=rows,
        rows_words=f"The {words.count(len(rows), 'count', 'counts')} behind it",
        is_long=len(rows) > MOST_OPEN_ROWS,
    )


def _count_row(count: Document, against: Document) -> CountRow:
    if against.get("granularity") == "night":
        period = f"Night ending on {words.day(count['end'])}"
    elif count["start"] == count["end"]:
        period = words.day(count["start"])
    else:
        period = f"{words.day(count['start'])} to {words.day(count['end'])}"
    bounds = [count["lower"], count["upper"]]
    number = number_words(Decimal(count["value"]))
    if all(bounds):
        number += f" ({' to '.join(number_words(Decimal(bound)) for bound in bounds)})"
    return CountRow(period, number, count["source"])


def _picture(detail: Document, found: list[Document]) -> Picture | None:
    """Draws the interval that the claim allows with each sum that can be held against it."""
    lower, upper = (
        Decimal(detail[name]) if detail[name] is not None else None for name in ("lower", "upper")
    )
    counted = [
        totals.Counted(float(run["number"]), _sum_words(run, row))
        for row in found
        if row["outcome"] != Outcome.NOT_COMPARABLE
        for run in row["runs"]
        if run["number"] is not None
    ]
    if not counted:
        return None
    bounds = bounds_as_kept(detail["comparator"], lower, upper)
    claim = totals.ClaimedInterval(
        None,
        f"Claimed: {detail['words']}",
        float(lower) if lower is not None else None,
        float(upper) if upper is not None else None,
        bounds.includes_lower,
        bounds.includes_upper,
        counted,
    )
    unit = detail["measure"]["unit"]
    told = words.listing([row.words for row in counted])
    return totals.picture_of(
        totals.Comparison(
            "compared",
            "Claimed and counted",
            words.sentence(f"{unit} over the days of the claim"),
            [claim],
        ),
        f"Claimed were {detail['words']}. {words.sentence(told)}.",
    )


def _sum_words(run: Document, row: Document) -> str:
    told = f"{number_words(Decimal(run['number']))} counted"
    if row["against"]["counter"]:
        told += f" by {row['against']['counter']}"
    if run["coverage"]:
        told += f" in {run['coverage']}"
    return told + (f", with {run['edge']}" if run["edge"] else "")
