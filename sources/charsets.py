"""Bytes of a page to letters, whatever the page says its charset is."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

# What browsers take a label for (WHATWG Encoding), where Python's codec of that name knows less.
BROADER = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "tis-620": "cp874",
    "iso8859-11": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949",
    "shift_jis": "cp932", "big5": "big5hkscs", "utf-16": "utf-16-le",
}  # fmt: skip
LABELS = {
    "x-sjis": "cp932", "windows-31j": "cp932", "ms_kanji": "cp932", "ks_c_5601-1987": "cp949",
    "windows-949": "cp949", "x-gbk": "gb18030", "x-cp1251": "cp1251", "x-cp1252": "cp1252",
    "windows-874": "cp874", "x-mac-cyrillic": "mac_cyrillic", "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman", "unicode": "utf-16-le", "utf8": "utf-8", "x-euc-jp": "euc_jp",
    "iso-8859-8-i": "iso8859-8", "dos-874": "cp874", "koi": "koi8-r", "koi8": "koi8-r",
}  # fmt: skip
# Only these: Python also calls base64, rot13 or punycode a codec.
FAMILIES = re.compile(
    r"^(utf-(8|16|16-le|16-be|32|32-le|32-be)|iso8859-\d+|cp(1250|1251|1252|1253|1254|1255|1256|"
    r"1257|1258|874|866|932|949)|koi8-[rut]|mac-(cyrillic|roman)|gb18030|big5hkscs|euc_jp|"
    r"iso2022_jp|tis-620)$"
)
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# A page in UTF-16 that has no mark begins with a tag (HTML §13.2.3.2).
UNMARKED = (
    (re.compile(rb"<\0[^\0]\0"), "utf-16-le"),
    (re.compile(rb"\0<\0[^\0]"), "utf-16-be"),
)
HIGH = bytes(range(0x80, 0x100))
MOST_WRONG = 4  # of so many letters beyond ASCII one may be wrong, and the text is UTF-8 still
DECLARED = re.compile(
    rb"""<meta[^>]{0,500}?charset\s*=\s*["']?\s*([-\w:.]{2,40})|<\?xml[^>]{0,200}?encoding\s*=\s*["']([-\w:.]{2,40})""",
    re.IGNORECASE,
)
IN_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([-\w:.]{2,40})""", re.IGNORECASE)
DECLARED_WITHIN = 256 * 1024  # a browser looks at 1,024 bytes; late declarations are common
GUESSED_FROM = 64 * 1024


def codec_of(label: str) -> str:
    """Returns the codec that a label means to a browser; "" when it means none."""
    label = label.strip().lower()
    label = LABELS.get(label, label)
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return ""
    name = BROADER.get(name, name)
    return name if FAMILIES.match(name) else ""


def decode(content: bytes, *, content_type: str = "", is_html: bool = False) -> tuple[str, str]:
    """Returns the text and the charset it was read in; never fails, and guesses late.

    A byte order mark counts first. Bytes beyond ASCII that are valid UTF-8 are UTF-8 whatever was
    declared: no other charset makes such sequences by chance, and servers declare wrongly. A few
    wrong bytes among them (cut off, or pasted in from elsewhere) spoil no more than themselves.
    Then what the header and the page declare, each only if it can read every byte; then a guess.
    """
    for mark, codec in MARKS:
        if content.startswith(mark):
            return content.decode(codec, errors="replace"), codec.removesuffix("-sig")
    for start, codec in UNMARKED:
        if start.match(content):
            return content.decode(codec, errors="replace"), codec
    if not content.isascii() and (text := _utf8(content)) is not None:
        return text, "utf-8"
    for label in _declared(content, content_type, is_html=is_html):
        codec = codec_of(label)
        # A page whose declaration can be read as ASCII is not in UTF-16 (HTML §13.2.3.3).
        if codec.startswith(("utf-16", "utf-32")) and b"\0" not in content[:100]:
            continue
        if codec and (text := _read(content, codec)) is not None:
            return text, codec
    if content.isascii():
        return content.decode("ascii"), "utf-8"
    best = from_bytes(content[:GUESSED_FROM]).best()
    guess = codec_of(best.encoding) if best else ""
    if guess and (text := _read(content, guess)) is not None:
        return text, guess
    return content.decode("cp1252", errors="replace"), "cp1252"


def _utf8(content: bytes) -> str | None:
    """Returns the text when it is UTF-8, but for a few bytes; None for what only looks like it."""
    text = content.decode("utf-8", errors="replace")
    wrong = text.count("\N{REPLACEMENT CHARACTER}") - content.count(b"\xef\xbf\xbd")
    beyond_ascii = len(text) - len(content.translate(None, HIGH))
    return text if wrong * (MOST_WRONG + 1) <= beyond_ascii else None


def _declared(content: bytes, content_type: str, *, is_html: bool) -> list[str]:
    found = [match.group(1) for match in IN_HEADER.finditer(content_type)]
    if is_html:
        found += [
            (match.group(1) or match.group(2)).decode("ascii", "replace")
            for match in DECLARED.finditer(content[:DECLARED_WITHIN])
        ]
    return found


def _read(content: bytes, codec: str) -> str | None:
    """Returns the text when the codec can read every byte of it."""
    try:
        return content.decode(codec)
    except (UnicodeDecodeError, LookupError):
        pass
    if not codec.startswith("cp12"):
        return None
    # Browsers read the few free places of these tables as controls, which nobody meant to write.
    free = sum(1 for byte in set(content) if byte >= 0x80 and not _has(codec, byte))
    used = sum(content.count(bytes([byte])) for byte in range(0x80, 0xA0) if not _has(codec, byte))
    if free and used <= len(content) // 500 + 1:
        return content.decode(codec, errors="replace")
    return None


def _has(codec: str, byte: int) -> bool:
    try:
        bytes([byte]).decode(codec)
    except UnicodeDecodeError:
        return False
    return True
