"""The little markup of the pages about the site, read into plain values. Pure.

An empty line parts paragraphs, "## " starts a heading, "- " a point of a list, and a link is
`[words](address)`. There is nothing else, and no HTML: templates escape every word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LINK = re.compile(r"\[([^\[\]\n]+)\]\(([^()\s]+)\)")
# Addresses of the web and of this site; "//host" would be another site in disguise.
ALLOWED = re.compile(r"(?:https?://[^\s/]|/(?![/\\]))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Run:
    """Some words; a link where there is an address."""

    words: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or heading with one line of runs, or a list with one line for each point."""

    kind: str  # "paragraph", "heading" or "list"
    lines: list[list[Run]]


def blocks_of(text: str) -> list[Block]:
    """Returns the blocks of a text, in reading order."""
    blocks: list[Block] = []
    for part in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")):
        blocks += _blocks(part.strip().split("\n"))
    return blocks


def _blocks(lines: list[str]) -> Iterator[Block]:
    """Yields the blocks of lines that no empty line parts."""
    paragraph: list[str] = []
    points: list[str] = []
    for line in [*(line.strip() for line in lines), ""]:
        if points and not line.startswith("- ") and line and not line.startswith("## "):
            points[-1] += f" {line}"  # a long point goes on
            continue
        if points and not line.startswith("- "):
            yield Block("list", [_runs(point) for point in points])
            points = []
        if paragraph and (not line or line.startswith(("- ", "## "))):
            yield Block("paragraph", [_runs(" ".join(paragraph))])
            paragraph = []
        if line.startswith("## "):
            yield Block("heading", [_runs(line.removeprefix("## "))])
        elif line.startswith("- "):
            points.append(line.removeprefix("- "))
        elif line:
            paragraph.append(line)


def _runs(line: str) -> list[Run]:
    runs, end = [], 0
    for found in LINK.finditer(line):
        words, url = found.groups()
        if not ALLOWED.match(url):
            continue
        if found.start() > end:
            runs.append(Run(line[end : found.start()]))
        runs.append(Run(words, url))
        end = found.end()
    return [*runs, Run(line[end:])] if line[end:] or not runs else runs
