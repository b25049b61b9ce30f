"""Marking in a text what a question found in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from statements.search.questions import Question, Term
from statements.search.words import Word, compare, words_of

START = 3  # letters that stemming leaves alone


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; `is_hit` where a word of the question stands."""

    text: str
    is_hit: bool = False


class Reading:
    """One text, and the places among its words where each part of a question stands.

    Where a word begins and ends is only asked once something is found: most texts hold nothing.
    """

    def __init__(self, text: str, question: Question, language: str = "") -> None:
        self.text = text
        self._language = language
        self._wanted = question.wanted
        compared = compare(text, language).split()
        self._places = [_places(compared, term) for term in self._wanted]

    @cached_property
    def words(self) -> list[Word]:
        return list(words_of(self.text, self._language))

    def holds(self, term: Term) -> bool:
        return bool(self._places_of(term))

    def _places_of(self, term: Term) -> list[int]:
        return self._places[self._wanted.index(term)]

    def pieces(self) -> list[Piece]:
        """Returns the text in pieces, in order and whole."""
        return self._cut(0, len(self.text))

    def excerpt(self, around: Collection[Term] = (), *, most: int = 240) -> list[Piece]:
        """Returns the part around the first hit of these terms; [] where none of them stands."""
        places = [place for term in around or self._wanted for place in self._places_of(term)]
        if not places:
            return []
        first = self.words[min(places)]
        start = max(0, first.start - most // 3)
        if start:  # not in the middle of a word
            start = next((word.start for word in self.words if word.start >= start), first.start)
        end = min(len(self.text), start + most)
        if end < len(self.text):
            end = max((word.end for word in self.words if word.end <= end), default=end)
        pieces = self._cut(start, end)
        if start:
            pieces.insert(0, Piece("… "))
        if end < len(self.text):
            pieces.append(Piece(" …"))
        return pieces

    def _cut(self, start: int, end: int) -> list[Piece]:
        pieces: list[Piece] = []
        at = start
        for place in sorted({place for found in self._places for place in found}):
            word = self.words[place]
            if word.start < start or word.end > end:
                continue
            if word.start > at:
                pieces.append(Piece(self.text[at : word.start]))
            pieces.append(Piece(self.text[word.start : word.end], is_hit=True))
            at = word.end
        if at < end:
            pieces.append(Piece(self.text[at:end]))
        return pieces


def marked(text: str, question: Question, language: str = "") -> list[Piece]:
    """Returns the text in pieces, in order and whole."""
    return Reading(text, question, language).pieces()


def may_hold(text: str, terms: Collection[Term]) -> bool:
    """Says whether a text could hold one of the terms: cheap, and never wrongly no.

    Stems and spellings keep the first letters of a plain English word. Of other texts it says yes.
    """
    if not text.isascii():
        return True
    folded = text.lower().replace("'", "").replace("`", "")
    starts = [term.words[0][0][:START] for term in terms]
    return any(not start.isalpha() or start in folded for start in starts)


def excerpt(
    text: str,
    question: Question,
    language: str = "",
    *,
    around: Sequence[Term] = (),
    most: int = 240,
) -> list[Piece]:
    """Returns the part of a text around its first hit, marked; [] where nothing is hit.

    `around` says which terms are looked for, when not all of them.
    """
    return Reading(text, question, language).excerpt(around, most=most)


def _places(words: list[str], term: Term) -> list[int]:
    """Returns the places of all words, as compared, that a term matches."""
    if len(term.words) == 1 and not term.is_prefix:
        spellings = term.words[0]
        if not any(spelling in words for spelling in spellings):
            return []
        return [place for place, word in enumerate(words) if word in spellings]
    found: list[int] = []
    length = len(term.words)
    for start in range(len(words) - length + 1):
        if all(_fits(words[start + i], term, i) for i in range(length)):
            found.extend(range(start, start + length))
    return found


def _fits(word: str, term: Term, place: int) -> bool:
    spellings = term.words[place]
    if word in spellings:
        return True
    is_open = term.is_prefix and place == len(term.words) - 1
    return is_open and word.startswith(spellings[0])
