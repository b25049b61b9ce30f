"""Fetching what a claim's number is held against, and comparing (`statements.comparison`).

Two audiences: at the desk every count is looked at; in public only series and events that a
second editor confirmed, and counts that a public source reports.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from sources.models import Observation, Place, Series
from sources.prepared import PreparedValues
from statements import fuzzydates, timeline
from statements.comparison import (
    Claimed,
    Comparison,
    Count,
    Counted,
    Reading,
    Rule,
    Where,
    Window,
    compare,
    compare_series,
)
from statements.intervals import bounds_as_kept
from statements.models import AgreementEvent
from statements.querysets import sources_of_public_works

if TYPE_CHECKING:
    from sources.models import Measure
    from sources.querysets import ObservationQuerySet
    from statements.models import QuantityDetail
    from statements.models import Reading as ReadingRow

MOST_SERIES = 50  # of one claim: far more than anybody counts the same thing
MOST_OTHERS = 10  # that are told beside them, with why they cannot be compared


def comparisons_for(
    quantity: QuantityDetail,
    *,
    known_at: datetime | None = None,
    is_public: bool = False,
    cited: Sequence[int] = (),
) -> list[Comparison]:
    """Holds a claim's number against every series that counts the same by the same rule.

    Those for the same place come first; those for a part of it or for more than it are told as
    not comparable, all others are left out, and so are series without any count to be looked at.
    `known_at` looks with the knowledge of a moment; `cited` are works whose counts may be looked
    at in public, too: those that are about to be published with the claim.
    Three to eight queries, whatever the number of series.
    """
    rows = _alike(quantity, known_at=known_at, is_public=is_public)
    counts = _counts(cited, known_at=known_at, is_public=is_public)
    seen = rows.filter(Exists(counts.filter(series=OuterRef("pk"))))
    found = _compared(quantity, seen, counts, known_at=known_at, is_public=is_public)
    return [comparison for comparison in found if _is_near(comparison)]


def is_counted(quantity: QuantityDetail, *, is_public: bool = False) -> bool:
    """Says whether any series counts the same by the same rule (one query).

    Of most numbers none does, and asking which counts are public takes twenty times as long.
    """
    counted = _COUNTED_IN_PUBLIC if is_public else _COUNTED
    return counted.first(quantity.measure.comparability_group, quantity.measure.unit) is not None


def comparison_with(
    quantity: QuantityDetail,
    series: Series,
    *,
    known_at: datetime | None = None,
    is_public: bool = False,
) -> Comparison:
    """Holds a claim's number against one series, whatever it counts."""
    counts = _counts((), known_at=known_at, is_public=is_public)
    rows = Series.objects.filter(pk=series.pk)
    return _compared(quantity, rows, counts, known_at=known_at, is_public=is_public)[0]


def not_compared_with(quantity: QuantityDetail) -> list[Comparison]:
    """Returns, for the desk, what is counted of the same place in the same unit by other rules.

    None of it can be compared; each says why (one query).
    """
    rows = (
        Series.objects.filter(
            Exists(Observation.objects.filter(series=OuterRef("pk"))),
            measure__unit=quantity.measure.unit,
            place=quantity.place,
        )
        .exclude(measure__comparability_group=quantity.measure.comparability_group)
        .select_related("measure", "publisher", "place")
        .order_by("name", "id")
    )
    claimed = _claimed(quantity, {})
    return [compare_series(claimed, _counted(row, (), {})) for row in rows[:MOST_OTHERS]]


def comparisons_with_readings(
    quantity: QuantityDetail,
    readings: Iterable[ReadingRow],
    *,
    known_at: datetime | None = None,
    is_public: bool = False,
) -> list[Comparison]:
    """Holds a claim's number against the numbers inside pieces of evidence, in their order.

    At most four queries and one for each level of places, whatever the number of readings.
    """
    rows = list(readings)
    above = _places_above({quantity.place_id, *(row.place_id for row in rows)})
    windows = windows_of(quantity, known_at=known_at, is_public=is_public)
    claimed = _claimed(quantity, above)
    return [compare(claimed, _read(row, above), *windows) for row in rows]


def _series(*, known_at: datetime | None, is_public: bool) -> QuerySet[Series]:
    return Series.objects.confirmed(known_at=known_at) if is_public else Series.objects.all()


