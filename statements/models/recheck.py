"""Something that bears on a published finding, and what came of looking at it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from statements.models.base import known
from statements.models.claim import Claim
from statements.querysets import RecheckQuerySet
from statements.vocabulary import RecheckCause, RecheckOutcome


class Recheck(models.Model):
    """A call to look at a published finding again, answered once by a person.

    It changes nothing of the claim by itself. Sealed: never deleted, and closed once and for all.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="rechecks")
    cause = models.CharField(max_length=20, choices=RecheckCause.choices)
    summary = models.TextField(help_text="For the checker: what happened")
    detail = models.JSONField(
        default=dict, blank=True, help_text="What the entry is about, as data"
    )
    fingerprint = models.CharField(
        max_length=64, editable=False, help_text="SHA-256 of what makes two entries equal"
    )
    opened_at = models.DateTimeField()

    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=20, choices=RecheckOutcome.choices, blank=True)
    note = models.TextField(blank=True)
    taken_down_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = RecheckQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(closed_at__isnull=True), name="recheck_waiting"
            ),
        ]
        constraints = [
            known("cause", RecheckCause),
            known("outcome", RecheckOutcome, blank=True),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, outcome="", note="")
                | Q(closed_at__isnull=False, closed_by__isnull=False)
                & ~Q(outcome="")
                & (~Q(note="") | Q(taken_down_at__isnull=False)),
                name="recheck_is_closed_wholly_or_not",
                violation_error_message="Say what came of looking again, and why.",
            ),
            models.CheckConstraint(
                condition=~Q(summary="") | Q(taken_down_at__isnull=False),
                name="recheck_says_what_happened",
            ),
            models.UniqueConstraint(
                fields=["claim", "cause", "fingerprint"],
                condition=Q(closed_at__isnull=True),
                name="recheck_is_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_cause_display()}: {self.claim}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and self.taken_down_at is None
