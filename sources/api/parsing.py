"""JSON bodies, read strictly: one object, no deeper than we need, only text that can be stored.

And written in one way: an address has one spelling of its answer, whoever asks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from sources.api.errors import BadJson, BadText
from sources.texts import FORBIDDEN

MAX_DEPTH = 12
MAX_DIGITS = 40


class StrictJson(BaseParser):
    """Refuses what JSON does not allow (RFC 8259) and what we could not keep."""

    media_type = "application/json"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        return read_object(stream.read())


class OneSpelling(DefaultContentNegotiation):
    """Answers what accepts JSON; `application/json; indent=4` does not change its bytes."""

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer, _ = super().select_renderer(request, renderers, format_suffix)
        return renderer, str(renderer.media_type)


def read_object(body: bytes) -> dict[str, Any]:
    """Returns the object in a body; raises `BadJson` or `BadText` with words for people."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadJson(f"the body is not UTF-8: look at byte {error.start}") from error
    try:
        value = json.loads(
            text, parse_constant=_no_constant, parse_int=_number, object_pairs_hook=_no_doubles
        )
    except RecursionError as error:
        raise BadJson("the body is nested too deeply") from error
    except json.JSONDecodeError as error:
        raise BadJson(
            f"the body is not JSON: {error.msg} (line {error.lineno}, column {error.colno})"
        ) from error
    if not isinstance(value, dict):
        raise BadJson("send a JSON object, with { and }")
    _look_through(value)
    return value


def _no_constant(name: str) -> float:
    raise BadJson(f"{name} is no number in JSON")


def _number(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise BadJson(f"a number has more than {MAX_DIGITS} digits")
    return int(digits)


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadJson("a name stands twice in one object")
    return found


def _look_through(value: Any) -> None:
    """Refuses depth and characters; walks without recursion."""
    waiting: list[tuple[Any, int, str]] = [(value, 1, "")]
    while waiting:
        found, depth, path = waiting.pop()
        if isinstance(found, str):
            _refuse_characters(found, path)
        elif isinstance(found, dict | list):
            if depth > MAX_DEPTH:
                raise BadJson("the body is nested too deeply")
            named = found.items() if isinstance(found, dict) else enumerate(found)
            for name, inner in named:
                _refuse_characters(str(name), path)
                waiting.append((inner, depth + 1, f"{path}.{name}".lstrip(".")))


def _refuse_characters(text: str, path: str) -> None:
    if bad := FORBIDDEN.search(text):
        raise BadText(
            f"take out the character U+{ord(bad.group()):04X} at position {bad.start() + 1}: "
            "it cannot be stored",
            field=path if not FORBIDDEN.search(path) else "",
        )
