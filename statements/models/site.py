"""What is typed by hand about this site."""

from __future__ import annotations

from typing import Any, ClassVar
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models, transaction

from sources.editions import current_number
from sources.models import Publication
from sources.models.base import SingleRow, https_only


class Site(SingleRow):
    """Name, people to write to, licence and time zone: one row, edited by an administrator."""

    name = models.CharField(max_length=100, default="claimtracker")
    tagline = models.CharField(max_length=200, blank=True)
    organisation = models.CharField(
        max_length=200, blank=True, help_text="Who publishes the findings"
    )
    organisation_url = models.URLField(
        "organisation's address",
        max_length=500,
        blank=True,
        validators=[https_only],
        help_text="Where the organisation is found, when that is not this site",
    )
    logo_url = models.URLField(
        "logo's address",
        max_length=500,
        blank=True,
        validators=[https_only],
        help_text="An image that search engines, feeds and previews may show",
    )
    contact_email = models.EmailField(blank=True, help_text="Where readers report errors")
    time_zone = models.CharField(
        max_length=60, default="UTC", help_text="Of the desk's dates and hours: Europe/Kyiv"
    )
    licence_name = models.CharField(max_length=100, blank=True, help_text="CC BY 4.0")
    licence_url = models.URLField(max_length=500, blank=True)
    is_sample = models.BooleanField(
        "sample data", default=False, help_text='Every page says "sample data"'
    )

    # Kind and title of each policy page that is written. Kept here, so that the footer of every
    # page costs no further query; `operations.save_policy_page` keeps it up to date.
    policies = models.JSONField(default=list, blank=True, editable=False)

    # The row as of a publication number, kept by this process. Never changed in place.
    _kept: ClassVar[tuple[int, Site] | None] = None

    class Meta:
        verbose_name = "site settings"
        verbose_name_plural = "site settings"

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Saves the row and raises the publication number: it shows on every page."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            Publication.objects.rise()

    def clean(self) -> None:
        if self.time_zone not in available_timezones():
            raise ValidationError({"time_zone": "Give a name such as Europe/Kyiv."})

    @classmethod
    def current(cls) -> Site:
        """Returns the row as of the edition that is answered from (a query when that is new)."""
        number = current_number()
        kept = Site._kept
        if kept is None or kept[0] != number:
            kept = Site._kept = (number, cls.load())
        return kept[1]

    @classmethod
    def last_known(cls) -> Site:
        """Returns the row as it was read last, or its defaults: for when nothing can be read."""
        return Site._kept[1] if Site._kept else cls()

    @classmethod
    def forget(cls) -> None:
        """Lets the row be read anew, whatever the number."""
        Site._kept = None
