"""The workflow: every state, action and person, what each action needs and what it leaves."""

import re
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from sources.errors import Invalid, NotAllowed, NotPossible, Refused, Stale, Unmet
from sources.models import Publication
from statements import workflow
from statements.guards import CONDITIONS, GUARDS, RELATIONS
from statements.models import Claim, Correction, Draft, Evidence, StateChange, Verdict
from statements.operations import (
    add_claim,
    attach_evidence,
    available_actions,
    faults_of,
    perform,
    record_agreement_event,
    record_reply,
    save_draft,
    set_quantity,
    update_claim,
    update_evidence,
)
from statements.operations.actions import ASK_WORDS
from statements.operations.effects import EFFECTS
from statements.vocabulary import State
from tests.factories import (
    make_agreement,
    make_claim,
    make_measure,
    make_publisher,
    make_ready,
    make_source,
    make_statement,
    make_user,
)
from tests.statements.workflow_table import (
    ALLOWED,
    NOTE,
    PERSONAS,
    STATES,
    TOLD,
    expected,
    persona,
)

pytestmark = pytest.mark.django_db


# ---- the table ------------------------------------------------------------------------------


def test_the_table_written_by_hand_names_every_action_and_state():
    assert set(ALLOWED) == set(workflow.CODES) == set(EFFECTS)
    assert set(STATES) == set(State.values)


def test_every_name_in_the_table_is_written_somewhere():
    assert {g for a in workflow.ACTIONS for g in a.guards} == set(GUARDS)
    assert set(GUARDS) == set(workflow.GUARD_WORDS)
    assert {a.condition for a in workflow.ACTIONS if a.condition} == set(CONDITIONS)
    assert set(CONDITIONS) == set(workflow.CONDITION_WORDS)
    assert {a.relation for a in workflow.ACTIONS if a.relation} == set(RELATIONS)
    assert set(RELATIONS) == set(workflow.RELATION_WORDS)
    assert {ask for a in workflow.ACTIONS for ask in a.needs} == set(ASK_WORDS)
    assert set(ASK_WORDS) == set(workflow.ASKED_WORDS)
    assert all(set(a.needs) <= set(a.asks) for a in workflow.ACTIONS)


@pytest.mark.parametrize("state", STATES)
def test_every_action_by_everybody(state):
    claim = make_claim(state)
    people = {name: persona(name) for name in PERSONAS}
    wanted = {
        (action, name): expected(state, action, name) for action in ALLOWED for name in PERSONAS
    }

    happened = {
        (action, name): outcome_of(claim.pk, action, people[name])
        for action in ALLOWED
        for name in PERSONAS
    }

    assert happened == wanted


def outcome_of(pk, action, by):
    """Returns the new state or the status of the refusal, and undoes what happened."""
    claim = Claim.objects.get(pk=pk)
    before = (claim.state, claim.version, claim.state_changes.count())
    savepoint = transaction.savepoint()
    try:
        perform(claim, action, by=by, note=NOTE, data=TOLD.get(action))
        after = Claim.objects.get(pk=pk)
        assert after.version == before[1] + 1
        assert after.state_changes.count() == before[2] + 1
        return after.state
    except Refused as refusal:
        after = Claim.objects.get(pk=pk)
        assert (after.state, after.version, after.state_changes.count()) == before
        return refusal.http_status
    finally:
        transaction.savepoint_rollback(savepoint)


@pytest.mark.parametrize("state", STATES)
def test_offers_are_what_perform_would_do(state):
    """The test before proves that perform does what the table says: it is not walked again."""
    claim = make_claim(state)
    for name in PERSONAS:
        offers = available_actions(claim, persona(name))

        offered = {offer.action.code for offer in offers if offer.is_possible}

        possible = {action for action in ALLOWED if isinstance(expected(state, action, name), str)}
        assert offered == possible


# ---- refusals name the gap and change nothing -----------------------------------------------


