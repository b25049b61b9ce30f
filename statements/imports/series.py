"""Taking over a table of counts as a series: whole or not at all, and a second time only what is new.

Rows of one period are one count, or are added up where the file says so (`sum_rows`). An empty cell
is no count: the period is missing then, and never zero.
"""

from __future__ import annotations

import csv
import hashlib
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from sources.errors import Invalid, Refused
from sources.models import Measure, Observation, Place, Publisher, Series, Source
from sources.operations import (
    Told,
    announce_counts,
    append_counts,
    check_count,
    check_moment,
    check_week,
    find_or_create_source,
    find_source,
    save_series,
)
from sources.periods import period_of
from sources.vocabulary import Granularity
from statements.cells import guarded
from statements.imports.lines import BadFile, BadRow
from statements.imports.tables import Row, Table, count_of, day_of, has_time
from statements.imports.vocabulary import find_place
from statements.models import ImportRun

if TYPE_CHECKING:
    from django.contrib.auth.models import User

KIND = "series"
MOST_TOLD = 10
MOST_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Options:
    """Which columns hold what, which rows are meant, and what they are counts of."""

    measure: str
    publisher: str
    date_column: str
    value_column: str
    granularity: str = Granularity.DAY
    place: str = ""
    name: str = ""
    period_end_column: str = ""
    lower_column: str = ""
    upper_column: str = ""
    where: tuple[tuple[str, str], ...] = ()
    sum_rows: bool = False
    decimals: bool = False
    date_format: str = ""
    delimiter: str = ","
    time_zone: str = ""
    includes: str = ""
    source: str = ""
    reported_at: datetime | None = None
    dry_run: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Names the columns that are read."""
        return (
            self.date_column, self.value_column, self.period_end_column, self.lower_column,
            self.upper_column, *(column for column, _ in self.where),
        )  # fmt: skip


@dataclass(slots=True)
class Outcome:
    """What came of a file: what was read, and what is new."""

    series: Series | None = None
    is_new_series: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    bad: list[BadRow] = field(default_factory=list)
    notes: list[BadRow] = field(default_factory=list)
    first: date | None = None  # the last day of the first count, as nights are named
    last: date | None = None
    total: Decimal = Decimal(0)
    sha256: str = ""
    byte_size: int = 0
    seconds: float = 0.0
    run: ImportRun | None = None

    def summary(self) -> list[str]:
        """Returns the outcome in lines of words."""
        read = self.counts
        lines = [f"{read['rows']:,} rows read, {self.seconds:.1f} s."]
        if read["other rows"]:
            lines.append(f"{read['other rows']:,} of them are of something else (--where).")
        if self.series and self.first:
            summed = f", {self.total:,f} in all" if self.series.measure.is_additive else ""
            lines.append(
                f"“{self.series.name}”: {read['periods']:,} counts by the {self.series.granularity}"
                f", ending {self.first} to {self.last}{summed}."
            )
        if read["missing"]:
            lines.append(f"{read['missing']:,} periods have no number: missing, not zero.")
        news = [f"{read[name]:,} {name}" for name in ("new counts", "revised counts") if read[name]]
        if news:
            lines.append(f"{' and '.join(news)}; {read['unchanged']:,} were here as they are.")
        lines += _told("rows cannot be taken", self.bad)
        lines += _told("periods are left out", self.notes)
        return lines


def _told(what: str, rows: Sequence[BadRow]) -> Iterator[str]:
    if rows:
        yield f"{len(rows):,} {what}:"
        yield from (f"  {row}" for row in rows[:MOST_TOLD])
        if len(rows) > MOST_TOLD:
            yield f"  and {len(rows) - MOST_TOLD:,} more; --report FILE lists them all"


class _Trial(Exception):
    """Ends the transaction of a run that is to leave nothing."""


def import_series(
    content: bytes, *, name: str, by: User | None, options: Options, report: IO[str] | None = None
) -> Outcome:
    """Reads a table and records its counts; with a bad row, or as a trial, nothing is recorded.

    Raises `BadFile` or `Refused` where there is no table, or no such measure, publisher or place.
    """
    started = time.monotonic()
    outcome = Outcome(sha256=hashlib.sha256(content).hexdigest(), byte_size=len(content))
    table = Table(content, delimiter=options.delimiter)
    table.need(*options.columns)
    if options.reported_at and options.reported_at > timezone.now():
        raise BadFile("a count cannot be reported later than now")
    measure, publisher, place = _measure(options), _publisher(options), _place(options)
    name_of_series = _name_of(measure, options)
    known = Series.objects.filter(
        measure=measure, publisher=publisher, place=place, name=name_of_series
    ).first()
    told = _counts(table, options, outcome, known=known)
    if report:
        _write_report(report, [*outcome.bad, *outcome.notes])
    try:
        with transaction.atomic():
            if not outcome.bad:
                values = {"measure": measure, "publisher": publisher, "place": place}
                series = _series(
                    known, by=by, options=options, outcome=outcome, name=name_of_series, **values
                )
                new = _record(series, told, name=name, by=by, options=options, outcome=outcome)
            outcome.seconds = time.monotonic() - started
            if outcome.bad or options.dry_run or not outcome.counts["recorded"]:
                raise _Trial
            outcome.run = _run(outcome, name=name, by=by, options=options)
            announce_counts(series, new)
    except _Trial:
        pass
    return outcome


# ---- what is counted ------------------------------------------------------------------------


def _measure(options: Options) -> Measure:
    row = Measure.objects.filter(code=options.measure).first()
    if row is None:
        there = ", ".join(Measure.objects.order_by("code").values_list("code", flat=True)[:40])
        raise BadFile(f"there is no measure {options.measure}; there are {there or 'none'}")
    return row


def _publisher(options: Options) -> Publisher:
    rows = list(Publisher.objects.filter(name=options.publisher)[:2])
    if len(rows) == 1:
        return rows[0]
    if rows:
        raise BadFile(f"several publishers are called {options.publisher}: rename one of them")
    near = Publisher.objects.filter(name__icontains=options.publisher.split(" ")[-1] or "?")
    names = ", ".join(near.values_list("name", flat=True)[:5])
    hint = f"; is it {names}?" if names else ": add it at the desk first"
    raise BadFile(f"no publisher is called {options.publisher}{hint}")


def _place(options: Options) -> Place | None:
    if not options.place:
        return None
    row = find_place(options.place)
    if row is None:
        raise BadFile(f"there is no place {options.place}: add it at the desk first")
    return row


def _name_of(measure: Measure, options: Options) -> str:
    chosen = "; ".join(f"{column} = {value}" for column, value in options.where)
    return options.name or (f"{measure.name}: {chosen}" if chosen else measure.name)


def _series(
    known: Series | None,
    *,
    by: User | None,
    options: Options,
    outcome: Outcome,
    name: str,
    **values: Any,
) -> Series:
    if known is None:
        outcome.is_new_series = True
        known = save_series(
            by=by, name=name, granularity=options.granularity, time_zone=options.time_zone,
            includes=options.includes, **values,
        )  # fmt: skip
    elif known.granularity != options.granularity:
        raise BadFile(
            f"“{name}” is counted by the {known.granularity}, not by the {options.granularity}: "
            "give the new series another --name"
        )
    outcome.series = known
    return known


def _source(publisher: Publisher, *, name: str, by: User | None, options: Options) -> Source | None:
    if not options.source:
        return None
    known = find_source(options.source)
    if known:
        return known
    if by is None:
        raise BadFile(f"no source is known at {options.source}: say with --by who adds it")
    return find_or_create_source(
        by=by, url=options.source, title=name, publisher=publisher, kind="dataset",
        directness="primary",
    )[0]  # fmt: skip


# ---- reading --------------------------------------------------------------------------------


@dataclass(slots=True)
class _Period:
    """The rows of one period, as they were read."""

    lines: list[int] = field(default_factory=list)
    values: list[tuple[Decimal | None, Decimal | None, Decimal | None]] = field(
        default_factory=list
    )


def _counts(
    table: Table, options: Options, outcome: Outcome, *, known: Series | None
) -> list[Told]:
    """Returns the counts of the file, in order of time; what is wrong goes into the outcome."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for column, value in options.where:
        wanted[column].add(value)
    periods: dict[tuple[date, date], _Period] = defaultdict(_Period)
    for row in table:
        outcome.counts["rows"] += 1
        if isinstance(row, BadRow):
            outcome.bad.append(row)
        elif any(row.cells[column] not in values for column, values in wanted.items()):
            outcome.counts["other rows"] += 1
        else:
            _take(row, periods, options, outcome)
    if not periods and not outcome.bad:
        raise BadFile(_nothing(options, outcome))
    told = [
        count
        for period in sorted(periods)
        if (count := _told_by(period, periods[period], options, outcome)) is not None
    ]
    _check_weeks(periods, options, outcome, known=known)
    outcome.bad.sort(key=lambda row: row.line)
    return told


