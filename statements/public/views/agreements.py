"""Agreements: what was agreed, what happened since, and where each party stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from statements.models import Agreement, AgreementEvent
from statements.public import words
from statements.public.cards import MOST_OF_FEW, Link, listing_of
from statements.public.claim_page import Moment
from statements.public.indexes import IndexEntry, counted_as, index
from statements.public.pages import moved, page
from statements.public.paging import Order
from statements.public.sealed import Row
from statements.search import Query
from statements.vocabulary import Axis

PATH = "/agreements/"
BY_NAME = Order("name", "Name", "name", is_descending=False)

STANDINGS: dict[str, tuple[str, str]] = {
    Axis.AGREEMENT_STATE: ("State of the agreement as a whole.", "State"),
    Axis.PARTY_POSITION: ("Position of each party.", "Position"),
    Axis.COMPLIANCE: (
        "Compliance as found. An agreement can be in effect and violated at once.",
        "Compliance",
    ),
}


@dataclass(frozen=True, slots=True)
class StandingLine:
    """The newest known value of one party, or of the agreement as a whole."""

    who: str
    what: str
    since: str
    source: Link


@dataclass(frozen=True, slots=True)
class Standing:
    """One axis: the three are never merged (DOMAIN §2.2)."""

    caption: str
    headings: tuple[str, ...]
    rows: list[StandingLine]


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
def agreement_page(request: HttpRequest, public_id: str, slug: str = "") -> HttpResponse:
    """One agreement (5 queries)."""
    agreement = (
        Agreement.objects.public()
        .filter(public_id=public_id)
        .select_related("text_source__publisher")
        .prefetch_related("parties", "mediators")
        .first()
    )
    if agreement is None:
        raise Http404
    if request.path != agreement.get_absolute_url():
        return moved(request, agreement.get_absolute_url())
    events = list(
        agreement.events.shown().select_related("party", "source").order_by("happened_on", "id")
    )
    claims = Query(facets=(("agreement", agreement.public_id),))
    return page(
        request,
        "agreement",
        {
            "agreement": {
                "name": agreement.name,
                "description": agreement.description,
                "facts": _facts(agreement),
                "standing": _standings(events),
                "as_of": _as_of(events),
                "moments": [_moment(event) for event in events],
            },
            "crumbs": [Link("Agreements", PATH)],
            "listing": listing_of(claims, size=MOST_OF_FEW),
        },
        section=PATH,
        description=agreement.description,
    )


def _facts(agreement: Agreement) -> list[Row]:
    form = f"{agreement.get_form_display()}, {agreement.get_record_display().lower()}"
    days = agreement.duration_days
    rows = [
        Row("Kind", agreement.get_kind_display()),
        Row("Scope", agreement.get_scope_display()),
        Row("Form", form),
        Row("Parties", words.listing([str(party) for party in agreement.parties.all()])),
        Row("Mediators", words.listing([str(party) for party in agreement.mediators.all()])),
        Row("Lasts", words.count(days, "day", "days") if days else ""),
        Row("Proposed", words.day(agreement.proposed_on)),
        Row("Announced", words.day(agreement.announced_on)),
        Row("In effect from", words.day(agreement.effective_from) or "No day was set"),
        Row("Expires", words.day(agreement.expires_on)),
        Row("Monitoring", agreement.get_monitoring_display()),
    ]
    if source := agreement.text_source:
        rows.append(Row("Text", source.title, url=source.url, is_outside=True))
    return [row for row in rows if row.value]


def _standings(events: list[AgreementEvent]) -> list[Standing]:
    """Returns the newest value per axis and party; `events` are in the order of time."""
    newest: dict[tuple[str, str], AgreementEvent] = {}
    for event in events:
        newest[event.axis, str(event.party or "")] = event
    standings = []
    for axis, (caption, heading) in STANDINGS.items():
        lines = [
            StandingLine(
                who or "The agreement",
                event.value_label,
                words.day(event.happened_on),
                Link(event.source.title, event.source.get_absolute_url()),
            )
            for (of_axis, who), event in sorted(newest.items())
            if of_axis == axis
        ]
        if lines:
            standings.append(Standing(caption, ("Who", heading, "Since", "Source"), lines))
    return standings


def _as_of(events: list[AgreementEvent]) -> str:
    return f"As of {words.day(events[-1].happened_on)}, the last event known" if events else ""


def _moment(event: AgreementEvent) -> Moment:
    who = f"{event.party}: {event.value_label.lower()}" if event.party else event.value_label
    link = Link(f"Source: {event.source.title}", event.source.get_absolute_url())
    return Moment(
        words.day(event.happened_on),
        who,
        event.note,
        (link,),
        is_main=event.axis == Axis.AGREEMENT_STATE,
    )
