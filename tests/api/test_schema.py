"""The schema, the handbook and what is really sent say the same; tokens."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from rest_framework import serializers
from rest_framework.authtoken.models import Token

from claimtracker import api
from sources.api import errors as api_errors
from sources.api import measures, publishers, sources
from sources.errors import Refused
from sources.operations import ask_for_capture
from statements.api import (
    agreements,
    claim_desk,
    claim_shapes,
    corrections,
    evidence,
    facets,
    rechecks,
    shapes,
    speakers,
    statements,
    topics,
)
from tests.api.helpers import Api, addresses, anonymous, make_world
from tests.factories import PASSWORD, make_user

ROOT = Path(__file__).resolve().parents[2]
HANDBOOK = (ROOT / "docs" / "api.md").read_text()

SHAPES = {
    "claims": shapes.ClaimLine, "claim": claim_shapes.ClaimShape, "facets": facets.FacetsShape,
    "claim_history": claim_shapes.HistoryShape, "claim_actions": claim_desk.OffersShape,
    "claim_draft": claim_desk.DraftShape, "claim_replies": claim_desk.ReplyShape,
    "claim_reply": claim_desk.ReplyShape, "statements": shapes.StatementLine,
    "statement": statements.StatementShape, "speakers": speakers.SpeakerLine,
    "speaker": speakers.SpeakerShape, "topics": topics.TopicLine, "topic": topics.TopicShape,
    "agreements": agreements.AgreementLine, "agreement": agreements.AgreementShape,
    "rechecks": rechecks.RecheckShape, "evidence": evidence.EvidenceLine, "evidence_detail": evidence.EvidenceLine,
    "corrections": corrections.CorrectionLine, "sources": sources.SourceLine,
    "source": sources.SourceShape, "snapshots": sources.SnapshotShape,
    "captures": sources.CaptureShape,
    "snapshot": sources.SnapshotText, "publishers": publishers.PublisherLine,
    "publisher": publishers.PublisherLine, "measures": measures.MeasureLine,
    "measure": measures.MeasureLine, "series": measures.SeriesLine,
    "series_detail": measures.SeriesShape, "counts": measures.ObservationLine,
}  # fmt: skip


def test_the_schema_is_valid_and_made_without_a_warning(tmp_path):
    file = tmp_path / "schema.json"

    call_command(
        "spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", "--file", file
    )

    schema = json.loads(file.read_text())
    assert schema["openapi"].startswith("3.")
    operations = [one["operationId"] for path in schema["paths"].values() for one in path.values()]
    assert len(operations) == len(set(operations)) > 40


def differences(shape, sent, path=""):
    """Yields where what is sent differs in its names from the shape in the schema."""
    if isinstance(shape, serializers.ListSerializer):
        for row in sent:
            yield from differences(shape.child, row, path)
        return
    if not isinstance(shape, serializers.Serializer) or sent is None:
        return
    declared = set(shape.fields)
    if declared != set(sent):
        yield path, sorted(declared ^ set(sent))
        return
    for name, field in shape.fields.items():
        yield from differences(field, sent[name], f"{path}.{name}")


@pytest.mark.django_db
def test_what_is_sent_is_what_the_schema_says():
    world = make_world()
    asking = Api(make_user("ben"))
    ask_for_capture(world.source, by=make_user("ben"))

    for name, path, _ in addresses(world):
        if name in SHAPES:
            sent = asking.get(path).json()
            rows = sent["results"] if isinstance(sent, dict) and "results" in sent else sent
            assert rows, name
            for row in rows if isinstance(rows, list) else [rows]:
                assert list(differences(SHAPES[name](), row, name)) == []
    desk = asking.get(f"claims/{world.claim.public_id}/?view=desk").json()
    assert list(differences(claim_desk.ClaimDeskShape(), desk, "claim")) == []
    row = asking.get(f"evidence/{world.evidence.pk}/").json()
    assert list(differences(evidence.EvidenceDeskLine(), row, "evidence_row")) == []
    row = asking.get("evidence/?view=desk").json()["results"][0]
    assert list(differences(evidence.EvidenceDeskLine(), row, "evidence_desk")) == []
    for path, shape in (
        (f"agreements/{world.agreement.public_id}/", agreements.AgreementDeskShape),
        (f"publishers/{world.publisher.public_id}/", publishers.PublisherDeskShape),
        (f"sources/{world.source.public_id}/", sources.SourceDeskShape),
        (f"speakers/{world.speaker.public_id}/", speakers.SpeakerDeskShape),
        (f"statements/{world.statement.public_id}/", statements.StatementDeskShape),
    ):
        assert list(differences(shape(), asking.get(f"{path}?view=desk").json(), path)) == []
    line = asking.get("claims/?view=desk").json()["results"][0]
    assert set(line) == set(claim_desk.ClaimDeskLine().fields)


@pytest.mark.django_db
def test_the_documentation_page_needs_no_inline_script_and_no_other_host(client):
    page = client.get("/api/v1/docs/")
    text = page.content.decode()

    assert page.status_code == 200
    assert re.findall(r"<script(?![^>]*\bsrc=)", text) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", text) == []
    assert re.findall(r"(?:src|href)=\"(?:https?:)?//", text) == []
    files = re.findall(r"(?:src|href)=\"/static/([^\"]+)\"", text)
    assert len(files) == 4
    assert [file for file in files if finders.find(file) is None] == []


@pytest.mark.django_db
def test_the_schema_is_served(client):
    schema = client.get("/api/v1/schema/").json()

    assert schema["info"]["title"] == "claimtracker API"
    assert "/api/v1/claims/{public_id}/actions/" in schema["paths"]


# ---- the handbook ---------------------------------------------------------------------------


def test_each_address_is_in_the_handbook():
    for pattern in api.urlpatterns:
        if pattern.name == "absent":
            continue
        route = re.sub(r"<(?:\w+:)?(\w+)>", "<id>", str(pattern.pattern))
        route = route.replace("<id>", "<id>")
        if pattern.name == "evidence_detail":
            route = "evidence/<claim>-<revision>-<place>/"
        if pattern.name == "claim_reply":
            route = "claims/<id>/replies/<number>/"
        if pattern.name == "evidence_row":
            route = "evidence/<number>/"
        if pattern.name == "topic":
            route = "topics/<slug>/"
        if pattern.name == "measure":
            route = "measures/<code>/"
        if pattern.name == "snapshot":
            route = "sources/<id>/snapshots/<snapshot>/"
        assert f"`{route}`" in HANDBOOK, route


def test_each_error_code_is_in_the_handbook():
    def below(kind):
        return [kind, *(deeper for sub in kind.__subclasses__() for deeper in below(sub))]

    codes = {kind.code for kind in below(Refused)} - {"refused"}
    codes |= {code for _, _, code, _ in api_errors.FRAMEWORK}
    for code in codes | {"locked_out", "unavailable", "too_large", "error"}:
        assert f"| `{code}` |" in HANDBOOK, code


def test_each_field_that_is_written_is_in_the_handbook():
    for module in (sources, statements, speakers, evidence):
        for name, shape in vars(module).items():
            if name.endswith(("Write", "Change")) and issubclass(shape, serializers.Serializer):
                for field in shape().fields:
                    assert f"`{field}`" in HANDBOOK, (name, field)


# ---- tokens ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_log_in_gives_a_token_that_works_until_it_is_taken_away():
    ada = make_user("ada")

    told = anonymous().post("token/", {"username": "ada", "password": PASSWORD})
    asking = Api(ada)
    before = asking.get("claims/?view=desk").status_code
    gone = asking.delete("token/")

    assert told.status_code == 200
    assert asking.headers["Authorization"] == f"Token {told.json()['token']}"
    assert (before, gone.status_code) == (200, 204)
    assert asking.get("claims/?view=desk").status_code == 401
    assert told.cookies == {}


@pytest.mark.django_db
def test_wrong_log_ins_are_told_apart_by_nobody():
    make_user("ada")
    gone = make_user("eve")
    gone.is_active = False
    gone.save()

    answers = {
        anonymous().post("token/", {"username": name, "password": password}).content
        for name, password in (("ada", "wrong"), ("nobody", PASSWORD), ("eve", PASSWORD))
    }

    assert answers == {b'{"code":"authentication_failed","detail":"Name and password do not fit."}'}
    assert not Token.objects.exists()


@pytest.mark.django_db
def test_guessing_a_password_locks_the_name():
    make_user("ada")

    statuses = [
        anonymous().post("token/", {"username": "ada", "password": f"guess {n}"}).status_code
        for n in range(6)
    ]
    right = anonymous().post("token/", {"username": "ada", "password": PASSWORD})

    assert statuses[0] == 401
    assert statuses[-1] == 429
    assert (right.status_code, right.json()["code"]) == (429, "locked_out")


@pytest.mark.django_db
def test_guessing_over_many_names_is_slowed_down():
    statuses = [
        anonymous().post("token/", {"username": f"name{n}", "password": "x"}).status_code
        for n in range(22)
    ]

    assert statuses[:20] == [401] * 20
    assert statuses[20:] == [429] * 2


@pytest.mark.django_db
@pytest.mark.parametrize("body", [{}, {"username": "ada"}, {"username": ["ada"], "password": "x"},
                                  {"username": "a" * 151, "password": "x"}])  # fmt: skip
def test_a_log_in_is_two_texts(body):
    assert anonymous().post("token/", body).status_code == 400


@pytest.mark.django_db
def test_the_token_of_somebody_who_left_is_worth_nothing():
    ada = make_user("ada")
    asking = Api(ada)
    ada.is_active = False
    ada.save()

    response = asking.get("claims/?view=desk")

    assert (response.status_code, response.json()["code"]) == (401, "authentication_failed")
