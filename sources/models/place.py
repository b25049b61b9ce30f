"""Where things happen: shared by readings and claims."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sources.querysets import PlaceQuerySet


class Place(models.Model):
    """A country, city or site, with its ISO 3166 code or Wikidata id where it has one."""

    name = models.CharField(max_length=200)
    code = models.CharField(
        max_length=20, blank=True, help_text="ISO 3166 code (UA) or Wikidata id (Q1899)"
    )
    part_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts"
    )

    objects = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=~Q(code=""),
                name="place_code_is_known_once",
                violation_error_message="Another place has this code already.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="place_has_name",
                violation_error_message="Give the place a name.",
            ),
            models.CheckConstraint(
                condition=Q(part_of__isnull=True) | ~Q(part_of=models.F("id")),
                name="place_is_not_part_of_itself",
                violation_error_message="A place cannot be a part of itself.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
