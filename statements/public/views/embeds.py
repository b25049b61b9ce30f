"""A claim as a card for other people's pages, and oEmbed, by which they find it."""

from __future__ import annotations

import re

from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from statements import shown_claim
from statements.public.cards import claim_path
from statements.public.claim_page import claim_page_of
from statements.public.embedding import SMALLEST, claim_id_in, oembed_of
from statements.public.frame import current_frame
from statements.public.pages import absolute, moved, page
from statements.public.views.claim import gone
from statements.vocabulary import State

WHOLE_NUMBER = re.compile(r"[0-9]{1,6}", re.ASCII)


@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]  # typed for views without arguments
def card(request: HttpRequest, public_id: str, slug: str) -> HttpResponse:
    """The finding and its corrections in 600 px, the only page that others may frame."""
    claim = shown_claim.claim_with(public_id)
    if claim is None:
        raise Http404
    if claim.state == State.TAKEN_DOWN:
        return gone(claim)
    path = claim_path(claim)
    if request.path != f"{path}embed/":
        return moved(request, f"{path}embed/")
    return page(
        request,
        "embed",
        {"claim": claim_page_of(claim, current_frame(), path), "url": absolute(path)},
        is_indexed=False,
    )


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """What a site needs to show the card of a claim whose address somebody pasted there."""
    if request.GET.get("format", "json") != "json":
        return _refusal(501, "format", "Only JSON is spoken here: ask with format=json.")
    sizes: dict[str, int] = {}
    for name in ("maxwidth", "maxheight"):
        told = request.GET.get(name, "")
        if told and not (WHOLE_NUMBER.fullmatch(told) and int(told) >= SMALLEST):
            words = f"{name} is a number of pixels, {SMALLEST} at least."
            return _refusal(400, name, words)
        sizes[name] = int(told or 0)
    if not request.GET.get("url"):
        return _refusal(400, "url", "Say which page: ?url= and the address of a claim here.")
    public_id = claim_id_in(request.GET["url"])
    claim = shown_claim.claim_with(public_id) if public_id else None
    if claim is None or claim.state == State.TAKEN_DOWN:
        return _refusal(404, "url", "No claim of this site has that address.")
    return JsonResponse(
        oembed_of(claim, current_frame(), widest=sizes["maxwidth"], tallest=sizes["maxheight"])
    )


def _refusal(status: int, field: str, words: str) -> HttpResponse:
    return JsonResponse({"code": f"bad_{field}", "detail": words}, status=status)