def _alike(
    quantity: QuantityDetail, *, known_at: datetime | None, is_public: bool
) -> QuerySet[Series]:
    measure = quantity.measure
    rows = _series(known_at=known_at, is_public=is_public)
    return _of_group(rows, measure.comparability_group, measure.unit)


def _of_group(rows: QuerySet[Series], group: str, unit: str) -> QuerySet[Series]:
    return rows.filter(measure__comparability_group=group, measure__unit=unit)


def _any(*, is_public: bool) -> PreparedValues:
    rows = partial(_series, known_at=None, is_public=is_public)
    return PreparedValues(
        lambda group, unit: _of_group(rows(), group, unit).order_by().values("pk")[:1], str, str
    )


_COUNTED, _COUNTED_IN_PUBLIC = _any(is_public=False), _any(is_public=True)


def _counts(
    cited: Sequence[int], *, known_at: datetime | None, is_public: bool
) -> ObservationQuerySet:
    counts = Observation.objects.all()
    if is_public:
        of_cited = Q(source__in=cited) | Q(source__merged_into__in=cited) if cited else Q()
        public = Exists(sources_of_public_works().filter(pk=OuterRef("source")))
        counts = counts.confirmed().filter(of_cited | Q(public))
    return counts.filter(recorded_at__lte=known_at) if known_at else counts


def _compared(
    quantity: QuantityDetail,
    rows: QuerySet[Series],
    counts: ObservationQuerySet,
    *,
    known_at: datetime | None,
    is_public: bool,
) -> list[Comparison]:
    series = list(
        rows.select_related("measure", "publisher", "place").order_by("name", "id")[:MOST_SERIES]
    )
    if not series:
        return []
    windows = windows_of(quantity, known_at=known_at, is_public=is_public)
    above = _places_above({quantity.place_id, *(row.place_id for row in series)})
    told = _told(series, counts, windows, known_at)
    claimed = _claimed(quantity, above)
    found = [
        compare_series(claimed, _counted(row, told.get(row.pk, ()), above), *windows)
        for row in series
    ]
    return sorted(found, key=lambda comparison: not _is_same_place(comparison))


def _told(
    series: Sequence[Series],
    counts: ObservationQuerySet,
    windows: Sequence[Window],
    known_at: datetime | None,
) -> dict[int, tuple[Count, ...]]:
    """Returns the newest counts of the windows, by series (one query)."""
    starts, ends = [w.start for w in windows], [w.end for w in windows]
    start = None if None in starts else min(day for day in starts if day)
    end = None if None in ends else max(day for day in ends if day)
    if not any(window.is_named for window in windows):
        return {}
    rows = counts.filter(series__in=series).overlapping(start, end).known_at(known_at)
    found: dict[int, list[Count]] = defaultdict(list)
    for row in rows.select_related("source__merged_into").order_by("period_start", "period_end"):
        found[row.series_id].append(count_of(row))
    return {key: tuple(value) for key, value in found.items()}


# ---- rows as plain values -------------------------------------------------------------------


def rule_of(measure: Measure) -> Rule:
    return Rule(
        measure.code,
        measure.name,
        measure.unit,
        measure.comparability_group,
        is_additive=measure.is_additive,
    )


def count_of(row: Observation) -> Count:
    return Count(
        row.period_start,
        row.period_end,
        row.value,
        row.lower,
        row.upper,
        row.reported_at,
        row.source.work.title if row.source else "",
        row.pk,
    )


def _counted(row: Series, counts: tuple[Count, ...], above: dict[int, frozenset[int]]) -> Counted:
    return Counted(
        rule_of(row.measure),
        row.name,
        row.publisher.name,
        counts,
        row.granularity,
        _where(row.place, above),
        row.time_zone,
        row.includes,
        row.public_id,
    )


def _claimed(row: QuantityDetail | ReadingRow, above: dict[int, frozenset[int]]) -> Claimed:
    return Claimed(
        rule_of(row.measure),
        bounds_as_kept(row.comparator, row.lower, row.upper),
        row.number_words,
        Window(
            row.period_start,
            row.period_end,
            row.period_counts,
            row.period_time_zone,
            is_about=_is_about(row.period_edtf),
        ),
        _where(row.place, above),
        row.counted_by.name if row.counted_by else "",
    )


def _read(row: ReadingRow, above: dict[int, frozenset[int]]) -> Reading:
    told = _claimed(row, above)
    return Reading(told.rule, told.bounds, told.words, told.window, told.place, told.counter)


