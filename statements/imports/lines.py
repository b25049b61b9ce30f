"""Reading JSON Lines, packed or not, one line at a time: what a file really holds.

A file is read as a stream and hashed on the way, so its size does not matter. A line that is no
object of JSON is told with its number and the others go on; a file that cannot be read to its end
(a damaged archive, another encoding) raises `BadFile`.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from sources.errors import Refused

# Far longer than any honest record; a file without line ends must not fill the memory.
MOST_LINE_BYTES = 1_000_000
CHUNK = 1 << 16
GZIP = b"\x1f\x8b"
OTHER_ENCODINGS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


class BadFile(Exception):
    """The file cannot be read to its end; says why, in words."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """One row that cannot be taken: where it stands, which one it is, and why."""

    line: int
    reason: str
    reference: str = ""
    field: str = ""
    file: str = ""

    @classmethod
    def of(cls, line: Line, refused: Refused, *, file: str = "") -> BadRow:
        """Returns the row of a line that was read and refused."""
        known, field = line.value.get("id"), refused.field or ""
        return cls(
            line.number,
            f"{field}: {refused}" if field else str(refused),
            str(known) if isinstance(known, str | int) else "",
            field,
            file,
        )

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line:,}" if self.file else f"line {self.line:,}"
        named = f" ({self.reference})" if self.reference else ""
        return f"{where}{named}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Line:
    """One object of the file and the number of its line."""

    number: int
    value: dict[str, Any]


class Hashed(io.RawIOBase):
    """A file that remembers the sha256 and the size of what was read of it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.digest = hashlib.sha256()
        self.byte_count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        content = self.file.read(len(buffer))
        self.digest.update(content)
        self.byte_count += len(content)
        buffer[: len(content)] = content
        return len(content)


class Lines:
    """The lines of one file: `Line` or `BadRow`, in order.

    `most_bytes` is how much may be unpacked. After the last one, `sha256` and `byte_count` are
    those of the whole file as it lies there.
    """

    def __init__(self, file: IO[bytes], *, most_bytes: int | None = None) -> None:
        self.raw = Hashed(file)
        self.most_bytes = most_bytes
        self.number = 0

    @property
    def sha256(self) -> str:
        return self.raw.digest.hexdigest()

    @property
    def byte_count(self) -> int:
        return self.raw.byte_count

    def __iter__(self) -> Iterator[Line | BadRow]:
        packed = io.BufferedReader(self.raw, CHUNK)
        start = packed.peek(2)[:2]
        if encoding := OTHER_ENCODINGS.get(start):
            raise BadFile(f"the file is in {encoding}: save it as UTF-8")
        is_packed = start == GZIP
        stream: Any = gzip.GzipFile(fileobj=packed) if is_packed else packed
        reader: Any = io.BufferedReader(stream, CHUNK) if is_packed else packed
        try:
            yield from self._lines(reader)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise BadFile(
                f"the archive is damaged or cut off after line {self.number:,}: fetch it again"
            ) from error
        while packed.read(CHUNK):
            pass  # what may stand behind the archive belongs to the file's hash

    def _lines(self, reader: Any) -> Iterator[Line | BadRow]:
        left = self.most_bytes
        while raw := reader.readline(MOST_LINE_BYTES + 1):
            self.number += 1
            if left is not None:
                left -= len(raw)
                if left < 0:
                    raise BadFile(f"unpacked, the file is larger than {self.most_bytes:,} bytes")
            if len(raw) > MOST_LINE_BYTES and not raw.endswith(b"\n"):
                while (more := reader.readline(CHUNK)) and not more.endswith(b"\n"):
                    if left is not None:
                        left -= len(more)
                        if left < 0:
                            raise BadFile(
                                f"unpacked, the file is larger than {self.most_bytes:,} bytes"
                            )
                yield BadRow(self.number, f"the line is longer than {MOST_LINE_BYTES:,} bytes")
                continue
            if self.number == 1:
                raw = raw.removeprefix(b"\xef\xbb\xbf")
            if not raw.strip():
                continue
            yield self._read(raw)

    def _read(self, raw: bytes) -> Line | BadRow:
        try:
            value = DECODER.decode(raw.decode("utf-8").strip())
        except UnicodeDecodeError as error:
            return BadRow(self.number, f"byte {error.start + 1} is not UTF-8")
        except RecursionError:
            return BadRow(self.number, "the lists and objects are nested too deeply")
        except json.JSONDecodeError as error:
            return BadRow(
                self.number, f"this is not JSON: {error.msg} (character {error.pos + 1:,})"
            )
        except ValueError as error:
            return BadRow(self.number, str(error))
        if not isinstance(value, dict):
            return BadRow(self.number, "this is no JSON object: write {…}")
        return Line(self.number, value)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise ValueError(f"the key “{twice[:40]}” stands there twice")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number in JSON")


def _whole(text: str) -> int:
    if len(text) > 40:
        raise ValueError(f"the number {text[:12]}… is too long")
    return int(text)


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"the number {text[:12]} is too large")
    return number


DECODER = json.JSONDecoder(
    object_pairs_hook=_once, parse_constant=_no_number, parse_int=_whole, parse_float=_finite
)
