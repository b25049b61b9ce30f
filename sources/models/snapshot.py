"""A frozen copy of a source."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from sources.canonical import web_address
from sources.models.base import https_only, new_public_id
from sources.models.source import Source
from sources.querysets import SnapshotQuerySet
from sources.vocabulary import SnapshotMethod


class Snapshot(models.Model):
    """A source as it was at one moment. Sealed: never edited, never deleted.

    The bytes are kept outside the database under their sha256 (`sources.blobs`); `text` is what
    was read out of them, and anchors count in it.
    """

    public_id = models.CharField(
        "public id", max_length=16, unique=True, default=new_public_id, editable=False
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="snapshots")
    captured_at = models.DateTimeField()
    captured_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    method = models.CharField(max_length=10, choices=SnapshotMethod.choices)

    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64, db_index=True)
    byte_size = models.PositiveIntegerField()
    final_url = models.CharField(max_length=2000, blank=True, validators=[https_only])
    http_status = models.PositiveSmallIntegerField(
        null=True, blank=True
    )  # None: not fetched over HTTP
    # Of fetched pages: requests and answers as they were, in one WARC file kept among the blobs.
    warc_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    etag = models.CharField(max_length=500, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    fetch_seconds = models.FloatField(null=True, blank=True)  # None: not fetched over HTTP

    charset = models.CharField(max_length=40, blank=True)
    # What the page says about itself (`sources.readings.About`): not what we know about the source.
    about = models.JSONField(default=dict, blank=True)
    text = models.TextField(blank=True)
    text_sha256 = models.CharField(max_length=64, db_index=True)
    archive_url = models.CharField(max_length=2000, blank=True, validators=[https_only])

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        ordering = ["-captured_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(method__in=tuple(SnapshotMethod.values)),
                name="snapshot_method_is_known",
            ),
            models.CheckConstraint(
                condition=Exact(Length("sha256"), 64), name="snapshot_sha256_is_a_hash"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} ({self.captured_at:%d %B %Y}, {self.sha256[:8]})"

    @property
    def archive_address(self) -> str:
        """Where a public archive has it: the link added last, else the one that came with it.

        One query, unless the row was read `with_archive()`.
        """
        if hasattr(self, "newest_archive"):
            return web_address(self.newest_archive or self.archive_url)
        newest = self.archives.first()
        return web_address(newest.url if newest else self.archive_url)


class SnapshotArchive(models.Model):
    """A public archive's copy of what a snapshot is a copy of, found later. Sealed.

    The snapshot itself is never edited; a wrong link is followed by a right one.
    """

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="archives")
    url = models.URLField("address", max_length=2000, validators=[https_only])
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(url__istartswith="http://") | Q(url__istartswith="https://"),
                name="snapshot_archive_address_is_http",
                violation_error_message="Give an address that starts with http:// or https://.",
            ),
        ]

    def __str__(self) -> str:
        return self.url


class SnapshotText(models.Model):
    """What a later extractor reads out of the bytes of a snapshot. Sealed.

    Anchors count in `Snapshot.text`, which is never edited: this stands beside it.
    """

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="readings")
    text = models.TextField()
    text_sha256 = models.CharField(max_length=64)
    extractor = models.CharField(max_length=40)
    extractor_version = models.CharField(max_length=40)
    extracted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Exact(Length("text_sha256"), 64), name="snapshot_text_sha256_is_a_hash"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="snapshot_text_is_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.extractor} {self.extractor_version} ({self.extracted_at:%d %B %Y})"
