"""The short way to public JSON: the same bytes as the endpoint's own, and never for anything else."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.test import RequestFactory
from django.utils.translation import gettext_lazy
from rest_framework.renderers import JSONRenderer

from claimtracker.api import urlpatterns
from sources.api.quick import json_bytes
from statements.api import claims
from tests.api.helpers import make_world
from tests.factories import make_claim, make_statement, make_topic
from tests.shared import copy_of

pytestmark = pytest.mark.django_db

ENDPOINTS = {
    "claims": claims.ClaimList,
    "facets": claims.ClaimFacets,
    "claim": claims.ClaimDetail,
}
QUESTIONS = [
    ("claims", ""),
    ("claims", "?page_size=1"),
    ("claims", "?q=drones&ordering=best"),
    ("claims", "?topic=russian-strikes&verdict=accurate&published_after=2020-01-01"),
    ("claims", "?ordering=said&page_size=2"),
    ("facets", ""),
    ("facets", "?q=drones"),
    ("claim", ""),
]
OTHERWISE = [
    ("claims", "?colour=red"),
    ("claims", "?verdict=lie"),
    ("claims", "?cursor=x"),
    ("claims", "?view=desk"),
    ("claims", "?view=public"),
    ("claims", "?ordering=best"),
    ("facets", "?cursor=x"),
    ("claim", "?x=1"),
]


@pytest.fixture(scope="module", autouse=True)
def made(rows_of_module):
    make_world()
    claim = make_claim(
        "published", text="Drones flew \u2028 <b>&amp;</b>", topics=[make_topic()],
        statement=make_statement("Дрони"),
    )  # fmt: skip
    make_claim("retracted", statement=make_statement("R"))
    make_claim("researching", show_as_open=True, statement=make_statement("O"))
    return claim


world = copy_of("made")


def asked(name, query, claim, method="get", **headers):
    """Returns the answers of the short way and of the endpoint itself."""
    path = {"claims": "claims/", "facets": "claims/facets/", "claim": f"claims/{claim.public_id}/"}
    url = f"/api/v1/{path[name]}{query}"
    kwargs = {"public_id": claim.public_id} if name == "claim" else {}
    quick = next(pattern.callback for pattern in urlpatterns if pattern.name == name)
    answers = []
    for view in (quick, ENDPOINTS[name].as_view()):
        request = getattr(RequestFactory(headers=headers), method)(url)
        answer = view(request, **kwargs)
        if hasattr(answer, "render"):
            answer.render()
        answers.append(answer)
    return answers


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize(("name", "query"), QUESTIONS)
def test_both_ways_give_the_same_bytes(world, name, query, method):
    short, long = asked(name, query, world, method)

    assert (short.status_code, long.status_code) == (200, 200)
    assert short.content == long.content
    assert short["Content-Type"] == long["Content-Type"]
    assert short.get("Vary") == long.get("Vary")
    assert not hasattr(short, "renderer_context")


@pytest.mark.parametrize(("name", "query"), OTHERWISE)
def test_everything_else_is_the_endpoints(world, name, query):
    short, long = asked(name, query, world)

    assert hasattr(short, "renderer_context")
    assert (short.status_code, short.content) == (long.status_code, long.content)


def test_another_method_or_media_type_is_the_endpoints(world):
    assert hasattr(asked("claims", "", world, "options")[0], "renderer_context")
    assert asked("claims", "", world, accept="text/csv")[0].status_code == 406


def test_hidden_and_absent_are_the_endpoints_and_alike(world):
    hidden = make_claim("in_review", text="Hidden", statement=make_statement("H"))
    world.public_id = "0000000000"
    absent = asked("claim", "", world)[0]
    world.public_id = hidden.public_id

    assert asked("claim", "", world)[0].content == absent.content
    assert absent.status_code == 404


@pytest.mark.parametrize(
    "value",
    [
        datetime(2025, 3, 28, 12, tzinfo=UTC),
        datetime(2025, 3, 28, 12, 0, 0, 7, tzinfo=timezone(timedelta(hours=2))),
        datetime(2025, 3, 28, 12),  # noqa: DTZ001 - no time zone at all
        date(2025, 3, 28),
        Decimal("1.50"),
        gettext_lazy("Accurate"),
        "\u2028 \u2029 </script> \x00 שלום \U0001f600",
        [None, True, 1.5, {"a": ()}],
    ],
)
def test_values_are_written_as_the_framework_writes_them(value):
    assert json_bytes({"value": value}) == JSONRenderer().render({"value": value})
