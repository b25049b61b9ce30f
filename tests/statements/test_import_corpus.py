"""Loading a synthetic corpus: every state by real steps, addresses that a load test knows, once."""

from __future__ import annotations

import io

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from sources.models import Publication
from statements import search
from statements.imports.corpus import load_corpus
from statements.imports.lines import BadFile
from statements.models import (
    Claim,
    Correction,
    Evidence,
    ImportRun,
    PublicDocument,
    Site,
    Speaker,
    StateChange,
    Statement,
    Topic,
    Verdict,
)
from statements.operations import faults_of
from tests.factories import make_claim, make_user
from tests.statements.archives import CORPUS, write_corpus

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    return write_corpus(tmp_path / "corpus")


def test_claims_come_in_every_state_with_an_intact_history(folder):
    load_corpus(folder)

    actions = {
        claim.public_id: (claim.state, [step.action for step in claim.state_changes.all()])
        for claim in Claim.objects.all()
    }
    assert actions == {
        "1": ("published", ["import"]),
        "2": ("published", ["import"]),
        "3": ("new", []),
        "4": ("in_review", ["take", "submit"]),
        "5": ("researching", ["take"]),
        "6": ("retracted", ["import", "propose_retraction", "retract"]),
    }
    assert [fault for claim in Claim.objects.all() for fault in faults_of(claim)] == []
    assert Correction.objects.get().kind == "retraction"


def test_a_published_claim_has_its_day_evidence_topic_and_typed_fact(folder):
    load_corpus(folder)

    claim = Claim.objects.get(public_id="1")
    verdict = claim.live_verdict
    assert claim.first_published_at.isoformat() == "2022-02-18T05:12:22+00:00"
    assert (verdict.code, verdict.finding) == ("accurate", "It counts 150.")
    assert verdict.rationale == "It reports so.\n\nThis is synthetic."
    assert [item["stance"] for item in verdict.sealed["evidence"]] == ["supports", "context"]
    assert verdict.sealed["detail"]["words"] == "more than 147 drones"
    assert [topic.slug for topic in claim.topics.all()] == ["strike-counts"]
    assert claim.occurrences.count() == 2
    assert verdict.citations.count() == 2


def test_its_address_is_its_number_and_every_page_says_sample(folder):
    load_corpus(folder)

    found = Client().get("/claims/1/", follow=True)

    assert found.status_code == 200
    assert "More than 147 drones were launched." in found.content.decode()
    assert "ample data" in found.content.decode()
    assert Client().get("/claims/3/").status_code == 404


def test_the_counts_and_documents_are_those_that_a_recount_makes(folder):
    load_corpus(folder)
    before = list(PublicDocument.objects.order_by("id").values())

    assert not search.recount()
    search.rebuild()

    assert list(PublicDocument.objects.order_by("id").values()) == before
    assert len(before) == 3


def test_the_people_of_a_corpus_can_never_log_in(folder):
    load_corpus(folder)

    people = User.objects.filter(username__startswith="corpus")
    assert [(user.is_active, user.is_staff, user.has_usable_password()) for user in people] == [
        (False, False, False),
        (False, False, False),
    ]
    assert Claim.objects.get(public_id="5").assignee.username == "corpus"


def test_a_second_run_changes_nothing_at_all(folder):
    def numbers():
        nouns = (
            Claim,
            Statement,
            Speaker,
            StateChange,
            Verdict,
            Evidence,
            ImportRun,
            Claim.history,
        )
        counts = [getattr(noun, "objects", noun).count() for noun in nouns]
        return [*counts, Publication.objects.current()]

    load_corpus(folder)
    before = numbers()

    outcome = load_corpus(folder)

    assert numbers() == before
    assert (outcome.is_written, outcome.counts["unchanged"]) == (False, 12)


