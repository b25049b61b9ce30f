"""Rows of claims and of the evidence of their findings.

Of a claim that was ever published everything comes from its sealed finding; what the public may
see as it stands (statements, topics, corrections) comes from the rows. Each batch costs the same
few queries, whatever is in it.
"""

from __future__ import annotations

import json
from collections import Counter

from django.db.models import Q, QuerySet

from statements import addresses
from statements.exports.walk import (
    Batches,
    Row,
    Values,
    address_of,
    all_of,
    first_of,
    grouped,
    in_order_of,
    iso_day,
    iso_moment,
    keys_of,
    role_of,
    roles_of,
)
from statements.models import Claim, Correction, Occurrence, Site, Verdict
from statements.search import public_state
from statements.vocabulary import RATINGS, CommitmentStatus, VerdictCode

LABELS: dict[str, str] = {**dict(VerdictCode.choices), **dict(CommitmentStatus.choices)}

CLAIM_COLUMNS = (
    "public_id",
    "state",
    "kind",
    "text",
    "short_text",
    "language",
    "first_published_at",
    "last_published_at",
    "retracted_at",
    "main_statement",
    "main_statement__public_id",
    "main_statement__said_edtf",
    "main_statement__said_on",
    "main_statement__said_until",
    "main_statement__occasion__title",
    "main_statement__occasion__place__name",
    "main_statement__place__name",
    "main_statement__speaker",
    "main_statement__speaker__public_id",
    "main_statement__speaker__name",
    "live_verdict_id",
    "live_verdict__revision",
    "live_verdict__kind",
    "live_verdict__code",
    "live_verdict__commitment_status",
    "live_verdict__finding",
    "live_verdict__rationale",
    "live_verdict__reasons",
    "live_verdict__as_of",
    "live_verdict__origin",
    "live_verdict__content",
    "live_verdict__content_sha256",
)


def claim_rows(wanted: QuerySet[Claim] | None = None) -> Batches:
    """Yields rows of `CLAIMS`: of all listed claims, or of `wanted` in its own order.

    At most 6 queries a batch.
    """
    door = Claim.objects.listed()
    licence = _licence()
    batches = (
        all_of(door, CLAIM_COLUMNS) if wanted is None else in_order_of(wanted, door, CLAIM_COLUMNS)
    )
    for batch in batches:
        beside = _Beside(batch)
        yield [_claim_row(row, beside, licence) for row in batch]


class _Beside:
    """What rows of one batch of claims need from other tables."""

    def __init__(self, batch: list[Values]) -> None:
        claims = keys_of(batch)
        self.sealed = {
            row["pk"]: json.loads(row["live_verdict__content"])
            for row in batch
            if row["live_verdict_id"] is not None
        }
        # A retracted claim has no live finding, and its row may be a secret working copy.
        withdrawn = [
            row["pk"]
            for row in batch
            if row["live_verdict_id"] is None and row["first_published_at"] is not None
        ]
        if withdrawn:
            for claim, content in (
                Verdict.objects.filter(claim__in=withdrawn)
                .order_by("claim", "revision")
                .values_list("claim", "content")
            ):
                self.sealed[claim] = json.loads(content)
        self.statements: dict[int, list[int]] = grouped(
            Occurrence.objects.public().filter(claim__in=claims).values_list("claim", "statement")
        )
        self.topics: dict[int, list[str]] = grouped(
            Claim.topics.through._default_manager.filter(claim__in=claims, topic__has_page=True)
            .order_by("topic__name", "topic")
            .values_list("claim", "topic__slug")
        )
        said = {statement for found in self.statements.values() for statement in found}
        self.corrections = Counter[tuple[str, int]]()
        for claim, statement in Correction.objects.filter(
            Q(claim__in=claims) | Q(statement__in=said)
        ).values_list("claim", "statement"):
            self.corrections["claim" if claim else "statement", claim or statement] += 1
        self.roles = roles_of(keys_of(batch, "main_statement__speaker"))

    def corrections_of(self, claim: int) -> int:
        """Returns how many corrections the page shows: of the claim and of its statements."""
        return self.corrections["claim", claim] + sum(
            self.corrections["statement", statement] for statement in self.statements[claim]
        )


def _claim_row(row: Values, beside: _Beside, licence: str) -> Row:
    claim = row["pk"]
    is_live = row["live_verdict_id"] is not None
    sealed = beside.sealed.get(claim, {})
    wording = sealed.get("claim") or row
    live = sealed if is_live else {}
    about = live.get("about") or {}
    code = row["live_verdict__code"] or None
    status = row["live_verdict__commitment_status"] or None
    return (
        row["public_id"],
        address_of(addresses.claim_path(row["public_id"], wording["short_text"])),
        public_state(
            is_live=is_live, state=row["state"], is_retracted=row["retracted_at"] is not None
        ),
        wording["short_text"],
        wording["text"],
        wording["language"],
        wording["kind"],
        code,
        status,
        LABELS.get(code or status or "", ""),
        RATINGS[code].number if code else None,
        row["live_verdict__finding"] or "",
        row["live_verdict__rationale"] or "",
        row["live_verdict__reasons"] or [],
        iso_day(row["live_verdict__as_of"]),
        row["live_verdict__revision"],
        row["live_verdict__kind"],
        *_said(row, beside, live),
        beside.topics[claim],
        len(beside.statements[claim]),
        len({cited["source"]["id"] for cited in live["evidence"]}) if is_live else None,
        beside.corrections_of(claim),
        iso_moment(row["first_published_at"]),
        iso_moment(row["last_published_at"]),
        iso_moment(row["retracted_at"]),
        about.get("author", ""),
        about.get("reviewer", ""),
        row["live_verdict__origin"],
        about.get("imported_from", ""),
        row["live_verdict__content_sha256"],
        licence,
        *_detail_cells(live.get("detail")),
    )


