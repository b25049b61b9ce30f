"""Public notes that something published was changed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from statements.models.base import known
from statements.models.claim import Claim
from statements.models.statement import Statement
from statements.querysets import CorrectionQuerySet
from statements.vocabulary import CORRECTIONS, CorrectionKind


class Correction(models.Model):
    """One change of something published, for the public. Sealed."""

    claim = models.ForeignKey(
        Claim, null=True, on_delete=models.PROTECT, related_name="corrections"
    )
    statement = models.ForeignKey(
        Statement, null=True, on_delete=models.PROTECT, related_name="corrections"
    )
    kind = models.CharField(max_length=20, choices=CorrectionKind.choices)
    summary = models.TextField(blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    revision_before = models.PositiveIntegerField(null=True)
    revision_after = models.PositiveIntegerField(null=True)
    taken_down_at = models.DateTimeField(null=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-made_at", "-id"], name="correction_by_day")]
        ordering = ["-made_at", "-id"]
        constraints = [
            known("kind", CorrectionKind),
            models.CheckConstraint(
                condition=Q(claim__isnull=False, statement__isnull=True)
                | Q(claim__isnull=True, statement__isnull=False),
                name="correction_has_one_target",
            ),
            models.CheckConstraint(
                condition=Q(taken_down_at__isnull=False) | ~Q(summary=""),
                name="correction_says_what_changed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.summary}"

    @property
    def has_banner(self) -> bool:
        return CORRECTIONS[self.kind].has_banner
