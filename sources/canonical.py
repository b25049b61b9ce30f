"""Canonical addresses: spellings of one address that must find one source."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit, urlunsplit

from sources.errors import Invalid

# Query parameters that tell where a reader came from and never choose a page.
TRACKING = re.compile(
    r"^(utm_\w+|fbclid|gclid|gclsrc|dclid|msclkid|yclid|twclid|igshid|mc_[ce]id|_hsenc|_hsmi|"
    r"ref_src|ref_url|cmpid|ocid|smid|ns_\w+|at_\w+|wt\.\w+)$",
    re.IGNORECASE,
)
DEFAULT_PORTS = {"http": 80, "https": 443}
MAX_LENGTH = 2000


def canonical_address(url: str) -> str:
    """Returns the spelling under which an address is known once (RFC 3986 §6.2.2).

    http and https are one, `www.` is dropped, tracking parameters and fragments go, escapes are
    upper case, the path has no trailing slash. The result is a key for comparing, not for opening:
    it always starts with https://. Raises `Invalid` for what is no http address.
    """
    text = url.strip()
    if len(text) > MAX_LENGTH:
        raise Invalid(f"shorten the address to {MAX_LENGTH:,} characters", field="url")
    parts = _split(text)
    host = _host(parts)
    port = parts.port
    netloc = host if port in (None, DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    pairs = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not TRACKING.match(name)
    ]
    path = quote(_resolve_dots(parts.path), safe="/%:@!$&'()*+,;=~-._")
    path = re.sub(r"%[0-9a-fA-F]{2}", lambda m: m.group().upper(), path)
    return urlunsplit(("https", netloc, path.rstrip("/"), urlencode(pairs), ""))


def domain_of(url: str) -> str:
    """Returns the host of an http address in lower case, without `www.`; "" for anything else."""
    try:
        return _host(_split(url.strip()))
    except Invalid:
        return ""


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        port = parts.port  # a bad port raises only when it is read
    except ValueError as error:
        raise Invalid("this is not an address: check its spelling", field="url") from error
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or port == 0:
        raise Invalid("give an address that starts with http:// or https://", field="url")
    if re.search(r"[\s\\<>\"]", text):
        raise Invalid("take spaces, quotes and backslashes out of the address", field="url")
    if parts.username or parts.password:
        raise Invalid("take the user name and password out of the address", field="url")
    return parts


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        return f"[{host}]"
    try:
        host = host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise Invalid("the host of this address is not a name", field="url") from error
    if not host:
        raise Invalid("the address has no host", field="url")
    return host.lower().removeprefix("www.")


def _resolve_dots(path: str) -> str:
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    return "/".join(kept)
