"""Shapes that several nouns share, and how rows become them."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from sources.api.base import Json, absolute
from sources.api.sources import TitledShape
from sources.models import Source
from statements import addresses
from statements.models import Appearance, Claim, PublicDocument, Statement
from statements.search import Line, Query, find
from statements.search.facets import Facet
from statements.vocabulary import (
    ClaimKind,
    CommitmentStatus,
    CorrectionKind,
    Fidelity,
    PublicState,
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
    shortened = serializers.CharField(
        allow_blank=True, help_text="The quotation as it is shown, where an ellipsis shortens it."
    )


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


def claim_line(line: Line) -> Json:
    """Returns one listed claim; of a published one everything is sealed."""
    found = line["verdict"] or line["commitment_status"]
    return {
        "id": line["id"],
        "url": claim_url(line["id"], line["short_text"]),
        "state": line["state"],
        "short_text": line["short_text"],
        "kind": line["kind"],
        "verdict": line["verdict"] or None,
        "commitment_status": line["commitment_status"] or None,
        "label": LABELS.get(found, ""),
        "finding": line["finding"],
        "as_of": line["as_of"],
        "revision": line["revision"],
        "statement": line["statement"],
        "speaker": {"id": line["speaker"], "name": line["speaker_name"]}
        if line["speaker"]
        else None,
        "said": line["said"],
        "first_published_at": _as_json(line["first_published_at"]),
        "last_published_at": _as_json(line["last_published_at"]),
        "retracted_at": _as_json(line["retracted_at"]),
    }


def _as_json(moment: str | None) -> str | None:
    """Returns a UTC moment as the API writes it."""
    return moment.replace("+00:00", "Z") if moment else None


def claim_url(public_id: str, wording: str) -> str:
    """Returns the address of the page of a claim with this public wording."""
    return absolute(addresses.claim_path(public_id, wording))


def newest_claims(claims: QuerySet[Claim]) -> list[Json]:
    """Returns the newest of some listed claims in lines (one query)."""
    rows = PublicDocument.objects.filter(claim__in=claims.order_by().values("pk"))
    lines = rows.order_by("-id").values_list("line", flat=True)[:MOST_CLAIMS]
    return [claim_line(json.loads(line)) for line in lines]


def claims_that_fit(*choices: Facet) -> list[Json]:
    """Returns the newest of the listed claims with some choices, in lines (one query)."""
    found = find(Query(facets=choices), size=MOST_CLAIMS, counts=False)
    return [claim_line(line) for line in found.lines]


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
        "shortened": row.shortened,
    }


def sealed_anchor(anchor: Json | None) -> Json | None:
    """Returns an anchor out of a sealed document, which names what it has alone."""
    return {**anchor, "shortened": anchor.get("shortened", "")} if anchor else None


def copy_json(snapshot: Any, *, archive_url: str) -> Json | None:
    if snapshot is None:
        return None
    return {
        "id": snapshot.public_id,
        "captured_at": snapshot.captured_at,
        "sha256": snapshot.sha256,
        "archive_url": archive_url,
    }


def served_by(source: Source) -> Json:
    """Returns the listed claims that cite a source and the public statements in it (2 queries)."""
    places = Appearance.objects.shown().filter(source__in=Source.objects.of_work(source))
    statements = Statement.objects.public().filter(pk__in=places.order_by().values("statement"))
    statements = statements.select_related("speaker")
    return {
        "claims": newest_claims(Claim.objects.listed().for_source(source)),
        "statements": [
            statement_line(row) for row in statements.order_by("-said_on", "-id")[:MOST_CLAIMS]
        ],
    }
