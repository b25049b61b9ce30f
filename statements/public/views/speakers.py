"""Speakers: who says things, and what was found about their claims. There is no score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sources.prepared import Prepared
from statements.models import FacetCount, Speaker, SpeakerRole
from statements.public import words
from statements.public.cards import Badge, Link, badge_of, listing_of
from statements.public.claim_history import Moment
from statements.public.indexes import IndexEntry, counted_as, index
from statements.public.pages import page
from statements.public.paging import Order
from statements.public.sealed import Row
from statements.search import Query
from statements.vocabulary import CommitmentStatus, VerdictCode

PATH = "/speakers/"
BY_NAME = Order("name", "Name", "name", is_descending=False)
FOUND = (*VerdictCode.values, *CommitmentStatus.values)
NO_SCORE = (
    "Claims are selected because they matter, not drawn at random: these numbers say nothing "
    "about how often this speaker is right."
)

_speaker_of = Prepared(lambda public_id: Speaker.objects.public().filter(public_id=public_id), str)
_roles_of = Prepared(lambda speaker: SpeakerRole.objects.filter(speaker=speaker), int)
# Not also those above zero: then SQLite walks all counts of the kind.
_counted = Prepared(
    lambda *codes: FacetCount.objects.filter(dimension="speaker_verdict", code__in=codes),
    *[str] * len(FOUND),
)


@dataclass(frozen=True, slots=True)
class CountLine:
    """How many claims have one verdict."""

    badge: Badge
    count: int


@require_safe
def speakers(request: HttpRequest) -> HttpResponse:
    """All speakers by name, with their newest role and number of claims (2 queries)."""
    rows = (
        Speaker.objects.public()
        .annotate(claim_count=counted_as("speaker", "public_id"))
        .prefetch_related("roles")
    )
    return index(
        request,
        rows,
        BY_NAME,
        _entry,
        heading="Speakers",
        standfirst="Who said what we checked. We judge words and never people: there is no score.",
        path=PATH,
    )


def _entry(speaker: Any) -> IndexEntry:
    role = next(iter(speaker.roles.all()), None)
    return IndexEntry(
        speaker.name,
        speaker.get_absolute_url(),
        about=speaker.description or (str(role) if role else ""),
        # A party of an agreement may have no claim of its own.
        count=words.count(speaker.claim_count, "claim", "claims") if speaker.claim_count else "",
    )


@require_safe
def speaker_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """One speaker: roles, what was found how often, and the claims (4 queries)."""
    speaker = _speaker_of.first(public_id)
    if speaker is None:
        raise Http404
    return page(
        request,
        "speaker",
        {
            "feed": f"/feeds/speakers/{speaker.public_id}",
            "speaker": {
                "name": speaker.name,
                "description": speaker.description,
                "facts": _facts(speaker),
                "roles": [_moment_of(role) for role in _roles_of(speaker.pk)],
            },
            "counts": _counts(speaker),
            "counts_caption": NO_SCORE,
            "crumbs": [Link("Speakers", PATH)],
            "listing": listing_of(
                Query(facets=(("speaker", speaker.public_id),)),
                all_url=f"/claims/?speaker={speaker.public_id}",
                empty_text="No claim of this speaker has been published yet.",
            ),
        },
        section=PATH,
        description=speaker.description,
    )


def _facts(speaker: Speaker) -> list[Row]:
    rows = [Row("Kind", speaker.get_kind_display())]
    if speaker.alias_list:
        rows.append(Row("Also written", ", ".join(speaker.alias_list)))
    if speaker.wikidata_id:
        url = f"https://www.wikidata.org/wiki/{speaker.wikidata_id}"
        rows.append(Row("Wikidata", speaker.wikidata_id, url=url, is_outside=True))
    return rows


def _moment_of(role: SpeakerRole) -> Moment:
    return Moment(
        words.sentence(words.period(role.valid_from, role.valid_to)) or "Dates not known",
        role.title,
        role.organisation,
        is_main=role.valid_to is None,
    )


def _counts(speaker: Speaker) -> list[CountLine]:
    """Returns how many live findings of each kind there are, in the order of the scale."""
    start = f"{speaker.public_id}/"
    rows = _counted(*(f"{start}{code}" for code in FOUND))
    found = {row.code.removeprefix(start): row.count for row in rows if row.count > 0}
    lines = []
    for code in FOUND:
        badge = badge_of(code, "") if code in VerdictCode.values else badge_of("", code)
        if badge and code in found:
            lines.append(CountLine(badge, found[code]))
    return lines
