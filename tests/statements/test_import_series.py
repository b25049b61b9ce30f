"""Taking over a table of counts: what is read, what is refused, and that it is whole or not at all."""

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command

from sources.models import Observation, Place, Series
from statements.comparing import comparison_with, comparisons_for
from statements.comparison import sentences
from statements.models import ImportRun
from tests.factories import (
    let_be_shown,
    make_claim,
    make_measure,
    make_place,
    make_publisher,
    make_source,
    make_user,
)
from tests.statements.test_comparing import make_quantity
from tests.statements.test_races import at_once

pytestmark = pytest.mark.django_db

AIR_FORCE = "Ukrainian Air Force"
# Ten nights as an attack-by-attack file has them: several rows a night, other weapons between.
ATTACKS = """\
date,weapon,launched,destroyed
2025-03-18,Shahed-136/131,137,63
2025-03-19,Shahed-136/131,100,50
2025-03-19,Shahed-136/131,45,22
2025-03-19,Orlan-10,12,12
2025-03-20,Shahed-136/131,171,75
2025-03-20,Lancet,40,3
2025-03-21,Shahed-136/131,214,114
2025-03-22,Shahed-136/131,179,100
2025-03-23,Shahed-136/131,147,97
2025-03-24,Shahed-136/131,99,57
2025-03-25,Shahed-136/131,139,78
2025-03-26,Shahed-136/131,117,56
2025-03-26,Orlan-10,4,4
2025-03-27,Shahed-136/131,86,42
"""
SHAHEDS = ("--sum", "--where", "weapon=Shahed-136/131")


@pytest.fixture(autouse=True)
def _vocabulary():
    make_measure()
    make_publisher(AIR_FORCE)
    make_place()


