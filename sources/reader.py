"""Reads pages and PDFs in a process of its own, with little time and memory and no secrets.

Parsers meet whatever a hostile server or file made: one that hangs, eats memory or crashes ends
with its process, and nothing of ours is in its environment. Starting it costs about a second, which
only captures and uploads pay. `python -m sources.reader` is that process: a line of JSON and the
bytes come in, a line of JSON goes out.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

from sources.errors import Invalid
from sources.readings import MOST_TEXT, About, PageLinks, Reading, tidy
from sources.tokens import cdata_as_text, tokens

ROOT = Path(__file__).resolve().parent.parent
READ_SECONDS = 18.0
MOST_MEMORY = 640 * 1024 * 1024  # of addresses, not of memory in use: that stays below 200 MB
MOST_TREE_BYTES = 3 * 1024 * 1024  # a larger page is read without building its tree
# A page as small as this is read in a moment: where it takes longer the machine is busy, and another
# try gives the same text as ever. Without its tree the same page would seem to have changed.
SMALL_PAGE_BYTES = 300_000
UNREADABLE = "this file cannot be read: save it again or paste its text"
TOO_SLOW = "this file takes too long to read: cut out a part, or paste its text"
BUSY = "this machine is too busy to read the file: try again later"


class TooBusy(Invalid):
    """The file could not be read now; later it can be."""


def read(
    content: bytes,
    media_type: str,
    *,
    content_type: str = "",
    url: str = "",
    seconds: float = READ_SECONDS,
) -> Reading:
    """Returns what is in a page or PDF; raises `Invalid` in words when it cannot be read."""
    told = {"media_type": media_type, "content_type": content_type, "url": url}
    if media_type == "text/html":
        # Where the parser hangs, crashes or runs out of memory the tags are taken out without one.
        done = _run(told, content, seconds * 2 / 3)
        if done is None and len(content) <= SMALL_PAGE_BYTES:
            raise TooBusy(BUSY, field="file")
        if done is None or done.returncode:
            done = _run(told | {"is_plain": True}, content, seconds / 3)
    else:
        done = _run(told, content, seconds)
    if done is None:
        raise Invalid(TOO_SLOW, field="file")
    if done.returncode:
        raise Invalid(UNREADABLE, field="file")
    answer: dict[str, Any] = json.loads(done.stdout)
    if "refusal" in answer:
        raise Invalid(answer["refusal"], field="file")
    return Reading(
        answer["text"],
        answer["charset"],
        About.from_json(answer["about"]),
        PageLinks(*map(tuple, answer["links"])),
    )


def _run(
    told: dict[str, Any], content: bytes, seconds: float
) -> subprocess.CompletedProcess[bytes] | None:
    """Runs this module on the bytes; None when it took too long, and was ended."""
    try:
        return subprocess.run(
            [sys.executable, "-m", "sources.reader"],
            input=json.dumps(told).encode() + b"\n" + content,
            cwd=ROOT,
            env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None


# ---- in the other process -------------------------------------------------------------------


UNSEEN = frozenset({"script", "style", "template"})
UNSEEN_RAW = UNSEEN | {"title", "iframe"}  # of a page; in a drawing readers see a title
# In a drawing they are elements like others, and may be left open.
ENDS_WITH = {"script": ("svg", "math"), "style": ("svg", "math")}


def without_tags(html: str, *, is_xml: bool = False) -> str:
    """Takes the tags out of a page of any size and depth in one pass: all its text, a tag a line.

    It reads tags as browsers do where that needs no tree: what is left open ends with the page.
    """
    lines: list[str] = []
    piece: list[str] = []  # of text, since the last tag
    length, unseen = 0, ""
    for token in tokens(html, is_xml=is_xml):
        if token.kind in ("text", "raw"):
            if not unseen and token.name not in UNSEEN_RAW:
                text = html[token.start : token.end]
                piece.append(unescape(text) if token.kind == "text" else text)
            continue
        length += _add_lines(lines, piece)
        if length > MOST_TEXT + 1:  # with a line end after each
            break
        if not unseen and token.kind == "start" and token.name in UNSEEN:
            unseen = token.name
        elif token.kind == "end" and token.name in (unseen, *ENDS_WITH.get(unseen, ())):
            unseen = ""
    _add_lines(lines, piece)
    return tidy("\n".join(lines))


def _add_lines(lines: list[str], piece: list[str]) -> int:
    """Moves the text between two tags to the lines, and says how many letters came.

    Kept tag by tag, a page of a million of them took 260 MB.
    """
    if not piece:
        return 0
    text = "".join(piece)
    piece.clear()
    new = [line for line in (" ".join(each.split()) for each in text.split("\n")) if line]
    lines += new
    return sum(map(len, new)) + len(new)


def read_here(told: dict[str, Any], content: bytes) -> Reading:
    """Does the reading; imports only what the kind of file needs, since each import takes time."""
    if told["media_type"] == "application/pdf":
        from sources.pdf import read_pdf  # half of the time of a page

        text, about = read_pdf(content)
        return Reading(text, "", about)
    from sources.charsets import decode  # as above

    html, charset = decode(content, content_type=told["content_type"], is_html=True)
    is_xml = "xhtml+xml" in told["content_type"].lower()
    if told.get("is_plain") or len(html) > MOST_TREE_BYTES:
        return Reading(without_tags(html, is_xml=is_xml), charset)
    from sources.page import read_page  # as above

    reading = read_page(cdata_as_text(html, is_xml=is_xml), url=told["url"])
    return replace(reading, text=reading.text or without_tags(html, is_xml=is_xml), charset=charset)


def _limit() -> None:
    """Bounds this process; where the system knows no such limits the time still counts."""
    try:
        import resource  # not everywhere
    except ImportError:
        return
    for which, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, int(READ_SECONDS) + 1),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(which, (most, most))


def main() -> None:
    _limit()
    line, content = sys.stdin.buffer.readline(), sys.stdin.buffer.read()
    answer: dict[str, Any]
    try:
        reading = read_here(json.loads(line), content)
        answer = {
            "text": reading.text,
            "charset": reading.charset,
            "about": reading.about.as_json(),
            "links": [reading.links.own, reading.links.out],
        }
    except Invalid as refusal:
        answer = {"refusal": str(refusal)}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode(errors="replace"))


if __name__ == "__main__":
    main()
