"""Finished public pages, kept in front of Django and handed out while their edition lasts.

A public answer is a function of its address and the edition (`freshness`), so the front reads the
publication number - one bare read - and hands out what it finished under that number before.
Nothing is ever purged: with the next number all that was kept is of no more use and goes at once,
in every process, whoever raised it.

What may be kept is decided twice: a request must be one that says nothing of who asks, and its
answer must carry the tag that Django gives to public answers alone. Everything else passes through
untouched.
"""

from __future__ import annotations

import gzip
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings
from django.db import Error
from django.http.request import split_domain_port, validate_host

from claimtracker import freshness
from claimtracker.build import build_id
from claimtracker.middleware import EDITION
from sources.editions import Edition, give_back

Headers = list[tuple[str, str]]
Key = tuple[str, str, str, bool]

MEGABYTE = 1024 * 1024
# What a page takes beside its bytes: two lists of some fifteen headers each.
OVERHEAD_BYTES = 3_000
MOST_PAGES = 20_000
# A larger answer is not kept, nor are more than a sixteenth of all bytes given to one.
LARGEST_BYTES = MEGABYTE
SMALLEST_TO_PACK_BYTES = 1_024
# 4 packs a list of claims to 110 % of what 9 makes of it, in a third of the time.
GZIP_LEVEL = 4

MAX_ADDRESS = 500
# A canonical query: each name once, and with a value. Names are looked at by the views.
QUERY = re.compile(r"[a-z_]+=[\w.~%+:,*()!'/@-]+(?:&[a-z_]+=[\w.~%+:,*()!'/@-]+)*", re.ASCII)
KEPT_STATUSES = ("200 ", "410 ")


