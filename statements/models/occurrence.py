"""One statement making one claim."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from statements.models.base import LateRow, known
from statements.models.claim import Claim
from statements.models.statement import Statement
from statements.querysets import OccurrenceQuerySet
from statements.vocabulary import Match


class Occurrence(LateRow):
    """One statement making one claim; a repeated claim has many. Only confirmed ones are public.

    `stated_lower` and `stated_upper` are the number as said there, so that drift can be seen.
    """

    claim = models.ForeignKey(
        Claim, on_delete=models.CASCADE, related_name="occurrences", db_index=False
    )
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="occurrences")
    stated_lower = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    stated_upper = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    match = models.CharField(max_length=10, choices=Match.choices, default=Match.CONFIRMED)
    score = models.FloatField(null=True, blank=True)  # None: found by a person
    matched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        ordering = ["statement__said_on", "id"]
        indexes = [LateRow.late_index()]
        constraints = [
            *LateRow.late_constraints(),
            known("match", Match),
            models.UniqueConstraint(
                fields=["claim", "statement"],
                name="occurrence_links_a_statement_once",
                violation_error_message="This statement is attached to the claim already.",
            ),
            models.CheckConstraint(
                condition=Q(stated_lower__isnull=True)
                | Q(stated_upper__isnull=True)
                | Q(stated_lower__lte=F("stated_upper")),
                name="occurrence_number_runs_upward",
                violation_error_message="The lower number is above the upper one.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement} makes “{self.claim}”"
