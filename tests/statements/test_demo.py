"""The sample data: carried out through the operations, honest, and done only once."""

from __future__ import annotations

from collections import Counter

import pytest
from django.apps import apps
from django.db import transaction

from sources.models import Publisher, Snapshot, Source
from statements import anchors
from statements.guards import GUARDS
from statements.imports.demo import demo_file, run_demo
from statements.models import (
    AgreementEvent,
    AgreementViolation,
    Appearance,
    Citation,
    Claim,
    ClaimRelation,
    Correction,
    Evidence,
    ImportRun,
    Occurrence,
    Recheck,
    ReplyRequest,
    Site,
    Speaker,
    StateChange,
    Statement,
    Verdict,
)
from statements.operations import faults_of, find_contradictions
from statements.vocabulary import ReplyOutcome, VerdictCode
from statements.workflow import CODES

# Slow: the whole script takes seconds; it is carried out once for this file.
pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PASSWORD = "of a test only"  # noqa: S105


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The whole demo, made once for this file: it takes seconds. Each test's changes go back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield run_demo(password=PASSWORD)
        transaction.set_rollback(True)


def rows_by_table():
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values_list())
        for model in apps.get_models()
        if model._meta.app_label in ("sources", "statements", "auth")
    }


# ---- what is in it ------------------------------------------------------------------------


def test_every_state_but_taken_down_is_there(demo):
    assert Counter(Claim.objects.values_list("state", flat=True)) == {
        "new": 3,
        "researching": 5,
        "in_review": 1,
        "published": 12,
        "reopened": 1,
        "declined": 2,
        "retracted": 1,
    }
    assert Claim.objects.public().count() == 14
    assert sorted(Claim.objects.announced().values_list("external_ref", flat=True)) == [
        "demo:energy-hit",
        "demo:planners",
    ]


def test_the_drones_are_counted_night_by_night_and_the_finding_says_so(demo):
    claim = Claim.objects.get(external_ref="demo:drones")

    (series,) = claim.live_verdict.sealed["comparison"]["series"]

    assert series["words"] == [
        "1,297 drones in 9 of 9 nights, ending on 19\N{EN DASH}27 March 2025: compatible.",
        (
            "With the night ending on 18 March 2025 it is 1,434 in 10 of 10 nights, "
            "ending on 18\N{EN DASH}27 March 2025: compatible."
        ),
        "Robust: the answer is the same each way.",
    ]
    assert [
        (reading["outcome"], reading["reasons"])
        for reading in claim.live_verdict.sealed["comparison"]["readings"]
    ] == [
        ("compatible", []),
        ("not_comparable", ["counting_rule"]),
        ("not_comparable", ["counting_rule"]),
        ("compatible", []),
    ]


def test_live_findings_show_the_whole_scale_and_commitments(demo):
    live = Verdict.objects.filter(live_for__isnull=False)

    assert {verdict.code for verdict in live} == {*VerdictCode.values, ""}
    assert live.filter(commitment_status="fulfilled").count() == 2


def test_every_kind_of_reply_is_recorded(demo):
    assert set(ReplyRequest.objects.values_list("outcome", flat=True)) == set(ReplyOutcome.values)


def test_nobody_real_is_said_to_have_been_asked(demo):
    asked = ReplyRequest.objects.exclude(outcome=ReplyOutcome.NOT_SOUGHT)

    assert {reply.claim.main_statement.speaker.name for reply in asked} == {"Sample Bulletin"}


def test_findings_were_corrected_reaffirmed_mended_and_withdrawn(demo):
    assert Counter(Verdict.objects.values_list("kind", flat=True)) == {
        "initial": 14,
        "correction": 1,
        "unchanged": 1,
        "typo": 1,
    }
    assert Counter(Correction.objects.values_list("kind", flat=True)) == {
        "correction": 2,  # one of a finding, one of a statement
        "typo": 1,
        "retraction": 1,
    }


def test_a_reopened_finding_stays_up_while_its_draft_differs(demo):
    claim = Claim.objects.get(state="reopened")

    assert claim.is_public
    assert claim.live_verdict.rationale != claim.draft.rationale


def test_one_of_each_kind_of_late_addition_was_confirmed_and_some_wait(demo):
    assert Occurrence.objects.filter(confirmed_by__isnull=False).count() == 2
    assert Occurrence.objects.waiting().count() == 1
    assert Appearance.objects.filter(confirmed_by__isnull=False).count() == 1
    assert AgreementEvent.objects.waiting().count() == 1
    conflict = ClaimRelation.objects.get()
    assert (conflict.kind, conflict.resolution, conflict.is_shown) == (
        "apparent_conflict",
        "not_comparable",
        True,
    )


def test_the_site_itself_suggests_thirty_against_thirty_one_and_nothing_foolish(demo):
    # The suggestion was closed: what stands now was found by nobody, and nothing else is.
    found = find_contradictions()
    conflict = ClaimRelation.objects.get()

    assert (found.added, found.removed) == (0, 0)
    assert {conflict.from_claim.external_ref, conflict.to_claim.external_ref} == {
        "demo:thirty",
        "demo:thirty-one",
    }
    ClaimRelation.objects.all().delete()
    assert find_contradictions().added == 1
    again = ClaimRelation.objects.suggested().get()
    assert (again.from_claim, again.to_claim) == (conflict.from_claim, conflict.to_claim)


