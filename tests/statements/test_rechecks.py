"""Looking again: what opens a call for it, that it changes nothing itself, and how it is answered."""

import pytest
from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict

from sources.errors import Invalid, NotAllowed, NotPossible
from sources.models import Publication
from statements.models import Claim, Recheck
from statements.operations import close_recheck, open_rechecks, perform
from tests.factories import make_claim, make_user
from tests.statements.test_races import at_once

SUMMARY = "The air force revised its count of 18 March 2025."


def open_one(claim, *, cause="new_observation", summary=SUMMARY, **fields):
    return open_rechecks([claim], cause=cause, summary=summary, **fields)


def as_it_stands(claim):
    return model_to_dict(Claim.objects.get(pk=claim.pk)), claim.state_changes.count()


def test_a_call_to_look_again_changes_nothing_of_the_claim(db):
    claim = make_claim("published")
    before, number = as_it_stands(claim), Publication.objects.get().number

    (entry,) = open_one(claim, detail={"series": 7})

    assert (entry.cause, entry.summary, entry.detail) == ("new_observation", SUMMARY, {"series": 7})
    assert list(Recheck.objects.waiting()) == [entry]
    assert as_it_stands(claim) == before
    assert Publication.objects.get().number == number


def test_an_equal_entry_is_open_once_and_another_one_beside_it(db):
    claim, twin = make_claim("published"), make_claim("published", text="Another one")
    first = open_one(claim, detail={"a": 1, "b": 2})

    again = open_rechecks(
        [claim, twin], cause="new_observation", summary=SUMMARY, detail={"b": 2, "a": 1}
    )
    other = open_one(claim, detail={"a": 1})

    assert [entry.claim for entry in again] == [twin]
    assert list(Recheck.objects.waiting()) == [*first, *again, *other]


def test_an_answered_entry_may_come_again(db):
    claim = make_claim("published")
    (entry,) = open_one(claim)
    close_recheck(entry, by=make_user("ada"), outcome="still_holds", note="Within the bounds.")

    (again,) = open_one(claim)

    assert again.pk != entry.pk


@pytest.mark.parametrize(
    ("state", "is_asked"),
    [
        ("new", False),
        ("researching", False),
        ("in_review", False),
        ("declined", False),
        ("published", True),
        ("reopened", True),
        ("retracted", False),
        ("taken_down", False),
    ],
)
def test_only_a_live_finding_is_looked_at_again(db, state, is_asked):
    assert bool(open_one(make_claim(state))) is is_asked


def test_asking_for_many_costs_as_much_as_asking_for_one(db, django_assert_num_queries):
    claims = [make_claim("published", text=f"Claim {n}") for n in range(4)]

    for some in (claims[:1], claims[1:]):
        with django_assert_num_queries(5):  # two of them are the savepoint's
            open_rechecks(some, cause="source_gone", summary="The page is gone.")

    assert Recheck.objects.count() == 4


def test_the_finding_still_holds(db):
    claim = make_claim("published")
    (entry,) = open_one(claim)
    before, number = as_it_stands(claim), Publication.objects.get().number

    close_recheck(entry, by=make_user("ada"), outcome="still_holds", note="Within the bounds.")

    entry.refresh_from_db()
    assert (entry.outcome, entry.note, entry.closed_by.username) == (
        "still_holds",
        "Within the bounds.",
        "ada",
    )
    assert not entry.is_open
    assert list(Recheck.objects.waiting()) == []
    assert as_it_stands(claim) == before
    assert Publication.objects.get().number == number


def test_reopening_from_an_entry_reopens_the_claim_with_its_note(db):
    claim = make_claim("published")
    (entry,) = open_one(claim)

    close_recheck(entry, by=make_user("ada"), outcome="reopened", note="The count moved below.")

    claim.refresh_from_db()
    assert (claim.state, claim.assignee.username) == ("reopened", "ada")
    last = claim.state_changes.order_by("id").last()
    assert (last.action, last.note) == ("reopen", "The count moved below.")


