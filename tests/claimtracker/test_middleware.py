"""Between server and views: bad input is refused in words, trouble is a 503 and never a 500."""

from __future__ import annotations

import errno
import json

import pytest
from csp.decorators import csp_replace
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path

from claimtracker.middleware import server_error
from claimtracker.proxies import client_address

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.claimtracker.test_middleware")]

TROUBLE = {
    "operational": OperationalError("database is locked"),
    "interface": InterfaceError("connection already closed"),
    "disk_full": OSError(errno.ENOSPC, "No space left on device"),
    "data": DataError("value too long"),
    "integrity": IntegrityError("CHECK constraint failed"),
    "missing": FileNotFoundError(errno.ENOENT, "No such file"),
}


def echo(request):
    return HttpResponse(f"got {request.GET.get('q', '')}{request.POST.get('words', '')}")


@csp_replace({"frame-ancestors": ["*"]})
def framed(request):
    return HttpResponse("a card for other sites")


def trouble(request, kind):
    raise TROUBLE[kind]


handler500 = "claimtracker.middleware.server_error"
urlpatterns = [
    path("echo", echo),
    path("framed", framed),
    path("api/v1/echo", echo),
    path("trouble/<kind>", trouble),
    path("api/v1/trouble/<kind>", trouble),
]


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        (f"q={'a' * 1_000_000}", "a" * 15_998),
        (f"words=b&q={'%22' * 300_000}&page=2", '"' * 5_332),
        (f"q=x{'%22' * 300_000}", '"' * 5_332),
        (f"q={'%F0%9F%99%82' * 100_000}", "🙂" * 1_333),
    ],
)
def test_of_a_very_long_text_that_is_looked_for_only_the_start_is_read(client, asked, read):
    got = client.get(f"/echo?{asked}").content.decode().removeprefix("got ")

    assert got.strip("x\ufffd") == read
    assert client.get(f"/echo?q={'a' * 15_000}").content == b"got " + b"a" * 15_000


@pytest.mark.parametrize(
    "asked", ["words=" + "a" * 40_000, "a" * 40_000, "a&" * 1_100, "q=a&" * 20_000]
)
def test_an_address_that_asks_for_very_much_is_refused_in_words(client, asked, caplog):
    words = "This asks for too much at once: take some of it out and try again."

    assert words in client.get(f"/echo?{asked}").content.decode()
    found = client.get(f"/api/v1/echo?{asked}")
    assert (found.status_code, found.json()) == (400, {"code": "too_long", "detail": words})
    assert client.post("/api/v1/echo", {str(n): n for n in range(1_100)}).status_code == 400
    assert caplog.records == []


@pytest.mark.parametrize("bad", ["\x00", "a\x0bb", "\x7f", "\x85", "\ufffe"])
def test_characters_that_cannot_be_stored_are_refused_in_addresses_and_forms(client, bad):
    assert client.get("/echo", {"words": bad}).status_code == 400
    assert client.get("/admin/echo", {"q": bad}).status_code == 400
    assert client.get("/echo", {bad: "q"}).status_code == 400
    assert client.post("/echo", {"words": bad}).status_code == 400
    assert client.get(f"/echo/{bad}").status_code == 400


def test_any_text_may_be_looked_for_in_public(client):
    assert client.get("/echo", {"q": "a\x00b"}).content == b"got a\x00b"


def test_a_refusal_says_why_and_what_to_do(client):
    answer = client.get("/api/v1/echo?words=%00")

    assert answer.status_code == 400
    assert answer.json() == {
        "code": "bad_text",
        "detail": (
            "The address holds a character that cannot be stored. Take it out and try again."
        ),
    }


@pytest.mark.parametrize("good", ["", "line\r\nline\ttab", "Зеленський", "\U0001f600", "\u200d"])
def test_other_text_passes_unchanged(client, good):
    assert client.get("/echo", {"q": good}).content.decode() == f"got {good}"
    assert client.post("/echo", {"words": good}).content.decode() == f"got {good}"


def test_bodies_have_a_cap_and_uploads_a_higher_one(client, settings):
    settings.MAX_FORM_MEGABYTES, settings.MAX_UPLOAD_MEGABYTES = 1, 2
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
    large = "a" * (1024 * 1024 + 1)

    as_json = client.post("/api/v1/echo", json.dumps(large), content_type="application/json")
    as_file = client.post("/echo", {"file": SimpleUploadedFile("a.txt", large.encode())})
    twice = client.post("/echo", {"file": SimpleUploadedFile("a.txt", 2 * large.encode())})

    assert as_json.status_code == 413
    assert as_json.json() == {
        "code": "too_large",
        "detail": "This is too large: send 1 MB at most.",
    }
    assert as_file.status_code == 200
    assert twice.status_code == 413


@pytest.mark.parametrize("kind", ["operational", "interface", "disk_full"])
def test_trouble_with_database_or_disk_is_said_and_not_a_fault_of_ours(client, kind):
    page = client.get(f"/trouble/{kind}")
    answer = client.get(f"/api/v1/trouble/{kind}")

    assert (page.status_code, page["Retry-After"]) == (503, "30")
    assert "Nothing was changed" in page.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert answer.json()["code"] == "unavailable"


@pytest.mark.parametrize("kind", ["data", "integrity", "missing"])
def test_other_errors_stay_errors(client, kind):
    client.raise_request_exception = False

    assert client.get(f"/trouble/{kind}").status_code == 500
    assert client.get(f"/api/v1/trouble/{kind}").json()["code"] == "error"


def test_trouble_outside_a_view_is_a_503_too():
    request = RequestFactory().get("/api/v1/claims/")

    try:
        raise OperationalError("while a session was read")
    except OperationalError:
        answer = server_error(request)

    assert answer.status_code == 503


def test_every_answer_carries_the_strict_headers(client):
    answer = client.get("/echo")

    assert set(answer["Content-Security-Policy"].split("; ")) == {
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    }
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Permissions-Policy"].startswith("camera=()")


def test_a_view_may_ask_for_another_content_policy(client):
    usual = client.get("/echo")["Content-Security-Policy"]

    framed = client.get("/framed")["Content-Security-Policy"]

    assert set(framed.split("; ")) ^ set(usual.split("; ")) == {
        "frame-ancestors 'none'",
        "frame-ancestors *",
    }
    assert client.get("/echo")["Content-Security-Policy"] == usual


@pytest.mark.parametrize(
    ("proxies", "told", "address"),
    [
        (0, "1.2.3.4", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "1.2.3.4", "1.2.3.4"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.2", "1.2.3.4"),
        (2, "1.2.3.4", "10.0.0.1"),
    ],
)
def test_the_address_of_a_client_is_what_our_own_proxies_say(settings, proxies, told, address):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=told)

    assert client_address(request) == address
