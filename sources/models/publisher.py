"""Who puts sources out."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from sources.models.base import PublicRow, VersionedRow, history
from sources.querysets import PublisherQuerySet
from sources.vocabulary import PublisherKind


class Publisher(PublicRow, VersionedRow):
    """A news agency, ministry, monitor or other body that puts sources out.

    Publishers of one `owner_group` count as one voice when independence is counted (DOMAIN §4).
    """

    name = models.CharField(max_length=200)
    domain = models.CharField(
        max_length=253, blank=True, help_text="Without www, for example president.gov.ua"
    )
    kind = models.CharField(
        max_length=32, choices=PublisherKind.choices, default=PublisherKind.OTHER
    )
    owner_group = models.CharField(
        max_length=200,
        blank=True,
        help_text="Who owns it, when one owner has several outlets: they count as one root.",
    )

    objects = PublisherQuerySet.as_manager()
    history = history()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("domain"),
                condition=~Q(domain=""),
                name="publisher_domain_is_known_once",
                violation_error_message="Another publisher has this domain already.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="publisher_has_name",
                violation_error_message="Give the publisher a name.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=tuple(PublisherKind.values)), name="publisher_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def group_key(self) -> str:
        """The owner as far as it is known: what independence counts."""
        return self.owner_group.strip().casefold() or f"publisher:{self.pk}"

    def get_absolute_url(self) -> str:
        return f"/publishers/{self.public_id}/"
