"""What stands between the server and the views: bad input out, trouble said in words."""

from __future__ import annotations

import errno
import logging
import re
import sys
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.db import Error, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views import defaults

from claimtracker import freshness
from claimtracker.build import build_id
from sources.editions import Edition, answering_from
from sources.texts import FORBIDDEN
from statements.models import Site

log = logging.getLogger("claimtracker")

RETRY_AFTER_SECONDS = 30
LOCKED_OUT_SECONDS = int(settings.AXES_COOLOFF_TIME.total_seconds())

# The disk, not the code: full, read-only, over quota, broken.
DISK_TROUBLE = {errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EIO}

# Any text may be looked for: `search.questions` takes out what no text can hold.
LOOKED_FOR = "q"
# So much of it is read, in bytes as they stand in an address: reading a megabyte takes a second.
# `search.questions` looks at fewer characters, in whatever script they are.
MOST_LOOKED_FOR = 16_000
MOST_ASKED = 32_000  # bytes of a whole query string
READS = ("GET", "HEAD")
HALF_ESCAPE = re.compile(r"%[0-9A-Fa-f]?\Z")
# Answered whatever the database does.
WITHOUT_DATA = ("/livez", "/readyz")
SAYS_WHO = frozenset({"cookie", "authorization"})  # an answer that varies by them is of somebody
# Where `front` leaves in WSGI's environ what it read: an Edition, or why it could not.
EDITION = "claimtracker.edition"

GetResponse = Callable[[HttpRequest], HttpResponse]


class RefuseBadInput:
    """Refuses text that cannot be stored (400) and bodies that are too large (413).

    Looks at the path, the query string and form fields. JSON bodies are checked field by field
    where they are read.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = len(request.META.get("QUERY_STRING", ""))
        if asked > MOST_LOOKED_FOR:
            _shorten(request)
            if len(request.META["QUERY_STRING"]) > MOST_ASKED:
                return _too_long(request)
        if most := _too_large(request):
            return said(
                request,
                413,
                code="too_large",
                words=f"This is too large: send {most} MB at most.",
            )
        try:
            if FORBIDDEN.search(request.path_info) or (asked and _has_forbidden(_given(request))):
                return _bad_text(request, "address")
            if request.method == "POST" and _has_forbidden(request.POST.lists()):
                return _bad_text(request, "form")
        except TooManyFieldsSent:
            return _too_long(request)
        return self.get_response(request)


class OnlyReadInPublic:
    """Answers 405 to whoever sends something to a public page: it only has something to read.

    Stands before the check of forms, which would ask for a token that no public page gives.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        found = request.resolver_match
        if request.method in READS or found is None or found.app_names[:1] != ["public"]:
            return None
        response = said(
            request,
            405,
            code="method_not_allowed",
            words="This page can only be read: nothing of what you sent was kept.",
        )
        response.headers["Allow"] = ", ".join(READS)
        return response


def _shorten(request: HttpRequest) -> None:
    """Cuts off the rest of a very long text that is looked for, before anybody reads it."""
    start = f"{LOOKED_FOR}="
    request.META["QUERY_STRING"] = "&".join(
        # Not within an escape, which would be read as the sign itself.
        HALF_ESCAPE.sub("", part[:MOST_LOOKED_FOR]) if part.startswith(start) else part
        for part in request.META["QUERY_STRING"].split("&")
    )


def _too_long(request: HttpRequest) -> HttpResponse:
    words = "This asks for too much at once: take some of it out and try again."
    return said(request, 400, code="too_long", words=words)


def _too_large(request: HttpRequest) -> int:
    """Returns the cap in megabytes that the body exceeds, or 0."""
    is_upload = request.content_type == "multipart/form-data"
    most: int = settings.MAX_UPLOAD_MEGABYTES if is_upload else settings.MAX_FORM_MEGABYTES
    try:
        # Not request.headers: that reads all of them, which costs more than all of this check.
        size = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0  # Django reads such a body as empty
    return most if size > most * 1024 * 1024 else 0


def _given(request: HttpRequest) -> Iterable[tuple[str, list[Any]]]:
    """Returns the query string; what is only looked for in public is never refused."""
    is_desk = request.path_info.startswith("/admin/")
    return [field for field in request.GET.lists() if is_desk or field[0] != LOOKED_FOR]


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


