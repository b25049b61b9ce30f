"""A PDF to text and to what it says about itself. It runs in a process of its own."""

from __future__ import annotations

import io
import re
from contextlib import suppress
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from sources.errors import Invalid
from sources.readings import About, tidy

MAX_PAGES = 500
# pypdf leaves plain Python errors to its callers on damaged files.
BROKEN = (
    PyPdfError, ValueError, KeyError, TypeError, RecursionError, AttributeError, IndexError,
    OverflowError, AssertionError, NotImplementedError, OSError,
)  # fmt: skip


def read_pdf(content: bytes) -> tuple[str, About]:
    """Returns the text, pages apart by an empty line; raises `Invalid` when it cannot be read."""
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise Invalid("this PDF is locked with a password: save an open copy", field="file")
        if len(reader.pages) > MAX_PAGES:
            raise Invalid(f"this PDF has more than {MAX_PAGES} pages: cut out a part", field="file")
        text = tidy("\n\n".join(page.extract_text() for page in reader.pages))
    except BROKEN as error:
        raise Invalid(
            "this PDF cannot be read: save it again or paste its text", field="file"
        ) from error
    return text, _about(reader)


def _about(reader: PdfReader) -> About:
    with suppress(*BROKEN):
        said: dict[str, Any] = dict(reader.metadata or {})
        made = re.match(r"D:(\d{4})(\d{2})(\d{2})", str(said.get("/CreationDate", "")))
        return About(
            title=" ".join(tidy(str(said.get("/Title") or "")[:5_000]).split())[:500],
            author=" ".join(tidy(str(said.get("/Author") or "")[:3_000]).split())[:300],
            published_on="-".join(made.groups()) if made else "",
        )
    return About()
