"""Anchored words: whole words around them, one pair of quotation marks, none for a paraphrase."""

import pytest

from statements.public.sealed import quote_of, said_quote


def anchor(prefix, suffix, *, start=500):
    return {"exact": "the words", "prefix": prefix, "suffix": suffix, "start": start}


@pytest.mark.parametrize(
    ("prefix", "suffix", "start", "expected"),
    [
        ("ter that he said ", " and then he le", 500, ("… that he said ", " and then he …")),
        ("He said ", "", 8, ("He said ", "")),
        ("ing cut", "cut", 500, ("… cut", "")),
        ("cut", "", 500, ("", "")),
        ('y said: "', '" he went o', 500, ("… said: ", " he went …")),
        ("y said: “", "” he went o", 500, ("… said: ", " he went …")),
    ],
)
def test_what_stands_around_a_quote(prefix, suffix, start, expected):
    quote = quote_of(anchor(prefix, suffix, start=start), "en")

    assert (quote.prefix, quote.suffix) == expected


def test_a_source_without_an_anchor_is_not_quoted():
    assert quote_of(None, "uk") is None


@pytest.mark.parametrize(
    ("fidelity", "is_quoted"),
    [("verbatim", True), ("partial_quote", True), ("translation", True), ("paraphrase", False)],
)
def test_only_what_was_said_gets_quotation_marks(fidelity, is_quoted):
    assert said_quote("Words", "en", fidelity).is_verbatim is is_quoted


def test_foreign_words_name_their_language():
    assert said_quote("Words", "en", "verbatim").language == ""
    assert said_quote("Words", "uk", "verbatim").language == "uk"
