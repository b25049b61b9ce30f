"""The connection below a capture: to a checked address, counted, timed and kept byte for byte."""

from __future__ import annotations

import ssl
import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpcore
from django.conf import settings

from sources import safenet
from sources.errors import CaptureFailed

FETCH_SECONDS = 20.0  # all hops together; reading what came has 18 more (sources.reader)
CONNECT_SECONDS = 10.0
SILENCE_SECONDS = 12.0  # between two pieces of an answer
MOST_BYTES = 20 * 1024 * 1024  # as sent, and again as unpacked
MOST_HEADER_BYTES = 64 * 1024
MOST_REDIRECTS = 6

WORDS = {
    "slow": "the server took longer than {seconds:.0f} seconds: try again later",
    "silent": "the server stopped answering: try again later",
    "closed": "the server could not be reached: try again later",
    "tls": "the server's certificate or encryption is not in order",
    "garbled": "the server broke off or did not answer in HTTP",
    "large": "the page is larger than {megabytes} MB",
    "header": "the server sent a header that is too large",
    "packed": "the page was packed in a way that cannot be unpacked",
    "longer": "the answer is longer than the server says it is",
    "loop": "the server leads round in circles: more than {redirects} redirects",
    "empty": "the server sent an empty page",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much; the defaults are for real pages, tests choose smaller ones."""

    seconds: float = FETCH_SECONDS
    connect_seconds: float = CONNECT_SECONDS
    silence_seconds: float = SILENCE_SECONDS
    most_bytes: int = MOST_BYTES
    most_redirects: int = MOST_REDIRECTS

    def failed(self, what: str, *, may_pass: bool = False) -> CaptureFailed:
        words = WORDS[what].format(
            seconds=self.seconds,
            megabytes=self.most_bytes // (1024 * 1024),
            redirects=self.most_redirects,
        )
        return CaptureFailed(words, may_pass=may_pass)


def ports() -> frozenset[int]:
    """Returns the ports of other sites that may be opened."""
    return frozenset(settings.CAPTURE_PORTS)


@cache  # loading the authorities takes 20 ms
def tls() -> ssl.SSLContext:
    return ssl.create_default_context()


class Network(httpcore.NetworkBackend):
    """Connects to checked addresses only; counts, times and keeps what goes through."""

    def __init__(self, deadline: float, limits: Limits) -> None:
        self.deadline = deadline
        self.limits = limits
        # Until the header is read: interim answers count too, and there may be many of them.
        self.most_bytes = 4 * MOST_HEADER_BYTES
        self.ip = ""
        self.stream: _Counted | None = None

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        allow_loopback = settings.CAPTURE_ALLOWS_LOOPBACK
        literal = host.strip("[]").rstrip(".")
        target = safenet.parse(
            f"http://[{literal}]:{port}" if ":" in literal else f"http://{literal}:{port}",
            ports=ports() | ({port} if allow_loopback else frozenset()),
            allow_loopback=allow_loopback,
        )
        addresses = safenet.checked(
            target.host,
            port,
            timeout_seconds=self.left(timeout),
            allow_loopback=allow_loopback,
        )
        failure: Exception = httpcore.ConnectError("no address")
        for address in addresses:
            try:
                inner = httpcore.SyncBackend().connect_tcp(
                    address, port, self.left(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            self.ip = address
            self.stream = _Counted(inner, self)
            return self.stream
        raise failure

    def connect_unix_socket(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        raise safenet.refused()

    def left(self, timeout: float | None) -> float:
        """Returns how long the next step may take; raises when the whole time is up."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the whole time is up")
        return left if timeout is None else min(left, timeout)

    def sent(self) -> bytes:
        return b"".join(self.stream.tally.sent) if self.stream else b""

    def received(self) -> bytes:
        return b"".join(self.stream.tally.received) if self.stream else b""

    def refuse_excess(self) -> None:
        """Raises when more came than the answer said: what we have of it may be cut off."""
        received = self.received()
        head, _, rest = _last_header(received).partition(b"\r\n\r\n")
        for line in head.lower().split(b"\r\n"):
            name, _, value = line.partition(b":")
            is_length = name == b"content-length" and value.strip().isdigit()
            if is_length and len(rest) > int(value):
                raise self.limits.failed("longer", may_pass=True)


def _last_header(received: bytes) -> bytes:
    """Skips interim answers (HTTP 1xx), which have no body."""
    while received[:9].upper() in (b"HTTP/1.1 ", b"HTTP/1.0 ") and received[9:10] == b"1":
        received = received.partition(b"\r\n\r\n")[2]
    return received


@dataclass(slots=True)
class _Tally:
    sent: list[bytes] = field(default_factory=list)
    received: list[bytes] = field(default_factory=list)
    received_bytes: int = 0


class _Counted(httpcore.NetworkStream):
    """A connection that ends when the time or the number of bytes is used up."""

    def __init__(
        self, inner: httpcore.NetworkStream, network: Network, tally: _Tally | None = None
    ) -> None:
        self.inner = inner
        self.network = network
        self.tally = tally or _Tally()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        piece = self.inner.read(max_bytes, self.network.left(timeout))
        self.tally.received.append(piece)
        self.tally.received_bytes += len(piece)
        if self.tally.received_bytes > self.network.most_bytes:
            is_header = self.network.most_bytes == 4 * MOST_HEADER_BYTES
            raise self.network.limits.failed("header" if is_header else "large")
        return piece

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.tally.sent.append(buffer)
        self.inner.write(buffer, self.network.left(timeout))

    def close(self) -> None:
        self.inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        inner = self.inner.start_tls(ssl_context, server_hostname, self.network.left(timeout))
        return _Counted(inner, self.network, self.tally)

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)
