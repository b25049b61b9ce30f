"""Whether two texts differ in spelling only: what one editor alone may put right. Pure."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

# How alike two spellings are at least: "recieve" and "receive", but not "increase" and "decrease".
SAME_WORD = 0.8
# Left out or doubled by mistake, and nothing hangs on them.
FILLERS = frozenset(
    re.findall(
        r"\w+",
        "a an the this that these those of to in on at by and is are was were be been has have had",
    )
)
# One of these more or less, and the sentence says something else.
WEIGHTY = frozenset(
    re.findall(
        r"\w+",
        "no not never none nor neither without cannot hundred thousand million billion trillion "
        "half one two three four five six seven eight nine ten eleven twelve",
    )
)
OPPOSITES = ("un", "in", "im", "il", "ir", "dis", "non", "mis", "anti", "de", "re")


def is_spelling_only(before: str, after: str) -> bool:
    """Says whether two texts have the same numbers and, word by word, nearly the same spelling.

    One editor alone puts a typo right, so whatever could turn a sentence round is refused: a word
    that comes or goes, unless it is a mere filler or stood there twice, and any negation.
    """
    if _numbers(before) != _numbers(after):
        return False
    old, new = _words(before), _words(after)
    if _weighty(old) != _weighty(new):
        return False
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return all(
        step == "equal" or _is_one_spelling(old, slice(i, j), new, slice(k, m))
        for step, i, j, k, m in steps
    )


def _is_one_spelling(old: list[str], was: slice, new: list[str], now: slice) -> bool:
    gone, come = old[was], new[now]
    if not gone or not come:
        words, doubled = gone or come, (old[: was.start] or new[: now.start])[-1:]
        return FILLERS.issuperset(words) or words == doubled
    if len(gone) == len(come):
        return all(_is_same_word(*pair) for pair in zip(gone, come, strict=True))
    # A space too many or too few is a typo.
    return len(gone) + len(come) == 3 and _is_same_word("".join(gone), "".join(come))


def _is_same_word(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if longer in {prefix + shorter for prefix in OPPOSITES}:
        return False
    is_turned = sorted(one) == sorted(other)  # "teh"
    return is_turned or SequenceMatcher(None, one, other).ratio() >= SAME_WORD


def _numbers(text: str) -> list[str]:
    return re.findall(r"(?<!\w)-\d+|\d+|[%\u2030$\u20ac\u00a3\u00a5<>=\u00b1+\u2212]", text)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", text.casefold().replace("\u2019", "'"))


def _weighty(words: list[str]) -> list[str]:
    return sorted(word for word in words if word in WEIGHTY or word.endswith("n't"))