def unready(**gaps):
    """Returns a claim in hand that lacks exactly what is named."""
    claim = make_claim("new", kind=gaps.get("kind", "other"))
    perform(claim, "take", by=make_user("ada"))
    make_ready(claim, by=make_user("ada"), roots=gaps.get("roots", 2))
    return claim


def without(field):
    def change(claim):
        save_draft(claim, by=make_user("ada"), **{field: [] if field == "reasons" else ""})

    return change


def no_day(claim):
    save_draft(claim, by=make_user("ada"), as_of=None)


def day_to_come(claim):
    save_draft(claim, by=make_user("ada"), as_of=date(2999, 1, 1))


def no_reply(claim):
    claim.replies.all().delete()


def pending_reply(claim):
    claim.replies.all().delete()
    record_reply(claim, by=make_user("ada"), asked_on=date(2025, 3, 28), channel="e-mail")


def no_statement(claim):
    claim.occurrences.all().delete()


def one_root(claim):
    Evidence.objects.filter(claim=claim).last().delete()


def same_owner(claim):
    for source in [e.source for e in claim.evidence.all()]:
        source.publisher.owner_group = "One house"
        source.publisher.save()


def same_origin(claim):
    first, second = [e.source for e in claim.evidence.all()]
    second.origin = first
    second.save()


def only_context(claim):
    for evidence in claim.evidence.all():
        update_evidence(evidence, by=make_user("ada"), stance="context")


def primary_without_reason(claim):
    one_root(claim)
    source = claim.evidence.get().source
    source.directness = "primary"
    source.save()


def no_copy(claim):
    source = make_source("Vanished page")
    attach_evidence(claim, by=make_user("ada"), source=source, stance="context")


def counts_from_what_waits(claim, end="since_event"):
    event = record_agreement_event(
        make_agreement(), by=make_user("cleo", role="editor"), axis="agreement_state",
        value="announced", happened_on=date(2025, 3, 18), source=make_source("A read-out"),
    )  # fmt: skip
    update_claim(claim, by=make_user("ada"), kind="quantity")
    set_quantity(
        claim, by=make_user("ada"), measure=make_measure(), comparator="more_than", value=1000,
        **{end: event},
    )  # fmt: skip


def counts_up_to_what_waits(claim):
    counts_from_what_waits(claim, end="until_event")


def becomes(kind):
    def change(claim):
        update_claim(Claim.objects.get(pk=claim.pk), by=make_user("ada"), kind=kind)

    return change


GAPS = [
    (without("finding"), ["write the finding"]),
    (without("rationale"), ["write the rationale"]),
    (without("code"), ["choose a verdict"]),
    (no_day, ["set the day up to which you looked"]),
    (day_to_come, ["nobody looked at a day that has not come: set an earlier one"]),
    (no_statement, ["attach the statement that makes the claim"]),
    (one_root, ["cite two independent sources"]),
    (same_owner, ["cite two independent sources"]),
    (same_origin, ["cite two independent sources"]),
    (only_context, ["cite two independent sources"]),
    (
        primary_without_reason,
        ["cite two independent sources, or say why one primary source is enough"],
    ),
    (no_copy, ["add a snapshot of “Vanished page”, or say why there is none"]),
    (no_reply, ["record the speaker's reply, or why none was sought"]),
    (pending_reply, ["record the speaker's reply, or why none was sought"]),
    (becomes("quantity"), ["type the number: measure, comparator, value"]),
    (
        counts_from_what_waits,
        ["count from an event that a second editor has confirmed"],
    ),
    (counts_up_to_what_waits, ["count from an event that a second editor has confirmed"]),
    (becomes("status"), ["type the status: agreement, axis, value, day"]),
    (
        becomes("commitment"),
        [
            "type the commitment: who delivers what by when",
            "choose a commitment status",
            "take the verdict out: a commitment has a status",
        ],
    ),
]


