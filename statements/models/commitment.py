"""What a claim promises."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from statements.models.claim import Claim
from statements.models.speaker import Speaker


class CommitmentDetail(models.Model):
    """Who will deliver what by when (DOMAIN §2.3)."""

    claim = models.OneToOneField(Claim, on_delete=models.CASCADE, related_name="commitment")
    committed_by = models.ForeignKey(Speaker, on_delete=models.PROTECT, related_name="commitments")
    deliverable = models.CharField(max_length=500)
    due_on = models.DateField(null=True, blank=True)  # None: no day was named

    class Meta:
        indexes = [models.Index(fields=["due_on"], name="commitment_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(deliverable=""),
                name="commitment_has_deliverable",
                violation_error_message="Say what is to be delivered.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.committed_by}: {self.deliverable}"
