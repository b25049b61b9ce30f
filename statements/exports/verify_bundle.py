"""Checks the proof bundle of a published fact-check: `python verify_bundle.py bundle.zip`.

Needs Python 3.11 and nothing else: no network, no database, no package. It names every file and
every part of the archive in which a single byte was altered, recomputes the hash of the sealed
finding and the chain of its history, and looks for each quote in the copies that the bundle has.

What it cannot know is whether the whole bundle was made up. For that, compare the hash of the
finding that it prints with the one that the site publishes (README.txt says where).
"""

from __future__ import annotations

import hashlib
import json
import struct
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FORMAT = 1
GENESIS = "0" * 64
MANIFEST, FINDING, HISTORY = "MANIFEST.json", "finding.json", "history.json"
EVIDENCE, COMPARISON = "evidence.json", "comparison.json"

# A ZIP archive in which nothing is left to choose: stored, ASCII names, one fixed day.
LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
DAY = (1 << 5) | 1  # 1 January 1980
MODE = 0o100644 << 16
LARGEST = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the archive: its name, its bytes and where its header begins."""

    name: str
    content: bytes
    offset: int


class Unreadable(Exception):
    """The archive is broken in a way that leaves nothing to look at behind it."""


# ---- the archive ------------------------------------------------------------------------


def write(members: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """Yields the archive of some files: the same files are the same bytes, always."""
    directory: list[bytes] = []
    offset = 0
    for name, content in members:
        header = local_header(name, content)
        directory.append(central_entry(name, content, offset))
        yield header
        yield content
        offset += len(header) + len(content)
    entries = b"".join(directory)
    yield entries
    yield end_record(len(directory), len(entries), offset)


def local_header(name: str, content: bytes) -> bytes:
    size = len(content)
    fields = (20, 0, 0, 0, DAY, zlib.crc32(content), size, size, len(name), 0)
    return LOCAL + struct.pack("<HHHHHIIIHH", *fields) + name.encode("ascii")


def central_entry(name: str, content: bytes, offset: int) -> bytes:
    size = len(content)
    fields = (
        *((3 << 8) | 20, 20, 0, 0, 0, DAY, zlib.crc32(content), size, size),
        *(len(name), 0, 0, 0, 0, MODE, offset),
    )
    return CENTRAL + struct.pack("<HHHHHHIIIHHHHHII", *fields) + name.encode("ascii")


def end_record(count: int, byte_size: int, offset: int) -> bytes:
    return END + struct.pack("<HHHHIIH", 0, 0, count, count, byte_size, offset, 0)


def read(data: bytes) -> list[Member]:
    """Returns the files in their order; raises `Unreadable` with where it is broken."""
    members: list[Member] = []
    offset, name = 0, "the first file"
    while data[offset : offset + 4] == LOCAL:
        if offset + 30 > len(data):
            raise Unreadable(f"the archive ends at byte {len(data)}, inside a header")
        *_, size, _, name_length, extra = struct.unpack("<HHHHHIIIHH", data[offset + 4 : offset + 30])  # fmt: skip
        begin = offset + 30 + name_length + extra
        if begin + size > len(data):
            raise Unreadable(f"the header of a file is altered at byte {offset} (after {name})")
        raw = data[offset + 30 : offset + 30 + name_length]
        name = raw.decode("ascii", errors="replace")
        members.append(Member(name, data[begin : begin + size], offset))
        offset = begin + size
    if data[offset : offset + 4] != CENTRAL:
        where = f"after {name}" if members else "at its beginning"
        raise Unreadable(f"the archive is altered at byte {offset}, {where}")
    return members


def archive_faults(data: bytes, members: list[Member]) -> Iterator[str]:
    """Yields every file and every part of the archive that is not as it was written."""
    directory = len(data)
    if members:
        last = members[-1]
        directory = last.offset + len(local_header(last.name, last.content)) + len(last.content)
    place = directory
    for member in members:
        header = local_header(_ascii(member.name), member.content)
        entry = central_entry(_ascii(member.name), member.content, member.offset)
        found = data[member.offset : member.offset + len(header)]
        listed = data[place : place + len(entry)]
        place += len(entry)
        # The checksum stands in both; when both differ from the content, it is the content.
        if found[14:18] == listed[16:20] != header[14:18]:
            yield f"{member.name}: its bytes were altered"
            header = header[:14] + found[14:18] + header[18:]
            entry = entry[:16] + listed[16:20] + entry[20:]
        if found != header:
            yield f"{member.name}: its header was altered{_where(found, header, member.offset)}"
        if listed != entry:
            yield (
                f"{member.name}: its entry in the directory was altered"
                f"{_where(listed, entry, place - len(entry))}"
            )
    end = end_record(len(members), place - directory, directory)
    if data[place:] != end:
        yield f"the end of the archive was altered{_where(data[place:], end, place)}"


def _ascii(name: str) -> str:
    return name.encode("ascii", errors="replace").decode()


def _where(found: bytes, expected: bytes, offset: int) -> str:
    for place, (one, other) in enumerate(zip(found, expected, strict=False)):
        if one != other:
            return f" (byte {offset + place})"
    return f" (byte {offset + min(len(found), len(expected))})"


# ---- what is in it ----------------------------------------------------------------------


def faults_of(data: bytes) -> Iterator[str]:
    """Yields, in words, everything in which a bundle is not what was sealed; nothing when intact."""
    try:
        members = read(data)
    except Unreadable as broken:
        yield str(broken)
        return
    broken_archive = list(archive_faults(data, members))
    yield from broken_archive
    files = {member.name: member.content for member in members}
    parsed: dict[str, Any] = {}
    for name in (MANIFEST, FINDING, HISTORY, EVIDENCE):
        if name not in files:
            yield f"{name}: it is missing"
            continue
        try:
            parsed[name] = json.loads(files[name])
        except ValueError:
            yield f"{name}: it is no JSON any more"
    checks = (
        (_manifest_faults, (MANIFEST,)),
        (_history_faults, (HISTORY,)),
        (_evidence_faults, (FINDING, EVIDENCE)),
    )
    for check, needed in checks:
        if all(name in parsed for name in needed):
            try:
                yield from check(files, parsed)
            except (KeyError, TypeError, AttributeError, ValueError, IndexError):
                yield f"{' and '.join(needed)}: something in it has another shape than was written"


def _manifest_faults(files: dict[str, bytes], parsed: dict[str, Any]) -> Iterator[str]:
    listed = {row["name"]: row for row in parsed[MANIFEST]["files"]}
    for name in files:
        if name != MANIFEST and name not in listed:
            yield f"{name}: it is not listed in {MANIFEST}"
    for name, row in listed.items():
        if name not in files:
            yield f"{name}: it is listed in {MANIFEST} and missing"
        elif _sha256(files[name]) != row["sha256"] or len(files[name]) != row["byte_size"]:
            yield f"{name}: it is not the file that {MANIFEST} lists"


def _history_faults(files: dict[str, bytes], parsed: dict[str, Any]) -> Iterator[str]:
    """A step that is not public has its hashes alone; its neighbours hold it in its place."""
    history = parsed[HISTORY]
    prev_hash, published = GENESIS, ""
    for place, link in enumerate(history["links"], start=1):
        at = f"{HISTORY}: step {link['sequence']}"
        if link["sequence"] != place:
            yield f"{at}: step {place} is missing"
        if link["prev_hash"] != prev_hash:
            yield f"{at}: does not follow the step before it"
        if "action" in link:
            if _link_hash(history["claim"], link) != link["hash"]:
                yield f"{at} ({link['action']}): was altered"
            published = link["content_sha256"] or published
        prev_hash = link["hash"]
    if _sha256(files.get(FINDING, b"")) != published:
        yield f"{FINDING}: it is not what the history says was published last"


def _link_hash(claim: str, link: dict[str, Any]) -> str:
    names = (
        *("sequence", "action", "from_state", "to_state", "by", "at"),
        *("note_sha256", "data_sha256", "content_sha256", "prev_hash"),
    )
    covered = {"claim": claim, **{name: link[name] for name in names}}
    text = json.dumps(covered, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return _sha256(text.encode())


def _evidence_faults(files: dict[str, bytes], parsed: dict[str, Any]) -> Iterator[str]:
    finding, rows = parsed[FINDING], parsed[EVIDENCE]
    shown = [row for part in ("evidence", "appearances") for row in rows[part]]
    sealed = [*finding["evidence"], *appearances_of(finding)]
    own = ("copy_file", "text_file")
    if [{k: v for k, v in row.items() if k not in own} for row in shown] != sealed:
        yield f"{EVIDENCE}: it differs from what {FINDING} seals"
    if COMPARISON in files and json.loads(files[COMPARISON]) != finding.get("comparison"):
        yield f"{COMPARISON}: it differs from what {FINDING} seals"
    seen: set[str] = set()
    for row in shown:
        yield from (fault for fault in _quote_faults(row, files) if fault not in seen)
        seen |= {row.get("copy_file", ""), row.get("text_file", "")}


def appearances_of(finding: dict[str, Any]) -> list[dict[str, Any]]:
    """Returns where the words of the statements stand, out of a sealed finding."""
    return [row for statement in finding["statements"] for row in statement["appearances"]]


def _quote_faults(row: dict[str, Any], files: dict[str, bytes]) -> Iterator[str]:
    snapshot, anchor = row["snapshot"], row["anchor"]
    copy, text = row.get("copy_file", ""), row.get("text_file", "")
    if copy and _sha256(files.get(copy, b"")) != snapshot["sha256"]:
        yield f"{copy}: it is not the copy that was sealed"
    if not text:
        return
    content = files.get(text, b"")
    if _sha256(content) != snapshot["text_sha256"]:
        yield f"{text}: it is not the text that was sealed"
        return
    words = content.decode()
    if anchor and words[anchor["start"] : anchor["end"]] != anchor["exact"]:
        yield f"{text}: it does not have “{anchor['exact'][:60]}” at {anchor['start']}"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


# ---- the command ------------------------------------------------------------------------


def summary_of(data: bytes) -> list[str]:
    """Returns what an intact bundle proves, in lines."""
    files = {member.name: member.content for member in read(data)}
    finding, history = json.loads(files[FINDING]), json.loads(files[HISTORY])
    rows = json.loads(files[EVIDENCE])
    quotes = [row for part in rows.values() for row in part if row["anchor"]]
    looked = sum(1 for row in quotes if row.get("text_file"))
    return [
        f"Claim {finding['claim']['id']}: {finding['claim']['text']}",
        f"Finding, revision {finding['about']['revision']}: {finding['finding']['finding']}",
        f"{len(finding['evidence'])} pieces of evidence, {looked} of {len(quotes)} quotes found in the copies here.",
        f"{len(history['links'])} steps of history.",
        f"sha256 of the sealed finding: {_sha256(files[FINDING])}",
    ]


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write("usage: python verify_bundle.py bundle.zip\n")
        return 2
    try:
        data = Path(arguments[0]).read_bytes()
    except OSError as error:
        sys.stderr.write(f"{arguments[0]} cannot be read: {error.strerror}\n")
        return 2
    faults = list(faults_of(data))
    lines = faults or [*summary_of(data), "The bundle is intact."]
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    if faults:
        sys.stderr.write(f"{len(faults)} faults.\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
