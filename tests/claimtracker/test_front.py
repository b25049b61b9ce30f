"""The front: finished public pages by the thousand, and never a byte of somebody's own."""

from __future__ import annotations

import gzip
import threading
from types import SimpleNamespace

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError, connection, connections
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from claimtracker import front as fronts
from claimtracker.freshness import PERSONAL, PUBLIC
from claimtracker.front import Front, Page, Shelf, is_canonical, with_front
from sources import editions
from sources.editions import Edition
from sources.operations import raise_publication_number
from statements.models import Site
from statements.operations import perform
from tests.api.helpers import SECRET, WITH_DESK_VIEW, Api, addresses, make_secrets, make_world
from tests.desk.test_permissions import admin_addresses
from tests.factories import make_claim, make_user
from tests.public.addresses import STREAMED, public_addresses

pytestmark = pytest.mark.django_db

CAPACITY_MEGABYTES = 16


@pytest.fixture(autouse=True)
def _django_leaves_the_transaction_of_the_test(request, monkeypatch):
    """A request of Django's gives its connection back; not where a test holds it."""
    marker = request.node.get_closest_marker("django_db")
    if not marker.kwargs.get("transaction"):
        monkeypatch.setattr(
            type(connections["default"]), "close_if_unusable_or_obsolete", lambda self: None
        )


class Counting:
    """Django's application, which remembers what it was asked."""

    def __init__(self):
        self.asked = []
        self.application = WSGIHandler()
        self.before_answer = lambda: None

    def __call__(self, environ, start_response):
        self.asked.append(environ["PATH_INFO"])
        answer = self.application(environ, start_response)
        self.before_answer()
        return answer


def make_front(megabytes=CAPACITY_MEGABYTES):
    return Front(Counting(), megabytes=megabytes)


