"""Taking counts of a series into the evidence on a claim."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.db import transaction

from sources.errors import NotPossible
from sources.models import Observation, Series, Source
from sources.people import Role, require
from sources.vocabulary import Granularity
from statements import fuzzydates
from statements.comparing import comparison_with, count_of
from statements.intervals import bounds_words, total
from statements.models import Claim, Evidence, QuantityDetail
from statements.operations.common import lock_for_work
from statements.operations.evidence import attach_evidence
from statements.vocabulary import Comparator, PeriodCounts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import User

    from statements.intervals import Bounds

MOST_SOURCES = 31  # a month of daily reports, a source a day
# Two readings of one source that agree in these say the same.
SAME = ("measure", "comparator", "value", "period_edtf", "period_counts")


@transaction.atomic
def cite_series(
    claim: Claim, series: Series, *, by: User, stance: str, note: str = ""
) -> list[Evidence]:
    """Cites the counts of a series that fall into the window of a claim's number.

    One piece of evidence for each source that reports some of them, with their sum as its typed
    reading; where a source leaves out days in between, the sum is "at least". Without a `note`
    each says what was added up. Raises `NotPossible`, in words, when there are no counts to cite,
    when one has no source, when they
    come from more than 31, and when they are cited already.
    """
    require(by, Role.CHECKER, "cite evidence")
    claim = lock_for_work(claim)
    quantity = QuantityDetail.objects.filter(claim=claim).first()
    if quantity is None:
        raise NotPossible("type the number of the claim first")
    run = comparison_with(quantity, series).main
    if run.bounds is None or not run.counts:
        raise NotPossible(f"nothing of this series can be cited. {run.why}".strip())
    counts = Observation.objects.filter(pk__in=[count.key for count in run.counts])
    told: dict[Source, list[Observation]] = defaultdict(list)
    for row in counts.select_related("source__merged_into").order_by("period_start", "period_end"):
        if row.source is None:
            days = fuzzydates.words(f"{row.period_start}/{row.period_end}")
            raise NotPossible(f"the count for {days} names no source: record it with one first")
        told[row.source].append(row)
    if len(told) > MOST_SOURCES:
        raise NotPossible(
            f"these counts come from {len(told)} sources: cite the work that gathers them instead"
        )
    readings = {source: _reading(series, rows) for source, rows in told.items()}
    for source, reading in readings.items():
        if claim.evidence.filter(
            source=source, **{f"reading__{name}": reading[name] for name in SAME}
        ).exists():
            raise NotPossible(f"these counts of “{source}” are cited already")
    return [
        attach_evidence(
            claim,
            by=by,
            source=source,
            stance=stance,
            note=note or _note(series, rows),
            reading=readings[source],
        )
        for source, rows in told.items()
    ]


def _note(series: Series, rows: Sequence[Observation]) -> str:
    """Returns what was added up, for readers: who counted, which days, what it makes."""
    steps = "night" if series.granularity == Granularity.NIGHT else "count"
    many = f"{len(rows)} {steps}s" if len(rows) > 1 else f"One {steps}"
    days = fuzzydates.words(f"{_first(series, rows[0])}/{rows[-1].period_end}")
    ending = "ending on " if series.granularity == Granularity.NIGHT else ""
    numbers = f"{_least(series, rows)}{bounds_words(_sum(rows))} {series.measure.unit}"
    return f"{series.name}: {many}, {ending}{days}, make {numbers}."


def _reading(series: Series, rows: Sequence[Observation]) -> dict[str, Any]:
    at_night = series.granularity == Granularity.NIGHT
    bounds = _sum(rows)
    number: dict[str, Any]
    if _least(series, rows):
        number = {"comparator": Comparator.AT_LEAST, "value": bounds.lower}
    elif bounds.lower == bounds.upper:
        number = {"comparator": Comparator.EXACTLY, "value": bounds.lower}
    else:
        number = {
            "comparator": Comparator.BETWEEN,
            "value": None,
            "lower": bounds.lower,
            "upper": bounds.upper,
        }
    return {
        "measure": series.measure,
        **number,
        "period_edtf": f"{_first(series, rows[0])}/{rows[-1].period_end}",
        "period_counts": PeriodCounts.NIGHTS if at_night else PeriodCounts.CALENDAR_DAYS,
        "period_time_zone": series.time_zone,
        "place": series.place,
        "counted_by": series.publisher,
    }


def _sum(rows: Sequence[Observation]) -> Bounds:
    return total(count_of(row).bounds for row in rows)


def _least(series: Series, rows: Sequence[Observation]) -> str:
    """Returns "at least " where days or nights between the counts are missing."""
    one_day = timedelta(days=1)
    return (
        "at least "
        if any(_first(series, later) > one.period_end + one_day for one, later in pairwise(rows))
        else ""
    )


def _first(series: Series, row: Observation) -> date:
    """Returns the first day of a count; a night goes by its morning, as in the claim's window."""
    return row.period_end if series.granularity == Granularity.NIGHT else row.period_start
