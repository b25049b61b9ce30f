"""The counts that a topic's claims are about, and what they say of the claims' numbers.

Nothing is chosen by hand: the topic's claims with a number name measures and places, and every
series that counts the same by a comparable rule is there. Only counts of public sources are told,
and of a moment of the past only those that were stored by then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from sources.editions import KeptEach
from sources.models import Measure, Observation, Series
from sources.prepared import Prepared, PreparedValues, filled
from sources.vocabulary import Granularity
from statements import as_of, fuzzydates
from statements.comparison import (
    Claimed,
    Comparison,
    Count,
    Counted,
    Rule,
    Where,
    Window,
    compare_series,
)
from statements.comparison import as_document as comparison_document
from statements.intervals import bounds_as_kept
from statements.models import Claim, Verdict
from statements.querysets import public_sources
from statements.sealing import plain
from statements.search import Query, find
from statements.vocabulary import ClaimKind

MOST_CLAIMS = 25
MOST_SERIES = 20
# Six counters over three years of days; the newest are told when there are more.
MOST_COUNTS = 6_600
MOST_KEPT = 8  # topics whose counts a process holds, 0.5 MB for 1,000 counts
FEW_WORKS = 20  # as many are asked for in one prepared query


@dataclass(slots=True)
class Counter:
    """One counter's series."""

    series: Series
    counts: list[Count] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.series.publisher.name


@dataclass(frozen=True, slots=True)
class NumberClaimed:
    """A claim with a number, as sealed, with what each counter says of it."""

    public_id: str
    short_text: str
    code: str
    words: str
    claimed: Claimed
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True)
class CountedAlike:
    """Everything that is counted by one rule, for one place, in one kind of step."""

    measure: Measure
    place: str
    granularity: str
    counters: list[Counter]
    claims: list[NumberClaimed]


Document = dict[str, Any]


def counts_of_topic(slug: str, at: datetime | None = None) -> list[CountedAlike]:
    """Returns what is counted for a topic, by the names of the measures (1 to 6 queries).

    Kept for this process while the publication number stands; nobody may change them. As of a
    moment of the past they are read each time: 3 to 14 queries.
    """
    return _read(slug, at) if at else _now(slug)


def _read(slug: str, at: datetime | None = None) -> list[CountedAlike]:
    verdicts = _verdicts(slug, at)
    details = [(verdict, detail) for verdict in verdicts if (detail := _quantity_of(verdict))]
    if not details:
        return []
    groups: dict[tuple[int, int | None, str], CountedAlike] = {}
    for counter in _counters(sorted({detail["measure"]["code"] for _, detail in details}), at):
        series = counter.series
        alike = groups.setdefault(
            (series.measure_id, series.place_id, series.granularity),
            CountedAlike(
                series.measure,
                series.place.name if series.place else "",
                series.granularity,
                [],
                [],
            ),
        )
        alike.counters.append(counter)
    for alike in groups.values():
        alike.claims.extend(_claims_on(alike, details))
    # A series for a place that no claim speaks of is another story.
    told = [alike for alike in groups.values() if alike.claims]
    return sorted(told, key=lambda alike: (alike.measure.name, alike.place, alike.granularity))


_now = KeptEach(_read, most=MOST_KEPT)


# ---- claims ---------------------------------------------------------------------------------


def _verdicts(slug: str, at: datetime | None) -> list[Verdict]:
    """Returns the live findings of the topic's newest claims with a number."""
    query = Query(
        facets=(("topic", slug), ("kind", ClaimKind.QUANTITY.value)),
        published_before=at + as_of.SAME_MOMENT if at else None,
    )
    ids = [line["id"] for line in find(query, size=MOST_CLAIMS, counts=False).lines]
    if not ids:
        return []
    if at is None:
        return _live(*filled(ids, MOST_CLAIMS, ""))
    known = Claim.objects.listed().filter(public_id__in=ids).values_list("pk", flat=True)
    standings = as_of.standings_of(known, at).values()
    live = [row.verdict_id for row in standings if row.is_live and row.verdict_id]
    return list(_findings().filter(pk__in=live))


