"""What a page links to, and the addresses that it names as its own. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

from sources.canonical import canonical_address
from sources.errors import Invalid

MOST_BYTES = 2_000_000
MOST_LINKS = 500


@dataclass(slots=True)
class PageLinks:
    """Canonical addresses: `own` from rel=canonical and rel=amphtml, `out` from the page's links."""

    own: list[str] = field(default_factory=list)
    out: list[str] = field(default_factory=list)


def links_of(content: bytes, address: str) -> PageLinks:
    """Returns the links of an HTML page that was read at an address; broken HTML is no matter."""
    reader = _Reader(address)
    reader.feed(content[:MOST_BYTES].decode("utf-8", errors="replace"))
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.found = PageLinks()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("a", "link"):
            return
        told = {name: value or "" for name, value in attrs}
        if tag == "a":
            self._add(self.found.out, told.get("href", ""))
        elif {"canonical", "amphtml"} & set(told.get("rel", "").lower().split()):
            self._add(self.found.own, told.get("href", ""))

    def _add(self, found: list[str], href: str) -> None:
        if not href or len(found) >= MOST_LINKS:
            return
        try:
            address = canonical_address(urljoin(self.address, href.strip()))
        except (Invalid, ValueError):
            return  # mailto:, javascript:, and what is no address at all
        if address not in found:
            found.append(address)
