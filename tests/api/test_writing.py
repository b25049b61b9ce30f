"""Work through the API: every change goes through an operation, with a version, once."""

from __future__ import annotations

import pytest

from sources.models import IdempotentRequest, Source
from statements.models import Claim, Evidence, Speaker, Statement
from tests.api.helpers import Api, make_world
from tests.factories import (
    make_agreement,
    make_claim,
    make_measure,
    make_place,
    make_source,
    make_speaker,
    make_statement,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


def ada():
    return Api(make_user("ada"))


def errors(response):
    assert response.status_code == 400, response.json()
    return response.json()["fields"]


# ---- each noun ------------------------------------------------------------------------------


def test_a_known_address_is_found_and_not_doubled():
    first = ada().post("sources/", {"url": "https://www.example.org/a/?utm_source=x", "title": "A"})
    again = ada().post("sources/", {"url": "http://example.org/a", "title": "Another title"})

    assert (first.status_code, again.status_code) == (201, 200)
    assert (first.json()["is_new"], again.json()["is_new"]) == (True, False)
    assert first.json()["id"] == again.json()["id"]
    found = ada().get("sources/?view=desk&address=https://example.org/a%23top").json()["results"]
    assert [row["title"] for row in found] == ["A"]


def test_a_source_is_changed():
    first, second = make_source("First"), make_source("Second")

    changed = ada().patch(
        f"sources/{first.public_id}/",
        {
            "version": first.version,
            "title": "The first",
            "kind": "readout",
            "published_on": "2025-03-27",
            "origin": second.public_id,
        },
    )
    circle = ada().patch(
        f"sources/{second.public_id}/", {"version": second.version, "origin": first.public_id}
    )

    assert changed.status_code == 200
    told = changed.json()
    assert (told["title"], told["kind"], told["published_on"], told["origin"]["id"]) == (
        "The first", "readout", "2025-03-27", second.public_id,
    )  # fmt: skip
    assert told["version"] == first.version + 1
    assert errors(circle) == {
        "origin": ["This would make a circle: that work reports, in the end, on this one."]
    }


def test_the_same_text_again_is_the_same_copy():
    source = make_source()
    path = f"sources/{source.public_id}/snapshots/"

    first = ada().post(path, {"text": "Some words\r\n"})
    again = ada().post(path, {"text": "Some words"})
    bad = ada().post(path, {"text": "Other", "archive_url": "javascript:alert(1)"})

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert ada().get(first.json()["url"]).json()["text"] == "Some words"
    assert errors(bad) == {"archive_url": ["Give an address that starts with http:// or https://."]}


def test_a_speaker_is_changed_and_gets_a_role():
    speaker = make_speaker()
    path = f"speakers/{speaker.public_id}/"

    changed = ada().patch(path, {"aliases": "Sir Keir\nStarmer", "version": speaker.version})
    role = ada().post(f"{path}roles/", {"title": "Prime Minister", "valid_from": "2024-07-05"})

    assert changed.json()["aliases"] == ["Sir Keir", "Starmer"]
    assert role.status_code == 201
    assert ada().get(f"{path}?view=desk").json()["roles"] == [
        {
            "title": "Prime Minister",
            "organisation": "",
            "valid_from": "2024-07-05",
            "valid_to": None,
        }
    ]


def test_a_statement_is_recorded_and_changed_until_something_rests_on_it():
    speaker, place = make_speaker(), make_place()
    made = (
        ada()
        .post(
            "statements/",
            {
                "speaker": speaker.public_id,
                "text": "Words",
                "said_edtf": "2025-03~",
                "fidelity": "paraphrase",
                "occasion": {"title": "A meeting", "place": place.code},
                "place": place.code,
                "external_ref": "test:1",
            },
        )
        .json()
    )
    path = f"statements/{made['id']}/"

    changed = ada().patch(path, {"version": made["version"], "text": "Other words"})
    statement = Statement.objects.get(public_id=made["id"])
    make_claim("published", statement=statement)
    frozen = ada().patch(path, {"version": changed.json()["version"], "text": "Late words"})

    assert (statement.occasion.title, statement.place, statement.said_on.isoformat()) == (
        "A meeting", place, "2025-03-01",
    )  # fmt: skip
    assert changed.json()["text"] == "Other words"
    assert (frozen.status_code, frozen.json()["code"]) == (409, "not_possible")


def test_a_claim_is_added_with_its_typed_detail():
    make_measure()
    make_topic()

    made = ada().post(
        "claims/",
        {
            "text": "Russia launched more than 1,000 drones",
            "kind": "quantity",
            "statement": make_statement().public_id,
            "topics": ["russian-strikes"],
            "detail": {
                "measure": "drones_launched",
                "comparator": "more_than",
                "value": 1000,
                "period_edtf": "2025-03-18/2025-03-27",
                "period_time_zone": "Europe/Kyiv",
                "period_counts": "nights",
                "place": make_place().code,
            },
        },
    )

    told = ada().get(made.json()["url"]).json()
    assert told["detail"] == {
        "type": "quantity", "measure": "drones_launched", "comparator": "more_than",
        "value": "1000", "lower": "1000", "upper": None, "period_edtf": "2025-03-18/2025-03-27",
        "period_time_zone": "Europe/Kyiv", "period_counts": "nights", "place": "UA",
        "counted_by": None, "since_event": None, "until_event": None,
    }  # fmt: skip
    assert (told["topics"], told["version"]) == (["russian-strikes"], made.json()["version"])
    assert [row["is_main"] for row in told["statements"]] == [True]


@pytest.mark.parametrize(
    "detail",
    [
        {"measure": "none", "value": 1},
        {"measure": "drones_launched"},
        {"type": "status", "measure": "drones_launched", "value": 1},
        {"measure": "drones_launched", "value": -1},
        {"measure": "drones_launched", "value": "x"},
        {"measure": "drones_launched", "value": 1, "colour": "red"},
        {"measure": "drones_launched", "value": 10**20},
        {"measure": "drones_launched", "value": 1, "period_edtf": "someday"},
    ],
)
def test_a_bad_detail_leaves_no_claim_behind(detail):
    make_measure()

    response = ada().post("claims/", {"text": "A claim", "kind": "quantity", "detail": detail})

    assert response.status_code == 400
    assert Claim.objects.count() == 0


def test_wording_kind_detail_and_topics_change_in_one_request():
    claim = make_claim("new")
    agreement, speaker = make_agreement(), make_speaker("Vladimir Putin")
    make_topic("ceasefire", "Ceasefire")

    changed = ada().patch(
        f"claims/{claim.public_id}/",
        {
            "version": Claim.objects.get(pk=claim.pk).version,
            "text": "Russia has not answered",
            "kind": "status",
            "topics": ["ceasefire"],
            "review_due_on": "2025-05-01",
            "detail": {
                "agreement": agreement.public_id,
                "axis": "party_position",
                "value": "no_answer",
                "party": speaker.public_id,
                "as_of": "2025-03-27",
            },
        },
    )

    told = changed.json()
    assert changed.status_code == 200
    assert (told["text"], told["kind"], told["topics"], told["review_due_on"]) == (
        "Russia has not answered", "status", ["ceasefire"], "2025-05-01",
    )  # fmt: skip
    assert told["detail"]["party"] == speaker.public_id
    assert changed["ETag"] == f'"{told["version"]}"'


def test_a_change_that_fails_half_way_changes_nothing():
    claim = make_claim("new")
    version = Claim.objects.get(pk=claim.pk).version

    response = ada().patch(
        f"claims/{claim.public_id}/",
        {"version": version, "text": "Another wording", "topics": ["not-there"]},
    )

    assert errors(response) == {"topics": ["There is no topic not-there."]}
    kept = Claim.objects.get(pk=claim.pk)
    assert (kept.text, kept.version) == (claim.text, version)


def test_topics_change_on_a_published_claim_and_wording_does_not():
    claim = make_claim("published")
    make_topic()
    path = f"claims/{claim.public_id}/"

    wording = ada().patch(path, {"version": claim.version, "text": "Another wording"})
    topics = ada().patch(path, {"version": claim.version, "topics": ["russian-strikes"]})

    assert (wording.status_code, wording.json()["detail"]) == (
        409, "The claim is published: reopen it before you change it.",
    )  # fmt: skip
    assert topics.json()["topics"] == ["russian-strikes"]


def test_evidence_is_cited_changed_and_taken_away():
    claim = make_claim("researching", finding="")
    source = make_source("Count", snapshot_text="They counted 1,297 drones.")
    make_measure()
    made = (
        ada()
        .post(
            "evidence/",
            {
                "claim": claim.public_id,
                "source": source.public_id,
                "stance": "supports",
                "quote": "1,297 drones",
                "reading": {"measure": "drones_launched", "value": "1297"},
            },
        )
        .json()
    )
    path = f"evidence/{made['id']}/"

    bad_quote = ada().patch(path, {"version": made["version"], "quote": "1,434 drones"})
    changed = ada().patch(
        path, {"version": made["version"], "note": "Their own count", "reading": None}
    )
    stale = ada().delete(path, {"version": made["version"]})
    gone = ada().delete(path, If_Match=changed["ETag"])

    assert list(errors(bad_quote)) == ["quote"]
    assert (changed.json()["note"], changed.json()["reading"]) == ("Their own count", None)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    assert (gone.status_code, Evidence.objects.count()) == (204, 0)


def test_a_waiver_takes_the_place_of_a_copy():
    claim = make_claim("researching", finding="")

    made = ada().post(
        "evidence/",
        {
            "claim": claim.public_id,
            "source": make_source("Vanished").public_id,
            "stance": "context",
            "waiver": "The page is gone.",
        },
    )

    row = ada().get(f"evidence/{made.json()['id']}/").json()
    assert (row["waiver"], row["snapshot"], row["claim"]) == (
        "The page is gone.", None, claim.public_id,
    )  # fmt: skip


def test_a_draft_is_begun_with_version_0_and_kept_from_the_late():
    claim = make_claim("researching", finding="")
    path = f"claims/{claim.public_id}/draft/"

    empty = ada().get(path)
    early = ada().patch(path, {"version": 3, "finding": "Too early."})
    first = ada().patch(path, {"version": 0, "finding": "Found."})
    late = ada().patch(path, {"version": 0, "finding": "Lost?"})
    second = ada().patch(path, {"version": first.json()["version"], "reasons": ["outdated"]})

    assert (empty.json()["version"], empty["ETag"]) == (0, '"0"')
    assert (early.status_code, early.json()["current_version"]) == (409, 0)
    assert (first.json()["version"], first.json()["author"]) == (1, "ada")
    assert (late.status_code, late.json()["current_version"]) == (409, 1)
    assert (second.json()["finding"], second.json()["reasons"]) == ("Found.", ["outdated"])


def test_a_reply_is_recorded_and_changed():
    claim = make_claim("researching", finding="")
    path = f"claims/{claim.public_id}/replies/"

    no_reason = ada().post(path, {"outcome": "not_sought"})
    made = ada().post(path, {"asked_on": "2025-03-28", "channel": "e-mail"}).json()
    answered = ada().patch(
        f"{path}{made['id']}/",
        {"version": made["version"], "outcome": "replied", "answer": "We stand by it."},
    )

    assert no_reason.status_code == 400
    assert answered.json()["answer"] == "We stand by it."
    assert [row["outcome"] for row in ada().get(path).json()] == ["replied"]


def test_a_repetition_on_a_published_claim_waits_for_a_second_editor():
    claim = make_claim("published")
    again = make_statement("Said again, over 1,000 drones.")

    made = ada().post(
        f"claims/{claim.public_id}/statements/",
        {"statement": again.public_id, "stated_lower": "1000"},
    )
    twice = ada().post(f"claims/{claim.public_id}/statements/", {"statement": again.public_id})

    assert made.status_code == 201
    assert (twice.status_code, twice.json()["detail"]) == (
        400,
        "This statement is attached to the claim already.",
    )
    assert len(Api().get(f"claims/{claim.public_id}/").json()["statements"]) == 1


# ---- versions -------------------------------------------------------------------------------


def test_every_change_needs_a_version_and_refuses_a_stale_one():
    world = make_world()
    claim = make_claim("researching", finding="", statement=make_statement("For work"))
    source = make_source("To cite", snapshot_text="Text")
    evidence = (
        ada()
        .post(
            "evidence/",
            {"claim": claim.public_id, "source": source.public_id, "stance": "context"},
        )
        .json()
    )
    reply = ada().post(f"claims/{claim.public_id}/replies/", {"asked_on": "2025-03-28"}).json()
    ada().patch(f"claims/{claim.public_id}/draft/", {"version": 0, "finding": "Found."})
    changes = {
        f"claims/{claim.public_id}/": {"text": "Changed"},
        f"claims/{claim.public_id}/draft/": {"finding": "Changed."},
        f"claims/{claim.public_id}/replies/{reply['id']}/": {"channel": "Changed"},
        f"statements/{world.statement.public_id}/": {"said_words": "Changed"},
        f"speakers/{world.speaker.public_id}/": {"description": "Changed"},
        f"sources/{source.public_id}/": {"title": "Changed"},
        f"evidence/{evidence['id']}/": {"note": "Changed"},
    }

    for path, body in changes.items():
        is_desk_only = path.startswith("evidence/") or path.count("/") > 2
        read = ada().get(path if is_desk_only else f"{path}?view=desk")
        current = int(read["ETag"].strip('"'))
        missing = ada().patch(path, body)
        right = ada().patch(path, body, If_Match=f'"{current}"')
        stale = ada().patch(path, {**body, "version": current})

        assert (missing.status_code, missing.json()["code"]) == (428, "version_required"), path
        assert right.status_code == 200, path
        assert stale.status_code == 409, path
        assert stale.json()["code"] == "stale", path
        assert stale.json()["current_version"] == current + 1, path
        assert int(right["ETag"].strip('"')) == current + 1, path


# ---- repeated requests ----------------------------------------------------------------------


def test_the_same_key_and_body_create_once():
    first = ada().post("speakers/", {"name": "A"}, Idempotency_Key="k1")
    again = ada().post("speakers/", {"name": "A"}, Idempotency_Key="k1")

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert (first.get("Idempotent-Replayed"), again["Idempotent-Replayed"]) == (None, "true")
    assert Speaker.objects.count() == 1


def test_the_same_key_with_another_body_is_refused():
    ada().post("speakers/", {"name": "A"}, Idempotency_Key="k1")

    other_body = ada().post("speakers/", {"name": "B"}, Idempotency_Key="k1")
    other_path = ada().post("sources/", {"title": "A"}, Idempotency_Key="k1")
    other_person = Api(make_user("eve")).post("speakers/", {"name": "B"}, Idempotency_Key="k1")

    for response in (other_body, other_path):
        assert (response.status_code, response.json()["code"]) == (409, "idempotency_key_reused")
    assert other_person.status_code == 201
    assert (Speaker.objects.count(), Source.objects.count()) == (2, 0)


def test_a_refused_request_leaves_its_key_free():
    refused = ada().post("speakers/", {"name": "  "}, Idempotency_Key="k1")
    mended = ada().post("speakers/", {"name": "A"}, Idempotency_Key="k1")

    assert (refused.status_code, mended.status_code) == (400, 201)


@pytest.mark.parametrize("key", ["", "two words", "x" * 201, "é"])
def test_a_key_is_plain_characters(key):
    response = ada().post("speakers/", {"name": "A"}, Idempotency_Key=key)

    assert response.status_code == 400
    assert Speaker.objects.count() == 0


def test_stored_answers_hold_no_text():
    ada().post("claims/", {"text": "Very secret wording"}, Idempotency_Key="k1")

    row = IdempotentRequest.objects.get()
    assert set(row.response) == {"id", "path", "version", "is_new"}
    assert "secret" not in str(row.response)
