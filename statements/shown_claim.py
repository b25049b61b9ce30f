"""What anybody may read of one claim: the rows that its page and its JSON are made of.

Each query is put together once a process (`sources.prepared`): a claim's page asks up to seven,
and turning them into SQL took two thirds of its time. The doors are those of `statements.querysets`.
A claim of `as_of.claim_then` gets what was shown with it at its moment.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from sources.models import SnapshotArchive, Watch
from sources.prepared import Prepared
from statements import as_of
from statements.models import (
    Citation,
    Claim,
    ClaimRelation,
    Correction,
    ExternalReview,
    Occurrence,
    Topic,
    Verdict,
)
from statements.querysets import announced_condition, public_condition
from statements.vocabulary import State

# What a claim's JSON says of the claim itself, and of its finding beside the sealed document.
CLAIM = (
    *("public_id", "text", "short_text", "kind", "language", "state", "origin"),
    *("first_published_at", "last_published_at", "retracted_at", "show_as_open"),
)
FOUND = (
    *("code", "commitment_status", "finding", "rationale", "reasons", "would_change", "as_of"),
    *("revision", "kind", "public_note", "origin", "recorded_at", "content", "content_sha256"),
)
SPEAKER = ("public_id", "name", "kind", "wikidata_id")
SAID = ("public_id", "text", "language", "fidelity", "said_edtf", "said_on")


def claim_with(public_id: str) -> Claim | None:
    """Returns a claim that is listed or was taken down; None for a hidden and an absent one.

    With its live verdict and main statement; `sealed_text` is the short wording last published.
    The functions below take a claim that was read with this one: it says what there is to ask for.
    """
    return _CLAIM.first(public_id)


def bare_claim_with(public_id: str) -> Claim | None:
    """As `claim_with`, in two thirds of its time: without main statement, archive and gone pages.

    For a document that takes speakers from `occurrences_of` and names from the sealed finding.
    """
    return _BARE_CLAIM.first(public_id)


def _listed(public_id: str) -> QuerySet[Claim]:
    shown = Occurrence.objects.public().filter(claim=OuterRef(OuterRef("pk"))).order_by()
    relations = ClaimRelation.objects.filter(
        Q(from_claim=OuterRef("pk")) | Q(to_claim=OuterRef("pk"))
    )
    archived = SnapshotArchive.objects.filter(snapshot__citations__verdict=OuterRef("live_verdict"))
    return (
        Claim.objects.filter(
            public_condition() | announced_condition() | Q(state=State.TAKEN_DOWN),
            public_id=public_id,
        )
        .annotate(
            # Most claims have none of these: what is not there is not asked for.
            was_corrected=Exists(Correction.objects.filter(claim=OuterRef("pk"))),
            was_said_otherwise=Exists(
                Correction.objects.filter(statement__in=shown.values("statement"))
            ),
            has_relations=Exists(relations),
            has_later_archives=Exists(archived),
        )
        .order_by()  # it is one row: sorting would copy it once more
    )


def _bare_claims(public_id: str) -> QuerySet[Claim]:
    return (
        _listed(public_id)
        .select_related("live_verdict")
        .only(*CLAIM, "main_statement_id", *(f"live_verdict__{name}" for name in FOUND))
    )


def _claims(public_id: str) -> QuerySet[Claim]:
    last = Verdict.objects.filter(claim=OuterRef("pk")).order_by("-revision").values("short_text")
    gone = Citation.objects.filter(
        verdict=OuterRef("live_verdict"), source__watch__gone_at__isnull=False
    )
    # Where the archive that an imported finding comes from had published it.
    printed = ExternalReview.objects.filter(
        claim=OuterRef("pk"), publisher=OuterRef("imported_from")
    ).exclude(url="")
    return (
        _listed(public_id)
        .annotate(
            sealed_text=Subquery(last[:1]),
            has_gone_sources=Exists(gone),
            printed_at=Subquery(printed.order_by("id").values("url")[:1]),
        )
        .select_related("imported_from", "live_verdict__imported_from", "main_statement__speaker")
        .only(
            *CLAIM,
            "imported_from__name",
            *(f"live_verdict__{name}" for name in _columns(Verdict, but="taken_down_at")),
            "live_verdict__imported_from__name",
            "live_verdict__imported_from__domain",
            *(f"main_statement__{name}" for name in SAID),
            *(f"main_statement__speaker__{name}" for name in SPEAKER),
        )
    )


def verdicts_of(claim: Claim) -> list[Verdict]:
    """Returns every sealed version, oldest first; read its document of the live one only."""
    live = claim.live_verdict
    if not claim.was_published:
        return []
    if at := as_of.moment_of(claim):
        return list(as_of.verdicts_then(claim, at))
    found = [live] if live and live.revision == 1 else _VERDICTS(claim.pk)
    for verdict in found:
        verdict.claim = claim
    return found


def _verdicts(claim_id: int) -> QuerySet[Verdict]:
    rows = Verdict.objects.filter(claim_id=claim_id).select_related("imported_from")
    return rows.only(*_columns(Verdict, but="content"), "imported_from__name").order_by("revision")


def last_verdict_of(claim: Claim) -> Verdict | None:
    """Returns the version last published, with its document."""
    if at := as_of.moment_of(claim):
        return as_of.verdicts_then(claim, at).last()
    return _LAST_VERDICT.first(claim.pk)


def _last_verdict(claim_id: int) -> QuerySet[Verdict]:
    return Verdict.objects.filter(claim_id=claim_id).order_by("-revision")[:1]


def occurrences_of(claim: Claim) -> list[Occurrence]:
    """Returns the confirmed statements; of an open check only the one it was taken from.

    With speaker, occasion and place.
    """
    if at := as_of.moment_of(claim):
        return as_of.occurrences_then(claim, at)
    return _OCCURRENCES(claim.pk)


def _occurrences(claim_id: int) -> QuerySet[Occurrence]:
    return (
        Occurrence.objects.public()
        .filter(claim_id=claim_id)
        .select_related("statement__speaker", "statement__occasion", "statement__place")
        .only(
            *("claim_id", "stated_lower", "stated_upper"),
            *(f"statement__{name}" for name in SAID),
            *(f"statement__speaker__{name}" for name in SPEAKER),
            "statement__occasion__title",
            "statement__place__name",
        )
    )


def topics_of(claim: Claim) -> list[Topic]:
    """Returns the topics that have a page, by name."""
    return _TOPICS(claim.pk)


def _topics(claim_id: int) -> QuerySet[Topic]:
    return Topic.objects.filter(claims=claim_id, has_page=True).only("slug", "name")


def corrections_of(claim: Claim) -> list[Correction]:
    """Returns corrections of the claim, newest first."""
    found = _CORRECTIONS(claim.pk) if _has(claim, "was_corrected") else []
    return _made_by_then(found, claim)


def _corrections(claim_id: int) -> QuerySet[Correction]:
    return Correction.objects.filter(claim_id=claim_id)


def all_corrections_of(claim: Claim) -> list[Correction]:
    """Returns corrections of the claim and of its statements, newest first (two queries).

    Those of statements have the statement's `public_id`.
    """
    found = corrections_of(claim)
    if _has(claim, "was_said_otherwise"):
        found = [*found, *_made_by_then(_STATEMENT_CORRECTIONS(claim.pk), claim)]
    return sorted(found, key=lambda row: (row.made_at, row.pk), reverse=True)


def _made_by_then(corrections: list[Correction], claim: Claim) -> list[Correction]:
    at = as_of.moment_of(claim)
    return [row for row in corrections if row.made_at <= at] if at else corrections


def _statement_corrections(claim_id: int) -> QuerySet[Correction]:
    shown = Occurrence.objects.public().filter(claim_id=claim_id).order_by()
    return (
        Correction.objects.filter(statement__in=shown.values("statement"))
        .select_related("statement")
        .only(*_columns(Correction), "statement__public_id")
    )


def relations_of(claim: Claim) -> list[ClaimRelation]:
    """Returns confirmed links to claims that have a finding or are announced.

    An announced claim shows none: nobody but its checker has read them yet.
    """
    if not claim.was_published or not _has(claim, "has_relations"):
        return []
    if at := as_of.moment_of(claim):
        return as_of.relations_then(claim, at)
    return _RELATIONS(claim.pk)


def _relations(claim_id: int) -> QuerySet[ClaimRelation]:
    ends = ("from_claim", "to_claim")
    line = ("public_id", "short_text", "first_published_at", "live_verdict__short_text")
    return (
        ClaimRelation.objects.shown()
        .filter(
            Q(from_claim_id=claim_id) & _has_page("to_claim__")
            | Q(to_claim_id=claim_id) & _has_page("from_claim__")
        )
        .select_related(*(f"{end}__live_verdict" for end in ends))
        .only(
            *("kind", "resolution", "note"),
            *(f"{end}__{name}" for end in ends for name in line),
        )
    )


def _has_page(prefix: str) -> Q:
    return Q(**{f"{prefix}live_verdict__isnull": False}) | announced_condition(prefix)


def gone_sources_of(claim: Claim) -> dict[str, datetime]:
    """Returns since when the pages of cited sources are gone, by the source's public id."""
    if claim.live_verdict_id is None or not getattr(claim, "has_gone_sources", False):
        return {}
    found = _GONE(claim.live_verdict_id)
    return {row.source.public_id: row.gone_at for row in found if row.gone_at}


