"""Reading tables of counts: CSV as it comes out of spreadsheets, and what they do to cells.

Nothing is guessed. A cell that may mean two things, or that a spreadsheet has damaged, is told
with its line and what to do about it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sources.texts import FORBIDDEN
from statements.imports.lines import OTHER_ENCODINGS, BadFile, BadRow

MOST_BYTES = 50_000_000
MOST_COLUMNS = 1_000
BOM = b"\xef\xbb\xbf"

DAY = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?P<time>[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?\Z"
)
WHOLE = re.compile(r"[0-9]{1,14}(\.0{1,2})?\Z")
PARTED = re.compile(r"[0-9]{1,14}(\.[0-9]{1,4})?\Z")
SERIAL = re.compile(r"[0-9]{5}(\.[0-9]+)?\Z")
SPREADSHEET_ERROR = re.compile(r"#(REF|VALUE|N/A|NAME|DIV/0|NUM|NULL|SPILL|CALC)[!?]?\Z")
MONTH_NAME = re.compile(
    r"(?:[0-9]{1,2}[-. ])?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-. ]?[0-9]*\Z",
    re.IGNORECASE,
)
SCIENTIFIC = re.compile(r"[+-]?[0-9.,]+e[+-]?[0-9]+\Z", re.IGNORECASE)
SPREADSHEET_EPOCH = date(1899, 12, 30)  # the day 0 of Excel and LibreOffice


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: the number of its line, and its cells by column."""

    line: int
    cells: dict[str, str]


class Table:
    """The rows of a CSV file, UTF-8: `Row` or `BadRow`, in order.

    Raises `BadFile` where there is no table at all. Cells are stripped of white space.
    """

    def __init__(self, content: bytes, *, delimiter: str = ",") -> None:
        if len(content) > MOST_BYTES:
            raise BadFile(f"the file is larger than {MOST_BYTES:,} bytes")
        if encoding := OTHER_ENCODINGS.get(content[:2]):
            raise BadFile(f"the file is in {encoding}: save it as UTF-8")
        self.bad: list[BadRow] = []
        self.delimiter = delimiter
        self.lines = _lines(content.removeprefix(BOM), self.bad)
        self.reader = csv.reader(self.lines, delimiter=delimiter, strict=True)
        self.columns = self._header()

    def _header(self) -> list[str]:
        try:
            header = next(self.reader, [])
        except csv.Error as error:
            raise BadFile(f"line 1 is no header: {error}") from error
        if self.bad:
            raise BadFile(str(self.bad[0]))
        columns = [name.strip() for name in header]
        if not any(columns):
            raise BadFile("the file has no header: its first line names the columns")
        if len(columns) > MOST_COLUMNS:
            raise BadFile(f"the file has more than {MOST_COLUMNS:,} columns")
        twice = [name for name in dict.fromkeys(columns) if name and columns.count(name) > 1]
        if twice:
            raise BadFile(f"the column “{twice[0]}” is there twice")
        return columns

    def need(self, *names: str) -> None:
        """Raises `BadFile` for a column that is not there, and says which ones are."""
        for name in names:
            if name and name not in self.columns:
                there = ", ".join(f"“{column}”" for column in self.columns if column)
                hint = ""
                if len(self.columns) == 1:
                    hint = " If the columns are parted by something else, say it with --delimiter."
                raise BadFile(f"there is no column “{name}”; the file has {there}.{hint}")

    def __iter__(self) -> Iterator[Row | BadRow]:
        while True:
            line = self.reader.line_num + 1
            try:
                values = next(self.reader)
            except StopIteration:
                yield from self._told()
                return
            except csv.Error as error:
                yield from self._told()
                yield BadRow(line, f"this is no row of a table: {error}")
                continue
            if self.bad:
                yield from self._told()
            elif not any(value.strip() for value in values):
                continue
            elif len(values) != len(self.columns):
                yield BadRow(
                    line, f"the row has {len(values)} cells, the header has {len(self.columns)}"
                )
            else:
                cells = zip(self.columns, values, strict=True)
                yield Row(line, {name: value.strip() for name, value in cells})

    def _told(self) -> list[BadRow]:
        told, self.bad[:] = list(self.bad), []
        return told


