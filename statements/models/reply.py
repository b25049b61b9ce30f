"""Asking the speaker."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from sources.models.base import VersionedRow
from statements.models.base import known
from statements.models.claim import Claim
from statements.vocabulary import ReplyOutcome


class ReplyRequest(VersionedRow):
    """One request for a reply and what came of it: the right of reply of G4."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="replies")
    asked_on = models.DateField(null=True, blank=True)
    channel = models.CharField(max_length=200, blank=True, help_text="Press office by e-mail")
    due_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(
        max_length=12, choices=ReplyOutcome.choices, default=ReplyOutcome.PENDING
    )
    answer = models.TextField(blank=True, help_text="What they answered")
    reason = models.TextField(blank=True, help_text="Why no reply was sought")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            known("outcome", ReplyOutcome),
            models.CheckConstraint(
                condition=~Q(outcome=ReplyOutcome.NOT_SOUGHT) | ~Q(reason=""),
                name="reply_not_sought_has_reason",
                violation_error_message="Say why no reply was sought.",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=ReplyOutcome.REPLIED) | ~Q(answer=""),
                name="reply_received_has_answer",
                violation_error_message="Write down what they answered.",
            ),
            models.CheckConstraint(
                condition=Q(outcome=ReplyOutcome.NOT_SOUGHT) | Q(asked_on__isnull=False),
                name="reply_sought_says_when",
                violation_error_message="Say on which day you asked.",
            ),
            models.CheckConstraint(
                condition=Q(asked_on__isnull=True)
                | Q(due_on__isnull=True)
                | Q(asked_on__lte=F("due_on")),
                name="reply_is_due_after_asking",
                violation_error_message="The answer is due before you asked.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.claim}"
