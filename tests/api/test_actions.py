"""Actions through the API: the whole table, what each refusal says, and races."""

from __future__ import annotations

import threading

import pytest
from django.db import connections, transaction

from statements.models import Claim, StateChange
from statements.operations import perform, save_draft
from tests.api.helpers import Api, anonymous
from tests.factories import make_claim, make_ready, make_user
from tests.statements.workflow_table import (
    ALLOWED,
    NOTE,
    PERSONAS,
    STATES,
    TOLD,
    expected,
    persona,
)


def act(api, claim, action, **more):
    version = more.pop("version", Claim.objects.get(pk=claim.pk).version)
    body = {"action": action, "version": version, "note": NOTE, **more}
    return api.post(f"claims/{claim.public_id}/actions/", body)


@pytest.mark.django_db
@pytest.mark.parametrize("state", STATES)
def test_every_action_by_everybody(state):
    """State, action and role: the table of the workflow's own tests, over HTTP."""
    claim = make_claim(state)
    people = {name: Api(persona(name)) for name in PERSONAS}
    wanted = {
        (action, name): expected(state, action, name) for action in ALLOWED for name in PERSONAS
    }

    happened = {
        (action, name): outcome_of(claim, action, people[name])
        for action in ALLOWED
        for name in PERSONAS
    }

    assert happened == wanted


def outcome_of(claim, action, api):
    """Returns the new state or the status of the refusal, and undoes what happened."""
    before = (claim.version, claim.state_changes.count())
    savepoint = transaction.savepoint()
    try:
        response = act(api, claim, action, data=TOLD.get(action) or {}, version=claim.version)
        told = response.json()
        after = Claim.objects.get(pk=claim.pk)
        if response.status_code == 200:
            assert (told["state"], told["version"]) == (after.state, after.version)
            assert response["ETag"] == f'"{after.version}"'
            assert (after.version, after.state_changes.count()) == (before[0] + 1, before[1] + 1)
            return after.state
        assert (after.version, after.state_changes.count()) == before
        assert set(told) >= {"code", "detail"}
        return response.status_code
    finally:
        transaction.savepoint_rollback(savepoint)


@pytest.mark.django_db
def test_nobody_may_act_and_learns_nothing():
    claim = make_claim("in_review")

    there = act(anonymous(), claim, "publish")
    absent = anonymous().post("claims/0123456789/actions/", {"action": "publish", "version": 1})

    assert (there.status_code, there.content) == (401, absent.content)


@pytest.mark.django_db
def test_unmet_guards_are_listed_in_words():
    claim = make_claim("researching", finding="")
    save_draft(claim, by=make_user("ada"), code="accurate")

    response = act(Api(make_user("ada")), claim, "submit")

    assert response.status_code == 422
    assert response.json() == {
        "code": "unmet",
        "detail": (
            "Write the finding; write the rationale; set the day up to which you looked; "
            "cite two independent sources; record the speaker's reply, or why none was sought."
        ),
        "gaps": [
            {"words": "write the finding", "field": "draft-finding", "rule": "G1"},
            {"words": "write the rationale", "field": "draft-rationale", "rule": "G1"},
            {
                "words": "set the day up to which you looked",
                "field": "draft-as_of",
                "rule": "G1",
            },
            {"words": "cite two independent sources", "field": "evidence", "rule": "G2"},
            {
                "words": "record the speaker's reply, or why none was sought",
                "field": "reply",
                "rule": "G4",
            },
        ],
    }


