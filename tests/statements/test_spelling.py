"""What is spelling, and what would be another finding."""

import pytest

from statements.spelling import is_spelling_only

TYPO = "Teh air force recieved 1,297 reports of of drones, but did not say wich nights."


@pytest.mark.parametrize(
    "text",
    [
        "The air force received 1,297 reports of drones, but did not say which nights.",
        "Teh air force recieved 1,297 reports of of the drones but did not say wich nights.",
        "Teh air force recieved 1,297 reports of of drones; but did not say wichnights!",
    ],
)
def test_the_same_words_spelt_otherwise(text):
    assert is_spelling_only(TYPO, text)


@pytest.mark.parametrize(
    ("published", "wanted"),
    [
        ("The claim is accurate and holds.", "The claim is not accurate and holds."),
        ("The claim is not accurate.", "The claim is now accurate."),
        ("The claim is accurate and holds.", "The claim is inaccurate and holds."),
        ("Losses increased.", "Losses decreased."),
        ("Kyiv agreed to it.", "Kyiv disagreed to it."),
        ("They didn\u2019t fire.", "They did fire."),
        ("It cost two million.", "It cost two billion."),
        ("It fell by 5.", "It fell by 5%."),
        ("It was -5 degrees.", "It was 5 degrees."),
        ("All sites were hit.", "Sites were hit."),
        ("Allmost evry bigg sites", "Almost every big empty sites"),
        ("A long rationale. " * 50, "A long rationale. " * 50 + "And one more sentence."),
    ],
)
def test_whatever_turns_a_sentence_round_is_no_spelling(published, wanted):
    assert not is_spelling_only(published, wanted)
