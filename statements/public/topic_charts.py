"""The counts of a topic as pictures, sentences and tables: one section for each counting rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from django.utils.safestring import SafeString

from sources.editions import KeptEach
from sources.vocabulary import Granularity
from statements import addresses
from statements.comparison import Run as ComparedRun
from statements.comparison import sentences
from statements.intervals import number_words
from statements.public import words
from statements.public.cards import Badge, Link, badge_of
from statements.public.charts import readings, totals
from statements.public.charts.readings import Picture
from statements.topic_counts import (
    MOST_KEPT,
    CountedAlike,
    Counter,
    NumberClaimed,
    counts_of_topic,
    days_of,
)

PERIODS: dict[str, tuple[str, str]] = {
    Granularity.NIGHT: ("night", "nights"),
    Granularity.DAY: ("day", "days"),
    Granularity.WEEK: ("week", "weeks"),
    Granularity.MONTH: ("month", "months"),
    Granularity.YEAR: ("year", "years"),
}
MOST_OPEN_ROWS = 14  # a longer table is folded up
ZOOM_FROM_DAYS = 120  # a longer chart gets a second one around the days of the claims
ZOOM_SHARE = 3
ZOOM_MARGIN = timedelta(days=7)
FAR = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class ClaimBelow:
    """A claim under the picture, by its number in it."""

    number: int
    link: Link
    badge: Badge | None
    told: list[str]


@dataclass(frozen=True, slots=True)
class CountSection:
    """Everything about what is counted alike."""

    key: str
    heading: str
    rule: str
    notes: list[str]
    picture: Picture
    zoom: Picture | None
    zoom_heading: str
    totals: Picture | None
    claims: list[ClaimBelow]
    table: SafeString
    table_words: str
    is_long: bool


def sections_of(groups: Sequence[CountedAlike]) -> list[CountSection]:
    return [_section(place, alike) for place, alike in enumerate(groups, 1)]


# Drawing 800 counts twice costs several times what the rest of the page does.
sections_of_topic: KeptEach[str, list[CountSection]] = KeptEach(
    lambda slug: sections_of(counts_of_topic(slug)), most=MOST_KEPT
)


def _section(place: int, alike: CountedAlike) -> CountSection:
    one, many = PERIODS[alike.granularity]
    unit = alike.measure.unit
    key = f"counts-{place}"
    runs = [_run(counter, alike) for counter in alike.counters]
    first = min(run.readings[0].start for run in runs)
    last = max(run.readings[-1].end for run in runs)
    windows = _windows(alike, first, last)
    heading = f"{alike.measure.name} per {one}" + (f", {alike.place}" if alike.place else "")
    panel = readings.Panel(key, heading, words.sentence(f"{unit} per {one}"), runs, windows)
    told = readings.sentence_of(
        readings.Panel(key, heading, unit, runs),
        many,
        is_additive=alike.measure.is_additive,
    )
    rows = _rows(alike)
    return CountSection(
        key=key,
        heading=heading,
        rule=alike.measure.counting_rule,
        notes=_notes(alike.counters),
        picture=readings.picture_of(panel, told),
        zoom=_zoom(panel, many),
        zoom_heading=f"The {many} that claims speak of",
        totals=_totals(key, alike, heading),
        claims=[_claim_below(number, claim) for number, claim in enumerate(alike.claims, 1)],
        table=_table(alike, rows),
        table_words=f"All counts as a table ({words.count(len(rows), one, many)})",
        is_long=len(rows) > MOST_OPEN_ROWS,
    )


def _run(counter: Counter, alike: CountedAlike) -> readings.Run:
    found = []
    for count in counter.counts:
        start, end = days_of(count, alike.granularity)
        found.append(readings.Reading(start, end, float(count.value)))
    return readings.Run(_label(counter, alike), found)


def _label(counter: Counter, alike: CountedAlike) -> str:
    """Names a counter; by its series where one counter has two."""
    same = [other for other in alike.counters if other.name == counter.name]
    return counter.name if len(same) == 1 else f"{counter.name}: {counter.series.name}"


def _notes(counters: Sequence[Counter]) -> list[str]:
    return [
        f"{counter.name}: {counter.series.includes}"
        for counter in counters
        if counter.series.includes
    ]


# ---- claims over their days -----------------------------------------------------------------


def _windows(alike: CountedAlike, first: date, last: date) -> list[readings.Window]:
    """Returns the days of each claim, where they are near what was counted."""
    windows = []
    for number, claim in enumerate(alike.claims, 1):
        start, end = _days(claim)
        if start and end and start <= last + FAR and end >= first - FAR:
            windows.append(readings.Window(number, claim.words, start, end))
    return windows


def _days(claim: NumberClaimed) -> tuple[date | None, date | None]:
    """Returns the days that were counted for a claim, or else those that it names."""
    for comparison in claim.comparisons:
        if comparison.main.first and comparison.main.last:
            return comparison.main.first, comparison.main.last
    window = claim.claimed.window
    return window.start, window.end


def _zoom(panel: readings.Panel, many: str) -> Picture | None:
    """Returns the part of a long chart around the claims' days."""
    if not panel.windows or (panel.last - panel.first).days < ZOOM_FROM_DAYS:
        return None
    start = min(window.start for window in panel.windows) - ZOOM_MARGIN
    end = max(window.end for window in panel.windows) + ZOOM_MARGIN
    if (end - start).days * ZOOM_SHARE > (panel.last - panel.first).days:
        return None
    runs = [
        readings.Run(
            run.label, [row for row in run.readings if row.end >= start and row.start <= end]
        )
        for run in panel.runs
    ]
    near = readings.Panel(
        f"{panel.key}-near", f"{panel.title}, nearer", panel.unit, runs, panel.windows
    )
    if not any(run.readings for run in runs):
        return None
    return readings.picture_of(
        near,
        f"The {many} from {words.day(near.first)} to {words.day(near.last)}. A bracket spans the "
        "days that a claim speaks of.",
    )


