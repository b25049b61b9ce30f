"""One citable work."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from sources.models.base import NewestFirstIndex, PublicRow, VersionedRow, history, https_only
from sources.models.publisher import Publisher
from sources.querysets import SourceQuerySet
from sources.vocabulary import Directness, Rights, SourceKind


class Source(PublicRow, VersionedRow):
    """An article, read-out, post, dataset, video or transcript: one work, one row.

    `origin` is the work that this one reports on. Following it to the end gives the root, and
    only roots count as independent (DOMAIN §4). A source that turned out to be another one is
    `merged_into` it, which itself is merged into none; what cites it stays where it is.
    """

    external_ref = models.CharField(max_length=200, blank=True, editable=False)

    url = models.URLField(
        "address",
        max_length=2000,
        blank=True,
        validators=[https_only],
        help_text="Where it was read. Leave empty for a work that has no address.",
    )
    canonical_url = models.CharField(max_length=2000, blank=True, editable=False)
    title = models.CharField(max_length=500)
    author = models.CharField(max_length=300, blank=True)
    publisher = models.ForeignKey(
        Publisher, null=True, blank=True, on_delete=models.PROTECT, related_name="sources"
    )
    published_on = models.DateField(null=True, blank=True)  # None: not known
    language = models.CharField(max_length=35, default="en", help_text="BCP 47 code: en, uk, pt-BR")

    kind = models.CharField(max_length=20, choices=SourceKind.choices, default=SourceKind.ARTICLE)
    directness = models.CharField(
        max_length=10, choices=Directness.choices, default=Directness.SECONDARY
    )
    rights = models.CharField(
        max_length=20,
        choices=Rights.choices,
        default=Rights.UNKNOWN,
        help_text="What we may do with copies of it. Only an editor changes it.",
    )
    origin = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reports",
        help_text="The work this one reports on. Ten reports of one work count as one.",
    )

    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="twins",
        db_index=False,  # `source_by_work` holds those that were merged, and they are few
    )

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = SourceQuerySet.as_manager()
    history = history()

    class Meta:
        ordering = ["-id"]
        indexes = [
            # With an entry for every source that was not, SQLite takes it for useless once it has
            # counted (ANALYZE), and goes through all sources for the copies of one.
            models.Index(
                fields=["merged_into"],
                condition=Q(merged_into__isnull=False),
                name="source_by_work",
            ),
            NewestFirstIndex("published_on", name="source_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["canonical_url"],
                condition=~Q(canonical_url=""),
                name="source_address_is_known_once",
                violation_error_message="A source with this address is there already.",
            ),
            models.UniqueConstraint(
                fields=["external_ref"],
                condition=~Q(external_ref=""),
                name="source_external_ref_is_known_once",
            ),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="source_has_title",
                violation_error_message="Give the source a title.",
            ),
            models.CheckConstraint(
                condition=Q(origin__isnull=True) | ~Q(origin=models.F("id")),
                name="source_does_not_report_on_itself",
                violation_error_message="A source cannot report on itself.",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("id")),
                name="source_is_not_merged_into_itself",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=tuple(SourceKind.values)), name="source_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(directness__in=tuple(Directness.values)),
                name="source_directness_is_known",
            ),
            models.CheckConstraint(
                condition=Q(rights__in=tuple(Rights.values)), name="source_rights_are_known"
            ),
            models.CheckConstraint(
                condition=Q(url="")
                | Q(url__istartswith="http://")
                | Q(url__istartswith="https://"),
                name="source_address_is_http",
                violation_error_message="Give an address that starts with http:// or https://.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def work(self) -> Source:
        """The source that this one is merged into, or itself."""
        return self.merged_into or self

    @property
    def work_id(self) -> int:
        return int(self.merged_into_id or self.pk)

    def get_absolute_url(self) -> str:
        return f"/sources/{self.public_id}/"
