"""Error pages: in the same hand as all others, and they come even when nothing can be read."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.views import defaults

from statements.models import Site
from tests.public.page import headings_of, text_of


@pytest.mark.django_db
def test_an_unknown_address_is_404_and_leads_on(client):
    answer = client.get("/no/such/page/")

    assert answer.status_code == 404
    assert headings_of(answer) == ["h1 There is no such page"]
    assert "All claims" in text_of(answer)
    assert '<meta name="robots" content="noindex">' in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/claims/", "/speakers/", "/method/", "/corrections/"])
def test_pages_are_only_read(client, path):
    assert client.post(path).status_code == 405
    assert client.head(path).status_code == 200
    assert client.head(path).content == b""


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_whoever_sends_something_is_told_so_without_a_token(method):
    answer = getattr(Client(enforce_csrf_checks=True), method)("/claims/", {"q": "x"})

    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"
    assert headings_of(answer) == ["h1 Nothing can be sent here"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/oembed",
        "/feeds/findings.atom",
        "/sitemap.xml",
        "/exports/claims.csv",
        "/claims/x/y/embed/",
    ],
)
def test_no_public_address_takes_anything(path):
    browser = Client(enforce_csrf_checks=True)
    browser.cookies["sessionid"] = "made-up"

    assert browser.post(path).status_code == 405
    assert browser.post("/no/such/page/").status_code == 404


@pytest.mark.django_db
def test_the_desk_still_wants_its_token():
    assert Client(enforce_csrf_checks=True).post("/admin/login/").status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/speakers/", "/sources/", "/corrections/"])
def test_an_unknown_page_of_an_index_is_404(client, path):
    assert client.get(f"{path}?after=garbage").status_code == 404
    assert client.get(f"{path}?before=WzEsMl0").status_code == 404


@pytest.mark.django_db
def test_public_pages_set_no_cookie_and_read_no_session(client):
    answer = client.get("/claims/")

    assert answer.cookies == {}
    assert "Cookie" not in answer.headers.get("Vary", "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("view", "error", "status", "heading"),
    [
        (defaults.bad_request, SuspiciousOperation(), 400, "h1 This address cannot be read"),
        (defaults.permission_denied, PermissionDenied(), 403, "h1 This is not open to you"),
    ],
)
def test_refusals_have_pages(view, error, status, heading):
    answer = view(RequestFactory().get("/x/"), error)

    assert answer.status_code == status
    assert headings_of(answer) == [heading]


def test_an_error_page_comes_without_a_database(monkeypatch):
    def unreachable():
        raise OperationalError("no database")

    monkeypatch.setattr(Site, "current", unreachable)

    answer = defaults.server_error(RequestFactory().get("/x/"))

    assert answer.status_code == 500
    assert headings_of(answer) == ["h1 Something broke on our side"]


@pytest.mark.parametrize("status", [400, 403, 404, 405, 410, 413, 429, 500, 503])
def test_every_error_page_names_its_status(status, monkeypatch):
    monkeypatch.setattr(Site, "current", Site)

    html = render_to_string(f"{status}.html")

    assert f"Error {status}" in html


@pytest.mark.parametrize("status", [400, 405, 413, 429, 503])
def test_words_of_the_middleware_are_shown(status, monkeypatch):
    monkeypatch.setattr(Site, "current", Site)

    assert "Exactly &lt;this&gt;." in render_to_string(
        f"{status}.html", {"words": "Exactly <this>."}
    )