@pytest.mark.parametrize(
    ("name", "rows", "words"),
    [
        ("speakers", [{"id": 1}], "speakers.jsonl, line 1 (1): name: give this"),
        ("speakers", [{"id": "x", "name": "A"}], "speakers.jsonl, line 1: id: give a whole number from 1 on"),
        ("sources", [{"id": 1, "title": "T", "publisher": "P", "url": "ftp://x"}], "sources.jsonl, line 1 (1): url: give an address that starts with http:// or https://"),
        ("statements", [{"id": 1, "speaker_id": 77, "quote": "Q"}], "statements.jsonl, line 1 (1): speaker_id: there is no such speaker"),
        ("statements", [{"id": 1, "speaker_id": 1, "quote": "Q", "source_ids": [9]}], "statements.jsonl, line 1 (1): source_ids: there is no such source"),
        ("claims", [{**CORPUS["claims"][2], "state": "declined"}], "claims.jsonl, line 1 (3): state: choose one of new, researching, in_review, published, retracted"),
        ("claims", [{**CORPUS["claims"][0], "value": "many"}], "claims.jsonl, line 1 (1): value: give a whole number"),
        ("claims", [{**CORPUS["claims"][0], "published_at": None}], "claims.jsonl, line 1 (1): published_at: write the moment as 2025-03-27T12:00:00Z"),
        ("claims", [{**CORPUS["claims"][2], "statement_ids": [99]}], "claims.jsonl, line 1 (3): there is no such statement"),
        ("claims", ["{broken"], "claims.jsonl, line 1: this is not JSON: Expecting property name enclosed in double quotes (character 2)"),
        ("evidence", [{"claim_id": 77, "source_id": 1, "id": 1, "stance": "supports"}], "evidence.jsonl, line 1: there is no such claim before it"),
        ("evidence", [{**CORPUS["evidence"][0], "source_id": 9}], "evidence.jsonl, line 1: there is no such source"),
        ("evidence", [CORPUS["evidence"][3], CORPUS["evidence"][0]], "evidence.jsonl, line 2: it stands after that of a later claim"),
    ],
)  # fmt: skip
def test_a_broken_row_keeps_everything_out(tmp_path, name, rows, words):
    outcome = load_corpus(write_corpus(tmp_path / "corpus", **{name: rows}))

    assert words in [str(row) for row in outcome.bad]
    assert outcome.is_refused
    assert (Claim.objects.count(), Speaker.objects.count(), User.objects.count()) == (0, 0, 0)


def test_evidence_reaches_over_batches(tmp_path, monkeypatch):
    monkeypatch.setattr("statements.imports.corpus_files.BATCH", 2)

    load_corpus(write_corpus(tmp_path / "corpus"))

    assert {
        claim.public_id: claim.evidence.count() for claim in Claim.objects.all() if claim.pk
    } == {"1": 2, "2": 0, "3": 0, "4": 1, "5": 0, "6": 1}


def test_a_real_site_is_refused(folder):
    make_claim("published")

    with pytest.raises(BadFile, match=r"^this database holds a site of its own"):
        load_corpus(folder)

    assert not Site.load().is_sample


def test_a_real_person_of_that_name_is_never_acted_for(folder):
    make_user("corpus")

    with pytest.raises(BadFile, match=r"^there is somebody called corpus here"):
        load_corpus(folder)


def test_the_command_loads_and_refuses_in_words(folder, tmp_path):
    out = io.StringIO()

    call_command("load_corpus", str(folder), stdout=out)

    assert "6 claims, 3 findings, 1 retraction" in out.getvalue()
    assert Topic.objects.get(slug="black-sea").name == "Black sea"
    with pytest.raises(CommandError, match=r"holds no speakers\.jsonl"):
        call_command("load_corpus", str(tmp_path))


def test_a_trial_leaves_nothing(folder):
    call_command("load_corpus", str(folder), "--dry-run", stdout=io.StringIO())

    assert (Claim.objects.count(), User.objects.count(), Site.load().is_sample) == (0, 0, False)