def ask(front, path="/", *, method="GET", **environ):
    path, _, query = path.partition("?")
    request = RequestFactory().generic(method, path)
    environ = {**request.environ, "QUERY_STRING": query, "HTTP_HOST": "testserver", **environ}
    environ.pop("HTTP_COOKIE", None) if not environ.get("HTTP_COOKIE") else None
    environ = {name: value for name, value in environ.items() if value is not None}
    told = []
    answer = front(environ, lambda status, headers, exc_info=None: told.extend((status, headers)))
    try:
        body = b"".join(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()
    status, headers = told
    return SimpleNamespace(status=int(status[:3]), headers=dict(headers), body=body, all=headers)


def kept(front):
    return len(front.plain) + len(front.queried)


# ---- kept pages -----------------------------------------------------------------------------


def test_every_public_page_is_kept_and_handed_out_unchanged_without_a_query():
    front = make_front()
    found = public_addresses(make_world())

    for name, path in found:
        first = ask(front, path)
        front.application.asked.clear()
        with CaptureQueriesContext(connection) as queries:
            again = ask(front, path)
        assert (first.status, first.headers["Cache-Control"]) == (200, PUBLIC), name
        assert again.body == first.body, name
        if name in STREAMED:
            continue
        assert (again.status, again.all, again.body) == (200, first.all, first.body), name
        assert (front.application.asked, len(queries)) == ([], 0), name
    assert kept(front) == len(found) - len(STREAMED)


def test_a_kept_page_is_what_django_says_to_the_last_header():
    front = make_front()
    for _, path in public_addresses(make_world()):
        ask(front, path)
        django = Client().get(path)
        assert ask(front, path).body == django.getvalue()
        assert ask(front, path).headers == dict(django.headers)


def test_head_has_the_headers_alone():
    front = make_front()
    page = ask(front, "/method/")

    head = ask(front, "/method/", method="HEAD")

    assert (head.status, head.headers, head.body) == (200, page.headers, b"")
    assert front.application.asked == ["/method/"]


def test_not_modified_needs_no_page_that_is_kept():
    tag = ask(make_front(), "/method/").headers["ETag"]
    fresh = make_front()

    for method in ("GET", "HEAD"):
        answer = ask(fresh, "/method/", method=method, HTTP_IF_NONE_MATCH=f'"a", W/{tag}')
        assert (answer.status, answer.body) == (304, b"")
        assert answer.headers == {"ETag": tag, "Cache-Control": PUBLIC, "Vary": "Accept-Encoding"}
    assert fresh.application.asked == []


def test_the_star_is_not_modified_where_there_is_a_page():
    front = make_front()

    first = ask(front, "/method/", HTTP_IF_NONE_MATCH="*")
    ask(front, "/method/")
    second = ask(front, "/method/", HTTP_IF_NONE_MATCH="*")

    assert (first.status, second.status) == (304, 304)
    assert ask(front, "/nowhere/", HTTP_IF_NONE_MATCH="*").status == 404


def test_gzip_for_who_takes_it_with_a_tag_of_its_own():
    front = make_front()
    plain = ask(front, "/method/")

    packed = [ask(front, "/method/", HTTP_ACCEPT_ENCODING="gzip, br") for _ in range(2)]
    tag = packed[0].headers["ETag"]

    assert packed[0].all == packed[1].all
    assert gzip.decompress(packed[0].body) == plain.body
    assert packed[0].headers["Content-Encoding"] == "gzip"
    assert packed[0].headers["Content-Length"] == str(len(packed[0].body))
    assert packed[0].headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert tag != plain.headers["ETag"]
    assert ask(front, "/method/").body == plain.body
    assert ask(front, "/method/", HTTP_ACCEPT_ENCODING="gzip;q=0").body == plain.body
    for page in (tag, plain.headers["ETag"]):
        answer = ask(front, "/method/", HTTP_IF_NONE_MATCH=page, HTTP_ACCEPT_ENCODING="gzip")
        assert (answer.status, answer.headers["ETag"]) == (304, page)
    assert ask(front, "/method/", HTTP_IF_NONE_MATCH=tag).status == 200


def test_what_was_taken_down_is_kept_as_gone_and_never_not_modified():
    front = make_front()
    path = f"/claims/{make_claim('taken_down').public_id}/"
    gone = ask(front, path)

    again = ask(front, path, HTTP_IF_NONE_MATCH=gone.headers["ETag"])

    assert (gone.status, again.status, again.body) == (410, 410, gone.body)
    assert front.application.asked == [path]


# ---- fresh ----------------------------------------------------------------------------------


def test_a_retraction_shows_on_the_next_request_of_every_process():
    one, other = make_front(), make_front()
    claim = make_claim("published")
    paths = [claim.get_absolute_url(), "/", "/claims/", f"/api/v1/claims/{claim.public_id}/"]
    held = {path: ask(one, path).headers["ETag"] for path in paths}
    assert held == {path: ask(other, path).headers["ETag"] for path in paths}
    perform(claim, "propose_retraction", by=make_user("ben", role="editor"), note="It was wrong.")

    perform(claim, "retract", by=make_user("cleo", role="editor"))

    for front in (one, other):
        front.application.asked.clear()
        for path in paths:
            assert ask(front, path, HTTP_IF_NONE_MATCH=held[path]).status == 200
            assert b"It was wrong." in ask(front, paths[0]).body
        assert set(front.application.asked) == set(paths)


@pytest.mark.django_db(transaction=True)
def test_a_change_over_another_connection_shows_when_it_is_committed():
    front = make_front()
    site = Site.load()
    ask(front, "/method/")

    def elsewhere():
        site.name = "The Weekly Check"
        site.save()
        connection.close()

    other = threading.Thread(target=elsewhere)
    other.start()
    other.join()

    assert b"The Weekly Check" in ask(front, "/method/").body


def test_all_that_was_kept_goes_with_its_number():
    front = make_front()
    for path in ("/", "/method/", "/claims/", "/claims/?sort=said"):
        ask(front, path)
    before = kept(front)

    raise_publication_number()
    ask(front, "/")
    ask(front, "/?q=a")

    assert (before, kept(front)) == (4, 2)
    assert (front.plain.byte_size, front.queried.byte_size) == (
        sum(page.byte_size for page in front.plain._pages.values()),
        sum(page.byte_size for page in front.queried._pages.values()),
    )


def test_what_is_published_while_a_page_is_made_leaves_no_page_behind():
    front = make_front()
    front.application.before_answer = raise_publication_number

    mixed = ask(front, "/method/")

    assert (mixed.status, mixed.headers["Cache-Control"]) == (200, PERSONAL)
    assert "ETag" not in mixed.headers
    assert kept(front) == 0


def test_a_slow_reader_of_an_old_number_keeps_nothing():
    shelf = Shelf(1_000_000)
    old, new = Edition(1, 0), Edition(2, 0)
    page = Page("200 OK", [("ETag", '"a"')], b"old")
    shelf.find(("/", "", "", False), old)
    shelf.find(("/", "", "", False), new)

    shelf.keep(("/", "", "", False), page, old)

    assert shelf.find(("/", "", "", False), new) is None


@pytest.mark.parametrize("path", ["/method/", "/api/v1/topics/"])
def test_without_the_database_no_kept_page_is_handed_out(path, monkeypatch):
    front = make_front()
    tag = ask(front, path).headers["ETag"]
    reads = []

    def away():
        reads.append(1)
        raise OperationalError("away")

    monkeypatch.setattr(editions, "read_number", away)
    answers = [ask(front, path), ask(front, path, HTTP_IF_NONE_MATCH=tag)]
    monkeypatch.undo()

    assert [answer.status for answer in answers] == [503, 503]
    assert len(reads) == 2  # asked for once a request: each may wait for seconds
    assert ask(front, path).status == 200


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_broke_is_replaced():
    if connection.vendor != "postgresql":
        pytest.skip("a file does not go away")
    front = make_front()
    ask(front, "/method/")
    connection.ensure_connection()
    connection.connection.close()  # as a server that went away does

    answers = [ask(front, "/method/").status for _ in range(2)]

    assert answers[1] == 200


# ---- nothing of anybody ---------------------------------------------------------------------


def logged_in(name, role):
    client = Client()
    client.force_login(
        make_user(name, role=role), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client.cookies["sessionid"].value


def every_address(world, public):
    """Returns an address for every route of the site, the desk's and the API's included."""
    routes = [route for _, route in admin_addresses()]
    filled = [
        "/" + route.replace("<path:object_id>", "1").replace("<id>", "1").split("(")[0].strip("^$")
        for route in routes
    ]
    found = [path for _, path in public]
    found += [f"/api/v1/{path}" for _, path, _ in addresses(world)]
    found += [
        f"/api/v1/{path}?view=desk" for name, path, _ in addresses(world) if name in WITH_DESK_VIEW
    ]
    claim = world.claim.pk
    found += [f"/admin/statements/claim/{claim}/{page}" for page in ("change/", "preview/")]
    return [*found, *filled, "/livez", "/readyz", "/nowhere/", "/admin/login/?next=/admin/"]


def test_no_byte_of_a_personal_page_enters():
    """Every address, asked by somebody with rights in every way; then by nobody."""
    world = make_world()
    public = public_addresses(world)
    make_secrets(world)
    front = make_front()
    cookie = f"sessionid={logged_in('zebulon', 'editor')}; csrftoken={'c' * 32}"
    token = Api(make_user("zebulon")).headers["Authorization"]
    found = every_address(world, public)
    assert len(get_resolver().url_patterns) == 5  # a new room needs addresses above

    marks = ("zebulon", "csrfmiddlewaretoken", SECRET.casefold())
    personal = 0
    for path in found:
        for method, told in (
            ("GET", {"HTTP_COOKIE": cookie}),
            ("POST", {"HTTP_COOKIE": cookie}),
            ("GET", {"HTTP_AUTHORIZATION": token}),
        ):
            answer = ask(front, path, method=method, **told)
            words = answer.body.decode(errors="replace").casefold()
            personal += any(mark in words for mark in marks)
    assert personal > 50  # or this would prove nothing
    assert kept(front) == 0

    for path in found:
        for _ in range(2):
            answer = ask(front, path)
            if answer.headers.get("Cache-Control") == PUBLIC:
                words = answer.body.decode(errors="replace").casefold()
                assert [mark for mark in marks if mark in words] == [], path
                assert "set-cookie" not in {name.lower() for name in answer.headers}, path
    pages = [*front.plain._pages.items(), *front.queried._pages.items()]
    assert len(pages) == len(public) - len(STREAMED)
    for (path, *_), page in pages:
        assert not path.startswith(("/admin", "/livez", "/readyz")), path
        assert SECRET.casefold().encode() not in page.body.lower(), path


@pytest.mark.parametrize(
    "told",
    [
        {"HTTP_COOKIE": "a=b"},
        {"HTTP_AUTHORIZATION": "Token 0"},
        {"method": "POST"},
        {"method": "OPTIONS"},
        {"method": "GeT"},
        {"HTTP_HOST": "evil.example"},
        {"HTTP_HOST": "testserver/evil"},
        {"HTTP_HOST": "TESTSERVER"},
        {"HTTP_HOST": None},
        {"CONTENT_LENGTH": "5"},
        {"HTTP_TRANSFER_ENCODING": "chunked"},
        {"SCRIPT_NAME": "/below"},
    ],
)
def test_requests_that_are_not_plain_pass_through(told):
    front = make_front()
    ask(front, "/method/")

    ask(front, "/method/", **told)

    assert front.application.asked == ["/method/"] * 2
    assert kept(front) == 1


@pytest.mark.parametrize(
    "told",
    [
        {"HTTP_X_FORWARDED_HOST": "evil.example"},
        {"HTTP_X_FORWARDED_PROTO": "evil"},
        {"HTTP_X_ORIGINAL_URL": "/admin/"},
        {"HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE"},
        {"HTTP_RANGE": "bytes=0-1"},
        {"HTTP_ACCEPT": "text/evil"},
        {"HTTP_ACCEPT_LANGUAGE": "uk"},
        {"HTTP_USER_AGENT": "evil<script>"},
        {"HTTP_REFERER": "https://evil.example/"},
        {"HTTP_IF_NONE_MATCH": '"evil", "' + "x" * 10_000},
        {"HTTP_ORIGIN": "https://evil.example"},
    ],
)
def test_no_header_of_a_client_changes_what_others_get(told):
    clean, front = make_front(), make_front()

    ask(front, "/method/", **told)

    assert ask(front, "/method/").body == ask(clean, "/method/").body
    assert ask(front, "/method/").headers == ask(clean, "/method/").headers


def test_json_for_who_does_not_take_json_is_django_s_affair():
    front = make_front()
    ask(front, "/api/v1/topics/")

    assert ask(front, "/api/v1/topics/", HTTP_ACCEPT="text/html").status == 406
    assert ask(front, "/api/v1/topics/", HTTP_ACCEPT="application/json;indent=4").status == 200
    assert front.application.asked == ["/api/v1/topics/"] * 2


def test_over_tls_pages_have_their_own_headers_and_are_kept_apart(settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 60
    front = make_front()

    for _ in range(2):
        secure = ask(front, "/method/", HTTP_X_FORWARDED_PROTO="https")
        plain = ask(front, "/method/", HTTP_X_FORWARDED_PROTO="http")
        bare = ask(front, "/method/")
        assert secure.headers["Strict-Transport-Security"] == "max-age=60"
        assert [answer.status for answer in (plain, bare)] == [301, 301]
        assert plain.headers["Location"] == "https://testserver/method/"
    assert kept(front) == 1


def test_what_sets_a_cookie_or_says_private_is_not_kept():
    shown = [("ETag", "{tag}"), ("Cache-Control", PUBLIC), ("Vary", "Accept-Encoding")]
    shown += [("Content-Length", "2")]
    for name, value in (
        (None, None),
        ("Set-Cookie", "a=b"),
        ("Cache-Control", PERSONAL),
        ("Vary", "Accept-Encoding, Cookie"),
        ("ETag", '"3"'),
        ("Content-Encoding", "br"),
        ("Content-Length", None),
        ("Content-Length", "99999999"),
    ):
        headers = [header for header in shown if header[0] != name]
        headers += [(name, value)] if value else []

        def application(environ, start_response, headers=headers):
            tag = fronts.freshness.tag_of(Edition.read(), "/method/", "")
            start_response("200 OK", [(key, told.replace("{tag}", tag)) for key, told in headers])
            return [b"ok"]

        front = Front(application, megabytes=1)
        answer = ask(front, "/method/")

        assert answer.body == b"ok", name
        assert kept(front) == (name is None), (name, value)


def test_a_stream_passes_as_it_comes():
    steps = []

    class Stream:
        def __iter__(self):
            steps.append("asked")
            yield b"a"

        def close(self):
            steps.append("closed")

    def application(environ, start_response):
        start_response("200 OK", [("ETag", '"a"'), ("Cache-Control", PUBLIC)])
        return Stream()

    answer = ask(Front(application, megabytes=1), "/exports/all.csv")

    assert (answer.body, steps) == (b"a", ["asked", "closed"])


# ---- bounded --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "is_so"),
    [
        ("sort=said", True),
        ("topic=a&sort=said", True),
        ("q=%D0%97+a", True),
        ("sort=said&sort=said", False),
        ("sort=", False),
        ("sort", False),
        ("sort=said&", False),
        ("&sort=said", False),
        ("Sort=said", False),
        ("q=a=b", False),
        ("q=é", False),
        ("q=a b", False),
        ("q=<script>", False),
        ("q=" + "a" * 500, False),
    ],
)
def test_only_plain_query_strings_are_kept(query, is_so):
    assert is_canonical(query) is is_so


def test_odd_addresses_take_no_room():
    front = make_front()

    for path in ("/method/?a=1&a=2", "/method/?=", "/method/?q=" + "a" * 100_000, "/" + "a" * 600):
        ask(front, path)

    assert kept(front) == 0


def test_a_flood_of_searches_pushes_out_no_page():
    front = make_front(megabytes=1)
    ask(front, "/method/")

    for number in range(60):
        ask(front, f"/method/?q={number}")

    assert len(front.plain) == 1
    assert 0 < len(front.queried) < 60
    assert front.queried.byte_size <= front.queried.most_bytes


def test_the_shelf_drops_what_was_asked_for_longest_ago():
    shelf, edition = Shelf(1_000_000, most_pages=2), Edition(1, 0)
    keys = [(f"/{name}", "", "", False) for name in "abc"]
    shelf.find(keys[0], edition)
    for key in keys[:2]:
        shelf.keep(key, Page("200 OK", [("ETag", '"a"')], b"x"), edition)
    shelf.find(keys[0], edition)

    shelf.keep(keys[2], Page("200 OK", [("ETag", '"a"')], b"x"), edition)

    assert [shelf.find(key, edition) is not None for key in keys] == [True, False, True]


def test_a_page_too_large_is_not_kept():
    shelf, edition = Shelf(100_000), Edition(1, 0)
    key = ("/", "", "", False)
    shelf.find(key, edition)

    shelf.keep(key, Page("200 OK", [("ETag", '"a"')], b"x" * 10_000), edition)

    assert (len(shelf), shelf.byte_size) == (0, 0)


def test_many_threads_leave_the_count_of_bytes_right():
    shelf = Shelf(200_000)

    def work(seed):
        for step in range(300):
            key = (f"/{(seed * 7 + step) % 40}", "", "", False)
            edition = Edition(step // 100, 0)
            page = shelf.find(key, edition)
            if page is None:
                shelf.keep(key, Page("200 OK", [("ETag", '"a"')], b"x" * 3_000), edition)
            else:
                shelf.pack(key, page)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert shelf.byte_size == sum(page.byte_size for page in shelf._pages.values())
    assert shelf.byte_size <= shelf.most_bytes


def test_it_can_be_switched_off(settings):
    django = WSGIHandler()

    settings.FRONT_MEGABYTES = 0
    off = with_front(django)
    settings.FRONT_MEGABYTES = 1
    on = with_front(django)

    assert off is django
    assert isinstance(on, Front)
