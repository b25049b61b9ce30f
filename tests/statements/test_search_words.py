"""Words as search compares them, questions as people type them, and marks on what was found."""

import itertools
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from statements.models import JointCount, Topic
from statements.search import spans
from statements.search.facets import (
    FEW_END,
    count_of_all,
    counted,
    counts_of,
    facets_in,
    is_joint,
    kept_beside,
    token,
    tokens,
    tokens_for_all_of,
)
from statements.search.highlights import excerpt, marked, may_hold
from statements.search.questions import MAX_CHARACTERS, MAX_TERMS, read
from statements.search.spelling import distance, may_be_near, nearest, neighbours
from statements.search.words import MAX_WORD, compare, words_of, written_in
from statements.vocabulary import ClaimKind, CommitmentStatus, PublicState, VerdictCode

NAUGHTY = Path(__file__).parents[3] / "shared" / "data" / "stress" / "naughty-strings.json"


@pytest.mark.parametrize(
    ("text", "language", "compared"),
    [
        ("Over 1,000 long-range drones launched", "en", "over 1000 long rang drone launch"),
        ("drones launched", "uk", "drones launched"),
        ("drones launched", "", "drones launched"),
        ("drones launched", "en-GB", "drone launch"),
        ("drones launched", "eng", "drones launched"),
        ("Zelenskyy\u2019s week's naïve Łódź", "", "zelenskyy week naive lodz"),
        ("Türkiye STRASSE straße Ærø", "", "turkiye strasse strasse aero"),
        ("п'ять Її йод", "uk", "пять її йод"),
        ("don't co\u00adoperate", "", "dont cooperate"),
        ("1.5 of 2,500.75 and 1.2.3 on 2025-03-27", "", "1·5 of 2500·75 and 1 2 3 on 2025 03 27"),
        ("1\u202f000 and 12,34", "", "1000 and 12 34"),
        ("中国の", "zh", "中 国 の"),
        ("हिन्दी भाषा", "hi", "हिन्दी भाषा"),
        ("مُحَمَّد", "ar", "محمد"),
        ("snake_case <b>&amp;</b> 🙂 §vaccurate ¦", "", "snake case b amp b vaccurate"),
        ("⑴ ⒈ 🄁 ﷺ", "", "1 1 0 صلىاللهعليهوسلم"),
        ("", "en", ""),
    ],
)
def test_words(text, language, compared):
    assert compare(text, language) == compared


@given(st.text())
@example("0,000 0.0.0 a'b'c 1,000,0")
@example("x" * 200)
@example("⑴ ⒈ 🄁 ﷺ ½")
def test_words_are_plain_and_stand_where_they_say(text):
    words = list(words_of(text, "en"))

    assert all(0 <= word.start < word.end <= len(text) for word in words)
    assert all(one.end <= other.start for one, other in itertools.pairwise(words))
    assert all(
        len(word.compared) <= 3 * MAX_WORD
        and not set(word.compared) & set(" \"'*\\:&|!()<>{}^+-§¦\x00")
        for word in words
    )
    assert compare(text, "en") == " ".join(word.compared for word in words)


MARKS = "\u2018\u2019\u2013\u2014…“”"


@given(st.text(alphabet=f"ab12,.' -_`sS\"{MARKS}", max_size=40))
def test_the_short_way_for_plain_text_finds_the_same_words_at_the_same_places(text):
    # A word of another script makes the same text go the long way.
    *long_way, last = words_of(f"{text} й", "en")

    assert list(words_of(text, "en")) == long_way
    assert compare(text, "en") == " ".join(word.compared for word in long_way)
    assert last.compared == "й"


def test_a_word_is_told_as_it_was_written_first():
    text = "The “Don\u2019t” of drones… Drones, DON'T."

    assert list(written_in(text, "en", {"dont"})) == [("dont", "Don\u2019t"), ("dont", "DON'T")]
    assert list(written_in("Дрони Drones", "uk", {"дрони"})) == [("дрони", "Дрони")]
    assert list(written_in(text, "en", {"tank"})) == []


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("drones", ["drones|drone"]),
        ("long-range", ["long range|long rang"]),
        ('"long range" drones', ["long range|long rang", "drones|drone"]),
        ("“long range”", ["long range|long rang"]),
        ('"never closed', ["never closed|never close"]),
        ("dro*", ["dro*"]),
        ("d*", ["d"]),
        ("-drones", ["-drones|drone"]),
        ('-"long range"', ["-long range|long rang"]),
        ("1,297", ["1297"]),
        ("the war in Ukraine", ["war", "ukraine|ukrain"]),
        ("the", ["the"]),
        ('"the" war', ["the", "war"]),
        ("war war", ["war"]),
        ("NEAR(a OR b) AND {x}:yes*", ["near a", "b", "x yes*"]),
        ("* % ' \" - _ ( § ¦ 🙂 \x00", []),
        ("", []),
    ],
)
def test_questions(typed, understood):
    def shown(term):
        ways = "|".join(" ".join(way) for way in term.ways)
        return f"{'-' * term.is_excluded}{ways}{'*' * term.is_prefix}"

    found = [shown(term) for term in read(typed).terms]

    assert found == understood