@pytest.mark.django_db
def test_four_eyes_hold_for_tokens_too():
    claim = make_claim("in_review", author="eve", reviewer="ben")
    eve = make_user("eve")
    eve.groups.set(make_user("ben").groups.all())

    response = act(Api(eve), claim, "publish")

    assert response.status_code == 422
    assert [gap["rule"] for gap in response.json()["gaps"]] == ["G5"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"action": "take"}, 428, "version_required"),
        ({"action": "take", "version": 0}, 409, "stale"),
        ({"action": "take", "version": 99}, 409, "stale"),
        ({"action": "publish", "version": 1}, 409, "not_possible"),
        ({"action": "fly", "version": 1}, 400, "invalid"),
        ({"action": "", "version": 1}, 400, "invalid"),
        ({"version": 1}, 400, "invalid"),
        ({"action": ["take"], "version": 1}, 400, "invalid"),
        ({"action": "take", "version": "1"}, 400, "invalid"),
        ({"action": "take", "version": True}, 400, "invalid"),
        ({"action": "take", "version": -1}, 400, "invalid"),
        ({"action": "take", "version": 10**30}, 400, "invalid"),
        ({"action": "take", "version": 1, "note": 3}, 400, "invalid"),
        ({"action": "take", "version": 1, "data": "x"}, 400, "invalid"),
        ({"action": "take", "version": 1, "data": {"kind": "typo"}}, 400, "invalid"),
        ({"action": "take", "version": 1, "force": True}, 400, "invalid"),
        ({"action": "decline", "version": 1}, 422, "unmet"),
        ({"action": "decline", "version": 1, "data": {"reason": "dull"}}, 400, "invalid"),
        ({"action": "decline", "version": 1, "data": {"reason": ["x"]}}, 400, "invalid"),
        ({"action": "decline", "version": 1, "data": {"reason": {"a": 1}}}, 400, "invalid"),
        ({"action": "decline", "version": 1, "data": {"reason": "duplicate"}}, 422, "unmet"),
        (
            {"action": "decline", "version": 1, "data": {"reason": "duplicate", "target": "x"}},
            400,
            "invalid",
        ),
        ({"action": "assign", "version": 1, "data": {"assignee": "zorro"}}, 400, "invalid"),
    ],
)
def test_what_cannot_be_done_says_why(body, status, code):
    claim = make_claim("new")
    Claim.objects.filter(pk=claim.pk).update(version=1)

    response = Api(make_user("ben", role="editor")).post(f"claims/{claim.public_id}/actions/", body)

    assert (response.status_code, response.json()["code"]) == (status, code), response.json()
    assert Claim.objects.get(pk=claim.pk).state == "new"
    assert not claim.state_changes.exists()


@pytest.mark.django_db
def test_a_stale_action_says_what_is_current():
    claim = make_claim("new")

    response = act(Api(make_user("ada")), claim, "take", version=77)

    assert response.json() == {
        "code": "stale",
        "detail": "Somebody changed this claim while you worked on it.",
        "current_version": claim.version,
    }


@pytest.mark.django_db
def test_the_version_may_come_as_if_match():
    claim = make_claim("new")
    ada = Api(make_user("ada"))

    path = f"claims/{claim.public_id}/actions/"
    version = Claim.objects.get(pk=claim.pk).version
    nonsense = ada.post(path, {"action": "take"}, If_Match="*")
    both = ada.post(path, {"action": "take", "version": 99}, If_Match=f'"{version}"')
    right = ada.post(path, {"action": "take"}, If_Match=f'"{version}"')

    assert (nonsense.status_code, both.status_code, right.status_code) == (400, 400, 200)
    assert right.json()["state"] == "researching"


@pytest.mark.django_db
@pytest.mark.parametrize("state", STATES)
def test_offers_name_what_is_possible_and_what_is_missing(state):
    claim = make_claim(state)

    for name in PERSONAS[3:]:
        response = Api(persona(name)).get(f"claims/{claim.public_id}/actions/")
        told = response.json()
        assert (told["id"], told["state"]) == (claim.public_id, state)
        possible = {offer["action"] for offer in told["actions"] if offer["is_possible"]}
        assert possible == {
            action for action in ALLOWED if isinstance(expected(state, action, name), str)
        }
        assert all(offer["gaps"] for offer in told["actions"] if not offer["is_possible"])


