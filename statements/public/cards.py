"""One line of a list, as plain values: what a template may show of a claim and nothing else.

Everything of a published claim comes from its live verdict; the claim's own row may be the
working copy of a claim that is being checked again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import F, QuerySet
from django.utils.text import slugify

from statements.filters import with_sealed_text
from statements.models import Claim, Speaker, Statement, Verdict
from statements.public import words
from statements.vocabulary import CommitmentStatus, State, VerdictCode

VERDICT_LABELS: dict[str, str] = dict(VerdictCode.choices)
COMMITMENT_LABELS: dict[str, str] = dict(CommitmentStatus.choices)
# Open checks, which have no day of publication, come last on both databases.
NEWEST_FIRST = F("last_published_at").desc(nulls_last=True)


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
    (`with_sealed_text`), since a retracted claim has no live one.
    """
    if claim.live_verdict is not None:
        return claim.live_verdict.short_text
    if claim.was_published:
        return str(getattr(claim, "sealed_text", "") or "")
    return claim.short_text


def claim_path(claim: Claim) -> str:
    """Returns the address of a claim's page, with the slug of its public wording."""
    return path_of(claim.public_id, public_wording(claim))


def path_of(public_id: str, wording: str) -> str:
    """Returns the address of the claim with this id and public wording."""
    slug = slugify(wording)[:60].strip("-") or "claim"
    return f"/claims/{public_id}/{slug}/"


def state_note(claim: Claim) -> Note | None:
    """Returns where the work stands, for a list; None for a finding that simply stands."""
    if claim.live_verdict_id is not None:
        is_settled = claim.state == State.PUBLISHED
        return None if is_settled else Note("rechecking", "Being re-checked")
    if claim.was_published:
        return Note("retracted", "Retracted")
    return Note("checking", "Being checked")


def for_cards(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """Adds what `card_of` reads, and leaves out the long texts (no further query)."""
    return (
        with_sealed_text(claims)
        .select_related("live_verdict", "main_statement__speaker")
        .only(
            "public_id",
            "state",
            "short_text",
            "language",
            "first_published_at",
            "last_published_at",
            "retracted_at",
            "live_verdict__code",
            "live_verdict__commitment_status",
            "live_verdict__finding",
            "live_verdict__short_text",
            "main_statement__said_edtf",
            "main_statement__said_on",
            "main_statement__speaker__public_id",
            "main_statement__speaker__name",
        )
    )


def card_of(claim: Claim, zone: ZoneInfo) -> Card:
    """Returns the card of one listed claim, read with `for_cards()`."""
    verdict: Verdict | None = claim.live_verdict
    statement = claim.main_statement
    return Card(
        url=claim_path(claim),
        text=public_wording(claim),
        language=foreign(public_language(claim)),
        badge=badge_of(verdict.code, verdict.commitment_status) if verdict else None,
        note=state_note(claim),
        finding=verdict.finding if verdict else "",
        speaker=speaker_link(statement.speaker) if statement else None,
        said=said_words(statement) if statement else "",
        when=_when(claim, zone),
    )


def cards_of(claims: Iterable[Claim]) -> list[Card]:
    zone = words.site_zone()
    return [card_of(claim, zone) for claim in claims]


def speaker_link(speaker: Speaker) -> Link:
    return Link(speaker.name, speaker.get_absolute_url())


def said_words(statement: Statement) -> str:
    """Returns when something was said: "27 March 2025", or "" where it is not known."""
    return statement.said_date_words


def public_language(claim: Claim) -> str:
    """Returns the language of the wording; not of a working copy, which may have another."""
    may_differ = claim.was_published and claim.state != State.PUBLISHED
    return "en" if may_differ else claim.language


def foreign(language: str) -> str:
    """Returns a language code for `lang`, or "" where the page's own language holds."""
    return "" if language == "en" else language


def _when(claim: Claim, zone: ZoneInfo) -> str:
    if claim.live_verdict_id is None:
        return f"Retracted {words.day_of(claim.retracted_at, zone)}" if claim.retracted_at else ""
    first = words.day_of(claim.first_published_at, zone)
    last = words.day_of(claim.last_published_at, zone)
    return f"Checked {first}" if first == last else f"Checked {first}, revised {last}"


@dataclass(frozen=True, slots=True)
class Listing:
    """The claims of one noun's page, with the way to all of them."""

    cards: list[Card]
    empty_text: str
    all_url: str = ""
    all_label: str = ""


def listing_of(
    claims: QuerySet[Claim], *, all_url: str, size: int = 25, empty_text: str = "None yet."
) -> Listing:
    """Returns the newest claims of a noun's page, and a link to the rest (one query)."""
    found = list(for_cards(claims).order_by(NEWEST_FIRST, "-id")[: size + 1])
    return Listing(
        cards=cards_of(found[:size]),
        empty_text=empty_text,
        all_url=all_url if len(found) > size else "",
        all_label="All of these claims",
    )
