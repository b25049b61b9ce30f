"""What is counted, and the counts that public sources report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from sources.api.base import Endpoint, Json, Rows, row_or_404
from sources.api.lists import ListEndpoint
from sources.api.schema import lists, reads
from sources.api.sources import NamedShape, TitledShape, named, titled
from sources.keyset import Order, both_ways
from sources.models import Measure, Observation, Series, Source
from sources.querysets import ObservationQuerySet
from sources.vocabulary import Granularity

# The newest counts of a series; all of them are at counts/ and export/.
MOST_OBSERVATIONS = 500


class MeasureLine(serializers.Serializer):
    """What a number counts, and by which rule."""

    code = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField()
    counting_rule = serializers.CharField()
    comparability_group = serializers.CharField()
    tolerance_percent = serializers.CharField(help_text='How far "about" reaches, in percent.')
    is_additive = serializers.BooleanField()


class MeasureNameShape(serializers.Serializer):
    """A measure by code and name."""

    code = serializers.CharField()
    name = serializers.CharField()


class SeriesLine(serializers.Serializer):
    """One counter's run of counts."""

    id = serializers.CharField()
    name = serializers.CharField()
    measure = MeasureNameShape()
    publisher = NamedShape()
    place = serializers.CharField(allow_blank=True)
    granularity = serializers.ChoiceField(Granularity.choices)
    time_zone = serializers.CharField(allow_blank=True, help_text="Whose days and nights.")
    includes = serializers.CharField(allow_blank=True, help_text="What this counter counts in.")


class ObservationLine(serializers.Serializer):
    """One count for one period as reported on one day."""

    period_start = serializers.DateField()
    period_end = serializers.DateField()
    lower = serializers.CharField(allow_null=True)
    value = serializers.CharField()
    upper = serializers.CharField(allow_null=True)
    reported_at = serializers.DateTimeField(help_text="When the counter gave it.")
    recorded_at = serializers.DateTimeField(help_text="When this site stored it.")
    source = TitledShape(allow_null=True)  # type: ignore[assignment]  # a field of this name


class SeriesShape(SeriesLine):
    """One counter's run of counts, with the newest of them: one for each period."""

    observations = ObservationLine(many=True)


def plain_number(value: Any) -> str | None:
    """Returns a decimal without its trailing zeros."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def measure_json(row: Measure) -> Json:
    return {
        "code": row.code,
        "name": row.name,
        "unit": row.unit,
        "counting_rule": row.counting_rule,
        "comparability_group": row.comparability_group,
        "tolerance_percent": plain_number(row.tolerance_percent),
        "is_additive": row.is_additive,
    }


@lists(MeasureLine, "What is counted, by which rule")
class MeasureList(ListEndpoint):
    """Measures by code (1 query): vocabulary, the same for everybody."""

    orders: ClassVar = both_ways(code=Order("code", key="code"))
    default_order = "code"

    def rows(self) -> QuerySet[Any, Any]:
        return Measure.objects.all()

    def lines(self, rows: Sequence[Measure]) -> list[Json]:
        return [measure_json(row) for row in rows]


class MeasureDetail(Endpoint):
    """One measure (1 query)."""

    @reads(MeasureLine, "One measure")
    def get(self, request: Request, code: str) -> Response:
        return Response(measure_json(row_or_404(Measure.objects.all(), code=code)))


class SeriesFilter(django_filters.FilterSet):
    """Narrows series."""

    measure = django_filters.CharFilter(label="Measure", field_name="measure__code", max_length=60)
    publisher = django_filters.CharFilter(
        label="Publisher", field_name="publisher__public_id", max_length=16
    )

    class Meta:
        model = Series
        fields: list[str] = []


def public_observations(sources: QuerySet[Source]) -> ObservationQuerySet:
    """Returns the counts that a public source reports, of series that a second editor confirmed."""
    return Observation.objects.confirmed().filter(Exists(sources.filter(pk=OuterRef("source"))))


def series_json(row: Series) -> Json:
    return {
        "id": row.public_id,
        "name": row.name,
        "measure": {"code": row.measure.code, "name": row.measure.name},
        "publisher": named(row.publisher),
        "place": row.place.name if row.place else "",
        "granularity": row.granularity,
        "time_zone": row.time_zone,
        "includes": row.includes,
    }


def observation_json(row: Observation) -> Json:
    return {
        "period_start": row.period_start,
        "period_end": row.period_end,
        "lower": plain_number(row.lower),
        "value": plain_number(row.value),
        "upper": plain_number(row.upper),
        "reported_at": row.reported_at,
        "recorded_at": row.recorded_at,
        "source": titled(row.source),
    }


def seen_series(sources: QuerySet[Source]) -> tuple[QuerySet[Series], ObservationQuerySet]:
    """Returns the confirmed series with a count that a public source reports, and these counts."""
    counts = public_observations(sources)
    rows = Series.objects.select_related("measure", "publisher", "place")
    return rows.filter(Exists(counts.filter(series=OuterRef("pk")))), counts


@lists(SeriesLine, "Who counted what")
class SeriesList(ListEndpoint):
    """Confirmed series with a count that a public source reports (1 query)."""

    public: Rows = staticmethod(Source.objects.none)
    has_desk_view = True
    orders: ClassVar = both_ways(name=Order("name"))
    default_order = "name"
    filterset_class = SeriesFilter
    desk_filterset_class = SeriesFilter

    def rows(self) -> QuerySet[Any, Any]:
        counts = public_observations(self.public()).filter(series=OuterRef("pk"))
        return self.desk_rows().filter(Exists(counts))

    def lines(self, rows: Sequence[Series]) -> list[Json]:
        return [series_json(row) for row in rows]

    def desk_rows(self) -> QuerySet[Any, Any]:
        return Series.objects.select_related("measure", "publisher", "place")

    desk_lines = lines


class SeriesDetail(Endpoint):
    """One series with its newest counts (2 queries)."""

    public: Rows = staticmethod(Source.objects.none)
    has_desk_view = True

    @reads(SeriesShape, "One series with its counts", desk=SeriesShape)
    def get(self, request: Request, public_id: str) -> Response:
        rows, counts = seen_series(self.public())
        if self.is_desk:
            rows = Series.objects.select_related("measure", "publisher", "place")
            counts = Observation.objects.all()
        row = row_or_404(rows, public_id=public_id)
        newest = counts.filter(series=row).known_at().select_related("source")
        shown = newest.order_by("-period_start", "-reported_at", "-id")[:MOST_OBSERVATIONS]
        return Response(
            series_json(row) | {"observations": [observation_json(count) for count in shown]}
        )
