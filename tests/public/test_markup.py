"""Markup written in Python: the same marks as a template would make, and every value escaped."""

from html.parser import HTMLParser

import pytest
from django.utils.safestring import SafeString

from statements.public.cards import Badge, Card, Link, Note
from statements.public.controls import (
    chosen_html,
    downloads_html,
    field_html,
    filters_html,
    narrowing_html,
    pager_html,
    sorting_html,
)
from statements.public.markup import card_html, cards_html, hits_html, linked_html
from statements.public.paging import Pager
from statements.public.results import Result
from statements.public.views.claims import Bar, Choice, Field, Narrowing, Sort

HOSTILE = "\"'><script>alert(1)</script>&amp;"


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("First published at https://a.example/b/", ["https://a.example/b/"]),
        ("See https://a.example/b. And http://c.example/?d=1&e=2, too.",
         ["https://a.example/b", "http://c.example/?d=1&e=2"]),
        ("(https://a.example/b_(c)) [HTTPS://A.EXAMPLE/];", ["https://a.example/b_(c)", "HTTPS://A.EXAMPLE/"]),
        ("It said “https://a.example/b” and 'https://a.example/c'…", ["https://a.example/b", "https://a.example/c"]),
        ("https://їжак.укр/шлях?", ["https://їжак.укр/шлях"]),
        ("https://… ftp://a.example javascript://a https:// //a.example a.example x@a.example", []),
        (f"https://a.example/{HOSTILE}", ["https://a.example/"]),
        ("https://a.example/<b>&quot;", ["https://a.example/"]),
        ("", []),
    ],
)  # fmt: skip
def test_addresses_in_a_text_are_links_and_every_sign_stays(text, addresses):
    reader = _Reader()
    reader.feed(linked_html(text))

    assert "".join(reader.texts) == text
    assert reader.tags == [
        ("a", [("href", url), ("rel", "nofollow noopener external")]) for url in addresses
    ]


def test_any_number_of_signs_behind_an_address_stays_outside():
    signs = ")].}" * 20_000

    html = linked_html(f"([https://a.example/[b](c){signs}")

    link = '<a href="https://a.example/[b](c)" rel="nofollow noopener external">'
    assert html == f"([{link}https://a.example/[b](c)</a>{signs}"


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.texts = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, attrs))

    def handle_data(self, data):
        self.texts.append(data)


def make_card(**changes):
    values = {
        "url": "/claims/abc/",
        "text": "Nine drones were shot down",
        "language": "",
        "badge": Badge("verdict", "mixed", "Mixed"),
        "note": None,
        "finding": "Seven were.",
        "speaker": Link("Ada", "/speakers/ada/"),
        "said": "27 March 2025",
        "when": "Checked 1 April 2025",
    }
    return Card(**{**values, **changes})


def test_a_card_says_who_what_and_the_answer():
    html = card_html(make_card())

    assert html.splitlines() == [
        '<article class="card">',
        '<p class="card-who"><a href="/speakers/ada/">Ada</a>, 27 March 2025</p>',
        '<h3 class="card-claim"><a href="/claims/abc/">Nine drones were shot down</a></h3>',
        (
            '<div class="card-verdict"><span class="badge badge-verdict verdict-mixed">'
            '<span class="badge-block"><svg class="badge-icon" viewBox="0 0 24 24" aria-hidden="true" '
            'focusable="false"><use href="#icon-mixed"></use></svg></span><span>Mixed</span></span>'
            "</div>"
        ),
        '<p class="card-finding">Seven were.</p>',
        '<p class="card-when">Checked 1 April 2025</p>',
        "</article>",
    ]


def test_what_is_not_known_leaves_no_empty_line():
    card = make_card(badge=None, speaker=None, said="", finding="", when="", language="uk")

    assert card_html(card) == (
        '<article class="card">\n<h3 class="card-claim" lang="uk">'
        '<a href="/claims/abc/">Nine drones were shot down</a></h3>\n'
        '<div class="card-verdict"></div>\n</article>'
    )


def test_no_value_becomes_markup():
    card = make_card(
        url=HOSTILE,
        text=HOSTILE,
        language=HOSTILE,
        badge=Badge(HOSTILE, HOSTILE, HOSTILE),
        note=Note(HOSTILE, HOSTILE),
        finding=HOSTILE,
        speaker=Link(HOSTILE, HOSTILE),
        said=HOSTILE,
        when=HOSTILE,
    )
    plain, reader = _Reader(), _Reader()

    plain.feed(card_html(make_card(language="uk", note=Note("retracted", "Retracted"))))
    reader.feed(card_html(card))

    assert [(tag, [name for name, _ in attrs]) for tag, attrs in reader.tags] == [
        (tag, [name for name, _ in attrs]) for tag, attrs in plain.tags
    ]
    assert "".join(reader.texts).count(HOSTILE) == 7


def test_marked_words_stay_marked():
    card = make_card(text=SafeString("Nine <mark>drones</mark>"))

    assert '<a href="/claims/abc/">Nine <mark>drones</mark></a>' in card_html(card)


def test_a_list_has_a_line_for_each_card():
    cards = [make_card(), make_card(text="Another")]

    assert cards_html(cards).count("<li><article") == 2


def make_result(**changes):
    values = {
        "card": make_card(),
        "claim": SafeString("Nine <mark>drones</mark>"),
        "finding": SafeString("Seven <mark>drones</mark>"),
        "excerpt": SafeString("all the <mark>drones</mark>"),
        "excerpt_language": "uk",
        "excerpt_from": "Quote",
    }
    return Result(**{**values, **changes})