class Page:
    """A finished answer, with what it becomes for a client that takes gzip."""

    __slots__ = ("body", "headers", "packed", "packed_headers", "status", "tag")

    def __init__(self, status: str, headers: Headers, body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.tag = dict(headers)["ETag"]
        self.packed: bytes | None = None
        self.packed_headers: Headers = []

    @property
    def is_found(self) -> bool:
        return self.status.startswith("200")

    @property
    def byte_size(self) -> int:
        return len(self.body) + len(self.packed or b"") + OVERHEAD_BYTES

    def pack(self) -> None:
        """Makes the gzip variant; an answer too small for it stays as it is."""
        if len(self.body) < SMALLEST_TO_PACK_BYTES:
            return
        packed = gzip.compress(self.body, GZIP_LEVEL, mtime=0)
        changed = {
            "ETag": freshness.gzip_tag(self.tag),
            "Content-Encoding": "gzip",
            "Content-Length": str(len(packed)),
        }
        kept = [header for header in self.headers if header[0] not in changed]
        self.packed_headers = [*kept, *changed.items()]
        self.packed = packed  # last: other threads look at it first


class Shelf:
    """Pages of one edition by key: bounded in bytes and number, the least asked for goes first."""

    def __init__(self, most_bytes: int, most_pages: int = MOST_PAGES) -> None:
        self.most_bytes = most_bytes
        self.most_pages = most_pages
        self.byte_size = 0
        self._edition: Edition | None = None
        self._pages: OrderedDict[Key, Page] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._pages)

    def find(self, key: Key, edition: Edition) -> Page | None:
        """Returns the page of this edition; who first asks for another clears the shelf."""
        with self._lock:
            if edition != self._edition:
                self._pages.clear()
                self.byte_size = 0
                self._edition = edition
                return None
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def keep(self, key: Key, page: Page, edition: Edition) -> None:
        """Keeps a page, unless another edition came in between or it is too large."""
        if page.byte_size > min(LARGEST_BYTES, self.most_bytes // 16):
            return
        with self._lock:
            if edition == self._edition:
                self._put(key, page)

    def pack(self, key: Key, page: Page) -> None:
        """Makes the gzip variant of a page that is kept."""
        size = page.byte_size
        page.pack()  # outside the lock: others need not wait for it
        with self._lock:
            if self._pages.get(key) is page:
                self.byte_size -= size
                del self._pages[key]
                self._put(key, page)

    def _put(self, key: Key, page: Page) -> None:
        old = self._pages.pop(key, None)
        if old is not None:
            self.byte_size -= old.byte_size
        self._pages[key] = page
        self.byte_size += page.byte_size
        while self.byte_size > self.most_bytes or len(self._pages) > self.most_pages:
            _, gone = self._pages.popitem(last=False)
            self.byte_size -= gone.byte_size


class Front:
    """A WSGI application around Django's that keeps its finished public answers."""

    def __init__(self, application: WSGIApplication, *, megabytes: int) -> None:
        self.application = application
        # Two shelves: no flood of searches pushes out the pages themselves.
        self.plain = Shelf(megabytes * MEGABYTE // 2)
        self.queried = Shelf(megabytes * MEGABYTE // 2)
        self._other_rooms = (*freshness.OTHER_ROOMS, settings.STATIC_URL)
        self._proxy_header: tuple[str, str] | None = settings.SECURE_PROXY_SSL_HEADER
        self._redirects = bool(settings.SECURE_SSL_REDIRECT)
        # Per front, since settings may differ between two of them.
        self._is_ours = lru_cache(maxsize=256)(is_ours)
        build_id()  # now, while the files are those that this process runs

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        key = self.key_of(environ)
        if key is None:
            return self.application(environ, start_response)
        environ[EDITION] = edition = _read()
        if isinstance(edition, Error):
            # Django says 503: nothing is handed out unchecked.
            return self.application(environ, start_response)
        shelf = self.queried if key[1] else self.plain
        page = shelf.find(key, edition)
        takes_gzip = freshness.accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")[:500])
        told = environ.get("HTTP_IF_NONE_MATCH")
        if told and (found := _held(told, page, key, edition, takes_gzip=takes_gzip)):
            start_response("304 Not Modified", _not_modified(found))
            return []
        if page is None:
            return self._ask(environ, start_response, shelf, key, edition, takes_gzip=takes_gzip)
        if takes_gzip and page.packed is None:
            shelf.pack(key, page)
        return _hand_out(page, environ, start_response, takes_gzip=takes_gzip)

    def key_of(self, environ: WSGIEnvironment) -> Key | None:
        """Returns what a kept page is found by; None for a request that goes to Django as it is."""
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        if (
            environ["REQUEST_METHOD"] not in ("GET", "HEAD")
            or "HTTP_COOKIE" in environ
            or "HTTP_AUTHORIZATION" in environ
            or path.startswith(self._other_rooms)
            or environ.get("SCRIPT_NAME")
            or environ.get("CONTENT_LENGTH", "") not in ("", "0")
            or "HTTP_TRANSFER_ENCODING" in environ
            or len(path) > MAX_ADDRESS
            or (query and not is_canonical(query))
        ):
            return None
        if path.startswith(freshness.API) and not (
            freshness.accepts_json(environ.get("HTTP_ACCEPT", "")[:500]) and "view=" not in query
        ):
            return None
        host, is_secure = environ.get("HTTP_HOST", ""), self._is_secure(environ)
        if not self._is_ours(host) or (self._redirects and not is_secure):
            return None
        return path, query, host, is_secure

    def _is_secure(self, environ: WSGIEnvironment) -> bool:
        """Says whether the client used TLS, as `HttpRequest.is_secure` does."""
        if self._proxy_header:
            told = environ.get(self._proxy_header[0])
            if told is not None:
                return str(told).partition(",")[0].strip() == self._proxy_header[1]
        return bool(environ["wsgi.url_scheme"] == "https")

    def _ask(
        self,
        environ: WSGIEnvironment,
        start_response: StartResponse,
        shelf: Shelf,
        key: Key,
        edition: Edition,
        *,
        takes_gzip: bool,
    ) -> Iterable[bytes]:
        """Lets Django answer, and keeps the answer when it is public and finished."""
        said: list[Any] = []

        def hold(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
            said[:] = [status, headers, exc_info]
            return _no_write

        answer = self.application(environ, hold)
        status, headers, exc_info = said
        if not is_keepable(environ, status, headers, key, edition):
            start_response(status, headers, exc_info)
            return answer
        try:
            page = Page(status, headers, b"".join(answer))
        finally:
            if hasattr(answer, "close"):
                answer.close()
        if _read() != edition:
            # Made of two editions, perhaps: right to show, but no other bytes may bear its tag.
            page.headers = [
                *((name, value) for name, value in headers if name not in MARKS),
                ("Cache-Control", freshness.PERSONAL),
            ]
            return _hand_out(page, environ, start_response, takes_gzip=False)
        if takes_gzip:
            page.pack()
        shelf.keep(key, page, edition)
        return _hand_out(page, environ, start_response, takes_gzip=takes_gzip)


def _read() -> Edition | Error:
    """Returns the edition as it stands now, or why it cannot be read."""
    try:
        return Edition.read()
    except Error as error:
        return error
    finally:
        give_back()


MARKS = ("ETag", "Cache-Control")


def _no_write(_: bytes) -> None:
    raise NotImplementedError("Django never calls what start_response returns")


def _held(told: str, page: Page | None, key: Key, edition: Edition, *, takes_gzip: bool) -> str:
    """Returns the tag of what the client may go on using, "" when it must be sent anew."""
    if page is None:
        tag = freshness.tag_of(edition, key[0], key[1])
    elif not page.is_found:
        return ""
    elif told.strip() == "*":
        return page.tag
    else:
        tag = page.tag
    return freshness.held(told, tag, accepts_gzip=takes_gzip)


def _not_modified(tag: str) -> Headers:
    return [("ETag", tag), ("Cache-Control", freshness.PUBLIC), ("Vary", freshness.VARY)]


def _hand_out(
    page: Page, environ: WSGIEnvironment, start_response: StartResponse, *, takes_gzip: bool
) -> Iterable[bytes]:
    packed = page.packed if takes_gzip else None
    # A list of its own: servers may add to it.
    start_response(page.status, list(page.headers if packed is None else page.packed_headers))
    if environ["REQUEST_METHOD"] == "HEAD":
        return []
    return [page.body if packed is None else packed]


def is_keepable(
    environ: WSGIEnvironment, status: str, headers: Headers, key: Key, edition: Edition
) -> bool:
    """Says whether an answer is public, of this edition and finished: no stream, no HEAD."""
    if environ["REQUEST_METHOD"] != "GET" or not status.startswith(KEPT_STATUSES):
        return False
    told = {name.lower(): value for name, value in headers}
    size = told.get("content-length", "")
    return (
        len(told) == len(headers)  # nothing is said twice
        and told.get("etag") == freshness.tag_of(edition, key[0], key[1], status=int(status[:3]))
        and told.get("cache-control") == freshness.PUBLIC
        and told.get("vary") == freshness.VARY
        and "set-cookie" not in told
        and "content-encoding" not in told
        and size.isdigit()
        and int(size) <= LARGEST_BYTES
    )


def is_canonical(query: str) -> bool:
    """Says whether a query string names each parameter once, with a value, in plain characters."""
    if len(query) > MAX_ADDRESS or not QUERY.fullmatch(query):
        return False
    names = [pair.partition("=")[0] for pair in query.split("&")]
    return len(set(names)) == len(names)


def is_ours(host: str) -> bool:
    """Says whether Django would answer to this `Host`, which is spelled plainly."""
    if len(host) > 255 or host != host.lower():
        return False
    domain, _ = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def with_front(application: WSGIApplication) -> WSGIApplication:
    """Returns the application behind a front of `FRONT_MEGABYTES`, or as it is with 0."""
    megabytes: int = settings.FRONT_MEGABYTES
    return Front(application, megabytes=megabytes) if megabytes else application
