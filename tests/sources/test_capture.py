"""Fetching: what a page is, and how every way to misuse a fetcher ends in a reason."""

import gzip
import re
import socket
import threading
import time
import tracemalloc
import zlib

import pytest

from sources import safenet, wire
from sources.capture import fetch
from sources.errors import CaptureFailed
from sources.safenet import REFUSAL
from sources.wire import WORDS, Limits
from tests.sources.hostile import (
    answer,
    bomb,
    drip,
    endless,
    hostile,
    redirect,
    self_signed,
    silence,
)

# Small, so that the tests are quick: the limits for real pages are the defaults.
SMALL = Limits(
    seconds=1.5, connect_seconds=0.5, silence_seconds=0.5, most_bytes=1024 * 1024, most_redirects=3
)
HTML = "<title>Read-out</title><p>The parties agreed — “every one” of them. Так.</p>".encode()


def packed(content):
    """Returns the same bytes at any hour: they are names of tests, too."""
    return gzip.compress(content, mtime=0)


@pytest.fixture(autouse=True)
def _loopback(settings):
    settings.CAPTURE_ALLOWS_LOOPBACK = True


@pytest.fixture
def server():
    with hostile() as running:
        yield running


def reason(url, **kwargs):
    """Returns why a page could not be fetched."""
    with pytest.raises(CaptureFailed) as failed:
        fetch(url, limits=SMALL, **kwargs)
    return str(failed.value)


def words(what):
    return WORDS[what].format(seconds=SMALL.seconds, megabytes=1, redirects=SMALL.most_redirects)


def test_a_page_comes_with_all_that_was_said_on_the_wire(server):
    server.says["/page?a=b"] = said = answer(HTML, etag='"1"', last_modified="yesterday")

    page = fetch(server.url("/page?a=b#part"), limits=SMALL)

    assert (page.http_status, page.body, page.final_url) == (
        200,
        HTML,
        server.url("/page?a=b#part"),
    )
    assert (page.etag, page.last_modified) == ('"1"', "yesterday")
    assert page.content_type == "text/html; charset=utf-8"
    (exchange,) = page.exchanges
    assert (exchange.ip, exchange.response) == ("127.0.0.1", said)
    assert exchange.request == server.heard[0]
    head = exchange.request.decode().split("\r\n")
    assert head[:2] == ["GET /page?a=b HTTP/1.1", f"Host: 127.0.0.1:{server.port}"]


def test_no_cookie_proxy_or_password_of_ours_goes_along(server, monkeypatch, tmp_path):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ada password secret")
    monkeypatch.setenv("NETRC", str(netrc))
    server.says["/"] = redirect("/next").replace(b"\r\n\r\n", b"\r\nSet-Cookie: a=b\r\n\r\n", 1)
    server.says["/next"] = answer(HTML)

    page = fetch(server.url(), limits=SMALL)

    assert page.body == HTML
    assert [
        re.findall(rb"(?im)^(cookie|authorization|proxy\S*):", request) for request in server.heard
    ] == [[], []]


@pytest.mark.parametrize(
    ("content", "packing"),
    [
        (packed(HTML), "gzip"),
        (packed(HTML), "x-GZIP"),
        (packed(HTML[:9]) + packed(HTML[9:]), "gzip"),
        (packed(HTML) + b"\0\0\0", "gzip"),
        (zlib.compress(HTML), "deflate"),
        (zlib.compress(HTML)[2:-4], "deflate"),
        (HTML, "identity"),
        (HTML, "utf-8"),
    ],
)
def test_a_packed_page_is_unpacked(server, content, packing):
    server.says["/"] = answer(content, content_encoding=packing)

    assert fetch(server.url(), limits=SMALL).body == HTML


def test_a_page_in_chunks_or_without_a_length_is_whole(server):
    chunks = b"".join(b"%x\r\n%s\r\n" % (1, HTML[i : i + 1]) for i in range(len(HTML)))
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
    server.says["/chunks"] = head + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"
    server.says["/old"] = b"HTTP/1.0 200 OK\r\n\r\n" + HTML
    server.says["/early"] = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + answer(HTML)

    assert [fetch(server.url(p), limits=SMALL).body for p in ("/chunks", "/old", "/early")] == [
        HTML,
        HTML,
        HTML,
    ]


def test_redirects_are_followed_and_each_hop_is_kept(server):
    server.says["/"] = redirect("/two", "301 Moved")
    server.says["/two"] = redirect(server.url("/three x"), "308 Moved")
    server.says["/three%20x"] = answer(HTML)

    page = fetch(server.url(), limits=SMALL)

    assert (page.url, page.final_url) == (server.url(), server.url("/three%20x"))
    assert [exchange.url for exchange in page.exchanges] == [
        server.url(),
        server.url("/two"),
        server.url("/three%20x"),
    ]


