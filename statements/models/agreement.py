"""Agreements, the dated events of them, and what a claim says of one."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from sources.models import Source
from sources.models.base import PublicRow, VersionedRow, history
from statements import addresses
from statements.models.base import known, runs_forward
from statements.models.claim import Claim
from statements.models.speaker import Speaker
from statements.querysets import AgreementEventQuerySet, AgreementQuerySet
from statements.vocabulary import (
    AXIS_VALUES,
    PARTY_AXES,
    STATUS_LABELS,
    STATUS_VALUES,
    AgreementForm,
    AgreementKind,
    AgreementRecord,
    AgreementScope,
    Axis,
    Monitoring,
)


class Agreement(PublicRow, VersionedRow):
    """A ceasefire, pause or deal that claims speak about (DOMAIN §2.2)."""

    external_ref = models.CharField(max_length=200, blank=True, editable=False)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    kind = models.CharField(max_length=30, choices=AgreementKind.choices)
    scope = models.CharField(
        max_length=20, choices=AgreementScope.choices, default=AgreementScope.ALL
    )
    form = models.CharField(
        max_length=20, choices=AgreementForm.choices, default=AgreementForm.BILATERAL
    )
    record = models.CharField(
        max_length=10, choices=AgreementRecord.choices, default=AgreementRecord.WRITTEN
    )
    parties = models.ManyToManyField(Speaker, blank=True, related_name="agreements")
    mediators = models.ManyToManyField(Speaker, blank=True, related_name="agreements_mediated")

    duration_days = models.PositiveIntegerField(null=True, blank=True)  # None: not said
    proposed_on = models.DateField(null=True, blank=True)
    announced_on = models.DateField(null=True, blank=True)
    effective_from = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    monitoring = models.CharField(
        max_length=20, choices=Monitoring.choices, default=Monitoring.NONE
    )
    text_source = models.ForeignKey(
        Source, null=True, blank=True, on_delete=models.PROTECT, related_name="agreements"
    )

    objects = AgreementQuerySet.as_manager()
    history = history()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["external_ref"],
                condition=~Q(external_ref=""),
                name="agreement_external_ref_is_known_once",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="agreement_has_name",
                violation_error_message="Give the agreement a name.",
            ),
            known("kind", AgreementKind),
            known("scope", AgreementScope),
            known("form", AgreementForm),
            known("record", AgreementRecord),
            known("monitoring", Monitoring),
            runs_forward("effective_from", "expires_on", "It expires before it takes effect."),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return addresses.agreement_path(self.public_id, self.name)


class StatusFields(models.Model):
    """A value on one of the three axes; of one party where the axis is a party's."""

    axis = models.CharField(max_length=20, choices=Axis.choices)
    value = models.CharField(max_length=30, choices=STATUS_VALUES)
    party = models.ForeignKey(
        Speaker, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True

    @classmethod
    def status_constraints(cls) -> list[models.BaseConstraint]:
        """Returns the constraints that axis, value and party belong together."""
        fitting = Q()
        for axis, values in AXIS_VALUES.items():
            fitting |= Q(axis=axis, value__in=tuple(values.values))
        return [
            models.CheckConstraint(
                condition=fitting,
                name="%(class)s_value_fits_its_axis",
                violation_error_message="This value belongs to another axis.",
            ),
            models.CheckConstraint(
                condition=Q(axis__in=PARTY_AXES, party__isnull=False)
                | Q(axis=Axis.AGREEMENT_STATE, party__isnull=True),
                name="%(class)s_party_fits_its_axis",
                violation_error_message=(
                    "A position and a compliance belong to a party; the state of an agreement "
                    "belongs to none."
                ),
            ),
        ]

    @property
    def value_label(self) -> str:
        return STATUS_LABELS.get(self.value, self.value)


class AgreementEvent(StatusFields):
    """One dated event of an agreement. Sealed: a better version is a new row that supersedes it.

    Shown in public after an editor other than its adder confirmed it.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="events")
    happened_on = models.DateField()
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="agreement_events")
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    supersedes = models.ForeignKey(  # of those that name one row, one alone is ever confirmed
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    dates_again = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="other_datings",
        help_text="The same event, dated by another source or party",
    )

    objects = AgreementEventQuerySet.as_manager()

    class Meta:
        ordering = ["happened_on", "id"]
        constraints = StatusFields.status_constraints()

    def __str__(self) -> str:
        who = f"{self.party}: " if self.party else ""
        return f"{who}{self.value_label.lower()}, {self.happened_on} ({self.agreement})"

    @property
    def publisher_id(self) -> int | None:
        """Who says so: the publisher of the source."""
        return self.source.publisher_id

    def clean(self) -> None:
        if self.supersedes and self.supersedes.agreement_id != self.agreement_id:
            raise ValidationError({"supersedes": "It belongs to another agreement."})
        if first := self.dates_again:
            self._clean_dating(first)

    def _clean_dating(self, first: AgreementEvent) -> None:
        if first.agreement_id != self.agreement_id:
            raise ValidationError({"dates_again": "It belongs to another agreement."})
        if (first.axis, first.value, first.party_id) != (self.axis, self.value, self.party_id):
            raise ValidationError(
                {"dates_again": "Another dating has the same axis, value and party."}
            )
        if first.dates_again_id is not None:
            raise ValidationError(
                {"dates_again": "That is another dating itself: choose the event it dates."}
            )


class AgreementEventConfirmation(models.Model):
    """A second editor's consent that an event is shown. Sealed."""

    event = models.OneToOneField(
        AgreementEvent, on_delete=models.PROTECT, related_name="confirmation"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("recorded_by")),
                name="agreement_event_takes_two_people",
                violation_error_message="Ask a second editor to confirm what you recorded.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.event}, confirmed"


class StatusDetail(StatusFields):
    """What a claim says of an agreement: axis, value, party, as of a day."""

    claim = models.OneToOneField(Claim, on_delete=models.CASCADE, related_name="status")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="statuses")
    as_of = models.DateField()

    class Meta:
        constraints = StatusFields.status_constraints()

    def __str__(self) -> str:
        who = f"{self.party}: " if self.party else ""
        return f"{self.agreement}: {who}{self.value_label.lower()} as of {self.as_of}"