class ContentPolicy(CSPMiddleware):
    """Says what browsers may load. The usual policy is put together once, not once an answer.

    That took a quarter of what an answer costs without its view; and the directives keep one order.
    "Not modified" gets none: it would replace the one of the page that the client holds, and a
    card for other sites has a policy of its own (RFC 9111 §3.2).
    """

    def process_request(self, request: HttpRequest) -> None:
        """Makes no nonce, and no object that would make one: no page of ours has one."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        if response.status_code == 304:
            return response
        # Where a view asks for another policy, django-csp keeps it in an attribute, `_csp_…`.
        is_usual = "_csp_" not in " ".join(vars(response))
        if not is_usual or settings.DEBUG:  # with DEBUG, error pages of Django's get none
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, self._usual)
        return response

    @cached_property
    def _usual(self) -> str:
        return "; ".join(sorted(build_policy().split("; ")))


class TagPublicAnswers:
    """Reads the edition before anything else, and tags what is a function of it (`freshness`).

    Public are the rooms named here, and addresses that lead nowhere; every other answer is said
    to be personal, and so is a public one that looked at a session or sets a cookie.
    """

    PUBLIC_ROOMS = frozenset({"public", "api"})

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        build_id()  # now, while the files are those that this process runs

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(WITHOUT_DATA):
            return self.get_response(request)
        try:
            edition = _edition(request)
        except Error as error:
            with answering_from(error):  # nothing on the error page waits for the database again
                response = unavailable(request, error)
            response["Cache-Control"] = freshness.PERSONAL
            return response
        with answering_from(edition):
            tag = _held(request, edition)
            if tag:
                return _tagged(HttpResponse(status=304), tag)
            response = self.get_response(request)
        if self._is_public(request, response):
            return _with_tag(request, response, edition)
        if "Cache-Control" not in response:
            response["Cache-Control"] = freshness.PERSONAL
        return response

    def _is_public(self, request: HttpRequest, response: HttpResponse) -> bool:
        if settings.DEBUG:  # templates change under a running process then
            return False
        if request.method not in ("GET", "HEAD") or response.status_code not in freshness.TAGGED:
            return False
        if "Cache-Control" in response or response.cookies:
            return False
        varies = response.headers.get("Vary")
        if varies and not SAYS_WHO.isdisjoint(varies.lower().split(", ")):
            return False
        found = request.resolver_match
        if found is None:  # not with 400: whether a host is ours is no question of the address
            return response.status_code in (301, 404) and not freshness.is_other_room(request.path)
        return bool(found.app_names) and found.app_names[0] in self.PUBLIC_ROOMS


def _edition(request: HttpRequest) -> Edition:
    """Returns the edition that was read in front of Django, or reads it."""
    found: Edition | Error | None = request.META.get(EDITION)
    if isinstance(found, Error):
        raise found  # no second wait for a database that is away
    return found or Edition.read()


def _held(request: HttpRequest, edition: Edition) -> str:
    """Returns the tag of the answer that the client holds and that is still right, or ""."""
    told = request.META.get("HTTP_IF_NONE_MATCH", "")
    path = request.META.get("PATH_INFO", "")
    if not told or request.method not in ("GET", "HEAD") or freshness.is_other_room(path):
        return ""
    if path.startswith(freshness.API) and not freshness.accepts_json(_header(request, "ACCEPT")):
        return ""
    return freshness.held(
        told,
        freshness.tag_of(edition, path, request.META.get("QUERY_STRING", "")),
        accepts_gzip=freshness.accepts_gzip(_header(request, "ACCEPT_ENCODING")),
    )


def _header(request: HttpRequest, name: str) -> str:
    return str(request.META.get(f"HTTP_{name}", ""))[:500]


def _with_tag(request: HttpRequest, response: HttpResponse, edition: Edition) -> HttpResponse:
    tag = freshness.tag_of(
        edition,
        request.META.get("PATH_INFO", ""),
        request.META.get("QUERY_STRING", ""),
        status=response.status_code,
    )
    if response.get("Content-Encoding") == "gzip":  # a file that was packed when it was made
        tag = freshness.gzip_tag(tag)
    if response.status_code == 200 and request.META.get("HTTP_IF_NONE_MATCH", "").strip() == "*":
        response = HttpResponse(status=304)
    return _tagged(response, tag)


def _tagged(response: HttpResponse, tag: str) -> HttpResponse:
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = freshness.PUBLIC
    if "Vary" in response.headers:
        patch_vary_headers(response, [freshness.VARY])
    else:
        response.headers["Vary"] = freshness.VARY
    if response.status_code == 304:
        del response["Content-Type"]
    return response


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
