"""The counts of one series: in pages and as a file, as known on any day, with every vintage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from sources.api.base import Endpoint, Json, Rows, row_or_404
from sources.api.lists import ListEndpoint, filtered
from sources.api.measures import ObservationLine, observation_json, plain_number, seen_series
from sources.api.schema import Problem, filter_parameters, lists
from sources.errors import Invalid
from sources.keyset import Order, both_ways
from sources.models import Observation, Series, Source
from statements.exports.columns import COUNTS
from statements.exports.files import FORMATS
from statements.exports.lists import download
from statements.exports.walk import BATCH_SIZE, Batches, address_of
from statements.filters import DayFilter

NEWEST, ALL = "newest", "all"


class ObservationFilter(django_filters.FilterSet):
    """Narrows counts; of each period the newest that is left is shown, or every vintage."""

    period_from = DayFilter(
        label="Periods that end on this day or later", field_name="period_end", lookup_expr="gte"
    )
    period_until = DayFilter(
        label="Periods that end on this day or before", field_name="period_end", lookup_expr="lte"
    )
    known_on = DayFilter(
        label="Stored and shown here by the end of this day, UTC", method="of_known"
    )
    reported_on = DayFilter(
        label="Reported by the counter by the end of this day, UTC", method="of_reported"
    )
    vintages = django_filters.ChoiceFilter(
        label="newest (of each period), or all",
        choices=[(NEWEST, "newest"), (ALL, "all")],
        method="of_vintages",
    )

    class Meta:
        model = Observation
        fields: list[str] = []

    def of_known(self, rows: Any, name: str, day: date) -> Any:
        moment = _end_of(day)
        return rows.filter(recorded_at__lte=moment, series__confirmation__confirmed_at__lte=moment)

    def of_reported(self, rows: Any, name: str, day: date) -> Any:
        return rows.filter(reported_at__lte=_end_of(day))

    def of_vintages(self, rows: Any, name: str, code: str) -> Any:
        return rows  # when all else is narrowed: see `filter_queryset`

    def filter_queryset(self, queryset: Any) -> Any:
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("vintages") == ALL else rows.known_at()


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, tzinfo=UTC)


def counts_of(
    request: Request, sources: QuerySet[Source], public_id: str
) -> tuple[Series, QuerySet[Observation]]:
    """Returns a series and the counts that the query string asks for; raises `NotFound`."""
    series, counts = seen_series(sources)
    row: Series = row_or_404(series, public_id=public_id)
    rows: Any = counts.filter(series=row).select_related("source")
    if not set(ObservationFilter.base_filters) & set(request.query_params):
        return row, rows.known_at()
    return row, filtered(rows, ObservationFilter, request)


@lists(ObservationLine, "The counts of one series")
class CountList(ListEndpoint):
    """The counts of a series, newest period first (2 queries)."""

    public: Rows = staticmethod(Source.objects.none)
    orders: ClassVar = both_ways(period=Order("period_end", "day", key="id"))
    default_order = "-period"
    filterset_class = ObservationFilter

    def rows(self) -> QuerySet[Any, Any]:
        return counts_of(self.request, self.public(), self.kwargs["public_id"])[1]

    def lines(self, rows: Sequence[Observation]) -> list[Json]:
        return [observation_json(row) for row in rows]


class CountExport(Endpoint):
    """The counts of a series as CSV or JSON Lines, oldest period first (2 queries)."""

    public: Rows = staticmethod(Source.objects.none)
    parameters = ("format", *ObservationFilter.base_filters)

    def perform_content_negotiation(
        self, request: Request, force: bool = False
    ) -> tuple[BaseRenderer, str]:
        """Lets `format` alone decide: whoever asks for text/csv is not refused."""
        return JSONRenderer(), JSONRenderer.media_type

    @extend_schema(
        operation_id="counts_export",
        summary="The counts of one series as one file",
        description="",
        parameters=[
            OpenApiParameter("format", enum=list(FORMATS), required=True),
            *filter_parameters(ObservationFilter),
        ],
        responses={
            **{(200, form.media_type): OpenApiTypes.STR for form in FORMATS.values()},
            400: Problem,
            404: Problem,
        },
    )
    def get(self, request: Request, public_id: str) -> HttpResponseBase:
        code = request.query_params.get("format", "")
        series, rows = counts_of(request, self.public(), public_id)
        if code not in FORMATS:
            raise Invalid(f"format is one of {', '.join(FORMATS)}", field="format")
        return download(
            request._request, COUNTS, FORMATS[code], lambda: count_rows(series, rows),
            name=f"series-{series.public_id}",
        )  # fmt: skip


def count_rows(series: Series, rows: QuerySet[Observation]) -> Batches:
    """Yields the cells of the counts in batches, in order of time (1 query)."""
    place = series.place.name if series.place else ""
    of_series = (series.public_id, series.name, series.measure.code, series.publisher.name, place)
    batch: list[tuple[Any, ...]] = []
    for row in _in_order(rows):
        batch.append(
            (
                *of_series,
                row.period_start.isoformat(),
                row.period_end.isoformat(),
                plain_number(row.lower),
                plain_number(row.value),
                plain_number(row.upper),
                _moment(row.reported_at),
                _moment(row.recorded_at),
                row.source.title if row.source else "",
                address_of(f"/sources/{row.source.public_id}/") if row.source else "",
            )
        )
        if len(batch) == BATCH_SIZE:
            yield batch
            batch = []
    if batch:
        yield batch


def _in_order(rows: QuerySet[Observation]) -> Iterator[Observation]:
    return rows.order_by("period_end", "reported_at", "id").iterator(chunk_size=2_000)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