@pytest.mark.parametrize(("spoil", "words"), GAPS, ids=lambda v: getattr(v, "__name__", None))
def test_submitting_names_what_is_missing_and_changes_nothing(spoil, words):
    claim = unready()
    spoil(claim)
    claim = Claim.objects.get(pk=claim.pk)
    before = (claim.version, claim.state_changes.count(), Publication.objects.current())

    with pytest.raises(Unmet) as refusal:
        perform(claim, "submit", by=make_user("ada"))

    assert [gap.words for gap in refusal.value.gaps] == words
    assert all(gap.field for gap in refusal.value.gaps)
    claim = Claim.objects.get(pk=claim.pk)
    assert claim.state == "researching"
    assert (claim.version, claim.state_changes.count(), Publication.objects.current()) == before


@pytest.mark.parametrize(("spoil", "words"), GAPS, ids=lambda v: getattr(v, "__name__", None))
def test_publishing_checks_the_guards_again(spoil, words):
    claim = unready()
    perform(claim, "submit", by=make_user("ada"))
    Claim.objects.filter(pk=claim.pk).update(state="researching")
    spoil(claim)
    Claim.objects.filter(pk=claim.pk).update(state="in_review")

    with pytest.raises(Unmet) as refusal:
        perform(Claim.objects.get(pk=claim.pk), "publish", by=make_user("ben", role="editor"))

    assert [gap.words for gap in refusal.value.gaps] == words
    assert Verdict.objects.count() == 0


def test_one_primary_source_with_a_reason_is_enough():
    claim = unready()
    primary_without_reason(claim)
    save_draft(claim, by=make_user("ada"), single_source_reason="It is the record itself.")

    perform(Claim.objects.get(pk=claim.pk), "submit", by=make_user("ada"))

    assert Claim.objects.get(pk=claim.pk).state == "in_review"


def test_a_waiver_stands_in_for_a_snapshot():
    claim = unready()
    source = make_source("Vanished page")
    attach_evidence(
        claim, by=make_user("ada"), source=source, stance="context", waiver="The page is gone."
    )

    perform(Claim.objects.get(pk=claim.pk), "submit", by=make_user("ada"))

    assert Claim.objects.get(pk=claim.pk).state == "in_review"


@pytest.mark.parametrize(
    ("roots", "log", "is_met"), [(2, "", True), (1, "", False), (0, "Looked everywhere.", True)]
)
def test_unproven_takes_two_items_of_any_stance_or_a_search_log(roots, log, is_met):
    claim = unready(roots=roots)
    save_draft(claim, by=make_user("ada"), code="unproven", search_log=log)
    for evidence in claim.evidence.all():
        update_evidence(evidence, by=make_user("ada"), stance="context")

    claim = Claim.objects.get(pk=claim.pk)
    if is_met:
        perform(claim, "submit", by=make_user("ada"))
    else:
        with pytest.raises(Unmet, match=r"^cite two sources or write where you searched in vain$"):
            perform(claim, "submit", by=make_user("ada"))


@pytest.mark.parametrize(
    ("action", "state", "words"),
    [
        ("publish", "researching", "cannot publish a claim that is researching"),
        ("take", "published", "cannot take a claim that is published"),
        (
            "retract",
            "published",
            "cannot retract: this needs a claim of which holds: a retraction is proposed",
        ),
    ],
)
def test_a_refusal_by_state_is_said_in_words(action, state, words):
    with pytest.raises(NotPossible, match=f"^{words}$"):
        perform(make_claim(state), action, by=make_user("cleo", role="editor"))


@pytest.mark.parametrize("action", ["return", "reconsider", "reopen", "propose_retraction"])
def test_a_missing_note_is_asked_for(action):
    state = {"return": "in_review", "reconsider": "declined"}.get(action, "published")

    with pytest.raises(Unmet) as refusal:
        perform(make_claim(state), action, by=make_user("cleo", role="editor"), note="  ")

    assert [gap.field for gap in refusal.value.gaps] == ["note"]


