"""Public JSON without the framework's way there and back, which is half the time of an answer.

A public answer looks at no credentials, and its document is put together by a plain function that
the endpoint calls as well. Whatever is not a plain question with a good answer goes to the
endpoint: other methods, the desk's view, unknown parameters, everything that is refused. So there
is one place for each rule, and a test compares both ways byte by byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework.exceptions import APIException
from rest_framework.renderers import JSONRenderer

from sources.api.base import Json
from sources.errors import Refused

PLAIN = frozenset({"", "*/*", "application/json"})

View = Callable[..., HttpResponse]
Answer = Callable[..., Json]  # of query string, path, and what stands in the address

_renderer = JSONRenderer()


def quick(view: View, answer: Answer, parameters: Iterable[str] = ()) -> View:
    """Returns the view, with plain public questions answered by `answer` alone."""
    known = frozenset(parameters)

    @wraps(view)
    def ask(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if (
            request.method in ("GET", "HEAD")
            and known.issuperset(request.GET)
            and request.headers.get("Accept", "") in PLAIN
        ):
            try:
                document = answer(request.GET, request.path, **kwargs)
            except (APIException, Http404, Refused, ValidationError):
                pass  # the endpoint says it in its own words
            else:
                return HttpResponse(_renderer.render(document), content_type="application/json")
        return view(request, *args, **kwargs)

    return ask
