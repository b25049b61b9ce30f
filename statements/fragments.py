"""A place in a recording or a picture: W3C media fragments, and how people write them. Pure.

Stored as `t=75,90` (seconds, from and to) or `xywh=percent:10,20,30,40` (left, top, width and
height); see Media Fragments URI 1.0, §4.2.
"""

from __future__ import annotations

import re

MAX_SECONDS = 7 * 24 * 3600
CLOCK = r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6})"
TIMES = re.compile(rf"(?:t=)?{CLOCK}(?:\s*(?:,|-|–|to)\s*{CLOCK})?")  # noqa: RUF001 - as people write
NUMBER = r"(\d{1,3}(?:\.\d{1,2})?)"
REGION = re.compile(
    rf"(?:xywh=percent:)?{NUMBER}\s*%?[,\s]\s*{NUMBER}\s*%?[,\s]\s*{NUMBER}\s*%?[,\s]\s*{NUMBER}\s*%?"
)


IN_PERCENT = "xywh=percent:"


def read(text: str) -> str:
    """Returns the fragment of "1:15-1:30" or "10, 20, 30, 40" (percent); "" of an empty text.

    Raises `ValueError` with words for anything else.
    """
    text = text.strip()
    if not text:
        return ""
    if found := REGION.fullmatch(text):
        x, y, width, height = (float(number) for number in found.groups())
        if not (width and height and x + width <= 100 and y + height <= 100):
            raise ValueError("the region must lie inside the picture: 100 percent either way")
        return IN_PERCENT + ",".join(f"{number:g}" for number in (x, y, width, height))
    if found := TIMES.fullmatch(text):
        parts = found.groups()
        start = _seconds(parts[:3])
        end = _seconds(parts[3:]) if parts[5] is not None else None
        if max(start, end or 0) > MAX_SECONDS:
            raise ValueError("no recording is as long as that")
        if end is not None and end <= start:
            raise ValueError("the passage ends before it begins")
        return f"t={start}" if end is None else f"t={start},{end}"
    raise ValueError(
        "write a time such as 1:15-1:30, or a region such as 10,20,30,40: left, top, width and "
        "height in percent"
    )


def written(fragment: str) -> str:
    """Returns the fragment as people write it, so that reading it gives it again."""
    kind, _, value = fragment.partition("=")
    if kind == "t":
        return "-".join(clock(int(second)) for second in value.split(","))
    return value.removeprefix("percent:")


def words(fragment: str) -> str:
    """Returns the fragment in a few words for readers; "" of none."""
    if not fragment:
        return ""
    kind, _, value = fragment.partition("=")
    if kind == "t":
        start, _, end = value.partition(",")
        at = f"At {clock(int(start))}"
        return f"{at} to {clock(int(end))}" if end else at
    x, y, width, height = value.removeprefix("percent:").split(",")
    return f"In the picture: {x} % from the left, {y} % from the top, {width} % by {height} %"


def region(fragment: str) -> tuple[str, str, str, str] | None:
    """Returns left, top, width and height of a region in percent; None of any other fragment."""
    if not fragment.startswith(IN_PERCENT):
        return None
    x, y, width, height = fragment.removeprefix(IN_PERCENT).split(",")
    return x, y, width, height


def clock(seconds: int) -> str:
    """Returns seconds as a clock shows them: "1:15", "2:03:09"."""
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def _seconds(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds = (int(part or 0) for part in parts)
    return hours * 3600 + minutes * 60 + seconds
