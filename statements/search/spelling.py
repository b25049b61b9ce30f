"""The known word that a mistyped one most likely stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterable

SHORTEST = 4  # shorter words have too many neighbours
TWO_FAULTS_FROM = 7  # letters; as many faults as a word of that length may have
START = 2  # letters that are taken as right where two faults are allowed


def nearest(
    spellings: Iterable[str],
    *,
    known: Callable[[set[str]], set[str]],
    starting: Callable[[str], list[tuple[str, str]]],
) -> tuple[str, str] | None:
    """Returns the nearest known word and how it was written, or None.

    `known` says which of some words are known, `starting` gives the known words of a start with
    how they were written. One letter may be wrong, missing, too many, or swapped with the next;
    in a long word two, behind its first two letters. Of equals the first in the alphabet.
    """
    words = [word for word in spellings if len(word) >= SHORTEST and word.isalpha()]
    if not words:
        return None
    near = known({neighbour for word in words for neighbour in neighbours(word)})
    if near:
        best = min(near, key=lambda word: (abs(len(word) - len(words[0])), word))
        return best, dict(starting(best)).get(best, best)
    rated = [
        (distance(word, candidate, most=2), candidate, shown)
        for word in words
        if len(word) >= TWO_FAULTS_FROM
        for candidate, shown in starting(word[:START])
        if may_be_near(word, candidate)
    ]
    rated = [each for each in rated if each[0] <= START]
    return min(rated)[1:] if rated else None


def may_be_near(one: str, other: str) -> bool:
    """Says whether two words may be two faults apart: quick, and never wrongly no.

    A letter that only one of them has is a fault, which is found much more quickly than a
    `distance`.
    """
    if abs(len(one) - len(other)) > START:
        return False
    mine, others = set(one), set(other)
    return len(mine - others) <= START and len(others - mine) <= START


def neighbours(word: str) -> set[str]:
    """Returns all words one fault away, with the letters of the word's own script."""
    letters = alphabet(word)
    splits = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    found = {head + tail[1:] for head, tail in splits if tail}
    found |= {head + tail[1] + tail[0] + tail[2:] for head, tail in splits if len(tail) > 1}
    found |= {head + letter + tail[1:] for head, tail in splits if tail for letter in letters}
    found |= {head + letter + tail for head, tail in splits for letter in letters}
    return found - {word}


ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz",
    "абвгґдеєёжзиіїйклмнопрстуўфхцчшщъыьэюя",
    "αβγδεζηθικλμνξοπρστυφχψως",
    "אבגדהוזחטיכלמנסעפצקרשתךםןףץ",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأإؤئىةپچژگ",
)


def alphabet(word: str) -> str:
    """Returns the letters that may have been meant: of the script, and those of the word itself."""
    for letters in ALPHABETS:
        if word[0] in letters:
            return letters
    return "".join(sorted(set(word)))


def distance(one: str, other: str, *, most: int) -> int:
    """Returns the number of faults between two words (a swap is one), or `most` + 1."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for i, left in enumerate(one, start=1):
        row = [i]
        for j, right in enumerate(other, start=1):
            step = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                step = min(step, before_last[j - 2] + 1)
            row.append(step)
        if min(row) > most:
            return most + 1
        before_last, last = last, row
    return min(last[-1], most + 1)
