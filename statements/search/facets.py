"""The choices of the filters, as words of a document that nobody can type.

A claim's choices stand in its document as words of their own, so that the full-text index answers
filters and words together. No text can hold them: `words` never keeps the sign they start with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

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
    "year": "y",  # in which the words were said, as the month: `search.spans`
    "month": "m",
    "agreement": "g",  # that a live finding speaks of
}
_DIMENSIONS = {letter: dimension for dimension, letter in LETTERS.items()}
# First in a document stand those of which there are few, so that many documents begin with the
# very same ones and are counted at once; then those of which there are many, by which hits can be
# narrowed, too; at last what is only looked for: years, months, agreements, and pairs.
FEW = ("verdict", "kind", "state", "topic")
MANY = ("speaker", "publisher")
FEW_END, MANY_END = "\n", "\t"
BETWEEN = "|"  # between documents that are read as one text
# Counted together, too: how a speaker's or a topic's claims were found, and which agreements the
# claims of a topic speak of. And one word in the document, so that who asks for both walks one
# list in the index and not two: ten times as quick at 100,000 claims.
PAIRED = (("speaker", "verdict"), ("topic", "verdict"), ("topic", "agreement"))
# What counts of other choices are kept beside: one of those of which there are few, or a pair of them.
JOINT = frozenset(
    {*((dimension,) for dimension in FEW)}
    | {tuple(sorted(pair)) for pair in PAIRED if set(pair) <= set(FEW)}
)
# Other signs than these would part a word for the engine: they get a place beyond ASCII.
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_SHIFT = 0x2400

Facet = tuple[str, str]


# An import writes a dozen into each of its documents, nearly all of them the same.
@lru_cache(maxsize=16_384)
def token(dimension: str, code: str) -> str:
    """Returns the word of a choice."""
    return f"{SIGN}{LETTERS[dimension]}{''.join(map(_shifted, code))}"


def tokens(facets: Iterable[Facet]) -> str:
    """Returns the words of a document's choices and their pairs, parted by blanks, each once."""
    found = list(facets)
    few = {token(*facet) for facet in found if facet[0] in FEW}
    many = {token(*facet) for facet in found if facet[0] in MANY}
    rest = {token(*facet) for facet in found} - few - many
    rest |= {_pair_token(one, other) for one, other in _pairs(found)}
    return " ".join([*sorted(few), FEW_END, *sorted(many), MANY_END, EVERY, *sorted(rest)])


def tokens_for_all_of(facets: Sequence[Facet]) -> list[str]:
    """Returns the fewest words that a document with all of these choices must hold."""
    left = list(facets)
    words = []
    for one, other in _pairs(facets):
        words.append(_pair_token(one, other))
        left = [facet for facet in left if facet not in (one, other)]
    return [*words, *(token(*facet) for facet in left)]


def count_of_all(facets: Sequence[Facet]) -> Facet | None:
    """Returns what holds the count of documents with all of these choices, None where nothing does."""
    if len(facets) < 2:
        return facets[0] if facets else (ALL, "")
    pairs = list(_pairs(facets))
    return _pair(*pairs[0]) if len(facets) == 2 and pairs else None


def _pairs(facets: Sequence[Facet]) -> Iterator[tuple[Facet, Facet]]:
    """Yields those of the choices that are counted together."""
    for one, other in PAIRED:
        for facet in facets:
            if facet[0] == one:
                for with_facet in facets:
                    if with_facet[0] == other:
                        yield facet, with_facet


def _pair(one: Facet, other: Facet) -> Facet:
    return f"{one[0]}_{other[0]}", f"{one[1]}/{other[1]}"


def _pair_token(one: Facet, other: Facet) -> str:
    return f"{token(*one)}{token(*other)}"


def counts_of(documents: Iterable[str]) -> Counter[Facet]:
    """Returns how often each choice of `FEW` and `MANY` stands in several documents.

    They may be read to `FEW_END`: then only those of which there are few are counted.
    """
    beginnings, words = [], []
    for document in documents:
        few, _, others = document.partition(FEW_END)
        beginnings.append(few)
        words.append(others.partition(MANY_END)[0])
    of_many = Counter(" ".join(words).split()).items()
    found = Counter({each: count for word, count in of_many if (each := facet_of(word))})
    for beginning, count in Counter(beginnings).items():
        for facet in _facets_of(beginning):
            found[facet] += count
    return found


@lru_cache(maxsize=4_096)
def _facets_of(beginning: str) -> tuple[Facet, ...]:
    return tuple(facets_in(beginning))


# A page of counts reads the words of a thousand documents, and there are few different ones.
@lru_cache(maxsize=16_384)
def facet_of(word: str) -> Facet | None:
    """Returns the choice that a word of `tokens` stands for; None for pairs and `EVERY`."""
    if word == EVERY or SIGN in word[1:]:
        return None
    code = word[2:]
    return _DIMENSIONS[word[1]], code if code.isascii() else "".join(map(_unshifted, code))


def facets_in(text: str) -> Iterator[Facet]:
    """Yields the choices that `tokens` wrote down, each by itself."""
    for word in text.split():
        if facet := facet_of(word):
            yield facet


def counted(text: str) -> Counter[Facet]:
    """Returns what one document adds to the counts: itself, its choices, pairs, and joint choices.

    Months are looked for only: nobody reads how many there are of them.
    """
    if not text:
        return Counter()
    found = [facet for facet in facets_in(text) if facet[0] != "month"]
    counts = Counter([(ALL, ""), *found])
    counts.update(_pair(one, other) for one, other in _pairs(found))
    counts.update(_joint([facet for facet in found if facet[0] in FEW]))
    return counts


def kept_beside(facets: Iterable[Facet]) -> str:
    """Returns under what the counts of documents with just these choices are kept, "" where none are.

    That is each choice of `FEW` by itself, and a topic with a verdict: so counts beside what is asked
    for most are there, of all claims, and nothing has to be walked. They grow with the square of a
    claim's topics: 22 for one topic, 54 for three, 972 for twenty.
    """
    chosen = sorted(facets)
    dimensions = tuple(dimension for dimension, _ in chosen)
    if dimensions in JOINT:
        return " ".join(f"{dimension}:{code}" for dimension, code in chosen)
    return ""


def is_joint(facet: Facet) -> bool:
    """Says whether a key of `counted` is a choice beside others, which have a table of their own."""
    return ":" in facet[0]


def _joint(few: Sequence[Facet]) -> Iterator[Facet]:
    """Yields what a choice is beside, and the choice; what is chosen itself is counted already."""
    for key in (*((facet,) for facet in few), *_pairs(few)):
        beside = kept_beside(key)
        for facet in few:
            if facet not in key:
                yield beside, f"{facet[0]}/{facet[1]}"


def _shifted(char: str) -> str:
    return char if char in _PLAIN else chr(_SHIFT + ord(char))


def _unshifted(char: str) -> str:
    return char if char in _PLAIN else chr(ord(char) - _SHIFT)