def test_an_entry_of_a_claim_that_is_open_already_is_just_closed(db):
    claim = make_claim("published")
    (entry,) = open_one(claim)
    perform(claim, "reopen", by=make_user("ben"), note="A reader wrote to us.")

    close_recheck(entry, by=make_user("ada"), outcome="reopened", note="Ben looks at it.")

    claim.refresh_from_db()
    assert (claim.state, claim.assignee.username) == ("reopened", "ben")
    assert list(Recheck.objects.waiting()) == []


@pytest.mark.parametrize(
    ("told", "refusal", "words"),
    [
        ({"role": "contributor"}, NotAllowed, "only a fact-checker or an editor may answer"),
        ({"role": ""}, NotAllowed, "only a fact-checker or an editor may answer"),
        ({"note": " "}, Invalid, "say what you looked at"),
        ({"outcome": "wrong"}, Invalid, "choose what came of it"),
        ({"outcome": ""}, Invalid, "choose what came of it"),
    ],
)
def test_a_refused_answer_changes_nothing(db, told, refusal, words):
    (entry,) = open_one(make_claim("published"))
    answer = {"outcome": "not_relevant", "note": "Another place.", **told}
    by = make_user("fay", role=answer.pop("role", "checker"))

    with pytest.raises(refusal, match=words):
        close_recheck(entry, by=by, **answer)

    assert list(Recheck.objects.waiting()) == [entry]


def test_an_unknown_cause_is_refused(db):
    with pytest.raises(Invalid, match="gossip is no reason to look again"):
        open_one(make_claim("published"), cause="gossip")


@pytest.mark.django_db(transaction=True)
def test_two_people_answer_one_entry_and_the_second_is_told():
    claim = make_claim("published")
    (entry,) = open_one(claim)
    answers = {"ada": "reopened", "eli": "still_holds"}
    users = {name: make_user(name) for name in answers}

    results = at_once(
        *(
            lambda name=name, outcome=outcome: close_recheck(
                Recheck.objects.get(pk=entry.pk), by=users[name], outcome=outcome, note="Looked."
            )
            for name, outcome in answers.items()
        )
    )

    assert results.count("ok") == 1
    (refusal,) = [result for result in results if result != "ok"]
    assert isinstance(refusal, NotPossible)
    assert str(refusal).startswith("this is answered already: the ")
    winner = list(answers)[results.index("ok")]
    entry.refresh_from_db()
    assert (entry.closed_by.username, entry.outcome) == (winner, answers[winner])
    claim.refresh_from_db()
    assert claim.state == ("reopened" if winner == "ada" else "published")


@pytest.mark.django_db(transaction=True)
def test_two_processes_open_one_entry():
    claim = make_claim("published")

    results = at_once(*(lambda: open_one(Claim.objects.get(pk=claim.pk)) for _ in range(4)))

    assert results == ["ok"] * 4
    assert Recheck.objects.count() == 1


def test_the_database_holds_one_open_equal_entry(db):
    (entry,) = open_one(make_claim("published"))
    entry.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save(force_insert=True)


def test_a_take_down_empties_the_entry_too(db):
    claim = make_claim("published")
    (entry,) = open_one(claim, detail={"words": "secret"})
    (answered,) = open_one(claim, cause="new_evidence", summary="He said it again.")
    close_recheck(answered, by=make_user("ada"), outcome="still_holds", note="The same words.")
    perform(claim, "propose_take_down", by=make_user("ben"), note="A court order.")

    perform(claim, "take_down", by=make_user("cleo"))

    for row in (entry, answered):
        row.refresh_from_db()
        assert (row.summary, row.detail, row.note) == ("", {}, "")
    assert list(Recheck.objects.waiting()) == []
    with pytest.raises(NotPossible, match="the claim is taken down"):
        close_recheck(entry, by=make_user("ada"), outcome="still_holds", note="Looked.")
