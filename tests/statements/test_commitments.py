"""Commitments: the same way as any claim, a status in place of a verdict, and no rating anywhere."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from sources.errors import Unmet
from statements.models import Claim, Verdict
from statements.operations import perform, save_draft, set_commitment
from statements.vocabulary import UNSETTLED_COMMITMENTS, CommitmentStatus
from tests.factories import make_claim, make_ready, make_speaker, make_user

pytestmark = pytest.mark.django_db


def published(status="in_progress", **fields):
    """Returns a commitment that went all the way with this status."""
    claim = make_claim(kind="commitment", text=fields.pop("text", "He will chair it"))
    ada = make_user("ada")
    set_commitment(
        claim, by=ada, committed_by=make_speaker(), deliverable="Chair it",
        due_on=date(2025, 4, 11),
    )  # fmt: skip
    make_ready(claim, by=ada)
    save_draft(claim, by=ada, commitment_status=status, **fields)
    for action, name in (("take", "ada"), ("submit", "ada"), ("publish", "ben")):
        perform(claim, action, by=make_user(name, role="editor" if name == "ben" else "checker"))
    return claim


def test_every_status_but_the_final_ones_is_unsettled():
    final = {"fulfilled", "partly_fulfilled", "not_fulfilled"}

    assert {*CommitmentStatus.values} - {*UNSETTLED_COMMITMENTS} == final


@pytest.mark.parametrize(
    ("draft", "gap"),
    [
        ({"commitment_status": ""}, "choose a commitment status"),
        (
            {"code": "accurate", "commitment_status": ""},
            "take the verdict out: a commitment has a status",
        ),
        ({"finding": ""}, "write the finding"),
        ({"rationale": ""}, "write the rationale"),
    ],
    ids=str,
)
def test_the_guards_ask_for_the_status_and_all_the_rest(draft, gap):
    claim = make_claim(kind="commitment")
    ada = make_user("ada")
    set_commitment(claim, by=ada, committed_by=make_speaker(), deliverable="Chair it")
    make_ready(claim, by=ada)
    save_draft(claim, by=ada, **draft)
    perform(claim, "take", by=ada)

    with pytest.raises(Unmet) as refused:
        perform(claim, "submit", by=ada)

    assert any(found.words.startswith(gap) for found in refused.value.gaps)


def test_the_whole_workflow_keeps_the_status():
    claim = published("in_progress")
    ada, ben, cleo = (
        make_user("ada"),
        make_user("ben"),
        make_user("cleo", role="editor"),
    )
    perform(
        claim,
        "fix_typo",
        by=ben,
        data={"finding": "The air force has counted 1,297 drones in nine nights."},
    )
    perform(claim, "reopen", by=ada, note="The day has come.")
    perform(claim, "reaffirm", by=ben, data={"as_of": "2025-04-01"})
    perform(claim, "reopen", by=ada, note="He did it.")
    save_draft(claim, by=ada, commitment_status="fulfilled")
    perform(claim, "submit", by=ada)
    perform(claim, "publish", by=ben, data={"kind": "update", "public_note": "He chaired it."})
    perform(claim, "propose_retraction", by=ben, note="It was another meeting.")
    perform(claim, "retract", by=cleo)

    told = Verdict.objects.filter(claim=claim).order_by("revision")
    assert [(row.kind, row.code, row.commitment_status) for row in told] == [
        ("initial", "", "in_progress"),
        ("typo", "", "in_progress"),
        ("unchanged", "", "in_progress"),
        ("update", "", "fulfilled"),
    ]
    assert Claim.objects.get(pk=claim.pk).state == "retracted"


def test_the_database_keeps_a_status_and_a_verdict_apart():
    published()
    verdict = Verdict.objects.get()
    verdict.pk, verdict.revision, verdict.code = None, 2, "accurate"

    with pytest.raises(IntegrityError), transaction.atomic():
        verdict.save(force_insert=True)


def test_lists_pages_feeds_and_files_tell_the_status_and_no_rating(client):
    claim = published("stalled")
    other = make_claim("published", text="A finding on the scale")

    listed = client.get("/api/v1/claims/?kind=commitment").json()["results"]
    detail = client.get(f"/api/v1/claims/{claim.public_id}/").json()
    facets = client.get("/api/v1/claims/facets/").json()
    page = client.get(claim.get_absolute_url()).content.decode()
    feed = client.get("/claimreview.jsonld").getvalue().decode()

    assert [(line["id"], line["verdict"], line["commitment_status"]) for line in listed] == [
        (claim.public_id, None, "stalled")
    ]
    assert (detail["verdict"], detail["commitment_status"]) == (None, "stalled")
    assert {choice["count"] for choice in facets["kind"]} == {1}
    assert "Stalled" in page
    assert "ratingValue" not in page
    assert other.public_id in feed
    assert claim.public_id not in feed
