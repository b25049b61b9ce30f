"""Agreements: what was agreed, what happened since, and where each party stands."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sources.errors import Invalid
from statements import as_of as past
from statements.models import Agreement
from statements.public import words
from statements.public.agreement_page import agreement_page_of
from statements.public.cards import MOST_OF_FEW, Link, Listing, cards_of, listing_of
from statements.public.indexes import IndexEntry, counted_as, index
from statements.public.pages import moved, page
from statements.public.paging import Order
from statements.public.then import as_of_banner, as_of_form, asked_day, not_yet, says_no
from statements.search import Query
from statements.standings import confirmed_events, violations_of

PATH = "/agreements/"
BY_NAME = Order("name", "Name", "name", is_descending=False)
ON = "on"


@require_safe
def agreements(request: HttpRequest) -> HttpResponse:
    """All agreements by name (1 query)."""
    rows = Agreement.objects.public().annotate(claim_count=counted_as("agreement", "public_id"))
    return index(
        request,
        rows,
        BY_NAME,
        _entry,
        heading="Agreements",
        standfirst="Ceasefires, pauses and deals that claims speak about, with what happened when.",
        path=PATH,
    )


def _entry(agreement: Any) -> IndexEntry:
    return IndexEntry(
        agreement.name,
        agreement.get_absolute_url(),
        about=agreement.description or agreement.get_kind_display(),
        count=words.count(agreement.claim_count, "claim", "claims"),
    )


@require_safe
@says_no
def agreement_page(request: HttpRequest, public_id: str, slug: str = "") -> HttpResponse:
    """One agreement (6 queries; as of a day of the past 14)."""
    day, on = asked_day(request), past.read_day(request.GET.getlist(ON), name=ON)
    if day and on and on > day:
        raise Invalid(f"on {day} nobody knew what happened on {on}", field=ON)
    agreement = (
        Agreement.objects.public()
        .filter(public_id=public_id)
        .select_related("text_source__publisher")
        .prefetch_related("parties", "mediators")
        .first()
    )
    if agreement is None:
        raise Http404
    path = agreement.get_absolute_url()
    if request.path != path:
        return moved(request, path)
    at = past.end_of(day) if day else None
    if day is None or at is None:
        listing = listing_of(Query(facets=(("agreement", agreement.public_id),)), size=MOST_OF_FEW)
        banner = as_of_form(path)
    else:
        ids = past.agreement_claims_then(agreement, at)
        listing = Listing(cards_of(past.lines_then(ids[:MOST_OF_FEW], at)), "None by then.")
        banner = as_of_banner(path, day)
    events = confirmed_events(agreement, known_at=at)
    violations = violations_of(agreement, known_at=at)
    if day and not events and not violations and not listing.cards:
        return not_yet(request, title=agreement.name, path=path, day=day, what="agreement")
    if day:
        agreement = past.terms_then(agreement, past.end_of(day))
    return page(
        request,
        "agreement",
        {
            "agreement": agreement_page_of(agreement, events, violations, on=on, as_of=day),
            "as_of": banner,
            "crumbs": [Link("Agreements", PATH)],
            "listing": listing,
        },
        section=PATH,
        description=agreement.description,
        is_indexed=day is None and on is None,
        canonical=path,
    )
