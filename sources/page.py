"""A web page to text and to what it says about itself. No network, no settings, no database.

It runs in a process of its own (`sources.reader`): parsers meet whatever a hostile server made.
"""

from __future__ import annotations

import copy
import re
from collections import Counter
from contextlib import suppress
from datetime import date
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from trafilatura import extract as extract_article
from trafilatura import extract_metadata

from sources.pagelinks import links_in
from sources.readings import About, Reading, tidy

# Nothing of these is shown to a reader.
UNSEEN = (
    "script", "style", "template", "head", "iframe", "embed", "datalist", "audio",
    "video", "canvas",
)  # fmt: skip
# And these are not what the page is about.
AROUND = ("nav", "header", "footer", "aside", "form", "button", "select", "dialog", "menu")
BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd",
    "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main",
    "menu", "nav", "ol", "optgroup", "option", "p", "pre", "section", "summary", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "ul",
))  # fmt: skip
APART = frozenset({"pre", "textarea", "listing", "xmp", "plaintext"})
# The article may leave out so much of the text before we take the whole text instead: a quote that
# was left out could not be cited.
MOST_LEFT_OUT = 0.15
# On a page as short as this nothing is only around.
SHORT_PAGE = 1_000
# And in one as long as a book what is around is little, and finding the article takes too long.
LONG_PAGE = 150_000
# What stands after them belongs to the page for a browser, and would be dropped by the parser.
ENDS = re.compile(r"</(body|html)\s*>", re.IGNORECASE)
XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)


def read_page(html: str, *, url: str = "") -> Reading:
    """Returns the text of a page, a block a line, what it says about itself and its links."""
    tree = _tree(html)
    if tree is None:
        return Reading("")
    about, links = _about(tree, url), links_in(tree, url)
    return Reading(_text(tree), about=about, links=links)


def _text(tree: HtmlElement) -> str:
    whole = whole_text(tree, leave=(*UNSEEN, *AROUND))
    if len(whole) <= SHORT_PAGE and len(everything := whole_text(tree)) <= 2 * SHORT_PAGE:
        return tidy(everything)
    # Some pages put all they say into what others put around it.
    whole = whole or whole_text(tree)
    if len(whole) > LONG_PAGE:
        return tidy(whole)
    with suppress(etree.LxmlError, ValueError, TypeError, AttributeError, RecursionError):
        article = tidy(
            extract_article(
                copy.deepcopy(tree),
                include_comments=False,
                include_tables=True,
                favor_recall=True,
                output_format="txt",
            )
            or ""
        )
        if article and _share_missing(whole, article) <= MOST_LEFT_OUT:
            return article
    return tidy(whole)


def whole_text(tree: HtmlElement, *, leave: tuple[str, ...] = UNSEEN) -> str:
    """Returns all text that a reader sees, a block a line; what is in `leave` is left out."""
    pieces: list[str] = []
    left = frozenset(leave)
    skipping: Any = None
    kept_apart = 0  # inside <pre>, where a line break is one

    def add(text: str | None) -> None:
        if text:
            pieces.append(text if kept_apart else " ".join(f".{text}.".split())[1:-1])

    # By hand and not by recursion: a page can be nested thousands deep.
    for event, node in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            if skipping is None:
                add(node.tail)
        elif event == "start" and skipping is None:
            if node.tag in left or _is_hidden(node):
                skipping = node
                continue
            if node.tag in BLOCKS:
                pieces.append("\n")
            kept_apart += node.tag in APART
            add(node.text)
        elif event == "end" and skipping in (None, node):
            if skipping is None:
                kept_apart -= node.tag in APART
            skipping = None
            pieces.append("\n" if node.tag in BLOCKS else " " if node.tag in left else "")
            if node is not tree:
                add(node.tail)
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _is_hidden(node: HtmlElement) -> bool:
    return "hidden" in node.attrib and node.get("hidden") != "until-found"


def _tree(html: str) -> HtmlElement | None:
    html = ENDS.sub("", html)
    html = XML_DECLARATION.sub("", html.replace("\0", "\N{REPLACEMENT CHARACTER}"), count=1)
    if not html.strip():
        return None
    # In bytes with a known charset: lxml would believe the page's own declaration.
    parser = HTMLParser(encoding="utf-8", huge_tree=False, remove_pis=False)
    try:
        tree = document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError):
        return None
    return tree if isinstance(tree, HtmlElement) else None


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _share_missing(whole: str, article: str) -> float:
    """Says which share of the words of the whole text the article does not have."""
    words = Counter(_words(whole))
    missing = words - Counter(_words(article))
    return missing.total() / words.total() if words else 0.0


def _about(tree: HtmlElement, url: str) -> About:
    found: Any = None
    with suppress(etree.LxmlError, ValueError, TypeError, AttributeError, RecursionError, KeyError):
        found = extract_metadata(copy.deepcopy(tree), default_url=url or None, extensive=False)
    canonical = _link(tree, "canonical")
    return About(
        title=_line(found and found.title, 500),
        author=_line(found and found.author, 300),
        published_on=_day(found and found.date),
        site=_line(found and found.sitename, 200),
        language=_language(tree),
        canonical_url=_absolute(canonical, url),
    )


def _line(value: Any, most: int) -> str:
    return " ".join(tidy(str(value or "")[: 10 * most]).split())[:most].strip()


def _day(value: Any) -> str:
    try:
        day = date.fromisoformat(str(value or "")[:10])
    except ValueError:
        return ""
    return day.isoformat() if 1900 <= day.year <= 2200 else ""


def _language(tree: HtmlElement) -> str:
    said = [
        tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "",
        *tree.xpath("//meta[@property='og:locale']/@content"),
        *tree.xpath("//meta[translate(@http-equiv,'CL','cl')='content-language']/@content"),
    ]
    for value in said:
        code = str(value).strip().replace("_", "-")
        if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", code):
            return code
    return ""


def _link(tree: HtmlElement, relation: str) -> str:
    for node in tree.iter("link"):
        if relation in (node.get("rel") or "").lower().split():
            return str(node.get("href") or "").strip()
    return ""


def _absolute(link: str, url: str) -> str:
    if not link or re.search(r"[\s<>\"\\]", link):
        return ""
    try:
        address = urljoin(url, link)
        parts = urlsplit(address)
    except ValueError:
        return ""
    is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
    return address if is_address and len(address) <= 2000 else ""
