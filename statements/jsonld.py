"""Findings and the organisation behind them as schema.org has them (DOMAIN §6). No query.

What a finding says comes from its sealed document; who said the claim, what was corrected and
which topics it has are handed in as the public may see them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString

from sources.canonical import web_address
from statements import addresses
from statements.models import Site
from statements.models.page import policy_path
from statements.vocabulary import RATINGS, PolicyKind, SpeakerKind, VerdictCode

CONTEXT = "https://schema.org"
MEDIA_TYPE = "application/ld+json"
METHOD_PATH = "/method/"
WORST, BEST = 1, 5
LABELS: dict[str, str] = dict(VerdictCode.choices)

# Which page of ours answers which question about an organisation.
POLICIES: dict[str, str] = {
    PolicyKind.CORRECTIONS: "correctionsPolicy",
    PolicyKind.OWNERSHIP: "ownershipFundingInfo",
    PolicyKind.UNNAMED_SOURCES: "unnamedSourcesPolicy",
    PolicyKind.FEEDBACK: "actionableFeedbackPolicy",
}
# The vocabulary asks these of a NewsMediaOrganization alone.
NEWSROOM_POLICIES: dict[str, str] = {
    PolicyKind.FACT_CHECKING: "verificationFactCheckingPolicy",
    PolicyKind.PEOPLE: "masthead",
}

# A day, month or year. What is less sure than that ("about March") is no Date of schema.org.
PLAIN_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
# In a script block "</script>" and "<!--" would end or change it, and the last two are line ends.
IN_SCRIPT = str.maketrans({mark: f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"})

Node = dict[str, Any]
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """The statement that a claim was taken from, as the public may see it now."""

    id: str
    speaker: str
    speaker_kind: str
    wikidata_id: str
    role: str  # on that day
    said: str  # EDTF
    setting: str  # occasion and place


@dataclass(frozen=True, slots=True)
class Archive:
    """Who made an imported finding, and where it stands there, as far as that is known."""

    name: str
    domain: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A live finding with what the public may see beside it."""

    public_id: str
    document: Document
    first_published_at: datetime
    last_published_at: datetime
    said: Said | None = None
    topics: tuple[tuple[str, str], ...] = ()  # name and slug
    corrections: tuple[tuple[str, datetime], ...] = ()  # text and moment, no spelling
    archive: Archive | None = None


def is_reviewed(finding: Document) -> bool:
    """Says whether a sealed finding is on the scale of verdicts: a commitment has no rating."""
    return bool(finding["code"])


def claim_review(finding: Finding, site: Site, *, is_in_feed: bool = False) -> Node:
    """Returns a live finding as a ClaimReview; in a feed the organisation is told once, above."""
    document = finding.document
    claim, found = document["claim"], document["finding"]
    url = absolute(addresses.claim_path(finding.public_id, claim["short_text"]))
    us = _reference(site) if is_in_feed else organization(site)
    return _without_empty(
        {
            "@type": "ClaimReview",
            "@id": f"{url}#review",
            "url": url,
            "claimReviewed": claim["short_text"],
            "datePublished": moment(finding.first_published_at),
            "dateModified": moment(finding.last_published_at),
            "author": _archive(finding.archive) if finding.archive else us,
            "publisher": _reference(site),
            "isBasedOn": web_address(finding.archive.url) if finding.archive else "",
            # Ours is not the method by which an archive worked.
            "publishingPrinciples": "" if finding.archive else absolute(METHOD_PATH),
            "reviewRating": _rating(found),
            "itemReviewed": _claim(finding),
            "citation": _citations(document["evidence"]),
            "correction": [
                {"@type": "CorrectionComment", "text": text, "datePublished": moment(made_at)}
                for text, made_at in finding.corrections
                if text
            ],
            "inLanguage": claim["language"],
            "about": [
                {"@type": "Thing", "name": name, "url": absolute(f"/topics/{slug}/")}
                for name, slug in finding.topics
            ],
            "sdLicense": web_address(site.licence_url),
        }
    )


def _rating(found: Document) -> Node:
    number = RATINGS[found["code"]].number
    scale = (
        {} if number is None else {"ratingValue": number, "bestRating": BEST, "worstRating": WORST}
    )
    return {
        "@type": "Rating",
        **scale,
        "alternateName": LABELS[found["code"]],
        "ratingExplanation": found["finding"],
    }


def _claim(finding: Finding) -> Node:
    said = finding.said
    first, others = _appearances(finding)
    return _without_empty(
        {
            "@type": "Claim",
            "text": finding.document["claim"]["text"],
            "name": said.setting if said else "",
            "author": _speaker(said) if said else {},
            "datePublished": said.said if said and PLAIN_DAY.fullmatch(said.said) else "",
            "firstAppearance": first,
            "appearance": others,
        }
    )