def _gone(verdict_id: int) -> QuerySet[Watch]:
    rows = Watch.objects.filter(gone_at__isnull=False, source__citations__verdict_id=verdict_id)
    return rows.select_related("source").only("gone_at", "source__public_id")


def later_archives_of(claim: Claim) -> dict[str, str]:
    """Returns the links to public archives that were added to cited copies, by the copy's public id.

    Those of the live finding as it is shown now: of each copy the one that was added last.
    """
    if claim.live_verdict_id is None or as_of.moment_of(claim):
        return {}
    found = _ARCHIVES(claim.live_verdict_id) if _has(claim, "has_later_archives") else []
    return {row.snapshot.public_id: row.url for row in found}


def _later_archives(verdict_id: int) -> QuerySet[SnapshotArchive]:
    rows = SnapshotArchive.objects.filter(snapshot__citations__verdict_id=verdict_id)
    return rows.select_related("snapshot").only("url", "snapshot__public_id").order_by("id")


def _has(claim: Claim, name: str) -> bool:
    return bool(getattr(claim, name))


def _columns(model: Any, *, but: str = "") -> list[str]:
    return [field.name for field in model._meta.concrete_fields if field.name != but]


_CLAIM = Prepared(_claims, str)
_BARE_CLAIM = Prepared(_bare_claims, str)
_VERDICTS = Prepared(_verdicts, int)
_LAST_VERDICT = Prepared(_last_verdict, int)
_OCCURRENCES = Prepared(_occurrences, int)
_TOPICS = Prepared(_topics, int)
_CORRECTIONS = Prepared(_corrections, int)
_STATEMENT_CORRECTIONS = Prepared(_statement_corrections, int)
_RELATIONS = Prepared(_relations, int)
_GONE = Prepared(_gone, int)
_ARCHIVES = Prepared(_later_archives, int)
PREPARED = (
    _CLAIM,
    _BARE_CLAIM,
    _VERDICTS,
    _LAST_VERDICT,
    _OCCURRENCES,
    _TOPICS,
    _CORRECTIONS,
    _STATEMENT_CORRECTIONS,
    _RELATIONS,
    _GONE,
    _ARCHIVES,
)
