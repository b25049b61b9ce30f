"""Text as search compares it: words folded and stemmed by us, the same for every database.

The engines get finished words parted by blanks and add no rule of their own. So SQLite and
PostgreSQL find the same claims in the same order, and highlights mark exactly what was found.
English is stemmed; words of other languages stay as they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

# Stemmed languages (ISO 639): the algorithm of each. Every one adds a spelling to every word of
# a question, so only those that are worth it stand here.
STEMMED: dict[str, str] = {"en": "english"}

MAX_WORD = 64
MOST_REMEMBERED = 65_536  # words, and stems

# Combining marks belong to the word before them; Python's \w leaves them out.
_MARKS = "".join(
    chr(code) for code in range(0x300, 0x3100) if unicodedata.category(chr(code)).startswith("M")
)
_JOINERS = "\u00ad\u200b\u200c\u200d"  # soft hyphen, zero-width space and joiners
_LETTER = rf"[^\W_{_JOINERS}]"
_APOSTROPHES = "'\u2019\u02bc\u2018`"
# Written without blanks between words: every character is a word, and a run of them a phrase.
_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_WORD = re.compile(
    rf"(?P<ideograph>[{_IDEOGRAPHS}])"
    # 1,000 and 1 000 (with the blanks that typesetters use) are one number, and so is 1.5.
    r"|(?<![\d.])(?P<number>\d{1,3}(?:[,\u00a0\u202f\u2009]\d{3})+(?:\.\d+)?(?!\d)|\d+\.\d+(?![\d.]))"
    rf"|(?P<word>(?:(?![{_IDEOGRAPHS}]){_LETTER}|[{_MARKS}])"
    rf"(?:(?![{_IDEOGRAPHS}]){_LETTER}|[{_MARKS}{_JOINERS}]|[{_APOSTROPHES}](?={_LETTER}))*)"
)
# The same for plain ASCII, which most texts are: a third of the time (a property test compares).
_ASCII_WORD = re.compile(
    r"(?<![\d.])(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+\.\d+(?![\d.]))"
    r"|[A-Za-z0-9](?:[A-Za-z0-9]|['`](?=[A-Za-z0-9]))*"
)
# None of them is a part of a word but the apostrophes, and those are all one.
_MARKS_IN_ASCII = (
    ("\u2019", "'"),
    ("\u2018", "'"),
    ("\u2026", " "),
    ("\u201c", " "),
    ("\u201d", " "),
    ("\u2013", " "),
    ("\u2014", " "),
)
_GROUPING = re.compile("[,\u00a0\u202f\u2009]")
# What a word is written with and not compared by; and signs of ASCII that come out when a letter
# is taken apart (⑴ is "(1)", one Arabic ligature is four words): the engines would part at them.
_IN_WORD = re.compile(rf"[{_APOSTROPHES}{_JOINERS}\x00-/:-@\[-`{{-\x7f]")
_POSSESSIVE = re.compile(f"[{_APOSTROPHES}]s\\Z")

# Letters that no decomposition takes apart.
_PLAIN = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ħ": "h",
        "\u0131": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ð": "d",
    }
)
# Marks over these letters are spelling that people leave out; in other scripts they are letters.
_MARKS_ARE_OPTIONAL = ("LATIN", "GREEK", "HEBREW", "ARABIC")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: as compared, and where it stands (code points, end exclusive)."""

    compared: str
    start: int
    end: int


def words_of(text: str, language: str = "") -> Iterator[Word]:
    """Yields the words of a text in order, stemmed where its language (BCP 47) is."""
    algorithm = _algorithm_of(language)
    plain = _plain(text)
    if plain.isascii():
        table = _ASCII_WORDS[algorithm]
        for found in _ASCII_WORD.finditer(plain):
            yield Word(table[found[0]], found.start(), found.end())
        return
    for found in _WORD.finditer(text):
        compared = _compared(found[0], found.lastgroup == "number", algorithm)
        if compared:
            yield Word(compared, found.start(), found.end())


