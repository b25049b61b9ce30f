"""Words of archives: taken out of links and quotation marks, compared, shortened. Pure."""

from __future__ import annotations

import re
import unicodedata

from statements.models.claim import SHORT_TEXT_LENGTH
from statements.vocabulary import Fidelity

# [words](address), of bounded length so that no text makes the search slow.
MARKDOWN_LINK = re.compile(
    r"\[([^\[\]]{1,300})\]\(\s?https?://[^()\s]{1,1000}(?:\([^()\s]{0,200}\)[^()\s]{0,200})?\)"
)
QUOTES = {'"': '"', "\N{LEFT DOUBLE QUOTATION MARK}": "\N{RIGHT DOUBLE QUOTATION MARK}"}
ANY_QUOTE = re.compile('["\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}]')
WORDS_AND_NUMBERS = re.compile(
    r"(?<![\w.,])[-\u2212]?\d+(?:[.,]\d+)*|[%\u2030$\u20ac\u00a3\u00a5<>=\u00b1+]|\w+"
)


def unlinked(text: str) -> str:
    """Returns a text with Markdown links turned into their words: the words are what was said."""
    return MARKDOWN_LINK.sub(r"\1", text) if "](" in text else text


def said_words(text: str) -> tuple[str, str]:
    """Returns the words and how near they are to what was said.

    A text that stands in quotation marks from end to end is verbatim, without the marks. Any other
    is the archive's own sentence, with quotes inside or not.
    """
    words = unlinked(text)
    closing = QUOTES.get(words[:1], "")
    inner = words[1:-1].strip()
    if closing and words.endswith(closing) and inner and not ANY_QUOTE.search(inner):
        return inner, Fidelity.VERBATIM.value
    return words, Fidelity.PARAPHRASE.value


def normalised(text: str) -> str:
    """Returns the words of a text as they are compared: no case, no marks, no spaces too many.

    Numbers keep what belongs to them: 5, -5, 5 % and $5 are four things.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(WORDS_AND_NUMBERS.findall(folded)) or " ".join(folded.split())


def shortened(text: str, most: int = SHORT_TEXT_LENGTH) -> str:
    """Returns the start of a text in one line, cut between words where it is too long."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    start = line[: most - 1]
    cut = start.rpartition(" ")[0]
    return f"{(cut if len(cut) > most // 2 else start).rstrip(' ,;:.-')}…"


def as_words(slug: str) -> str:
    return slug.replace("-", " ").strip().capitalize() or slug