def _findings() -> QuerySet[Verdict]:
    rows = Verdict.objects.select_related("claim").order_by("claim__first_published_at", "claim")
    return rows.only("short_text", "code", "content", "claim__public_id")


_live = Prepared(lambda *ids: _findings().filter(live_for__public_id__in=ids), *[str] * MOST_CLAIMS)


def _quantity_of(verdict: Verdict) -> Document | None:
    detail: Document | None = verdict.sealed["detail"]
    return detail if detail and detail["type"] == "quantity" else None


def _claims_on(
    alike: CountedAlike, details: Sequence[tuple[Verdict, Document]]
) -> Iterable[NumberClaimed]:
    """Yields the claims on what is counted alike, with what each counter says of them."""
    for verdict, detail in details:
        if detail["measure"]["code"] != alike.measure.code:
            continue
        if detail["place"] and alike.place and detail["place"] != alike.place:
            continue
        claimed = _claimed(alike.measure, detail)
        yield NumberClaimed(
            verdict.claim.public_id,
            verdict.short_text,
            verdict.code,
            detail["words"],
            claimed,
            tuple(
                compare_series(claimed, _counted(counter, claimed.window))
                for counter in alike.counters
            ),
        )


def _claimed(measure: Measure, detail: Document) -> Claimed:
    start, end = fuzzydates.bounds(detail["period"])
    since, until = detail.get("since"), detail.get("until")
    return Claimed(
        _rule(measure),
        bounds_as_kept(detail["comparator"], _number(detail["lower"]), _number(detail["upper"])),
        detail["words"],
        Window(
            date.fromisoformat(since["happened_on"]) if since else start,
            date.fromisoformat(until["happened_on"]) if until else end,
            detail["period_counts"],
            detail["period_time_zone"],
            is_since=bool(since),
            is_until=bool(until),
        ),
        _where(detail["place"]),
        detail["counted_by"],
    )


def _number(told: str | None) -> Decimal | None:
    return Decimal(told) if told is not None else None


def _rule(measure: Measure) -> Rule:
    return Rule(
        measure.code,
        measure.name,
        measure.unit,
        measure.comparability_group,
        is_additive=measure.is_additive,
    )


def _where(name: str) -> Where | None:
    """Returns a place by its name: that is how a finding seals it."""
    return Where(hash(name), name) if name else None


def _counted(counter: Counter, window: Window) -> Counted:
    """Returns a series with its counts of the days of a claim: no others bear on it."""
    series, start, end = counter.series, window.start or date.min, window.end or date.max
    return Counted(
        _rule(series.measure),
        series.name,
        series.publisher.name,
        tuple(count for count in counter.counts if count.end >= start and count.start <= end),
        series.granularity,
        _where(series.place.name if series.place else ""),
        series.time_zone,
        series.includes,
        series.public_id,
    )


# ---- counts ---------------------------------------------------------------------------------

COLUMNS = (
    "series_id", "period_start", "period_end", "value", "lower", "upper", "reported_at", "title",
)  # fmt: skip
WORK = Coalesce("source__merged_into", "source")


def _counters(codes: Sequence[str], at: datetime | None) -> list[Counter]:
    """Returns the series that count by these measures, each with its newest counts.

    Only those that a second editor has confirmed, by that moment where one is given.
    """
    if at is None:
        series = _series_now(*filled(codes, MOST_CLAIMS, ""))
    else:
        series = list(_series(codes, at))
    found = {row.pk: Counter(row) for row in series}
    if not found:
        return []
    rows = _told_of(found, at)
    for row in reversed(rows):
        found[row["series_id"]].counts.append(_count(row))
    return [counter for counter in found.values() if counter.counts]


def _series(codes: Sequence[str], at: datetime | None = None) -> QuerySet[Series]:
    rows = Series.objects.confirmed(known_at=at).filter(measure__code__in=codes)
    return rows.select_related("measure", "publisher", "place").order_by("name", "id")[:MOST_SERIES]


