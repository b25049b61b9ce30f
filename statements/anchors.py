"""Anchors: finding quoted words in the text of a snapshot, and again in a newer one. Pure.

Positions count Unicode code points (W3C Web Annotation, TextPositionSelector), which is what
Python's string indices are.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

CONTEXT = 32  # characters kept before and after, enough to tell two places apart
LEFT_OUT = 5_000  # characters that an ellipsis may leave out at most
MOST_PLACES = 1_000  # places looked at; a quote that stands more often is no quote
SHORTENED = " […] "  # how words left out are shown
SURELY = 8  # characters of surroundings that must agree where words stand several times

FOLDED = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc`\u00b4", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    }
)
# Soft hyphens, zero-width spaces and marks of direction: nobody sees or types them.
UNSEEN = "\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
VARYING = re.compile(f"[\\s{UNSEEN}]+|…")
ELLIPSIS = re.compile(r"\s*(?:\[\s?\.{3}\s?\]|\(\s?\.{3}\s?\)|\.{3,}|\.(?: \.){2,})\s*")
# Scripts that put no space between words: there a quote may begin anywhere.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)


class QuoteNotFound(ValueError):
    """The text does not hold these words."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place in a text: the words, what stands around them, and where they are.

    `shortened` is the quotation as it is shown when an ellipsis leaves words of `exact` out.
    """

    exact: str
    prefix: str
    suffix: str
    start: int
    end: int
    shortened: str = ""


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in the one spelling that is searched, and the way back to its own positions.

    `at` and `of` are positions in the folded text and in the text, at the beginning of each run
    in which both go on alike (even places) or in which one stands for the other (odd places).
    """

    text: str
    at: list[int]
    of: list[int]

    def start_of(self, place: int) -> int:
        """Returns where in the text a piece begins that begins here in the folded text."""
        run = bisect_right(self.at, place) - 1
        return self.of[run] if run % 2 else self.of[run] + place - self.at[run]

    def end_of(self, place: int) -> int:
        """Returns where in the text a piece ends that ends here in the folded text."""
        run = bisect_right(self.at, place - 1) - 1
        return self.of[run + 1] if run % 2 else self.of[run] + place - self.at[run]

    def folded_start(self, position: int) -> int:
        run = bisect_right(self.of, position) - 1
        return self.at[run] if run % 2 else self.at[run] + position - self.of[run]

    def folded_end(self, position: int) -> int:
        run = bisect_right(self.of, position - 1) - 1
        return self.at[run + 1] if run % 2 else self.at[run] + position - self.of[run]

    def places(self, words: str, begin: int = 0, stop: int | None = None) -> Iterator[int]:
        """Yields where the folded words stand, whole words and numbers only."""
        place = self.text.find(words, begin, stop)
        while place >= 0:
            if not cuts(self.text, place, place + len(words)):
                yield place
            place = self.text.find(words, place + 1, stop)


def fold(text: str) -> Folded:
    """Returns the text as it is searched: quotes, dashes and white space in one spelling."""
    plain = text.translate(FOLDED)  # a character for a character
    parts: list[str] = []
    at, of, last, length = [0], [0], 0, 0
    for found in VARYING.finditer(plain):
        run = found.group()
        if run == " ":
            continue
        start, end = found.span()
        stands = "..." if run == "…" else " " if any(sign.isspace() for sign in run) else ""
        parts += [plain[last:start], stands]
        length += start - last
        at += [length, length + len(stands)]
        of += [start, end]
        length, last = length + len(stands), end
    parts.append(plain[last:])
    return Folded("".join(parts), at, of)


def cuts(text: str, start: int, end: int) -> bool:
    """Says whether a place begins or ends inside a word or a number: "legal" in "illegal"."""
    return _is_glued(text, start) or _is_glued(text, end)


def find(text: str, quote: str, *, prefix: str = "", suffix: str = "") -> Anchor:
    """Returns the anchor of `quote` in `text`; its `exact` is the text's own spelling.

    Typographic quotes, dashes and white space are folded for the search. Where the quote has an
    ellipsis, its pieces must follow one another in the text. Where the words stand several
    times, the place whose surroundings agree best with `prefix` and `suffix` is taken, the first
    among equals. Raises `QuoteNotFound`.
    """
    wanted = fold(quote).text.strip()
    if not wanted:
        raise QuoteNotFound("give the words to find")
    folded = fold(text)
    for words in (wanted, _without_marks(wanted)):
        spans = [(place, place + len(words)) for place in _few(folded.places(words))]
        if spans:
            return _best(text, folded, spans, prefix, suffix)
        pieces = [piece for piece in ELLIPSIS.split(words) if piece]
        if pieces and pieces != [words]:
            found = [chain for chain in _chains(folded, pieces) if chain]
            if found:
                return _best_chain(text, folded, found, prefix, suffix)
    if wanted in folded.text:
        raise QuoteNotFound("the quote begins or ends inside a word or a number")
    raise QuoteNotFound("the snapshot does not hold these words")


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


def find_again(old: Folded, new: Folded, *, start: int, end: int) -> tuple[int, int] | None:
    """Returns where in the newer text the words stand that the older has at `start` to `end`.

    An edit elsewhere moves them, an edit inside them loses them: None. What folding hides is no
    edit, and words that were left out by an ellipsis are inside. Where the same words stand
    several times, it is the one place that counts, not the words.
    """
    first, last = old.folded_start(start), old.folded_end(end)
    words = old.text[first:last]
    moved = len(new.text) - len(old.text)
    if last <= _shared_start(old.text, new.text):
        place: int | None = first
    elif first >= len(old.text) - _shared_end(old.text, new.text):
        place = first + moved
    else:
        place = _place_again(old, new, first, words)
    if place is None or cuts(new.text, place, place + len(words)):
        return None
    return new.start_of(place), new.end_of(place + len(words))


