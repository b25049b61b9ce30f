"""Anchors: quoted words are found where they stand, in code points, in the text's own spelling."""

# ruff: noqa: RUF001 - typographic characters are the subject

import pytest
from hypothesis import assume, given
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
        ("„over 1,000 drones“", "over\n1,000 drones"),
    ],
)
def test_spelling_is_folded_for_the_search_and_kept_in_the_anchor(quote, exact):
    found = anchors.find(TEXT, quote)

    assert found.exact == exact
    assert TEXT[found.start : found.end] == exact
    assert anchors.holds(TEXT, exact=found.exact, start=found.start, end=found.end)
    assert found.shortened == ""


@pytest.mark.parametrize(
    ("text", "quote", "exact"),
    [
        ("the cease\u00adfire holds", "the ceasefire", "the cease\u00adfire"),
        ("a\u200b word\u00a0\u200b here", "word here", "word\u00a0\u200b here"),
        ("and so… it ends", "so... it", "so… it"),
        ("and so ... it ends", "so … it", "so ... it"),
    ],
)
def test_what_nobody_sees_does_not_hide_a_quote(text, quote, exact):
    assert anchors.find(text, quote).exact == exact


def test_the_surroundings_choose_among_several_places():
    first = anchors.find(TEXT, "over 1,000")
    second = anchors.find(TEXT, "over 1,000", prefix="Then: ", suffix=" again.")

    assert first.exact == "over\n1,000"
    assert second.exact == "over 1,000"
    assert second.prefix.endswith("Then: ")


@pytest.mark.parametrize("quote", ["", "   ", "over 2,000", "Over 1,000", "…", "[...]"])
def test_words_that_are_not_there_are_refused(quote):
    with pytest.raises(anchors.QuoteNotFound):
        anchors.find(TEXT, quote)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("It was illegal.", "legal."),
        ("It counted 1,297 drones.", "297 drones"),
        ("It counted 1,297 drones.", "counted 1"),
        ("It counted 1,297 drones.", "97 drones"),
        ("cafe\u0301 noir", "cafe"),
    ],
)
def test_quote_that_cuts_a_word_or_a_number_is_refused(text, quote):
    with pytest.raises(anchors.QuoteNotFound, match="inside a word or a number"):
        anchors.find(text, quote)


def test_script_without_spaces_is_quoted_from_any_sign():
    assert anchors.find("中国外交部发言人说", "外交部").start == 2


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (5, 2), (0, 10_000)])
def test_positions_outside_the_text_are_refused(start, end):
    with pytest.raises(anchors.QuoteNotFound):
        anchors.at(TEXT, start, end)


