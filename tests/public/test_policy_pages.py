"""The pages about the site: who writes them, what markup they know, and when they are there."""

import pytest
from django.test import TestCase
from hypothesis import given
from hypothesis import strategies as st

from sources.errors import NotAllowed, Stale
from sources.models import Publication
from statements.models import PolicyPage, Site
from statements.models.page import policy_path
from statements.operations import save_policy_page
from statements.public.texts import Block, Run, blocks_of
from statements.vocabulary import PolicyKind
from tests.factories import make_user
from tests.public.page import headings_of, links_of, text_of

pytestmark = pytest.mark.django_db


def write(kind="ownership", *, title="Who pays", text="Readers do.", by=None, **more):
    page = PolicyPage.objects.get(kind=kind)
    by = by or make_user("root", role="admin")
    with TestCase.captureOnCommitCallbacks(execute=True):
        return save_policy_page(page, by=by, title=title, text=text, **more)


def footer(client):
    _, _, foot = client.get("/method/").content.decode().partition("<footer")
    return foot


def test_there_is_a_row_of_each_kind_and_a_fresh_site_says_only_what_it_knows():
    assert set(PolicyPage.objects.values_list("kind", flat=True)) == set(PolicyKind.values)
    assert {page.kind for page in PolicyPage.objects.all() if page.is_written} == {
        "corrections",
        "fact_checking",
        "privacy",
        "unnamed_sources",
    }


def test_each_first_text_is_shown_and_linked_in_the_footer(client):
    for page in PolicyPage.objects.exclude(text=""):
        answer = client.get(page.get_absolute_url())

        assert answer.status_code == 200
        assert headings_of(answer)[0] == f"h1 {page.title}"
        assert f'<a href="{page.get_absolute_url()}">{page.title}</a>' in footer(client)


@pytest.mark.parametrize(
    "path",
    ["/about/ownership/", "/about/nothing/", "/about/fact_checking/", "/about/unnamed-Sources/"],
)
def test_a_page_without_a_text_or_under_another_name_is_not_there(client, path):
    assert client.get(path).status_code == 404
    assert path not in footer(client)


def test_an_administrator_writes_a_page_and_takes_it_away(client):
    number = Publication.objects.current()
    write(text="Readers do.\n\n## How much\n\nSee [the books](https://example.org/books).")

    shown = client.get("/about/ownership/")

    assert headings_of(shown) == ["h1 Who pays", "h2 How much"]
    assert links_of(shown) == ["https://example.org/books"]
    assert "/about/ownership/" in footer(client)
    assert Publication.objects.current() == number + 1

    write(text="")

    assert client.get("/about/ownership/").status_code == 404
    assert "/about/ownership/" not in footer(client)
    assert [row.text for row in PolicyPage.objects.get(kind="ownership").history.all()] == [
        "",
        "Readers do.\n\n## How much\n\nSee [the books](https://example.org/books).",
        "",
    ]


def test_what_stays_as_it_is_is_no_public_change():
    write()
    number = Publication.objects.current()

    write()

    assert Publication.objects.current() == number


@pytest.mark.parametrize("role", ["contributor", "checker", "editor"])
def test_nobody_else_writes_them(role):
    with pytest.raises(NotAllowed):
        write(by=make_user("eve", role=role))

    assert PolicyPage.objects.get(kind="ownership").text == ""


def test_two_administrators_do_not_overwrite_each_other():
    write(version=1)

    with pytest.raises(Stale):
        write(text="The state does.", version=1)

    assert PolicyPage.objects.get(kind="ownership").text == "Readers do."


def test_the_desk_shows_the_form_and_saves_through_the_operation(client):
    client.force_login(make_user("root", role="admin"), "django.contrib.auth.backends.ModelBackend")
    page = PolicyPage.objects.get(kind="people")
    address = f"/admin/statements/policypage/{page.pk}/change/"

    answer = client.post(
        address,
        {"do": "row", "row-version": 1, "row-title": "Who we are", "row-text": "Two people."},
    )

    assert answer.status_code == 302
    assert Site.load().policies[-2:] == [
        ["people", "Who we are"],
        ["privacy", "Privacy and imprint"],
    ]
    assert text_of(client.get("/about/people/")) == "Who we are Two people."


@pytest.mark.parametrize("kind", ["corrections", "privacy"])
def test_a_page_costs_one_query(client, kind, django_assert_num_queries):
    Site.current()

    with django_assert_num_queries(1):
        client.get(policy_path(kind))


# ---- the little markup ----------------------------------------------------------------------


def shape(text):
    return [
        (block.kind, [[(run.words, run.url) for run in line] for line in block.lines])
        for block in blocks_of(text)
    ]


def test_paragraphs_headings_and_lists():
    text = "One\nline.\n\n## Head\n- a\n- b\n  goes on\nafter\n\nLast"

    assert shape(text) == [
        ("paragraph", [[("One line.", "")]]),
        ("heading", [[("Head", "")]]),
        ("list", [[("a", "")], [("b goes on after", "")]]),
        ("paragraph", [[("Last", "")]]),
    ]


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("[a](https://b.org/c)", [Run("a", "https://b.org/c")]),
        ("[a](HTTP://b.org)", [Run("a", "HTTP://b.org")]),
        ("see [a](/method/) now", [Run("see "), Run("a", "/method/"), Run(" now")]),
        ("[a](javascript:alert(1))", [Run("[a](javascript:alert(1))")]),
        ("[a](JaVaScRiPt:x)", [Run("[a](JaVaScRiPt:x)")]),
        ("[a](data:text/html,x)", [Run("[a](data:text/html,x)")]),
        ("[a](//evil.org/)", [Run("[a](//evil.org/)")]),
        (r"[a](/\evil.org)", [Run(r"[a](/\evil.org)")]),
        ("[a](mailto:x@y.z)", [Run("[a](mailto:x@y.z)")]),
        ("[a] (b) [c]", [Run("[a] (b) [c]")]),
    ],
)
def test_links_lead_to_the_web_or_to_this_site(text, runs):
    assert blocks_of(text) == [Block("paragraph", [runs])]


def test_html_is_only_words(client):
    write(title="<b>Who</b>", text='<script>alert(1)</script> [<i>x</i>](https://a.org/"><b>)')

    html = client.get("/about/ownership/").content.decode()

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert 'href="https://a.org/&quot;&gt;&lt;b&gt;"' in html
    assert "<b>Who" not in html


@given(st.text(alphabet="ab #-[]()\n/:.ht", max_size=80))
def test_any_text_is_read_and_no_word_is_lost(text):
    words = "".join(
        run.words + run.url for block in blocks_of(text) for line in block.lines for run in line
    )

    assert set("ab") & set(words) == set("ab") & set(text)


def test_the_form_of_a_page_tells_no_id_where_there_is_none(client):
    client.force_login(make_user("root", role="admin"))
    page = write()

    html = client.get(f"/admin/statements/policypage/{page.pk}/change/").content.decode()

    assert ">Public page</a>" in html
    assert ">id <" not in html
