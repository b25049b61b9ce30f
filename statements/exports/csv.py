"""CSV that a spreadsheet can open without being told to do something (RFC 4180, UTF-8 with BOM).

Texts are guarded by `statements.cells`; numbers of ours stay numbers.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from statements.cells import guarded
from statements.exports.columns import Dataset, Holds

MEDIA_TYPE = "text/csv"
# Without it Excel takes UTF-8 for the code page of the machine.
BYTE_ORDER_MARK = "\ufeff"

PLAIN_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
SEPARATOR = "|"


def chunks(dataset: Dataset, batches: Iterable[Sequence[Sequence[Any]]]) -> Iterator[bytes]:
    """Yields the file in pieces: the header, then one piece a batch of rows."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    numbers = [column.holds is Holds.NUMBER for column in dataset.columns]
    buffer.write(BYTE_ORDER_MARK)
    writer.writerow(dataset.names)
    for batch in batches:
        writer.writerows(
            [
                # Most cells begin with a letter or digit: nothing is to be done about them.
                value
                if value.__class__ is str and value[:1].isalnum()
                else number_cell(value)
                if is_number
                else cell(value)
                for is_number, value in zip(numbers, row, strict=True)
            ]
            for row in batch
        )
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode()  # the header, where there was no batch


def cell(value: Any) -> str:
    """Returns a value as a cell: lists with bars between, nothing for None, no formula."""
    if value is None:
        return ""
    if isinstance(value, list):
        value = SEPARATOR.join(_escaped(part) for part in value)
    return guarded(value)


def number_cell(value: Any) -> str:
    """Returns a number as digits; what is none is guarded like any text."""
    if value is None:
        return ""
    text = str(value)
    return text if PLAIN_NUMBER.fullmatch(text) else guarded(text)


def _escaped(part: str) -> str:
    r"""Returns one entry of a list: "\" and "|" in it get a "\" in front."""
    if "\\" in part or SEPARATOR in part:
        return part.replace("\\", "\\\\").replace(SEPARATOR, f"\\{SEPARATOR}")
    return part