def test_the_inbox_holds_what_bears_on_findings(demo):
    waiting = Recheck.objects.waiting()

    assert [(row.claim.external_ref, row.cause) for row in waiting] == [
        ("demo:drones", "new_event"),
        ("demo:energy", "review_due"),
    ]
    answered = Recheck.objects.get(closed_at__isnull=False)
    assert (answered.claim.external_ref, answered.outcome) == ("demo:energy", "still_holds")


def test_a_violation_is_an_allegation_as_long_as_nobody_bore_it_out(demo):
    violation = AgreementViolation.objects.shown().get()

    assert (str(violation.party), violation.standing) == ("Russia", "alleged")
    assert str(violation.alleged_by) == "Keir Starmer"


def test_most_actions_of_the_workflow_were_really_done(demo):
    done = set(StateChange.objects.values_list("action", flat=True))

    assert sorted(set(CODES) - done) == [
        "import",
        "propose_take_down",
        "take_down",
        "withdraw_proposal",
    ]


# ---- how honest it is ---------------------------------------------------------------------


def test_history_is_whole_and_four_eyes_saw_every_finding(demo):
    assert [fault for claim in Claim.objects.all() for fault in faults_of(claim)] == []
    for verdict in Verdict.objects.all():
        assert verdict.reviewer_id not in (None, verdict.author_id, verdict.last_editor_id)


@pytest.mark.parametrize("guard", ["G1", "G2", "G3", "G4"])
def test_guards_are_met_by_everything_submitted(demo, guard):
    submitted = Claim.objects.filter(state__in=("in_review", "published", "retracted"))

    gaps = {str(claim): [*GUARDS[guard](claim, None, {})] for claim in submitted}

    assert [claim for claim, missing in gaps.items() if missing] == []
    assert len(gaps) == 14


def test_every_statement_stands_word_for_word_in_a_kept_source(demo):
    for statement in Statement.objects.prefetch_related("appearances__snapshot"):
        first = next(row for row in statement.appearances.all() if row.is_first)
        assert anchors.holds(
            first.snapshot.text, exact=first.exact, start=first.start, end=first.end
        )
        if statement.is_quoted:
            assert first.exact == statement.text


def test_every_quotation_of_evidence_is_anchored_and_every_other_source_waived(demo):
    for row in Evidence.objects.select_related("snapshot"):
        if row.snapshot is None:
            assert row.waiver
        else:
            assert anchors.holds(row.snapshot.text, exact=row.exact, start=row.start, end=row.end)


def test_no_source_is_said_to_count_days_after_it_came_out(demo):
    late = [
        (str(evidence.source), evidence.reading.period_end)
        for evidence in Evidence.objects.filter(reading__isnull=False)
        if evidence.reading.period_end > evidence.source.published_on
    ]

    assert Evidence.objects.filter(reading__isnull=False).exists()
    assert late == []


def test_addresses_are_whole_and_not_invented(demo):
    for source in Source.objects.select_related("publisher"):
        if source.url:
            host = source.url.removeprefix("https://").split("/")[0].removeprefix("www.")
            assert host.endswith(source.publisher.domain), source.url
            assert source.url.count("/") > 3, "an address of a work, not of a front page"


def test_sources_are_kept_as_excerpts_only(demo):
    assert max(len(text) for text in Snapshot.objects.values_list("text", flat=True)) < 2_000


def test_every_source_and_publisher_serves_something(demo):
    used = set(Citation.objects.values_list("source", flat=True))
    used |= set(Evidence.objects.values_list("source", flat=True))
    used |= set(Appearance.objects.values_list("source", flat=True))
    used |= set(AgreementEvent.objects.values_list("source", flat=True))
    used |= set(Source.objects.exclude(origin=None).values_list("origin", flat=True))

    assert sorted(Source.objects.exclude(pk__in=used).values_list("title", flat=True)) == []
    assert sorted(Publisher.objects.filter(sources=None).values_list("name", flat=True)) == []


def test_site_says_that_it_is_a_sample(demo):
    site = Site.load()

    assert (site.is_sample, site.contact_email) == (True, "desk@example.org")


# ---- doing it again -----------------------------------------------------------------------


def test_second_run_changes_nothing(demo):
    before = rows_by_table()

    outcome = run_demo(password=PASSWORD * 2)

    assert (outcome.done, outcome.added) == (0, {})
    assert rows_by_table() == before


def test_one_run_is_recorded_with_the_script_it_carried_out(demo):
    run = ImportRun.objects.get()

    assert (run.kind, run.file_name, run.counts["claims"]) == ("demo", demo_file().name, 25)


def test_what_people_did_since_is_left_alone(demo):
    Speaker.objects.filter(external_ref="demo:starmer").update(description="Changed by hand")
    Claim.objects.filter(external_ref="demo:feet").update(short_text="Changed by hand")

    run_demo(password=PASSWORD)

    assert Speaker.objects.get(external_ref="demo:starmer").description == "Changed by hand"
    assert Claim.objects.get(external_ref="demo:feet").short_text == "Changed by hand"
