"""Holding counts against a number that was claimed: worked examples, and what must always hold.

Each line of the tables was worked out by hand. Days are days of March 2025; a list of counts begins
on the day named, and `None` in it is a day without a count.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.comparison import (
    Claimed,
    Count,
    Counted,
    Reading,
    Rule,
    Where,
    Window,
    as_document,
    compare,
    compare_series,
    sentences,
)
from statements.comparison.telling import number_of
from statements.intervals import NOTHING, Bounds, bounds_words, implied_bounds, total

N = Decimal
LAUNCHED = Rule("drones_launched", "Drones launched", "drones", "drones_launched")
SHOT_DOWN = Rule("drones_intercepted", "Drones shot down", "drones", "drones_intercepted")
STRIKE = Rule("strike_drones_launched", "Strike drones launched", "drones", "drones_launched")
KILLED = Rule("persons_killed", "Persons killed", "persons", "persons_killed")
PRESENT = Rule(
    "countries_taking_part", "Countries taking part", "countries", "countries", is_additive=False
)
EUROPE = Where(1, "Europe")
UKRAINE = Where(2, "Ukraine", frozenset({1}))
ODESA = Where(3, "Odesa region", frozenset({2, 1}))
SYRIA = Where(4, "Syria")

# The reports of the Ukrainian Air Force for the nights ending on 18 to 27 March 2025.
NIGHTS = [137, 145, 171, 214, 179, 147, 99, 139, 117, 86]


def day(number, month=3):
    return date(2025, month, number) if number else None


def said(words, first=18, last=27, **facts):
    """Returns a claim: "over 1000", "exactly 30", "20 to 30"."""
    return a_number(Claimed, words, first, last, **facts)


def read(words, first=18, last=27, **facts):
    """Returns the number inside a piece of evidence, in the same words."""
    return a_number(Reading, words, first, last, **facts)


def a_number(kind, words, first, last, *, rule=LAUNCHED, place=UKRAINE, by="", **window):
    if " to " in words:
        low, _, high = words.partition(" to ")
        bounds = implied_bounds("between", None, lower=N(low), upper=N(high))
    else:
        comparator, _, number = words.rpartition(" ")
        code = {"over": "more_than", "under": "less_than"}.get(
            comparator, comparator.replace(" ", "_")
        )
        bounds = implied_bounds(code, N(number), tolerance_percent=N(10))
    days = Window(day(first), day(last), **window)
    return kind(rule, bounds, f"{words} {rule.unit}", days, place, by)


def counted(values, first=18, *, steps="night", rule=LAUNCHED, place=UKRAINE, by="Air Force"):
    """Returns a series; a count is a number, or (lower, number, upper)."""
    counts = []
    for number, value in enumerate(values):
        if value is None:
            continue
        end = day(first) + timedelta(days=number)
        start = end - timedelta(days=1) if steps == "night" else end
        lower, middle, upper = value if isinstance(value, tuple) else (None, value, None)
        numbers = [None if part is None else N(part) for part in (middle, lower, upper)]
        counts.append(Count(start, end, *numbers))
    return Counted(rule, "Series", by, tuple(counts), steps, place)


def months(*values, rule=LAUNCHED):
    """Returns a series by the month, January 2025 first."""
    ends = {1: 31, 2: 28, 3: 31, 4: 30}
    counts = tuple(
        Count(day(1, month), day(ends[month], month), N(value))
        for month, value in enumerate(values, start=1)
        if value is not None
    )
    return Counted(rule, "Series", "Air Force", counts, "month", UKRAINE)


def told(comparison):
    """Returns what a comparison says: outcome, reason, number and coverage, robustness."""
    run = comparison.main
    known = run.coverage is not None and run.bounds is not None
    found = f"{number_of(run)} in {run.coverage.words}" if known else ""
    certain = "" if run.is_certain or run.reason else "perhaps "
    return f"{certain}{run.outcome}", str(run.reason), found, comparison.robustness


NIGHT = {"days": "nights"}
SINCE = {"is_since": True}
UNTIL = {"is_until": True}

SERIES = [
    # ---- the drones of the demo: calendar days against nights -------------------------------
    ("over, all nights", said("over 1000"), counted(NIGHTS),
     ("compatible", "", "1,297 in 9 of 9 nights", "robust")),
    ("over, exactly the sure sum", said("over 1297"), counted(NIGHTS),
     ("below_claim", "", "1,297 in 9 of 9 nights", "fragile")),
    ("at least the sure sum", said("at least 1297"), counted(NIGHTS),
     ("compatible", "", "1,297 in 9 of 9 nights", "robust")),
    ("more than both sums", said("over 1434"), counted(NIGHTS),
     ("below_claim", "", "1,297 in 9 of 9 nights", "robust")),
    ("under, refuted both ways", said("under 1297"), counted(NIGHTS),
     ("above_claim", "", "1,297 in 9 of 9 nights", "robust")),
    ("at most, between both sums", said("at most 1300"), counted(NIGHTS),
     ("compatible", "", "1,297 in 9 of 9 nights", "fragile")),
    ("about, holds both sums", said("about 1400"), counted(NIGHTS),
     ("compatible", "", "1,297 in 9 of 9 nights", "robust")),
    ("exactly, without the first night", said("exactly 1297"), counted(NIGHTS),
     ("compatible", "", "1,297 in 9 of 9 nights", "fragile")),
    ("between, holds one sum", said("1000 to 1400"), counted(NIGHTS),
     ("compatible", "", "1,297 in 9 of 9 nights", "fragile")),
    # ---- nights and days --------------------------------------------------------------------
    ("a claim on nights has no edge", said("over 1000", 19, 27, **NIGHT), counted(NIGHTS),
     ("compatible", "", "1,297 in 9 of 9 nights", "")),
    ("nights since an event have one", said("over 1000", **NIGHT, **SINCE), counted(NIGHTS),
     ("compatible", "", "1,297 in 9 of 9 nights", "robust")),
    ("one calendar day is the night that ends on it", said("over 200", 21, 21), counted(NIGHTS),
     ("compatible", "", "214 in 1 of 1 night", "")),
    ("two days hold one whole night", said("exactly 179", 21, 22), counted(NIGHTS),
     ("compatible", "", "179 in 1 of 1 night", "fragile")),
    ("the night that begins on the last day is not in it", said("under 300", 26, 26, **NIGHT),
     counted(NIGHTS), ("compatible", "", "117 in 1 of 1 night", "")),
    ("a claim on nights, counts by the day", said("over 5", **NIGHT), counted(NIGHTS, steps="day"),
     ("not_comparable", "period", "", "")),
    ("calendar days, counts by the day", said("over 1400"), counted(NIGHTS, steps="day"),
     ("compatible", "", "1,434 in 10 of 10 days", "")),
    ("the day of an event is an edge", said("over 1400", **SINCE), counted(NIGHTS, steps="day"),
     ("below_claim", "", "1,297 in 9 of 9 days", "fragile")),
    ("so is the day at which it ends", said("over 1300", **UNTIL), counted(NIGHTS, steps="day"),
     ("compatible", "", "1,348 in 9 of 9 days", "robust")),
    ("both ends are events", said("over 1250", **SINCE, **UNTIL), counted(NIGHTS, steps="day"),
     ("below_claim", "", "1,211 in 8 of 8 days", "fragile")),
    ("an event on a single day", said("at most 137", 18, 18, **SINCE), counted(NIGHTS, steps="day"),
     ("compatible", "", "137 in 1 of 1 day", "")),
    ("until an event, by nights: the morning counts", said("over 1200", 19, 27, **NIGHT, **UNTIL),
     counted(NIGHTS), ("compatible", "", "1,297 in 9 of 9 nights", "")),
    # ---- gaps -------------------------------------------------------------------------------
    ("a gap, and over is reached all the same", said("over 1000"),
     counted([137, 145, 171, 214, 179, None, 99, 139, 117, 86]),
     ("compatible", "", "at least 1,150 in 8 of 9 nights", "robust")),
    ("a gap, and over is not reached", said("over 1200"),
     counted([137, 145, 171, 214, 179, None, 99, 139, 117, 86]),
     ("not_comparable", "missing_days", "at least 1,150 in 8 of 9 nights", "fragile")),
    ("a gap never confirms at most", said("at most 1500"),
     counted([137, 145, 171, 214, 179, None, 99, 139, 117, 86]),
     ("not_comparable", "missing_days", "at least 1,150 in 8 of 9 nights", "")),
    ("a gap, and at most is refuted all the same", said("at most 1100"),
     counted([137, 145, 171, 214, 179, None, 99, 139, 117, 86]),
     ("above_claim", "", "at least 1,150 in 8 of 9 nights", "robust")),
    ("a gap never confirms exactly", said("exactly 1150"),
     counted([None, 145, 171, 214, 179, None, 99, 139, 117, 86]),
     ("not_comparable", "missing_days", "at least 1,150 in 8 of 9 nights", "")),
    ("a gap never confirms about", said("about 1150"),
     counted([None, 145, 171, 214, 179, None, 99, 139, 117, 86]),
     ("not_comparable", "missing_days", "at least 1,150 in 8 of 9 nights", "")),
    ("a gap at the edge alone", said("over 1000"), counted([None, *NIGHTS[1:]]),
     ("compatible", "", "1,297 in 9 of 9 nights", "robust")),
    ("a gap at the edge, and at most", said("at most 1300"), counted([None, *NIGHTS[1:]]),
     ("compatible", "", "1,297 in 9 of 9 nights", "fragile")),
    ("no count at all", said("over 1000"), counted([]),
     ("not_comparable", "missing_days", "", "")),
    ("no count, and any number would do", said("at least 0"), counted([]),
     ("not_comparable", "missing_days", "", "")),
    ("counts before and after, none within", said("over 1", 10, 15, **NIGHT), counted(NIGHTS),
     ("not_comparable", "missing_days", "", "")),
    ("a night with none is a count", said("exactly 0", 18, 18), counted([0]),
     ("compatible", "", "0 in 1 of 1 night", "")),
    # ---- open and absent ends ---------------------------------------------------------------
    ("no period at all", said("over 1000", 0, 0), counted(NIGHTS),
     ("not_comparable", "period", "", "")),
    ("no end, over is reached", said("over 1000", 18, 0), counted(NIGHTS),
     ("compatible", "", "at least 1,297 in 9 nights", "robust")),
    ("no end, over is not reached", said("over 2000", 18, 0), counted(NIGHTS),
     ("not_comparable", "period", "at least 1,297 in 9 nights", "")),
    ("no end, at most is refuted", said("at most 1000", 18, 0), counted(NIGHTS),
     ("above_claim", "", "at least 1,297 in 9 nights", "robust")),
    ("no beginning, exactly", said("exactly 1434", 0, 27, **NIGHT), counted(NIGHTS),
     ("not_comparable", "period", "at least 1,434 in 10 nights", "")),
    ("ends before it begins", said("over 1", 27, 18), counted(NIGHTS),
     ("not_comparable", "period", "", "")),
    # ---- counts with bounds -----------------------------------------------------------------
    ("bounds are added up", said("over 25", 18, 19, **NIGHT), counted([(10, 12, 15), (20, 21, 30)]),
     ("compatible", "", "33 (30 to 45) in 2 of 2 nights", "")),
    ("bounds reach beyond the claim", said("over 30", 18, 19, **NIGHT),
     counted([(10, 12, 15), (20, 21, 30)]),
     ("perhaps compatible", "", "33 (30 to 45) in 2 of 2 nights", "")),
    ("bounds all below", said("over 45", 18, 19, **NIGHT), counted([(10, 12, 15), (20, 21, 30)]),
     ("below_claim", "", "33 (30 to 45) in 2 of 2 nights", "")),
    ("a bound on one side", said("at most 15", 18, 18), counted([(None, 12, 15)]),
     ("compatible", "", "12 (12 to 15) in 1 of 1 night", "")),
    # ---- measures that are not added up -----------------------------------------------------
    ("one count for the window", said("exactly 30", 24, 24, rule=PRESENT),
     counted([30], 24, steps="day", rule=PRESENT), ("compatible", "", "30 in 1 of 1 day", "")),
    ("two counts are not added up", said("exactly 30", 24, 25, rule=PRESENT),
     counted([15, 15], 24, steps="day", rule=PRESENT),
     ("not_comparable", "not_additive", "", "")),
    ("one count for a part of the window", said("at least 30", 24, 26, rule=PRESENT),
     counted([31], 24, steps="day", rule=PRESENT),
     ("not_comparable", "missing_days", "", "")),
    # ---- coarser steps ----------------------------------------------------------------------
    ("months that fill the window", said("over 300", 1, 31), months(None, None, 310, None),
     ("compatible", "", "310 in 31 of 31 days", "")),
    ("a month bounds ten days from above", said("over 300", 18, 27), months(None, None, 290, None),
     ("below_claim", "", "0 to 290 in 0 of 10 days", "")),
    ("a month does not confirm ten days", said("over 300", 18, 27), months(None, None, 310, None),
     ("not_comparable", "period", "0 to 310 in 0 of 10 days", "")),
    ("a month confirms at most for ten days", said("at most 300", 18, 27),
     months(None, None, 290, None), ("compatible", "", "0 to 290 in 0 of 10 days", "")),
    # ---- another thing ----------------------------------------------------------------------
    ("another unit", said("over 1000"), counted(NIGHTS, rule=KILLED),
     ("not_comparable", "measure", "", "")),
    ("another rule", said("over 1000"), counted(NIGHTS, rule=SHOT_DOWN),
     ("not_comparable", "counting_rule", "", "")),
    ("another measure of the same group", said("over 1000"), counted(NIGHTS, rule=STRIKE),
     ("compatible", "", "1,297 in 9 of 9 nights", "robust")),
    ("another counter than the claim names", said("over 1000", by="OSCE"), counted(NIGHTS),
     ("not_comparable", "counter", "", "")),
    ("the counter that the claim names", said("over 1000", by="Air Force"), counted(NIGHTS),
     ("compatible", "", "1,297 in 9 of 9 nights", "robust")),
    ("a part of the place, though it is enough", said("over 1000"), counted(NIGHTS, place=ODESA),
     ("not_comparable", "place", "", "")),
    ("more than the place", said("under 2000"), counted(NIGHTS, place=EUROPE),
     ("not_comparable", "place", "", "")),
    ("elsewhere", said("over 1000"), counted(NIGHTS, place=SYRIA),
     ("not_comparable", "place", "", "")),
    ("the claim names no place", said("over 1000", place=None), counted(NIGHTS),
     ("not_comparable", "place", "", "")),
    ("the counts name no place", said("over 1000"), counted(NIGHTS, place=None),
     ("not_comparable", "place", "", "")),
    ("neither names a place", said("over 1000", place=None), counted(NIGHTS, place=None),
     ("compatible", "", "1,297 in 9 of 9 nights", "robust")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("claim", "series", "expected"), [case[1:] for case in SERIES], ids=[case[0] for case in SERIES]
)
def test_a_series_against_a_claim(claim, series, expected):
    assert told(compare_series(claim, series)) == expected


def test_the_table_has_enough_lines():
    assert len(SERIES) + len(READINGS) >= 40


READINGS = [
    ("the same days", said("over 1000"), read("exactly 1434"),
     ("compatible", "", "1,434 in 10 of 10 days", "")),
    ("the sure nights", said("over 1000"), read("exactly 1297", 19, 27, **NIGHT),
     ("compatible", "", "1,297 in 9 of 9 nights", "")),
    ("the nights with the first one", said("over 1000"), read("exactly 1434", **NIGHT),
     ("compatible", "", "1,434 in 10 of 10 nights", "")),
    ("the same days, though an event begins them", said("over 1400", **SINCE), read("exactly 1434"),
     ("compatible", "", "1,434 in 10 of 10 days", "")),
    ("about, around the claim's end", said("over 1000"), read("about 1000"),
     ("perhaps compatible", "", "900 to 1,100 in 10 of 10 days", "")),
    ("exactly the open end", said("over 1000"), read("exactly 1000"),
     ("below_claim", "", "1,000 in 10 of 10 days", "")),
    ("exactly the closed end", said("at least 1000"), read("exactly 1000"),
     ("compatible", "", "1,000 in 10 of 10 days", "")),
    ("at most, against over", said("over 1000"), read("at most 1000"),
     ("below_claim", "", "at most 1,000 in 10 of 10 days", "")),
    ("under, against at least", said("at least 1000"), read("under 1000"),
     ("below_claim", "", "less than 1,000 in 10 of 10 days", "")),
    ("at least, against under", said("under 1000"), read("at least 1000"),
     ("above_claim", "", "at least 1,000 in 10 of 10 days", "")),
    ("over, against at least", said("at least 1000"), read("over 1000"),
     ("compatible", "", "more than 1,000 in 10 of 10 days", "")),
    ("at least, against over", said("over 1000"), read("at least 1000"),
     ("perhaps compatible", "", "at least 1,000 in 10 of 10 days", "")),
    ("30 countries against 31", said("exactly 30", 26, 26, rule=PRESENT),
     read("exactly 31", 26, 26, rule=PRESENT), ("above_claim", "", "31 in 1 of 1 day", "")),
    ("30 countries against 31 on another day", said("exactly 30", 24, 26, rule=PRESENT),
     read("exactly 31", 20, 20, rule=PRESENT), ("not_comparable", "period", "", "")),
    ("a part of the days, and over is reached", said("over 1000"), read("exactly 1200", 20, 27),
     ("compatible", "", "at least 1,200 in 8 of 10 days", "")),
    ("a part of the days, and at most", said("at most 1300"), read("exactly 1200", 20, 27),
     ("not_comparable", "period", "at least 1,200 in 8 of 10 days", "")),
    ("more than the days, and at most is kept", said("at most 1300"), read("exactly 1200", 1, 31),
     ("compatible", "", "0 to 1,200 in 0 of 10 days", "")),
    ("more than the days, and over is not reached", said("over 1300"), read("exactly 1200", 1, 31),
     ("below_claim", "", "0 to 1,200 in 0 of 10 days", "")),
    ("days that overlap", said("over 1000"), read("exactly 1200", 15, 20),
     ("not_comparable", "period", "", "")),
    ("other days", said("over 1000"), read("exactly 1200", 1, 8),
     ("not_comparable", "period", "", "")),
    ("nights claimed, days told", said("over 1000", **NIGHT), read("exactly 1434"),
     ("not_comparable", "period", "", "")),
    ("no days told", said("over 1000"), read("exactly 1434", 0, 0),
     ("not_comparable", "period", "", "")),
    ("an open end told", said("over 1000"), read("exactly 1434", 18, 0),
     ("not_comparable", "period", "", "")),
    ("shot down", said("over 1000"), read("exactly 691", 19, 27, rule=SHOT_DOWN, **NIGHT),
     ("not_comparable", "counting_rule", "", "")),
    ("another counter", said("over 1000", by="Air Force"), read("exactly 1434", by="OSCE"),
     ("not_comparable", "counter", "", "")),
    ("no counter told", said("over 1000", by="Air Force"), read("exactly 1434"),
     ("not_comparable", "counter", "", "")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("claim", "reading", "expected"),
    [case[1:] for case in READINGS],
    ids=[case[0] for case in READINGS],
)
def test_a_reading_against_a_claim(claim, reading, expected):
    assert told(compare(claim, reading)) == expected


# ---- in words -------------------------------------------------------------------------------

DASH = "\N{EN DASH}"


@pytest.mark.parametrize(
    ("comparison", "words"),
    [
        (
            compare_series(said("over 1000"), counted(NIGHTS)),
            [
                f"1,297 drones in 9 of 9 nights, ending on 19{DASH}27 March 2025: compatible.",
                f"With the night ending on 18 March 2025 it is 1,434 in 10 of 10 nights, ending on 18{DASH}27 March 2025: compatible.",
                "Robust: the answer is the same each way.",
            ],
        ),
        (
            compare_series(said("over 900", 20, 23, **NIGHT), counted([171, None, None, 147], 20)),
            [
                f"At least 318 drones in 2 of 4 nights, ending on 20{DASH}23 March 2025: not comparable. There is no count for nights ending on 21{DASH}22 March 2025. Missing is not zero.",
            ],
        ),
        (
            compare_series(said("over 900", 20, 21), counted([], steps="day")),
            [f"Not comparable. There is no count for 20{DASH}21 March 2025. Missing is not zero."],
        ),
        (
            compare_series(said("over 900", 20, 0), counted(NIGHTS, steps="day")),
            ["At least 1,152 drones in 8 days, since 20 March 2025: compatible."],
        ),
        (
            compare(said("over 1000"), read("about 1000")),
            [
                f"900 to 1,100 drones in 10 of 10 days, 18{DASH}27 March 2025: compatible. The count allows the claim, and other numbers as well.",
            ],
        ),
        (
            compare_series(
                said("over 1000"), counted(NIGHTS),
                Window(day(18), day(27), is_since=True, dated="Kremlin: 18 March 2025"),
                Window(day(23), day(27), is_since=True, dated="White House: 23 March 2025"),
            ),
            [
                f"Kremlin: 18 March 2025: 1,297 drones in 9 of 9 nights, ending on 19{DASH}27 March 2025: compatible.",
                f"Kremlin: 18 March 2025: with the night ending on 18 March 2025 it is 1,434 in 10 of 10 nights, ending on 18{DASH}27 March 2025: compatible.",
                f"White House: 23 March 2025: 441 drones in 4 of 4 nights, ending on 24{DASH}27 March 2025: below the claim.",
                f"White House: 23 March 2025: with the night ending on 23 March 2025 it is 588 in 5 of 5 nights, ending on 23{DASH}27 March 2025: below the claim.",
                "Fragile: the answer depends on which way is right.",
            ],
        ),
        (
            compare_series(said("over 1000", 27, 18), counted(NIGHTS)),
            ["Not comparable. The claim's period would end before it begins."],
        ),
        (
            compare(said("over 1000", 18, 18, time_zone="Europe/Kyiv"),
                    read("exactly 2000", 18, 18, time_zone="Europe/London")),
            [
                "2,000 drones in 1 of 1 day, 18 March 2025: compatible.",
                "The claim's days are those of Europe/Kyiv, the counts' those of Europe/London.",
            ],
        ),
        (
            compare(said("over 1000", 18, 18), read("exactly 2000", 18, 18, time_zone="Europe/Kyiv")),
            [
                "2,000 drones in 1 of 1 day, 18 March 2025: compatible.",
                "The claim does not say whose days it means; the counts' are those of Europe/Kyiv.",
            ],
        ),
        (
            compare_series(said("over 1000", 19, 27, is_about=True, **NIGHT), counted(NIGHTS)),
            [
                f"1,297 drones in 9 of 9 nights, ending on 19{DASH}27 March 2025: compatible.",
                "The claim gives its days as about right only: compared as if they were exact.",
            ],
        ),
        (
            compare(said("over 1000", 18, 18), read("exactly 2000", 18, 18, is_about=True)),
            [
                "2,000 drones in 1 of 1 day, 18 March 2025: compatible.",
                "The evidence gives its days as about right only.",
            ],
        ),
        (
            compare_series(said("over 1000", place=None), counted(NIGHTS)),
            ["Not comparable. The claim names no place, the count is for Ukraine."],
        ),
        (
            compare_series(said("over 1000", by="OSCE"), counted(NIGHTS)),
            ["Not comparable. The claim speaks of a count by OSCE, this one is by Air Force."],
        ),
    ],
)  # fmt: skip
def test_a_comparison_says_what_it_did(comparison, words):
    assert sentences(comparison) == words


def test_the_document_holds_every_count_that_was_used():
    comparison = compare_series(
        said("over 1000", 21, 23, **NIGHT), counted([214, None, (90, 99, 120)], 21)
    )

    document = as_document(comparison)

    assert (document["outcome"], document["reasons"]) == ("not_comparable", ["missing_days"])
    (run,) = document["runs"]
    assert (run["number"], run["lower"], run["upper"]) == ("313", "304", None)
    assert (run["coverage"], run["missing"]) == ("2 of 3 nights", [["2025-03-22", "2025-03-22"]])
    assert [(count["end"], count["lower"], count["value"], count["upper"]) for count in document["counts"]] == [
        ("2025-03-21", None, "214", None),
        ("2025-03-23", "90", "99", "120"),
    ]  # fmt: skip


def test_of_two_reports_for_one_night_the_newest_counts():
    morning = datetime(2025, 3, 18, 6, tzinfo=UTC)
    counts = [
        Count(day(17), day(18), N(150), reported_at=morning + timedelta(days=2)),
        Count(day(17), day(18), N(137), reported_at=morning),
    ]
    series = Counted(LAUNCHED, "Series", "Air Force", tuple(counts), "night", UKRAINE)

    (run,) = compare_series(said("over 140", 18, 18, **NIGHT), series).runs

    assert (run.outcome, run.number) == ("compatible", 150)


def test_counts_that_cover_the_same_days_are_not_added_up():
    counts = (Count(day(1), day(7), N(10)), Count(day(5), day(11), N(10)))
    series = Counted(LAUNCHED, "Series", "Air Force", counts, "week", UKRAINE)

    comparison = compare_series(said("over 15", 1, 11), series)

    assert told(comparison) == ("not_comparable", "period", "", "")
    assert comparison.main.why == "Two counts cover the same days: they cannot be added up."


def test_the_ends_of_time_are_no_trouble():
    everything = said("over 1", 18, 27, rule=LAUNCHED)
    for window in (Window(date.min, date.max), Window(date.max, date.max, is_since=True)):
        for steps in ("night", "day", "month"):
            comparison = compare_series(everything, counted(NIGHTS, steps=steps), window)
            assert comparison.outcome in ("compatible", "not_comparable")
        reading = Reading(LAUNCHED, Bounds(N(5), N(5)), "5", window, UKRAINE)
        assert compare(everything, reading, window).outcome == "compatible"


# ---- what must always hold ------------------------------------------------------------------

NUMBERS = st.integers(0, 60).map(N)


@st.composite
def bounds(draw):
    whole = st.booleans()
    low, high = sorted([draw(NUMBERS), draw(NUMBERS)])
    if low == high:
        return Bounds(low, high)
    return Bounds(
        low if draw(whole) else None, high if draw(whole) else None, draw(whole), draw(whole)
    )


COUNTS = st.lists(st.integers(0, 40) | st.none(), max_size=12)


@given(bounds(), bounds())
def test_two_intervals_are_apart_or_overlap(one, other):
    assert [one.is_above(other), one.is_below(other), one.overlaps(other)].count(True) == 1
    assert one.is_above(other) == other.is_below(one)
    assert one.overlaps(other) == other.overlaps(one)


@given(bounds(), bounds(), NUMBERS)
def test_what_holds_of_intervals_holds_of_each_number_in_them(one, other, number):
    if one.contains(other) and other.holds(number):
        assert one.holds(number)
    if one.is_above(other):
        assert not (one.holds(number) and other.holds(number))
    if one.holds(number) and other.holds(number):
        assert one.overlaps(other)


@given(bounds(), bounds(), bounds())
def test_containing_is_an_order(one, other, third):
    assert one.contains(one)
    if one.contains(other) and other.contains(one):
        assert (one.lower, one.upper) == (other.lower, other.upper)
    if one.contains(other) and other.contains(third):
        assert one.contains(third)
    if one.contains(other):
        assert one.overlaps(other)


@given(bounds(), bounds(), bounds(), NUMBERS, NUMBERS)
def test_a_sum_holds_the_sums_of_what_its_parts_hold(one, other, third, first, second):
    if one.holds(first) and other.holds(second):
        assert one.plus(other).holds(first + second)
    assert one.plus(other) == other.plus(one)
    assert one.plus(other).plus(third) == one.plus(other.plus(third))
    assert total([one]) == one
    assert total([]) == NOTHING


@given(bounds(), NUMBERS)
def test_a_sum_with_gaps_is_a_lower_bound_and_a_part_an_upper_one(one, more):
    for number in range(61):
        if one.holds(N(number)):
            assert one.or_more().holds(number + more)
            assert one.or_less().holds(max(number - more, N(0)))
    assert bounds_words(one)


def claim_of(allowed, first=18, last=27, **window):
    return Claimed(LAUNCHED, allowed, "x", Window(day(first), day(last), **window), UKRAINE)


@given(bounds(), bounds())
def test_a_reading_for_the_same_days_answers_by_its_interval_alone(allowed, found):
    claim = claim_of(allowed)
    reading = Reading(LAUNCHED, found, "x", claim.window, UKRAINE)

    comparison = compare(claim, reading)

    assert comparison.outcome == (
        "above_claim"
        if found.is_above(allowed)
        else "below_claim"
        if found.is_below(allowed)
        else "compatible"
    )
    assert comparison.is_certain == (allowed.contains(found) or not allowed.overlaps(found))


@given(bounds(), bounds())
def test_above_seen_from_the_other_side_is_below(one, other):
    there = compare(claim_of(one), Reading(LAUNCHED, other, "x", Window(day(18), day(27)), UKRAINE))
    back = compare(claim_of(other), Reading(LAUNCHED, one, "x", Window(day(18), day(27)), UKRAINE))

    mirror = {"above_claim": "below_claim", "below_claim": "above_claim"}
    assert back.outcome == mirror.get(there.outcome, there.outcome)


@given(bounds(), COUNTS, COUNTS)
def test_missing_counts_never_turn_out_to_change_a_certain_answer(allowed, known, truth):
    """Whatever the missing days turn out to be, a certain answer stands."""
    days = 10
    known = (known + [None] * days)[:days]
    truth = (truth + [0] * days)[:days]
    complete = [value if value is not None else other or 0
                for value, other in zip(known, truth, strict=True)]  # fmt: skip
    claim = claim_of(allowed, days="nights")

    now = compare_series(claim, counted(known))
    later = compare_series(claim, counted(complete))

    assert later.is_certain
    if now.is_certain:
        assert now.outcome == later.outcome
    else:
        assert (now.outcome, now.reasons) == ("not_comparable", ("missing_days",))


@given(st.integers(0, 400), COUNTS, st.integers(0, 9), st.integers(1, 40))
def test_more_counted_never_makes_over_less_true(said_number, values, place, more):
    values = [value or 0 for value in (values + [0] * 10)[:10]]
    claim = claim_of(Bounds(N(said_number), None, includes_lower=False), days="nights")
    before = compare_series(claim, counted(values)).outcome
    values[place] += more
    after = compare_series(claim, counted(values)).outcome

    assert (before, after) in {
        ("below_claim", "below_claim"),
        ("below_claim", "compatible"),
        ("compatible", "compatible"),
    }


@given(bounds(), COUNTS, st.integers(0, 9))
def test_both_runs_of_an_edge_speak_for_all_between(allowed, values, cut):
    """Two events as ends: with one edge alone the answer is that of both runs, when they agree."""
    values = [value or 0 for value in (values + [0] * 10)[:10]]
    series = counted(values, steps="day")
    both = compare_series(claim_of(allowed, is_since=True, is_until=True), series)

    for first, last in ((19, 27), (18, 26)):
        between = compare_series(claim_of(allowed, first, last), series)
        if both.is_robust:
            assert between.outcome == both.outcome


@given(COUNTS)
def test_coverage_adds_up(values):
    values = (values + [None] * 10)[:10]

    (run,) = compare_series(claim_of(Bounds(N(0), None), days="nights"), counted(values)).runs

    coverage = run.coverage
    missing = sum((last - first).days + 1 for first, last in coverage.gaps)
    assert coverage.known + missing == coverage.wanted == 10
    assert coverage.known == sum(value is not None for value in values)
    assert coverage.is_whole == (None not in values)
