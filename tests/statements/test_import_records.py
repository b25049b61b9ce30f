"""What a row of an archive says, and which rows are refused in which words."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from sources.errors import Invalid
from sources.texts import clean
from statements.imports.records import Reader
from statements.imports.rules import as_compared, own_rules, read_rules
from statements.imports.wording import normalised, said_words, shortened, unlinked
from statements.vocabulary import VerdictCode
from tests.statements.archives import UTTERANCE, flat, utterance


def read(row, **options):
    return Reader(own_rules(), "archive", **options).read(1, row)


def test_a_flat_row_is_one_check_of_one_statement():
    record = read(flat())

    assert (record.speaker, record.speaker_kind) == ("Jane Doe", "person")
    assert (record.text, record.fidelity) == ("Crime fell by 10% in two years.", "verbatim")
    assert (record.said, record.context) == ("2019-10-22", "in a speech")
    assert record.topics == (("crime", "Crime"), ("state-budget", "State budget"))
    (check,) = record.checks
    assert (check.publisher, check.label, check.code) == ("PolitiFact", "Half True", "mixed")
    assert (check.summary, check.reviewed_on) == ("It fell, but in one year.", date(2019, 10, 30))
    assert check.reference == record.reference == "archive:a-1"


def test_an_utterance_has_claims_checks_and_places():
    record = read(
        UTTERANCE,
        claim_texts={"leaks-are-a-felony": "Leaking the form is a felony"},
        labels={"politifact": {"false": "False"}},
    )

    assert record.text == "Look at @FBI: “never” happened. “So what?”"
    assert record.fidelity == "verbatim"
    assert record.claims == (("leaks-are-a-felony", "Leaking the form is a felony"),)
    assert [(check.publisher, check.label, check.code) for check in record.checks] == [
        ("PolitiFact", "False", "inaccurate"),
        ("The Times", "Not so.", ""),
    ]
    assert record.checks[0].summary == "He was wrong."
    assert [(place.url, place.kind, place.seconds) for place in record.places] == [
        ("https://twitter.com/roe/status/890", "post", None),
        ("https://www.Example.org/texts/the-talk.html", "transcript", 12),
    ]
    assert record.places[1].title == "example.org: the talk"
    assert record.placeless == 1


def test_a_claim_without_wording_is_worded_by_its_slug():
    assert read(utterance()).claims == (("leaks-are-a-felony", "Leaks are a felony"),)


@pytest.mark.parametrize(
    ("text", "words", "fidelity"),
    [
        ('"All of it."', "All of it.", "verbatim"),
        ("“All of 'it'.”", "All of 'it'.", "verbatim"),
        ('Says "a part" of it', 'Says "a part" of it', "paraphrase"),
        ('"One" and "two"', '"One" and "two"', "paraphrase"),
        ('"Only a start', '"Only a start', "paraphrase"),
        ('""', '""', "paraphrase"),
        ("It rose.", "It rose.", "paraphrase"),
    ],
)
def test_only_a_text_in_quotes_from_end_to_end_is_verbatim(text, words, fidelity):
    assert said_words(text) == (words, fidelity)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"id": None}, "id: give each row an id"),
        ({"id": True}, "id: give this as text"),
        ({"id": "x" * 121}, "id: shorten this to 120 characters: it has 121"),
        ({"statement": " "}, "statement: give the statement"),
        ({"statement": 7}, "statement: give this as text"),
        ({"statement": "a\x00b"}, "statement: take out the character U+0000 at position 2: it cannot be stored"),
        ({"statement": "a\ud800b"}, "statement: take out the character U+D800 at position 2: it cannot be stored"),
        ({"statement": "x" * 20_001}, "statement: shorten this to 20,000 characters: it has 20,001"),
        ({"speaker": None}, "speaker: name the speaker"),
        ({"speaker": ["a"]}, "speaker: give this as text"),
        ({"date": "soon"}, "date: this date cannot be read: write a date as 2025-03-27, 2025-03, 2025, 2025-03~ (about) or 2025-03-18/2025-03-27"),
        ({"date": "2019-02-30"}, "date: this date cannot be read: there is no day 2019-02-30"),
        ({"date": "2999-01-01"}, "date: nobody said this on a day that has not come"),
        ({"date": 20190101}, "date: give this as text"),
        ({"date_published": "2999-01-01"}, "date_published: this day has not come"),
        ({"date_published": "1/2/2019"}, "date_published: write the day as 2025-03-27"),
        ({"url": None}, "url: give the address of the check"),
        ({"url": "javascript:alert(1)"}, "url: give an address that starts with http:// or https://"),
        ({"url": "https://a b"}, "url: take spaces, quotes and backslashes out of the address"),
        ({"publisher": ""}, "publisher: name the publisher of the check"),
        ({"topics": "crime"}, "topics: give a list"),
        ({"topics": [1]}, "topics: give this as text"),
        ({"topics": ["x"] * 51}, "topics: give at most 50 in a list: there are 51"),
        ({"language": "English, please"}, "language: write the language as a BCP 47 code: en, uk"),
        ({"verdict": {"a": 1}}, "verdict: give this as text"),
        ({"rating_value": [1]}, "rating_value: give this as text"),
        ({"claims": {}}, "claims: give a list"),
        ({"checks": ["x"]}, "checks: give a list of objects"),
        ({"checks": [{"source": "https://a.example/"}]}, "checks: name the publisher of each check"),
        ({"checks": [{"publisher": "A"}]}, "source: give the address of each check"),
        ({"checks": [], "sources": [{"type": "web", "url": "ftp://a.example"}]}, "url: give an address that starts with http:// or https://"),
    ],
)  # fmt: skip
def test_a_broken_row_is_refused_in_words_that_name_the_field(fields, words):
    with pytest.raises(Invalid) as refusal:
        read(flat(**fields))

    assert f"{refusal.value.field}: {refusal.value}" == words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"verdict": "Full Flop"}, "no table says which verdict “Full Flop” of PolitiFact is: add it with --labels, or leave the row out"),
        ({"explanation": ""}, "a finding of one's own needs a sentence"),
        ({"explanation": "x" * 281}, "shorten the finding to 280 characters: it has 281"),
        ({"date_published": None}, "say when the finding was published"),
        ({"checks": []}, "an archive of one's own has one finding a row: this row has several checks"),
    ],
)  # fmt: skip
def test_a_finding_that_nobody_could_publish_is_refused(fields, words):
    with pytest.raises(Invalid) as refusal:
        read(flat(**fields), own="PolitiFact")

    assert str(refusal.value) == words


def test_the_findings_of_an_own_archive_are_not_reviews_of_others():
    own = read(flat(justification="Long words."), own="politifact")
    others = read(flat(publisher="Somebody"), own="politifact")

    assert own.checks == ()
    assert (own.finding.code, own.finding.as_of) == ("mixed", date(2019, 10, 30))
    assert own.finding.published_at == datetime(2019, 10, 30, 12, tzinfo=UTC)
    assert own.finding.rationale == (
        "Long words.\n\nFirst published at https://checks.example/crime/"
    )
    assert (others.finding, others.checks[0].publisher) == (None, "Somebody")


@time_machine.travel("2025-04-01T08:00:00Z", tick=False)
def test_a_finding_of_this_morning_was_not_published_at_noon():
    record = read(flat(date_published="2025-04-01"), own="PolitiFact")

    assert record.finding.published_at == datetime(2025, 4, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Facebook posts", "organisation"),
        ("Chain email", "organisation"),
        ("Viral image", "organisation"),
        ("Bloggers", "organisation"),
        ("Republican Party of Florida", "organisation"),
        ("MoveOn.org", "organisation"),
        ("Jane Post", "organisation"),  # a rule, and an editor puts right what it gets wrong
        ("Barack Obama", "person"),
        ("Kay Bailey Hutchison", "person"),
        ("Bono", "person"),
    ],
)
def test_speakers_that_are_no_persons_are_told_by_a_rule_in_the_tables(name, kind):
    assert own_rules().kind_of_speaker(name) == kind


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("True", "accurate"),
        ("Mostly True", "mostly_accurate"),
        ("Half-True", "mixed"),
        ("Mostly False", "mostly_inaccurate"),
        ("Barely True", "mostly_inaccurate"),
        ("False", "inaccurate"),
        ("Pants on Fire!", "inaccurate"),
        ("Full Flop", ""),
        ("Half Flip", ""),
        ("No Flip", ""),
        ("true-ish", ""),
    ],
)
def test_labels_become_our_codes_where_the_table_has_them(label, code):
    assert own_rules().code_of("politifact", label) == code
    assert own_rules().code_of("Somebody else", label) == ""


def test_the_tables_name_verdicts_only():
    codes = {code for table in own_rules().labels.values() for code in table.values()}

    assert codes <= set(VerdictCode.values)
    assert own_rules().version


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "cannot be read"),
        ('{"version": "2", "labels": {"a": {"b": "c"}}}', r"c is no verdict \(a: b\)"),
        ('{"version": ""}', "give a version"),
        ('{"version": "2", "labels": []}', "are not of the form of ours"),
        ("[]", "are not of the form of ours"),
    ],
)
def test_tables_of_ones_own_are_judged(tmp_path, content, words):
    file = tmp_path / "labels.json"
    file.write_text(content)

    with pytest.raises(Invalid, match=words):
        read_rules(file)


def test_tables_of_ones_own_take_the_place_of_ours(tmp_path):
    file = tmp_path / "labels.json"
    file.write_text('{"version": "mine-1", "labels": {"PolitiFact": {"Full Flop": "inaccurate"}}}')

    rules = read_rules(file)

    assert (rules.version, rules.code_of("politifact", "full-flop")) == ("mine-1", "inaccurate")
    assert rules.kind_of_speaker("Bloggers") == "organisation"


def test_invisible_leftovers_of_a_wrong_encoding_are_taken_out_and_counted():
    record = read(flat(statement="A plan \x90 of ours\x9d"))

    assert (record.text, record.is_mended) == ("A plan  of ours", True)
    assert not read(flat()).is_mended


@given(st.text(max_size=300))
def test_a_short_form_is_short_one_line_and_begins_as_the_text_does(text):
    short = shortened(text)

    assert len(short) <= 75
    assert "\n" not in short
    assert " ".join(text.split()).startswith(short.removesuffix("…").rstrip())


@given(st.text(max_size=100))
def test_words_are_the_same_in_any_case_and_with_any_marks(text):
    assert normalised(f"“{text}!” ") == normalised(text) or not any(map(str.isalnum, text))
    assert normalised(normalised(text)) == normalised(text)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("It fell by 10%.", "it FELL, by 10 %!", True),
        ("It fell by 5.", "It fell by 5", True),
        ("It fell by 5", "It fell by -5", False),
        ("It fell by 5", "It fell by 5 %", False),
        ("It cost 5", "It cost $5", False),
        ("Up 1.5 points", "Up 15 points", False),
        ("Ｆull width", "full width", True),  # noqa: RUF001 - on purpose
        ("🙂", "🙁", False),
    ],
)
def test_what_is_the_same_words(one, other, is_same):
    assert (normalised(one) == normalised(other)) is is_same


@given(st.text(alphabet="[](): htps/a.", max_size=60))
def test_links_are_taken_out_and_nothing_else(text):
    assert len(unlinked(text)) <= len(text)
    assert unlinked(f"[words](https://a.example/x) {text}").startswith("words ")


def test_a_text_full_of_brackets_takes_no_time():
    text = "[" * 20_000 + "](" * 100

    assert unlinked(text) == text


@given(st.text(max_size=40))
def test_labels_are_compared_as_words(label):
    assert as_compared(as_compared(label)) == as_compared(label)


def test_any_json_is_read_or_refused_and_never_an_error():
    values = [None, True, 0, -1, 1.5, "", "x", "\x00", [], [None], [[]], {}, {"a": None}]
    for name in (*flat(), *utterance(), "explanation"):
        for value in values:
            for row in (flat(**{name: value}), utterance(**{name: value})):
                for own in ("", "PolitiFact"):
                    with contextlib.suppress(Invalid):
                        record = read(row, own=own)
                        assert clean(record.text, "text") == record.text
                        assert record.fingerprint() == read(row, own=own).fingerprint()
