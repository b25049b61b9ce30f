"""Numbers with their measure, comparator, window and place: in claims and in evidence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from sources.models import Measure, Place, Publisher
from statements import fuzzydates, intervals
from statements.models.agreement import AgreementEvent
from statements.models.base import clean_periods, known, runs_forward
from statements.models.claim import Claim
from statements.models.evidence import Evidence
from statements.vocabulary import Comparator, PeriodCounts

TOO_LARGE = Decimal(10) ** 14  # what max_digits and decimal_places leave before the point


def _is_number(value: Any) -> bool:
    """Says whether a column holds a number that can be compared, or None for "not said"."""
    return value is None or (isinstance(value, int | Decimal) and Decimal(value).is_finite())


class QuantityFields(models.Model):
    """A typed number (DOMAIN §2.1). `lower` and `upper` are the bounds it implies."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+")
    comparator = models.CharField(
        max_length=10, choices=Comparator.choices, default=Comparator.EXACTLY
    )
    value = models.DecimalField(
        max_digits=18, decimal_places=4, null=True, blank=True, help_text="The number as said"
    )
    lower = models.DecimalField(
        max_digits=18, decimal_places=4, null=True, blank=True, help_text='Only with "between"'
    )
    upper = models.DecimalField(
        max_digits=18, decimal_places=4, null=True, blank=True, help_text='Only with "between"'
    )

    period_edtf = models.CharField(
        "period", max_length=60, blank=True, help_text="2025-03-18/2025-03-27 or 2025-03-20"
    )
    period_start = models.DateField(null=True, blank=True, editable=False)
    period_end = models.DateField(null=True, blank=True, editable=False)  # inclusive
    period_time_zone = models.CharField(
        "time zone", max_length=60, blank=True, help_text="Whose days: Europe/Kyiv"
    )
    period_counts = models.CharField(
        "days are",
        max_length=15,
        choices=PeriodCounts.choices,
        default=PeriodCounts.CALENDAR_DAYS,
    )

    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    counted_by = models.ForeignKey(
        Publisher, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.clean()
        super().save(*args, **kwargs)

    @classmethod
    def quantity_constraints(cls) -> list[models.BaseConstraint]:
        """Returns the constraints of a typed number."""
        single = tuple(code for code in Comparator.values if code != Comparator.BETWEEN)
        return [
            known("comparator", Comparator),
            known("period_counts", PeriodCounts),
            models.CheckConstraint(
                condition=Q(comparator__in=single, value__isnull=False)
                | Q(
                    comparator=Comparator.BETWEEN,
                    value__isnull=True,
                    lower__isnull=False,
                    upper__isnull=False,
                ),
                name="%(class)s_has_its_number",
                violation_error_message="Give the number that was said.",
            ),
            models.CheckConstraint(
                condition=Q(lower__isnull=True) | Q(upper__isnull=True) | Q(lower__lte=F("upper")),
                name="%(class)s_bounds_run_upward",
                violation_error_message="The lower number is above the upper one.",
            ),
            models.CheckConstraint(
                condition=(Q(value__isnull=True) | Q(value__gte=0))
                & (Q(lower__isnull=True) | Q(lower__gte=0)),
                name="%(class)s_is_not_negative",
                violation_error_message="A count cannot be negative.",
            ),
            runs_forward("period_start", "period_end", "The period ends before it starts."),
        ]

    def clean(self) -> None:
        clean_periods(self, ("period_edtf", "period_start", "period_end"))
        numbers = (self.value, self.lower, self.upper)
        if self.measure_id is None or not all(_is_number(number) for number in numbers):
            return  # the fields themselves say what is wrong
        between = self.comparator == Comparator.BETWEEN
        try:
            bounds = intervals.implied_bounds(
                self.comparator,
                None if between else self.value,
                lower=self.lower if between else None,
                upper=self.upper if between else None,
                tolerance_percent=self.measure.tolerance_percent,
            )
        except ValueError as error:
            field = "lower" if between else "value"
            raise ValidationError({field: f"{error}."}) from error
        if between and self.value is not None:
            raise ValidationError({"value": 'With "between", leave the single number empty.'})
        if any(bound is not None and bound >= TOO_LARGE for bound in (bounds.lower, bounds.upper)):
            raise ValidationError({"value": "This number is too large."})
        self.lower, self.upper = bounds.lower, bounds.upper

    @property
    def number_words(self) -> str:
        return intervals.quantity_words(
            self.comparator, self.value, self.lower, self.upper, self.measure.unit
        )

    @property
    def period_words(self) -> str:
        return fuzzydates.words(self.period_edtf)

    @property
    def bounds(self) -> tuple[Decimal | None, Decimal | None]:
        return self.lower, self.upper


class QuantityDetail(QuantityFields):
    """The number inside a claim."""

    claim = models.OneToOneField(Claim, on_delete=models.CASCADE, related_name="quantity")
    since_event = models.ForeignKey(
        AgreementEvent,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text='The event that the window hangs on, for "since then"',
    )
    until_event = models.ForeignKey(
        AgreementEvent,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text='The event at which the window ends, for "until then"',
    )

    class Meta:
        constraints = QuantityFields.quantity_constraints()

    def __str__(self) -> str:
        return self.number_words

    @property
    def spoken_of_on(self) -> date | None:
        """The day on which the claim was made, for "since then" without an end."""
        if self.period_start is None and self.since_event_id is None:
            return None
        statement = self.claim.main_statement
        return (statement.said_until or statement.said_on) if statement else None

    @property
    def days(self) -> tuple[date | None, date | None]:
        """First and last day of the window, as its events are dated in the rows that are named.

        An event takes the place of the end of the period that it stands for. An open end is the
        day on which the claim was made. `comparing.windows_of` tries every dating.
        """
        since, until = self.since_event, self.until_event
        return (
            since.happened_on if since else self.period_start,
            until.happened_on if until else self.period_end or self.spoken_of_on,
        )


class Reading(QuantityFields):
    """The number inside a piece of evidence."""

    evidence = models.OneToOneField(Evidence, on_delete=models.CASCADE, related_name="reading")

    class Meta:
        constraints = QuantityFields.quantity_constraints()

    def __str__(self) -> str:
        return self.number_words