def test_a_hit_shows_where_the_words_stand():
    assert hits_html([make_result(card=make_card(badge=None))]).splitlines() == [
        '<li class="hit">',
        '<p class="card-who"><a href="/speakers/ada/">Ada</a>, 27 March 2025</p>',
        '<h3 class="card-claim"><a href="/claims/abc/">Nine <mark>drones</mark></a></h3>',
        '<div class="card-verdict"></div>',
        '<p class="card-finding">Seven <mark>drones</mark></p>',
        (
            '<p class="hit-excerpt"><span class="hit-source">Quote:</span>'
            ' <span lang="uk">all the <mark>drones</mark></span></p>'
        ),
        '<p class="card-when">Checked 1 April 2025</p>',
        "</li>",
    ]


def test_a_hit_without_an_excerpt_says_nothing_of_it():
    html = hits_html([make_result(excerpt=SafeString(), excerpt_from="", excerpt_language="")])

    assert "hit-excerpt" not in html


def make_field(**changes):
    values = {
        "name": "q",
        "label": "Words",
        "type": "search",
        "value": "drones",
        "options": SafeString(),
        "errors": (),
    }
    return Field(**{**values, **changes})


def test_a_field_is_an_input_or_a_select():
    options = SafeString('<option value="">Any</option>')

    assert field_html(make_field(), 200) == (
        '<div class="field">\n<label for="id_q">Words</label>\n'
        '<input type="search" id="id_q" name="q" value="drones" maxlength="200">\n</div>\n'
    )
    assert field_html(make_field(options=options)) == (
        '<div class="field">\n<label for="id_q">Words</label>\n'
        '<select id="id_q" name="q"><option value="">Any</option></select>\n</div>\n'
    )


def test_an_empty_field_is_the_same_each_time_and_follows_its_options():
    few, more = (SafeString(f"<option>{number}</option>") for number in (1, 2))

    pages = [field_html(make_field(value="", options=options)) for options in (few, more, few)]

    assert pages[0] == pages[2] != pages[1]


def test_a_field_says_what_is_wrong_with_it():
    html = field_html(make_field(errors=("Too long.", "Not a word.")))

    assert 'aria-invalid="true" aria-describedby="id_q_error"' in html
    assert (
        '<div class="field-error" id="id_q_error"><p>Too long.</p><p>Not a word.</p></div>' in html
    )


def test_no_value_of_a_field_becomes_markup():
    plain, reader = _Reader(), _Reader()

    plain.feed(field_html(make_field(errors=("Wrong.",))))
    reader.feed(
        field_html(
            make_field(name=HOSTILE, label=HOSTILE, type=HOSTILE, value=HOSTILE, errors=(HOSTILE,))
        )
    )

    assert [(tag, [name for name, _ in attrs]) for tag, attrs in reader.tags] == [
        (tag, [name for name, _ in attrs]) for tag, attrs in plain.tags
    ]


# ---- the controls of a list -----------------------------------------------------------------


def make_bar(**changes):
    values = {
        "action": "/claims/",
        "words": make_field(),
        "most_characters": 200,
        "first": [make_field(name="topic")],
        "more": [make_field(name="kind")],
        "is_open": False,
        "more_set": 0,
        "chosen": [],
        "clear_url": "/claims/",
        "sort": "",
    }
    return Bar(**{**values, **changes})


def test_a_filter_bar_says_what_is_chosen_and_how_to_take_it_out():
    plain = filters_html(make_bar())
    told = filters_html(
        make_bar(is_open=True, sort="said", chosen=[Link("Topic: Trade", "/claims/?q=a&kind=b")])
    )

    assert "chosen" not in plain
    assert "<summary>More filters</summary>" in plain
    assert "<summary>More filters (2 set)</summary>" in filters_html(make_bar(more_set=2))
    assert "<details>" in plain
    assert "<details open>" in told
    assert '<input type="hidden" name="sort" value="said">' in told
    assert (
        '<a href="/claims/?q=a&amp;kind=b"><span><span class="visually-hidden">Remove filter '
        "</span>Topic: Trade</span>" in told
    )
    assert '<a href="/claims/">Remove all</a>' in told


def test_no_value_of_a_control_becomes_markup():
    hostile, plain = _Reader(), _Reader()
    for reader, text in ((hostile, HOSTILE), (plain, "plain")):
        links = [Link(text, text)]
        bar = make_bar(action=text, chosen=links, clear_url=text, sort=text)
        for html in (
            filters_html(bar),
            chosen_html(links, text, clear_url=text),
            sorting_html([Sort(text, text, is_current=True)]),
            pager_html(Pager(text, text, text)),
            downloads_html(links, text),
            narrowing_html([Narrowing(text, [Choice(text, text, text)])]),
        ):
            reader.feed(html)

    assert [(tag, [name for name, _ in attrs]) for tag, attrs in hostile.tags] == [
        (tag, [name for name, _ in attrs]) for tag, attrs in plain.tags
    ]


def test_a_list_of_one_page_has_no_pager():
    assert pager_html(Pager("", "", "")) == pager_html(None) == ""
    assert pager_html(Pager("", "/a/?before=1", "/a/?after=1")) == (
        '<nav class="pager" aria-label="Pages">\n'
        '<a href="/a/?before=1" rel="prev">Previous page</a>\n'
        '<a href="/a/?after=1" rel="next">Next page</a>\n</nav>'
    )
