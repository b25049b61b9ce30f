"""The claims of a filtered list as one file: no pages, everything that fits, in its order."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from sources.api.base import Endpoint
from sources.api.lists import filtered
from sources.api.schema import Problem, filter_parameters
from sources.errors import Invalid
from statements.api.claims import ORDERS
from statements.exports.files import FORMATS
from statements.exports.lists import claims_file, in_order
from statements.filters import ClaimFilter
from statements.models import Claim

DEFAULT_ORDER = "-published"


class ClaimExport(Endpoint):
    """All claims that fit the filters as CSV or JSON Lines (1 query, and 6 a batch of 250)."""

    parameters = ("format", "ordering", *ClaimFilter.base_filters)

    def perform_content_negotiation(
        self, request: Request, force: bool = False
    ) -> tuple[BaseRenderer, str]:
        """Lets `format` alone decide: whoever asks for text/csv is not refused."""
        return JSONRenderer(), JSONRenderer.media_type

    @extend_schema(
        operation_id="claims_export",
        summary="All claims that fit some filters, as one file",
        description="",
        parameters=[
            OpenApiParameter("format", enum=list(FORMATS), required=True),
            OpenApiParameter("ordering", enum=[*ORDERS, ""], description="How it is sorted."),
            *filter_parameters(ClaimFilter),
        ],
        responses={
            **{(200, form.media_type): OpenApiTypes.STR for form in FORMATS.values()},
            400: Problem,
        },
    )
    def get(self, request: Request) -> HttpResponseBase:
        query: Any = request.query_params
        code, ordering = query.get("format", ""), query.get("ordering") or DEFAULT_ORDER
        if code not in FORMATS:
            raise Invalid(f"format is one of {', '.join(FORMATS)}", field="format")
        if ordering not in ORDERS:
            raise Invalid(f"order by one of {', '.join(ORDERS)}", field="ordering")
        claims = filtered(Claim.objects.listed(), ClaimFilter, request)
        return claims_file(request._request, in_order(claims, ORDERS[ordering]), FORMATS[code])
