"""Text as it may be stored: NFC, no NUL, no control characters, no lone surrogates."""

from __future__ import annotations

import re
import unicodedata

from sources.errors import Invalid

# C0 without tab, line feed and carriage return; DEL; C1; lone surrogates; noncharacters.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

MAX_LINE = 500
MAX_TEXT = 20_000


def clean(
    value: str | None, field: str, *, required: str = "", most: int = MAX_TEXT, keep: bool = False
) -> str:
    """Returns the text in NFC, stripped; raises `Invalid` with words that name `field`.

    `required` is what to say when it is empty. `keep` leaves white space at the ends alone.
    """
    if not isinstance(value, str | None):
        raise Invalid("give this as text", field=field)
    text = unicodedata.normalize("NFC", value or "").replace("\r\n", "\n").replace("\r", "\n")
    text = text if keep else text.strip()
    if found := FORBIDDEN.search(text):
        raise Invalid(
            f"take out the character U+{ord(found.group()):04X} at position {found.start() + 1}: "
            "it cannot be stored",
            field=field,
        )
    if required and not text.strip():
        raise Invalid(required, field=field)
    if len(text) > most:
        raise Invalid(f"shorten this to {most:,} characters: it has {len(text):,}", field=field)
    return text


def clean_line(value: str | None, field: str, *, required: str = "", most: int = MAX_LINE) -> str:
    """As `clean`, for one line: every run of white space becomes one space."""
    return " ".join(clean(value, field, required=required, most=most).split())