@pytest.mark.django_db
def test_the_main_job_over_http():
    """An editor records, a checker finds, another editor publishes, everybody reads."""
    eddy, ada = Api(make_user("eddy", role="editor")), Api(make_user("ada"))
    ben = Api(make_user("ben", role="editor"))

    def made(response):
        assert response.status_code == 201, response.json()
        assert response["Location"] == response.json()["url"]
        return response.json()

    speaker = made(eddy.post("speakers/", {"name": "Keir Starmer"}))
    said = "Firing over 1,000 long-range drones at the country."
    statement = made(
        eddy.post(
            "statements/",
            {
                "speaker": speaker["id"],
                "text": said,
                "said_edtf": "2025-03-27",
                "occasion": {"title": "Press conference", "held_edtf": "2025-03-27"},
            },
        )
    )
    sources = []
    for number in (1, 2):
        source = made(
            eddy.post(
                "sources/",
                {"url": f"https://agency{number}.example/report", "title": f"Report {number}"},
            )
        )
        copy = made(
            eddy.post(f"sources/{source['id']}/snapshots/", {"text": f"{said} Counted: 1,297."})
        )
        sources.append((source["id"], copy["id"]))
    made(
        eddy.post(
            f"statements/{statement['id']}/appearances/",
            {"source": sources[0][0], "snapshot": sources[0][1], "quote": said, "is_first": True},
        )
    )
    claim = made(
        ada.post(
            "claims/",
            {
                "text": "Russia launched more than 1,000 drones in nine nights",
                "statement": statement["id"],
            },
        )
    )
    path = f"claims/{claim['id']}/"
    version = ada.get(f"{path}?view=desk").json()["version"]
    taken = ada.post(f"{path}actions/", {"action": "take", "version": version})
    for source, copy in sources:
        made(
            ada.post(
                "evidence/",
                {
                    "claim": claim["id"],
                    "source": source,
                    "snapshot": copy,
                    "stance": "supports",
                    "quote": "Counted: 1,297",
                },
            )
        )
    made(ada.post(f"{path}replies/", {"outcome": "not_sought", "reason": "Public figures."}))
    draft = ada.patch(
        f"{path}draft/",
        {
            "version": 0,
            "code": "accurate",
            "finding": "1,297 drones were counted in nine nights.",
            "rationale": "Two counts agree.",
            "as_of": "2025-03-28",
        },
    )
    desk = ada.get(f"{path}?view=desk").json()
    submitted = ada.post(f"{path}actions/", {"action": "submit", "version": desk["version"]})
    assert anonymous().get(path).status_code == 404
    published = ben.post(
        f"{path}actions/", {"action": "publish", "version": submitted.json()["version"]}
    )

    assert [r.status_code for r in (taken, draft, submitted, published)] == [200] * 4
    assert desk["missing"] == []
    found = anonymous().get(path).json()
    assert (found["state"], found["label"], found["finding"]["finding"]) == (
        "published",
        "True",
        "1,297 drones were counted in nine nights.",
    )
    assert found["statements"][0]["appearances"][0]["anchor"]["exact"] == said
    assert [row["anchor"]["exact"] for row in found["evidence"]] == ["Counted: 1,297"] * 2


# ---- races ----------------------------------------------------------------------------------

CLIENTS = 8


def race(work):
    """Runs the same work in eight threads at once; returns what each of them got."""
    barrier, answers = threading.Barrier(CLIENTS), [None] * CLIENTS

    def run(place):
        try:
            barrier.wait()
            answers[place] = work(place)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_of_eight_clients_one_takes_the_claim():
    claim = make_claim("new")
    version = Claim.objects.get(pk=claim.pk).version
    people = [Api(make_user(f"checker{number}")) for number in range(CLIENTS)]

    answers = race(lambda place: act(people[place], claim, "take", version=version))

    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {
        "stale",
        "not_possible",
    }
    assert StateChange.objects.filter(claim=claim).count() == 1
    assert Claim.objects.get(pk=claim.pk).version == version + 1


@pytest.mark.django_db(transaction=True)
def test_of_eight_editors_one_publishes():
    claim = make_claim("in_review")
    version = Claim.objects.get(pk=claim.pk).version
    people = [Api(make_user(f"editor{number}", role="editor")) for number in range(CLIENTS)]

    answers = race(lambda place: act(people[place], claim, "publish", version=version))

    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert claim.verdicts.count() == 1
    assert claim.state_changes.filter(action="publish").count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_repetitions_of_one_creating_request_create_one_row():
    make_user("ada")
    api = Api(make_user("ada"))
    body = {"name": "Volodymyr Zelenskyy"}

    answers = race(
        lambda place: Api(make_user("ada")).post("speakers/", body, Idempotency_Key="the-same")
    )

    assert [answer.status_code for answer in answers] == [201] * 8
    assert len({answer.content for answer in answers}) == 1
    assert api.get("speakers/?view=desk").json()["results"][0]["id"] == answers[0].json()["id"]
    assert len(api.get("speakers/?view=desk").json()["results"]) == 1


@pytest.mark.django_db
def test_a_claim_made_ready_by_hand_can_be_submitted():
    claim = make_claim("new")
    perform(claim, "take", by=make_user("ada"))
    make_ready(claim, by=make_user("ada"))

    assert act(Api(make_user("ada")), claim, "submit").json()["state"] == "in_review"