@pytest.mark.parametrize(
    ("action", "state", "data", "field"),
    [
        ("take", "new", {"reason": "x"}, "reason"),
        ("decline", "new", {"reason": "boring"}, "reason"),
        ("decline", "new", {"reason": "duplicate", "target": "0000000000"}, "target"),
        ("decline", "new", {"reason": "out_of_scope", "target": "0000000000"}, "target"),
        ("decline", "new", {"reason": ["not_checkable"]}, "reason"),
        ("assign", "new", {"assignee": "nobody-of-this-name"}, "assignee"),
        ("reaffirm", "reopened", {"as_of": "yesterday"}, "as_of"),
        ("fix_typo", "published", {"finding": "a\x00b"}, "finding"),
        ("fly", "new", {}, "action"),
    ],
)
def test_bad_data_is_refused_with_the_field(action, state, data, field):
    claim = make_claim(state)

    with pytest.raises(Invalid) as refusal:
        perform(claim, action, by=make_user("cleo", role="editor"), note=NOTE, data=data)

    assert refusal.value.field == field
    assert Claim.objects.get(pk=claim.pk).state == state


def test_work_is_assigned_only_to_an_active_checker():
    dana = make_user("dana", role="contributor")
    gone = make_user("gone", role="checker", is_active=False)

    for user in (dana, gone):
        with pytest.raises(Invalid, match=r"^choose an active fact-checker or editor$"):
            perform(
                make_claim("new", statement=make_statement(f"Words for {user}")),
                "assign",
                by=make_user("ben", role="editor"),
                data={"assignee": user.username},
            )


def test_a_stale_claim_is_refused_and_says_so():
    claim = make_claim("new")
    mine, theirs = Claim.objects.get(pk=claim.pk), Claim.objects.get(pk=claim.pk)
    perform(theirs, "take", by=make_user("eli"))

    with pytest.raises(Stale) as refusal:
        perform(mine, "take", by=make_user("ada"))

    assert refusal.value.current_version == theirs.version
    assert Claim.objects.get(pk=claim.pk).assignee == make_user("eli")


# ---- four eyes ------------------------------------------------------------------------------


def test_editor_publishes_what_a_checker_found():
    claim = make_claim("in_review")

    perform(claim, "publish", by=make_user("ben", role="editor"))

    assert list(Claim.objects.public()) == [claim]
    assert [(c.action, c.by.username) for c in claim.state_changes.all()] == [
        ("take", "ada"),
        ("submit", "ada"),
        ("publish", "ben"),
    ]


def test_the_author_cannot_publish_though_an_editor():
    claim = make_claim("in_review", author="ben")
    make_user("ben").groups.set([make_user("cleo", role="editor").groups.get()])
    ben = type(make_user("ben")).objects.get(username="ben")

    with pytest.raises(Unmet, match=r"^ask a second person to publish$"):
        perform(claim, "publish", by=ben)


def test_the_last_editor_cannot_publish():
    claim = make_claim("researching")
    ben = make_user("ben", role="editor")
    save_draft(claim, by=ben, finding="The air force counted 1,297 drones in nine nights, it says.")
    perform(Claim.objects.get(pk=claim.pk), "submit", by=make_user("ada"))
    claim = Claim.objects.get(pk=claim.pk)

    with pytest.raises(Unmet, match=r"^ask a second person to publish$"):
        perform(claim, "publish", by=ben)

    perform(claim, "publish", by=make_user("cleo", role="editor"))
    assert claim.live_verdict.reviewer == make_user("cleo")


def test_a_superuser_without_a_group_cannot_publish():
    claim = make_claim("in_review")

    with pytest.raises(NotAllowed, match=r"^only an editor may do this: publish$"):
        perform(claim, "publish", by=make_user("root", role="", is_superuser=True))


