"""Addresses of public pages: the words in them are cut between two words, never inside one."""

import pytest

from statements.addresses import MOST_CHARACTERS, agreement_path, claim_path, slug_of
from statements.models import Agreement, Claim


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("Russia launched more than 1,000 drones", "russia-launched-more-than-1000-drones"),
        (
            "Russia launched more than 1,000 long-range drones in the nine nights to 27 March",
            "russia-launched-more-than-1000-long-range-drones-in-the-nine",
        ),
        ("a" * 59 + " b", "a" * 59),
        ("a" * 60 + " b", "a" * 60),
        ("Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz" * 2, None),
        ("_under_ !", "under"),
        ("Росія запустила", "thing"),
        ("", "thing"),
    ],
)
def test_words_become_a_slug(words, slug):
    found = slug_of(words, "thing")

    assert len(found) <= MOST_CHARACTERS
    if slug is not None:
        assert found == slug


def test_rows_and_the_pages_of_them_agree():
    words = "An uncommonly long name of something that everybody talks about these days"
    claim = Claim(public_id="abc", short_text=words)
    agreement = Agreement(public_id="abc", name=words)

    assert claim.get_absolute_url() == claim_path("abc", words)
    assert agreement.get_absolute_url() == agreement_path("abc", words)
    assert claim_path("abc", words).endswith(
        "/an-uncommonly-long-name-of-something-that-everybody-talks/"
    )