def stands_instead(old: Folded, new: Folded, *, start: int, end: int, text: str) -> str:
    """Returns what the newer `text` has between the words that stood around a lost place.

    "" when neither side is found, or when what lies between is no passage of like length.
    """
    first, last = old.folded_start(start), old.folded_end(end)
    most = 3 * (last - first) + 200
    before = _side(old.text[max(0, first - CONTEXT) : first], new.text, is_before=True)
    after = _side(
        old.text[last : last + CONTEXT], new.text, is_before=False, begin=max(before or 0, 0)
    )
    if before is None and after is None:
        return ""
    if before is None:
        before = max(0, (after or 0) - (last - first))
    if after is None or not before <= after <= before + most:
        after = min(len(new.text), before + (last - first))
        while after < len(new.text) and not new.text[after].isspace():
            after += 1  # to the end of the word
    if before >= after:
        return ""
    return text[new.start_of(before) : new.end_of(after)].strip()


# ---- places -----------------------------------------------------------------------------


def _is_glued(text: str, place: int) -> bool:
    if not 0 < place < len(text):
        return False
    before, after = text[place - 1], text[place]
    if unicodedata.category(after).startswith("M"):
        return True  # a mark belongs to the letter before it
    if after.isdigit() and before in ".," and text[place - 2 : place - 1].isdigit():
        return True
    if before.isdigit() and after in ".," and text[place + 1 : place + 2].isdigit():
        return True
    if UNSPACED.match(before) or UNSPACED.match(after):
        return False
    return before.isalnum() and after.isalnum()


def _without_marks(words: str) -> str:
    """Returns a quotation without the marks that somebody put around it."""
    if len(words) > 2 and words[0] == words[-1] and words[0] in "\"'":
        return words[1:-1].strip()
    return words


def _few(places: Iterator[int]) -> list[int]:
    return [place for _, place in zip(range(MOST_PLACES), places, strict=False)]


Span = tuple[int, int]


def _chains(folded: Folded, pieces: list[str]) -> Iterator[list[Span]]:
    """Yields the places of the pieces, one after another, for each place of the first one."""
    for start in _few(folded.places(pieces[0])):
        chain = [(start, start + len(pieces[0]))]
        for piece in pieces[1:]:
            end = chain[-1][1]
            stop = end + LEFT_OUT + len(piece)
            place = next(folded.places(piece, end, stop), None)
            if place is None:
                break
            chain.append((place, place + len(piece)))
        else:
            yield chain


def _best(text: str, folded: Folded, spans: list[Span], prefix: str, suffix: str) -> Anchor:
    before, after = fold(prefix).text, fold(suffix).text
    start, end = max(spans, key=lambda span: _agreement(folded.text, span, before, after))
    return at(text, folded.start_of(start), folded.end_of(end))


def _best_chain(
    text: str, folded: Folded, chains: list[list[Span]], prefix: str, suffix: str
) -> Anchor:
    """Returns the anchor over all pieces: where they stand nearest to each other, among equals."""
    before, after = fold(prefix).text, fold(suffix).text

    def rank(chain: list[Span]) -> tuple[int, int]:
        span = (chain[0][0], chain[-1][1])
        return _agreement(folded.text, span, before, after), span[0] - span[1]

    best = max(chains, key=rank)
    whole = at(text, folded.start_of(best[0][0]), folded.end_of(best[-1][1]))
    pieces = [text[folded.start_of(start) : folded.end_of(end)] for start, end in best]
    return Anchor(
        whole.exact, whole.prefix, whole.suffix, whole.start, whole.end,
        shortened=SHORTENED.join(pieces) if len(pieces) > 1 else "",
    )  # fmt: skip


def _place_again(old: Folded, new: Folded, first: int, words: str) -> int | None:
    """Returns the place in a text that changed on both sides of the words; None when unsure."""
    was = _few(old.places(words))
    now = _few(new.places(words))
    if not now:
        return None
    if len(was) <= 1 and len(now) == 1:
        return now[0]
    prefix = old.text[max(0, first - CONTEXT) : first]
    suffix = old.text[first + len(words) : first + len(words) + CONTEXT]

    def agreement(place: int) -> int:
        return _agreement(new.text, (place, place + len(words)), prefix, suffix)

    best = max(now, key=agreement)
    if agreement(best) >= min(SURELY, len(prefix) + len(suffix)):
        return best
    return now[was.index(first)] if len(was) == len(now) and first in was else None


def _agreement(text: str, span: Span, prefix: str, suffix: str) -> int:
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


def _shared_start(one: str, other: str) -> int:
    """Returns how many characters two texts begin alike with (halving: texts may be long)."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _shared_end(one: str, other: str) -> int:
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[len(one) - middle : len(one) - low] == other[len(other) - middle : len(other) - low]:
            low = middle
        else:
            high = middle - 1
    return low


def _side(words: str, text: str, *, is_before: bool, begin: int = 0) -> int | None:
    """Returns where the words around a place end (or begin) in a text: as many as still stand."""
    while len(words) >= SURELY:
        place = text.find(words, begin)
        if place >= 0:
            return place + len(words) if is_before else place
        words = words[len(words) // 2 :] if is_before else words[: len(words) // 2]
    return None
