"""One line of a list, as plain values: what a template may show of a claim and nothing else.

Lists are made of the lines of public documents, where everything of a published claim is sealed;
the claim's own row may be the working copy of a claim that is being checked again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from statements import addresses, fuzzydates
from statements.models import Claim, PublicDocument, Speaker, Statement
from statements.public import words
from statements.search import Line, Query, find, public_state
from statements.vocabulary import CommitmentStatus, PublicState, VerdictCode

VERDICT_LABELS: dict[str, str] = dict(VerdictCode.choices)
COMMITMENT_LABELS: dict[str, str] = dict(CommitmentStatus.choices)
MOST_OF_FEW = 100


@dataclass(frozen=True, slots=True)
class Link:
    """A name with an address; the address is empty where there is no page to go to."""

    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Badge:
    """A verdict or a commitment status: `family` says which of the two."""

    family: str
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Note:
    """Where the work stands: `kind` names the icon."""

    kind: str
    title: str
    paragraphs: tuple[str, ...] = ()
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One claim in a list."""

    url: str
    text: str
    language: str
    badge: Badge | None
    note: Note | None
    finding: str
    speaker: Link | None
    said: str
    when: str


def badge_of(code: str, commitment_status: str) -> Badge | None:
    """Returns the badge of a finding, or None where there is none."""
    if code:
        return Badge("verdict", code, VERDICT_LABELS[code])
    if commitment_status:
        return Badge("commitment", commitment_status, COMMITMENT_LABELS[commitment_status])
    return None


def public_wording(claim: Claim) -> str:
    """Returns the short wording that the public may see.

    Sealed where the claim was ever published; `sealed_text` is asked of the last verdict
    (`statements.shown_claim`), since a retracted claim has no live one.
    """
    if claim.live_verdict is not None:
        return claim.live_verdict.short_text
    if claim.was_published:
        return str(getattr(claim, "sealed_text", "") or "")
    return claim.short_text


def claim_path(claim: Claim) -> str:
    """Returns the address of a claim's page, with the slug of its public wording."""
    return addresses.claim_path(claim.public_id, public_wording(claim))


# What a list says of a claim whose finding does not simply stand.
STATE_NOTES: dict[str, Note] = {
    PublicState.RECHECKING: Note("rechecking", "Being re-checked"),
    PublicState.RETRACTED: Note("retracted", "Retracted"),
    PublicState.CHECKING: Note("checking", "Being checked"),
}


def state_note(claim: Claim) -> Note | None:
    """Returns where the work stands, for a list; None for a finding that simply stands."""
    return STATE_NOTES.get(
        public_state(
            is_live=claim.live_verdict_id is not None,
            state=claim.state,
            is_retracted=claim.retracted_at is not None,
        )
    )


def card_of(line: Line, zone: ZoneInfo) -> Card:
    """Returns the card of one listed claim."""
    speaker = line["speaker"]
    return Card(
        url=addresses.claim_path(line["id"], line["short_text"]),
        text=line["short_text"],
        language=foreign(line["language"]),
        badge=badge_of(line["verdict"], line["commitment_status"]),
        note=STATE_NOTES.get(line["state"]),
        finding=line["finding"],
        speaker=Link(line["speaker_name"], f"/speakers/{speaker}/") if speaker else None,
        said=fuzzydates.words(line["said"]),
        when=_when(line, zone),
    )


def cards_of(lines: Iterable[Line]) -> list[Card]:
    zone = words.site_zone()
    return [card_of(line, zone) for line in lines]


def speaker_link(speaker: Speaker) -> Link:
    return Link(speaker.name, speaker.get_absolute_url())


def said_words(statement: Statement) -> str:
    """Returns when something was said: "27 March 2025", or "" where it is not known."""
    return statement.said_date_words


def foreign(language: str) -> str:
    """Returns a language code for `lang`, or "" where the page's own language holds."""
    return "" if language == "en" else language


def _when(line: Line, zone: ZoneInfo) -> str:
    if retracted := line["retracted_at"]:
        return f"Retracted {_day_of(retracted, zone)}"
    first, last = line["first_published_at"], line["last_published_at"]
    if not first or not last:
        return ""
    if line["imported_from"]:
        return f"Checked {_day_of(first, zone)} by {line['imported_from']}"
    begun, revised = _day_of(first, zone), _day_of(last, zone)
    return f"Checked {begun}" if begun == revised else f"Checked {begun}, revised {revised}"


@lru_cache(maxsize=4_096)
def _day_of(moment: str, zone: ZoneInfo) -> str:
    """Returns the day of an ISO moment; lists say the same days over and over."""
    return words.day_of(datetime.fromisoformat(moment), zone)


@dataclass(frozen=True, slots=True)
class Listing:
    """The claims of one noun's page, with the way to all of them."""

    cards: list[Card]
    empty_text: str
    all_url: str = ""
    all_label: str = ""


def listing_of(
    query: Query, *, all_url: str = "", size: int = 25, empty_text: str = "None yet."
) -> Listing:
    """Returns the newest claims that fit, and a link to the rest (one query)."""
    found = find(query, size=size, counts=False)
    return Listing(
        cards=cards_of(found.lines),
        empty_text=empty_text,
        all_url=all_url if found.next else "",
        all_label="All of these claims",
    )


def few(claims: QuerySet[Claim]) -> QuerySet[Any, Any]:
    """Returns the documents of the newest claims of a narrow queryset of listed ones."""
    rows = PublicDocument.objects.filter(claim__in=claims.order_by().values("pk"))
    return rows.order_by("-id").values("line")[:MOST_OF_FEW]


def listing_of_few(rows: Iterable[dict[str, Any]], *, empty_text: str = "None yet.") -> Listing:
    """Returns what `few` found as a list of a noun's page."""
    return Listing(cards_of(json.loads(row["line"]) for row in rows), empty_text)
