"""Reading a page as a reader does: the words of `<main>`, its headings and its links."""

from __future__ import annotations

import re
from html.parser import HTMLParser

VOID = {"br", "hr", "img", "input", "link", "meta"}


class _Main(HTMLParser):
    def __init__(self):
        super().__init__()
        self.depth, self.texts, self.links, self.headings, self.open = 0, [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.depth += tag == "main"
        if not self.depth or tag in VOID:
            return
        self.open.append((tag, len(self.texts)))
        if tag == "a":
            self.links.append(dict(attrs).get("href"))

    def handle_endtag(self, tag):
        if not self.depth:
            return
        self.depth -= tag == "main"
        while self.open:
            name, start = self.open.pop()
            if name == tag:
                break
        if tag in ("h1", "h2", "h3"):
            self.headings.append(f"{tag} {_words(' '.join(self.texts[start:]))}")

    def handle_data(self, data):
        if self.depth:
            self.texts.append(data)


def _words(text):
    return re.sub(r"\s+", " ", text).strip()


def _read(response):
    main = _Main()
    main.feed(response.content.decode())
    return main


def text_of(response):
    """The words of the page's main part, in one line."""
    return _words(" ".join(_read(response).texts))


def headings_of(response):
    """The headings of the main part: ["h1 …", "h2 …"]."""
    return _read(response).headings


def links_of(response):
    """The addresses that the main part links to."""
    return _read(response).links


def claims_of(response):
    """The short texts of the claims that a page lists, in order."""
    return re.findall(
        r'<h3 class="card-claim"[^>]*><a href="[^"]*">(.*?)</a>', response.content.decode()
    )
