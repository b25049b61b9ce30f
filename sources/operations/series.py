"""What is counted and who counts it; and counts, which are appended and never changed."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from sources import followers
from sources.errors import Invalid, NotAllowed, NotPossible
from sources.models import Measure, Observation, Series, SeriesConfirmation, Source
from sources.operations.common import (
    announce_change,
    assign,
    hold,
    is_used,
    raise_publication_number,
    store,
)
from sources.people import Role, require
from sources.periods import ONE_DAY, ONE_WEEK, period_of
from sources.texts import clean, clean_line
from sources.vocabulary import Granularity

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MEASURE_FIELDS = (
    "name", "unit", "counting_rule", "comparability_group", "tolerance_percent", "is_additive",
)  # fmt: skip
# What numbers that are there rest on.
WHAT_A_MEASURE_MEANS = ("unit", "comparability_group", "tolerance_percent", "is_additive")
SERIES_FIELDS = ("measure", "publisher", "place", "name", "granularity", "time_zone", "includes")
TOO_LARGE = Decimal(10) ** 14  # what the columns leave before the point
MOST_DECIMALS = 4
BATCH = 500


@dataclass(frozen=True, slots=True)
class Told:
    """One count as a counter gave it; without `reported_at` and `source`, those of the whole."""

    start: date
    value: Decimal
    end: date | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    reported_at: datetime | None = None
    source: Source | None = None


@transaction.atomic
def save_measure(measure: Measure | None = None, *, by: User, **values: Any) -> Measure:
    """Adds a measure, with its `code` for ever, or changes what is said about one."""
    require(by, Role.EDITOR, "keep measures")
    row = hold(measure) if measure else Measure()
    code = values.pop("code", row.code)
    if row.pk and code != row.code:
        raise Invalid("the code of a measure never changes: add another one", field="code")
    row.code = clean_line(code, "code", required="give the measure a code", most=60)
    changed = assign(row, values, MEASURE_FIELDS)
    if row.pk and not changed:
        return row
    meant = [name for name in changed if name in WHAT_A_MEASURE_MEANS]
    if row.pk and meant and is_used(row):
        raise Invalid("numbers rest on this measure: add another one", field=meant[0])
    store(row)
    raise_publication_number()  # measures are vocabulary, the same for everybody
    return row


@transaction.atomic
def save_series(series: Series | None = None, *, by: User | None, **values: Any) -> Series:
    """Adds a series or changes one; once it has counts, what they count stays as it is.

    A new one is shown once a second editor confirms it (`confirm_series`).
    `by` is None on the command line, where nobody has logged in.
    """
    if by is not None:
        require(by, Role.CHECKER, "keep series")
    row = hold(series) if series else Series(added_by=by)
    name = values.get("name", row.name)
    values["name"] = clean_line(name, "name", required="give the series a name", most=200)
    if "includes" in values:
        values["includes"] = clean(values["includes"], "includes")
    changed = assign(row, values, SERIES_FIELDS)
    if row.pk and not changed:
        return row
    is_known = bool(row.pk)
    store(row)
    if is_known:
        announce_change(row)
    return row


@transaction.atomic
def confirm_series(series: Series, *, by: User) -> SeriesConfirmation:
    """Lets a series and its counts be shown: an editor other than the one who added it."""
    require(by, Role.EDITOR, "confirm series")
    row = hold(series)
    if SeriesConfirmation.objects.filter(series=row).exists():
        raise NotPossible("this series is confirmed already")
    if row.added_by_id == by.pk:
        raise NotAllowed("ask a second editor to confirm what you added")
    if not row.observations.exists():
        raise NotPossible("there are no counts yet to look at: confirm it when it has some")
    confirmation = SeriesConfirmation(
        series=row, recorded_by=row.added_by, confirmed_by=by, confirmed_at=timezone.now()
    )
    confirmation.save(force_insert=True)
    announce_change(row)
    return confirmation


@transaction.atomic
def record_observations(
    series: Series,
    rows: Sequence[Told],
    *,
    by: User | None,
    reported_at: datetime | None = None,
    source: Source | None = None,
) -> list[Observation]:
    """Appends counts to a series and returns the new ones, in order of time.

    A count that says what was said before changes nothing; one that says something else is a new
    vintage beside the old one. `reported_at` is when the counter gave them (without it: now).
    `by` is None on the command line. Raises `Invalid` for the first row that cannot be taken, and
    nothing is recorded then.
    """
    new = append_counts(series, rows, by=by, reported_at=reported_at, source=source)
    announce_counts(series, new)
    return new


def append_counts(
    series: Series,
    rows: Sequence[Told],
    *,
    by: User | None,
    reported_at: datetime | None = None,
    source: Source | None = None,
) -> list[Observation]:
    """Does what `record_observations` does, inside the caller's transaction.

    The caller ends that with `announce_counts`.
    """
    if by is not None:
        require(by, Role.CHECKER, "record counts")
    held = hold(series)  # two people with the same file: the second finds the first one's counts
    now = timezone.now()
    told = _in_order(held, rows, reported_at or now, now)
    vintages = _vintages(held, told)
    new = []
    for (start, end), row, at in told:
        known = vintages[start, end]
        place = bisect_right(known, at, key=lambda vintage: vintage[0])
        said = (row.value, row.lower, row.upper)
        if place and known[place - 1][1] == said:
            continue
        if place and known[place - 1][0] == at:
            raise Invalid(
                f"another count for {end} was reported at that very moment "
                f"({known[place - 1][1][0]:f}): say when this one was",
                field="reported_at",
            )
        new.append(
            Observation(
                series=held, period_start=start, period_end=end, lower=row.lower, value=row.value,
                upper=row.upper, reported_at=at, recorded_at=now, recorded_by=by,
                source=row.source or source,
            )
        )  # fmt: skip
    if not new:
        return []
    Observation.objects.bulk_create(new, batch_size=BATCH)
    for follow in followers.of_observations_recorded:
        follow(held, new)
    return new


def announce_counts(series: Series, new: Sequence[Observation]) -> None:
    """Raises the number when the public sees new counts; the last statement of its transaction."""
    reporting = {row.source_id: row.source for row in new if row.source}
    if not reporting or not SeriesConfirmation.objects.filter(series=series).exists():
        return
    if any(followers.is_seen(work) for work in reporting.values()):
        raise_publication_number()


Period = tuple[date, date]
Said = tuple[Decimal, Decimal | None, Decimal | None]


def _in_order(
    series: Series, rows: Iterable[Told], default: datetime, now: datetime
) -> list[tuple[Period, Told, datetime]]:
    """Returns the rows with their periods and moments, checked, in order of time."""
    found: dict[Period, tuple[Period, Told, datetime]] = {}
    for row in rows:
        at = row.reported_at or default
        try:
            period = period_of(series.granularity, row.start, row.end)
        except ValueError as error:
            raise Invalid(str(error), field="start") from error
        check_moment(period, at, now)
        check_count(row.value, row.lower, row.upper)
        if period in found:
            raise Invalid(f"there are two counts for {period[1]}", field="start")
        found[period] = (period, row, at)
    _check_weeks(series, found)
    return [found[period] for period in sorted(found)]


def check_moment(period: Period, at: datetime, now: datetime) -> None:
    """Raises `Invalid`, in words, for a count that nobody can have reported at that moment."""
    if timezone.is_naive(at):
        raise Invalid("say in which time zone it was reported", field="reported_at")
    if at > now:
        raise Invalid("a count cannot be reported later than now", field="reported_at")
    # A day more, for counters whose morning comes before that of UTC.
    if period[1] > at.date() + ONE_DAY:
        raise Invalid(
            f"the count for {period[1]} would be reported on {at.date()}, before it was over",
            field="reported_at",
        )


def check_count(value: Decimal, lower: Decimal | None = None, upper: Decimal | None = None) -> None:
    """Raises `Invalid`, in words, for what is no count."""
    for number in (value, lower, upper):
        if number is None:
            continue
        if not number.is_finite():
            raise Invalid(f"{number} is no number", field="value")
        if number < 0:
            raise Invalid(f"a count cannot be negative: {number:f}", field="value")
        if number >= TOO_LARGE:
            raise Invalid("this number is too large", field="value")
        if number != round(number, MOST_DECIMALS):
            raise Invalid(f"{number:f} has more than {MOST_DECIMALS} decimal places", field="value")
    if (lower is not None and lower > value) or (upper is not None and upper < value):
        raise Invalid("the count must lie between its bounds", field="value")


def _check_weeks(series: Series, periods: Iterable[Period]) -> None:
    if series.granularity != Granularity.WEEK:
        return
    first = series.observations.order_by("period_start").values_list("period_start", flat=True)
    starts = sorted(start for start, _ in periods)
    begin = first.first() or (starts[0] if starts else None)
    for start in starts:
        if begin:
            check_week(start, begin)


def check_week(start: date, begin: date) -> None:
    """Raises `Invalid` for a week that begins on another day than the weeks of its series."""
    if (start - begin) % ONE_WEEK != timedelta(0):
        raise Invalid(
            f"the weeks of this series begin on a {begin:%A}, this one on a {start:%A}",
            field="start",
        )


def _vintages(
    series: Series, told: Sequence[tuple[Period, Told, datetime]]
) -> dict[Period, list[tuple[datetime, Said]]]:
    """Returns what is known of these periods, oldest report first (one query)."""
    known: dict[Period, list[tuple[datetime, Said]]] = defaultdict(list)
    if told:
        rows = series.observations.overlapping(told[0][0][0], told[-1][0][1])
        for row in rows.order_by("reported_at"):
            known[row.period_start, row.period_end].append(
                (row.reported_at, (row.value, row.lower, row.upper))
            )
    return known
