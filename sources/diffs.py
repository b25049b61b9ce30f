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
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    tags = ["", *(step[0] for step in steps), ""]
    taken_out, put_in = "", ""
    for place, (tag, a, b, c, d) in enumerate(steps):
        text = "".join(old[a:b])
        # Words that are replaced in a row are read as one change, with the blanks between them.
        if tag == "equal" and not (text == " " and tags[place] == tags[place + 2] == "replace"):
            yield from _changed(taken_out, put_in)
            taken_out, put_in = "", ""
            yield Segment("same", text)
        else:
            taken_out, put_in = taken_out + text, put_in + "".join(new[c:d])
    yield from _changed(taken_out, put_in)


def _changed(taken_out: str, put_in: str) -> Iterator[Segment]:
    if taken_out:
        yield Segment("del", taken_out)
    if put_in:
        yield Segment("ins", put_in)
