"""Sketches of texts: a few numbers by which copies of one text find each other. Pure.

Every five words in a row are hashed; kept are those hashes that end in enough zeros for at most
128 of them to be left. Which are kept depends on the words alone, so two texts keep the same ones
where they have the same words, however long they are (the sample is content-defined, as in
winnowing; Schleimer, Wilkerson and Aiken 2003).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b

WORDS = re.compile(r"\w+")
IN_A_ROW = 5
MOST_PRINTS = 128
MOST_CHARACTERS = 400_000  # of a longer text, its beginning: a tenth of a second
# With fewer prints in common, or to compare, chance and common phrases speak.
FEWEST_SHARED = 6


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is kept of a text: hashes divisible by 2**scale."""

    scale: int
    prints: frozenset[int]

    def at(self, scale: int) -> frozenset[int]:
        """Returns what would have been kept on a coarser scale."""
        step = 1 << scale
        return frozenset(value for value in self.prints if value % step == 0)


@dataclass(frozen=True, slots=True)
class Shares:
    """How much of each of two texts stands in the other, from 0 to 1."""

    of_one: float
    of_other: float


def sketch_of(text: str) -> Sketch:
    """Returns the sketch of a text; one without prints for fewer than five words."""
    words = WORDS.findall(text[:MOST_CHARACTERS].casefold())
    found = {
        _hashed(" ".join(words[place : place + IN_A_ROW]))
        for place in range(len(words) - IN_A_ROW + 1)
    }
    scale = 0
    while len(found) > MOST_PRINTS:
        scale += 1
        step = 1 << scale
        found = {value for value in found if value % step == 0}
    return Sketch(scale, frozenset(found))


def shares(one: Sketch, other: Sketch) -> Shares:
    """Returns how much of each text stands in the other; 0 where too little can be compared."""
    scale = max(one.scale, other.scale)
    mine, theirs = one.at(scale), other.at(scale)
    common = len(mine & theirs)
    if common < FEWEST_SHARED:
        return Shares(0, 0)
    return Shares(common / len(mine), common / len(theirs))


def _hashed(words: str) -> int:
    """Returns a number that fits a signed column of 64 bits."""
    return int.from_bytes(blake2b(words.encode(), digest_size=8).digest(), signed=True)
