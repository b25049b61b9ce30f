"""Field histories have an index for what they are looked up by, and for nothing else."""

import pytest
from django.apps import apps
from django.db import connection

pytestmark = pytest.mark.django_db

LOOKED_UP_BY = {
    "historicaldraft": {"claim_id"},
    "historicalevidence": {"claim_id"},
    "historicalclaimrelation": {"from_claim_id", "to_claim_id"},
}
ALWAYS = {"history_id", "id", "history_user_id"}


def indexed_columns(model):
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
    return {
        column
        for each in found.values()
        if each["index"] or each["primary_key"]
        for column in each["columns"]
    }


def test_a_history_is_indexed_by_its_row_and_what_it_is_looked_up_by():
    histories = [model for model in apps.get_models() if hasattr(model, "instance_type")]

    found = {model._meta.model_name: indexed_columns(model) - ALWAYS for model in histories}

    assert len(histories) == 10
    assert {name: columns for name, columns in found.items() if columns} == LOOKED_UP_BY
