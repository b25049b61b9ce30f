"""Bytes to text: which kind of file this is, and what an anchor can point into. No network."""

from __future__ import annotations

import re
from importlib.metadata import version

from sources import reader
from sources.charsets import decode
from sources.errors import Invalid
from sources.readings import Reading, tidy
from sources.vocabulary import PAGES

MAX_BYTES = 20 * 1024 * 1024

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
# The package that reads text out of such files; of all others the text is what the bytes say.
EXTRACTORS = {"text/html": "trafilatura", "application/pdf": "pypdf"}
KINDS = "text, HTML, PDF, PNG or JPEG"
# What servers call such files; the bytes decide where they tell.
PLAIN = frozenset({"text/plain", "text/csv", "text/markdown", "application/json"})
UNSAID = frozenset({"", "application/octet-stream", "binary/octet-stream", "*/*"})
LOOKS_LIKE_HTML = re.compile(rb"<(!doctype\s+html|html|head|body|title|p|div|h1)\b", re.IGNORECASE)


def media_type_of(name: str, content: bytes) -> str:
    """Returns the media type of a file by its content, then by its ending.

    Raises `Invalid` for a type that cannot be kept as evidence.
    """
    if found := _by_content(content):
        return found
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    expected = MEDIA_TYPES.get(ending, "")
    if expected.startswith("text/"):
        return expected
    if expected:
        raise Invalid(f"the file {name} is not what its name says: save it again", field="file")
    raise Invalid(f"upload a {KINDS} file: {name or 'this file'} is none of them", field="file")


def media_type_sent(content_type: str, content: bytes) -> str:
    """Returns the media type of an answer by its bytes, then by what the server calls it.

    Raises `Invalid` for what is not what it is called, and for what cannot be kept as evidence:
    pictures made of script (SVG) among it.
    """
    if found := _by_content(content):
        return found
    said = content_type.partition(";")[0].strip().lower()
    if said in PAGES:
        return "text/html"
    if said in PLAIN:
        return "text/plain"
    if said in UNSAID:
        if LOOKS_LIKE_HTML.search(content[:1024]):
            return "text/html"
        if b"\0" not in content[:4096]:
            return "text/plain"
    if said in MEDIA_TYPES.values():
        raise Invalid(f"the server says that this is {said}, and it is not")
    raise Invalid(f"only {KINDS} can be kept, and this is {said or 'something else'}")


def is_media_type(content: bytes, media_type: str) -> bool:
    """Says whether a PDF or picture is what it is called, by its first bytes."""
    return _by_content(content) == media_type


def _by_content(content: bytes) -> str:
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    return ""


def read(content: bytes, media_type: str, *, content_type: str = "", url: str = "") -> Reading:
    """Returns the readable text of a page, PDF or text file in NFC; "" for an image.

    `content_type` is what a server said of it. Raises `Invalid` for what cannot be read.
    """
    if media_type in ("application/pdf", "text/html"):
        return reader.read(content, media_type, content_type=content_type, url=url)
    if media_type.startswith("text/"):
        text, charset = decode(content, content_type=content_type)
        return Reading(tidy(text), charset)
    return Reading("")


def extractor_of(media_type: str) -> tuple[str, str]:
    """Returns name and version of the package that reads such files here and now."""
    name = EXTRACTORS[media_type]
    return name, version(name)