@pytest.fixture
def table(tmp_path):
    """Writes a file and returns its path."""

    def write(content, name="counts.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def run(path, *arguments, bare=False):
    """Runs the command; returns what it printed."""
    usual = () if bare else (
        "--measure", "drones_launched", "--publisher", AIR_FORCE, "--place", "UA",
        "--granularity", "night", "--date-column", "date", "--value-column", "launched",
    )  # fmt: skip
    out = io.StringIO()
    call_command("import_series", str(path), *usual, *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def refusal(path, *arguments, **options):
    """Runs the command, which is to refuse; returns its words and checks that nothing is left."""
    out = io.StringIO()
    with pytest.raises(CommandError) as refused:
        out.write(run(path, *arguments, **options))
    assert (Series.objects.count(), Observation.objects.count()) == (0, 0)
    assert list(ImportRun.objects.all()) == []
    return str(refused.value)


def counts(**where):
    rows = Observation.objects.filter(**where).known_at().order_by("period_end")
    return [(row.period_end.isoformat(), int(row.value)) for row in rows]


# ---- what comes in --------------------------------------------------------------------------


def test_rows_of_one_night_are_added_up_and_other_rows_left_alone(table):
    printed = run(table(ATTACKS), *SHAHEDS)

    series = Series.objects.get()
    assert (series.name, series.granularity) == (
        "Drones launched: weapon = Shahed-136/131",
        "night",
    )
    assert counts() == [
        ("2025-03-18", 137), ("2025-03-19", 145), ("2025-03-20", 171), ("2025-03-21", 214),
        ("2025-03-22", 179), ("2025-03-23", 147), ("2025-03-24", 99), ("2025-03-25", 139),
        ("2025-03-26", 117), ("2025-03-27", 86),
    ]  # fmt: skip
    assert printed.splitlines()[1:] == [
        "3 of them are of something else (--where).",
        (
            "“Drones launched: weapon = Shahed-136/131”: 10 counts by the night, ending 2025-03-18"
            " to 2025-03-27, 1,434 in all."
        ),
        "10 new counts; 0 were here as they are.",
        f"Done: import {ImportRun.objects.get().pk}.",
    ]


def test_the_claim_of_more_than_a_thousand_drones_is_held_against_the_file(table):
    make_measure("all_drones", name="Drones of all types")
    make_measure("drones_intercepted", name="Drones shot down")
    path, quantity = table(ATTACKS), make_quantity()
    run(path, *SHAHEDS)
    run(path, "--sum", "--measure", "all_drones")
    run(path, "--value-column", "destroyed", "--measure", "drones_intercepted", *SHAHEDS)
    launched, everything, destroyed = Series.objects.order_by("id")

    (found,) = comparisons_for(quantity)

    assert (found.against.key, found.outcome) == (launched.public_id, "compatible")
    assert [(run.number, run.coverage.words) for run in found.runs] == [
        (1297, "9 of 9 nights"),
        (1434, "10 of 10 nights"),
    ]
    assert found.robustness == "robust"
    assert [sentences(comparison_with(quantity, other)) for other in (everything, destroyed)] == [
        [f"Not comparable. “{name}” is counted by another rule than “Drones launched”."]
        for name in ("Drones of all types", "Drones shot down")
    ]


def test_the_same_file_again_changes_nothing(table):
    run(table(ATTACKS), *SHAHEDS)

    printed = run(table(ATTACKS), *SHAHEDS)

    assert printed.splitlines()[-1] == "Nothing is new: nothing was changed."
    assert (Observation.objects.count(), ImportRun.objects.count()) == (10, 1)


def test_a_number_that_changed_in_the_file_becomes_a_new_vintage(table):
    run(table(ATTACKS), *SHAHEDS, "--reported-at", "2025-03-28")

    printed = run(
        table(ATTACKS.replace(",214,", ",220,")), *SHAHEDS, "--reported-at", "2025-04-02T08:00"
    )

    assert "1 revised counts; 9 were here as they are." in printed.splitlines()
    assert counts(period_end="2025-03-21") == [("2025-03-21", 220)]
    (then,) = (
        Observation.objects.filter(period_end="2025-03-21")
        .filter(reported_at__lte=datetime(2025, 4, 1, tzinfo=UTC))
        .known_at()
    )
    assert then.value == 214


def test_a_trial_says_all_and_leaves_nothing(table):
    printed = run(table(ATTACKS), *SHAHEDS, "--dry-run").splitlines()

    assert printed[-2:] == [
        "10 new counts; 0 were here as they are.",
        "This was a trial: nothing was changed.",
    ]
    assert (Series.objects.count(), ImportRun.objects.count()) == (0, 0)


def test_an_empty_cell_is_missing_and_never_zero(table):
    printed = run(table("date,launched\n2025-03-18,137\n2025-03-19,\n2025-03-20,0\n"))

    assert counts() == [("2025-03-18", 137), ("2025-03-20", 0)]
    assert "1 periods have no number: missing, not zero." in printed.splitlines()


def test_a_sum_with_an_unknown_part_is_left_out_and_told(table):
    printed = run(
        table("date,launched\n2025-03-18,137\n2025-03-18,\n2025-03-19,145\n"), "--sum"
    ).splitlines()

    assert counts() == [("2025-03-19", 145)]
    assert (
        "  line 2: 2025-03-18 is left out: 1 of its 2 rows have no number, so their sum is not known"
    ) in printed


@pytest.mark.parametrize(
    ("content", "arguments", "found"),
    [
        (b"\xef\xbb\xbfdate,launched\n2025-03-18,137\n", (), [("2025-03-18", 137)]),
        ("date,launched\r\n2025-03-18,137\r\n\r\n", (), [("2025-03-18", 137)]),
        ("date;launched\n2025-03-18;137\n", ("--delimiter", ";"), [("2025-03-18", 137)]),
        ("date\tlaunched\n2025-03-18\t137\n", ("--delimiter", "\\t"), [("2025-03-18", 137)]),
        ("date,launched\n18.03.2025,137\n", ("--date-format", "%d.%m.%Y"), [("2025-03-18", 137)]),
        ("date,launched\n2025-03-18,137.0\n", (), [("2025-03-18", 137)]),
        ('date,launched\n2025-03-18,"137"\n', (), [("2025-03-18", 137)]),
        ("date, launched \n 2025-03-18 , 137 \n", (), [("2025-03-18", 137)]),
        (
            "date,launched\n2025-03-18 20:02,3\n2025-03-18T23:59:01+02:00,4\n",
            ("--granularity", "day", "--sum"),
            [("2025-03-18", 7)],
        ),
        ("date,launched\n2025-03-05,8\n", ("--granularity", "month"), [("2025-03-31", 8)]),
        ("date,launched\n2024-02-29,8\n", ("--granularity", "year"), [("2024-12-31", 8)]),
        ("date,launched\n2025-03-03,8\n", ("--granularity", "week"), [("2025-03-09", 8)]),
        (
            "date,to,launched\n2025-03-17,2025-03-18,8\n",
            ("--period-end-column", "to"),
            [("2025-03-18", 8)],
        ),
        (
            "date,kind,launched\n2025-03-18,a,1\n2025-03-19,b,2\n2025-03-20,c,4\n",
            ("--where", "kind=a", "--where", "kind=b"),
            [("2025-03-18", 1), ("2025-03-19", 2)],
        ),
    ],
)  # fmt: skip
def test_files_come_in_many_shapes(table, content, arguments, found):
    run(table(content), *arguments)

    assert counts() == found


def test_counts_may_have_bounds_and_decimals(table):
    run(
        table("date,low,launched,high\n2025-03-18,1,2.5,4\n2025-03-19,,3,\n"),
        "--decimals", "--lower-column", "low", "--upper-column", "high",
    )  # fmt: skip

    assert [
        (str(row.lower), str(row.value), str(row.upper))
        for row in Observation.objects.order_by("id")
    ] == [("1.0000", "2.5000", "4.0000"), ("None", "3.0000", "None")]


def test_the_work_that_holds_the_counts_is_found_or_added(table):
    known = make_source("Air attacks", url="https://data.example/attacks")

    run(table(ATTACKS), *SHAHEDS, "--source", "https://data.example/attacks?utm_source=x")
    assert {row.source for row in Observation.objects.all()} == {known}

    run(
        table("date,launched\n2025-03-28,5\n"), "--by", make_user("ada").username,
        "--source", "https://data.example/other", "--name", "Other",
    )  # fmt: skip
    added = Observation.objects.get(series__name="Other").source
    assert (added.title, added.kind, added.publisher.name) == ("counts.csv", "dataset", AIR_FORCE)


def test_the_run_is_kept_with_its_options_and_counts(table):
    run(table(ATTACKS), *SHAHEDS, "--by", make_user("ada").username, "--time-zone", "Europe/Kyiv")

    kept = ImportRun.objects.get()
    assert (kept.kind, kept.origin, kept.file_name) == ("series", AIR_FORCE, "counts.csv")
    assert kept.by == make_user("ada")
    assert kept.options["where"] == [["weapon", "Shahed-136/131"]]
    assert kept.counts == {
        "new counts": 10, "other rows": 3, "periods": 10, "recorded": 10, "rows": 14,
    }  # fmt: skip
    assert Series.objects.get().time_zone == "Europe/Kyiv"


# ---- the mapping file -----------------------------------------------------------------------

MAPPING = {
    "measure": "drones_launched", "publisher": AIR_FORCE, "place": "UA", "granularity": "night",
    "date-column": "date", "value_column": "launched", "sum": True,
    "where": {"weapon": "Shahed-136/131"},
}  # fmt: skip
TOML = """
measure = "drones_launched"
publisher = "Ukrainian Air Force"
place = "UA"
granularity = "night"
date_column = "date"
value_column = "launched"
sum = true
reported_at = 2025-04-01
[where]
weapon = ["Shahed-136/131", "Lancet"]
"""


def test_a_mapping_file_stands_for_the_options(table):
    path = table(ATTACKS)

    run(path, "--mapping", str(table(json.dumps(MAPPING), "map.json")), bare=True)
    assert sum(value for _, value in counts()) == 1434

    run(path, "--mapping", str(table(TOML, "map.toml")), "--name", "With Lancet", bare=True)
    assert sum(value for _, value in counts(series__name="With Lancet")) == 1474
    assert {
        row.reported_at for row in Observation.objects.filter(series__name="With Lancet")
    } == {datetime(2025, 4, 1, tzinfo=UTC)}  # fmt: skip


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ("[1]", "holds no table of options."),
        ("{", "cannot be read: Expecting property name"),
        ('{"colour": "red"}', "there is no option colour."),
        ('{"where": "a=b"}', "write where as a table: column = value."),
        ('{"measure": 5}', "measure is a text."),
        ('{"sum": "yes"}', "sum is true or false."),
        ("{}", "Say --measure, --publisher, --date-column, --value-column as well"),
        ('{"granularity": "hour"}', "Say --measure"),
    ],
)
def test_a_mapping_file_that_says_something_else_is_refused(table, mapping, words):
    path = table(mapping, "map.json")

    assert words in refusal(table(ATTACKS), "--mapping", str(path), bare=True)


