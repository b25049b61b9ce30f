"""Pages by the row they start after: both databases walk an index, and look at no other rows."""

import base64
import json
from datetime import date, timedelta

import pytest
from django.db import connection, models
from django.db.models import F, Q
from django.test.utils import CaptureQueriesContext

from sources.keyset import BadToken, Order, page_of
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

    with CaptureQueriesContext(connection) as queries:
        following = page_of(rows, Order("title"), token=page.next, size=2)

    asked = queries[0]["sql"].upper()
    assert "NULLS" not in asked
    assert '"TITLE" IS NULL' not in asked
    assert [row.title for row in (*page.rows, *following.rows)] == [
        "Source 0", "Source 1", "Source 10", "Source 100",
    ]  # fmt: skip


@pytest.mark.parametrize("value", [float("inf"), 1.5, True, "1", [1]])
def test_a_number_in_a_token_is_a_whole_one(value):
    order = Order("id", "number", key="id")
    token = base64.urlsafe_b64encode(json.dumps(["n", value, 5]).encode()).decode().rstrip("=")

    with pytest.raises(BadToken):
        page_of(Source.objects.all(), order, token=token, size=2)


@pytest.mark.django_db(transaction=True)
def test_a_table_with_such_an_index_can_be_built_anew():
    constraint = models.CheckConstraint(condition=~Q(title="Nothing"), name="for_a_moment")

    with connection.schema_editor() as editor:  # SQLite makes the table a second time
        editor.add_constraint(Source, constraint)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Source, constraint)

    with connection.cursor() as cursor:
        assert "source_by_day" in connection.introspection.get_constraints(
            cursor, Source._meta.db_table
        )
