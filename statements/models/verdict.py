"""The finding being worked on, and the findings that were sealed."""

from __future__ import annotations

from typing import Any

import orjson
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from sources.models import Publisher, Snapshot, Source
from sources.models.base import VersionedRow, history
from statements.models.agreement import Agreement
from statements.models.base import known
from statements.models.claim import SHORT_TEXT_LENGTH, Claim
from statements.vocabulary import (
    ClaimKind,
    CommitmentStatus,
    Origin,
    Reason,
    RevisionKind,
    Stance,
    VerdictCode,
)

FINDING_LENGTH = 280


class FindingFields(models.Model):
    """What a finding says: shared by the draft and the sealed verdict."""

    code = models.CharField("verdict", max_length=20, choices=VerdictCode.choices, blank=True)
    commitment_status = models.CharField(
        max_length=20, choices=CommitmentStatus.choices, blank=True
    )
    finding = models.CharField(
        max_length=FINDING_LENGTH, blank=True, help_text="What we found, in one sentence"
    )
    rationale = models.TextField(blank=True, help_text="How we came to it")
    reasons = models.JSONField(default=list, blank=True)
    would_change = models.TextField(blank=True, help_text="What evidence would change this finding")
    as_of = models.DateField(
        null=True, blank=True, help_text="The day up to which the evidence was looked at"
    )

    class Meta:
        abstract = True

    @property
    def label(self) -> str:
        """The verdict or the commitment status as people read it."""
        if self.code:
            return str(VerdictCode(self.code).label)
        return str(CommitmentStatus(self.commitment_status).label) if self.commitment_status else ""

    @property
    def reason_labels(self) -> list[str]:
        return [str(Reason(code).label) for code in self.reasons]


class Draft(FindingFields, VersionedRow):
    """The finding being worked on, one per claim."""

    claim = models.OneToOneField(Claim, on_delete=models.CASCADE, related_name="draft")
    single_source_reason = models.TextField(
        blank=True, help_text="Why one primary source is enough. Shown to the public."
    )
    search_log = models.TextField(
        blank=True, help_text="Where you looked in vain, for an unproven claim"
    )
    revision_kind = models.CharField(max_length=20, choices=RevisionKind.choices, blank=True)
    public_note = models.TextField(blank=True, help_text="What changed, for the public")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    last_editor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    history = history("claim")

    class Meta:
        constraints = [
            known("code", VerdictCode, blank=True),
            known("commitment_status", CommitmentStatus, blank=True),
            models.CheckConstraint(
                condition=Q(code="") | Q(commitment_status=""),
                name="draft_has_verdict_or_commitment_status",
                violation_error_message="Choose a verdict or a commitment status, not both.",
            ),
            models.CheckConstraint(
                condition=Q(author__isnull=True, last_editor__isnull=True)
                | Q(author__isnull=False, last_editor__isnull=False),
                name="draft_names_author_and_last_editor",
            ),
        ]

    def __str__(self) -> str:
        return f"draft for {self.claim}"


class Verdict(FindingFields):
    """Our sealed finding on a claim, in numbered revisions. Never updated, never deleted.

    `content` is the canonical JSON of everything the finding rests on; public pages read it. A
    take-down empties the texts and keeps the hash (DOMAIN §5).
    """

    claim = models.ForeignKey(
        Claim, on_delete=models.PROTECT, related_name="verdicts", db_index=False
    )
    revision = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=RevisionKind.choices)
    public_note = models.TextField(blank=True)

    claim_text = models.TextField(blank=True)
    short_text = models.CharField(max_length=SHORT_TEXT_LENGTH, blank=True)
    claim_kind = models.CharField(max_length=20, choices=ClaimKind.choices)
    agreement = models.ForeignKey(
        Agreement, null=True, on_delete=models.PROTECT, related_name="verdicts"
    )

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    last_editor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.OWN)
    imported_from = models.ForeignKey(
        Publisher, null=True, on_delete=models.PROTECT, related_name="+"
    )

    recorded_at = models.DateTimeField()
    content = models.TextField(blank=True)
    content_sha256 = models.CharField(max_length=64)
    taken_down_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["claim", "revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "revision"], name="verdict_revision_is_numbered_once"
            ),
            known("code", VerdictCode, blank=True),
            known("commitment_status", CommitmentStatus, blank=True),
            known("kind", RevisionKind),
            known("origin", Origin),
            models.CheckConstraint(
                condition=Q(code="") & ~Q(commitment_status="")
                | ~Q(code="") & Q(commitment_status=""),
                name="verdict_has_code_or_commitment_status",
            ),
            # A comparison with NULL is NULL, which a CHECK lets pass: the "all set" part is needed.
            models.CheckConstraint(
                condition=Q(origin=Origin.IMPORTED)
                | Q(author__isnull=False, last_editor__isnull=False, reviewer__isnull=False)
                & ~Q(reviewer=F("author"))
                & ~Q(reviewer=F("last_editor")),
                name="verdict_has_four_eyes",
                violation_error_message="Ask a second person to publish.",
            ),
            models.CheckConstraint(
                condition=Q(origin=Origin.OWN, imported_from__isnull=True)
                | Q(origin=Origin.IMPORTED, imported_from__isnull=False),
                name="verdict_imported_names_its_archive",
            ),
            models.CheckConstraint(
                condition=Q(taken_down_at__isnull=False)
                | Q(as_of__isnull=False) & ~Q(finding="") & ~Q(content=""),
                name="verdict_has_finding_and_content",
            ),
            models.CheckConstraint(
                condition=Q(revision=1) | ~Q(kind=RevisionKind.INITIAL),
                name="verdict_later_revision_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} (revision {self.revision})"

    @property
    def sealed(self) -> dict[str, Any]:
        """What was sealed, as `statements.sealing` composed it; empty after a take-down."""
        content: dict[str, Any] = orjson.loads(self.content) if self.content else {}
        return content


class Citation(models.Model):
    """A source that a sealed verdict cites: the side of its content that can be queried. Sealed."""

    verdict = models.ForeignKey(
        Verdict, on_delete=models.PROTECT, related_name="citations", db_index=False
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="citations")
    snapshot = models.ForeignKey(
        Snapshot, null=True, on_delete=models.PROTECT, related_name="citations"
    )
    stance = models.CharField(max_length=10, choices=Stance.choices)
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["verdict", "position"]
        constraints = [
            models.UniqueConstraint(fields=["verdict", "position"], name="citation_has_its_place"),
            known("stance", Stance),
        ]

    def __str__(self) -> str:
        return f"{self.get_stance_display()}: {self.source}"