@pytest.mark.parametrize("column", ["author_id", "last_editor_id"])
@pytest.mark.parametrize("value", ["same", None])
def test_the_database_itself_wants_four_eyes(column, value):
    claim = make_claim("published")
    verdict = Verdict.objects.get(claim=claim)
    copy = {f.column: getattr(verdict, f.attname) for f in Verdict._meta.concrete_fields}
    copy |= {"id": None, "revision": 2, "kind": "update", "reasons": "[]"}
    del copy["id"]
    copy[column] = copy["reviewer_id"] if value == "same" else None

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO statements_verdict ({', '.join(copy)}) "  # noqa: S608 - our own columns
            f"VALUES ({', '.join(['%s'] * len(copy))})",
            list(copy.values()),
        )

    assert Verdict.objects.count() == 1


# ---- what an action leaves behind -----------------------------------------------------------


def test_publishing_seals_what_the_finding_rests_on():
    claim = make_claim("in_review", kind="other")

    perform(claim, "publish", by=make_user("ben", role="editor"))

    sealed = Claim.objects.get(pk=claim.pk).live_verdict.sealed
    assert sealed["claim"]["text"] == claim.text
    assert [e["anchor"]["exact"] for e in sealed["evidence"]] == ["1,297 drones", "1,297 drones"]
    assert [len(e["snapshot"]["sha256"]) for e in sealed["evidence"]] == [64, 64]
    assert sealed["finding"]["code"] == "accurate"
    assert sealed["about"]["reviewer"] == "ben"
    assert [s["text"] for s in sealed["statements"]] == [make_statement.__globals__["WORDS"]]


def test_the_publication_number_rises_only_when_the_public_can_see_something():
    claim = make_claim("in_review")
    steps = []

    for action, by, note in [
        ("recall", "ada", "again"),
        ("submit", "ada", ""),
        ("publish", "ben", ""),
        ("propose_retraction", "ben", "wrong"),
        ("withdraw_proposal", "cleo", "not wrong"),
        ("reopen", "ada", "new reports"),
    ]:
        before = Publication.objects.current()
        perform(claim, action, by=make_user(by), note=note)
        steps.append((action, Publication.objects.current() - before))

    assert steps == [
        ("recall", 0),
        ("submit", 0),
        ("publish", 1),
        ("propose_retraction", 0),
        ("withdraw_proposal", 0),
        ("reopen", 1),
    ]


def test_a_second_revision_says_its_kind_and_what_changed():
    claim = make_claim("reopened")
    ada, ben = make_user("ada"), make_user("ben")
    save_draft(claim, by=ada, finding="The air force counted 1,434 drones in ten nights.")
    perform(claim, "submit", by=ada)

    with pytest.raises(Unmet) as refusal:
        perform(claim, "publish", by=ben)
    perform(
        claim, "publish", by=ben, data={"kind": "correction", "public_note": "We left a night out."}
    )

    assert [gap.words for gap in refusal.value.gaps] == [
        "choose what kind of revision this is",
        "tell the public what changed",
    ]
    correction = Correction.objects.get(claim=claim)
    assert (correction.kind, correction.revision_before, correction.revision_after) == (
        "correction",
        1,
        2,
    )
    assert [v.finding for v in claim.verdicts.all()] == [
        "The air force counted 1,297 drones in nine nights.",
        "The air force counted 1,434 drones in ten nights.",
    ]


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (
            "mixed",
            "clarification",
            "the verdict is another one: call it a change of verdict or an update",
        ),
        (
            "accurate",
            "verdict_change",
            "the verdict is the same: call it a clarification, update or correction",
        ),
    ],
)
def test_the_kind_of_a_revision_fits_what_changed(code, kind, words):
    claim = make_claim("reopened")
    save_draft(claim, by=make_user("ada"), code=code, finding="Another sentence.")
    perform(claim, "submit", by=make_user("ada"))

    with pytest.raises(Unmet, match=f"^{words}$"):
        perform(
            claim, "publish", by=make_user("ben"), data={"kind": kind, "public_note": "Changed."}
        )


