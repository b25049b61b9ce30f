"""A topic whose claim is about 800 nights of counts: the heaviest page that readers are shown."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sources.models import Series
from sources.operations import Told, record_observations
from statements.models import Topic
from tests.factories import (
    let_be_shown,
    make_measure,
    make_number_claim,
    make_place,
    make_publisher,
    make_source,
    make_topic,
)

SLUG = "bench-counts"
FIRST_NIGHT, NIGHTS = date(2023, 1, 15), 800


def topic_with_counts() -> Topic:
    """Returns the topic; made, with its claim and its counts, where it is not there yet."""
    topic = Topic.objects.filter(slug=SLUG).first()
    if topic is not None:
        return topic
    topic = make_topic(SLUG, "Counts, night by night")
    make_number_claim(topic)
    series = Series.objects.create(
        measure=make_measure(), publisher=make_publisher("Air force"), place=make_place(),
        name="Nights of the benchmark", granularity="night",
    )  # fmt: skip
    nights = [FIRST_NIGHT + timedelta(days=place) for place in range(NIGHTS)]
    record_observations(
        series, [Told(night, Decimal(night.toordinal() % 331)) for night in nights], by=None,
        reported_at=datetime(2025, 3, 30, tzinfo=UTC), source=make_source("Report 1"),
    )  # fmt: skip
    let_be_shown(series, at=datetime(2025, 3, 30, tzinfo=UTC))
    return topic
