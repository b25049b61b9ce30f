"""`?as_of=`: an answer as of a day of the past (decision 0009)."""

from __future__ import annotations

from datetime import date

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from sources.api.base import Endpoint
from sources.errors import Invalid
from statements.as_of import PARAMETER, read_day

AS_OF = OpenApiParameter(
    PARAMETER,
    OpenApiTypes.DATE,
    description="What this site showed at the end of that day, UTC. Of the public view only.",
)


def asked_day(endpoint: Endpoint) -> date | None:
    """Returns the day that a request asks for; the desk works on rows of today."""
    day = read_day(endpoint.request.query_params.getlist(PARAMETER))
    if day and endpoint.is_desk:
        raise Invalid("the desk shows what is worked on now: leave out as_of", field=PARAMETER)
    return day
