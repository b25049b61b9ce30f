"""What the tool suggests of two works, on which grounds, and what comes of the answers."""

import pytest

from sources.errors import Invalid, NotAllowed, NotPossible
from sources.models import SourceAddress, SourceSuggestion, TextPrint
from sources.operations import answer_suggestion, find_source, remove_address, update_source
from sources.sketches import MOST_PRINTS, Shares, shares, sketch_of
from tests.factories import make_publisher, make_snapshot, make_source, make_upload, make_user

pytestmark = pytest.mark.django_db

TEXT = " ".join(f"The air force counted {n * 7} drones in the night of day {n}." for n in range(80))
OTHER = " ".join(f"Ministers met for the {n}th time and spoke of budgets." for n in range(60))


def suggested():
    return [
        (row.kind, row.source.title, row.other.title, row.grounds, row.share)
        for row in SourceSuggestion.objects.order_by("pk")
    ]


def add_page(source, html):
    return make_upload(source, "page.html", html.encode())


# ---- sketches -----------------------------------------------------------------------------


def test_sketch_is_small_and_the_same_for_the_same_words():
    sketch = sketch_of(TEXT * 20)

    assert 0 < len(sketch.prints) <= MOST_PRINTS
    assert sketch_of(TEXT.upper()) == sketch_of(TEXT.replace(" ", "\n"))
    assert sketch_of("too few words").prints == frozenset()


@pytest.mark.parametrize(
    ("one", "other", "of_one", "of_other"),
    [
        (TEXT, TEXT, (1, 1), (1, 1)),
        (TEXT, TEXT.replace("day 40.", "day 41, at least."), (0.9, 1), (0.9, 1)),
        (TEXT, f"{OTHER} {TEXT} {OTHER}", (0.9, 1), (0.2, 0.8)),
        (TEXT, OTHER, (0, 0), (0, 0)),
        ("One two three four five six.", "One two three four five six.", (0, 0), (0, 0)),
    ],
)
def test_shares_tell_copies_and_texts_in_texts(one, other, of_one, of_other):
    found = shares(sketch_of(one), sketch_of(other))

    assert isinstance(found, Shares)
    assert of_one[0] <= found.of_one <= of_one[1]
    assert of_other[0] <= found.of_other <= of_other[1]


# ---- the same work ------------------------------------------------------------------------


def test_same_text_under_another_address_may_be_the_same_work():
    make_source("Article", snapshot_text=TEXT)

    make_source("Its twin", snapshot_text=TEXT)

    assert suggested() == [("same_work", "Its twin", "Article", "same_text", 100)]
    assert TextPrint.objects.values("sketch").distinct().count() == 2


def test_nearly_the_same_text_may_be_the_same_work():
    make_source("Article", snapshot_text=TEXT)

    make_source("Its twin", snapshot_text=TEXT.replace("day 40.", "day 41."))

    [(kind, source, other, grounds, share)] = suggested()
    assert (kind, source, other, grounds) == ("same_work", "Its twin", "Article", "near_text")
    assert 90 <= share < 100


def test_same_text_of_two_publishers_is_a_reprint_of_the_older_one():
    agency, paper = make_publisher("Agency"), make_publisher("Paper")
    make_source("Print", publisher=paper, published_on="2025-03-28", snapshot_text=TEXT)

    make_source("Wire", publisher=agency, published_on="2025-03-27", snapshot_text=TEXT)

    assert suggested() == [("reports_on", "Print", "Wire", "same_text", 100)]


@pytest.mark.parametrize("text", ["Page not found.", OTHER])
def test_short_and_other_texts_suggest_nothing(text):
    make_source("Article", snapshot_text="Page not found.")
    make_source("Report", snapshot_text=TEXT)

    make_source("Another", snapshot_text=text)

    assert suggested() == []


# ---- origins ------------------------------------------------------------------------------


def test_text_that_has_another_in_it_may_report_on_it():
    make_source("Wire", snapshot_text=TEXT)

    make_source("Long read", snapshot_text=f"{OTHER} {TEXT} {OTHER}")

    [(kind, source, other, grounds, share)] = suggested()
    assert (kind, source, other, grounds) == ("reports_on", "Long read", "Wire", "copies")
    assert share >= 90