def test_a_long_question_is_cut_and_says_so():
    assert read("ab " * 1_000).was_cut
    assert len(read(" ".join(f"w{n}" for n in range(100))).terms) == MAX_TERMS
    assert len(read("x" * 1_000_000).terms) == 1
    assert not read("x" * MAX_CHARACTERS).was_cut


@given(st.text())
def test_any_text_is_a_question(text):
    for term in read(text).terms:
        assert term.words
        assert all(word for spelled in term.words for word in spelled)


def test_hits_are_marked_as_they_were_found():
    text = "Firing 1,000 long-range drones, and drone-like birds at a longer range."

    pieces = marked(text, read('drones "long range" 1000 -birds'), "en")

    assert "".join(piece.text for piece in pieces) == text
    assert [piece.text for piece in pieces if piece.is_hit] == [
        "1,000", "long", "range", "drones", "drone",
    ]  # fmt: skip


def test_beginnings_are_marked_whole():
    assert [p.text for p in marked("Dronen und Drohnen", read("dro*")) if p.is_hit] == [
        "Dronen",
        "Drohnen",
    ]


@given(st.text(), st.text())
def test_marks_keep_the_text(text, typed):
    assert "".join(piece.text for piece in marked(text, read(typed))) == text


def test_an_excerpt_shows_the_words_around_the_first_hit():
    text = f"{'Before it. ' * 60}Here are drones. {'After it. ' * 60}"

    pieces = excerpt(text, read("drones"), most=60)

    assert [piece.text for piece in pieces if piece.is_hit] == ["drones"]
    shown = "".join(piece.text for piece in pieces)
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < 70
    assert excerpt(text, read("missiles")) == []


@given(st.text(alphabet="adeinrsty' -,1.", max_size=30), st.text(alphabet="adeinrsty ", max_size=8))
@example("Parties met", "party")
@example("They're 1,000", "1000")
def test_a_text_that_holds_a_word_is_never_passed_over(text, typed):
    question = read(typed)
    if any(piece.is_hit for piece in marked(text, question, "en")):
        assert may_hold(text, question.wanted)


# ---- mistyped words -------------------------------------------------------------------------

KNOWN = {
    "drone": "drones",
    "ceasefir": "ceasefire",
    "зеленський": "Зеленський",
    "volodymyr": "Volodymyr",
}


def known(words):
    return words & set(KNOWN)


def starting(start):
    return [(word, shown) for word, shown in KNOWN.items() if word.startswith(start)]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("drnoe",), ("drone", "drones")),
        (("ceasfire", "ceasfir"), ("ceasefir", "ceasefire")),
        (("зеленский",), ("зеленський", "Зеленський")),
        (("volodimir",), ("volodymyr", "Volodymyr")),
        (("bolodimir",), None),
        (("dro",), None),
        (("1234",), None),
        (("xylophone",), None),
    ],
)
def test_the_nearest_known_word(typed, meant):
    assert nearest(typed, known=known, starting=starting) == meant


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_one_fault_is_a_distance_of_one(one, other):
    assert distance(one, other, most=2) == distance(other, one, most=2)
    assert (distance(one, other, most=2) == 0) == (one == other)
    if one and other in neighbours(one):
        assert distance(one, other, most=2) == 1


@given(st.text("abcdefg", max_size=8), st.text("abcdefg", max_size=8))
@example("abcdefg", "bacdegf")
def test_a_word_that_is_near_is_never_passed_over(one, other):
    if distance(one, other, most=2) <= 2:
        assert may_be_near(one, other)


# ---- choices --------------------------------------------------------------------------------


@given(st.sampled_from(["topic", "speaker"]), st.from_regex(r"[-a-zA-Z0-9_]{1,80}", fullmatch=True))
def test_a_choice_is_one_word_that_no_text_can_be(dimension, code):
    word = token(dimension, code)

    assert list(facets_in(tokens([(dimension, code)]))) == [(dimension, code)]
    assert word not in compare(word)
    assert not any(char in word for char in " '\"-_:ABCXYZ")


def test_a_document_counts_itself_its_choices_its_pairs_and_joint_choices():
    text = tokens(
        [("verdict", "mixed"), ("speaker", "abc"), ("topic", "a-b"), ("agreement", "xyz"),
         ("kind", "status")]
    )  # fmt: skip

    assert dict(counted(text)) == {
        ("all", ""): 1,
        ("kind", "status"): 1,
        ("verdict", "mixed"): 1,
        ("speaker", "abc"): 1,
        ("topic", "a-b"): 1,
        ("speaker_verdict", "abc/mixed"): 1,
        ("topic_verdict", "a-b/mixed"): 1,
        ("agreement", "xyz"): 1,
        ("topic_agreement", "a-b/xyz"): 1,
        ("kind:status", "verdict/mixed"): 1,
        ("kind:status", "topic/a-b"): 1,
        ("verdict:mixed", "kind/status"): 1,
        ("verdict:mixed", "topic/a-b"): 1,
        ("topic:a-b", "kind/status"): 1,
        ("topic:a-b", "verdict/mixed"): 1,
        ("topic:a-b verdict:mixed", "kind/status"): 1,
    }
    assert not counted("")


