"""The inbox: what asks for an answer, how it is answered, and what a refusal leaves standing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from statements.models import Claim, ClaimRelation, Recheck
from statements.operations import (
    confirm_violation,
    open_rechecks,
    perform,
    record_violation,
    save_draft,
)
from tests.desk.pages import Page, claim_address
from tests.desk.test_queue import everything_that_waits, make_commitment, queries_of
from tests.factories import (
    make_agreement,
    make_claim,
    make_ready,
    make_source,
    make_speaker,
    make_user,
)
from tests.statements.test_contradictions import typed

pytestmark = pytest.mark.django_db

INBOX = "/admin/desk/inbox/"


def entry_of(text="A finding", **fields):
    claim = make_claim("published", text=text)
    values = {"cause": "new_event", "summary": "A party withdrew.", **fields}
    return open_rechecks([claim], **values)[0]


def answer(client, entry, outcome, note="Looked through it.", *, follow=False):
    name = f"recheck-{entry.pk}"
    data = {"do": name, f"{name}-note": note} | ({f"{name}-outcome": outcome} if outcome else {})
    return client.post(INBOX, data, follow=follow)


def close(client, row, resolution="not_comparable", note="Two meetings."):
    name = f"resolve-{row.pk}"
    return client.post(INBOX, {"do": name, f"{name}-resolution": resolution, f"{name}-note": note})


def test_everything_that_asks_for_an_answer_is_on_one_page(desk):
    entry_of("A finding on a party")
    typed("Thirty", 30)
    typed("Thirty-one", 31)
    everything_that_waits()
    make_commitment(timezone.localdate() - timedelta(days=1), "A promise")

    page = Page(desk().get(INBOX))

    for words in (
        "A finding on a party", "A party withdrew.", "A new event of an agreement",
        "Thirty", "Thirty-one", "30 countries", "Statement of a claim", "A promise",
        "no finding yet",
    ):  # fmt: skip
        assert words in page.words
    assert "Look again 1 Contradictions 1 Second editor 4 Overdue 1" in page.words


def test_an_empty_inbox_says_so(desk):
    page = Page(desk().get(INBOX))

    for words in (
        "Nothing bears on a published finding.",
        "No two claims contradict each other that nobody has looked at.",
        "Nothing waits for a second editor.",
        "No commitment is past its day without an outcome.",
    ):
        assert words in page.words


def test_the_start_page_counts_what_waits_in_the_inbox(desk):
    entry_of()
    typed("Thirty", 30)
    typed("Thirty-one", 31)

    page = Page(desk().get("/admin/"))

    assert INBOX in page.links
    assert "Inbox 2" in page.words


@pytest.mark.parametrize(
    ("outcome", "state", "words"),
    [
        ("still_holds", "published", "Answered: the finding still holds."),
        ("not_relevant", "published", "Answered: it does not bear on the finding."),
        ("reopened", "reopened", "Answered: the claim was reopened."),
    ],
)
def test_an_entry_is_answered_with_one_button(desk, outcome, state, words):
    entry = entry_of()
    client = desk()

    response = answer(client, entry, outcome)

    assert response["Location"] == f"{INBOX}#rechecks"
    assert words in Page(client.get(INBOX)).words
    entry.refresh_from_db()
    assert (entry.outcome, entry.note, entry.closed_by.username) == (
        outcome, "Looked through it.", "ada",
    )  # fmt: skip
    assert Claim.objects.get(pk=entry.claim_id).state == state


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"outcome": "still_holds", "note": ""}, "This field is required."),
        ({"outcome": "", "note": "I looked."}, "Choose what came of it."),
        ({"outcome": "nonsense", "note": "I looked."}, "Choose what came of it."),
    ],
)
def test_half_an_answer_is_asked_again_and_nothing_typed_is_lost(desk, told, words):
    entry, other = entry_of(), entry_of("Another")

    response = answer(desk(), entry, told["outcome"], told["note"])

    page = Page(response)
    assert response.status_code == 422
    assert words in page.words
    assert page.form(f"recheck-{entry.pk}")[f"recheck-{entry.pk}-note"] == told["note"]
    assert page.form(f"recheck-{other.pk}")[f"recheck-{other.pk}-note"] == ""
    assert Recheck.objects.waiting().count() == 2


def test_a_contributor_reads_the_inbox_and_answers_nothing(desk):
    entry = entry_of()
    client = desk("con", role="contributor")
    offered = Page(client.get(INBOX)).names

    response = answer(client, entry, "still_holds", follow=True)

    assert "Only a fact-checker or an editor may answer" in Page(response).words
    assert [name for name in offered if name.startswith("recheck")] == []
    assert list(Recheck.objects.waiting()) == [entry]


def test_who_comes_second_is_told(desk):
    entry = entry_of()
    answer(desk("ada"), entry, "still_holds")

    response = answer(desk("ben", role="editor"), entry, "reopened", follow=True)

    assert "This does not wait any more: somebody was faster." in Page(response).words
    entry.refresh_from_db()
    assert (entry.outcome, entry.closed_by.username) == ("still_holds", "ada")
    assert Claim.objects.get(pk=entry.claim_id).state == "published"


def test_a_contradiction_is_closed_with_a_reason(desk):
    typed("Thirty", 30)
    typed("Thirty-one", 31)
    row = ClaimRelation.objects.get()
    client = desk()

    half = close(client, row, note="")
    nothing = close(client, row, resolution="open")
    done = close(client, row)
    again = client.post(INBOX, {"do": f"resolve-{row.pk}"}, follow=True)

    assert (half.status_code, nothing.status_code, done.status_code) == (422, 422, 302)
    row.refresh_from_db()
    assert (row.resolution, row.note, row.is_suggested) == (
        "not_comparable",
        "Two meetings.",
        False,
    )
    assert "This does not wait any more: somebody was faster." in Page(again).words


@pytest.mark.parametrize(
    "do", ["", "recheck-x", "recheck-999999999999999999999", "resolve-", "x-1"]
)
def test_what_is_not_there_is_said_so(desk, do):
    response = desk().post(INBOX, {"do": do}, follow=True)

    assert "This does not wait any more" in Page(response).words


def test_a_violation_is_confirmed_where_all_waits(desk):
    row = record_violation(
        make_agreement(), by=make_user("ada"), party=make_speaker("Russia"), standing="alleged",
        what="A strike", happened_on=date(2025, 3, 19), alleged_by=make_speaker("Ukraine"),
        source=make_source(),
    )  # fmt: skip
    page = Page(desk("ben", role="editor").get(INBOX))

    desk("ben").post(f"/admin/desk/waiting/violation/{row.pk}/")

    assert "Violation of an agreement" in page.words
    assert "Russia: alleged, 19 March 2025" in page.words
    row.refresh_from_db()
    assert row.confirmation.confirmed_by.username == "ben"


def test_the_number_of_queries_does_not_grow_with_the_rows(desk):
    client = desk()

    def more(number):
        entry_of(f"Finding {number}")
        typed(f"Thirty {number}", 30 + number)
        make_commitment(timezone.localdate() - timedelta(days=1), f"Promise {number}")
        row = record_violation(
            make_agreement(f"Pause {number}"), by=make_user("ada"), party=make_speaker("Russia"),
            standing="corroborated", what="A strike", happened_on=date(2025, 3, 19),
            source=make_source(),
        )  # fmt: skip
        if number % 2:
            confirm_violation(row, by=make_user("ben", role="editor"))

    more(0)
    more(1)
    few = queries_of(client, INBOX)
    for number in range(2, 5):
        more(number)

    assert (few, queries_of(client, INBOX)) == (QUERIES, QUERIES)


QUERIES = 25


# ---- commitments that are past their day ----------------------------------------------------


@pytest.mark.parametrize(
    ("status", "is_overdue"),
    [
        ("not_started", True),
        ("in_progress", True),
        ("stalled", True),
        ("unclear", True),
        ("fulfilled", False),
        ("partly_fulfilled", False),
        ("not_fulfilled", False),
    ],
)
def test_a_commitment_is_overdue_until_its_outcome_is_known(db, status, is_overdue):
    claim = make_commitment(date(2025, 4, 11))
    day_after, on_the_day = date(2025, 4, 12), date(2025, 4, 11)
    assert list(Claim.objects.overdue(on=day_after)) == [claim]

    make_ready(claim, by=make_user("ada"))
    save_draft(claim, by=make_user("ada"), commitment_status=status)
    for action, name in (("take", "ada"), ("submit", "ada"), ("publish", "ben")):
        perform(claim, action, by=make_user(name, role="editor" if name == "ben" else "checker"))

    assert list(Claim.objects.overdue(on=day_after)) == ([claim] if is_overdue else [])
    assert list(Claim.objects.overdue(on=on_the_day)) == []


def test_a_declined_commitment_and_one_without_a_day_are_not_overdue(db):
    make_commitment(None, "No day")
    declined = make_commitment(date(2025, 4, 11), "Declined")
    perform(declined, "decline", by=make_user("ada"), data={"reason": "out_of_scope"})
    make_claim("published", text="No commitment")

    assert list(Claim.objects.overdue(on=date(2025, 5, 1))) == []


def test_the_claim_page_says_that_something_bears_on_it(desk):
    entry = entry_of()

    page = Page(desk().get(claim_address(entry.claim)))

    assert "Look again: A party withdrew." in page.words
    assert f"{INBOX}#rechecks" in page.links