def _said(row: Values, beside: _Beside, live: Values) -> Row:
    """Returns statement, speaker, role, days, occasion and place of the main statement.

    Empty while it waits for a second editor. The role is the one that was sealed.
    """
    statement = row["main_statement"]
    if statement is None or statement not in beside.statements[row["pk"]]:
        return (None, None, "", "", "", None, None, "", "")
    speaker = row["main_statement__speaker__public_id"]
    kept = next(
        (
            said["speaker"]
            for said in live.get("statements", ())
            if said["id"] == row["main_statement__public_id"] and said["speaker"]["id"] == speaker
        ),
        None,
    )
    said_on = row["main_statement__said_on"]
    return (
        row["main_statement__public_id"],
        speaker,
        row["main_statement__speaker__name"],
        kept["role"] if kept else role_of(beside.roles, row["main_statement__speaker"], said_on),
        row["main_statement__said_edtf"],
        iso_day(said_on),
        iso_day(row["main_statement__said_until"]),
        row["main_statement__occasion__title"] or "",
        first_of(row["main_statement__place__name"], row["main_statement__occasion__place__name"]),
    )


NO_QUANTITY: Row = (None, "", "", None, None, None, None, "", None, None, "", "")
NO_STATUS: Row = (None, "", None, None, None, "", None)
NO_COMMITMENT: Row = (None, "", "", None)


def _detail_cells(detail: Values | None) -> Row:
    """Returns the typed fact of a sealed finding, spread over the columns of all kinds."""
    kind = detail["type"] if detail else ""
    return (
        *(_quantity(detail) if detail and kind == "quantity" else NO_QUANTITY),
        *(_status(detail) if detail and kind == "status" else NO_STATUS),
        *(_commitment(detail) if detail and kind == "commitment" else NO_COMMITMENT),
    )


def _quantity(detail: Values) -> Row:
    return (
        detail["measure"]["code"],
        detail["measure"]["name"],
        detail["measure"]["unit"],
        detail["comparator"],
        detail["value"],
        detail["lower"],
        detail["upper"],
        detail["period"],
        detail["period_counts"],
        detail["period_time_zone"],
        detail["place"],
        detail["counted_by"],
    )


def _status(detail: Values) -> Row:
    party = detail["party"] or {"id": None, "name": ""}
    return (
        detail["agreement"]["id"],
        detail["agreement"]["name"],
        detail["axis"],
        detail["value"],
        party["id"],
        party["name"],
        detail["as_of"],
    )


def _commitment(detail: Values) -> Row:
    return (
        detail["committed_by"]["id"],
        detail["committed_by"]["name"],
        detail["deliverable"],
        detail["due_on"],
    )


def _licence() -> str:
    """Returns on what terms the texts may be used: the address, or the name without one."""
    site = Site.load()
    return first_of(site.licence_url, site.licence_name)


# ---- evidence -------------------------------------------------------------------------------

EVIDENCE_COLUMNS = ("public_id", "live_verdict__revision", "live_verdict__content")
NO_READING: Row = (None, None, None, None, None, "", "", "")


def evidence_rows() -> Batches:
    """Yields rows of `EVIDENCE`, claim by claim (1 query a batch)."""
    live = Claim.objects.public().filter(live_verdict__isnull=False)
    for batch in all_of(live, EVIDENCE_COLUMNS):
        yield [
            _evidence_row(row["public_id"], row["live_verdict__revision"], place, cited)
            for row in batch
            for place, cited in enumerate(json.loads(row["live_verdict__content"])["evidence"])
        ]


def _evidence_row(claim: str, revision: int, place: int, cited: Values) -> Row:
    source, snapshot, anchor = cited["source"], cited["snapshot"], cited["anchor"]
    reading = cited["reading"]
    return (
        f"{claim}-{revision}-{place}",
        claim,
        revision,
        cited["stance"],
        source["id"],
        source["title"],
        source["url"],
        source["author"],
        source["publisher"],
        source["published_on"],
        source["directness"],
        *((anchor["exact"], anchor["start"], anchor["end"]) if anchor else ("", None, None)),
        cited["note"],
        cited["waiver"],
        *(
            (
                snapshot["captured_at"].replace("+00:00", "Z"),
                snapshot["sha256"],
                snapshot["archive_url"],
            )
            if snapshot
            else (None, None, "")
        ),
        *(
            (
                reading["measure"]["code"],
                reading["comparator"],
                reading["value"],
                reading["lower"],
                reading["upper"],
                reading["period"],
                reading["place"],
                reading["counted_by"],
            )
            if reading
            else NO_READING
        ),
    )
