"""The one door out: fetches a page from a public address, within limits (DESIGN §10.5).

Nothing else opens a connection to another site. Each hop of a redirect is a connection of its own,
to an address that `safenet` checked, without cookies, proxies or anything else remembered.
It touches no row and no file, and must not be called inside a transaction: it may take a while.
"""

from __future__ import annotations

import ssl
import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

import httpcore
import httpx
from django.conf import settings

from sources import safenet, wire
from sources.errors import CaptureFailed
from sources.wire import MOST_HEADER_BYTES, Limits, Network

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAY_PASS = frozenset({408, 409, 421, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
GONE = frozenset({404, 410})
REFUSES_US = frozenset({401, 402, 403, 407, 451})
UNPACKED = frozenset({"", "identity", "none", "utf-8"})  # what is seen there, and packs nothing


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, byte for byte as they went over the wire (inside TLS)."""

    url: str
    at: datetime
    ip: str
    request: bytes
    response: bytes


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as it was answered: `body` is unpacked, `exchanges` has every hop, the last one last.

    `is_unchanged` is a 304: there is no body, the copy that was named in the request still holds.
    """

    url: str
    final_url: str
    http_status: int
    headers: dict[str, str]  # names in lower case, the first of each
    body: bytes
    exchanges: tuple[Exchange, ...]
    fetched_at: datetime
    seconds: float

    @property
    def is_unchanged(self) -> bool:
        return self.http_status == 304

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "")

    @property
    def etag(self) -> str:
        return self.headers.get("etag", "")[:500]

    @property
    def last_modified(self) -> str:
        return self.headers.get("last-modified", "")[:100]


def fetch(
    url: str,
    *,
    etag: str = "",
    last_modified: str = "",
    tagged_url: str = "",
    wants_body: bool = True,
    limits: Limits | None = None,
) -> Fetched:
    """Fetches a page, or raises `CaptureFailed` with the reason in words.

    With `etag` or `last_modified` of the copy that is kept it may come back unchanged, without a
    body; they are sent to `tagged_url` alone, where the copy came from (`url` when it is not given).
    Without `wants_body` it only finds out whether the page is still there.
    """
    limits = limits or Limits()
    started = time.monotonic()
    deadline = started + limits.seconds
    exchanges: list[Exchange] = []
    asked = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    conditions = {name: value for name, value in asked.items() if value}
    here, tagged_url = url, tagged_url or url
    for _ in range(limits.most_redirects + 1):
        sent = conditions if here == tagged_url else {}
        answer = _ask(here, sent, deadline, limits, wants_body=wants_body)
        exchanges.append(answer.exchange)
        if answer.status in REDIRECTS and "location" in answer.headers:
            here = _join(here, answer.headers["location"])
            continue
        _refuse_status(answer, has_conditions=bool(sent))
        if wants_body and answer.status != 304 and not answer.body.strip():
            raise limits.failed("empty", may_pass=True)
        return Fetched(
            url=url,
            final_url=here,
            http_status=answer.status,
            headers=answer.headers,
            body=answer.body,
            exchanges=tuple(exchanges),
            fetched_at=answer.exchange.at,
            seconds=time.monotonic() - started,
        )
    raise limits.failed("loop")


def _join(here: str, location: str) -> str:
    try:
        return urljoin(here, location.strip().replace(" ", "%20"))
    except ValueError as error:
        raise safenet.refused() from error


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    exchange: Exchange


def _refuse_status(answer: _Answer, *, has_conditions: bool) -> None:
    status = answer.status
    if status in GONE:
        words = f"the page is not there any more (HTTP {status})"
        raise CaptureFailed(words, is_gone=True, http_status=status)
    if status == 304 and has_conditions:
        return
    if status in REFUSES_US:
        words = f"the server does not show this page to us (HTTP {status})"
        raise CaptureFailed(words, http_status=status)
    if status not in (200, 203):
        words = f"the server answered with HTTP {status} and not with the page"
        raise CaptureFailed(words, may_pass=status in MAY_PASS, http_status=status)


def _ask(
    url: str, conditions: dict[str, str], deadline: float, limits: Limits, *, wants_body: bool
) -> _Answer:
    """Does one request on one connection; redirects are the caller's business."""
    target = safenet.parse(url, ports=wire.ports(), allow_loopback=settings.CAPTURE_ALLOWS_LOOPBACK)
    network = Network(deadline, limits)
    headers = {
        "User-Agent": settings.CAPTURE_USER_AGENT,
        "Accept": "text/html,application/xhtml+xml,application/pdf,text/plain,*/*;q=0.5",
        "Accept-Encoding": "gzip, deflate",
        "Accept-Language": "*",
        "Connection": "close",
        **conditions,
    }
    at = datetime.now(UTC)
    try:
        with (
            httpx.Client(
                transport=_Transport(network), trust_env=False, follow_redirects=False
            ) as client,
            client.stream(
                "GET",
                target.url,
                headers=headers,
                timeout=httpx.Timeout(limits.silence_seconds, connect=limits.connect_seconds),
            ) as response,
        ):
            size = sum(len(name) + len(value) + 4 for name, value in response.headers.raw)
            if size > MOST_HEADER_BYTES:
                raise limits.failed("header")
            network.most_bytes = limits.most_bytes + size
            has_body = response.status_code in (200, 203) and wants_body
            body = b"".join(_unpacked(response, limits)) if has_body else b""
            if has_body:
                network.refuse_excess()
    except CaptureFailed:
        raise
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpcore.UnsupportedProtocol) as error:
        raise safenet.refused() from error
    except (httpcore.TimeoutException, httpx.TimeoutException) as error:
        what = "slow" if time.monotonic() >= deadline else "silent"
        raise limits.failed(what, may_pass=True) from error
    except (httpcore.ConnectError, httpx.ConnectError) as error:
        what = "tls" if _has_cause(error, ssl.SSLError) else "closed"
        raise limits.failed(what, may_pass=True) from error
    except (httpcore.ProtocolError, httpcore.NetworkError, httpx.HTTPError, OSError) as error:
        raise limits.failed("garbled", may_pass=True) from error
    named: dict[str, str] = {}
    for name, value in response.headers.multi_items():
        named.setdefault(name.lower(), value)
    exchange = Exchange(target.url, at, network.ip, network.sent(), network.received())
    return _Answer(response.status_code, named, body, exchange)


