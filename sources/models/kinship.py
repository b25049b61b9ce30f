"""Which works may be one, and which may report on which: found by the text, decided by people."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from sources.models.snapshot import Snapshot
from sources.models.source import Source
from sources.vocabulary import Grounds, SuggestionAnswer, SuggestionKind


class SourceAddress(models.Model):
    """Another address of a work, as a copy of the work itself says (its canonical or AMP page).

    One that a person took out finds the work no more. Its row stays: another copy that names it
    does not bring it back.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="addresses")
    canonical_url = models.CharField(max_length=2000)
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)  # None: it counts
    reason = models.CharField("why it was taken out", max_length=500, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "source addresses"
        constraints = [
            models.UniqueConstraint(
                fields=["canonical_url"],
                condition=Q(removed_at=None),
                name="source_address_leads_to_one_work",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True, reason="")
                | (Q(removed_at__isnull=False, removed_by__isnull=False) & ~Q(reason="")),
                name="source_address_taken_out_says_who_and_why",
            ),
        ]

    def __str__(self) -> str:
        return self.canonical_url


class TextSketch(models.Model):
    """What is kept of a copy's text to find copies of it (`sources.sketches`); made from it alone."""

    snapshot = models.OneToOneField(
        Snapshot, primary_key=True, on_delete=models.CASCADE, related_name="sketch"
    )
    scale = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"sketch of {self.snapshot_id}"


class TextPrint(models.Model):
    """One of the at most 128 numbers of a sketch."""

    sketch = models.ForeignKey(TextSketch, on_delete=models.CASCADE, related_name="prints")
    value = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["value", "sketch"], name="text_print_by_value")]

    def __str__(self) -> str:
        return str(self.value)


class SourceSuggestion(models.Model):
    """What the tool suggests of two works; nothing follows from it until a person accepts it."""

    kind = models.CharField(max_length=12, choices=SuggestionKind.choices)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="suggestions")
    other = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="suggested_for")
    grounds = models.CharField(max_length=12, choices=Grounds.choices)
    share = models.PositiveSmallIntegerField(null=True, blank=True)  # percent; None: not measured
    snapshot = models.ForeignKey(
        Snapshot, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    found_at = models.DateTimeField(auto_now_add=True)

    answer = models.CharField(max_length=10, choices=SuggestionAnswer.choices, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-found_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "source", "other"], name="source_suggestion_is_made_once"
            ),
            models.CheckConstraint(
                condition=~Q(source=F("other")), name="source_suggestion_is_of_two_works"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=tuple(SuggestionKind.values)),
                name="source_suggestion_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
                | Q(
                    answer__in=tuple(SuggestionAnswer.values),
                    answered_by__isnull=False,
                    answered_at__isnull=False,
                ),
                name="source_suggestion_is_answered_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.source} / {self.other}"

    @property
    def words(self) -> str:
        """Why it is suggested, for people."""
        share = f" ({self.share} % of it)" if self.share is not None else ""
        return f"{self.get_grounds_display()}{share}"
