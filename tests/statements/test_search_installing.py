"""The search index itself: gone, told and put back."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from statements import search
from statements.models import PublicDocument, StaffDocument
from statements.search import Query, find
from statements.search import facets as choices
from tests.factories import make_claim

pytestmark = pytest.mark.django_db


def test_a_missing_index_is_told_and_put_back():
    make_claim("published", text="Drones were launched nightly")
    backend = search.finding.backend()
    backend.remove(connection, "statements_publicdocument")

    assert search.missing(connection) == ["statements_publicdocument"]
    search.install(connection)

    assert search.missing(connection) == []
    found = find(Query(text="drones launched")).lines
    assert [line["short_text"] for line in found] == ["Drones were launched nightly"]


def test_documents_of_an_older_version_are_made_again_by_migrate():
    make_claim("published", text="Drones were launched nightly")
    asked = Query(text="drones")
    right = search.facet_counts(asked, with_many=True)
    document = PublicDocument.objects.get()
    now = document.facets
    document.facets = " ".join(sorted(now.split()))  # one group, as once
    document.save(update_fields=["facets"])

    migration = import_module("statements.migrations.0030_documents_in_groups")
    migration.take_away(apps, SimpleNamespace(connection=connection))
    search.install_after_migrate(apps.get_app_config("statements"))

    assert PublicDocument.objects.get().facets == now
    assert search.facet_counts(asked, with_many=True) == right
    assert {dimension for dimension, _ in right} == {*choices.FEW, *choices.MANY} - {"topic"}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no rows within rows")
@pytest.mark.parametrize("model", [PublicDocument, StaffDocument])
def test_a_document_is_found_by_its_place_in_one_step(model):
    plan = model.objects.filter(pk=1).explain()

    assert plan.endswith(f"SEARCH {model._meta.db_table} USING INTEGER PRIMARY KEY (rowid=?)")
