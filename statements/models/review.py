"""What other fact-checkers found."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sources.models import Publisher
from sources.models.base import https_only
from statements.models.base import known
from statements.models.claim import Claim
from statements.models.statement import Statement
from statements.vocabulary import VerdictCode


class ExternalReview(models.Model):
    """What another fact-checker published on a claim: label and numbers as printed there.

    Our code stands beside the original label with the version of the table that mapped it.
    """

    external_ref = models.CharField(max_length=200, blank=True, editable=False)
    publisher = models.ForeignKey(Publisher, on_delete=models.PROTECT, related_name="reviews")
    claim = models.ForeignKey(
        Claim,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="external_reviews",
        db_index=False,
    )
    statement = models.ForeignKey(
        Statement, null=True, blank=True, on_delete=models.PROTECT, related_name="external_reviews"
    )
    url = models.URLField("address", max_length=2000, validators=[https_only])
    claim_text = models.TextField("claim as they worded it", blank=True)
    summary = models.TextField("what they found, in their words", blank=True)
    label = models.CharField("label as printed", max_length=200)
    rating_value = models.CharField("number as printed", max_length=40, blank=True)
    best_rating = models.CharField("best number as printed", max_length=40, blank=True)
    worst_rating = models.CharField("worst number as printed", max_length=40, blank=True)
    code = models.CharField("our code", max_length=20, choices=VerdictCode.choices, blank=True)
    mapping_version = models.CharField(max_length=40, blank=True)
    reviewed_on = models.DateField(null=True, blank=True)  # None: not printed

    class Meta:
        ordering = ["-reviewed_on", "-id"]
        indexes = [
            # Where an archive had printed a finding: by the publisher alone, SQLite would look
            # through all that the archive holds.
            models.Index(fields=["claim", "publisher"], name="external_review_of_claim"),
        ]
        constraints = [
            known("code", VerdictCode, blank=True),
            models.UniqueConstraint(
                fields=["external_ref"],
                condition=~Q(external_ref=""),
                name="external_review_ref_is_known_once",
            ),
            models.CheckConstraint(
                condition=~Q(label=""),
                name="external_review_has_label",
                violation_error_message="Write the label as they printed it.",
            ),
            models.CheckConstraint(
                condition=Q(code="") | ~Q(mapping_version=""),
                name="external_review_code_says_its_mapping",
                violation_error_message="Name the mapping that gave our code.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.publisher}: {self.label}"
