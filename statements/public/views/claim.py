"""One claim: its page, its history, and the notice of one that was taken down."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from statements import shown_claim
from statements.as_of import claim_then, end_of
from statements.models import Claim
from statements.public import words
from statements.public.cards import Link, claim_path, public_wording
from statements.public.claim_history import correction_moment, revisions_of
from statements.public.claim_page import claim_page_of, notice_of
from statements.public.embedding import embed_of
from statements.public.frame import current_frame
from statements.public.pages import moved, page
from statements.public.then import (
    as_of_banner,
    as_of_form,
    asked_day,
    not_yet,
    says_no,
    since_then,
)
from statements.vocabulary import State


@require_safe
@says_no
def claim_page(request: HttpRequest, public_id: str, slug: str = "") -> HttpResponse:
    """The page of a claim (3 queries; up to 8 for what most claims have not).

    As of a day of the past: 8 queries; up to 12 for what most claims have not.
    """
    day = asked_day(request)
    claim = _claim(public_id)
    if claim.state == State.TAKEN_DOWN:
        return gone(claim)
    path = claim_path(claim)
    if request.path != path:
        return moved(request, path)
    now, as_of = claim, as_of_form(path)
    if day:
        then = claim_then(now, end_of(day))
        if then is None:
            title = public_wording(now)
            return not_yet(request, title=title, path=path, day=day, what="claim")
        claim, as_of = then, as_of_banner(path, day, since_then(then, now))
    shown = claim_page_of(claim, current_frame(), path)
    label = shown.badge.label if shown.badge else shown.standing.title if shown.standing else ""
    return page(
        request,
        "claim",
        {
            "claim": shown,
            "as_of": as_of,
            "embed": embed_of(now),
            "crumbs": [Link("Claims", "/claims/"), *shown.topics[:1]],
        },
        section="/claims/",
        description=f"{label}. {shown.finding}".strip(),
        is_indexed=day is None,
        canonical=path,
    )


@require_safe
def claim_history(request: HttpRequest, public_id: str, slug: str) -> HttpResponse:
    """Every public version of a finding, with the corrections (5 queries)."""
    claim = _claim(public_id)
    if claim.state == State.TAKEN_DOWN:
        return gone(claim)
    if not claim.was_published:
        raise Http404
    path = claim_path(claim)
    if request.path != f"{path}history/":
        return moved(request, f"{path}history/")
    verdicts = list(claim.verdicts.select_related("imported_from").order_by("revision"))
    return page(
        request,
        "claim_history",
        {
            "claim": {"title": public_wording(claim)},
            "crumbs": [Link("Claims", "/claims/"), Link(public_wording(claim), path)],
            "notice": notice_of(claim),
            "revisions": revisions_of(claim, verdicts),
            "moments": [correction_moment(row) for row in claim.corrections.all()],
        },
        section="/claims/",
    )


def _claim(public_id: str) -> Claim:
    """Returns a claim that is listed or was taken down; hidden and absent ones are both 404."""
    claim = shown_claim.claim_with(public_id)
    if claim is None:
        raise Http404
    return claim


def gone(claim: Claim) -> HttpResponse:
    """Answers 410 with the reason that was given for the take-down (one query)."""
    change = claim.state_changes.filter(action="take_down").order_by("-sequence").first()
    body = render_to_string(
        "410.html",
        {
            "taken_down": words.day_of(change.at) if change else "",
            "reason": change.note if change else "",
        },
    )
    return HttpResponse(body, status=410)
