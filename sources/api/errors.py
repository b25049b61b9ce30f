"""What goes wrong in the API, as JSON: a stable `code` beside the words (docs/api.md, "Errors").

Whatever a request does, it is answered with one of these; only trouble of the machine (503) is
left to the middleware.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.db import DataError, IntegrityError
from django.db.models import ProtectedError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from sources.errors import Refused, Stale, Unmet

ABSENT = "There is nothing at this address."


class NotFound(Refused):
    """Hidden and absent are one and the same answer."""

    code = "not_found"
    http_status = 404

    def __init__(self) -> None:
        super().__init__(ABSENT)


class NotLoggedIn(Refused):
    """Nobody, or somebody with wrong credentials."""

    code = "not_authenticated"
    http_status = 401


class BadJson(Refused):
    """The body is no JSON object that we read."""

    code = "bad_json"


class BadText(Refused):
    """A text holds a character that cannot be stored."""

    code = "bad_text"


class UnknownParameter(Refused):
    """The query string asks for something that there is not."""

    code = "unknown_parameter"


class VersionRequired(Refused):
    """An update has to say which version it is based on."""

    code = "version_required"
    http_status = 428


class KeyReused(Refused):
    """The Idempotency-Key came with another request before."""

    code = "idempotency_key_reused"
    http_status = 409


class TakenDown(Refused):
    """What was here was taken down, by two editors and for a reason."""

    code = "taken_down"
    http_status = 410

    def __init__(self, *, reason: str, taken_down_on: str | None) -> None:
        super().__init__("This was taken down.")
        self.reason = reason
        self.taken_down_on = taken_down_on


# What the framework raises: our code, and our words where its own are not for people.
FRAMEWORK: tuple[tuple[type[Exception], int, str, str], ...] = (
    (Http404, 404, "not_found", ABSENT),
    (exceptions.NotFound, 404, "not_found", ABSENT),
    (exceptions.NotAuthenticated, 401, "not_authenticated", "Log in, or send a token."),
    (exceptions.AuthenticationFailed, 401, "authentication_failed", ""),
    (exceptions.PermissionDenied, 403, "not_allowed", ""),
    (PermissionDenied, 403, "not_allowed", "You may not do this."),
    (exceptions.MethodNotAllowed, 405, "method_not_allowed", ""),
    (exceptions.NotAcceptable, 406, "not_acceptable", "The answer is only there as JSON."),
    (RequestDataTooBig, 413, "too_large", "This is too large."),
    (
        exceptions.UnsupportedMediaType, 415, "unsupported_media_type",
        "Send JSON, with Content-Type: application/json.",
    ),
    (exceptions.ParseError, 400, "bad_json", "The body is not JSON."),
    (exceptions.Throttled, 429, "throttled", "Too many requests. Wait a little."),
    (IntegrityError, 409, "conflict", "This does not fit what is there now: look again."),
    (ProtectedError, 409, "conflict", "Something else rests on this."),
    (DataError, 400, "out_of_range", "A value is too long or too large to be stored."),
    (OverflowError, 400, "out_of_range", "A number is too large to be stored."),
)  # fmt: skip


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Returns the answer to an exception of a view; None for what is trouble of ours."""
    if isinstance(error, Refused):
        return _refused(error)
    if isinstance(error, exceptions.ValidationError):
        return invalid(_flat(error.detail))
    if isinstance(error, ValidationError):
        return invalid(_of_django(error))
    for kind, status, code, words in FRAMEWORK:
        if isinstance(error, kind):
            said = sentence(words or str(getattr(error, "detail", error)))
            response = answer(status, code, said)
            if challenge := getattr(error, "auth_header", None):
                response["WWW-Authenticate"] = challenge
            if wait := getattr(error, "wait", None):
                response["Retry-After"] = str(int(wait) + 1)
            return response
    return None


def answer(status: int, code: str, words: str, **more: Any) -> Response:
    return Response({"code": code, "detail": words, **more}, status=status)


def invalid(fields: dict[str, list[str]]) -> Response:
    """Answers 400 with what is wrong, field by field; "" is the body as a whole."""
    named = [
        f"{name}: {' '.join(words)}" if name else " ".join(words) for name, words in fields.items()
    ]
    words = "; ".join(named) or "This is not right."
    first = words.split(" ", 1)[0] if any(fields) and not fields.get("") else ""
    return answer(400, "invalid", sentence(words, name=first), fields=fields)


def sentence(words: str, *, name: str = "") -> str:
    """Returns words as a sentence: a capital at the front, a full stop at the end.

    Where they begin with the name of a field or parameter, that stays as it is written.
    """
    words = words.strip()
    if words and words[-1] not in ".!?":
        words += "."
    if name and words.split(" ", 1)[0] == name:
        return words
    return words[:1].upper() + words[1:]


def _refused(error: Refused) -> Response:
    more: dict[str, Any] = {}
    if isinstance(error, Unmet):
        more["gaps"] = [
            {"words": gap.words, "field": gap.field, "rule": gap.rule} for gap in error.gaps
        ]
    elif isinstance(error, Stale):
        more["current_version"] = error.current_version
    elif isinstance(error, TakenDown):
        more |= {"reason": error.reason, "taken_down_on": error.taken_down_on}
    elif error.field:
        more["fields"] = {str(error.field): [sentence(str(error), name=str(error.field))]}
    words = sentence(str(error), name=str(getattr(error, "field", "")))
    response = answer(error.http_status, error.code, words, **more)
    if error.http_status == 401:
        response["WWW-Authenticate"] = "Token"
    return response


def _flat(detail: Any, path: str = "") -> dict[str, list[str]]:
    """Returns nested errors of serializers by dotted field name."""
    if isinstance(detail, dict):
        found: dict[str, list[str]] = {}
        for name, inner in detail.items():
            own = "" if name in ("non_field_errors", "__all__") else str(name)
            for key, words in _flat(inner, ".".join(filter(None, [path, own]))).items():
                found.setdefault(key, []).extend(words)
        return found
    if isinstance(detail, list | tuple):
        if all(isinstance(inner, str) for inner in detail):
            return {path: [str(inner) for inner in detail]}
        found = {}
        for place, inner in enumerate(detail):
            if inner:
                for key, words in _flat(inner, f"{path}.{place}".lstrip(".")).items():
                    found.setdefault(key, []).extend(words)
        return found
    return {path: [str(detail)]}


def _of_django(error: ValidationError) -> dict[str, list[str]]:
    if hasattr(error, "error_dict"):
        return {
            "" if name == "__all__" else name: words for name, words in error.message_dict.items()
        }
    return {"": list(error.messages)}
