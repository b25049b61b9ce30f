"""Which addresses may be opened: http and https, known ports, public hosts. Opens nothing itself.

An address is looked at twice. `parse` reads its spelling. `look_up` finds the network addresses
behind its host, and the connection is made to exactly those that `checked` let pass: a name
server that answers differently a moment later is never asked again (DESIGN §10.5).

Every refusal says the same, whether a name is unknown, leads into our own network or is spelled
to hide that it does: the words must not tell anybody which hosts exist behind our door.
"""

from __future__ import annotations

import re
import socket
import threading
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit, urlunsplit

from sources.errors import CaptureFailed

REFUSAL = "this address does not lead to a public web page: check its spelling"
SCHEMES = {"http": 80, "https": 443}
PORTS = frozenset({80, 443, 8080, 8443})
MAX_URL = 2000
MOST_ADDRESSES = 16

# Written out, from the registries of special-purpose addresses (RFC 6890 and what followed): what
# `ipaddress` calls global has changed between versions of Python.
CLOSED_V4 = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",  # this host
            "10.0.0.0/8",
            "100.64.0.0/10",  # behind a provider's NAT; some clouds keep their metadata here
            "127.0.0.0/8",
            "168.63.129.16/32",  # the host beneath a virtual machine of Azure
            "169.254.0.0/16",  # link-local: the metadata of most clouds
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",  # relays to 6to4
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and broadcast
        ),
    )
)
# Only this part of IPv6 is given out to anybody. Left out with all else: ::1, ::ffff:0:0/96 (IPv4 in
# disguise), 64:ff9b::/96 (the same, by NAT64), fc00::/7, fe80::/10, ff00::/8.
OPEN_V6 = ip_network("2000::/3")
CLOSED_V6 = tuple(
    map(
        ip_network,
        (
            "2001::/23",  # protocols of their own, Teredo among them
            "2001:db8::/32",
            "2002::/16",  # 6to4 carries an IPv4 address
            "2620:4f:8000::/48",
            "3fff::/20",
        ),
    )
)
LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))

# A host whose last label is a number is an IPv4 address to a browser, in any of these spellings.
NUMBER = re.compile(r"^(\d+|0x[0-9a-f]*)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """An address whose spelling may be opened.

    `host` is in ASCII, without brackets or last dot, and `url` names it in just that spelling: what
    was looked at is what is opened, whatever another reader of addresses would make of the first.
    """

    url: str
    scheme: str
    host: str
    port: int


def parse(url: str, *, ports: frozenset[int] = PORTS, allow_loopback: bool = False) -> Target:
    """Reads an address, or raises `CaptureFailed` when its spelling alone forbids to open it."""
    if len(url) > MAX_URL or re.search(r"[\s\\\x00-\x20\x7f<>\"]", url):
        raise refused()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise refused() from error
    if parts.scheme not in SCHEMES or "@" in parts.netloc or not parts.hostname:
        raise refused()
    if "[" in parts.netloc and ":" not in parts.hostname:
        raise refused()  # the form that RFC 3986 keeps for addresses yet to come
    host = _host(parts.hostname)
    port = SCHEMES[parts.scheme] if port is None else port
    is_loopback = allow_loopback and _is_literal(host) and is_open(host, allow_loopback=True)
    if port not in ports and not (is_loopback and port):
        raise refused()
    netloc = f"[{host}]" if ":" in host else host
    if port != SCHEMES[parts.scheme]:
        netloc += f":{port}"
    plain = urlunsplit((parts.scheme, netloc, parts.path, parts.query, ""))
    return Target(plain, parts.scheme, host, port)


def _host(host: str) -> str:
    host = host.rstrip(".").lower()
    if "%" in host:  # escapes, and the zone of a link-local address
        raise refused()
    if ":" in host:
        try:
            return IPv6Address(host).compressed
        except ValueError as error:
            raise refused() from error
    try:
        host = host.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise refused() from error
    # Folding may have made dots and digits out of letters that looked like some.
    host = host.rstrip(".")
    labels = host.split(".")
    if not all(labels) or len(host) > 253:
        raise refused()
    if NUMBER.match(labels[-1]):
        try:
            return str(IPv4Address(host))  # four decimal numbers: octal, hex and short are refused
        except ValueError as error:
            raise refused() from error
    return host


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_open(address: str, *, allow_loopback: bool = False) -> bool:
    """Says whether a network address is one that the public internet reaches."""
    try:
        found = ip_address(address)  # a zone ("fe80::1%eth0") stays in `scope_id`
    except ValueError:
        return False
    if allow_loopback and any(found in network for network in LOOPBACK):
        return True
    if isinstance(found, IPv6Address):
        return (
            found.scope_id is None
            and found in OPEN_V6
            and not any(found in network for network in CLOSED_V6)
        )
    return not any(found in network for network in CLOSED_V4)


def checked(
    host: str, port: int, *, timeout_seconds: float, allow_loopback: bool = False
) -> list[str]:
    """Returns the network addresses of a host, all of them public; raises `CaptureFailed`.

    One address among them that is not public refuses them all: it would be luck which is taken.
    """
    if _is_literal(host):
        found = [host]
    elif "." in host or allow_loopback:
        found = look_up(host, port, timeout_seconds)
    else:
        raise refused()  # a name without a dot is one of our own network
    if not found or not all(is_open(one, allow_loopback=allow_loopback) for one in found):
        raise refused()
    return list(dict.fromkeys(found))[:MOST_ADDRESSES]


def look_up(host: str, port: int, timeout_seconds: float) -> list[str]:
    """Asks the name servers; returns nothing when they do not know the host or take too long.

    The system's resolver knows no time limit, so it is asked on a thread that may be left behind.
    """
    found: list[str] = []

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        found.extend(str(answer[4][0]) for answer in answers)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(max(timeout_seconds, 0))
    return [] if asking.is_alive() else found


def refused() -> CaptureFailed:
    """Returns the one refusal. It may be tried again: a name can be unknown for a moment."""
    return CaptureFailed(REFUSAL, may_pass=True)
