"""Prepared queries: the rows of an ordinary queryset, without putting its SQL together again."""

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Upper
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from sources.models import Publisher, Source
from sources.prepared import Prepared, PreparedValues, _quicker, fetch_all, filled
from sources.vocabulary import SourceKind
from tests.factories import make_publisher, make_source

pytestmark = pytest.mark.django_db

HOSTILE = ["%s", "100% 'quoted' \"twice\"", "\ue000prepared 0\ue000", "\U0001f600 שלום", "--;"]


def test_rows_are_those_of_the_queryset():
    agency = make_publisher("Agency")
    make_source("One", publisher=agency, published_on=date(2025, 3, 28))
    make_source("Two", publisher=make_publisher("Other"))
    make_source("Three")
    titled = Prepared(
        lambda name, least: (
            Source.objects.filter(publisher__name=name, id__gt=least)
            .select_related("publisher", "origin")
            .annotate(loud=Upper("title"))
            .defer("author", "publisher__domain")
            .order_by("id")
        ),
        str,
        int,
    )

    found = titled("Agency", 0)

    assert [(row.title, row.publisher.name, row.loud) for row in found] == [
        ("One", "Agency", "ONE")
    ]
    assert found[0].published_on == date(2025, 3, 28)
    assert found[0].created_at.tzinfo is not None
    assert found[0].get_deferred_fields() == {"author"}
    assert found[0].origin is None
    assert [vars(row) | {"_state": 0} for row in found] == [
        vars(row) | {"_state": 0} for row in titled.queryset("Agency", 0)
    ]


def test_a_code_is_given_to_the_driver_as_plain_text():
    make_source("One", kind=SourceKind.POST)
    posts = Prepared(lambda title: Source.objects.filter(kind=SourceKind.POST, title=title), str)

    with connection.execute_wrapper(seen := Seen()):
        found = posts("One")

    assert [row.title for row in found] == ["One"]
    assert [(type(param), param) for param in seen.params] == [(str, "post"), (str, "One")]


class Seen:
    """Keeps the values that a query is run with."""

    def __call__(self, execute, sql, params, many, context):
        self.params = params
        return execute(sql, params, many, context)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's driver reads moments")
@pytest.mark.parametrize(
    "value",
    [
        None, datetime.fromisoformat("2025-03-28 12:30:01"), datetime(2025, 3, 28, 12, tzinfo=UTC),
        "2025-03-28 12:30:01.000005", "2025-03-28T12:30:00+02:00", "2025-03-28 12:30", "yesterday",
    ],
)  # fmt: skip
def test_moments_are_read_as_the_framework_reads_them(value):
    convert = connection.ops.convert_datetimefield_value

    def outcome(reading):
        try:
            found = reading(value, None, connection)
        except AttributeError:  # what the framework says of unreadable text
            return "unreadable"
        return found and found.isoformat()

    quicker = _quicker(convert, connection)
    assert quicker is not convert
    assert outcome(quicker) == outcome(convert)


def test_any_of_several_values_is_one_prepared_query():
    for title in ("One", "Two", "Three"):
        make_source(title)
    any_of = Prepared(lambda *titles: Source.objects.filter(title__in=titles), str, str, str)

    assert {row.title for row in any_of(*filled(["Two", "One"], 3, ""))} == {"One", "Two"}
    assert any_of(*filled([], 3, "")) == []
    with pytest.raises(ValueError, match="4 values where 3 fit"):
        filled("abcd", 3, "")


def test_values_are_those_of_the_queryset():
    make_source("One", publisher=make_publisher("Agency"), published_on=date(2025, 3, 28))
    titled = PreparedValues(
        lambda title: (
            Source.objects.filter(title=title)
            .annotate(loud=Upper("title"))
            .values("published_on", "loud", "publisher__name", "created_at", "pk")
        ),
        str,
    )

    distinct = PreparedValues(
        lambda title: (
            Source.objects.filter(title=title).order_by("created_at").values("kind").distinct()
        ),
        str,
    )

    found = titled("One")

    assert found == list(titled.queryset("One"))
    assert distinct("One") == list(distinct.queryset("One"))
    assert found[0]["published_on"] == date(2025, 3, 28)
    assert (found[0]["loud"], found[0]["publisher__name"]) == ("ONE", "Agency")


def test_rows_are_the_same_whether_somebody_watches_or_not():
    make_publisher("100%s")
    sql = "SELECT name, 1 %% 2 FROM sources_publisher WHERE name LIKE %s AND name <> '%%s'"

    alone = fetch_all(connection, sql, ["100%"])
    with CaptureQueriesContext(connection) as queries:
        watched = fetch_all(connection, sql, ["100%"])

    assert (alone, watched, len(queries)) == ([("100%s", 1)], [("100%s", 1)], 1)


def test_trouble_is_told_as_any_cursor_tells_it():
    with pytest.raises(DatabaseError), transaction.atomic():
        fetch_all(connection, "SELECT nothing FROM nowhere", [])
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            fetch_all(connection, "SELECT 1", [])


@pytest.mark.parametrize("name", HOSTILE)
def test_a_value_is_data(name):
    make_publisher("Agency")
    named = Prepared(lambda name: Publisher.objects.filter(name=name), str)

    assert named(name) == []

    publisher = Publisher.objects.create(name=name, kind="newspaper")
    assert named(name) == [publisher]


def test_it_is_put_together_once_and_asks_one_query():
    built = []

    def build(name):
        built.append(name)
        return Publisher.objects.filter(name=name)

    named = Prepared(build, str)
    with CaptureQueriesContext(connection) as queries:
        assert [named("Agency"), named("Other"), named.first("Agency")] == [[], [], None]

    assert (len(built), len(queries)) == (1, 3)


def test_a_value_of_another_kind_is_refused():
    named = Prepared(lambda name: Publisher.objects.filter(name=name), str)

    with pytest.raises(TypeError, match="give"):
        named(7)
    with pytest.raises(TypeError, match="give"):
        named("Agency", "Other")


def test_a_value_that_does_not_reach_the_database_is_found_out():
    everything = Prepared(lambda name: Publisher.objects.all(), str)

    with pytest.raises(ValueError, match="lost on the way"):
        everything("Agency")


def test_rows_that_are_fetched_beside_the_query_are_refused():
    beside = Prepared(
        lambda name: Publisher.objects.filter(name=name).prefetch_related("sources"), str
    )
    values = Prepared(lambda name: Publisher.objects.filter(name=name).values_list("name"), str)

    with pytest.raises(ValueError, match="prefetch"):
        beside("Agency")
    with pytest.raises(ValueError, match="only rows of a model"):
        values("Agency")
    with pytest.raises(ValueError, match="rows of values"):
        PreparedValues(lambda name: Publisher.objects.filter(name=name), str)("Agency")
