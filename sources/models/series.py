"""What is counted, who counts it, and the counts."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from sources.models.base import PublicRow
from sources.models.place import Place
from sources.models.publisher import Publisher
from sources.models.source import Source
from sources.querysets import ObservationQuerySet, SeriesQuerySet
from sources.vocabulary import Granularity


class MeasureManager(models.Manager["Measure"]):
    def get_by_natural_key(self, code: str) -> Measure:
        return self.get(code=code)


class Measure(models.Model):
    """What a number counts, by which rule (DOMAIN §2.1). Measures are data, never code.

    Numbers are comparable only within one `comparability_group`.
    """

    code = models.SlugField(max_length=60, unique=True, help_text="Never changed once in use")
    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=40, help_text="In the plural: drones, persons, days")
    counting_rule = models.TextField(help_text="What counts as one, and what does not")
    comparability_group = models.CharField(max_length=60)
    tolerance_percent = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        default=10,
        validators=[MinValueValidator(0)],
        help_text='How far "about" reaches in either direction, in percent',
    )
    is_additive = models.BooleanField(
        default=True, help_text="May counts of several periods be added up?"
    )

    objects = MeasureManager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(tolerance_percent__gte=0),
                name="measure_tolerance_is_not_negative",
                violation_error_message="A tolerance cannot be negative.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)


# What a series with counts can no longer change.
WHAT_IS_COUNTED = ("measure", "publisher", "place", "granularity")
# What is said of its counts for good, once it is said.
SAID_ONCE = ("time_zone", "includes")


def kept_fields(series: Series) -> tuple[str, ...]:
    """Names what a series can no longer change (one query)."""
    if not series.observations.exists():
        return ()
    return (*WHAT_IS_COUNTED, *(name for name in SAID_ONCE if getattr(series, name)))


class Series(PublicRow):
    """One counter's run of counts: one measure, one publisher, one place, one granularity."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="series")
    publisher = models.ForeignKey(Publisher, on_delete=models.PROTECT, related_name="series")
    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="series"
    )
    name = models.CharField(max_length=200)
    granularity = models.CharField(max_length=10, choices=Granularity.choices)
    time_zone = models.CharField(
        max_length=60, blank=True, help_text="Whose days and nights: Europe/Kyiv"
    )
    includes = models.TextField(
        "what is counted in",
        blank=True,
        help_text="What this counter adds to the rule of the measure: decoys, damaged ones …",
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,  # a command that names nobody
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = SeriesQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        verbose_name_plural = "series"
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "publisher", "place", "name"],
                name="series_is_known_once",
                violation_error_message="This series is there already.",
            ),
            models.UniqueConstraint(  # NULL is no match to the one above
                fields=["measure", "publisher", "name"],
                condition=Q(place__isnull=True),
                name="series_without_a_place_is_known_once",
                violation_error_message="This series is there already.",
            ),
            models.CheckConstraint(
                condition=Q(granularity__in=tuple(Granularity.values)),
                name="series_granularity_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuses to say of counts that are there that they count something else."""
        before = Series.objects.filter(pk=self.pk).first() if self.pk else None
        if before is None:
            return
        kept = kept_fields(before)
        changed = [
            field.name
            for field in self._meta.local_fields
            if field.name in kept
            and field.value_from_object(self) != field.value_from_object(before)
        ]
        if changed:
            words = "This series has counts already: add another series."
            raise ValidationError(dict.fromkeys(changed, words))


class SeriesConfirmation(models.Model):
    """A second editor's consent that a series and its counts are shown. Sealed."""

    series = models.OneToOneField(Series, on_delete=models.PROTECT, related_name="confirmation")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(recorded_by__isnull=True) | ~Q(confirmed_by=F("recorded_by")),
                name="series_takes_two_people",
                violation_error_message="Ask a second editor to confirm what you added.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.series}, confirmed"


class Observation(models.Model):
    """One count for one period as reported on one day. Sealed: a revised count is a new row.

    Two times, and two questions: `reported_at` is when the counter said it, `recorded_at` is when
    this site stored it. A night is kept from the evening to the morning that names it.
    """

    series = models.ForeignKey(
        Series, on_delete=models.PROTECT, related_name="observations", db_index=False
    )
    period_start = models.DateField()
    period_end = models.DateField(help_text="Inclusive")
    lower = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    value = models.DecimalField(max_digits=18, decimal_places=4)
    upper = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    reported_at = models.DateTimeField(help_text="When the counter said it")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,  # a command that names nobody
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    source = models.ForeignKey(
        Source, null=True, blank=True, on_delete=models.PROTECT, related_name="observations"
    )

    objects = ObservationQuerySet.as_manager()

    class Meta:
        ordering = ["series", "period_start", "reported_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "period_start", "period_end", "reported_at"],
                name="observation_is_reported_once",
                violation_error_message="This count was recorded already.",
            ),
            models.CheckConstraint(
                condition=Q(period_start__lte=F("period_end")),
                name="observation_period_runs_forward",
                violation_error_message="The period ends before it starts.",
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0)
                & (Q(lower__isnull=True) | Q(lower__lte=F("value"), lower__gte=0))
                & (Q(upper__isnull=True) | Q(upper__gte=F("value"))),
                name="observation_lies_within_its_bounds",
                violation_error_message="The count must lie between its bounds and not below 0.",
            ),
            models.CheckConstraint(
                condition=Q(reported_at__lte=F("recorded_at")),
                name="observation_is_reported_before_it_is_recorded",
                violation_error_message="A count cannot be reported later than now.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series}: {self.value:f} ({self.period_start} to {self.period_end})"
