"""What was done: actions on claims, and imports."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from statements.models.base import known
from statements.models.claim import Claim
from statements.models.statement import Statement
from statements.models.verdict import Verdict
from statements.vocabulary import State


class StateChange(models.Model):
    """One action on a claim: who, when, why. Sealed, and chained by hashes per claim.

    The chain covers the hashes of note and data and not their texts, so that a take-down can
    empty them and the chain still verifies (DOMAIN §5).
    """

    claim = models.ForeignKey(
        Claim, on_delete=models.PROTECT, related_name="state_changes", db_index=False
    )
    sequence = models.PositiveIntegerField()
    action = models.CharField(max_length=30)
    from_state = models.CharField(max_length=20, choices=State.choices)
    to_state = models.CharField(max_length=20, choices=State.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )  # None: a command did it
    at = models.DateTimeField()
    note = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)
    note_sha256 = models.CharField(max_length=64)
    data_sha256 = models.CharField(max_length=64)
    verdict = models.ForeignKey(
        Verdict, null=True, on_delete=models.PROTECT, related_name="state_changes"
    )
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    taken_down_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["claim", "sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "sequence"], name="state_change_has_its_place"
            ),
            known("from_state", State),
            known("to_state", State),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="state_change_counts_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.action}: {self.from_state} to {self.to_state}"


class ImportRun(models.Model):
    """One import: what came in, from which file, and what happened to it.

    One that changed nothing leaves no row.
    """

    kind = models.CharField(max_length=40)
    origin = models.CharField(max_length=300, blank=True)
    file_name = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    byte_size = models.PositiveBigIntegerField(null=True, blank=True)  # None: not of a file
    options = models.JSONField(default=dict, blank=True)
    counts = models.JSONField(default=dict)
    report = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind}: {self.file_name}"


class ImportedRow(models.Model):
    """One row of an archive as it was taken over: a later file with the same row changes nothing."""

    reference = models.CharField(max_length=200, unique=True)  # "<archive>:<id there>"
    sha256 = models.CharField(max_length=64)  # of what the row said, not of its spelling
    line = models.PositiveIntegerField()
    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="rows")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="imported_rows")
    claim = models.ForeignKey(
        Claim, null=True, on_delete=models.PROTECT, related_name="imported_rows"
    )  # None: it makes several

    def __str__(self) -> str:
        return self.reference
