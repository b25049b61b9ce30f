"""Anchors: finding quoted words in the text of a snapshot. Pure.

Positions count Unicode code points (W3C Web Annotation, TextPositionSelector), which is what
Python's string indices are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

CONTEXT = 32  # characters kept before and after, enough to tell two places apart

FOLDED = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc`\u00b4", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    }
)


class QuoteNotFound(ValueError):
    """The text does not hold these words."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place in a text: the words, what stands around them, and where they are."""

    exact: str
    prefix: str
    suffix: str
    start: int
    end: int


def find(text: str, quote: str, *, prefix: str = "", suffix: str = "") -> Anchor:
    """Returns the anchor of `quote` in `text`; its `exact` is the text's own spelling.

    Typographic quotes, dashes and white space are folded for the search. Where the words stand
    several times, the place whose surroundings agree best with `prefix` and `suffix` is taken,
    the first among equals. Raises `QuoteNotFound`.
    """
    wanted = quote.strip().translate(FOLDED).split()
    if not wanted:
        raise QuoteNotFound("give the words to find")
    pattern = re.compile(r"\s+".join(re.escape(word) for word in wanted))
    places = [m.span() for m in pattern.finditer(text.translate(FOLDED))]
    if not places:
        raise QuoteNotFound("the snapshot does not hold these words")
    start, end = max(places, key=lambda span: _agreement(text, span, prefix, suffix))
    return at(text, start, end)


def at(text: str, start: int, end: int) -> Anchor:
    """Returns the anchor of `text[start:end]`; raises `QuoteNotFound` outside the text."""
    if not 0 <= start < end <= len(text):
        raise QuoteNotFound("these positions lie outside the snapshot")
    return Anchor(
        exact=text[start:end],
        prefix=text[max(0, start - CONTEXT) : start],
        suffix=text[end : end + CONTEXT],
        start=start,
        end=end,
    )


def holds(text: str, *, exact: str, start: int, end: int) -> bool:
    """Says whether the text has exactly these words at exactly this place."""
    return 0 <= start < end <= len(text) and text[start:end] == exact


def _agreement(text: str, span: tuple[int, int], prefix: str, suffix: str) -> int:
    start, end = span
    before = text[max(0, start - len(prefix)) : start]
    after = text[end : end + len(suffix)]
    return _shared(before[::-1], prefix[::-1]) + _shared(after, suffix)


def _shared(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count