# The same text stands in a claim's two documents, and a statement's in those of all its claims.
@lru_cache(maxsize=4_096)
def compare(text: str, language: str = "") -> str:
    """Returns the words of a text as compared, parted by blanks."""
    plain = _plain(text)
    if not plain.isascii():
        return " ".join([word.compared for word in words_of(text, language)])
    table = _ASCII_WORDS[_algorithm_of(language)]
    return " ".join(map(table.__getitem__, _ASCII_WORD.findall(plain)))


def written_in(text: str, language: str, wanted: Set[str]) -> Iterator[tuple[str, str]]:
    """Yields those words of a text that are wanted: as compared, and as written."""
    if wanted.isdisjoint(compare(text, language).split()):
        return
    plain = _plain(text)
    if not plain.isascii():
        for word in words_of(text, language):
            if word.compared in wanted:
                yield word.compared, text[word.start : word.end]
        return
    table = _ASCII_WORDS[_algorithm_of(language)]
    for found in _ASCII_WORD.finditer(plain):
        if (compared := table[found[0]]) in wanted:
            yield compared, text[found.start() : found.end()]


def _plain(text: str) -> str:
    """Returns a text with the marks of typesetters as ASCII has them, sign for sign.

    Most texts are plain ASCII then, and quickly read.
    """
    if not text.isascii():
        for mark, sign in _MARKS_IN_ASCII:
            text = text.replace(mark, sign)
    return text


def _algorithm_of(language: str) -> str:
    return STEMMED.get(language[:2].lower(), "") if language[2:3] in ("", "-") else ""


def spellings(written: str) -> tuple[str, ...]:
    """Returns how one written word may stand in documents of any language: plain, and stemmed."""
    plain = fold(written)
    return tuple(dict.fromkeys([plain, *(stem(plain, name) for name in STEMMED.values())]))


class Table(dict[str, str]):
    """Words of ASCII as compared, by how they are written: a look-up without a call of ours."""

    def __init__(self, algorithm: str) -> None:
        super().__init__()
        self.algorithm = algorithm

    def __missing__(self, written: str) -> str:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        compared = _compared(written, "." in written or "," in written, self.algorithm)
        self[written] = compared
        return compared


@lru_cache(maxsize=MOST_REMEMBERED)
def _compared(written: str, is_number: bool, algorithm: str) -> str:
    if is_number:
        return _GROUPING.sub("", written).replace(".", "·")[:MAX_WORD]
    folded = fold(written)
    return stem(folded, algorithm) if algorithm else folded


def fold(written: str) -> str:
    """Returns a word without case, optional marks, apostrophes and possessive s."""
    if written.isascii():
        word = written.lower()
    else:
        parts = "".join(_without_optional_marks(written.casefold()))
        word = unicodedata.normalize("NFC", parts).translate(_PLAIN)
    return _IN_WORD.sub("", _POSSESSIVE.sub("", word))[:MAX_WORD]


def _without_optional_marks(word: str) -> Iterator[str]:
    optional = False
    for char in unicodedata.normalize("NFKD", word):
        if not unicodedata.combining(char):
            optional = unicodedata.name(char, "").startswith(_MARKS_ARE_OPTIONAL)
            yield char
        elif not optional:
            yield char


@lru_cache(maxsize=MOST_REMEMBERED)
def stem(folded: str, algorithm: str) -> str:
    """Returns the stem of a folded word; numbers and words of other scripts are their own."""
    if not folded.isascii() or not folded.isalpha():
        return folded
    stemmed: str = _stemmer(algorithm).stemWord(folded)
    return stemmed


@lru_cache(maxsize=8)
def _stemmer(algorithm: str) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer(algorithm)


# Per algorithm; "" is of languages that are not stemmed.
_ASCII_WORDS: dict[str, Table] = {name: Table(name) for name in ("", *STEMMED.values())}
