"""The number that rises with every public change."""

from __future__ import annotations

from django.db import models
from django.db.models import F

from sources.models.base import SingleRow


class PublicationManager(models.Manager["Publication"]):
    def current(self) -> int:
        """Returns the number as it stands (one query)."""
        return self.filter(id=1).values_list("number", flat=True).first() or 0

    def rise(self) -> None:
        """Raises the number; the last statement of the transaction that caused it (DESIGN §5)."""
        if not self.filter(id=1).update(number=F("number") + 1):
            self.get_or_create(id=1)  # somebody else may be first, too
            self.filter(id=1).update(number=F("number") + 1)


class Publication(SingleRow):
    """One row: every operation that changes something public raises its number."""

    number = models.PositiveBigIntegerField(default=0)

    objects = PublicationManager()

    def __str__(self) -> str:
        return f"publication {self.number}"
