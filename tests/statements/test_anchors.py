"""Anchors: quoted words are found where they stand, in code points, in the text's own spelling."""

# ruff: noqa: RUF001 - typographic characters are the subject

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements import anchors

TEXT = "He said: “Russia’s forces fired over\n1,000 drones – again.” Then: over 1,000 again. 🙂 End"


@pytest.mark.parametrize(
    ("quote", "exact"),
    [
        ("fired over 1,000 drones", "fired over\n1,000 drones"),
        ("Russia's forces", "Russia’s forces"),
        ("\"Russia's", "“Russia’s"),
        ("drones - again", "drones – again"),
        ("  🙂 End ", "🙂 End"),
    ],
)
def test_spelling_is_folded_for_the_search_and_kept_in_the_anchor(quote, exact):
    found = anchors.find(TEXT, quote)

    assert found.exact == exact
    assert TEXT[found.start : found.end] == exact
    assert anchors.holds(TEXT, exact=found.exact, start=found.start, end=found.end)


def test_the_surroundings_choose_among_several_places():
    first = anchors.find(TEXT, "over 1,000")
    second = anchors.find(TEXT, "over 1,000", prefix="Then: ", suffix=" again.")

    assert first.exact == "over\n1,000"
    assert second.exact == "over 1,000"
    assert second.prefix.endswith("Then: ")


@pytest.mark.parametrize("quote", ["", "   ", "over 2,000", "Over 1,000"])
def test_words_that_are_not_there_are_refused(quote):
    with pytest.raises(anchors.QuoteNotFound):
        anchors.find(TEXT, quote)


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (5, 2), (0, 10_000)])
def test_positions_outside_the_text_are_refused(start, end):
    with pytest.raises(anchors.QuoteNotFound):
        anchors.at(TEXT, start, end)


@given(st.text(min_size=1, max_size=200), st.data())
def test_any_piece_of_any_text_is_found(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    piece = text[start:end]
    if not piece.split():
        return

    found = anchors.find(text, piece)

    assert text[found.start : found.end] == found.exact
    assert found.exact.translate(anchors.FOLDED).split() == piece.translate(anchors.FOLDED).split()