@pytest.mark.parametrize(
    ("chosen", "key"),
    [
        ([("kind", "status")], "kind:status"),
        ([("verdict", "mixed"), ("topic", "a-b")], "topic:a-b verdict:mixed"),
        ([("topic", "a-b"), ("verdict", "mixed")], "topic:a-b verdict:mixed"),
        ([], ""),
        ([("speaker", "abc")], ""),
        ([("verdict", "mixed"), ("kind", "status")], ""),
        ([("topic", "a-b"), ("topic", "c")], ""),
        ([("topic", "a-b"), ("verdict", "mixed"), ("kind", "status")], ""),
    ],
)
def test_counts_are_kept_beside_single_choices_and_a_topic_with_a_verdict(chosen, key):
    assert kept_beside(chosen) == key


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("2025-03-27", "2025-03-27", ["year 2025", "month 2025-03"]),
        ("2024-12-31", "2025-01-01", ["year 2024", "year 2025", "month 2024-12", "month 2025-01"]),
        ("0987-01-01", "0987-01-31", ["year 987", "month 0987-01"]),
        ("2020-01-01", "2022-01-01", ["year 2020", "year 2021", "year 2022", "month long"]),
    ],
)
def test_a_span_of_days_is_found_by_its_months_and_years(first, last, found):
    choices = spans.choices_of(date.fromisoformat(first), date.fromisoformat(last))

    assert [" ".join(choice) for choice in choices] == found


def test_a_span_has_so_many_months_at_most():
    first = date(2020, 1, 31)

    assert len(spans.months_of(first, date(2021, 12, 31))) == spans.MOST_MONTHS
    assert spans.months_of(first, date(2022, 1, 1)) == []


def test_what_counts_are_kept_beside_fits_its_column():
    longest = {
        "verdict": max((*VerdictCode.values, *CommitmentStatus.values), key=len),
        "topic": "a" * Topic._meta.get_field("slug").max_length,
        "kind": max(ClaimKind.values, key=len),
        "state": max(PublicState.values, key=len),
    }
    text = tokens(longest.items())

    assert {key for key in counted(text) if is_joint(key)}
    for beside, choice in counted(text):
        assert len(beside) <= JointCount._meta.get_field("beside").max_length
        assert len(choice) <= JointCount._meta.get_field("choice").max_length


def test_choices_of_several_documents_are_counted_as_far_as_they_were_read():
    mixed = tokens([("verdict", "mixed"), ("speaker", "abc"), ("kind", "status"), ("topic", "a-b")])
    right = tokens([("verdict", "accurate"), ("speaker", "abc"), ("kind", "status")])
    whole = [mixed, right, mixed]
    few = [document[: document.index(FEW_END)] for document in whole]
    common = {
        ("verdict", "mixed"): 2,
        ("verdict", "accurate"): 1,
        ("kind", "status"): 3,
        ("topic", "a-b"): 2,
    }

    assert dict(counts_of(few)) == common
    assert dict(counts_of(whole)) == common | {("speaker", "abc"): 3}
    assert not counts_of([])


def test_a_pair_that_is_counted_together_is_one_word():
    verdict, topic, kind = ("verdict", "mixed"), ("topic", "a-b"), ("kind", "status")
    document = tokens([verdict, topic, kind])

    assert tokens_for_all_of([topic, verdict]) == tokens_for_all_of([verdict, topic])
    assert [
        len(tokens_for_all_of(each)) for each in ([], [topic], [topic, verdict], [topic, kind])
    ] == [0, 1, 1, 2]
    assert set(tokens_for_all_of([verdict, kind, topic])) < set(document.split())
    assert not set(tokens_for_all_of([("verdict", "accurate"), topic])) & set(document.split())
    assert sorted(facets_in(document)) == sorted([verdict, topic, kind])


@pytest.mark.parametrize(
    ("chosen", "count"),
    [
        ([], ("all", "")),
        ([("kind", "status")], ("kind", "status")),
        ([("verdict", "mixed"), ("topic", "a-b")], ("topic_verdict", "a-b/mixed")),
        ([("verdict", "mixed"), ("kind", "status")], None),
        ([("verdict", "mixed"), ("topic", "a-b"), ("kind", "status")], None),
    ],
)
def test_a_count_is_kept_of_all_single_choices_and_of_pairs(chosen, count):
    assert count_of_all(chosen) == count


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the strings that break software are not here")
def test_strings_that_break_software():
    for text in json.loads(NAUGHTY.read_text()):
        assert "".join(piece.text for piece in marked(text, read(text), "en")) == text