def test_a_page_that_did_not_change_is_asked_for_by_its_tags(server):
    def say(connection):
        connection.sendall(b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n')

    server.says["/"] = say

    page = fetch(server.url(), etag='"1"', last_modified="Mon, 01 Jan 2024", limits=SMALL)

    assert (page.is_unchanged, page.body) == (True, b"")
    asked = server.heard[0].decode()
    assert 'If-None-Match: "1"\r\n' in asked
    assert "If-Modified-Since: Mon, 01 Jan 2024\r\n" in asked


def test_tags_of_a_copy_go_only_where_it_came_from(server):
    server.says["/"] = redirect("/two")
    server.says["/two"] = answer(HTML)

    fetch(server.url(), etag='"1"', tagged_url=server.url("/two"), limits=SMALL)
    fetch(server.url(), etag='"1"', tagged_url=server.url("/three"), limits=SMALL)

    assert [b"If-None-Match" in one for one in server.heard] == [False, True, False, False]


def test_a_304_that_nobody_asked_for_is_no_page(server):
    server.says["/"] = b"HTTP/1.1 304 Not Modified\r\n\r\n"

    assert reason(server.url()) == "the server answered with HTTP 304 and not with the page"


def test_looking_whether_a_page_is_there_reads_no_body(server):
    server.says["/"] = endless(b"x" * 1024, head=b"HTTP/1.1 200 OK\r\n\r\n")

    assert fetch(server.url(), wants_body=False, limits=SMALL).http_status == 200


# ---- hostile servers ------------------------------------------------------------------------

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@pytest.mark.parametrize(
    ("says", "why"),
    [
        (endless(b"x" * 65536, head=OK + b"\r\n"), words("large")),
        (endless(b"10000\r\n" + b"x" * 65536 + b"\r\n", head=OK + b"Transfer-Encoding: chunked\r\n\r\n"),
         words("large")),
        (OK + b"Content-Length: 99999999999\r\n\r\n" + b"x" * 2_000_000, words("large")),
        (bomb(200), words("large")),
        (drip(b"x", every=0.02, head=OK + b"\r\n"), words("slow")),
        (drip(b"X-More: 1\r\n", every=0.02, head=OK), words("slow")),
        (drip(b"H", every=0.02), words("slow")),
        (silence, words("silent")),
        (drip(b"", every=9, head=OK + b"Content-Length: 10\r\n\r\nx"), words("silent")),
        (endless(b"X-More: " + b"x" * 8000 + b"\r\n", head=OK), words("garbled")),
        (OK + b"X-Long: " + b"x" * 90_000 + b"\r\nContent-Length: 1\r\n\r\nx", words("header")),
        (endless(b"HTTP/1.1 100 Continue\r\n\r\n" * 400, head=b""), words("header")),
        (OK + b"Content-Length: 20\r\n\r\n<p>short</p>", words("garbled")),
        (OK + b"Content-Length: 3\r\n\r\n<p>long</p>", words("longer")),
        (OK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", words("garbled")),
        (OK + b"Content-Length: -1\r\n\r\nabcd", words("garbled")),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc", words("garbled")),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabc", words("garbled")),
        (answer(packed(HTML)[:-20], content_encoding="gzip"), words("packed")),
        (answer(b"no gzip at all", content_encoding="gzip"), words("packed")),
        (answer(HTML, content_encoding="br"), words("packed")),
        (answer(packed(packed(HTML)), content_encoding="gzip, gzip"), words("packed")),
        (b"", words("garbled")),
        (b"<html>HTTP 0.9 knows no header</html>", words("garbled")),
        (b"\x00\xff\xfe\x16\x03\x01" * 100, words("garbled")),
        (b"HTTP/1.1 200 OK\r\nBad Header\r\n\r\nx", words("garbled")),
        (b"SSH-2.0-OpenSSH_9.2\r\n", words("garbled")),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", words("garbled")),
        (answer(b""), words("empty")),
        (answer(b" \r\n "), words("empty")),
        (answer(HTML, "206 Partial"), "the server answered with HTTP 206 and not with the page"),
        (answer(HTML, "404 Not Found"), "the page is not there any more (HTTP 404)"),
        (answer(HTML, "410 Gone"), "the page is not there any more (HTTP 410)"),
        (answer(HTML, "403 Forbidden"), "the server does not show this page to us (HTTP 403)"),
        (answer(HTML, "500 Oops"), "the server answered with HTTP 500 and not with the page"),
        (answer(HTML, "302 Found"), "the server answered with HTTP 302 and not with the page"),
        (redirect("/"), words("loop")),
        (redirect("file:///etc/passwd"), REFUSAL),
        (redirect("http://10.0.0.1/"), REFUSAL),
        (redirect("http://169.254.169.254/latest/meta-data/"), REFUSAL),
        (redirect("http://[::ffff:127.0.0.1]/"), REFUSAL),
        (redirect("//2130706433/"), REFUSAL),
        (redirect("https://user:pass@example.org/"), REFUSAL),
        (redirect("http://example.org:22/"), REFUSAL),
        (redirect("http://["), REFUSAL),
    ],
)  # fmt: skip
def test_a_hostile_server_gets_a_reason_and_not_our_time(server, says, why):
    server.says["/"] = says
    started = time.monotonic()

    assert reason(server.url()) == why

    assert time.monotonic() - started < 10  # a busy machine; the limit is 1.5 s


def test_a_gzip_bomb_is_never_unpacked_as_a_whole(server):
    server.says["/"] = bomb(200)
    tracemalloc.start()

    assert reason(server.url()) == words("large")

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 * 1024 * 1024


def test_nobody_there_is_said():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    assert reason(f"http://127.0.0.1:{port}/") == words("closed")


def test_a_certificate_of_nobody_is_refused(tmp_path):
    certificate = self_signed(tmp_path / "own.pem")

    with hostile(certificate) as server:
        server.says["/"] = answer(HTML)
        assert reason(server.url()) == words("tls")
        assert reason(server.url().replace("https", "http")) == words("garbled")
        assert server.heard == []


def test_tls_is_asked_of_the_name_and_not_of_its_address(monkeypatch):
    """The connection goes to the checked address; certificate and Host are still the name's."""
    named = []
    monkeypatch.setattr(safenet, "look_up", lambda *_: ["127.0.0.1"])

    class Context:
        def set_alpn_protocols(self, protocols):
            pass

        def wrap_socket(self, connection, server_hostname):
            named.append((connection.getpeername()[0], server_hostname))
            raise OSError("enough seen")

    monkeypatch.setattr(wire, "tls", Context)

    with hostile() as server:
        assert reason(f"https://news.example.org:{server.port}/") == REFUSAL
        monkeypatch.setattr(wire, "ports", lambda: frozenset({server.port}))
        assert reason(f"https://news.example.org:{server.port}/") == words("closed")

    assert named == [("127.0.0.1", "news.example.org")]


def test_a_name_server_that_changes_its_answer_is_asked_once(server, monkeypatch):
    """Checked at the first answer and connected at a second one: that is how rebinding works."""
    answers = [["127.0.0.1"], ["10.0.0.1"], ["10.0.0.1"]]
    asked = []

    def look_up(host, port, timeout_seconds):
        asked.append(host)
        return answers.pop(0)

    monkeypatch.setattr(safenet, "look_up", look_up)
    monkeypatch.setattr(wire, "ports", lambda: frozenset({server.port}))
    server.says["/"] = answer(HTML)
    server.says["/again"] = redirect("/")

    page = fetch(server.url(host="news.example.org"), limits=SMALL)

    assert (page.body, asked) == (HTML, ["news.example.org"])
    assert b"Host: news.example.org" in server.heard[0]
    # a redirect is looked up again, and refused when it now leads into our own network
    answers[:] = [["127.0.0.1"], ["10.0.0.1"]]
    assert reason(server.url("/again", host="news.example.org")) == REFUSAL
    assert len(server.heard) == 2


def test_private_addresses_are_refused_before_anything_is_sent(server, settings, monkeypatch):
    settings.CAPTURE_ALLOWS_LOOPBACK = False
    monkeypatch.setattr(wire, "ports", lambda: frozenset({server.port}))
    monkeypatch.setattr(safenet, "look_up", lambda *_: ["93.184.216.34", "127.0.0.1"])

    assert reason(server.url()) == REFUSAL
    assert reason(server.url(host="news.example.org")) == REFUSAL
    assert reason(server.url(host="localhost")) == REFUSAL

    assert (server.heard, server.open) == ([], [])


def test_many_at_once_do_not_share_anything(server):
    for number in range(8):
        server.says[f"/{number}"] = answer(b"<p>%d</p>" % number)
    found = {}

    def work(number):
        found[number] = fetch(server.url(f"/{number}"), limits=Limits()).body

    threads = [threading.Thread(target=work, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == {number: b"<p>%d</p>" % number for number in range(8)}
