"""Every live finding on the scale as one schema.org DataFeed of ClaimReviews (DOMAIN §6).

The same nodes stand in the pages of the claims (`statements.jsonld`); here they are read in
batches, with the same few queries each.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Max, Q, QuerySet

from statements import jsonld
from statements.exports.walk import Values, all_of, grouped, keys_of, role_of, roles_of
from statements.models import Claim, Correction, ExternalReview, Occurrence, Site
from statements.models.statement import setting_words
from statements.vocabulary import CORRECTIONS, Origin

COLUMNS = (
    "public_id",
    "first_published_at",
    "last_published_at",
    "imported_from",
    "live_verdict__content",
    "live_verdict__origin",
    "live_verdict__imported_from__name",
    "live_verdict__imported_from__domain",
    "main_statement",
    "main_statement__public_id",
    "main_statement__said_edtf",
    "main_statement__said_on",
    "main_statement__occasion__title",
    "main_statement__place__name",
    "main_statement__speaker",
    "main_statement__speaker__public_id",
    "main_statement__speaker__name",
    "main_statement__speaker__kind",
    "main_statement__speaker__wikidata_id",
)
NEXT = ",\n"  # between items: one a line
Told = tuple[datetime, int, str]  # when, key, what

# Spelling is told in the history of a page alone (DOMAIN §5).
TOLD = tuple(kind for kind, rule in CORRECTIONS.items() if rule.has_banner)


def reviewed() -> QuerySet[Claim]:
    """Returns the claims that have a ClaimReview: a live finding on the scale of verdicts."""
    return Claim.objects.public().filter(live_verdict__isnull=False).exclude(live_verdict__code="")


def finding_batches() -> Iterator[list[jsonld.Finding]]:
    """Yields the findings of all reviewed claims (at most 6 queries a batch)."""
    for batch in all_of(reviewed(), COLUMNS):
        beside = _Beside(batch)
        yield [_finding(row, beside) for row in batch]


def chunks(batches: Iterable[list[jsonld.Finding]]) -> Iterator[bytes]:
    """Yields the feed in pieces, one a batch."""
    site = Site.load()
    last = reviewed().aggregate(at=Max("last_published_at"))["at"]
    head = jsonld.text_of(jsonld.data_feed(site, modified_at=last))
    yield f'{head[:-1]},"dataFeedElement":['.encode()
    before = "\n"
    for batch in batches:
        items = [jsonld.text_of(jsonld.feed_item(finding, site)) for finding in batch]
        yield f"{before}{NEXT.join(items)}".encode()
        before = NEXT
    yield b"\n]}\n"


class _Beside:
    """What the findings of one batch need from other tables."""

    def __init__(self, batch: list[Values]) -> None:
        claims = keys_of(batch)
        self.statements = grouped(
            Occurrence.objects.public()
            .filter(claim__in=claims)
            .order_by()
            .values_list("claim", "statement")
        )
        self.topics = grouped(
            (claim, (name, slug))
            for claim, name, slug in Claim.topics.through._default_manager.filter(
                claim__in=claims, topic__has_page=True
            )
            .order_by("topic__name", "topic")
            .values_list("claim", "topic__name", "topic__slug")
        )
        said = {statement for found in self.statements.values() for statement in found}
        of_claims: list[tuple[int, Told]] = []
        of_statements: list[tuple[int, Told]] = []
        for claim, statement, summary, made_at, key in (
            Correction.objects.filter(Q(claim__in=claims) | Q(statement__in=said), kind__in=TOLD)
            .order_by()
            .values_list("claim", "statement", "summary", "made_at", "pk")
        ):
            row = (made_at, key, summary)
            (of_claims if claim else of_statements).append((claim or statement, row))
        self.of_claims, self.of_statements = grouped(of_claims), grouped(of_statements)
        self.roles = roles_of(keys_of(batch, "main_statement__speaker"))
        imported = [row["pk"] for row in batch if row["live_verdict__origin"] == Origin.IMPORTED]
        self.printed: dict[tuple[Any, Any], str] = {}
        if imported:
            printed = ExternalReview.objects.filter(claim__in=imported).exclude(url="")
            for claim, publisher, url in printed.order_by("-id").values_list(
                "claim", "publisher", "url"
            ):
                self.printed[claim, publisher] = url

    def corrections_of(self, claim: int) -> tuple[tuple[str, datetime], ...]:
        """Returns text and moment of what the page shows, newest first."""
        rows = list(self.of_claims[claim])
        for statement in self.statements[claim]:
            rows += self.of_statements[statement]
        return tuple((summary, made_at) for made_at, _, summary in sorted(rows, reverse=True))


def _finding(row: Values, beside: _Beside) -> jsonld.Finding:
    document = json.loads(row["live_verdict__content"])
    return jsonld.Finding(
        public_id=row["public_id"],
        document=document,
        first_published_at=row["first_published_at"],
        last_published_at=row["last_published_at"],
        said=_said(row, document, beside),
        topics=tuple(beside.topics[row["pk"]]),
        corrections=beside.corrections_of(row["pk"]),
        archive=_archive(row, beside),
    )


def _said(row: Values, document: Values, beside: _Beside) -> jsonld.Said | None:
    if row["main_statement"] not in beside.statements[row["pk"]]:
        return None
    speaker = row["main_statement__speaker__public_id"]
    kept = next(
        (
            said["speaker"]
            for said in document["statements"]
            if said["id"] == row["main_statement__public_id"]
        ),
        None,
    )
    if kept is None:
        role = role_of(beside.roles, row["main_statement__speaker"], row["main_statement__said_on"])
    else:
        role = kept["role"] if kept["id"] == speaker else ""
    return jsonld.Said(
        id=row["main_statement__public_id"],
        speaker=row["main_statement__speaker__name"],
        speaker_kind=row["main_statement__speaker__kind"],
        wikidata_id=row["main_statement__speaker__wikidata_id"],
        role=role,
        said=row["main_statement__said_edtf"],
        setting=setting_words(
            row["main_statement__occasion__title"] or "", row["main_statement__place__name"] or ""
        ),
    )


def _archive(row: Values, beside: _Beside) -> jsonld.Archive | None:
    name = row["live_verdict__imported_from__name"]
    if row["live_verdict__origin"] != Origin.IMPORTED or name is None:
        return None
    return jsonld.Archive(
        name,
        row["live_verdict__imported_from__domain"],
        beside.printed.get((row["pk"], row["imported_from"]), ""),
    )
