"""What speaks for or against a claim."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from sources.models import AnchoredRow, Snapshot, Source
from sources.models.base import VersionedRow, history
from statements.models.base import known
from statements.models.claim import Claim
from statements.vocabulary import Stance


class Evidence(VersionedRow, AnchoredRow):
    """One source used for or against one claim, tied to exact words of its snapshot."""

    claim = models.ForeignKey(
        Claim, on_delete=models.CASCADE, related_name="evidence", db_index=False
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="evidence")
    snapshot = models.ForeignKey(
        Snapshot, null=True, blank=True, on_delete=models.PROTECT, related_name="evidence"
    )
    stance = models.CharField(max_length=10, choices=Stance.choices)
    fragment = models.CharField(
        "place in a recording or picture",
        max_length=60,
        blank=True,
        help_text="W3C media fragment: t=75,90 or xywh=percent:10,20,30,40",
    )
    note = models.TextField(blank=True, help_text="What it shows, in our words")
    waiver = models.TextField(
        blank=True, help_text="Why there is no frozen copy. Shown to the public."
    )
    position = models.PositiveIntegerField(default=0, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    history = history("claim")

    class Meta:
        ordering = ["position", "id"]
        verbose_name_plural = "evidence"
        constraints = [*AnchoredRow.anchor_constraints(), known("stance", Stance)]
        indexes = [models.Index(fields=["claim", "stance"], name="evidence_by_claim")]

    def __str__(self) -> str:
        return f"{self.get_stance_display()}: {self.source}"