def _lines(content: bytes, bad: list[BadRow]) -> Iterator[str]:
    """Yields the lines as text; what is wrong with one is added to `bad`."""
    for number, raw in enumerate(io.BytesIO(content), start=1):
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            place = error.start + 1
            bad.append(
                BadRow(number, f"byte {place} is not UTF-8, as other lines are: save it as UTF-8")
            )
            text = raw.decode("utf-8", "replace")
        if found := FORBIDDEN.search(text):
            bad.append(
                BadRow(
                    number,
                    f"the character U+{ord(found.group()):04X} at position {found.start() + 1} "
                    "cannot be stored: take it out",
                )
            )
            text = FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
        yield text


# ---- cells ----------------------------------------------------------------------------------


def day_of(text: str, *, written: str = "") -> date:
    """Returns the day in a cell, its time of day left out; `written` is a format of strptime.

    Raises ValueError that says what was found and what to write.
    """
    _refuse_damage(text)
    if written:
        try:
            return datetime.strptime(text, written).date()  # noqa: DTZ007  a day has no zone
        except ValueError as error:
            raise ValueError(f"“{text}” is not written as {written}") from error
    if match := DAY.match(text):
        try:
            return date(*(int(part) for part in match.group(1, 2, 3)))
        except ValueError as error:
            raise ValueError(f"there is no day {text[:10]}") from error
    if SERIAL.match(text):
        day = SPREADSHEET_EPOCH + timedelta(days=int(text[:5]))
        raise ValueError(
            f"“{text}” is how a spreadsheet counts days ({day} perhaps): format the column as a date"
        )
    if MONTH_NAME.match(text):
        raise ValueError(f"“{text}” is what a spreadsheet made of a date: write it as 2025-03-27")
    raise ValueError(f"“{text}” is no day: write it as 2025-03-27, or say how it is written")


def has_time(text: str) -> bool:
    """Says whether the day in a cell has a time of day behind it."""
    match = DAY.match(text)
    return match is not None and match["time"] is not None


def count_of(text: str, *, with_parts: bool = False) -> Decimal:
    """Returns the count in a cell: a whole number, or one with up to four decimals.

    Raises ValueError that says what was found and what to write.
    """
    _refuse_damage(text)
    if (PARTED if with_parts else WHOLE).match(text):
        return Decimal(text)
    if text.startswith(("-", "\N{MINUS SIGN}")) and text[1:2].isdigit():
        raise ValueError(f"a count cannot be negative: {text}")
    if SCIENTIFIC.match(text):
        raise ValueError(f"“{text}” was rounded by a spreadsheet: write the number in full")
    if MONTH_NAME.match(text):
        raise ValueError(f"“{text}” is what a spreadsheet made of a number: write the number")
    if DAY.match(text):
        raise ValueError(f"“{text}” is a day, not a count")
    if PARTED.match(text):
        raise ValueError(
            f"“{text}” may be a thousand or a part of one: write whole numbers without signs, or "
            "say --decimals"
        )
    if re.fullmatch(r"[0-9]+", text):
        raise ValueError(f"“{text}” is too large a number")
    if re.fullmatch(r"[0-9][0-9.,'\s]*", text):
        raise ValueError(f"“{text}” has signs between its digits: write 1234, not 1,234 or 1.234")
    raise ValueError(f"“{text}” is no count: write a number, or leave the cell empty")


def _refuse_damage(text: str) -> None:
    if SPREADSHEET_ERROR.match(text):
        raise ValueError(f"“{text}” is a spreadsheet's error, not a value")
    if text and not text.strip("#"):
        raise ValueError(f"“{text}” stands for a column that was too narrow: the value is lost")
    if text.startswith("="):
        raise ValueError(f"“{text[:40]}” is a formula: write its result")