def _totals(key: str, alike: CountedAlike, heading: str) -> Picture | None:
    """Returns each claim's interval with what was counted over the same days."""
    claims = [
        totals.ClaimedInterval(
            number,
            words.sentence(claim.words),
            _float(claim.claimed.bounds.lower),
            _float(claim.claimed.bounds.upper),
            claim.claimed.bounds.includes_lower,
            claim.claimed.bounds.includes_upper,
            _sums(claim),
        )
        for number, claim in enumerate(alike.claims, 1)
    ]
    shown = [claim for claim in claims if claim.counted]
    if not shown:
        return None
    unit = alike.measure.unit
    told = " ".join(
        f"Claim {claim.number}, {claim.words[:1].lower()}{claim.words[1:]}: "
        f"{words.listing([sum_.words for sum_ in claim.counted])}."
        for claim in shown
    )
    return totals.picture_of(
        totals.Comparison(
            f"{key}-totals",
            f"{heading}: claimed and counted",
            words.sentence(f"{unit} over the days of each claim"),
            shown,
        ),
        told,
    )


def _sums(claim: NumberClaimed) -> list[totals.Counted]:
    """Returns what each counter's counts add up to over the days of a claim."""
    found = []
    for comparison in claim.comparisons:
        for run in comparison.runs:
            if run.number is None or run.coverage is None or not run.coverage.known:
                continue
            found.append(
                totals.Counted(
                    float(run.number), f"{number_words(run.number)} counted {_over(run)}"
                )
            )
    return found


def _over(run: ComparedRun) -> str:
    covered = run.coverage.words if run.coverage else ""
    return f"in {covered}" + (f", with {run.edge}" if run.edge else "")


def _float(value: object) -> float | None:
    return None if value is None else float(str(value))


def _claim_below(number: int, claim: NumberClaimed) -> ClaimBelow:
    told: list[str] = []
    for comparison in claim.comparisons:
        counter = getattr(comparison.against, "counter", "")
        told += [f"{counter}: {sentence}" for sentence in sentences(comparison)[:1]]
        told += sentences(comparison)[1:]
    return ClaimBelow(
        number,
        Link(claim.short_text, addresses.claim_path(claim.public_id, claim.short_text)),
        badge_of(claim.code, ""),
        told,
    )


# ---- the table ------------------------------------------------------------------------------


def _rows(alike: CountedAlike) -> dict[tuple[date, date], list[str]]:
    """Returns the counts by period, newest first, a cell for each counter."""
    found: dict[tuple[date, date], list[str]] = {}
    for place, counter in enumerate(alike.counters):
        for count in counter.counts:
            cells = found.setdefault((count.start, count.end), [""] * len(alike.counters))
            cells[place] = number_words(count.value)
    return dict(sorted(found.items(), reverse=True))


def _table(alike: CountedAlike, rows: dict[tuple[date, date], list[str]]) -> SafeString:
    """Returns the table of all counts; 800 rows are text sooner than they are template nodes."""
    one, _ = PERIODS[alike.granularity]
    names = "".join(
        f'<th scope="col" class="number">{escape(_label(counter, alike))}</th>'
        for counter in alike.counters
    )
    body = "".join(
        f'<tr><th scope="row">{_period(start, end, alike.granularity)}</th>'
        + "".join(f'<td class="number">{cell or MISSING}</td>' for cell in cells)
        + "</tr>"
        for (start, end), cells in rows.items()
    )
    caption = escape(f"{alike.measure.name} per {one}, newest first. Unit: {alike.measure.unit}.")
    return SafeString(
        f'<table class="counts-table"><caption>{caption}</caption><thead><tr>'
        f'<th scope="col">{words.sentence(one)}</th>{names}</tr></thead><tbody>{body}</tbody></table>'
    )


MISSING = '<span class="soft">missing</span>'


def _period(start: date, end: date, granularity: str) -> str:
    if granularity == Granularity.NIGHT:
        return f"Night ending on {words.day(end)}"
    return words.day(start) if start == end else f"{words.day(start)} to {words.day(end)}"
