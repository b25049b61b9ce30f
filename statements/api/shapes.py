"""Shapes that several nouns share, and how rows become them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.text import slugify
from rest_framework import serializers

from sources.api.base import Json, absolute
from sources.api.sources import TitledShape
from sources.models import Source
from statements.filters import PublicState, with_sealed_text
from statements.models import Appearance, Claim, Occurrence, Statement, Verdict
from statements.vocabulary import (
    ClaimKind,
    CommitmentStatus,
    CorrectionKind,
    Fidelity,
    State,
    VerdictCode,
)

MOST_CLAIMS = 50
LABELS: dict[str, str] = {**dict(VerdictCode.choices), **dict(CommitmentStatus.choices)}


class SpeakerNameShape(serializers.Serializer):
    """A speaker by id and name."""

    id = serializers.CharField()
    name = serializers.CharField()


class TopicNameShape(serializers.Serializer):
    """A topic by slug and name."""

    slug = serializers.CharField()
    name = serializers.CharField()


class ClaimLine(serializers.Serializer):
    """A claim as the public may know it: what was found, or that it is being looked at."""

    id = serializers.CharField()
    url = serializers.URLField(help_text="The page for readers.")
    state = serializers.ChoiceField(PublicState.choices)
    short_text = serializers.CharField()
    kind = serializers.ChoiceField(ClaimKind.choices)
    verdict = serializers.ChoiceField(VerdictCode.choices, allow_null=True)
    commitment_status = serializers.ChoiceField(CommitmentStatus.choices, allow_null=True)
    label = serializers.CharField(allow_blank=True, help_text="Either of them in words.")  # type: ignore[assignment]  # a field of this name
    finding = serializers.CharField(allow_blank=True)
    as_of = serializers.DateField(allow_null=True)
    revision = serializers.IntegerField(allow_null=True)
    statement = serializers.CharField(allow_null=True, help_text="Id of the main statement.")
    speaker = SpeakerNameShape(allow_null=True)
    said = serializers.CharField(allow_blank=True, help_text="EDTF, may be fuzzy.")
    first_published_at = serializers.DateTimeField(allow_null=True)
    last_published_at = serializers.DateTimeField(allow_null=True)
    retracted_at = serializers.DateTimeField(allow_null=True)


class CorrectionShape(serializers.Serializer):
    """A public note that something published was changed."""

    kind = serializers.ChoiceField(CorrectionKind.choices)
    summary = serializers.CharField(allow_blank=True)
    made_at = serializers.DateTimeField()
    revision_before = serializers.IntegerField(allow_null=True)
    revision_after = serializers.IntegerField(allow_null=True)
    statement = serializers.CharField(
        allow_null=True, help_text="Id, where a statement was put right."
    )


class AnchorShape(serializers.Serializer):
    """Exact words of a frozen copy: W3C TextQuoteSelector and TextPositionSelector."""

    exact = serializers.CharField()
    prefix = serializers.CharField(allow_blank=True)
    suffix = serializers.CharField(allow_blank=True)
    start = serializers.IntegerField(help_text="In Unicode code points.")
    end = serializers.IntegerField()


class CopyShape(serializers.Serializer):
    """A frozen copy by its hash."""

    id = serializers.CharField()
    captured_at = serializers.DateTimeField()
    sha256 = serializers.CharField()
    archive_url = serializers.CharField(allow_blank=True)


class AppearanceShape(serializers.Serializer):
    """Where the words of a statement stand."""

    source = TitledShape()  # type: ignore[assignment]  # a field of this name
    snapshot = CopyShape(allow_null=True)
    anchor = AnchorShape(allow_null=True)
    is_first = serializers.BooleanField()


class StatementLine(serializers.Serializer):
    """What a speaker said, once, in a setting."""

    id = serializers.CharField()
    url = serializers.URLField(help_text="The page for readers.")
    speaker = SpeakerNameShape()
    text = serializers.CharField()
    language = serializers.CharField()
    fidelity = serializers.ChoiceField(
        Fidelity.choices, help_text="A paraphrase is never shown in quotation marks."
    )
    said = serializers.CharField(allow_blank=True, help_text="EDTF, may be fuzzy.")
    said_on = serializers.DateField(allow_null=True, help_text="The earliest day.")
    said_until = serializers.DateField(allow_null=True, help_text="The latest day.")


# ---- claims in a line -----------------------------------------------------------------------

LINE_COLUMNS = (
    "public_id",
    "state",
    "kind",
    "short_text",
    "first_published_at",
    "last_published_at",
    "retracted_at",
    "live_verdict__short_text",
    "live_verdict__claim_kind",
    "live_verdict__code",
    "live_verdict__commitment_status",
    "live_verdict__finding",
    "live_verdict__as_of",
    "live_verdict__revision",
    "live_verdict_id",
    "main_statement__public_id",
    "main_statement__said_edtf",
    "main_statement__said_on",
    "main_statement__speaker__public_id",
    "main_statement__speaker__name",
    "sealed_text",
    "sealed_kind",
    "is_main_shown",
)


def claim_lines(claims: QuerySet[Claim]) -> QuerySet[Claim, Json]:
    """Returns the columns that `claim_line` reads, for claims that are listed (one query)."""
    last = Verdict.objects.filter(claim=OuterRef("pk")).order_by("-revision")
    shown = Occurrence.objects.shown().filter(
        claim=OuterRef("pk"), statement=OuterRef("main_statement")
    )
    lines: QuerySet[Claim, Json] = (
        with_sealed_text(claims)
        .annotate(
            sealed_kind=Subquery(last.values("claim_kind")[:1]),
            # A statement that joined late is not shown before a second editor confirmed it.
            is_main_shown=Coalesce(Exists(shown), Value(False), output_field=BooleanField()),
        )
        .values(*LINE_COLUMNS)
    )
    return lines


def claim_line(row: Json) -> Json:
    """Returns one listed claim; of a published one everything is sealed."""
    is_live = row["live_verdict_id"] is not None
    was_published = row["first_published_at"] is not None
    if is_live:
        text, kind = row["live_verdict__short_text"], row["live_verdict__claim_kind"]
    elif was_published:
        text, kind = row["sealed_text"] or "", row["sealed_kind"]
    else:
        text, kind = row["short_text"], row["kind"]
    code = row["live_verdict__code"] or None
    status = row["live_verdict__commitment_status"] or None
    has_statement = row["is_main_shown"] and row["main_statement__public_id"]
    return {
        "id": row["public_id"],
        "url": claim_url(row["public_id"], text),
        "state": public_state(
            is_live=is_live, state=row["state"], is_retracted=row["retracted_at"] is not None
        ),
        "short_text": text,
        "kind": kind,
        "verdict": code,
        "commitment_status": status,
        "label": LABELS.get(code or status or "", ""),
        "finding": row["live_verdict__finding"] or "",
        "as_of": row["live_verdict__as_of"],
        "revision": row["live_verdict__revision"],
        "statement": row["main_statement__public_id"] if has_statement else None,
        "speaker": {
            "id": row["main_statement__speaker__public_id"],
            "name": row["main_statement__speaker__name"],
        }
        if has_statement
        else None,
        "said": row["main_statement__said_edtf"] if has_statement else "",
        "first_published_at": row["first_published_at"],
        "last_published_at": row["last_published_at"],
        "retracted_at": row["retracted_at"],
    }


def public_state(*, is_live: bool, state: str, is_retracted: bool) -> str:
    """Returns where a listed claim stands, as far as the public may know."""
    if is_live:
        return PublicState.PUBLISHED if state == State.PUBLISHED else PublicState.RECHECKING
    return PublicState.RETRACTED if is_retracted else PublicState.CHECKING


def claim_url(public_id: str, wording: str) -> str:
    """Returns the address of the page of a claim with this public wording."""
    slug = slugify(wording)[:60].strip("-") or "claim"
    return absolute(f"/claims/{public_id}/{slug}/")


def newest_claims(claims: QuerySet[Claim]) -> list[Json]:
    """Returns the newest of some listed claims in lines (one query)."""
    rows = claim_lines(claims).order_by("-last_published_at", "-id")
    return [claim_line(row) for row in rows[:MOST_CLAIMS]]


def claims_of(narrow: Callable[[Any], Any], row: Any) -> list[Json]:
    return newest_claims(narrow(Claim.objects.listed())(row))


# ---- statements -----------------------------------------------------------------------------


def statement_line(row: Statement) -> Json:
    """Returns a statement in a line; reads `speaker`."""
    return {
        "id": row.public_id,
        "url": absolute(row.get_absolute_url()),
        "speaker": {"id": row.speaker.public_id, "name": row.speaker.name},
        "text": row.text,
        "language": row.language,
        "fidelity": row.fidelity,
        "said": row.said_edtf,
        "said_on": row.said_on,
        "said_until": row.said_until,
    }


def correction_json(row: Any) -> Json:
    """Returns a correction; reads `statement` where there is one."""
    return {
        "kind": row.kind,
        "summary": row.summary,
        "made_at": row.made_at,
        "revision_before": row.revision_before,
        "revision_after": row.revision_after,
        "statement": row.statement.public_id if row.statement_id else None,
    }


def anchor_json(row: Any) -> Json | None:
    if not row.is_anchored:
        return None
    return {
        "exact": row.exact,
        "prefix": row.prefix,
        "suffix": row.suffix,
        "start": row.start,
        "end": row.end,
    }


def copy_json(snapshot: Any) -> Json | None:
    if snapshot is None:
        return None
    return {
        "id": snapshot.public_id,
        "captured_at": snapshot.captured_at,
        "sha256": snapshot.sha256,
        "archive_url": snapshot.archive_url,
    }


def served_by(source: Source) -> Json:
    """Returns the listed claims that cite a source and the public statements in it (2 queries)."""
    found = Appearance.objects.shown().filter(statement=OuterRef("pk"), source=source)
    statements = Statement.objects.public().filter(Exists(found)).select_related("speaker")
    return {
        "claims": newest_claims(Claim.objects.listed().for_source(source)),
        "statements": [
            statement_line(row) for row in statements.order_by("-said_on", "-id")[:MOST_CLAIMS]
        ],
    }


def made_in(statement: Statement) -> Q:
    """Returns the condition that a claim is shown to be made in a statement."""
    rows = Occurrence.objects.shown().filter(claim=OuterRef("pk"), statement=statement)
    return Q(Exists(rows))
