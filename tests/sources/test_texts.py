"""Texts: stored in NFC, and what a database or a page cannot hold is refused in words."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.errors import Invalid
from sources.texts import clean, clean_line


@pytest.mark.parametrize("bad", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ud800", "\uffff"])
def test_characters_that_cannot_be_stored_are_named(bad):
    with pytest.raises(Invalid) as refusal:
        clean(f"ab{bad}c", "note")

    assert str(refusal.value) == (
        f"take out the character U+{ord(bad):04X} at position 3: it cannot be stored"
    )
    assert refusal.value.field == "note"


def test_texts_keep_what_people_write():
    assert clean(" Zelenskyy: «ні»\r\n\tRTL: שלום 🙂 ", "note") == "Zelenskyy: «ні»\n\tRTL: שלום 🙂"


@pytest.mark.parametrize("value", [5, ["a"], b"a", {"a": "b"}])
def test_what_is_no_text_is_refused(value):
    with pytest.raises(Invalid, match=r"^give this as text$") as refusal:
        clean(value, "note")

    assert refusal.value.field == "note"


def test_too_long_a_text_says_how_long_it_is():
    with pytest.raises(Invalid, match=r"^shorten this to 10 characters: it has 11$"):
        clean("x" * 11, "note", most=10)


def test_an_empty_text_that_is_needed_says_what_to_write():
    with pytest.raises(Invalid, match=r"^write the finding$"):
        clean(" \n ", "finding", required="write the finding")


def test_a_line_has_no_breaks():
    assert clean_line("one\n two\tthree ", "title") == "one two three"


@given(st.text())
def test_what_is_accepted_is_clean_for_good(text):
    try:
        once = clean(text, "note")
    except Invalid:
        return
    assert clean(once, "note") == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode("utf-8")
