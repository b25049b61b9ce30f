"""Reading files of JSON Lines as they really are: packed, broken, wrongly encoded, huge."""

from __future__ import annotations

import gzip
import hashlib
import io
import json

import pytest

from statements.imports import lines as reading
from statements.imports.lines import BadFile, BadRow, Line, Lines


def read(content, **options):
    """Returns numbers and values, and numbers and reasons, of the lines of a file."""
    good, bad = [], []
    for line in Lines(io.BytesIO(content), **options):
        if isinstance(line, BadRow):
            bad.append((line.line, line.reason))
        else:
            assert isinstance(line, Line)
            good.append((line.number, line.value))
    return good, bad


def test_lines_are_read_packed_or_not_and_hashed_as_they_lie_there():
    content = b'{"a": 1}\n{"b": "\xc3\xa9"}\n'
    packed = gzip.compress(content)

    for file in (content, packed):
        lines = Lines(io.BytesIO(file))

        assert [line.value for line in lines] == [{"a": 1}, {"b": "é"}]
        assert lines.sha256 == hashlib.sha256(file).hexdigest()
        assert lines.byte_count == len(file)


@pytest.mark.parametrize(
    "content",
    [
        b'\xef\xbb\xbf{"a": 1}\n',
        b'{"a": 1}',
        b'{"a": 1}\r\n',
        b'\n\n  \n{"a": 1}\n\n',
        b' \t{"a": 1} \n',
    ],
    ids=["byte order mark", "no line end", "line ends of Windows", "empty lines", "blanks"],
)
def test_what_real_files_hold_beside_their_rows_is_no_fault(content):
    good, bad = read(content)

    assert [value for _, value in good] == [{"a": 1}]
    assert bad == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"a": 1', "this is not JSON: Expecting ',' delimiter (character 8)"),
        (b"{'a': 1}", "this is not JSON: Expecting property name enclosed in double quotes (character 2)"),
        (b"[1, 2]", "this is no JSON object: write {…}"),
        (b'"words"', "this is no JSON object: write {…}"),
        (b'{"a": NaN}', "NaN is no number in JSON"),
        (b'{"a": -Infinity}', "-Infinity is no number in JSON"),
        (b'{"a": 1e999}', "the number 1e999 is too large"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "the number 999999999999… is too long"),
        (b'{"a": 1, "a": 2}', "the key “a” stands there twice"),
        (b'{"a": {"b": 1, "b": 2}}', "the key “b” stands there twice"),
        (b'{"a": "caf\xe9"}', "byte 11 is not UTF-8"),
        (b"[" * 200_000, "the lists and objects are nested too deeply"),
        (b'{"a": "\x00"}', "this is not JSON: Invalid control character at (character 8)"),
        (b'{"a": "x" "b"}', "this is not JSON: Expecting ',' delimiter (character 11)"),
    ],
)  # fmt: skip
def test_a_broken_line_is_told_in_words_and_the_others_are_read(line, reason):
    good, bad = read(b'{"n": 1}\n' + line + b'\n{"n": 3}\n')

    assert good == [(1, {"n": 1}), (3, {"n": 3})]
    assert bad == [(2, reason)]


def test_a_line_without_end_does_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(reading, "MOST_LINE_BYTES", 100)
    long = json.dumps({"a": "x" * 1_000_000}).encode()

    good, bad = read(long + b'\n{"n": 2}\n')

    assert good == [(2, {"n": 2})]
    assert bad == [(1, "the line is longer than 100 bytes")]


@pytest.mark.parametrize("cut", [1, 9, 12, 40, -9, -4, -1])
def test_a_packed_file_that_breaks_off_is_refused_as_a_whole(cut):
    rows = b"".join(b'{"n": %d}\n' % number for number in range(50))

    with pytest.raises(BadFile, match=r"^the archive is damaged or cut off after line \d+: "):
        read(gzip.compress(rows)[:cut] if cut > 1 or cut < 0 else b"\x1f\x8b")


def test_a_packed_file_with_a_wrong_byte_is_refused_as_a_whole():
    packed = bytearray(gzip.compress(b'{"n": 1}\n' * 1_000))
    packed[30] ^= 0xFF

    with pytest.raises(BadFile, match=r"^the archive is damaged or cut off after line \d+: "):
        read(bytes(packed))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_another_encoding_is_named(encoding):
    content = ("\ufeff" if encoding == "utf-16-be" else "") + '{"a": 1}\n'

    with pytest.raises(BadFile, match=r"^the file is in UTF-16: save it as UTF-8$"):
        read(content.encode(encoding))


def test_what_unpacks_to_more_than_allowed_is_refused():
    bomb = gzip.compress(b'{"a": "' + b"x" * 5_000_000 + b'"}\n')

    with pytest.raises(BadFile, match=r"^unpacked, the file is larger than 1,000,000 bytes$"):
        read(bomb, most_bytes=1_000_000)


def test_an_empty_file_has_no_lines():
    assert read(b"") == ([], [])
    assert read(gzip.compress(b"")) == ([], [])
