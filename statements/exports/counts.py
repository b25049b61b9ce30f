"""Counts of a topic, one a row."""

from __future__ import annotations

from collections.abc import Sequence

from statements.exports.walk import Row, iso_day, iso_moment
from statements.topic_counts import CountedAlike


def rows_of_counts(groups: Sequence[CountedAlike]) -> list[Row]:
    """Returns the rows of `columns.TOPIC_COUNTS`: by measure and counter, then in the order of time."""
    return [
        (
            alike.measure.code,
            alike.measure.name,
            alike.measure.unit,
            alike.measure.counting_rule,
            alike.place,
            counter.series.public_id,
            counter.series.name,
            counter.name,
            counter.series.includes,
            alike.granularity,
            iso_day(count.start),
            iso_day(count.end),
            _plain(count.value),
            _plain(count.lower),
            _plain(count.upper),
            iso_moment(count.reported_at),
            count.source,
        )
        for alike in groups
        for counter in alike.counters
        for count in counter.counts
    ]


def _plain(value: object) -> str | None:
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
