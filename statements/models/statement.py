"""What a speaker said, where its words stand, and how a published one is put right."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from sources.canonical import web_address
from sources.models import AnchoredRow, Place, Snapshot, Source
from sources.models.base import NewestFirstIndex, PublicRow, VersionedRow, history
from statements import fuzzydates
from statements.models.base import LateRow, clean_periods, known, runs_forward
from statements.models.occasion import Occasion
from statements.models.speaker import Speaker
from statements.querysets import AppearanceQuerySet, StatementQuerySet
from statements.vocabulary import QUOTED_FIDELITIES, Fidelity


class Statement(PublicRow, VersionedRow):
    """What a speaker said, once, in a setting: the speaker's words, never reworded.

    Once a claim that rests on it is public, speaker, date and words change only through
    `correct_statement` with two editors (DOMAIN §4 "Frozen").
    """

    external_ref = models.CharField(max_length=200, blank=True, editable=False)
    speaker = models.ForeignKey(
        Speaker, on_delete=models.PROTECT, related_name="statements", db_index=False
    )
    text = models.TextField("words")
    language = models.CharField(max_length=35, default="en", help_text="BCP 47 code: en, uk, pt-BR")
    fidelity = models.CharField(max_length=20, choices=Fidelity.choices, default=Fidelity.VERBATIM)

    said_edtf = models.CharField(
        "said on",
        max_length=60,
        blank=True,
        help_text="2025-03-27, 2025-03~ (about March) or 2025-03-18/2025-03-27",
    )
    said_on = models.DateField(null=True, blank=True, editable=False)  # earliest day
    said_until = models.DateField(null=True, blank=True, editable=False)  # latest day
    said_words = models.CharField(
        "date as the source says it",
        max_length=100,
        blank=True,
        help_text='For example "yesterday"',
    )
    occasion = models.ForeignKey(
        Occasion, null=True, blank=True, on_delete=models.PROTECT, related_name="statements"
    )
    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="statements"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = StatementQuerySet.as_manager()
    history = history()

    class Meta:
        ordering = ["-said_on", "-id"]
        indexes = [
            models.Index(fields=["speaker", "-said_on"], name="statement_by_speaker"),
            NewestFirstIndex("said_on", name="statement_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["external_ref"],
                condition=~Q(external_ref=""),
                name="statement_external_ref_is_known_once",
            ),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="statement_has_words",
                violation_error_message="Write down the words that were said.",
            ),
            known("fidelity", Fidelity),
            runs_forward("said_on", "said_until", "The statement ends before it starts."),
        ]

    def __str__(self) -> str:
        text = self.text if len(self.text) <= 80 else f"{self.text[:79]}…"
        return f"{self.speaker}: {text}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.clean()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        clean_periods(self, ("said_edtf", "said_on", "said_until"))

    @property
    def is_quoted(self) -> bool:
        """A paraphrase is never shown in quotation marks."""
        return self.fidelity in QUOTED_FIDELITIES

    @property
    def said_date_words(self) -> str:
        return fuzzydates.words(self.said_edtf)

    def get_absolute_url(self) -> str:
        return f"/statements/{self.public_id}/"


class Appearance(LateRow, AnchoredRow):
    """Where a statement's words are found: a source, and the exact characters of its snapshot."""

    statement = models.ForeignKey(
        Statement, on_delete=models.CASCADE, related_name="appearances", db_index=False
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="appearances")
    snapshot = models.ForeignKey(
        Snapshot, null=True, blank=True, on_delete=models.PROTECT, related_name="appearances"
    )
    is_first = models.BooleanField("first appearance", default=False)
    time_code_seconds = models.PositiveIntegerField(
        null=True, blank=True, help_text="In audio or video: seconds from the start"
    )

    objects = AppearanceQuerySet.as_manager()

    class Meta:
        ordering = ["-is_first", "id"]
        indexes = [LateRow.late_index()]
        constraints = [
            *AnchoredRow.anchor_constraints(),
            *LateRow.late_constraints(),
            models.UniqueConstraint(
                fields=["statement", "source"],
                name="appearance_links_a_source_once",
                violation_error_message="This source is linked to the statement already.",
            ),
            models.UniqueConstraint(
                fields=["statement"],
                condition=Q(is_first=True),
                name="statement_has_one_first_appearance",
                violation_error_message="The statement has a first appearance already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement} in {self.source}"

    @property
    def archive_address(self) -> str:
        """Where a public archive has the copy; reads `snapshot` and `with_archive()`."""
        came_with = self.snapshot.archive_url if self.snapshot else ""
        return web_address(came_with) or web_address(self.newest_archive or "")  # type: ignore[attr-defined]  # annotated


class StatementCorrection(models.Model):
    """A proposal of one editor to put a published statement right, and a second's consent."""

    statement = models.ForeignKey(
        Statement, on_delete=models.PROTECT, related_name="corrections_proposed"
    )
    changes = models.JSONField(help_text="Field name to new value")
    explanation = models.TextField(help_text="Shown to the public with the statement")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField(auto_now_add=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(
                    confirmed_by__isnull=False,
                    confirmed_at__isnull=False,
                    withdrawn_at__isnull=True,
                )
                & ~Q(confirmed_by=F("proposed_by")),
                name="statement_correction_takes_two_editors",
                violation_error_message="Ask a second editor to confirm your correction.",
            ),
            models.UniqueConstraint(
                fields=["statement"],
                condition=Q(confirmed_at__isnull=True, withdrawn_at__isnull=True),
                name="statement_has_one_open_correction",
                violation_error_message="A correction of this statement is waiting already.",
            ),
            models.CheckConstraint(
                condition=~Q(explanation=""), name="statement_correction_is_explained"
            ),
        ]

    def __str__(self) -> str:
        return f"correction of {self.statement}"

    @property
    def is_open(self) -> bool:
        return self.confirmed_at is None and self.withdrawn_at is None


def setting_words(occasion: str, place: str) -> str:
    """Returns at what something was said and where, the place only if the occasion has it not."""
    return ", ".join(filter(None, [occasion, "" if place in occasion else place]))
