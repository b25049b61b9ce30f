"""The setting in which things were said."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from sources.models import Place
from statements import fuzzydates
from statements.models.base import clean_periods, runs_forward


class Occasion(models.Model):
    """A meeting, speech, press conference or post at which things were said."""

    title = models.CharField(max_length=300)
    held_edtf = models.CharField(
        "held on", max_length=60, blank=True, help_text="2025-03-27 or 2025-03-24/2025-03-26"
    )
    held_on = models.DateField(null=True, blank=True, editable=False)  # earliest day
    held_until = models.DateField(null=True, blank=True, editable=False)  # latest day
    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="occasions"
    )

    class Meta:
        ordering = ["-held_on", "-id"]
        indexes = [models.Index(fields=["title", "held_edtf"], name="occasion_by_title")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title=""),
                name="occasion_has_title",
                violation_error_message="Give the occasion a title.",
            ),
            runs_forward("held_on", "held_until", "The occasion ends before it starts."),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.held_words})" if self.held_edtf else self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.clean()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        clean_periods(self, ("held_edtf", "held_on", "held_until"))

    @property
    def held_words(self) -> str:
        return fuzzydates.words(self.held_edtf)
