"""/livez and /readyz: what a machine learns when it asks."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from claimtracker import health
from sources import seals

pytestmark = pytest.mark.django_db


def test_livez_answers_without_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/livez")

    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_readyz_says_that_all_is_well(client, django_assert_num_queries):
    with django_assert_num_queries(6):
        answer = client.get("/readyz")

    assert (answer.status_code, answer.content.decode()) == (
        200,
        "files: ok\ndatabase: ok\nmigrations: ok\nseals: ok\nsearch: ok\n",
    )
    assert "no-store" in answer["Cache-Control"]


def test_readyz_names_a_lost_seal(client):
    seals.remove(connection)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert "seals: missing on " in answer.content.decode()
    seals.install(connection)


def test_readyz_counts_migrations_that_wait(client):
    MigrationRecorder(connection).migration_qs.filter(app="sources").latest("id").delete()

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert "migrations: 1 not applied, run manage.py migrate" in answer.content.decode()


def test_readyz_stops_at_the_database_and_does_not_repeat_what_the_driver_says(client, monkeypatch):
    def broken():
        raise OperationalError("connection to db.internal as claims failed")

    looks = (("database", broken), ("seals", broken))
    monkeypatch.setattr(health, "LOOKS", looks)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.content.decode()) == (
        503,
        "database: the database does not answer\n",
    )


def test_readyz_names_a_folder_that_cannot_be_written(client, settings):
    settings.BLOB_DIR = "/dev/null/blobs"

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert "files: cannot write to BLOB_DIR, not a directory" in answer.content.decode()


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_probes_answer_head_and_refuse_post(client, path):
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405
