"""What held from when to when: the events of an agreement, laid out in time."""

from __future__ import annotations

from django.db import models

from sources.models import Publisher
from statements.models.agreement import Agreement, AgreementEvent, StatusFields
from statements.models.base import runs_forward
from statements.querysets import PositionQuerySet


class Position(StatusFields):
    """One value of one party, or of an agreement as a whole, and the days on which it held.

    Derived from the confirmed events whenever one is confirmed, never typed. No two of one party
    on one axis of one agreement overlap, and the database holds it: an exclusion constraint on
    PostgreSQL (migration 0018), triggers on SQLite (`statements.seals.APART`).
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="positions")
    according_to = models.ForeignKey(  # None: whoever had the newest word
        Publisher, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)  # inclusive; None: open
    event = models.ForeignKey(AgreementEvent, on_delete=models.PROTECT, related_name="positions")

    objects = PositionQuerySet.as_manager()

    class Meta:
        ordering = ["valid_from", "id"]
        constraints = [
            *StatusFields.status_constraints(),
            runs_forward("valid_from", "valid_until", "It ends before it starts."),
        ]

    def __str__(self) -> str:
        who = f"{self.party}: " if self.party else ""
        until = f" to {self.valid_until}" if self.valid_until else " on"
        return f"{who}{self.value_label.lower()}, from {self.valid_from}{until}"