def test_wire_that_comes_in_later_is_found_as_the_origin_too():
    make_source("Long read", snapshot_text=f"{OTHER} {TEXT} {OTHER}")

    make_source("Wire", snapshot_text=TEXT)

    assert [row[:4] for row in suggested()] == [("reports_on", "Long read", "Wire", "copies")]


def test_page_that_links_to_a_known_work_may_report_on_it():
    wire = make_source("Wire", url="https://agency.example/wire?id=3")
    source = make_source("Article", url="https://paper.example/a")

    add_page(source, '<p>See <a href="//AGENCY.example/wire?id=3&amp;utm_source=x#top">here</a>')

    assert suggested() == [("reports_on", "Article", wire.title, "links", None)]


def test_text_that_names_title_and_publisher_may_report_on_it():
    agency = make_publisher("The Agency")
    make_source("Drones over the whole country", publisher=agency, published_on="2025-03-26")
    make_source("Drones over nothing at all", publisher=agency, published_on="2025-03-26")
    source = make_source("Article", published_on="2025-03-27")

    make_snapshot(source, "As The Agency wrote in “Drones over the whole country”, they came.")

    assert suggested() == [
        ("reports_on", "Article", "Drones over the whole country", "names", None)
    ]


def test_accepted_origin_is_set_and_not_suggested_again():
    make_source("Wire", snapshot_text=TEXT)
    read = make_source("Long read", snapshot_text=f"{OTHER} {TEXT} {OTHER}")

    answer_suggestion(SourceSuggestion.objects.get(), by=make_user("ada"), accept=True)

    read.refresh_from_db()
    assert read.origin.title == "Wire"
    make_snapshot(read, f"{OTHER} {TEXT} {OTHER} Updated.")
    assert [row.answer for row in SourceSuggestion.objects.all()] == ["accepted"]


# ---- what a page says of itself -----------------------------------------------------------


def test_addresses_that_a_page_names_as_its_own_find_its_source():
    source = make_source("Article", url="https://m.paper.example/a")

    add_page(
        source,
        '<link rel="canonical" href="https://www.paper.example/a"><link rel=amphtml '
        'href="https://amp.paper.example/a"><p>Text</p>',
    )

    assert find_source("http://paper.example/a/") == source
    assert find_source("https://amp.paper.example/a") == source
    assert suggested() == []


def test_an_editor_takes_a_wrong_address_out_and_no_copy_brings_it_back():
    page = '<link rel="canonical" href="https://www.paper.example/a"><p>Text {}</p>'
    source = make_source("Article", url="https://m.paper.example/a")
    add_page(source, page.format(1))
    row, ben = SourceAddress.objects.get(), make_user("ben", role="editor")

    with pytest.raises(NotAllowed):
        remove_address(row, by=make_user("ada"), reason="Another article.")
    with pytest.raises(Invalid, match=r"^say why it is no address of it$"):
        remove_address(row, by=ben, reason=" ")
    remove_address(row, by=ben, reason="Another article.")
    add_page(source, page.format(2))

    assert find_source("https://paper.example/a") is None
    row.refresh_from_db()
    assert (row.removed_by, row.reason) == (ben, "Another article.")
    said = "address taken out: https://paper.example/a: Another article."
    assert source.history.first().history_change_reason == said
    with pytest.raises(NotPossible, match=r"^this address was taken out already$"):
        remove_address(row, by=ben, reason="Again.")

    other = make_source("Another article", url="https://www.paper.example/a")
    assert (other == source, find_source("https://paper.example/a")) == (False, other)
    add_page(other, '<link rel="amphtml" href="https://amp.paper.example/a"><p>Text</p>')
    assert find_source("https://amp.paper.example/a") == other


def test_the_own_address_of_a_source_is_not_taken_out():
    source = make_source("Article", url="https://m.paper.example/a")
    add_page(source, '<link rel="canonical" href="https://paper.example/a"><p>Text</p>')
    source = update_source(source, by=make_user("ada"), url="https://paper.example/a")

    with pytest.raises(NotPossible, match=r"^this is the source's own address: change that"):
        remove_address(
            SourceAddress.objects.get(), by=make_user("ben", role="editor"), reason="Wrong."
        )

    assert find_source("https://paper.example/a") == source


