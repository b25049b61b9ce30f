"""Rows of statements, speakers, sources and corrections, each through its door."""

from __future__ import annotations

from collections import Counter

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from sources.models import Snapshot, Source
from statements import addresses
from statements.exports.walk import (
    Batches,
    Row,
    Values,
    address_of,
    all_of,
    first_of,
    grouped,
    iso_day,
    iso_moment,
    keys_of,
    role_of,
    roles_of,
)
from statements.models import (
    Appearance,
    Citation,
    Correction,
    Occurrence,
    Speaker,
    SpeakerRole,
    Statement,
    Verdict,
)
from statements.querysets import public_sources

STATEMENT_COLUMNS = (
    "public_id",
    "text",
    "language",
    "fidelity",
    "said_edtf",
    "said_on",
    "said_until",
    "said_words",
    "occasion__title",
    "occasion__place__name",
    "place__name",
    "speaker",
    "speaker__public_id",
    "speaker__name",
)


def statement_rows() -> Batches:
    """Yields rows of `STATEMENTS` (5 queries a batch)."""
    for batch in all_of(Statement.objects.public(), STATEMENT_COLUMNS):
        keys = keys_of(batch)
        roles = roles_of(keys_of(batch, "speaker"))
        claims = grouped(
            Occurrence.objects.public()
            .filter(statement__in=keys)
            .order_by("claim")
            .values_list("statement", "claim__public_id")
        )
        sources = grouped(
            Appearance.objects.shown()
            .filter(statement__in=keys)
            .order_by("-is_first", "id")
            .values_list(
                "statement", Coalesce("source__merged_into__public_id", "source__public_id")
            )
        )
        corrections = Counter(
            Correction.objects.filter(statement__in=keys).values_list("statement", flat=True)
        )
        yield [
            (
                row["public_id"],
                address_of(f"/statements/{row['public_id']}/"),
                row["speaker__public_id"],
                row["speaker__name"],
                role_of(roles, row["speaker"], row["said_on"]),
                row["text"],
                row["language"],
                row["fidelity"],
                row["said_edtf"],
                iso_day(row["said_on"]),
                iso_day(row["said_until"]),
                row["said_words"],
                row["occasion__title"] or "",
                first_of(row["place__name"], row["occasion__place__name"]),
                claims[row["pk"]],
                sources[row["pk"]],
                corrections[row["pk"]],
            )
            for row in batch
        ]


# ---- speakers -------------------------------------------------------------------------------

SPEAKER_COLUMNS = ("public_id", "name", "kind", "aliases", "wikidata_id", "description")


def speaker_rows() -> Batches:
    """Yields rows of `SPEAKERS` (3 queries a batch)."""
    for batch in all_of(Speaker.objects.public(), SPEAKER_COLUMNS):
        keys = keys_of(batch)
        roles = roles_of(keys)
        claims = dict(
            Occurrence.objects.public()
            .filter(statement__speaker__in=keys)
            .order_by()
            .values_list("statement__speaker")
            .annotate(Count("claim", distinct=True))
        )
        yield [
            (
                row["public_id"],
                address_of(f"/speakers/{row['public_id']}/"),
                row["name"],
                row["kind"],
                [line.strip() for line in row["aliases"].splitlines() if line.strip()],
                row["wikidata_id"],
                row["description"],
                [_role_words(role) for role in roles[row["pk"]]],
                claims.get(row["pk"], 0),
            )
            for row in batch
        ]


def _role_words(role: SpeakerRole) -> str:
    """Returns an office with its period in EDTF: "Prime Minister, Norway (2021-10-14/..)"."""
    if role.valid_from is None and role.valid_to is None:
        return str(role)
    return f"{role} ({iso_day(role.valid_from) or ''}/{iso_day(role.valid_to) or '..'})"


# ---- sources --------------------------------------------------------------------------------

# The source that a row belongs to, or the one that this was merged into.
OF_WORK = Coalesce("source__merged_into", "source")

SOURCE_COLUMNS = (
    "public_id",
    "url",
    "title",
    "author",
    "publisher__public_id",
    "publisher__name",
    "published_on",
    "language",
    "kind",
    "directness",
    "origin",
)


def source_rows() -> Batches:
    """Yields rows of `SOURCES` (4 queries a batch)."""
    for batch in all_of(public_sources(), SOURCE_COLUMNS):
        keys = keys_of(batch)
        origins = dict(
            public_sources().filter(pk__in=keys_of(batch, "origin")).values_list("pk", "public_id")
        )
        copies = Source.objects.filter(Q(pk__in=keys) | Q(merged_into__in=keys)).values("pk")
        snapshots = grouped(
            Snapshot.objects.filter(source__in=copies)
            .order_by("-captured_at", "-id")
            .values_list(OF_WORK, "sha256")
        )
        claims = dict(
            Citation.objects.filter(source__in=copies, verdict__live_for__isnull=False)
            .order_by()
            .annotate(work=OF_WORK)
            .values_list("work")
            .annotate(Count("verdict", distinct=True))
        )
        yield [
            (
                row["public_id"],
                address_of(f"/sources/{row['public_id']}/"),
                row["url"],
                row["title"],
                row["author"],
                row["publisher__public_id"],
                row["publisher__name"] or "",
                iso_day(row["published_on"]),
                row["language"],
                row["kind"],
                row["directness"],
                origins.get(row["origin"]),
                snapshots[row["pk"]],
                claims.get(row["pk"], 0),
            )
            for row in batch
        ]


# ---- corrections ----------------------------------------------------------------------------

CORRECTION_COLUMNS = (
    "made_at",
    "kind",
    "summary",
    "revision_before",
    "revision_after",
    "claim__public_id",
    "statement__public_id",
    "statement__speaker__name",
    "sealed_text",
)


def correction_rows() -> Batches:
    """Yields rows of `CORRECTIONS` in the order in which they were made (1 query a batch)."""
    last = Verdict.objects.filter(claim=OuterRef("claim")).order_by("-revision")
    rows = Correction.objects.public().annotate(sealed_text=Subquery(last.values("short_text")[:1]))
    for batch in all_of(rows, CORRECTION_COLUMNS):
        yield [_correction_row(row) for row in batch]


def _correction_row(row: Values) -> Row:
    claim, statement = row["claim__public_id"], row["statement__public_id"]
    text = (row["sealed_text"] if claim else row["statement__speaker__name"]) or ""
    return (
        iso_moment(row["made_at"]),
        row["kind"],
        claim,
        statement,
        address_of(addresses.claim_path(claim, text) if claim else f"/statements/{statement}/"),
        text,
        row["summary"],
        row["revision_before"],
        row["revision_after"],
    )