def _told_of(series: Collection[int], at: datetime | None) -> Sequence[dict[str, Any]]:
    """Returns the newest public count of each period, the newest period first (2 or 3 queries).

    What no public page rests on is left out before the newest is looked for: an unpublished report
    neither shows nor takes the place of another.
    """
    if at:
        shown = as_of.works_then(_work_ids(_works(series, at)), at)
        return list(_counts(series, shown, at)) if shown else []
    given = filled(series, MOST_SERIES, 0)
    shown = _public(_work_ids(_works_now(*given)))
    if not shown:
        return []
    if len(shown) > FEW_WORKS:
        return list(_counts(series, shown))
    return _counts_now(*given, *filled(shown, FEW_WORKS, 0))


def _work_ids(rows: Iterable[dict[str, Any]]) -> set[int]:
    return {row["work_id"] for row in rows if row["work_id"] is not None}


def _works(series: Iterable[int], at: datetime | None = None) -> QuerySet[Any, Any]:
    """Returns the works that report counts of some series."""
    rows: QuerySet[Any, Any] = Observation.objects.filter(series__in=list(series))
    stored: QuerySet[Any, Any] = rows.filter(recorded_at__lte=at) if at else rows
    works: QuerySet[Any, Any] = stored.annotate(work_id=WORK).order_by()
    return works.values("work_id").distinct()


def _counts(
    series: Iterable[int], works: Iterable[int], at: datetime | None = None
) -> QuerySet[Any, Any]:
    """Returns the newest counts that some works report, of the newest periods.

    A count that a merged copy reports is the work's, as everything else of the copy.
    """
    ids = list(works)
    rows: QuerySet[Any, Any] = Observation.objects.filter(
        Q(source__in=ids) | Q(source__merged_into__in=ids), series__in=list(series)
    ).known_at(at)
    title = Coalesce("source__merged_into__title", "source__title")
    named: QuerySet[Any, Any] = rows.annotate(title=title)
    return named.order_by("-period_end", "-period_start").values(*COLUMNS)[:MOST_COUNTS]


def _count(row: dict[str, Any]) -> Count:
    return Count(
        row["period_start"],
        row["period_end"],
        row["value"],
        row["lower"],
        row["upper"],
        row["reported_at"],
        row["title"],
    )


_series_now = Prepared(lambda *codes: _series(codes), *[str] * MOST_CLAIMS)
_works_now = PreparedValues(lambda *series: _works(series), *[int] * MOST_SERIES)
_counts_now = PreparedValues(
    lambda *given: _counts(given[:MOST_SERIES], given[MOST_SERIES:]),
    *[int] * (MOST_SERIES + FEW_WORKS),
)
_public_now = PreparedValues(
    lambda *works: public_sources().filter(pk__in=works).values("pk"), *[int] * FEW_WORKS
)


def _public(works: Collection[int]) -> set[int]:
    """Returns which works have a page (one query, or none). Mostly one work reports a series."""
    if not works:
        return set()
    if len(works) > FEW_WORKS:
        return set(public_sources().filter(pk__in=works).values_list("pk", flat=True))
    return {row["pk"] for row in _public_now(*filled(works, FEW_WORKS, 0))}


def days_of(count: Count, granularity: str) -> tuple[date, date]:
    """Returns the days that a count is drawn over: a night stands on the day of its morning."""
    start = count.end if granularity == Granularity.NIGHT else count.start
    return start, count.end


def as_document(alike: CountedAlike) -> Document:
    """Returns what is counted alike as plain JSON, with what it says of the claims."""
    measure = alike.measure
    return {
        "measure": {
            "code": measure.code,
            "name": measure.name,
            "unit": measure.unit,
            "counting_rule": measure.counting_rule,
        },
        "place": alike.place,
        "granularity": alike.granularity,
        "counters": [
            {
                "series": counter.series.public_id,
                "name": counter.series.name,
                "counter": counter.name,
                "includes": counter.series.includes,
                "counts": [_count_document(count) for count in counter.counts],
            }
            for counter in alike.counters
        ],
        "claims": [
            {
                "id": claim.public_id,
                "short_text": claim.short_text,
                "claimed": claim.words,
                "comparisons": [comparison_document(row) for row in claim.comparisons],
            }
            for claim in alike.claims
        ],
    }


def _count_document(count: Count) -> Document:
    return {
        "start": count.start,
        "end": count.end,
        **{name: plain(getattr(count, name)) for name in ("value", "lower", "upper")},
    }
