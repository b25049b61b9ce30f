"""Marking in a text what a question found in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from statements.search.questions import Question, Term
from statements.search.words import Word, words_of

START = 3  # letters that stemming leaves alone


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; `is_hit` where a word of the question stands."""

    text: str
    is_hit: bool = False


class Reading:
    """One text, parted into words once, and the places where each part of a question stands."""

    def __init__(self, text: str, question: Question, language: str = "") -> None:
        self.text = text
        self.words = list(words_of(text, language))
        self._places = {term: _places(self.words, term) for term in question.wanted}

    def holds(self, term: Term) -> bool:
        return bool(self._places[term])

    def pieces(self) -> list[Piece]:
        """Returns the text in pieces, in order and whole."""
        return self._cut(0, len(self.text))

    def excerpt(self, around: Collection[Term] = (), *, most: int = 240) -> list[Piece]:
        """Returns the part around the first hit of these terms; [] where none of them stands."""
        places = [place for term in around or self._places for place in self._places[term]]
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
        for place in sorted({place for found in self._places.values() for place in found}):
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


def _places(words: list[Word], term: Term) -> list[int]:
    """Returns the places of all words that a term matches."""
    if len(term.words) == 1 and not term.is_prefix:
        spellings = term.words[0]
        return [place for place, word in enumerate(words) if word.compared in spellings]
    found: list[int] = []
    length = len(term.words)
    for start in range(len(words) - length + 1):
        if all(_fits(words[start + i], term, i) for i in range(length)):
            found.extend(range(start, start + length))
    return found


def _fits(word: Word, term: Term, place: int) -> bool:
    spellings = term.words[place]
    if word.compared in spellings:
        return True
    is_open = term.is_prefix and place == len(term.words) - 1
    return is_open and word.compared.startswith(spellings[0])