def test_a_reopened_claim_keeps_its_verdict_up_and_its_changes_to_itself():
    claim = make_claim("reopened")

    save_draft(claim, by=make_user("ada"), finding="Secret new finding.")
    update_claim(Claim.objects.get(pk=claim.pk), by=make_user("ada"), short_text="Secret wording")

    claim = Claim.objects.get(pk=claim.pk)
    assert claim.is_public
    assert claim.live_verdict.finding == "The air force counted 1,297 drones in nine nights."
    assert "secret" not in claim.get_absolute_url()
    assert "Secret" not in claim.live_verdict.content


def test_the_draft_of_a_reopened_claim_starts_as_the_live_verdict():
    claim = make_claim("published")
    eli = make_user("eli")

    perform(claim, "reopen", by=eli, note="New reports came in.")

    draft = Draft.objects.get(claim=claim)
    assert (draft.finding, draft.code, draft.as_of) == (
        claim.live_verdict.finding,
        "accurate",
        date(2025, 3, 28),
    )
    assert (draft.author, draft.last_editor, claim.assignee) == (eli, eli, eli)


def test_reaffirming_is_a_revision_with_a_new_day_and_no_correction():
    claim = make_claim("reopened")

    perform(claim, "reaffirm", by=make_user("cleo"), data={"as_of": "2025-04-30"})

    verdict = claim.live_verdict
    assert (verdict.revision, verdict.kind, verdict.as_of) == (2, "unchanged", date(2025, 4, 30))
    assert (verdict.author.username, verdict.reviewer.username) == ("ada", "cleo")
    assert verdict.citations.count() == 2
    assert not Correction.objects.exists()


def test_a_finding_is_not_reaffirmed_for_a_day_before_its_own():
    with pytest.raises(
        Unmet,
        match=r"^the finding looks as far as 2025-03-28 already: set that day or a later one$",
    ):
        perform(
            make_claim("reopened"), "reaffirm", by=make_user("cleo"), data={"as_of": "2025-03-27"}
        )


def test_reopening_leaves_a_proposal_of_two_editors_alone():
    claim = make_claim("published")
    perform(claim, "propose_take_down", by=make_user("ben"), note="A court ordered it.")

    perform(claim, "reopen", by=make_user("ada"), note="New reports came in.")
    perform(claim, "submit", by=make_user("ada"))
    perform(
        claim,
        "publish",
        by=make_user("ben"),
        data={"kind": "update", "public_note": "New reports."},
    )
    perform(claim, "take_down", by=make_user("cleo"))

    assert claim.state == "taken_down"


def test_a_new_finding_ends_the_proposal_to_retract_the_old_one():
    claim = make_claim("published")
    perform(claim, "propose_retraction", by=make_user("ben"), note="The report was forged.")
    perform(claim, "reopen", by=make_user("ada"), note="A better report came in.")
    perform(claim, "submit", by=make_user("ada"))

    perform(
        claim,
        "publish",
        by=make_user("ben"),
        data={"kind": "update", "public_note": "New reports."},
    )

    assert claim.proposal_kind == ""


def test_two_claims_are_not_declined_for_one_another():
    one, other = make_claim("new"), make_claim("new", text="Another claim")
    ada = make_user("ada")
    perform(one, "decline", by=ada, data={"reason": "duplicate", "target": other.public_id})

    with pytest.raises(Invalid, match=r"^that claim was declined as a repetition of this one$"):
        perform(other, "decline", by=ada, data={"reason": "duplicate", "target": one.public_id})


def test_who_reopened_cannot_reaffirm():
    claim = make_claim("published")
    cleo = make_user("cleo")
    perform(claim, "reopen", by=cleo, note="Another look.")

    with pytest.raises(Unmet, match=r"^ask an editor who did not reopen the claim$"):
        perform(claim, "reaffirm", by=cleo, data={"as_of": "2025-04-30"})


def test_a_day_to_come_cannot_be_reaffirmed():
    with pytest.raises(Unmet, match=r"^nobody looked at a day that has not come$"):
        perform(
            make_claim("reopened"), "reaffirm", by=make_user("cleo"), data={"as_of": "2999-01-01"}
        )


