"""A finding on other people's pages: the code to paste, and what oEmbed tells of it.

The format is oEmbed 1.0 (oembed.com), type `rich`. The card has no script, so it cannot tell the
page around it how tall it is: the height is estimated from its words, and a card that turns out
taller scrolls.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from statements.models import Claim
from statements.public.cards import badge_of, claim_path, public_wording, state_note
from statements.public.frame import Frame
from statements.public.pages import absolute

# CSS pixels. The card is laid out for 600; below 200 no word of it could be read.
WIDTH = 600
SMALLEST = 200
CHARACTER_WIDTH, LINE_HEIGHT = 10.5, 31
REST_HEIGHT, NOTE_HEIGHT = 280, 150
TALLEST = 900
DAY_SECONDS = 86_400

CLAIM_PAGE = re.compile(r"/claims/(?P<id>[\w-]+)/(?:[\w-]+/)?(?:embed/|history/)?", re.ASCII)
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Embed:
    """What the page of a claim offers to those who want it on theirs."""

    code: SafeString
    card_url: str
    oembed_url: str


def embed_of(claim: Claim) -> Embed:
    """Returns the code and addresses for a claim of `shown_claim.claim_with`."""
    path = claim_path(claim)
    return Embed(
        code=frame_code(claim, *size_of(claim)),
        card_url=f"{path}embed/",
        oembed_url=f"{absolute('/oembed')}?url={quote(absolute(path), safe='')}",
    )


def frame_code(claim: Claim, width: int, height: int) -> SafeString:
    """Returns the element that shows the card, for any page."""
    return format_html(
        '<iframe src="{}embed/" title="{}" width="{}" height="{}" loading="lazy"'
        ' style="border:0;max-width:100%"></iframe>',
        absolute(claim_path(claim)),
        f"Fact check: {public_wording(claim)}",
        width,
        height,
    )


def size_of(claim: Claim, *, widest: int = 0, tallest: int = 0) -> tuple[int, int]:
    """Returns width and height of the card in CSS pixels, within what a page has room for."""
    width = min(WIDTH, widest or WIDTH)
    verdict = claim.live_verdict
    told = [public_wording(claim), verdict.finding if verdict else ""]
    a_line = max(1, int((width - 48) / CHARACTER_WIDTH))
    lines = sum(-(-len(words) // a_line) for words in told)
    height = REST_HEIGHT + lines * LINE_HEIGHT
    if state_note(claim) or claim.imported_from_id or getattr(claim, "was_corrected", False):
        height += NOTE_HEIGHT
    return width, min(height, TALLEST, tallest or TALLEST)


def claim_id_in(address: str) -> str:
    """Returns the public id in the address of a claim's page on this site, "" for any other."""
    try:
        asked, ours = urlsplit(address.strip()), urlsplit(settings.SITE_URL)
        is_ours = asked.scheme in DEFAULT_PORTS and _place(asked) == _place(ours)
    except ValueError:
        return ""
    found = CLAIM_PAGE.fullmatch(asked.path) if is_ours else None
    return found["id"] if found else ""


def _place(parts: Any) -> tuple[str, int]:
    """Returns host and port; http and https of one host are one place."""
    port = parts.port or DEFAULT_PORTS[parts.scheme]
    return parts.hostname or "", 0 if port in DEFAULT_PORTS.values() else port


def oembed_of(claim: Claim, frame: Frame, *, widest: int = 0, tallest: int = 0) -> dict[str, Any]:
    """Returns the oEmbed answer for a listed claim."""
    width, height = size_of(claim, widest=widest, tallest=tallest)
    verdict = claim.live_verdict
    badge = badge_of(verdict.code, verdict.commitment_status) if verdict else None
    title = public_wording(claim)
    return {
        "version": "1.0",
        "type": "rich",
        "title": f"{badge.label}: {title}" if badge else title,
        "provider_name": frame.site.organisation or frame.site.name,
        "provider_url": absolute("/"),
        "cache_age": DAY_SECONDS,
        "html": frame_code(claim, width, height),
        "width": width,
        "height": height,
    }
