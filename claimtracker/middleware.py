"""What stands between the server and the views: bad input out, trouble said in words."""

from __future__ import annotations

import errno
import logging
import sys
from collections.abc import Callable, Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import Error, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils import timezone
from django.views import defaults

from sources.texts import FORBIDDEN
from statements.models import Site

log = logging.getLogger("claimtracker")

RETRY_AFTER_SECONDS = 30
LOCKED_OUT_SECONDS = int(settings.AXES_COOLOFF_TIME.total_seconds())

# The disk, not the code: full, read-only, over quota, broken.
DISK_TROUBLE = {errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EIO}

GetResponse = Callable[[HttpRequest], HttpResponse]


class RefuseBadInput:
    """Refuses text that cannot be stored (400) and bodies that are too large (413).

    Looks at the path, the query string and form fields. JSON bodies are checked field by field
    where they are read.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if most := _too_large(request):
            return said(
                request,
                413,
                code="too_large",
                words=f"This is too large: send {most} MB at most.",
            )
        if FORBIDDEN.search(request.path_info) or _has_forbidden(request.GET.lists()):
            return _bad_text(request, "address")
        if request.method == "POST" and _has_forbidden(request.POST.lists()):
            return _bad_text(request, "form")
        return self.get_response(request)


def _too_large(request: HttpRequest) -> int:
    """Returns the cap in megabytes that the body exceeds, or 0."""
    is_upload = request.content_type == "multipart/form-data"
    most: int = settings.MAX_UPLOAD_MEGABYTES if is_upload else settings.MAX_FORM_MEGABYTES
    try:
        size = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        return 0  # Django reads such a body as empty
    return most if size > most * 1024 * 1024 else 0


def _has_forbidden(fields: Iterable[tuple[str, list[Any]]]) -> bool:
    return any(
        FORBIDDEN.search(name) or any(FORBIDDEN.search(str(value)) for value in values)
        for name, values in fields
    )


def _bad_text(request: HttpRequest, where: str) -> HttpResponse:
    return said(
        request,
        400,
        code="bad_text",
        words=f"The {where} holds a character that cannot be stored. Take it out and try again.",
    )


class SayWhenUnavailable:
    """Answers 503 with Retry-After while the database or the disk cannot do its work."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return unavailable(request, exception) if is_trouble(exception) else None


def is_trouble(error: BaseException | None) -> bool:
    """Says whether an error means "not now": the database or the disk, not the code."""
    if isinstance(error, OperationalError | InterfaceError):
        return True
    return isinstance(error, OSError) and error.errno in DISK_TROUBLE


class DeskTimeZone:
    """Shows and reads the hours of the desk in the site's time zone (`Site.time_zone`)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/admin/"):
            return self.get_response(request)
        with timezone.override(ZoneInfo(Site.current().time_zone)):
            return self.get_response(request)


def unavailable(request: HttpRequest, error: BaseException) -> HttpResponse:
    """Logs the trouble and answers 503."""
    log.error("unavailable: %s %s", request.method, request.path, exc_info=error)
    response = said(
        request,
        503,
        code="unavailable",
        words="This site cannot reach its data just now. Nothing was changed. Try again shortly.",
    )
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """The 500 handler: trouble that struck outside a view, in a session say, is a 503 too."""
    error = sys.exception()
    if error is not None and is_trouble(error):
        return unavailable(request, error)
    if _wants_json(request):
        return _json(500, code="error", words="Something broke on our side. It has been logged.")
    return defaults.server_error(request)


def locked_out(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """Answers a log-in after too many wrong passwords; axes calls it."""
    minutes = LOCKED_OUT_SECONDS // 60
    response = said(
        request,
        429,
        code="locked_out",
        words=f"Too many wrong passwords for this name. Wait {minutes} minutes, then try again.",
    )
    response.headers["Retry-After"] = str(LOCKED_OUT_SECONDS)
    return response


def said(request: HttpRequest, status: int, *, code: str, words: str) -> HttpResponse:
    """Answers with one sentence: as JSON under /api/, else on the error page of that status.

    The page is `<status>.html`, given `words`; plain text when there is none or it cannot be
    rendered, since the reason may be that nothing can be read from the database.
    """
    if _wants_json(request):
        return _json(status, code=code, words=words)
    try:
        page = render_to_string(f"{status}.html", {"words": words}, request=request)
    except (TemplateDoesNotExist, Error):
        return HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8")
    return HttpResponse(page, status=status)


def _wants_json(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def _json(status: int, *, code: str, words: str) -> JsonResponse:
    return JsonResponse({"code": code, "detail": words}, status=status)
