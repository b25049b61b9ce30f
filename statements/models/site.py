"""What is typed by hand about this site."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import models, transaction

from sources.models.base import SingleRow

CACHE_KEY = "statements.site"
CACHE_SECONDS = 60


class Site(SingleRow):
    """Name, people to write to, licence and time zone: one row, edited by an administrator."""

    name = models.CharField(max_length=100, default="claimtracker")
    tagline = models.CharField(max_length=200, blank=True)
    organisation = models.CharField(
        max_length=200, blank=True, help_text="Who publishes the findings"
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

    class Meta:
        verbose_name = "site settings"
        verbose_name_plural = "site settings"

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        transaction.on_commit(lambda: cache.delete(CACHE_KEY))

    def clean(self) -> None:
        if self.time_zone not in available_timezones():
            raise ValidationError({"time_zone": "Give a name such as Europe/Kyiv."})

    @classmethod
    def current(cls) -> Site:
        """Returns the row; from the cache, where it stays for a minute (no query)."""
        site: Site | None = cache.get(CACHE_KEY)
        if site is None:
            site = cls.load()
            cache.set(CACHE_KEY, site, CACHE_SECONDS)
        return site