def _check_weeks(
    periods: Mapping[tuple[date, date], _Period],
    options: Options,
    outcome: Outcome,
    *,
    known: Series | None,
) -> None:
    if options.granularity != Granularity.WEEK or not periods:
        return
    goes_on = known is not None and known.granularity == options.granularity
    first = known.observations.order_by("period_start").first() if known and goes_on else None
    begin = first.period_start if first else min(periods)[0]
    for (start, _), rows in periods.items():
        try:
            check_week(start, begin)
        except Invalid as error:
            outcome.bad.append(BadRow(rows.lines[0], str(error), field=options.date_column))


def _take(
    row: Row,
    periods: dict[tuple[date, date], _Period],
    options: Options,
    outcome: Outcome,
) -> None:
    column = options.date_column
    try:
        if options.granularity == Granularity.NIGHT and has_time(row.cells[column]):
            raise ValueError("a night is named by the day on which it ends: leave the time out")
        start = day_of(row.cells[column], written=options.date_format)
        end = None
        if options.period_end_column:
            column = options.period_end_column
            end = day_of(row.cells[column], written=options.date_format)
        period = period_of(options.granularity, start, end)
        now = timezone.now()
        check_moment(period, options.reported_at or now, now)
        numbers = []
        for column in (options.value_column, options.lower_column, options.upper_column):
            text = row.cells[column] if column else ""
            numbers.append(count_of(text, with_parts=options.decimals) if text else None)
        column = options.value_column
        value, lower, upper = numbers
        if value is not None:
            check_count(value, lower, upper)
        elif lower is not None or upper is not None:
            raise ValueError("there are bounds and no count: leave all of them empty, or none")
    except (ValueError, Invalid) as error:
        outcome.bad.append(BadRow(row.line, str(error), field=column))
        return
    known = periods[period]
    if known.lines and not options.sum_rows:
        words = f"there is a count for {period[1]} already, in line {known.lines[0]:,}: two counts "
        words += "for one period (if rows of one period are parts of it, say --sum)"
        outcome.bad.append(BadRow(row.line, words, field=options.date_column))
        return
    known.lines.append(row.line)
    known.values.append((value, lower, upper))


