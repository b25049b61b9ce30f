"""Fresh and cheap: each public answer names its edition, and "not modified" costs no query."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import time_machine
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from claimtracker import freshness
from claimtracker.freshness import PERSONAL, PUBLIC
from claimtracker.middleware import TagPublicAnswers
from sources import editions
from sources.editions import Edition
from sources.models import Publication
from sources.operations import raise_publication_number
from statements.models import Site
from statements.operations import perform
from tests.api.helpers import WITH_DESK_VIEW, Api, addresses, make_world
from tests.factories import make_claim, make_user
from tests.public.addresses import public_addresses, public_routes

pytestmark = pytest.mark.django_db


def at_the_desk(name="eve", role="editor"):
    client = Client()
    client.force_login(
        make_user(name, role=role), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def get(path, *, held=None, **headers):
    if held is not None:
        headers["If-None-Match"] = held
    response = Client().get(path, headers=headers)
    response.getvalue()  # to the end: files and streams are closed by it
    return response


# ---- every public address -------------------------------------------------------------------


def test_no_public_route_is_forgotten():
    names = {name for name, _ in public_addresses(make_world())}

    assert {name for name in names if not name.startswith("api:")} == public_routes()


def test_every_public_address_has_a_tag_and_any_cache_may_keep_it():
    found, tags = public_addresses(make_world()), set()

    for name, path in found:
        response = get(path)
        assert response.status_code == 200, name
        assert response["Cache-Control"] == PUBLIC, name
        assert response["Vary"] == "Accept-Encoding", name
        assert response["ETag"].startswith('"'), name  # strong
        head = Client().head(path)
        assert (head["ETag"], head.getvalue()) == (response["ETag"], b""), name
        tags.add(response["ETag"])

    assert len(tags) == len(found)


def test_whoever_holds_it_is_told_so_without_a_query():
    for name, path in public_addresses(make_world()):
        tag = get(path)["ETag"]
        for method in ("get", "head"):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                response = getattr(Client(), method)(path, headers={"If-None-Match": tag})
            assert (response.status_code, response.getvalue()) == (304, b""), name
            assert [query["sql"] for query in queries] == [], name
            assert response["ETag"] == tag, name
            assert response["Cache-Control"] == PUBLIC, name
            assert "Content-Type" not in response, name


def test_with_the_next_number_it_is_sent_anew():
    for name, path in public_addresses(make_world()):
        tag = get(path)["ETag"]

        raise_publication_number()

        response = get(path, held=tag)
        assert response.status_code == 200, name
        assert response["ETag"] != tag, name


@pytest.mark.parametrize("path", ["/method/", "/api/v1/topics/"])
def test_a_new_day_and_a_new_build_make_a_new_tag(path, monkeypatch):
    tags = []
    for moment in ("2025-03-28 12:00", "2025-03-28 23:59", "2025-03-29 00:00"):
        with time_machine.travel(datetime.fromisoformat(moment).replace(tzinfo=UTC), tick=False):
            tags.append(get(path)["ETag"])
    monkeypatch.setattr(freshness, "build_id", lambda: "another")
    tags.append(get(path)["ETag"])

    assert tags[0] == tags[1]
    assert len(set(tags)) == 3


# ---- what clients say -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("{tag}", 304),
        ("W/{tag}", 304),
        ('"a", {tag} ,W/"b"', 304),
        ("*", 304),
        ("{gzip}", 200),
        ('"a", "b"', 200),
        ('"', 200),
        ("", 200),
        ('"' * 5_000, 200),
        ("{bare}", 200),
    ],
)
def test_lists_weak_tags_and_the_star(told, status):
    tag = get("/method/")["ETag"]
    held = told.format(tag=tag, gzip=freshness.gzip_tag(tag), bare=tag.strip('"'))

    assert get("/method/", held=held).status_code == status


@pytest.mark.parametrize(
    ("accept", "takes_it"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("*", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("*;q=0", False),
        ("gzip;q=0, *", False),
    ],
)
def test_what_is_held_as_gzip_serves_only_who_takes_gzip(accept, takes_it):
    tag = freshness.gzip_tag(get("/method/")["ETag"])

    response = get("/method/", held=tag, **{"Accept-Encoding": accept})

    assert response.status_code == (304 if takes_it else 200)


def test_json_is_spelled_in_one_way_whatever_a_client_accepts():
    plain = get("/api/v1/topics/")
    indented = get("/api/v1/topics/", Accept="application/json; indent=4")
    refused = get("/api/v1/topics/", held=plain["ETag"], Accept="text/html")

    assert (indented.content, indented["ETag"]) == (plain.content, plain["ETag"])
    assert (refused.status_code, refused["Cache-Control"]) == (406, PERSONAL)


# ---- what is not there, hidden or gone ------------------------------------------------------


@pytest.mark.parametrize("root", ["/claims/{}/", "/claims/{}/a-slug/", "/api/v1/claims/{}/"])
def test_what_is_hidden_looks_like_what_is_not_there_to_the_last_header(root):
    hidden = get(root.format(make_claim("in_review").public_id))
    absent = get(root.format("0000000000"))

    assert hidden.status_code == 404
    assert dict(hidden.headers) == dict(absent.headers)
    assert hidden.content == absent.content
    assert hidden["Cache-Control"] == PUBLIC


def test_an_error_is_never_not_modified():
    missing = get("/claims/0000000000/")

    assert get("/claims/0000000000/", held=missing["ETag"]).status_code == 404
    assert get("/claims/0000000000/", held="*").status_code == 404


@pytest.mark.parametrize("root", ["/claims/{}/", "/api/v1/claims/{}/"])
def test_what_was_taken_down_may_be_kept_as_gone(root):
    response = get(root.format(make_claim("taken_down").public_id))

    assert (response.status_code, response["Cache-Control"]) == (410, PUBLIC)
    assert response["ETag"].endswith('-410"')


@pytest.mark.parametrize(
    ("path", "status"),
    [("/claims/?sort=luck", 400), ("/claims/?q=", 302), ("/claims", 301), ("/nowhere/", 404)],
)
def test_other_answers_are_asked_for_again_too(path, status):
    response = get(path)

    assert (response.status_code, response["Cache-Control"]) == (status, PUBLIC)


def test_a_retraction_is_there_on_the_next_request():
    claim = make_claim("published")
    path = claim.get_absolute_url()
    held = {each: get(each)["ETag"] for each in (path, "/", "/claims/", "/api/v1/claims/")}
    perform(claim, "propose_retraction", by=make_user("ben", role="editor"), note="It was wrong.")

    perform(claim, "retract", by=make_user("cleo", role="editor"))

    assert [get(each, held=tag).status_code for each, tag in held.items()] == [200] * 4


# ---- what is somebody's own -----------------------------------------------------------------


def test_nothing_personal_is_tagged_or_kept():
    world = make_world()
    editor = at_the_desk()
    api = Api(make_user("eve", role="editor"))
    answers = [
        editor.get("/admin/"),
        editor.get("/admin/desk/"),
        editor.get(f"/admin/statements/claim/{world.claim.pk}/change/"),
        editor.get(f"/api/v1/claims/{world.claim.public_id}/?view=desk"),
        Client().get("/admin/"),
        Client().get("/admin/login/"),
        Client().post("/claims/"),
        Client().options("/claims/"),
        Client().get("/livez"),
        Client().get("/readyz"),
        Client().get("/api/v1/token/"),
    ]
    for name, path, is_desk in addresses(world):
        if is_desk:
            answers += [api.get(path), Api().get(path)]
        elif name in WITH_DESK_VIEW:
            answers += [api.get(f"{path}?view=desk"), Api().get(f"{path}?view=desk")]

    for answer in answers:
        words = answer["Cache-Control"]
        assert "public" not in words, answer.request["PATH_INFO"]
        assert "no-store" in words, answer.request["PATH_INFO"]


@pytest.mark.parametrize(
    ("room", "answer", "words"),
    [
        ("public", {}, PUBLIC),
        ("api", {}, PUBLIC),
        ("public", {"Vary": "Accept-Encoding"}, PUBLIC),
        ("admin", {}, PERSONAL),
        ("another", {}, PERSONAL),
        ("", {}, PERSONAL),
        ("public", {"Vary": "Accept, Cookie"}, PERSONAL),
        ("public", {"Vary": "authorization"}, PERSONAL),
        ("public", {"Cache-Control": "private"}, "private"),
        ("public", {"cookie": "1"}, PERSONAL),
        ("public", {"status": 403}, PERSONAL),
        ("public", {"status": 500}, PERSONAL),
    ],
)
def test_what_an_answer_says_of_itself_counts_in_every_room(rf, room, answer, words):
    def view(request):
        request.resolver_match = SimpleNamespace(app_names=[room] if room else [])
        response = HttpResponse("words", status=answer.get("status", 200))
        for name in ("Vary", "Cache-Control"):
            if name in answer:
                response[name] = answer[name]
        if "cookie" in answer:
            response.set_cookie("name", answer["cookie"])
        return response

    response = TagPublicAnswers(view)(rf.get("/somewhere/"))

    assert response["Cache-Control"] == words
    assert ("ETag" in response) is (words == PUBLIC)


def test_whoever_is_logged_in_reads_the_same_public_pages():
    editor = at_the_desk()

    for _, path in public_addresses(make_world()):
        theirs, anyones = editor.get(path), Client().get(path)
        assert theirs.getvalue() == anyones.getvalue()
        assert dict(theirs.headers) == dict(anyones.headers)
        assert theirs.cookies == {}


def test_without_the_database_nothing_is_told_to_be_unmodified(monkeypatch):
    tag = get("/method/")["ETag"]

    def away():
        raise OperationalError("away")

    monkeypatch.setattr(editions, "read_number", away)
    response = get("/method/", held=tag)

    assert (response.status_code, response["Cache-Control"]) == (503, PERSONAL)
    assert get("/livez").status_code == 200


# ---- the number -----------------------------------------------------------------------------


def test_a_missing_row_is_number_nought():
    Publication.objects.all().delete()

    assert Edition.read().number == 0
    assert get("/method/").status_code == 200

    raise_publication_number()

    assert Edition.read().number == 1


def test_the_site_is_shown_as_of_the_number_without_a_query():
    site = Site.load()
    site.name = "The Daily Check"
    site.save()
    Site.current()

    with CaptureQueriesContext(connection) as queries:
        names = {Site.current().name for _ in range(10)}
    # As another process would: nothing of it reaches the memory of this one.
    Site.objects.update(name="The Weekly Check")
    before = Site.current().name
    raise_publication_number()

    assert (names, len(queries)) == ({"The Daily Check"}, 0)
    assert (before, Site.current().name) == ("The Daily Check", "The Weekly Check")


def test_saving_the_site_raises_the_number():
    number = Edition.read().number

    Site.load().save()

    assert Edition.read().number == number + 1