def test_what_changed_since_reopening_cannot_be_reaffirmed():
    claim = make_claim("reopened")
    update_claim(claim, by=make_user("ada"), text="Another wording altogether")

    with pytest.raises(Unmet, match=r"the wording differ from the published finding$"):
        perform(
            Claim.objects.get(pk=claim.pk),
            "reaffirm",
            by=make_user("cleo"),
            data={"as_of": "2025-04-30"},
        )


def test_a_typo_fix_keeps_code_people_and_numbers():
    claim = make_claim("published")

    perform(
        claim,
        "fix_typo",
        by=make_user("ben"),
        data={"finding": "The air force has counted 1,297 drones in nine nights."},
    )

    first, second = claim.verdicts.all()
    assert second.kind == "typo"
    assert (second.code, second.author, second.reviewer) == (
        first.code,
        first.author,
        first.reviewer,
    )
    assert second.sealed["evidence"] == first.sealed["evidence"]
    assert Correction.objects.get().has_banner is False


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        (
            "The air force counted 1,434 drones in nine nights.",
            "this changes more than spelling in the finding: reopen the claim",
        ),
        ("Nobody knows.", "this changes more than spelling in the finding: reopen the claim"),
        (
            "The air force counted 1,297 drones in nine nights.",
            "write the text with the typo put right",
        ),
        ("", "write the text with the typo put right"),
    ],
)
def test_a_typo_fix_changes_spelling_only(finding, words):
    with pytest.raises(Unmet, match=f"^{words}$"):
        perform(make_claim("published"), "fix_typo", by=make_user("ben"), data={"finding": finding})


def test_a_retraction_takes_two_editors_and_leaves_a_notice():
    claim = make_claim("published")
    ben, cleo = make_user("ben"), make_user("cleo")
    perform(claim, "propose_retraction", by=ben, note="The report was forged.")

    with pytest.raises(Unmet, match=r"^ask a second editor: you made the proposal$"):
        perform(claim, "retract", by=ben)
    perform(claim, "retract", by=cleo)

    assert (claim.state, claim.live_verdict, claim.is_public) == ("retracted", None, True)
    assert [(c.kind, c.summary) for c in claim.corrections.all()] == [
        ("retraction", "The report was forged.")
    ]


def test_a_retracted_claim_that_is_reopened_shows_its_notice_and_no_verdict():
    claim = make_claim("retracted")

    perform(claim, "reopen", by=make_user("ada"), note="A better report came in.")

    assert (claim.is_public, claim.live_verdict) == (True, None)
    assert list(Claim.objects.public()) == [claim]


def test_a_retracted_claim_can_be_published_anew():
    claim = make_claim("retracted")
    perform(claim, "reopen", by=make_user("ada"), note="A better report came in.")
    perform(claim, "submit", by=make_user("ada"))

    perform(
        claim,
        "publish",
        by=make_user("ben"),
        data={"kind": "correction", "public_note": "Found again on a better report."},
    )

    assert (claim.state, claim.retracted_at, claim.live_verdict.revision) == ("published", None, 2)
    assert list(faults_of(claim)) == []


def test_a_take_down_erases_the_texts_and_keeps_the_hashes():
    word = "Zanzibar"
    claim = make_claim("in_review", text=f"{word} is in the claim", finding=f"{word} is found")
    perform(claim, "return", by=make_user("ben"), note=f"{word} in a note")
    save_draft(claim, by=make_user("ada"), rationale=f"{word} in the rationale")
    perform(claim, "submit", by=make_user("ada"))
    perform(claim, "publish", by=make_user("ben"))
    hashes = [v.content_sha256 for v in claim.verdicts.all()]
    perform(claim, "propose_take_down", by=make_user("ben"), note="A court ordered it.")

    perform(claim, "take_down", by=make_user("cleo"))

    assert (claim.state, claim.is_public) == ("taken_down", False)
    assert [v.content_sha256 for v in claim.verdicts.all()] == hashes
    assert list(faults_of(Claim.objects.get(pk=claim.pk))) == []
    assert claim.state_changes.last().note == "A court ordered it."
    assert rows_holding(word) == []


