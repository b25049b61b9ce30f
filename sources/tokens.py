"""A page in the pieces that a browser's tokenizer tells apart (HTML §13.2.5), without a tree.

One thing of the tree is known: whether a place is inside a drawing or a formula (`svg`, `math`),
since there, and only there, `<![CDATA[…]]>` is text that readers see. lxml takes it for a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import NamedTuple

# Name and value of an attribute as HTML §13.2.5.32 reads them: quotes count after "=" alone. No
# part of it ever gives a character back, so a tag takes as long as it is. (A group that is kept
# inside such a part fails in Python 3.11.)
TAG = re.compile(
    r"""<(/?)([a-zA-Z][^\s/>]*+)
    (?:[\s/]++|[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+)?+)*+
    (?:>|\Z)""",
    re.VERBOSE,
)
COMMENT_END = re.compile("--!?>")
SHORT_COMMENT_END = re.compile("-?>")
# In these "<" is a letter until their own end tag; in the last ones "&" is a letter too.
KEPT_WHOLE = frozenset({"textarea", "title"})
RAW = frozenset({"script", "style", "xmp", "iframe", "noembed", "noframes"})
RAW_END = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in RAW | KEPT_WHOLE}
OPENERS = frozenset({"svg", "math", "plaintext", *RAW_END})
CDATA, CDATA_END = "<![CDATA[", "]]>"
FOREIGN = re.compile("<(svg|math)", re.IGNORECASE)
VOID = frozenset((
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input",
    "keygen", "link", "meta", "param", "source", "track", "wbr",
))  # fmt: skip
# Inside these the page goes on in HTML (HTML §13.2.6, integration points).
HTML_INSIDE = {
    "svg": frozenset({"foreignobject", "desc", "title"}),
    "math": frozenset({"mi", "mo", "mn", "ms", "mtext", "annotation-xml"}),
}
# And these end a drawing that was left open (HTML §13.2.6.5).
BREAK_OUT = frozenset((
    "b", "big", "blockquote", "body", "br", "center", "code", "dd", "div", "dl", "dt", "em",
    "embed", "h1", "h2", "h3", "h4", "h5", "h6", "head", "hr", "i", "img", "li", "listing",
    "menu", "meta", "nobr", "ol", "p", "pre", "ruby", "s", "small", "span", "strong", "strike",
    "sub", "sup", "table", "tt", "u", "ul", "var",
))  # fmt: skip
MOST_DEEP = 100  # drawings inside drawings; what is deeper is taken for the same


class Token(NamedTuple):
    """A piece of a page, and where it stands: code points `start` to `end`.

    `kind` is "text" (its references stand for letters), "raw" (as it stands; `name` says in which
    element, "" in a CDATA section), "start", "end", or "gone" for what opens nothing.
    """

    kind: str
    start: int
    end: int
    name: str = ""


def tokens(html: str, *, is_xml: bool = False) -> Iterator[Token]:
    """Yields all tokens in order, in time that grows with the page; never fails.

    `is_xml` says that CDATA sections are text everywhere. A CDATA section is yielded without its
    marks, and what ends a page too early (a comment, a tag) ends with the page.
    """
    inside = _Inside()
    here, text_from, length = 0, 0, len(html)
    while (tag := html.find("<", here)) >= 0:
        token: Token | None = None
        name, is_raw = "", False
        if match := TAG.match(html, tag):
            here, name = match.end(), match[2].lower()
            kind = "end" if match[1] else "start"
            # Looked at only where it matters: a page may have a million tags.
            if inside.is_open or name in OPENERS:
                is_shown, is_raw = inside.pass_by(match, name)
                kind = kind if is_shown else "gone"
            token = Token(kind, tag, here, name)
        else:
            token, here = _other(html, tag, is_cdata=is_xml or inside.is_foreign)
        if token is None:
            continue
        if text_from < tag:
            yield Token("text", text_from, tag)
        yield token
        if is_raw:
            closed = RAW_END[name].search(html, here) if name in RAW_END else None
            start, here = here, closed.start() if closed else length
            yield Token("text" if name in KEPT_WHOLE else "raw", start, here, name)
        text_from = here
    if text_from < length:
        yield Token("text", text_from, length)


def _other(html: str, tag: int, *, is_cdata: bool) -> tuple[Token | None, int]:
    """Returns what begins at a "<" that opens no tag, and where the page goes on behind it.

    None is a letter like any other.
    """
    if html.startswith(CDATA, tag) and is_cdata:
        start = tag + len(CDATA)
        end = html.find(CDATA_END, start)
        end, after = (end, end + len(CDATA_END)) if end >= 0 else (len(html), len(html))
        return Token("raw", start, end), after
    if html.startswith("<!--", tag):
        closed = SHORT_COMMENT_END.match(html, tag + 4) or COMMENT_END.search(html, tag + 4)
        end = closed.end() if closed else len(html)
    elif html.startswith(("<!", "<?", "</"), tag) and tag + 2 < len(html):
        end = html.find(">", tag) + 1 or len(html)
    else:
        return None, tag + 1
    return Token("gone", tag, end), end


class _Inside:
    """The drawings and formulas that are open, and in them the elements; outside them nothing."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._worlds: list[str] = []  # of each: "svg", "math" or "html"

    @property
    def is_open(self) -> bool:
        return bool(self._worlds)

    @property
    def is_foreign(self) -> bool:
        return bool(self._worlds) and self._worlds[-1] != "html"

    def pass_by(self, tag: re.Match[str], name: str) -> tuple[bool, bool]:
        """Takes a tag in; says whether it opens or ends anything, and whether raw text follows."""
        if self.is_foreign and not self._is_html_inside() and _breaks_out(name, tag):
            while self.is_foreign and not self._is_html_inside():
                self._pop()
        if tag[1]:
            if name in self._names:
                while self._pop() != name:
                    pass
            return True, False
        is_closed = tag[0].endswith("/>") and not _ends_in_value(tag[0])
        if self.is_foreign and not self._is_html_inside():
            if is_closed:
                return False, False
            self._push(name, self._worlds[-1])
        elif name in ("svg", "math"):
            if is_closed:
                return False, False
            self._push(name, name)
        elif name in OPENERS:
            return True, True
        elif name not in VOID:
            self._push(name, "html")
        return True, False

    def _is_html_inside(self) -> bool:
        return self._names[-1] in HTML_INSIDE[self._worlds[-1]]

    def _push(self, name: str, world: str) -> None:
        if len(self._names) < MOST_DEEP:
            self._names.append(name)
            self._worlds.append(world)

    def _pop(self) -> str:
        self._worlds.pop()
        return self._names.pop()


def _breaks_out(name: str, tag: re.Match[str]) -> bool:
    if tag[1]:
        return name in ("p", "br")
    return name in BREAK_OUT or (
        name == "font" and bool(re.search(r"\s(color|face|size)\b", tag[0], re.IGNORECASE))
    )


def _ends_in_value(tag: str) -> bool:
    """Says whether "/" before the ">" is the end of a value without quotes, as in `<a href=b/>`."""
    last = tag.split()[-1]
    return "=" in last and last[-3] not in "\"'"


def cdata_as_text(html: str, *, is_xml: bool = False) -> str:
    """Returns the page with what is text in CDATA sections written as any other text."""
    if CDATA not in html or not (is_xml or FOREIGN.search(html)):
        return html
    pieces: list[str] = []
    done = 0
    apart = "<!---->"  # what stands before must not make a tag or a reference of it
    for token in tokens(html, is_xml=is_xml):
        if token.kind == "raw" and not token.name:
            pieces += (
                html[done : token.start - len(CDATA)],
                apart,
                escape(html[token.start : token.end], quote=False),
            )
            done = token.end
            if html.startswith(CDATA_END, done):
                done += len(CDATA_END)
    return "".join((*pieces, html[done:]))