# ---- what is refused ------------------------------------------------------------------------

GOOD = "2025-03-18,137\n"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("2025-02-30,5", "there is no day 2025-02-30"),
        ("45734,5", "“45734” is how a spreadsheet counts days (2025-03-18 perhaps): format the column as a date"),
        ("Mar-25,5", "“Mar-25” is what a spreadsheet made of a date: write it as 2025-03-27"),
        ("25-Mar,5", "“25-Mar” is what a spreadsheet made of a date: write it as 2025-03-27"),
        ("03/04/2025,5", "“03/04/2025” is no day: write it as 2025-03-27, or say how it is written"),
        (",5", "“” is no day: write it as 2025-03-27, or say how it is written"),
        ("2025-03-19 20:02,5", "a night is named by the day on which it ends: leave the time out"),
        ("2025-03-19,-5", "a count cannot be negative: -5"),
        ("2025-03-19,\N{MINUS SIGN}5", "a count cannot be negative: \N{MINUS SIGN}5"),
        ("2025-03-19,NaN", "“NaN” is no count: write a number, or leave the cell empty"),
        ("2025-03-19,inf", "“inf” is no count: write a number, or leave the cell empty"),
        ("2025-03-19,n/a", "“n/a” is no count: write a number, or leave the cell empty"),
        ("2025-03-19,+5", "“+5” is no count: write a number, or leave the cell empty"),
        ("2025-03-19,\N{ARABIC-INDIC DIGIT FIVE}", "“\N{ARABIC-INDIC DIGIT FIVE}” is no count: write a number, or leave the cell empty"),
        ('2025-03-19,"1,234"', "“1,234” has signs between its digits: write 1234, not 1,234 or 1.234"),
        ('2025-03-19,"1.234,5"', "“1.234,5” has signs between its digits: write 1234, not 1,234 or 1.234"),
        ("2025-03-19,1 234", "“1 234” has signs between its digits: write 1234, not 1,234 or 1.234"),
        ("2025-03-19,1'234", "“1'234” has signs between its digits: write 1234, not 1,234 or 1.234"),
        ("2025-03-19,1.234", "“1.234” may be a thousand or a part of one: write whole numbers without signs, or say --decimals"),
        ("2025-03-19,1E+03", "“1E+03” was rounded by a spreadsheet: write the number in full"),
        ("2025-03-19,#REF!", "“#REF!” is a spreadsheet's error, not a value"),
        ("2025-03-19,#N/A", "“#N/A” is a spreadsheet's error, not a value"),
        ("2025-03-19,######", "“######” stands for a column that was too narrow: the value is lost"),
        ("########,5", "“########” stands for a column that was too narrow: the value is lost"),
        ("2025-03-19,=A1+B1", "“=A1+B1” is a formula: write its result"),
        ("2025-03-19,Mar-25", "“Mar-25” is what a spreadsheet made of a number: write the number"),
        ("2025-03-19,2025-03-19", "“2025-03-19” is a day, not a count"),
        ("2025-03-19,123456789012345", "“123456789012345” is too large a number"),
        ("2025-03-19", "the row has 1 cells, the header has 2"),
        ("2025-03-19,5,6", "the row has 3 cells, the header has 2"),
        ('2025-03-19,"5', "this is no row of a table: unexpected end of data"),
        ("2025-03-18,138", "there is a count for 2025-03-18 already, in line 2: two counts for one period (if rows of one period are parts of it, say --sum)"),
        ("2025-03-18,137", "there is a count for 2025-03-18 already, in line 2: two counts for one period (if rows of one period are parts of it, say --sum)"),
    ],
)  # fmt: skip
def test_a_bad_row_is_told_with_its_line_and_nothing_is_imported(table, tmp_path, row, words):
    report = tmp_path / "report.csv"

    told = refusal(table(f"date,launched\n{GOOD}{row}\n"), "--report", str(report))

    assert told == "Nothing was changed: mend these rows first."
    with report.open(newline="") as file:
        lines = file.read().splitlines()
    assert lines[0] == "line,column,what"
    assert (len(lines), lines[1].startswith("3,")) == (2, True)
    assert words.replace('"', '""') in lines[1]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("date,launched\n2025-03-18,137\n2025-03-19,é\n".encode("latin-1"),
         "line 3: byte 12 is not UTF-8, as other lines are: save it as UTF-8"),
        (b"date,launched\n2025-03-18,1\x0037\n",
         "line 2: the character U+0000 at position 13 cannot be stored: take it out"),
        (b"date,launched\n2025-03-18,137\x85\n", "line 2: byte 15 is not UTF-8"),
    ],
)  # fmt: skip
def test_mixed_encodings_and_control_characters_are_told_with_their_line(
    table, capsys, content, words
):
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command(
            "import_series", str(table(content)), "--measure", "drones_launched", "--publisher",
            AIR_FORCE, "--date-column", "date", "--value-column", "launched", stdout=out,
        )  # fmt: skip

    assert words in out.getvalue()
    assert Observation.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "arguments", "words"),
    [
        ("", (), "the file has no header: its first line names the columns"),
        ("date,launched\n", (), "the file has a header and no row"),
        ("date,date,launched\n", (), "the column “date” is there twice"),
        ("day,launched\n2025-03-18,1\n", (), "there is no column “date”; the file has “day”, “launched”."),
        ("date;launched\n2025-03-18;1\n", (), "there is no column “date”; the file has “date;launched”. If the columns are parted by something else, say it with --delimiter."),
        ("date,launched\n2025-03-18,1\n".encode("utf-16"), (), "the file is in UTF-16: save it as UTF-8"),
        (ATTACKS, ("--where", "weapon=Kinzhal"), "none of the 14 rows has weapon = Kinzhal"),
        (ATTACKS, ("--where", "weapon"), "--where: write COLUMN=VALUE, not weapon."),
        (ATTACKS, ("--where", "colour=red"), "there is no column “colour”"),
        (ATTACKS, ("--measure", "drones"), "there is no measure drones; there are drones_launched"),
        (ATTACKS, ("--publisher", "Air Force"), "no publisher is called Air Force; is it Ukrainian Air Force?"),
        (ATTACKS, ("--publisher", "Nobody"), "no publisher is called Nobody: add it at the desk first"),
        (ATTACKS, ("--place", "XX"), "there is no place XX: add it at the desk first"),
        (ATTACKS, ("--by", "nobody"), "--by: nobody is no active fact-checker or editor."),
        (ATTACKS, ("--delimiter", ";;"), "The delimiter is one character"),
        (ATTACKS, ("--reported-at", "yesterday"), "--reported-at: write 2025-03-27 or 2025-03-27T06:30, not yesterday."),
        (ATTACKS, (*SHAHEDS, "--reported-at", "2999-01-01"), "a count cannot be reported later than now"),
        (ATTACKS, (*SHAHEDS, "--reported-at", "2025-03-20"), "Nothing was changed: mend these rows first."),
        (ATTACKS, (*SHAHEDS, "--source", "https://x.example/"), "no source is known at https://x.example/: say with --by who adds it"),
        ("date,launched\n18.03.2025,1\n2025-03-18,1\n", ("--date-format", "%d.%m.%Y", "--dry-run"), "Nothing was changed: mend these rows first."),
    ],
)  # fmt: skip
def test_what_is_no_table_of_these_counts_is_refused_in_words(table, content, arguments, words):
    assert words in refusal(table(content), *arguments)