def _is_about(edtf: str) -> bool:
    """Says whether a period is marked as about or perhaps so (EDTF level 1: ~ ? %)."""
    return any(mark in edtf for mark in "~?%")


def _where(place: Place | None, above: dict[int, frozenset[int]]) -> Where | None:
    return Where(place.pk, place.name, above.get(place.pk, frozenset())) if place else None


def _places_above(ids: Iterable[int | None]) -> dict[int, frozenset[int]]:
    """Returns what each place is a part of, all the way up (a query a level, none for one place)."""
    wanted = {pk for pk in ids if pk is not None}
    if len(wanted) < 2:
        return {}
    above = Place.objects.above(wanted)
    return {pk: frozenset(_way_up(pk, above)) for pk in wanted}


def _way_up(pk: int, above: dict[int, int | None]) -> Iterable[int]:
    seen: set[int] = set()
    parent = above.get(pk)
    while parent is not None and parent not in seen:
        seen.add(parent)
        parent = above.get(parent)
    return seen


def _is_same_place(comparison: Comparison) -> bool:
    asked, given = comparison.claimed.place, comparison.against.place
    return asked == given or (asked is not None and given is not None and asked.key == given.key)


def _is_near(comparison: Comparison) -> bool:
    asked, given = comparison.claimed.place, comparison.against.place
    if asked is None or given is None:
        return True
    return _is_same_place(comparison) or asked.key in given.above or given.key in asked.above


# ---- windows --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dating:
    """A day on which an event is said to have happened, and who says so."""

    day: date
    who: tuple[str, ...]

    @property
    def words(self) -> str:
        return ": ".join(filter(None, [" and ".join(self.who), fuzzydates.day_words(self.day)]))


def windows_of(
    quantity: QuantityDetail, *, known_at: datetime | None = None, is_public: bool = False
) -> list[Window]:
    """Returns the days that a claim's number covers: several where its events are dated twice.

    An event takes the place of the end of the period that it stands for. An open end is the day
    on which the claim was made. At most one query, and two for each event.
    """
    plain = Window(
        quantity.period_start,
        quantity.period_end or quantity.spoken_of_on,
        quantity.period_counts,
        quantity.period_time_zone,
        is_about=_is_about(quantity.period_edtf),
    )
    since = _datings(quantity.since_event, known_at=known_at, is_public=is_public)
    until = _datings(quantity.until_event, known_at=known_at, is_public=is_public)
    windows = []
    none: list[Dating | None] = [None]
    for first in since or none:
        for last in until or none:
            window = plain
            if first:
                window = replace(window, start=first.day, is_since=True)
            if last:
                window = replace(window, end=last.day, is_until=True)
            told = [
                dating.words
                for dating, datings in ((first, since), (last, until))
                if dating and len(datings) > 1
            ]
            windows.append(replace(window, dated="; ".join(told)))
    return windows


def _datings(event: AgreementEvent | None, **options: Any) -> list[Dating]:
    return datings_of(event, **options) if event else []


def datings_of(
    event: AgreementEvent, *, known_at: datetime | None = None, is_public: bool = False
) -> list[Dating]:
    """Returns the days that are given for an event, by source, in order of time (one query).

    Rows that supersede one another or date one another again speak of one event; of each line
    the last row counts. The event itself speaks even before it was recorded or confirmed: its day
    stands in the claim. Who says so is not told in public before that is confirmed.
    """
    rows = AgreementEvent.objects.filter(agreement=event.agreement_id)
    known = Q(confirmation__isnull=False) if is_public else Q()
    if known_at:
        when = "confirmation__confirmed_at" if is_public else "recorded_at"
        known = Q(**{f"{when}__lte": known_at})
    rows = rows.filter(known | Q(pk=event.pk)) if known else rows
    found = {row.pk: row for row in rows.select_related("source__publisher", "confirmation")}
    same = timeline.one_event(event.pk, found.values())
    old = {found[pk].supersedes_id for pk in same}
    days: dict[date, list[str]] = defaultdict(list)
    for row in sorted((found[pk] for pk in same - old), key=lambda row: (row.happened_on, row.pk)):
        told = days[row.happened_on]
        publisher = row.source.publisher
        who = publisher.name if publisher else row.source.title
        if who not in told and (not is_public or hasattr(row, "confirmation")):
            told.append(who)
    return [Dating(day, tuple(who)) for day, who in days.items()]
