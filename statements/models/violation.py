"""What a party is said to have done against an agreement, and how far that was borne out."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from sources.models import Place, Source
from statements.models.agreement import Agreement
from statements.models.base import known, runs_forward
from statements.models.speaker import Speaker
from statements.querysets import AgreementViolationQuerySet
from statements.vocabulary import ViolationStanding


class AgreementViolation(models.Model):
    """A violation of an agreement: alleged, corroborated or refuted. Sealed.

    The three are counted apart and never added together, nor are the numbers that different
    sources give. What was alleged and is borne out later is a new row that supersedes the first.
    Shown in public after an editor other than its adder confirmed it.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="violations")
    party = models.ForeignKey(Speaker, on_delete=models.PROTECT, related_name="+")
    standing = models.CharField(max_length=20, choices=ViolationStanding.choices)
    what = models.CharField("what happened", max_length=300)
    happened_on = models.DateField()
    ended_on = models.DateField(  # None: on that day alone
        null=True, blank=True, help_text="The last day, where it lasted longer than one"
    )
    count = models.PositiveIntegerField(
        "how many",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="The number that the source gives, if it does",
    )
    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    alleged_by = models.ForeignKey(  # None: nobody in particular
        Speaker, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="agreement_violations"
    )
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    supersedes = models.ForeignKey(  # of those that name one row, one alone is ever confirmed
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )

    objects = AgreementViolationQuerySet.as_manager()

    class Meta:
        ordering = ["happened_on", "id"]
        constraints = [
            known("standing", ViolationStanding),
            models.CheckConstraint(
                condition=~Q(what=""),
                name="violation_says_what_happened",
                violation_error_message="Say what happened.",
            ),
            models.CheckConstraint(
                condition=~Q(standing=ViolationStanding.ALLEGED) | Q(alleged_by__isnull=False),
                name="violation_alleged_says_by_whom",
                violation_error_message="Say who alleges it.",
            ),
            models.CheckConstraint(
                condition=Q(count__isnull=True) | Q(count__gte=1),
                name="violation_count_is_positive",
                violation_error_message="Leave the number empty where there is none.",
            ),
            runs_forward("happened_on", "ended_on", "It ends before it starts."),
        ]

    def __str__(self) -> str:
        return f"{self.party}: {self.get_standing_display().lower()}, {self.happened_on}"

    def clean(self) -> None:
        if (first := self.supersedes) and first.agreement_id != self.agreement_id:
            raise ValidationError({"supersedes": "It belongs to another agreement."})
        if first and first.party_id != self.party_id:
            raise ValidationError({"supersedes": "It is about another party."})


class AgreementViolationConfirmation(models.Model):
    """A second editor's consent that a violation is shown. Sealed."""

    violation = models.OneToOneField(
        AgreementViolation, on_delete=models.PROTECT, related_name="confirmation"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("recorded_by")),
                name="violation_takes_two_people",
                violation_error_message="Ask a second editor to confirm what you recorded.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.violation}, confirmed"
