"""Who may ask what: every address, method and role, in a table written by hand."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.api.helpers import WRITE_ONLY, Api, addresses, anonymous, make_world
from tests.factories import make_source, make_statement, make_user
from tests.shared import copy_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def made(rows_of_module):
    return make_world()


world = copy_of("made")

PEOPLE = (
    "nobody",
    "without_role",
    "superuser",
    "administrator",
    "contributor",
    "checker",
    "editor",
)
OUTSIDE = ("nobody", "without_role", "superuser", "administrator")

# The least role that may change something there: from it on the answer is about the body.
MAY_POST = {
    "claims": "checker", "claim_actions": "checker", "claim_replies": "checker",
    "claim_statements": "checker", "statements": "contributor",
    "statement_appearances": "contributor", "speakers": "contributor",
    "speaker_roles": "contributor", "evidence": "checker", "sources": "contributor",
    "snapshots": "contributor", "captures": "contributor",
}  # fmt: skip
MAY_PATCH = {
    "claim": "checker", "claim_draft": "checker", "claim_reply": "checker",
    "statement": "contributor", "speaker": "contributor", "evidence_row": "checker",
    "source": "contributor",
}  # fmt: skip
MAY_DELETE = {"evidence_row": "checker"}
RANKS = ("contributor", "checker", "editor")

# A body that is right as far as the role is asked for.
BODIES = {
    "claims": {"text": "A claim"},
    "claim_actions": {"action": "take", "version": 1},
    "claim_replies": {"outcome": "not_sought", "reason": "None needed."},
    "claim_statements": "statement",
    "statements": "speaker",
    "statement_appearances": "source",
    "speakers": {"name": "A new speaker"},
    "speaker_roles": {"title": "Minister"},
    "evidence": "evidence",
    "sources": {"title": "A new source"},
    "snapshots": {"text": "New text"},
    "captures": {},
}


def person(name):
    if name == "nobody":
        return anonymous()
    if name == "superuser":
        return Api(make_user("root", role="", is_superuser=True))
    role = {"without_role": "", "administrator": "admin"}.get(name, name)
    return Api(make_user(f"the_{name}", role=role))


def body_for(name, world):
    body = BODIES[name]
    named = {
        "statement": {"statement": make_statement("Said again").public_id},
        "speaker": {"speaker": world.speaker.public_id, "text": "Words"},
        "source": {"source": make_source("Another place").public_id},
        "evidence": {
            "claim": world.claim.public_id,
            "source": world.source.public_id,
            "stance": "supports",
        },
    }
    return named[body] if isinstance(body, str) else body


def paths(world):
    found = {name: path.partition("?")[0] for name, path, _ in addresses(world)}
    claim, statement = world.claim.public_id, world.statement.public_id
    return found | {
        "claim_statements": f"claims/{claim}/statements/",
        "statement_appearances": f"statements/{statement}/appearances/",
        "speaker_roles": f"speakers/{world.speaker.public_id}/roles/",
        "token": "token/",
    }


@pytest.mark.parametrize("name", PEOPLE)
def test_reading(world, name):
    asking = person(name)
    refused = {"nobody": 401}.get(name, 403)

    for address, path, is_desk in addresses(world):
        wanted = refused if is_desk and name in OUTSIDE else 200
        for method in ("get", "head"):
            response = getattr(asking.client, method)(f"/api/v1/{path}", headers=asking.headers)
            assert response.status_code == wanted, (address, method)
        if address not in ("docs", "schema"):
            options = asking.client.options(f"/api/v1/{path}", headers=asking.headers)
            assert options.status_code == (204 if wanted == 200 else wanted), address
            assert options.content.startswith(b"{") or options.content == b""


@pytest.mark.parametrize("name", PEOPLE)
def test_changing(world, name):
    asking = person(name)

    for address, path in paths(world).items():
        if address in ("docs", "schema", "token"):
            continue
        for method, table in (("post", MAY_POST), ("patch", MAY_PATCH), ("delete", MAY_DELETE)):
            body = body_for(address, world) if method == "post" and address in MAY_POST else {}
            if method != "post":
                body = {"version": 10_000}
            status = asking.send(method, path, body).status_code
            if address not in table:
                assert status == 405, (address, method)
            elif name in OUTSIDE:
                assert status == (401 if name == "nobody" else 403), (address, method)
            elif RANKS.index(name) < RANKS.index(table[address]):
                assert status == 403, (address, method)
            else:
                assert status in (201, 409), (address, method, status)


def test_write_only_addresses_have_nothing_to_read(world):
    editor = person("editor")

    for name in WRITE_ONLY:
        assert editor.get(paths(world)[name]).status_code == 405


def test_a_session_changes_nothing_without_its_csrf_token(world):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(make_user("ben"))

    read = browser.get("/api/v1/claims/?view=desk")
    write = browser.post(
        f"/api/v1/claims/{world.claim.public_id}/actions/",
        {"action": "reopen", "version": 1},
        content_type="application/json",
    )

    assert read.status_code == 200
    assert (write.status_code, write.json()["code"]) == (403, "not_allowed")
    assert write.json()["detail"].startswith("CSRF Failed")
