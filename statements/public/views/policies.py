"""The pages about the site that an administrator writes."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from statements.models import PolicyPage
from statements.public.pages import page
from statements.public.texts import blocks_of


@require_safe
def policy_page(request: HttpRequest, address: str) -> HttpResponse:
    """One page about the site; 404 while it is not written (1 query)."""
    kind = address.replace("-", "_")
    found = PolicyPage.objects.filter(kind=kind).exclude(text="").first()
    if found is None or request.path != found.get_absolute_url():
        raise Http404
    blocks = blocks_of(found.text)
    first = next((block for block in blocks if block.kind == "paragraph"), None)
    return page(
        request,
        "policy",
        {"title": found.title, "blocks": blocks},
        description="".join(run.words for run in first.lines[0])[:200] if first else "",
    )
