"""Who says things, and which office they held when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from sources.models.base import PublicRow, VersionedRow, history
from statements.querysets import SpeakerQuerySet
from statements.vocabulary import SpeakerKind

WIKIDATA_ID = RegexValidator(r"^Q[1-9]\d{0,11}\Z", "Give a Wikidata id such as Q1345.")


class Speaker(PublicRow, VersionedRow):
    """A person or organisation that says things. Names vary in texts: aliases find them."""

    external_ref = models.CharField(max_length=200, blank=True, editable=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=SpeakerKind.choices, default=SpeakerKind.PERSON)
    aliases = models.TextField(blank=True, help_text="Other spellings of the name, one a line")
    wikidata_id = models.CharField(
        "Wikidata id", max_length=20, blank=True, validators=[WIKIDATA_ID]
    )
    description = models.CharField(max_length=300, blank=True)

    objects = SpeakerQuerySet.as_manager()
    history = history()

    class Meta:
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["name", "public_id"], name="speaker_by_name")]
        constraints = [
            models.UniqueConstraint(
                fields=["wikidata_id"],
                condition=~Q(wikidata_id=""),
                name="speaker_wikidata_id_is_known_once",
                violation_error_message="Another speaker has this Wikidata id already.",
            ),
            models.UniqueConstraint(
                fields=["external_ref"],
                condition=~Q(external_ref=""),
                name="speaker_external_ref_is_known_once",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="speaker_has_name",
                violation_error_message="Give the speaker a name.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=tuple(SpeakerKind.values)), name="speaker_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def alias_list(self) -> list[str]:
        return [line.strip() for line in self.aliases.splitlines() if line.strip()]

    def get_absolute_url(self) -> str:
        return f"/speakers/{self.public_id}/"

    def role_on(self, day: date | None) -> SpeakerRole | None:
        """Returns the office held on a day: of several, the one begun last (reads `roles`)."""
        return None if day is None else held_on(self.roles.all(), day)


class SpeakerRole(models.Model):
    """An office held during a period; an open end is still held, an open start is not known."""

    speaker = models.ForeignKey(Speaker, on_delete=models.CASCADE, related_name="roles")
    title = models.CharField(max_length=200)
    organisation = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-valid_from", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_from__lte=F("valid_to")),
                name="speaker_role_runs_forward",
                violation_error_message="The role ends before it starts.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.organisation}" if self.organisation else self.title

    def covers(self, day: date) -> bool:
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


def held_on(roles: Iterable[SpeakerRole], day: date) -> SpeakerRole | None:
    """Returns which of one speaker's offices was held on a day: of several, the one begun last."""
    held = [role for role in roles if role.covers(day)]
    return max(held, key=lambda role: role.valid_from or date.min, default=None)
