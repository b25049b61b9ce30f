"""What a search shows: hits of every kind, marked, and nothing hidden."""

import pytest

from tests.factories import make_claim, make_speaker, make_statement, make_topic
from tests.public.page import links_of, text_of
from tests.shared import copy_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def made(rows_of_module):
    topic = make_topic("strikes", "Strikes")
    make_claim(
        "published",
        text="Drones flew over the town",
        finding="Nine drones were counted.",
        topics=[topic],
        statement=make_statement("They sent dragonflies.", speaker=make_speaker("Anna Berg")),
    )
    make_claim(
        "published",
        text="Missiles hit the port",
        finding="It burnt.",
        code="mixed",
        statement=make_statement("Missiles and drones came.", speaker=make_speaker("Bo Cohen")),
    )
    make_claim("in_review", text="A drone was shot down", statement=make_statement("Hidden drone."))


found = copy_of("made")


def test_words_are_marked_in_claim_and_finding(client, found):
    html = client.get("/search/?q=drones").content.decode()

    assert "<mark>Drones</mark> flew over the town" in html
    assert "Nine <mark>drones</mark> were counted." in html
    assert "2 claims" in text_of(client.get("/search/?q=drones"))


def test_a_hit_in_a_quote_is_shown_as_an_excerpt(client, found):
    page = client.get("/search/?q=drones+missiles")

    assert "Said: Missiles and drones came." in text_of(page)
    assert "Missiles and <mark>drones</mark> came." in page.content.decode().replace(
        "<mark>Missiles</mark>", "Missiles"
    )


def test_the_best_comes_first_and_other_orders_are_links(client, found):
    best = client.get("/search/?q=drones")
    newest = client.get("/search/?q=drones&sort=published")

    assert text_of(best).index("Drones flew") < text_of(best).index("Missiles hit")
    assert text_of(newest).index("Missiles hit") < text_of(newest).index("Drones flew")
    assert "/search/?q=drones&sort=said" in links_of(best)


def test_a_mistyped_word_is_mended_and_told(client, found):
    page = client.get("/search/?q=drnoes")

    html, text = page.content.decode(), text_of(page)
    assert "Nothing here says <q>drnoes</q>." in html
    assert "This is what was found for <strong>Drones</strong>." in html
    assert "Drones flew" in text


def test_choices_narrow_what_was_found_and_are_taken_back(client, found):
    wide = client.get("/search/?q=drones")
    assert "/search/?q=drones&verdict=mixed" in links_of(wide)

    narrow = client.get("/search/?q=drones&verdict=mixed")

    assert "1 claim" in text_of(narrow)
    assert "Missiles hit" in text_of(narrow)
    assert "/search/?q=drones" in links_of(narrow)
    assert "Remove filter Verdict: Mixed" in text_of(narrow)


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>", '"><img src=x>', "%27 OR 1=1", "a" * 5_000, "🙂", "שלום", "%00",
        "{{ 7*7 }}", "facets:§xchecking", "*", '"', "-", "drones AND NOT (x",
    ],
)  # fmt: skip
def test_any_text_is_looked_for_and_shown_as_text(client, found, words):
    page = client.get("/search/", {"q": words})

    assert page.status_code == 200
    html = page.content.decode()
    assert "<script>" not in html
    assert "<img src" not in html
    assert "49" not in text_of(page) or "49" in words


def test_nothing_found_says_what_to_do(client, found):
    text = text_of(client.get("/search/?q=zebra"))

    assert "0 claims" in text
    assert "No claim here holds all of this." in text


def test_an_unknown_filter_is_refused_in_words(client, found):
    page = client.get("/search/?q=drones&colour=red")

    assert page.status_code == 400
    assert "There is no filter colour. There are: q, speaker, topic," in text_of(page)
    assert client.get("/search/?q=drones&utm_source=x").status_code == 200


def test_every_page_has_the_box_but_those_with_one_of_their_own(client, found):
    for path, boxes in (("/method/", 1), ("/claims/", 2), ("/", 1), ("/search/", 1)):
        assert client.get(path).content.decode().count('role="search"') == boxes, path


@pytest.mark.parametrize("signs", ["*", '""', "-", "🙂", "%25"])
def test_signs_without_a_word_are_told_so(client, signs):
    text = text_of(client.get(f"/search/?q={signs}"))

    assert "There is no word in this to look for. Try other words" in text
    assert "holds all of this" not in text
