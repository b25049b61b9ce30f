"""Fetching as work: each try to fetch an address, how often to look again, and what runs when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from sources.models.base import new_public_id
from sources.models.snapshot import Snapshot
from sources.models.source import Source
from sources.vocabulary import CaptureKind, CaptureState

OPEN = (CaptureState.QUEUED, CaptureState.RUNNING)
ENDED = tuple(state for state in CaptureState if state not in OPEN)


class Capture(models.Model):
    """One order to fetch the page of a source, and what came of it.

    A capture that failed is a row like any other: its `reason` says in words why there is no copy,
    and the claim that cites the source may go on with a written waiver. Rows are kept.
    """

    public_id = models.CharField(
        "public id", max_length=16, unique=True, default=new_public_id, editable=False
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="captures")
    url = models.CharField("address", max_length=2000)
    kind = models.CharField(
        max_length=10, choices=CaptureKind.choices, default=CaptureKind.COPY, editable=False
    )

    # None: the schedule asked.
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField()
    # What the person left empty about the source: the page may fill it in, and nothing else.
    fills = models.JSONField(default=list, blank=True, editable=False)

    state = models.CharField(
        max_length=10, choices=CaptureState.choices, default=CaptureState.QUEUED
    )
    try_count = models.PositiveSmallIntegerField("tries", default=0)
    started_at = models.DateTimeField(null=True, blank=True)  # of the last try
    ended_at = models.DateTimeField(null=True, blank=True)  # None: it goes on
    next_try_at = models.DateTimeField("next try", null=True, blank=True)  # None: there is none
    reason = models.TextField("why there is no copy", blank=True)
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)  # None: no answer
    is_gone = models.BooleanField("gone", default=False)
    # The copy that was made, or the one that still holds.
    snapshot = models.ForeignKey(
        Snapshot, null=True, blank=True, on_delete=models.PROTECT, related_name="captures"
    )

    # The look before found another copy: the page went back to this one.
    is_return = models.BooleanField("back to an older copy", default=False, editable=False)

    class Meta:
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(state__in=OPEN),
                name="capture_is_open_once_a_source",
                violation_error_message="This source is being fetched already.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=tuple(CaptureState.values)), name="capture_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=tuple(CaptureKind.values)), name="capture_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, ended_at__isnull=True)
                | Q(state__in=ENDED, ended_at__isnull=False),
                name="capture_ends_when_it_is_over",
            ),
            models.CheckConstraint(
                condition=~Q(state=CaptureState.KEPT) | Q(snapshot__isnull=False),
                name="capture_that_is_kept_has_snapshot",
            ),
            models.CheckConstraint(
                condition=~Q(state=CaptureState.FAILED) | ~Q(reason=""),
                name="capture_that_failed_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(state__in=OPEN), name="capture_open_by_next_try"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} ({self.requested_at:%d %B %Y}, {self.get_state_display()})"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class Watch(models.Model):
    """How often the page of a source is looked at again, and how it was the last time."""

    source = models.OneToOneField(Source, on_delete=models.PROTECT, related_name="watch")
    # None: as often as the site looks at any page (CHECK_EVERY_DAYS); 0: never.
    every_days = models.PositiveSmallIntegerField(
        "look again every … days",
        null=True,
        blank=True,
        help_text="Empty: as often as at any other page. 0: never.",
    )
    next_check_at = models.DateTimeField(null=True, blank=True, db_index=True)  # None: never
    last_check_at = models.DateTimeField(null=True, blank=True)  # None: not yet
    failed_count = models.PositiveSmallIntegerField("failed in a row", default=0)
    gone_at = models.DateTimeField(
        "gone since", null=True, blank=True
    )  # None: it is there, as far as we know

    # Since when no look reached the page, and when that was sure enough to call others to it.
    failing_since = models.DateTimeField(null=True, blank=True)
    unreachable_at = models.DateTimeField("out of reach since", null=True, blank=True)

    class Meta:
        ordering = ["next_check_at", "id"]
        verbose_name_plural = "watches"
        constraints = [
            models.CheckConstraint(
                condition=Q(unreachable_at__isnull=True) | Q(failing_since__isnull=False),
                name="watch_out_of_reach_is_failing",
            ),
            models.CheckConstraint(
                condition=Q(gone_at__isnull=True) | Q(last_check_at__gte=F("gone_at")),
                name="watch_saw_what_is_gone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}"


class Routine(models.Model):
    """A piece of work that comes round by itself, when it ran and when it will (one row each)."""

    code = models.SlugField(max_length=40, unique=True)
    next_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)  # None: never ran
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(blank=True)
    is_ok = models.BooleanField("went well", default=True)
    # How far a round got that is done in portions; {} for others.
    progress = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code