def _speaker(said: Said) -> Node:
    is_person = said.speaker_kind == SpeakerKind.PERSON
    return _without_empty(
        {
            "@type": "Person" if is_person else "Organization",
            "name": said.speaker,
            "jobTitle": said.role if is_person else "",
            "sameAs": f"https://www.wikidata.org/wiki/{said.wikidata_id}"
            if said.wikidata_id
            else "",
        }
    )


def _appearances(finding: Finding) -> tuple[Node, list[Node]]:
    """Returns where the claim's own statement stood first, and all else that was sealed."""
    first: Node = {}
    others: dict[str, Node] = {}
    for statement in finding.document["statements"]:
        is_main = finding.said is not None and statement["id"] == finding.said.id
        for row in statement["appearances"]:
            if is_main and row["is_first"]:
                first = _work(row)
            else:
                others.setdefault(row["source"]["id"], _work(row))
    return first, list(others.values())


def _citations(evidence: Iterable[Document]) -> list[Node]:
    """Returns each cited source once."""
    cited: dict[str, Node] = {}
    for row in evidence:
        cited.setdefault(row["source"]["id"], _work(row))
    return list(cited.values())


def _work(row: Document) -> Node:
    source, snapshot = row["source"], row["snapshot"]
    return _without_empty(
        {
            "@type": "CreativeWork",
            "url": web_address(source["url"]),
            "headline": source["title"],
            "datePublished": source["published_on"] or "",
            "publisher": {"@type": "Organization", "name": source["publisher"]}
            if source["publisher"]
            else {},
            "archivedAt": web_address(snapshot["archive_url"]) if snapshot else "",
        }
    )


def _archive(archive: Archive) -> Node:
    return _without_empty(
        {
            "@type": "Organization",
            "name": archive.name,
            "url": f"https://{archive.domain}/" if archive.domain else "",
        }
    )


# ---- who we are -----------------------------------------------------------------------------


def organization(site: Site) -> Node:
    """Returns who publishes the findings, with the pages that say how they work."""
    written = {kind for kind, _ in site.policies}
    return _without_empty(
        {
            **_reference(site),
            "logo": web_address(site.logo_url),
            "publishingPrinciples": absolute(METHOD_PATH),
            **{
                name: absolute(policy_path(kind))
                for kind, name in POLICIES.items()
                if kind in written
            },
        }
    )


def newsroom(site: Site) -> Node:
    """Returns the organisation as its own start page tells it."""
    written = {kind for kind, _ in site.policies}
    return {
        "@context": CONTEXT,
        **organization(site),
        "@type": ["Organization", "NewsMediaOrganization"],
        **{
            name: absolute(policy_path(kind))
            for kind, name in NEWSROOM_POLICIES.items()
            if kind in written
        },
        **({"email": site.contact_email} if site.contact_email else {}),
    }


def _reference(site: Site) -> Node:
    return {
        "@type": "Organization",
        "@id": absolute("/#organization"),
        "name": site.organisation or site.name,
        "url": web_address(site.organisation_url) or absolute("/"),
    }


# ---- all of them ----------------------------------------------------------------------------


def data_feed(site: Site, *, modified_at: datetime | None) -> Node:
    """Returns the head of a DataFeed; its `dataFeedElement` is to be filled."""
    return _without_empty(
        {
            "@context": CONTEXT,
            "@type": "DataFeed",
            "@id": absolute("/claimreview.jsonld"),
            "url": absolute("/claimreview.jsonld"),
            "name": f"{site.name}: claim reviews",
            "dateModified": moment(modified_at) if modified_at else "",
            "publisher": organization(site),
            "license": web_address(site.licence_url),
        }
    )


def feed_item(finding: Finding, site: Site) -> Node:
    """Returns a finding as one element of a DataFeed."""
    return {
        "@type": "DataFeedItem",
        "dateCreated": moment(finding.first_published_at),
        "dateModified": moment(finding.last_published_at),
        "item": claim_review(finding, site, is_in_feed=True),
    }


# ---- writing --------------------------------------------------------------------------------


def in_script(node: Node) -> SafeString:
    """Returns a node of its own as the text of a script block."""
    whole = node if "@context" in node else {"@context": CONTEXT, **node}
    return SafeString(text_of(whole).translate(IN_SCRIPT))


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def text_of(node: Node) -> str:
    return _encode(node)


def moment(value: datetime) -> str:
    """Returns a moment to the second: "2025-03-27T06:00:00Z"."""
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def absolute(path: str) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def _without_empty(node: Node) -> Node:
    return {name: value for name, value in node.items() if value not in ("", [], {}, None)}
