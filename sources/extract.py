"""Bytes to text: what an anchor can point into. No network."""

from __future__ import annotations

import io
import unicodedata

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from trafilatura import extract as extract_article
from trafilatura import html2txt

from sources.errors import Invalid
from sources.texts import FORBIDDEN

MAX_BYTES = 20 * 1024 * 1024
MAX_PAGES = 500

MEDIA_TYPES = {
    ".txt": "text/plain",
    ".md": "text/plain",
    ".html": "text/html",
    ".htm": "text/html",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}


def media_type_of(name: str, content: bytes) -> str:
    """Returns the media type of a file by its content, then by its ending.

    Raises `Invalid` for a type that cannot be kept as evidence.
    """
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    expected = MEDIA_TYPES.get(ending, "")
    if expected.startswith("text/"):
        return expected
    kinds = "text, HTML, PDF, PNG or JPEG"
    if expected:
        raise Invalid(f"the file {name} is not what its name says: save it again", field="file")
    raise Invalid(f"upload a {kinds} file: {name or 'this file'} is none of them", field="file")


def text_of(content: bytes, media_type: str) -> str:
    """Returns the readable text of a page, PDF or text file, in NFC; "" for an image.

    Raises `Invalid` for a PDF that cannot be read.
    """
    if media_type == "application/pdf":
        text = _pdf(content)
    elif media_type == "text/html":
        text = extract_article(content, include_comments=False) or html2txt(content) or ""
    elif media_type.startswith("text/"):
        text = _decode(content)
    else:
        text = ""
    return tidy(text)


def tidy(text: str) -> str:
    """Returns text in NFC with line feeds only and without characters that cannot be stored."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text).strip()


def _decode(content: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _pdf(content: bytes) -> str:
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise Invalid("this PDF is locked with a password: save an open copy", field="file")
        if len(reader.pages) > MAX_PAGES:
            raise Invalid(f"this PDF has more than {MAX_PAGES} pages: cut out a part", field="file")
        return "\n\n".join(page.extract_text() for page in reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError, AttributeError) as error:
        # pypdf leaves plain Python errors to its callers on damaged files
        raise Invalid(
            "this PDF cannot be read: save it again or paste its text", field="file"
        ) from error