def _has_cause(error: BaseException | None, kind: type[BaseException]) -> bool:
    while error is not None:
        if isinstance(error, kind):
            return True
        error = error.__cause__ or error.__context__
    return False


def _unpacked(response: httpx.Response, limits: Limits) -> Iterator[bytes]:
    """Yields the body, unpacked a little at a time: a small answer can be a mountain inside."""
    packing = response.headers.get("content-encoding", "").strip().lower()
    pieces: Iterable[bytes] = response.iter_raw()
    if packing not in UNPACKED:
        pieces = _inflated(pieces, packing, limits)
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limits.most_bytes:
            raise limits.failed("large")
        yield piece


def _inflated(pieces: Iterable[bytes], packing: str, limits: Limits) -> Iterator[bytes]:
    if packing not in ("gzip", "x-gzip", "deflate"):
        raise limits.failed("packed")
    unpack: Any = None
    for piece in pieces:
        if unpack is None:
            # "deflate" is sent with and without a head; its head is 0x78 for every server seen.
            is_bare = packing == "deflate" and piece[:1] != b"\x78"
            unpack = zlib.decompressobj(-zlib.MAX_WBITS if is_bare else zlib.MAX_WBITS | 32)
        rest = piece
        try:
            while rest:
                yield unpack.decompress(rest, 256 * 1024)
                rest = unpack.unconsumed_tail
                if unpack.eof:
                    if not (rest := unpack.unused_data).startswith(b"\x1f\x8b"):
                        break  # filling after the end, which every browser leaves out as well
                    unpack = zlib.decompressobj(zlib.MAX_WBITS | 32)
        except zlib.error as error:
            raise limits.failed("packed") from error
    if unpack is not None:
        yield unpack.flush()
    if unpack is None or not unpack.eof:
        raise limits.failed("packed", may_pass=True)


# ---- between httpx and the connection ---------------------------------------------------------


class _Transport(httpx.BaseTransport):
    """One request on one connection of a network of ours; nothing is kept open after it."""

    def __init__(self, network: Network) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=wire.tls(),
            max_connections=1,
            max_keepalive_connections=0,
            network_backend=network,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Stream(answer),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        self._pool.close()


class _Stream(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()