@given(st.text(min_size=1, max_size=200), st.data())
def test_any_whole_piece_of_any_text_is_found(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    piece = text[start:end]
    wanted, folded = anchors.fold(piece).text.strip(), anchors.fold(text)
    assume(wanted)
    assume(any(True for _ in folded.places(wanted)))

    found = anchors.find(text, piece)

    assert text[found.start : found.end] == found.exact
    assert anchors.fold(found.exact).text == wanted


# ---- ellipses ---------------------------------------------------------------------------


@pytest.mark.parametrize("ellipsis", ["…", " … ", " [...] ", "(…)", "....", " . . . "])
def test_pieces_around_an_ellipsis_must_follow_one_another(ellipsis):
    text = "We launched nine raids, and after that, on Sunday, nobody came."

    found = anchors.find(text, f"We launched nine raids{ellipsis}nobody came")

    assert found.exact == text[:-1]
    assert found.shortened == "We launched nine raids […] nobody came"


def test_pieces_are_refused_in_another_order_or_too_far_apart():
    far = "One." + " and" * 2_000 + " Two."
    assert anchors.find("One. Two.", "One. … Two.").exact == "One. Two."

    for text in ("Two. One.", far):
        with pytest.raises(anchors.QuoteNotFound):
            anchors.find(text, "One. … Two.")


def test_nearest_pieces_are_taken():
    text = "We came. Much was said. We came, we saw, we left."

    assert anchors.find(text, "We came … we left").exact == "We came, we saw, we left"


def test_ellipsis_at_an_end_leaves_nothing_out():
    found = anchors.find("He said that it was over.", "…that it was over…")

    assert (found.exact, found.shortened) == ("that it was over", "")


# ---- in a newer text --------------------------------------------------------------------


def again(old, new, start, end):
    """Returns the words found again, None when they are lost."""
    place = anchors.find_again(anchors.fold(old), anchors.fold(new), start=start, end=end)
    return None if place is None else (*place, new[place[0] : place[1]])


WORDS = st.lists(st.text("abcdeé“ğ", min_size=1, max_size=4), min_size=3, max_size=30)


@st.composite
def anchored_texts(draw, *, is_unique=False):
    """Yields a text with the position of some of its words, in whole words."""
    words = draw(WORDS)
    if is_unique:
        words = [f"{word}{place}" for place, word in enumerate(words)]
    first = draw(st.integers(0, len(words) - 1))
    last = draw(st.integers(first + 1, len(words)))
    start = len(" ".join(words[:first])) + (1 if first else 0)
    text = " ".join(words)
    return text, start, len(" ".join(words[:last]))


@given(anchored_texts(), st.data())
def test_anchor_survives_any_edit_elsewhere(case, data):
    """Also an edit that repeats the quoted words, or that takes out such a repetition."""
    text, start, end = case
    before = data.draw(st.booleans())
    low, high = (0, max(start - 1, 0)) if before else (min(end + 1, len(text)), len(text))
    a = data.draw(st.integers(low, high))
    b = data.draw(st.integers(a, high))
    put = data.draw(st.one_of(st.text(max_size=40), st.just(text[start:end])))
    new = text[:a] + put + text[b:]
    folded = anchors.fold(new)
    moved = len(put) - (b - a) if before else 0
    # Glued to a letter of the new text it is another word: that is an edit inside it.
    assume(not anchors.cuts(folded.text, folded.folded_start(start + moved), folded.folded_end(end + moved)))  # fmt: skip

    found = again(text, new, start, end)

    assert found is not None
    assert anchors.fold(found[2]).text == anchors.fold(text[start:end]).text


@given(anchored_texts(is_unique=True), st.data())
def test_anchor_is_found_at_its_own_place(case, data):
    text, start, end = case
    assume(start)
    put = data.draw(st.text("xyz", max_size=20))
    a = data.draw(st.integers(0, start - 1))

    assert again(text, text[:a] + put + text[a:], start, end) == (
        start + len(put),
        end + len(put),
        text[start:end],
    )


@given(anchored_texts(is_unique=True), st.data())
def test_anchor_is_lost_by_any_edit_inside(case, data):
    text, start, end = case
    a = data.draw(st.integers(start, end - 1))
    b = data.draw(st.integers(a, end))
    put = data.draw(st.text("#xyz", max_size=5))
    new = text[:a] + put + text[b:]
    # Before its first letter nothing is inside it; nor is an edit that folding hides one.
    assume(a > start or b > a)
    assume(anchors.fold(new).text != anchors.fold(text).text)

    assert again(text, new, start, end) is None


@given(anchored_texts(is_unique=True), st.data())
def test_anchor_survives_edits_on_both_sides(case, data):
    text, start, end = case
    assume(start)
    assume(end < len(text))
    new = f"{data.draw(st.text('xyz ', max_size=30))} {text[start:end]} , News"

    found = again(text, new, start, end)

    assert found is not None
    assert new[found[0] : found[1]] == text[start:end]


def test_spelling_alone_is_no_edit():
    old = "He said “over 1,000” – twice."
    new = 'He   said "over\n1,000" - twice. Updated.'

    assert again(old, new, 8, 20) == (10, 22, '"over\n1,000"')


def test_changed_place_is_lost_although_the_words_stand_elsewhere():
    old = "Top: no talks. Later he said: no talks. End."
    new = "Top: no talks. Later he said: some talks. Now the end."

    assert again(old, new, 30, 38) is None
    assert again(old, new, 5, 13) == (5, 13, "no talks")


def test_word_that_grew_is_another_word():
    assert again("It is legal now.", "It is illegal now.", 6, 11) is None


@pytest.mark.parametrize(
    ("new", "instead"),
    [
        ("The report says that 900 drones were launched in nine nights.", "that 900 drones"),
        ("The report says nothing. Nobody was launched in nine nights.", "nothing. Nobody was"),
        ("Quite another page.", ""),
    ],
)
def test_what_stands_there_now_is_told(new, instead):
    old = "The report says that 1,297 drones were launched in nine nights."
    start = old.index("that")

    found = anchors.stands_instead(
        anchors.fold(old), anchors.fold(new), start=start, end=start + 17, text=new
    )

    assert found == instead


def test_long_texts_are_compared_in_little_time():
    old = "word " * 200_000 + "the quoted words " + "tail " * 200_000
    new = "new " + old.replace("tail", "other")
    start = old.index("the quoted")

    found = again(old, new, start, start + len("the quoted words"))

    assert found is not None
    assert found[2] == "the quoted words"
