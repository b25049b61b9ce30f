"""Taking over archives of fact checks: what comes of a file, twice, broken, changed, published."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from datetime import date

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sources.models import Publication, Publisher, Source
from statements import search
from statements.imports import factchecks
from statements.imports.lines import BadFile
from statements.imports.rules import own_rules
from statements.models import (
    Appearance,
    Claim,
    ExternalReview,
    ImportedRow,
    ImportRun,
    Occasion,
    Occurrence,
    Speaker,
    StaffWord,
    StateChange,
    Statement,
    Topic,
    Verdict,
)
from statements.operations import faults_of, perform, update_claim
from tests.factories import make_claim, make_publisher, make_ready, make_speaker, make_user
from tests.statements.archives import as_lines, bring_in, flat, utterance

pytestmark = pytest.mark.django_db

NOUNS = (
    Speaker, Statement, Claim, Occurrence, ExternalReview, Source, Appearance, Occasion, Topic,
    Publisher, Verdict, StateChange, ImportRun, ImportedRow, Speaker.history, Statement.history,
    Claim.history, Source.history, Publisher.history,
)  # fmt: skip


def numbers():
    """Returns how many rows of each noun there are, and the publication number."""
    counts = [getattr(noun, "objects", noun).count() for noun in NOUNS]
    return [*counts, Publication.objects.current()]


# ---- what becomes of a row ------------------------------------------------------------------


def test_a_check_of_somebody_else_becomes_a_hidden_claim_with_a_review():
    outcome = bring_in(flat())

    claim, review = Claim.objects.get(), ExternalReview.objects.get()
    statement = Statement.objects.get()
    assert (claim.state, claim.origin, claim.text) == ("new", "own", statement.text)
    assert claim.main_statement == statement
    assert claim.state_changes.count() == 0
    assert (statement.speaker.name, statement.said_edtf) == ("Jane Doe", "2019-10-22")
    assert (statement.speaker.description, statement.occasion.title) == ("Mayor", "in a speech")
    assert (review.claim, review.statement) == (claim, statement)
    assert (review.publisher.name, review.label, review.code) == (
        "PolitiFact", "Half True", "mixed",
    )  # fmt: skip
    assert review.mapping_version == own_rules().version
    assert (review.reviewed_on, review.url) == (date(2019, 10, 30), "https://checks.example/crime/")
    assert {topic.slug: topic.has_page for topic in Topic.objects.all()} == {
        "crime": False, "state-budget": False,
    }  # fmt: skip
    assert outcome.run.counts["claims"] == 1


def test_what_others_found_is_nowhere_in_public_lists():
    bring_in(flat(), utterance())

    for path in ("/", "/claims/", "/speakers/", "/statements/", "/topics/", "/api/v1/claims/"):
        content = Client().get(path).content.decode()
        assert "Crime fell" not in content, path
        assert "Jane Doe" not in content, path
        assert "PolitiFact" not in content, path


def test_the_desk_finds_an_imported_claim_by_its_words():
    bring_in(flat())

    found = search.narrow_for_staff(Claim.objects.all(), "crime fell")

    assert [claim.text for claim in found] == ["Crime fell by 10% in two years."]


def test_an_unknown_label_is_kept_as_printed_and_gives_no_code():
    outcome = bring_in(flat(verdict="Full Flop"))

    review = ExternalReview.objects.get()
    assert (review.label, review.code, review.mapping_version) == ("Full Flop", "", "")
    assert outcome.counts["no code"] == 1


def test_one_claim_that_several_people_made_has_an_occurrence_of_each():
    bring_in(
        utterance(),
        utterance(id="b/2", speaker="Ann Bee", speaker_slug="ann", statement="Leaks are felonies."),
        utterance(id="b/3", date="2018-01-01", claims=["leaks-are-a-felony", "another"]),
    )

    claim = Claim.objects.get(external_ref="archive:claim:leaks-are-a-felony")
    assert claim.occurrences.count() == 3
    assert claim.main_statement.speaker.name == "John Roe"
    assert Claim.objects.count() == 2
    assert [row.claim_id for row in ImportedRow.objects.order_by("line")] == [
        claim.pk, claim.pk, None,
    ]  # fmt: skip


def test_of_several_claims_a_check_belongs_to_the_one_it_names():
    checks = [
        {"publisher": "A", "source": "https://a.example/1", "rating": "x", "claims": ["two"]},
        {"publisher": "A", "source": "https://a.example/2", "rating": "x"},
    ]
    bring_in(utterance(claims=["one", "two"], checks=checks))

    assert [row.claim and row.claim.short_text for row in ExternalReview.objects.order_by("url")] == [
        "Two", None,
    ]  # fmt: skip
    assert all(row.statement_id for row in ExternalReview.objects.all())


def test_an_utterance_is_tied_to_the_works_in_which_it_stands():
    bring_in(utterance())

    rows = Appearance.objects.select_related("source").order_by("id")
    assert [(row.source.url, row.source.kind, row.time_code_seconds) for row in rows] == [
        ("https://twitter.com/roe/status/890", "post", None),
        ("https://www.Example.org/texts/the-talk.html", "transcript", 12),
    ]
    assert not any(row.is_late or row.is_first for row in rows)


def test_a_known_source_in_any_spelling_is_used_again():
    bring_in(utterance())
    again = [{"type": "web", "url": "http://example.org/texts/the-talk.html?utm_source=x"}]

    bring_in(utterance(id="b/2", sources=again, date="2018-01-01"))

    assert Source.objects.count() == 2


def test_the_same_words_on_the_same_day_are_one_statement_with_two_reviews():
    outcome = bring_in(
        flat(),
        flat(id="a-2", statement="CRIME fell by 10% in two years!", url="https://other.example/"),
        flat(id="a-3", date="2019-10-23"),
        flat(id="a-4", speaker="Somebody else", speaker_slug="else"),
    )

    assert (Statement.objects.count(), Claim.objects.count()) == (3, 3)
    assert Statement.objects.order_by("id").first().external_reviews.count() == 2
    assert outcome.counts["repeated"] == 1


def test_a_speaker_is_known_by_reference_in_an_archive_and_by_name_across_archives():
    bring_in(flat(), flat(id="a-2", speaker_slug="jane-doe-2", statement="Other"))
    known = make_speaker("Known Person")

    bring_in(
        flat(id="b-1", speaker="Known Person", speaker_slug="kp", statement="More"),
        flat(id="b-2", statement="More still"),
        origin="second",
    )

    assert Speaker.objects.filter(name="Jane Doe").count() == 3  # two of one name: neither is taken
    assert Statement.objects.get(text="More").speaker == known


def test_speakers_that_are_no_persons_are_organisations():
    bring_in(flat(speaker="Facebook posts", speaker_slug="facebook-posts"))

    assert Speaker.objects.get().kind == "organisation"


# ---- twice, changed -------------------------------------------------------------------------


def test_a_second_run_changes_nothing_at_all():
    rows = [flat(), flat(id="a-2", statement="Other"), utterance()]
    bring_in(*rows)
    before = numbers()

    outcome = bring_in(*rows, packed=True)

    assert numbers() == before
    assert (outcome.is_written, outcome.counts["unchanged"]) == (False, 3)


def test_a_check_that_another_archive_brought_is_not_taken_twice():
    bring_in(flat())

    outcome = bring_in(
        flat(),
        flat(id="a-2"),
        flat(id="a-3", url="https://other.example/"),
        flat(id="a-4", verdict="True"),
        origin="renamed",
    )

    checks = ExternalReview.objects.order_by("id").values_list("url", "label")
    first, label = checks[0]
    assert list(checks) == [(first, label), ("https://other.example/", label), (first, "True")]
    assert (outcome.counts["reviews"], outcome.counts["known reviews"]) == (2, 2)
    assert bring_in(flat(), flat(id="a-2"), origin="renamed").counts["unchanged"] == 2
    assert ExternalReview.objects.count() == 3


def test_one_article_that_checks_several_statements_is_a_check_of_each():
    article = [
        {"checker": "pf", "rating": "false", "source": "https://e.example/", "publisher": "P"}
    ]
    bring_in(
        *(
            utterance(
                id=f"b/{number}", statement=f"Words {number}", claims=["a", "b"], checks=article
            )
            for number in (1, 2)
        )
    )

    assert ExternalReview.objects.filter(url="https://e.example/", claim=None).count() == 2


def test_a_second_run_of_an_own_archive_changes_nothing_at_all():
    bring_in(flat(), own="PolitiFact")
    before = numbers()

    outcome = bring_in(flat(), own="PolitiFact")

    assert numbers() == before
    assert outcome.note_count == 0


def test_a_longer_file_adds_only_what_is_new():
    bring_in(flat())

    outcome = bring_in(flat(), flat(id="a-2", statement="Other"))

    assert (outcome.counts["claims"], outcome.counts["unchanged"]) == (1, 1)
    assert ImportRun.objects.count() == 2


def test_what_people_did_since_is_not_undone():
    bring_in(flat())
    ada = make_user("ada")
    update_claim(Claim.objects.get(), by=ada, text="Better words", short_text="Better")

    bring_in(flat(), flat(id="a-2", statement="Other"))

    assert Claim.objects.filter(text="Better words").exists()


def test_a_changed_row_is_brought_up_to_date_while_nothing_published_rests_on_it():
    bring_in(flat())
    changed = flat(statement="“Crime rose.”", verdict="False", url="https://checks.example/new")

    outcome = bring_in(changed)
    again = bring_in(changed)

    statement, review = Statement.objects.get(), ExternalReview.objects.get()
    claim = Claim.objects.get()
    assert (statement.text, claim.text, claim.short_text) == ("Crime rose.",) * 3
    assert (review.label, review.code, review.url) == (
        "False", "inaccurate", "https://checks.example/new",
    )  # fmt: skip
    assert statement.history.first().history_change_reason == "imported again: text"
    assert (outcome.counts["updated"], outcome.note_count) == (1, 0)
    assert (again.is_written, again.counts["unchanged"]) == (False, 1)


@pytest.mark.parametrize(("url", "count"), [("https://new.example/", 1), ("https://b.example/", 0)])
@pytest.mark.parametrize("new", [[], [utterance(id="x", statement="Other", claims=[], checks=[])]])
def test_a_check_that_a_row_gained_is_added_unless_another_row_brought_it(new, url, count):
    first, second = ({"publisher": "P", "source": f"https://{name}.example/"} for name in "ab")
    bring_in(utterance(claims=[], checks=[first]))
    bring_in(utterance(claims=[], checks=[second]), origin="renamed")

    outcome = bring_in(utterance(claims=[], checks=[first, {**first, "source": url}]), *new)

    assert (outcome.counts["updated"], outcome.counts["reviews"]) == (1, count)
    assert ExternalReview.objects.count() == 2 + count


def test_search_finds_a_changed_row_by_its_new_words_alone():
    bring_in(flat())
    bring_in(flat(statement="“Taxes rose.”"), flat(id="a-2", statement="“Rain fell.”"))

    def found(words):
        return [claim.text for claim in search.narrow_for_staff(Claim.objects.all(), words)]

    assert (found("taxes"), found("crime"), found("rain")) == (["Taxes rose."], [], ["Rain fell."])
    assert not StaffWord.objects.filter(word="crime").exists()


def test_what_nobody_sees_leaves_the_publication_number():
    before = Publication.objects.current()
    bring_in(flat(), utterance())
    bring_in(flat(statement="“Taxes rose.”", verdict="False"))

    assert Publication.objects.current() == before


def test_new_words_of_an_open_check_raise_the_publication_number():
    bring_in(flat())
    claim, ada = Claim.objects.get(), make_user("ada")
    perform(claim, "take", by=ada)
    update_claim(Claim.objects.get(), by=ada, show_as_open=True)
    before = Publication.objects.current()

    bring_in(flat(statement="“Taxes rose.”"))

    assert Publication.objects.current() == before + 1
    assert "Taxes rose." in Client().get(claim.get_absolute_url()).content.decode()
    assert [line["id"] for line in search.find(search.Query("taxes")).lines] == [claim.public_id]


def test_wording_that_a_person_chose_stays_when_the_row_changes():
    bring_in(flat())
    update_claim(Claim.objects.get(), by=make_user("ada"), text="Ours", short_text="Ours")

    bring_in(flat(statement="“Crime rose.”"))

    assert Claim.objects.get().text == "Ours"
    assert Statement.objects.get().text == "Crime rose."


def test_a_changed_row_under_a_published_claim_is_told_and_not_changed():
    bring_in(flat())
    claim = Claim.objects.get()
    ada, ben = make_user("ada"), make_user("ben", role="editor")
    perform(claim, "take", by=ada)
    make_ready(claim, by=ada)
    perform(Claim.objects.get(), "submit", by=ada)
    perform(Claim.objects.get(), "publish", by=ben)

    outcome = bring_in(flat(statement="“Crime rose.”"))

    words = "and a published claim rests on the statement: correct it at the desk"
    assert [str(note) for note in outcome.notes] == [
        f"line 1 (archive:a-1): the row has other words or another day now, {words}"
    ]
    assert Statement.objects.get().text == "Crime fell by 10% in two years."
    assert not outcome.is_written


def test_a_changed_finding_of_an_own_archive_is_told_and_never_changed():
    bring_in(flat(), own="PolitiFact")
    before = numbers()

    outcome = bring_in(flat(verdict="False"), own="PolitiFact")

    words = "published: change the finding at the desk"
    assert [str(note) for note in outcome.notes] == [
        f"line 1 (archive:a-1): the row is another one than was imported and {words}"
    ]
    assert numbers() == before
    assert Verdict.objects.get().code == "mixed"


def test_a_repetition_of_a_published_claim_waits_for_a_second_editor():
    bring_in(utterance())
    claim = Claim.objects.get()
    ada, ben = make_user("ada"), make_user("ben", role="editor")
    perform(claim, "take", by=ada)
    make_ready(claim, by=ada)
    perform(Claim.objects.get(), "submit", by=ada)
    perform(Claim.objects.get(), "publish", by=ben)

    nobody = bring_in(utterance(id="b/2", statement="Once more"))
    somebody = bring_in(utterance(id="b/3", statement="And again"), by=ben)

    assert [note.reason for note in nobody.notes] == [
        f"the claim {claim.public_id} is published: name with --by who attaches a statement"
    ]
    assert somebody.note_count == 0
    (late,) = claim.occurrences.filter(is_late=True)
    assert (late.statement.text, late.added_by, late.is_shown) == ("And again", ben, False)


# ---- archives of one's own ------------------------------------------------------------------


@time_machine.travel("2025-04-01T10:00:00Z", tick=False)
def test_a_finding_of_an_own_archive_is_published_as_imported():
    outcome = bring_in(flat(), own="PolitiFact")

    claim = Claim.objects.get()
    verdict = claim.live_verdict
    assert (claim.state, claim.origin, claim.imported_from.name) == (
        "published", "imported", "PolitiFact",
    )  # fmt: skip
    assert (verdict.code, verdict.finding) == ("mixed", "It fell, but in one year.")
    assert (verdict.author, verdict.reviewer, verdict.origin) == (None, None, "imported")
    assert claim.first_published_at == claim.last_published_at
    assert claim.first_published_at.isoformat() == "2019-10-30T12:00:00+00:00"
    assert verdict.sealed["about"]["recorded_at"] == "2025-04-01T10:00:00+00:00"
    (change,) = claim.state_changes.all()
    assert (change.action, change.from_state, change.by) == ("import", "new", None)
    assert change.data == {"published_at": "2019-10-30T12:00:00+00:00"}
    assert list(faults_of(claim)) == []
    assert list(Claim.objects.public()) == [claim]
    assert ExternalReview.objects.count() == 0
    assert outcome.counts["findings"] == 1


def test_an_imported_finding_is_found_and_shown_as_imported():
    bring_in(flat(), own="PolitiFact")
    claim = Claim.objects.get()

    page = Client().get(claim.get_absolute_url()).content.decode()
    listed = Client().get("/claims/?q=crime").content.decode()

    assert "Imported from PolitiFact" in page
    assert "Our own rules on evidence" in page
    assert "30 October 2019" in page
    assert "Crime fell by 10% in two years." in listed
    assert {topic.slug for topic in Topic.objects.public()} == {"crime", "state-budget"}


def test_a_finding_without_a_code_keeps_the_file_out_or_is_left_out():
    rows = [flat(), flat(id="a-2", verdict="Full Flop", statement="Other")]

    refused = bring_in(*rows, own="PolitiFact")
    assert (refused.is_refused, Claim.objects.count()) == (True, 0)

    taken = bring_in(*rows, own="PolitiFact", skip_bad_rows=True)
    assert (taken.counts["findings"], taken.bad_count, Claim.objects.count()) == (1, 1, 1)


def test_one_publication_for_a_whole_file():
    make_publisher("PolitiFact")
    before = Publication.objects.current()

    bring_in(*(flat(id=str(n), statement=f"Words {n}") for n in range(20)), own="PolitiFact")

    assert Publication.objects.current() == before + 1


# ---- broken files ---------------------------------------------------------------------------


def test_a_file_with_a_broken_row_changes_nothing():
    before = numbers()

    outcome = bring_in(flat(), "{broken", flat(id="a-3", speaker=""))

    assert numbers() == before
    assert outcome.is_refused
    assert [str(row) for row in outcome.bad] == [
        "line 2: this is not JSON: Expecting property name enclosed in double quotes (character 2)",
        "line 3 (a-3): speaker: name the speaker",
    ]


def test_broken_rows_may_be_left_out_by_saying_so():
    outcome = bring_in(flat(), "{broken", flat(id="a-3", statement="Other"), skip_bad_rows=True)

    assert (outcome.bad_count, Claim.objects.count()) == (1, 2)
    assert outcome.run.options["skip_bad_rows"] is True
    assert "line 2: this is not JSON" in outcome.run.report


def test_two_rows_with_one_id_are_a_fault():
    outcome = bring_in(flat(), flat(statement="Other"))

    assert [str(row) for row in outcome.bad] == [
        "line 2 (archive:a-1): another row of this file has the same id"
    ]


def test_two_rows_with_one_id_far_from_each_other_are_a_fault(monkeypatch):
    monkeypatch.setattr(factchecks, "BATCH", 2)

    outcome = bring_in(flat(), flat(id="2"), flat(id="3"), flat(statement="Other"))

    assert [str(row) for row in outcome.bad] == [
        "line 4 (archive:a-1): line 1 of this file has the same id"
    ]


def test_a_damaged_archive_leaves_nothing(monkeypatch):
    monkeypatch.setattr(factchecks, "BATCH", 2)
    rows = [flat(id=str(number), statement=f"Words {number}") for number in range(500)]
    before = numbers()

    with pytest.raises(BadFile, match=r"damaged or cut off"):
        bring_in(content=gzip.compress(as_lines(rows))[:-200], skip_bad_rows=True)

    assert numbers() == before


def test_a_file_without_rows_is_refused():
    with pytest.raises(BadFile, match=r"^there is no row in this file$"):
        bring_in(content=b"\n\n")


def test_a_trial_says_what_would_happen_and_leaves_nothing():
    before = numbers()

    trial = bring_in(flat(), utterance(), dry_run=True)
    real = bring_in(flat(), utterance())

    assert trial.counts == real.counts
    assert trial.examples[0]["found"] == "PolitiFact: Half True"
    assert not trial.is_written
    assert before == [0] * 18 + [before[-1]] or numbers() != before


def test_fields_that_nobody_reads_are_named():
    outcome = bring_in(flat(party="x", colour="y"))

    assert dict(outcome.ignored) == {"party": 1, "colour": 1}
    assert any("colour (1)" in line for line in outcome.summary())


def test_the_report_holds_every_broken_row_and_no_formula():
    report = io.StringIO()

    bring_in(
        flat(id="=1+1", statement=""),
        flat(id="\x07", statement="x\x00"),
        flat(id="\u200b\uff1d1", statement=""),
        report=report,
    )

    rows = list(csv.reader(io.StringIO(report.getvalue())))
    assert rows == [
        ["file", "line", "row", "field", "what"],
        ["", "1", "'=1+1", "statement", "statement: give the statement"],
        [
            "", "2", "\N{REPLACEMENT CHARACTER}", "statement",
            "statement: take out the character U+0000 at position 2: it cannot be stored",
        ],
        ["", "3", "'\u200b\uff1d1", "statement", "statement: give the statement"],
    ]  # fmt: skip


def test_hostile_text_is_data():
    words = [
        "<script>alert(1)</script>", "'; DROP TABLE claims; --", "{{ 7*7 }}", "\u202eright to left",
        "🙂" * 200, "=cmd|' /C calc'!A0", "%s %(x)s", "\\N\t\\.", "a\tb\nc\rd", "\\", '"', "\u2028",
    ]  # fmt: skip
    rows = [flat(id=str(n), statement=f"w{n} {word}", context=word) for n, word in enumerate(words)]

    outcome = bring_in(*rows)

    assert outcome.bad_count == 0
    assert Statement.objects.count() == len(words)
    assert Statement.objects.get(text=f"w7 {words[7]}").occasion.title == "\\N \\."


def test_queries_do_not_grow_with_the_rows_of_a_batch():
    def count(number, start):
        rows = [flat(id=f"{start}-{n}", statement=f"W {start} {n}") for n in range(number)]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            bring_in(*rows, origin=start)
        return len(queries)

    bring_in(flat(id="first"))

    assert count(3, "few") == count(60, "many")


# ---- the command ----------------------------------------------------------------------------


@pytest.fixture
def archive(tmp_path):
    def written(*rows, name="archive.jsonl"):
        path = tmp_path / name
        content = as_lines(rows)
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        return path

    return written


def run(*arguments, **options):
    out = io.StringIO()
    call_command("import_factchecks", *map(str, arguments), stdout=out, **options)
    return out.getvalue()


def test_the_command_says_what_it_did(archive):
    said = run(archive(flat(), utterance(), name="fine.jsonl.gz"))

    number = ImportRun.objects.get()
    assert re.sub(r"[\d.]+ s\.", "0 s.", said) == (
        "2 rows read, 0 s.\n"
        "New: 2 speakers, 2 statements, 2 claims, 3 reviews, 2 sources, 2 publishers, "
        "2 occasions, 2 topics.\n"
        "1 checks have a label that no table turns into a verdict: it is kept as printed.\n"
        "1 sources in the file have no address that we know how to write.\n"
        f"Done: import {number.pk}.\n"
    )
    assert (number.file_name, number.kind, number.origin) == (
        "fine.jsonl.gz",
        "fact checks",
        "fine",
    )


def test_the_command_refuses_a_broken_file_in_words(archive, tmp_path):
    report = tmp_path / "report.csv"
    path = archive(flat(), flat(id="2", speaker=None))

    with pytest.raises(CommandError, match=r"^Nothing was changed: mend these rows"):
        run(path, "--report", report)

    assert "2,2,speaker,speaker: name the speaker" in report.read_text()
    assert Claim.objects.count() == 0


def test_the_command_takes_what_stands_beside_an_archive(archive):
    claims = archive({"slug": "leaks-are-a-felony", "claim": "It is one"}, name="claims.jsonl")
    checkers = archive(
        {"slug": "politifact", "ratings": [{"id": "false", "name": "False!"}]}, name="c.jsonl"
    )

    run(archive(utterance()), "--claims", claims, "--checkers", checkers)

    assert Claim.objects.get().text == "It is one"
    assert ExternalReview.objects.get(code="inaccurate").label == "False!"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.jsonl"], r"nowhere.jsonl: No such file"),
        (["FILE", "--by", "nobody"], r"--by: nobody is no active editor"),
        (["FILE", "--by", "ada"], r"--by: ada is no active editor"),
        (["FILE", "--origin", "a b"], r"--origin takes letters"),
        (["FILE", "--labels", "nowhere.json"], r"the tables in nowhere.json cannot be read"),
        (["FILE", "--claims", "nowhere.jsonl"], r"nowhere.jsonl cannot be opened"),
    ],
)
def test_the_command_refuses_what_it_cannot_use(archive, arguments, words):
    make_user("ada")
    path = archive(flat())

    with pytest.raises(CommandError, match=words):
        run(*[path if argument == "FILE" else argument for argument in arguments])

    assert Claim.objects.count() == 0


def test_the_command_may_name_who_answers_for_it(archive):
    ben = make_user("ben", role="editor")

    run(archive(flat()), "--by", "ben", "--origin", "pf")

    assert (ImportRun.objects.get().by, Claim.objects.get().created_by) == (ben, ben)
    assert Claim.history.first().history_user == ben
    assert ImportedRow.objects.get().reference == "pf:a-1"


def test_a_claim_made_by_hand_is_no_obstacle():
    make_claim("published")

    outcome = bring_in(flat(), json.dumps(utterance()))

    assert outcome.counts["claims"] == 2
