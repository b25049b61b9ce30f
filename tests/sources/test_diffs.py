"""Word diffs: what was taken out, what was put in, and nothing lost on the way."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sources.diffs import MOST_WORDS, Segment, word_diff


def test_numbers_and_words_are_whole():
    assert word_diff("It counted 1,297 drones.", "It counted 1,434 drones.") == [
        Segment("same", "It counted "),
        Segment("del", "1,297"),
        Segment("ins", "1,434"),
        Segment("same", " drones."),
    ]


def test_words_replaced_in_a_row_are_one_change():
    assert word_diff("Talks on 24 and 25 March", "Talks from 23 to 25 March") == [
        Segment("same", "Talks "),
        Segment("del", "on 24 and"),
        Segment("ins", "from 23 to"),
        Segment("same", " 25 March"),
    ]
    assert word_diff("a b", "c") == [Segment("del", "a b"), Segment("ins", "c")]


def test_equal_and_empty_texts():
    assert word_diff("", "") == []
    assert word_diff("a", "a") == [Segment("same", "a")]
    assert word_diff("", "a") == [Segment("ins", "a")]


def test_very_long_texts_are_shown_whole():
    before, after = "a " * MOST_WORDS, "b " * MOST_WORDS

    assert word_diff(before, after) == [Segment("del", before), Segment("ins", after)]


@given(st.text(), st.text())
def test_both_texts_can_be_read_out_of_a_diff(before, after):
    segments = word_diff(before, after)

    assert "".join(s.text for s in segments if s.kind != "ins") == before
    assert "".join(s.text for s in segments if s.kind != "del") == after
