"""What several nouns of statements share: fuzzy dates, known codes, late additions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from statements import fuzzydates


def known(
    field: str, choices: type[models.TextChoices], *, blank: bool = False
) -> models.BaseConstraint:
    """Returns the constraint that a column holds one of the codes (or "", where `blank`)."""
    values = (*choices.values, "") if blank else tuple(choices.values)
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": values}), name=f"%(class)s_{field}_is_known"
    )


def fuzzy_bounds(edtf: str, field: str) -> tuple[date | None, date | None]:
    """Returns the two plain dates of an EDTF text; raises a ValidationError on `field`."""
    try:
        return fuzzydates.bounds(edtf)
    except ValueError as error:
        raise ValidationError({field: f"This date cannot be read: {error}."}) from error


def runs_forward(start: str, end: str, message: str) -> models.BaseConstraint:
    """Returns the constraint that a period does not end before it starts."""
    return models.CheckConstraint(
        condition=Q(**{f"{start}__isnull": True})
        | Q(**{f"{end}__isnull": True})
        | Q(**{f"{start}__lte": F(end)}),
        name=f"%(class)s_{start}_before_{end}",
        violation_error_message=message,
    )


class LateRow(models.Model):
    """A row that may join something already published.

    Then it `is_late`, and it is shown only after an editor other than its adder confirms it
    (DOMAIN §4 "Frozen").
    """

    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)
    is_late = models.BooleanField(default=False, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # `late_index` instead: nearly all rows have nobody here and need nobody
    )
    confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def late_constraints(cls) -> list[models.BaseConstraint]:
        """Returns the constraints of a late row: a second person, and who with when."""
        return [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False)
                & Q(added_by__isnull=False)
                & ~Q(confirmed_by=F("added_by")),
                name="%(class)s_is_confirmed_by_a_second_person",
                violation_error_message="Ask a second editor to confirm what you added.",
            )
        ]

    @classmethod
    def late_index(cls) -> models.Index:
        """Returns an index of the rows that came late: those that wait are looked for all day."""
        return models.Index(
            fields=["confirmed_by"], condition=Q(is_late=True), name="%(class)s_late"
        )

    @property
    def is_shown(self) -> bool:
        return not self.is_late or self.confirmed_by_id is not None


def clean_periods(row: Any, *fields: tuple[str, str, str]) -> None:
    """Sets the plain dates beside each EDTF field: (edtf field, earliest, latest)."""
    for edtf, earliest, latest in fields:
        start, end = fuzzy_bounds(getattr(row, edtf), edtf)
        setattr(row, earliest, start)
        setattr(row, latest, end)
