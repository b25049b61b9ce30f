"""Texts in a table that a spreadsheet opens: none may be read as a formula.

A text that could gets an apostrophe in front. So does a text that begins with an apostrophe itself:
to undo it, take one apostrophe away where there is one in front.
"""

from __future__ import annotations

import unicodedata

# The minus sign and dashes are no formula in any program we know of; it costs nothing to be safe.
FORMULA_STARTS = frozenset("=+-@\u2212\u2013\u2014")
GUARDED_STARTS = frozenset("'\t\r\n")


def guarded(text: str) -> str:
    """Returns the text with an apostrophe in front where a spreadsheet could run it."""
    return f"'{text}" if is_formula(text) else text


def is_formula(text: str) -> bool:
    """Says whether a text needs an apostrophe.

    Blanks, control and invisible characters in front are looked through, since programs drop
    them; so are full-width and superscript forms of the signs.
    """
    if not text or text[0].isalnum():
        return False
    if text[0] in GUARDED_STARTS:
        return True
    for character in text:
        if unicodedata.category(character)[0] not in "ZC":
            return unicodedata.normalize("NFKC", character)[0] in FORMULA_STARTS
    return False