def test_a_series_goes_on_in_the_steps_in_which_it_began(table):
    run(table(ATTACKS), *SHAHEDS)

    with pytest.raises(CommandError, match="is counted by the night, not by the day"):
        run(table("date,weapon,launched\n2025-03-28,Shahed-136/131,5\n"), *SHAHEDS,
            "--granularity", "day")  # fmt: skip


def test_a_file_that_is_not_there_is_told(tmp_path):
    assert "No such file or directory" in refusal(tmp_path / "nowhere.csv")


def test_places_are_known_by_their_codes(table):
    Place.objects.create(name="Odesa region", code="UA-51", part_of=make_place())

    run(table("date,launched\n2025-03-18,3\n"), "--place", "UA-51")

    assert Series.objects.get().place.name == "Odesa region"
    assert Observation.objects.get().period_start == date(2025, 3, 17)


@pytest.mark.parametrize(
    ("content", "arguments", "words"),
    [
        (
            "date,launched\n2025-03-20,5\n2999-01-01,6\n", (),
            "line 3: the count for 2999-01-01 would be reported on ",
        ),
        (
            "date,launched\n2025-03-03,5\n2025-03-11,6\n", ("--granularity", "week"),
            "line 3: the weeks of this series begin on a Monday, this one on a Tuesday",
        ),
        (
            "date,launched\n2025-03-20,1\n2025-03-20,99999999999999\n", ("--sum",),
            "line 2: the sum of 2025-03-20: this number is too large",
        ),
        (
            "date,launched,low\n2025-03-20,,5\n", ("--lower-column", "low"),
            "line 2: there are bounds and no count: leave all of them empty, or none",
        ),
    ],
)  # fmt: skip
def test_what_only_the_whole_shows_has_its_line_in_the_report_too(
    table, tmp_path, content, arguments, words
):
    report = tmp_path / "bad.csv"
    out = io.StringIO()
    with pytest.raises(CommandError, match="mend these rows first"):
        call_command(
            "import_series", str(table(content)), "--measure", "drones_launched", "--publisher",
            AIR_FORCE, "--date-column", "date", "--value-column", "launched", *arguments,
            "--report", str(report), stdout=out,
        )  # fmt: skip

    assert words in out.getvalue()
    line, reason = words.removeprefix("line ").split(": ", 1)
    (row,) = csv.DictReader(report.read_text().splitlines())
    assert row["line"] == line
    assert row["what"].startswith(reason)
    assert Series.objects.count() == 0