def test_page_cannot_take_the_address_of_another_site():
    evil = make_source("Evil", url="https://evil.example/a")

    add_page(evil, '<link rel="canonical" href="https://paper.example/a"><p>Text</p>')

    assert find_source("https://paper.example/a") is None
    assert list(SourceAddress.objects.all()) == []


def test_address_of_another_source_is_suggested_only():
    article = make_source("Article", url="https://paper.example/a")
    twin = make_source("Its twin", url="https://m.paper.example/a")

    add_page(twin, '<link rel="canonical" href="https://paper.example/a"><p>Text</p>')

    assert suggested() == [("same_work", "Its twin", "Article", "page_says", None)]
    assert find_source("https://paper.example/a") == article


@pytest.mark.parametrize("named", ["/", "/b", "/a/page/2", "/a?id=2", "//m.paper.example/"])
def test_page_cannot_take_another_address_of_its_site(named):
    source = make_source("Article", url="https://paper.example/a")

    add_page(source, f'<link rel="canonical" href="{named}"><p>Text</p>')

    assert list(SourceAddress.objects.all()) == []


def test_other_address_of_the_site_is_suggested_where_its_work_is_known():
    make_source("Article", url="https://paper.example/b")
    source = make_source("Its print view", url="https://paper.example/print/b")

    add_page(source, '<link rel="canonical" href="/b"><p>Text</p>')

    assert suggested() == [("same_work", "Its print view", "Article", "page_says", None)]


def test_front_page_is_no_twin_of_what_names_it():
    make_source("Front page", url="https://paper.example/")
    source = make_source("Article", url="https://paper.example/a")

    add_page(source, '<link rel="canonical" href="/"><p>Text</p>')

    assert suggested() == []


def test_address_that_grows_too_long_is_refused_in_words():
    long = "https://paper.example/" + "ї" * 1900

    with pytest.raises(Invalid, match=r"^shorten the address: it has 11,4"):
        find_source(long)
    add_page(make_source("Article"), f'<link rel="canonical" href="{long}"><p>Text</p>')

    assert list(SourceAddress.objects.all()) == []


# ---- answers ------------------------------------------------------------------------------


def test_accepted_twin_is_merged_into_the_older_one():
    older = make_source("Article", snapshot_text=TEXT)
    younger = make_source("Its twin", snapshot_text=TEXT)
    row = SourceSuggestion.objects.get()

    with pytest.raises(NotAllowed):
        answer_suggestion(row, by=make_user("ada"), accept=True)
    answer_suggestion(row, by=make_user("ben", role="editor"), accept=True)

    younger.refresh_from_db()
    assert younger.merged_into == older
    with pytest.raises(NotPossible, match="somebody answered this: accepted"):
        answer_suggestion(row, by=make_user("ben"), accept=False)


def test_dismissed_suggestion_does_not_come_back():
    make_source("Article", snapshot_text=TEXT)
    twin = make_source("Its twin", snapshot_text=TEXT)
    answer_suggestion(SourceSuggestion.objects.get(), by=make_user("ada"), accept=False)

    make_snapshot(twin, TEXT + " Updated.")

    assert [(row.answer, row.answered_by.username) for row in SourceSuggestion.objects.all()] == [
        ("dismissed", "ada")
    ]


def test_origin_that_is_set_is_not_suggested():
    wire = make_source("Wire", snapshot_text=TEXT)
    read = make_source("Long read")
    update_source(read, by=make_user("ada"), origin=wire)

    make_snapshot(read, f"{OTHER} {TEXT} {OTHER}")

    assert suggested() == []


def test_looking_costs_as_many_queries_among_many_copies(django_assert_max_num_queries):
    for number in range(12):
        make_source(f"Article {number}", snapshot_text=f"{TEXT} Number {number}.")
    source = make_source("Another")

    with django_assert_max_num_queries(30):
        make_snapshot(source, f"{TEXT} The last one.")

    assert len([row for row in suggested() if row[1] == "Another"]) == 10
