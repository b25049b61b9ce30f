"""The choices of the filters, as words of a document that nobody can type.

A claim's choices stand in its document as words of their own, so that the full-text index answers
filters and words together. No text can hold them: `words` never keeps the sign they start with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

SIGN = "§"
EVERY = f"{SIGN}a"  # stands in every document: "all but …" starts from it
ALL = "all"
LETTERS: dict[str, str] = {
    "verdict": "v",
    "kind": "k",
    "state": "x",
    "topic": "t",
    "speaker": "s",
    "publisher": "p",
    "year": "y",  # in which the words were said: it narrows before days are compared
    "agreement": "g",  # that a live finding speaks of
}
_DIMENSIONS = {letter: dimension for dimension, letter in LETTERS.items()}
# Counted together, too: how a speaker's or a topic's claims were found, and which agreements the
# claims of a topic speak of.
PAIRED = (("speaker", "verdict"), ("topic", "verdict"), ("topic", "agreement"))
# Other signs than these would part a word for the engine: they get a place beyond ASCII.
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_SHIFT = 0x2400

Facet = tuple[str, str]


def token(dimension: str, code: str) -> str:
    """Returns the word of a choice."""
    return f"{SIGN}{LETTERS[dimension]}{''.join(map(_shifted, code))}"


def tokens(facets: Iterable[Facet]) -> str:
    """Returns the words of a document's choices, parted by blanks, each once."""
    return " ".join([EVERY, *sorted({token(*facet) for facet in facets})])


def facets_in(text: str) -> Iterator[Facet]:
    """Yields the choices that `tokens` wrote down."""
    for word in text.split():
        if word != EVERY:
            code = word[2:]
            yield _DIMENSIONS[word[1]], code if code.isascii() else "".join(map(_unshifted, code))


def counted(text: str) -> Counter[Facet]:
    """Returns what one document adds to the counts: its choices, the pairs, and itself."""
    if not text:
        return Counter()
    found = list(facets_in(text))
    counts = Counter([(ALL, ""), *found])
    counts.update(
        (f"{one}_{other}", f"{code}/{with_code}")
        for one, other in PAIRED
        for dimension, code in found
        if dimension == one
        for with_dimension, with_code in found
        if with_dimension == other
    )
    return counts


def _shifted(char: str) -> str:
    return char if char in _PLAIN else chr(_SHIFT + ord(char))


def _unshifted(char: str) -> str:
    return char if char in _PLAIN else chr(ord(char) - _SHIFT)
