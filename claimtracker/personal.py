"""The middlewares that know who asks, passed over by a request that says nothing of it.

A reader's request for a public page has no cookie, no token and nothing to change: there is no
session to look for, nobody to name in a history, no message and no form to protect. Five of the
steps around such an answer were for people who work here, and took a third of what an answer
costs without its view.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.deprecation import MiddlewareMixin
from simple_history.middleware import HistoryRequestMiddleware

from claimtracker import freshness

GetResponse = Callable[[HttpRequest], HttpResponse]


def says_nothing_of_who_asks(request: HttpRequest) -> bool:
    """Says whether a request is a plain reader's: the same for everybody, and changing nothing."""
    return (
        request.method in ("GET", "HEAD")
        and "HTTP_COOKIE" not in request.META
        and "HTTP_AUTHORIZATION" not in request.META
        and not freshness.is_other_room(request.path_info)
    )


class Personal(MiddlewareMixin):
    """Put before a middleware class of Django's, it lets a plain reader's request pass by."""

    def __call__(self, request: HttpRequest) -> Any:
        if says_nothing_of_who_asks(request):
            return self.get_response(request)
        return super().__call__(request)


class Sessions(Personal, SessionMiddleware):
    pass


class Csrf(Personal, CsrfViewMiddleware):
    pass


class Authentication(Personal, AuthenticationMiddleware):
    pass


class Messages(Personal, MessageMiddleware):
    pass


def history(get_response: GetResponse) -> GetResponse:
    """Names who asks in the history of rows."""
    named: GetResponse = HistoryRequestMiddleware(get_response)

    def middleware(request: HttpRequest) -> HttpResponse:
        return (get_response if says_nothing_of_who_asks(request) else named)(request)

    return middleware
