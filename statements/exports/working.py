"""Rows of the desk's own list of claims: working rows, for people with a role alone."""

from __future__ import annotations

from collections import Counter

from django.db.models import QuerySet

from statements.exports.walk import (
    Batches,
    Row,
    Values,
    first_of,
    grouped,
    in_order_of,
    iso_day,
    iso_moment,
    keys_of,
)
from statements.models import Claim, Evidence

WORKING_COLUMNS = (
    "public_id",
    "state",
    "short_text",
    "text",
    "language",
    "kind",
    "assignee__username",
    "main_statement__speaker__name",
    "main_statement__said_edtf",
    "draft__code",
    "draft__commitment_status",
    "draft__finding",
    "draft__as_of",
    "live_verdict__code",
    "live_verdict__commitment_status",
    "live_verdict__revision",
    "show_as_open",
    "review_due_on",
    "decline_reason",
    "origin",
    "external_ref",
    "created_at",
    "first_published_at",
    "last_published_at",
    "retracted_at",
    "version",
)


def working_claim_rows(wanted: QuerySet[Claim]) -> Batches:
    """Yields rows of `WORKING_CLAIMS` in the order of `wanted`: for people with a role alone.

    3 queries a batch, and 1.
    """
    for batch in in_order_of(wanted, Claim.objects.all(), WORKING_COLUMNS):
        keys = keys_of(batch)
        topics = grouped(
            Claim.topics.through._default_manager.filter(claim__in=keys)
            .order_by("topic__name", "topic")
            .values_list("claim", "topic__slug")
        )
        cited = Counter(Evidence.objects.filter(claim__in=keys).values_list("claim", flat=True))
        yield [_working_row(row, topics[row["pk"]], cited[row["pk"]]) for row in batch]


def _working_row(row: Values, topics: list[str], cited: int) -> Row:
    return (
        row["public_id"],
        row["state"],
        row["short_text"],
        row["text"],
        row["language"],
        row["kind"],
        row["assignee__username"],
        row["main_statement__speaker__name"] or "",
        row["main_statement__said_edtf"] or "",
        topics,
        row["draft__code"] or None,
        row["draft__commitment_status"] or None,
        row["draft__finding"] or "",
        iso_day(row["draft__as_of"]),
        cited,
        first_of(row["live_verdict__code"], row["live_verdict__commitment_status"]) or None,
        row["live_verdict__revision"],
        "announced" if row["show_as_open"] else None,
        iso_day(row["review_due_on"]),
        row["decline_reason"] or None,
        row["origin"],
        row["external_ref"],
        iso_moment(row["created_at"]),
        iso_moment(row["first_published_at"]),
        iso_moment(row["last_published_at"]),
        iso_moment(row["retracted_at"]),
        row["version"],
    )
