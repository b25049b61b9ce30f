"""The database as it is opened: what SQLite is told, and that tests run on what they say."""

from __future__ import annotations

import os

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


def ask(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 1),
        ("foreign_keys", 1),
        ("recursive_triggers", 1),
        ("busy_timeout", 10_000),
    ],
)
def test_sqlite_is_opened_for_many_readers_one_writer_and_sealed_rows(pragma, value):
    if connection.vendor != "sqlite":
        pytest.skip("SQLite only")

    assert ask(f"PRAGMA {pragma}") == value


def test_postgresql_lends_connections_from_a_pool_and_stops_long_statements():
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL only")

    assert connection.pool is not None
    assert ask("SHOW statement_timeout") == "15s"


def test_the_run_uses_the_database_that_was_asked_for():
    expected = "postgresql" if os.environ.get("TEST_DATABASE_URL") else "sqlite"

    assert connection.vendor == expected
