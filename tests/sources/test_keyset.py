"""Pages by the row they start after: both databases walk an index, and look at no other rows."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import F

from sources.keyset import Order, page_of
from sources.models import Source

pytestmark = pytest.mark.django_db

NEWEST = Order("published_on", "day", is_descending=True)


@pytest.fixture
def archive():
    """Very many sources, of which every tenth has no day, as the database has counted them."""
    Source.objects.bulk_create(
        Source(
            title=f"Source {number}",
            published_on=date(2020, 1, 1) + timedelta(number) if number % 10 else None,
        )
        for number in range(3_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def test_newest_first_is_walked_by_index(archive):
    rows = Source.objects.order_by(F("published_on").desc(nulls_last=True), "-public_id")[:51]

    assert "source_by_day" in rows.explain()


def test_what_has_no_day_stands_at_the_end_both_ways(archive):
    last = date(2020, 1, 1) + timedelta(2_999)

    newest = page_of(Source.objects.all(), NEWEST, size=2)
    oldest = page_of(Source.objects.all(), Order("published_on", "day"), size=2)
    unknown = page_of(Source.objects.filter(published_on=None), NEWEST, size=2)
    back = page_of(Source.objects.all(), NEWEST, token=unknown.next, size=2)

    assert [row.published_on for row in newest.rows] == [last, last - timedelta(1)]
    assert [row.published_on for row in oldest.rows] == [date(2020, 1, 2), date(2020, 1, 3)]
    assert [row.published_on for row in back.rows] == [None, None]


def test_a_column_that_is_never_empty_is_not_asked_for_it(archive):
    rows = Source.objects.all()
    page = page_of(rows, Order("title"), size=2)

    following = page_of(rows, Order("title"), token=page.next, size=2)

    assert [row.title for row in (*page.rows, *following.rows)] == [
        "Source 0", "Source 1", "Source 10", "Source 100",
    ]  # fmt: skip
