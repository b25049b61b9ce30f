"""Word by word: what was taken out of a text and what was put in. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

# White space, a number with its separators, a word, or any other character.
WORDS = re.compile(r"\s+|\d+(?:[.,]\d+)*|[^\W\d_]+|\S")
# Beyond this many words the whole text is shown as taken out and put in: comparing is quadratic.
MOST_WORDS = 4_000


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of words: "same" in both texts, or only in the older ("del") or newer ("ins") one."""

    kind: Literal["same", "del", "ins"]
    text: str


def word_diff(before: str, after: str) -> list[Segment]:
    """Returns the segments that lead from one text to the other, in reading order."""
    if before == after:
        return [Segment("same", before)] if before else []
    old, new = WORDS.findall(before), WORDS.findall(after)
    if len(old) > MOST_WORDS or len(new) > MOST_WORDS:
        return [Segment("del", before), Segment("ins", after)]
    return list(_segments(old, new))


def _segments(old: list[str], new: list[str]) -> Iterator[Segment]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            yield Segment("same", "".join(old[a:b]))
            continue
        if a < b:
            yield Segment("del", "".join(old[a:b]))
        if c < d:
            yield Segment("ins", "".join(new[c:d]))