def test_the_weeks_of_a_file_follow_those_that_are_there(table):
    run(table("date,launched\n2025-03-03,5\n"), "--granularity", "week")

    with pytest.raises(CommandError, match="mend these rows first"):
        run(table("date,launched\n2025-03-11,6\n"), "--granularity", "week")


def test_the_number_rises_last(table, monkeypatch):
    source = make_claim("published").evidence.first().source
    path = table("date,launched\n2025-03-20,5\n")
    run(path, "--source", source.url)
    let_be_shown(Series.objects.get(), at=datetime(2025, 4, 1, tzinfo=UTC))
    runs = []
    monkeypatch.setattr(
        "sources.operations.series.raise_publication_number",
        lambda: runs.append(ImportRun.objects.count()),
    )

    run(table("date,launched\n2025-03-20,5\n2025-03-21,6\n"), "--source", source.url)

    assert runs == [2]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_there", [False, True])
def test_two_who_take_over_one_file_at_once_leave_everything_once(table, is_there):
    path = table(ATTACKS)
    if is_there:
        run(table("date,launched,weapon\n2025-03-18,137,Shahed-136/131\n", "first.csv"), *SHAHEDS)
    said = []

    def take_over():
        try:
            said.append(run(path, *SHAHEDS).splitlines()[-1])
        except CommandError as refused:
            said.append(str(refused))

    assert at_once(take_over, take_over) == ["ok", "ok"]

    assert (Series.objects.count(), Observation.objects.count()) == (1, 10), said
    assert ImportRun.objects.count() == 1 + is_there
    assert [words.startswith("Done: import ") for words in sorted(said)].count(True) == 1
    slower = next(words for words in said if not words.startswith("Done"))
    assert slower in (
        "Nothing is new: nothing was changed.",
        "This series is there already.\nNothing was changed.",
    )
