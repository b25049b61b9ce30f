"""What a page links to, and the addresses that it names as its own. It runs in `sources.reader`."""

from __future__ import annotations

from urllib.parse import urljoin

from lxml.html import HtmlElement

from sources.canonical import MAX_LENGTH, canonical_address
from sources.errors import Invalid
from sources.readings import PageLinks

MOST_LINKS = 500  # of each kind
MOST_LOOKED_AT = 5_000


def links_in(tree: HtmlElement, address: str) -> PageLinks:
    """Returns the links of a page that was read at an address, the first of them."""
    own: dict[str, None] = {}
    out: dict[str, None] = {}
    for count, node in enumerate(tree.iter("a", "link")):
        if count >= MOST_LOOKED_AT:
            break
        if node.tag == "a":
            found = out
        elif {"canonical", "amphtml"} & set((node.get("rel") or "").lower().split()):
            found = own
        else:
            continue
        href = (node.get("href") or "").strip()
        if not href or len(href) > MAX_LENGTH or len(found) >= MOST_LINKS:
            continue
        try:
            found[canonical_address(urljoin(address, href))] = None
        except (Invalid, ValueError):
            continue  # mailto:, javascript:, and what is no address at all
    return PageLinks(tuple(own), tuple(out))