def _told_by(
    period: tuple[date, date], rows: _Period, options: Options, outcome: Outcome
) -> Told | None:
    values = [value for value, _, _ in rows.values if value is not None]
    if len(values) < len(rows.values):
        outcome.counts["missing"] += 1
        if values:
            outcome.notes.append(
                BadRow(
                    rows.lines[0],
                    f"{period[1]} is left out: {len(rows.values) - len(values)} of its "
                    f"{len(rows.values)} rows have no number, so their sum is not known",
                )
            )
        return None
    lower = [value if low is None else low for value, low, _ in rows.values if value is not None]
    upper = [value if high is None else high for value, _, high in rows.values if value is not None]
    has_lower = any(low is not None for _, low, _ in rows.values)
    has_upper = any(high is not None for _, _, high in rows.values)
    told = Told(
        period[0],
        sum(values, Decimal(0)),
        period[1],
        sum(lower, Decimal(0)) if has_lower else None,
        sum(upper, Decimal(0)) if has_upper else None,
    )
    try:
        check_count(told.value, told.lower, told.upper)
    except Invalid as error:  # each row can be taken, and their sum cannot
        words = f"the sum of {period[1]}: {error}"
        outcome.bad.append(BadRow(rows.lines[0], words, field=options.value_column))
        return None
    outcome.counts["periods"] += 1
    outcome.total += told.value
    outcome.first = outcome.first or period[1]
    outcome.last = period[1]
    return told


def _nothing(options: Options, outcome: Outcome) -> str:
    if not outcome.counts["rows"]:
        return "the file has a header and no row"
    chosen = " and ".join(f"{column} = {value}" for column, value in options.where)
    return f"none of the {outcome.counts['rows']:,} rows has {chosen}"


# ---- recording ------------------------------------------------------------------------------


def _record(
    series: Series,
    told: list[Told],
    *,
    name: str,
    by: User | None,
    options: Options,
    outcome: Outcome,
) -> list[Observation]:
    before = set(
        series.observations.values_list("period_start", "period_end").distinct().order_by()
    )
    source = _source(series.publisher, name=name, by=by, options=options)
    try:
        new = append_counts(series, told, by=by, reported_at=options.reported_at, source=source)
    except Invalid as error:
        raise Refused(f"{error} [{series.name}]", field=error.field) from error
    revised = sum((row.period_start, row.period_end) in before for row in new)
    outcome.counts["recorded"] = len(new)
    outcome.counts["new counts"] = len(new) - revised
    outcome.counts["revised counts"] = revised
    outcome.counts["unchanged"] = len(told) - len(new)
    return new


def _run(outcome: Outcome, *, name: str, by: User | None, options: Options) -> ImportRun:
    kept: Mapping[str, Any] = asdict(options)
    return ImportRun.objects.create(
        kind=KIND,
        origin=options.publisher[:300],
        file_name=name[:300],
        sha256=outcome.sha256,
        byte_size=outcome.byte_size,
        options={
            key: value.isoformat() if isinstance(value, datetime) else value
            for key, value in kept.items()
            if value and key != "dry_run"
        },
        counts={key: value for key, value in sorted(outcome.counts.items()) if value},
        report="\n".join([*outcome.summary(), *map(str, outcome.notes[:MOST_KEPT])]),
        by=by,
    )


def _write_report(file: IO[str], rows: Sequence[BadRow]) -> None:
    table = csv.writer(file)
    table.writerow(("line", "column", "what"))
    for row in rows:
        table.writerow((row.line, guarded(row.field), guarded(row.reason)))