def rows_holding(word):
    """Names every table of ours in whose rows a word can be read."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            if table.startswith(("statements_", "sources_")):
                cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - our own tables
                if any(word in str(row) for row in cursor.fetchall()):
                    found.append(table)
    return found


def test_an_imported_finding_claims_no_four_eyes_and_says_so():
    ada = make_user("ada")
    archive = make_publisher("Old archive")
    claim = add_claim(
        by=ada,
        text="An old claim",
        statement=make_statement(),
        imported_from=archive,
        external_ref="archive:1",
    )
    save_draft(claim, by=ada, code="mixed", finding="Found long ago.", as_of=date(2020, 1, 1))
    claim.refresh_from_db()

    perform(claim, "import", by=None)

    verdict = claim.live_verdict
    assert (verdict.origin, verdict.imported_from, verdict.reviewer) == ("imported", archive, None)
    assert claim.state == "published"
    assert claim.state_changes.get().by is None


def test_an_own_claim_cannot_be_imported():
    with pytest.raises(NotPossible, match=r"imported and never acted upon"):
        perform(make_claim("new"), "import", by=None)


def test_declining_as_a_duplicate_names_the_twin():
    twin = make_claim("published")
    claim = make_claim("new", statement=make_statement("Other words"))

    perform(
        claim,
        "decline",
        by=make_user("ada"),
        data={"reason": "duplicate", "target": twin.public_id},
    )

    assert (claim.decline_reason, claim.duplicate_of) == ("duplicate", twin)


# ---- frozen ---------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["in_review", "published", "retracted", "declined", "taken_down"])
def test_nothing_of_a_frozen_claim_changes(state):
    claim = make_claim(state, kind="quantity" if state == "declined" else "other")
    ada = make_user("ada")
    source = make_source("Late report", snapshot_text="Late words")

    def edits():
        yield lambda: update_claim(claim, by=ada, text="Other words")
        yield lambda: save_draft(claim, by=ada, finding="Other finding")
        yield lambda: attach_evidence(claim, by=ada, source=source, stance="refutes")
        yield lambda: set_quantity(claim, by=ada, measure=make_measure(), value=3)
        yield lambda: record_reply(claim, by=ada, outcome="not_sought", reason="None needed.")
        for evidence in claim.evidence.all():
            yield lambda evidence=evidence: update_evidence(evidence, by=ada, note="Other note")

    for edit in edits():
        with pytest.raises(NotPossible, match=r"^the claim is "):
            edit()


# ---- history --------------------------------------------------------------------------------


@pytest.mark.parametrize("state", STATES)
def test_the_chain_of_every_way_verifies(state):
    claim = make_claim(state)

    assert list(faults_of(Claim.objects.get(pk=claim.pk))) == []
    assert StateChange.objects.filter(claim=claim).count() == len(
        dict.fromkeys(claim.state_changes.values_list("sequence"), 0)
    )


def test_an_altered_state_is_named():
    claim = make_claim("published")
    Claim.objects.filter(pk=claim.pk).update(state="reopened", assignee=make_user("ada"))

    assert list(faults_of(Claim.objects.get(pk=claim.pk))) == [
        "the claim is reopened, its history ended in published"
    ]


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2020-01-01", "say of which time zone this moment is"),
        ("yesterday", "write the moment as 2025-03-27T12:00:00+00:00"),
        ("2999-01-01T00:00:00+00:00", "nothing was published at such a moment"),
        ("0001-01-01T00:00:00+14:00", "nothing was published at such a moment"),
    ],
)
def test_a_moment_at_which_no_archive_published_is_refused(moment, words):
    claim = make_claim(imported_from=make_publisher("Old archive"), external_ref="archive:1")

    with pytest.raises(Invalid, match=f"^{re.escape(words)}$"):
        perform(claim, "import", by=None, data={"published_at": moment})

    assert not claim.state_changes.exists()
