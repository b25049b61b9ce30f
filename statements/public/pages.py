"""How every public page is answered: one frame, and nothing of the reader's session in it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.template.loader import render_to_string


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    status: int = 200,
    section: str = "",
    description: str = "",
    is_indexed: bool = True,
    canonical: str = "",
) -> HttpResponse:
    """Renders `templates/public/<template>.html`.

    `canonical` is the path of the page that this one is a view of, where it is not indexed itself.

    No request reaches the template: a public page is the same for everybody, and so it can be
    kept. `section` is the entry of the navigation that the page belongs to.
    """
    body = render_to_string(
        f"public/{template}.html",
        {
            **context,
            "section": section,
            "description": description,
            "is_indexed": is_indexed,
            "canonical": absolute(canonical or request.path) if is_indexed or canonical else "",
        },
    )
    return HttpResponse(body, status=status)


def moved(request: HttpRequest, path: str) -> HttpResponsePermanentRedirect:
    """Answers 301 to the right spelling of an address, with the query kept."""
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{path}?{query}" if query else path)


def absolute(path: str) -> str:
    """Returns the full address of a path of ours."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"
