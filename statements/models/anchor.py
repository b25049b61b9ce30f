"""Whether quoted words still stand in a newer copy of their source."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from sources.diffs import Segment, word_diff
from sources.models import Snapshot
from statements.models.base import known
from statements.querysets import AnchorCheckQuerySet
from statements.vocabulary import AnchorOutcome


class AnchorCheck(models.Model):
    """A place in one frozen copy, looked for in a newer copy of the same work. Sealed.

    It belongs to the place and not to who quotes it: evidence, an appearance and a published
    finding that quote the same words share it, and none of them is edited.
    """

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="anchor_checks")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()

    looked_in = models.ForeignKey(
        Snapshot, on_delete=models.PROTECT, related_name="anchors_looked_for"
    )
    outcome = models.CharField(max_length=10, choices=AnchorOutcome.choices)
    found_start = models.PositiveIntegerField(null=True, blank=True)  # None: lost
    found_end = models.PositiveIntegerField(null=True, blank=True)
    instead = models.TextField(blank=True, help_text="What stands in the place of lost words")
    checked_at = models.DateTimeField(auto_now_add=True)

    objects = AnchorCheckQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "start", "end", "looked_in"],
                name="anchor_is_looked_for_once",
            ),
            known("outcome", AnchorOutcome),
            models.CheckConstraint(
                condition=Q(
                    outcome=AnchorOutcome.LOST, found_start__isnull=True, found_end__isnull=True
                )
                | Q(
                    outcome=AnchorOutcome.FOUND,
                    found_start__isnull=False,
                    found_start__lt=F("found_end"),
                ),
                name="anchor_check_found_a_place_or_none",
            ),
            models.CheckConstraint(
                condition=~Q(snapshot=F("looked_in")), name="anchor_is_looked_for_elsewhere"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.start} to {self.end}"

    @property
    def is_lost(self) -> bool:
        return self.outcome == AnchorOutcome.LOST

    @property
    def diff(self) -> list[Segment]:
        """From the quoted words to what stands there now; reads the text of both copies' rows."""
        if not self.instead:
            return []
        return word_diff(self.snapshot.text[self.start : self.end], self.instead)
