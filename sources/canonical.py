"""Canonical addresses: spellings of one address that must find one source."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, unquote_to_bytes, urlsplit, urlunsplit

import idna

from sources.errors import Invalid

# Query parameters that tell where a reader came from and never choose a page.
TRACKING = re.compile(
    r"^(utm_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|gad_source|srsltid|msclkid|yclid|ysclid|"
    r"twclid|ttclid|li_fat_id|igshid|igsh|mibextid|mc_[ce]id|mkt_tok|_hsenc|_hsmi|_ga|_gl|"
    r"__twitter_impression|__tn__|guccounter|guce_referrer\w*|oly_enc_id|vero_id|wprov|xtor|"
    r"ref_src|ref_url|cmpid|ocid|smid|smtyp|ns_\w+|at_\w+|wt\.\w+)$",
    re.IGNORECASE,
)
# Parameters that mean so on one site only: who shared it, from where.
TRACKING_AT = {
    "youtube.com": re.compile(r"^(si|feature|pp|ab_channel)$"),
    "youtu.be": re.compile(r"^(si|feature)$"),
    "twitter.com": re.compile(r"^(s|t)$"),
    "x.com": re.compile(r"^(s|t)$"),
}
DEFAULT_PORTS = {"http": 80, "https": 443}
MAX_LENGTH = 2000
MAX_HOST = 253
MAX_LABEL = 63

# What a path, and a query, may have as it is (RFC 3986 §3.3, §3.4); all else is escaped.
UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
IN_PATH = UNRESERVED | frozenset(b"/:@!$&'()*+,;=")
IN_QUERY = UNRESERVED | frozenset(b"/?:@!$'()*+,;=")
ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
NOT_IN_ADDRESS = re.compile(r"[\s\\<>\"\x00-\x20\x7f-\x9f]")
NOT_IN_HOST = re.compile(r"[\x00-\x20#%/:<>?@\[\\\]^|\x7f]")
WEB = re.compile(r"https?://[^\s/]", re.IGNORECASE)
# A fragment that chooses the page, on sites that are one script.
PAGE_IN_FRAGMENT = ("!", "/")


def canonical_address(url: str) -> str:
    """Returns the spelling under which an address is known once (RFC 3986 §6.2.2).

    http and https are one, and so are their ports; `www.` is dropped, tracking parameters and fragments go, escapes are
    upper case and only where they must be, names in other scripts are in punycode, numeric hosts
    are written out, the path has no trailing slash. The result is a key for comparing, not for
    opening: it always starts with https://. Raises `Invalid` for what is no http address.
    """
    text = url.strip()
    if len(text) > MAX_LENGTH:
        raise Invalid(f"shorten the address to {MAX_LENGTH:,} characters", field="url")
    parts = _split(text)
    host = _host(parts)
    port = parts.port
    netloc = host if port in (None, *DEFAULT_PORTS.values()) else f"{host}:{port}"
    path = _resolve_dots(_escaped(parts.path, IN_PATH))
    fragment = parts.fragment if parts.fragment.startswith(PAGE_IN_FRAGMENT) else ""
    found = urlunsplit(
        (
            "https",
            netloc,
            path.rstrip("/"),
            _query(parts.query, host),
            _escaped(fragment, IN_QUERY),
        )
    )
    if len(found) > MAX_LENGTH:  # escapes are longer than what they stand for
        raise Invalid(
            f"shorten the address: it has {len(found):,} characters when letters outside ASCII "
            f"are escaped, and {MAX_LENGTH:,} can be kept",
            field="url",
        )
    return found


def web_address(url: str) -> str:
    """Returns an address that a page may link to; "" for anything else, such as a script."""
    return url if WEB.match(url) else ""


def domain_of(url: str) -> str:
    """Returns the host of an http address in lower case, without `www.`; "" for anything else."""
    try:
        return _host(_split(url.strip()))
    except Invalid:
        return ""


def _split(text: str) -> SplitResult:
    address, _, _ = text.partition("#")
    if NOT_IN_ADDRESS.search(address):
        raise Invalid("take spaces, quotes and backslashes out of the address", field="url")
    try:
        parts = urlsplit(text)
        port = parts.port  # a bad port raises only when it is read
    except ValueError as error:
        raise Invalid("this is not an address: check its spelling", field="url") from error
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or port == 0:
        raise Invalid("give an address that starts with http:// or https://", field="url")
    if parts.username or parts.password:
        raise Invalid("take the user name and password out of the address", field="url")
    return parts


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    try:
        if ":" in host:
            return f"[{ipaddress.IPv6Address(host).compressed}]"
        host = unquote_to_bytes(host).decode("utf-8").removesuffix(".")
        name = _in_ascii(host).lower()
        if (number := _as_ipv4(name)) is not None:
            return str(number)
    except ValueError as error:  # idna's and ipaddress's errors are such, too
        raise Invalid("the host of this address is not a name", field="url") from error
    if not name:
        raise Invalid("the address has no host", field="url")
    labels = name.split(".")
    if len(name) > MAX_HOST or any(not 0 < len(label) <= MAX_LABEL for label in labels):
        raise Invalid("the host of this address is not a name", field="url")
    while name.startswith("www.") and "." in name[4:]:  # www.com is a name of its own
        name = name[4:]
    return name


def _in_ascii(host: str) -> str:
    """Returns a name in punycode (UTS 46); raises ValueError for what is none.

    A plain ASCII name is left alone: there are hosts with underscores, which IDNA forbids.
    """
    name = host
    if not host.isascii() or "xn--" in host.lower():
        name = idna.encode(host, uts46=True).decode("ascii")
    if NOT_IN_HOST.search(name):
        raise ValueError(host)
    return name


def _as_ipv4(host: str) -> ipaddress.IPv4Address | None:
    """Returns the number that a host is, in any of its spellings; None for a name.

    As browsers read it: up to four parts, decimal, octal or hexadecimal, the last one filling
    what is left. Raises ValueError for a host that ends in a number and is no address.
    """
    parts = host.split(".")
    if not re.fullmatch(r"\d+|0x[0-9a-f]*", parts[-1]):
        return None
    if len(parts) > 4:
        raise ValueError(host)
    numbers = [_number(part) for part in parts]
    *most, last = numbers
    if any(number > 255 for number in most) or last >= 256 ** (5 - len(numbers)):
        raise ValueError(host)
    total = last + sum(number * 256 ** (3 - place) for place, number in enumerate(most))
    return ipaddress.IPv4Address(total)


def _number(part: str) -> int:
    if part.startswith("0x"):
        return int(part[2:] or "0", 16)
    return int(part, 8) if len(part) > 1 and part.startswith("0") else int(part)


def _query(query: str, host: str) -> str:
    """Returns the parameters that choose the page, in their order; `a` and `a=` are one."""
    of_site = next(
        (rule for site, rule in TRACKING_AT.items() if host == site or host.endswith(f".{site}")),
        None,
    )
    kept = []
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        name, value = _escaped(name, IN_QUERY), _escaped(value, IN_QUERY)
        if not name and not value:
            continue
        if TRACKING.match(name) or (of_site and of_site.match(name)):
            continue
        kept.append(f"{name}={value}".replace("%20", "+"))
    return "&".join(kept)


def _escaped(text: str, plain: frozenset[int]) -> str:
    """Returns a part with every escape in its one spelling: none where none is needed."""
    out: list[str] = []
    last = 0
    for found in ESCAPE.finditer(text):
        out.append(_quoted(text[last : found.start()], plain))
        byte = int(found.group()[1:], 16)
        out.append(chr(byte) if byte in UNRESERVED else found.group().upper())
        last = found.end()
    out.append(_quoted(text[last:], plain))
    return "".join(out)


def _quoted(text: str, plain: frozenset[int]) -> str:
    return "".join(
        chr(byte) if byte in plain else f"%{byte:02X}"
        for byte in text.encode("utf-8", errors="replace")
    )


def _resolve_dots(path: str) -> str:
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    return "/".join(kept)
