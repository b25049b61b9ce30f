"""`claims/export/`: all claims that fit some filters, as one file."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.api.helpers import Api, anonymous, make_secrets, make_world
from tests.factories import make_user
from tests.public.copies import copy_claim

pytestmark = pytest.mark.django_db


def test_it_holds_what_the_list_holds_in_its_order():
    world = make_world()
    make_secrets(world)
    copy_claim(world.claim, 3)

    for query in (
        "",
        "&ordering=said",
        "&ordering=-updated",
        "&verdict=accurate",
        "&state=rechecking",
    ):
        listed = anonymous().get(f"claims/?page_size=100{query}").json()["results"]
        table = anonymous().get(f"claims/export/?format=csv{query}").getvalue().decode("utf-8-sig")
        lines = anonymous().get(f"claims/export/?format=jsonl{query}").getvalue().decode()
        ids = [claim["id"] for claim in listed]
        assert [row["id"] for row in csv.DictReader(io.StringIO(table, newline=""))] == ids
        assert [json.loads(line)["id"] for line in lines.splitlines()] == ids
        assert ids, query


@pytest.mark.parametrize("accepted", ["text/csv", "application/json", "*/*", "image/png"])
def test_the_format_is_chosen_by_name(accepted):
    make_world()

    for code, kind in (
        ("csv", "text/csv; charset=utf-8; header=present"),
        ("jsonl", "application/x-ndjson"),
    ):
        response = anonymous().get(f"claims/export/?format={code}", accept=accepted)
        assert (response.status_code, response["Content-Type"]) == (200, kind)
        assert response["Content-Disposition"] == f'attachment; filename="claims.{code}"'


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("", "invalid", "format"),
        ("format=xlsx", "invalid", "format"),
        ("format=csv&ordering=size", "invalid", "ordering"),
        ("format=csv&verdict=lie", "invalid", "verdict"),
        ("format=csv&said_after=soon", "invalid", "said_after"),
        ("format=csv&page_size=5", "unknown_parameter", "page_size"),
        ("format=csv&view=desk", "unknown_parameter", "view"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(query, code, field):
    for api in (anonymous(), Api(make_user("ben", role="editor"))):
        response = api.get(f"claims/export/?{query}")
        assert response.status_code == 400
        assert response["Content-Type"] == "application/json"
        assert response.json()["code"] == code
        assert list(response.json()["fields"]) == [field]
