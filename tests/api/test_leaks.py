"""Nothing unpublished shows in any answer of the API: body, header, count, error or address."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.core.cache import cache

from claimtracker import api
from sources.editions import KeptEach
from statements.models import Claim
from tests.api.helpers import (
    SECRET,
    WITH_DESK_VIEW,
    WRITE_ONLY,
    Api,
    addresses,
    anonymous,
    make_secrets,
    make_world,
)
from tests.factories import make_user
from tests.shared import copy_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def made(rows_of_module):
    world = make_world()
    return SimpleNamespace(world=world, secrets=make_secrets(world))


both = copy_of("made")


@pytest.fixture
def world(both):
    return both.world


@pytest.fixture
def secrets(both):
    return both.secrets


def everything(response):
    return f"{dict(response.headers)}{response.getvalue().decode()}".casefold()


def test_the_table_of_addresses_is_whole(world):
    names = {pattern.name for pattern in api.urlpatterns} - {"absent"}

    assert {name for name, _, _ in addresses(world)} | set(WRITE_ONLY) == names


@pytest.mark.parametrize("reader", ["nobody", "person_without_role", "contributor"])
def test_no_public_answer_holds_a_secret(reader, world, secrets):
    asking = {
        "nobody": anonymous,
        "person_without_role": lambda: Api(make_user("zoe", role="")),
        "contributor": lambda: Api(make_user("con", role="contributor")),
    }[reader]()
    hidden_ids = [claim.public_id for claim in secrets.hidden.values()]
    hidden_ids += [secrets.late.public_id, secrets.source.public_id, secrets.series.public_id]

    for name, path, is_desk in addresses(world):
        if is_desk:
            continue
        for method in ("get", "head", "options"):
            response = getattr(asking.client, method)(f"/api/v1/{path}", headers=asking.headers)
            assert response.status_code in (200, 204, 405), (name, method)
            told = everything(response)
            assert SECRET.casefold() not in told, (name, method)
            assert [found for found in hidden_ids if found in told] == [], (name, method)
            assert response.cookies == {}, name
            assert "Cookie" not in response.get("Vary", ""), name


def test_the_secrets_are_there_for_those_who_may_see_them(world, secrets):
    """Or the tests above would prove nothing."""
    editor = Api(make_user("ben"))

    for path in (
        "claims/?view=desk&q=Xanadu", f"claims/{secrets.reopened.public_id}/?view=desk",
        "speakers/?view=desk&q=Xanadu", "statements/?view=desk&q=Xanadu",
        "sources/?view=desk&q=Xanadu", "publishers/?view=desk&q=Xanadu", "series/?view=desk",
        "agreements/?view=desk", "evidence/?view=desk",
        f"claims/{secrets.reopened.public_id}/draft/", "rechecks/",
        f"agreements/{world.agreement.public_id}/?view=desk",
    ):  # fmt: skip
        assert SECRET.casefold() in everything(editor.get(path)), path


def test_searching_for_a_secret_finds_nothing():
    for noun in ("claims", "statements", "speakers", "sources", "publishers"):
        assert anonymous().get(f"{noun}/?q={SECRET}").json()["results"] == [], noun
    assert anonymous().get(f"claims/facets/?q={SECRET}").json() == {
        "verdict": [], "kind": [], "state": [], "topic": [],
    }  # fmt: skip


def test_hidden_answers_exactly_like_what_never_was(secrets):
    claims = secrets.hidden.values()
    statements = [claim.main_statement for claim in claims]
    hidden = {
        "claims/{}/": claims,
        "claims/{}/history/": claims,
        "statements/{}/": statements,
        "speakers/{}/": [statement.speaker for statement in statements],
        "sources/{}/": [secrets.source],
        "publishers/{}/": [secrets.source.publisher],
        "series/{}/": [secrets.series],
        "series/{}/counts/": [secrets.series],
        "series/{}/export/": [secrets.series],
        "evidence/{}-1-0/": claims,
    }

    for path, rows in hidden.items():
        for method in ("get", "head"):
            answers = {
                everything(getattr(anonymous().client, method)(f"/api/v1/{path.format(public_id)}"))
                for public_id in [*(row.public_id for row in rows), "0123456789"]
            }
            assert len(answers) == 1, path
    slugs = [claim.topics.get().slug for claim in claims]
    assert len({everything(anonymous().get(f"topics/{slug}/")) for slug in [*slugs, "no"]}) == 1


def test_filters_by_hidden_rows_answer_like_filters_by_nothing(secrets):
    hidden = secrets.hidden["researching"]

    for query in (
        f"claims/?speaker={hidden.main_statement.speaker.public_id}",
        f"claims/?speaker={secrets.late.speaker.public_id}",
        f"claims/?topic={hidden.topics.get().slug}",
        f"claims/?publisher={secrets.source.publisher.public_id}",
        f"evidence/?source={secrets.source.public_id}",
        f"sources/?publisher={secrets.source.publisher.public_id}",
        f"statements/?speaker={secrets.late.speaker.public_id}",
        f"corrections/?claim={hidden.public_id}",
        f"series/?publisher={secrets.series.publisher.public_id}",
    ):
        assert anonymous().get(query).json() == {"next": None, "previous": None, "results": []}


def test_a_reopened_claim_shows_what_was_sealed(secrets):
    found = anonymous().get(f"claims/{secrets.reopened.public_id}/").json()

    assert (found["state"], found["verdict"], found["language"], found["as_of"]) == (
        "rechecking", "accurate", "en", "2025-03-28",
    )  # fmt: skip
    assert found["finding"]["finding"] == "The air force counted 1,297 drones in nine nights."
    assert [row["id"][-4:] for row in found["evidence"]] == ["-1-0", "-1-1"]


def test_a_claim_that_was_taken_down_leaves_its_reason_only(secrets):
    taken_down = secrets.taken_down

    for path in (f"claims/{taken_down.public_id}/", f"claims/{taken_down.public_id}/history/"):
        response = anonymous().get(path)
        assert response.status_code == 410
        assert response.json() == {
            "code": "taken_down",
            "detail": "This was taken down.",
            "reason": "The source was withdrawn.",
            "taken_down_on": Claim.objects.get(pk=taken_down.pk)
            .state_changes.last()
            .at.date()
            .isoformat(),
        }


@pytest.mark.parametrize("path", [*(f"{noun}/" for noun in (
    "claims", "statements", "speakers", "agreements", "evidence", "sources", "publishers", "series",
)), "claims/0123456789/"])  # fmt: skip
@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_the_desk_view_is_closed_to_the_public(path, method):
    assert path.partition("/")[0] in WITH_DESK_VIEW

    nobody = getattr(anonymous().client, method)(f"/api/v1/{path}?view=desk")
    without = Api(make_user("zoe", role=""))
    person = getattr(without.client, method)(f"/api/v1/{path}?view=desk", headers=without.headers)

    assert (nobody.status_code, person.status_code) == (401, 403)
    assert nobody["Cache-Control"] == person["Cache-Control"] == "private, no-store"
    assert nobody["WWW-Authenticate"] == "Token"


def test_public_answers_are_the_same_for_everybody(world):
    editor = Api(make_user("ben"))
    cache.clear()
    KeptEach.forget()

    for name, path, is_desk in addresses(world):
        if not is_desk:
            assert editor.get(path).getvalue() == anonymous().get(path).getvalue(), name
