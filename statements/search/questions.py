"""What people type into a search box, read as a question; nothing that they type is an error.

Words must all occur, "words in quotes" one after the other, dro* at the start of a word, and
-word not at all. Anything else is text like any other: no sign reaches an engine unread.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sources.texts import FORBIDDEN
from statements.search.words import fold, spellings, words_of

MAX_CHARACTERS = 1_000
MAX_TERMS = 32

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‟": '"', "\uff02": '"'})
_PART = re.compile(r'(?P<minus>(?<!\S)[-\u2212])?(?:"(?P<phrase>[^"]*)"?|(?P<plain>[^\s"]+))')

# Words that say nothing by themselves are looked for only inside quotes, or alone.
# fmt: off
STOP_WORDS = frozenset((
    "a", "about", "an", "and", "are", "as", "at", "be", "been", "but", "by", "for", "from",
    "had", "has", "have", "he", "her", "his", "if", "in", "into", "is", "it", "its", "no", "not",
    "of", "on", "or", "our", "she", "so", "than", "that", "the", "their", "them", "then",
    "there", "these", "they", "this", "to", "was", "we", "were", "what", "when", "where",
    "which", "who", "will", "with", "would", "you", "your",
))
# fmt: on


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a question: words in a row, each in any of its spellings.

    `is_prefix` holds for the last word. `written` is what was typed.
    """

    words: tuple[tuple[str, ...], ...]
    written: str
    is_prefix: bool = False
    is_excluded: bool = False

    @property
    def ways(self) -> tuple[tuple[str, ...], ...]:
        """The rows of words that may stand in a text: as written first, then as each stem.

        A text is stemmed as a whole or not at all, so spellings never mix in it.
        """
        most = max(len(spelled) for spelled in self.words)
        return tuple(
            tuple(spelled[min(way, len(spelled) - 1)] for spelled in self.words)
            for way in range(most)
        )


@dataclass(frozen=True, slots=True)
class Question:
    """A whole question; `was_cut` when it was longer than is looked at."""

    terms: tuple[Term, ...] = ()
    was_cut: bool = False
    wanted: tuple[Term, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Asked of each text of each hit.
        wanted = tuple(term for term in self.terms if not term.is_excluded)
        object.__setattr__(self, "wanted", wanted)

    def __bool__(self) -> bool:
        return bool(self.terms)


def read(text: str) -> Question:
    """Returns the question in a text of any length and content."""
    was_cut = len(text) > MAX_CHARACTERS
    plain = FORBIDDEN.sub(" ", text[:MAX_CHARACTERS]).translate(_QUOTES)
    terms = [term for found in _PART.finditer(plain) if (term := _term(found))]
    was_cut = was_cut or len(terms) > MAX_TERMS
    terms = list(dict.fromkeys(terms[:MAX_TERMS]))
    telling = [term for term in terms if not _is_stop_word(term)]
    return Question(tuple(telling or terms), was_cut)


def _term(found: re.Match[str]) -> Term | None:
    written = found["plain"] if found["plain"] is not None else found["phrase"]
    words = [_spellings_of(written[word.start : word.end]) for word in words_of(written)]
    if not words:
        return None
    # One letter starts too many words to be worth looking for.
    is_prefix = found["plain"] is not None and written.endswith("*") and len(words[-1][0]) > 1
    return Term(
        words=tuple(words),
        written=written.strip("*") if found["plain"] is not None else f'"{written}"',
        is_prefix=is_prefix,
        is_excluded=bool(found["minus"]),
    )


def _spellings_of(written: str) -> tuple[str, ...]:
    compared = next(words_of(written)).compared
    return spellings(written) if compared == fold(written) else (compared,)


def _is_stop_word(term: Term) -> bool:
    return (
        not term.is_excluded
        and not term.is_prefix
        and not term.written.startswith('"')
        and len(term.words) == 1
        and term.words[0][0] in STOP_WORDS
    )
