"""The queue: what there is to do, in a fixed number of queries, with filters in the address."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from statements.desk.queue import lines_for, with_readiness
from statements.models import AgreementEvent, Claim, Occurrence, StatementCorrection
from statements.operations import (
    attach_occurrence,
    available_actions,
    confirm_late,
    perform,
    propose_statement_correction,
    record_agreement_event,
    relate_claims,
    resolve_relation,
    schedule_review,
    set_commitment,
)
from tests.desk.pages import Page, claim_address
from tests.factories import (
    make_agreement,
    make_claim,
    make_source,
    make_speaker,
    make_statement,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


def make_commitment(due_on, text="An overdue promise"):
    claim = make_claim("new", kind="commitment", text=text)
    set_commitment(
        claim, by=make_user("ada"), committed_by=make_speaker(), deliverable="A meeting",
        due_on=due_on,
    )  # fmt: skip
    return claim


def titles(response):
    return [line.claim.text for line in response.context["lines"]]


def test_the_short_address_keeps_its_filters(desk):
    ada = desk("ada")

    assert ada.get("/admin/desk/")["Location"] == "/admin/"
    assert ada.get("/admin/desk/?q=drones&tab=due")["Location"] == "/admin/?q=drones&tab=due"


def test_each_tab_shows_its_own_claims(desk):
    for state in ("new", "researching", "in_review", "published", "declined"):
        make_claim(state, text=f"A {state} claim")
    due = Claim.objects.get(state="published")
    schedule_review(due, by=make_user("ada"), on=timezone.localdate() - timedelta(days=1))
    make_commitment(timezone.localdate() - timedelta(days=1))
    ada, ben = desk("ada"), desk("ben", role="editor")

    assert titles(ada.get("/admin/")) == ["A researching claim"]
    assert titles(ada.get("/admin/?show=unassigned")) == ["A new claim", "An overdue promise"]
    assert titles(ada.get("/admin/?show=review")) == []  # she wrote it
    assert titles(ben.get("/admin/?show=review")) == ["A in_review claim"]
    assert titles(ben.get("/admin/?show=due")) == ["A published claim"]
    assert titles(ben.get("/admin/?show=overdue")) == ["An overdue promise"]
    assert titles(ben.get("/admin/?show=nonsense")) == []


def test_a_line_says_what_the_guards_say(desk):
    make_claim("new", kind="quantity")
    make_claim("researching", finding="")
    make_claim("researching", roots=1)
    make_claim("in_review")
    ada = make_user("ada")
    for line in lines_for(with_readiness(Claim.objects.all())):
        fresh = Claim.objects.get(pk=line.claim.pk)
        if fresh.state == "new":
            perform(fresh, "take", by=ada)
        submit = [o for o in available_actions(fresh, ada) if o.action.code == "submit"]
        if submit:
            assert list(submit[0].gaps) == line.gaps
    assert [line.evidence for line in lines_for(with_readiness(Claim.objects.order_by("id")))] == [
        "0/2", "0/2", "1/2", "2/2",
    ]  # fmt: skip


def queries_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


def test_the_number_of_queries_does_not_grow_with_the_rows(desk):
    ada = desk()
    make_claim("researching")
    one = queries_of(ada, "/admin/?show=all")
    for number in range(24):
        make_claim(
            "researching", text=f"Claim {number}", statement=make_statement(f"Words {number}")
        )

    assert (one, queries_of(ada, "/admin/?show=all")) == (QUERIES, QUERIES)


QUERIES = 27


def test_one_hundred_rows_are_paged_and_keep_their_filters(desk):
    statement = make_statement()
    for number in range(60):
        make_claim("new", text=f"Claim {number}", statement=statement, kind="event")
    make_claim("new", text="Another kind", statement=statement)
    ada = desk()
    response = ada.get("/admin/?show=unassigned&kind=event&page=2")
    page = Page(response)

    assert len(response.context["lines"]) == 25
    assert "?show=unassigned&kind=event&page=3" in page.links
    assert "?show=review&kind=event" in page.links
    assert ada.get("/admin/?show=unassigned&kind=event&page=x").status_code == 200
    assert ada.get("/admin/?show=unassigned&kind=%3Cb%3E&topic=9&page=-1").status_code == 200


def test_filters_narrow_by_words_kind_state_speaker_and_topic(desk):
    topic = make_topic()
    make_claim("new", text="Drones fly", kind="event", topics=[topic])
    make_claim("researching", text="Talks begin")
    ada = desk()

    assert titles(ada.get("/admin/?show=all&q=fly")) == ["Drones fly"]
    assert titles(ada.get("/admin/?show=all&kind=event")) == ["Drones fly"]
    assert titles(ada.get("/admin/?show=all&state=researching")) == ["Talks begin"]
    assert titles(ada.get("/admin/?show=all&speaker=nobody")) == []
    assert titles(ada.get("/admin/?show=all&topic=russian-strikes")) == ["Drones fly"]


@pytest.mark.parametrize("address", ["/admin/?show=all&q=", "/admin/statements/claim/?q="])
def test_mistyped_words_find_what_was_meant_and_say_so(desk, address):
    ada = desk("ada")
    make_claim(text="Drones flew over the harbour")

    found, known = ada.get(f"{address}harbuor").content.decode(), ada.get(f"{address}harbour")

    assert "Drones flew over the harbour" in found
    assert "Nothing here says <q>harbuor</q>. This is what was found for <strong>harbour" in found
    assert "Drones flew over the harbour" in known.content.decode()
    assert "Nothing here says" not in known.content.decode()


def test_a_claim_is_taken_with_one_click(desk):
    claim = make_claim("new")
    ada = desk()
    form = Page(ada.get("/admin/?show=unassigned")).form("act-take")
    response = ada.post(claim_address(claim), form)

    assert response.status_code == 302
    claim.refresh_from_db()
    assert (claim.state, claim.assignee.username) == ("researching", "ada")


def test_empty_parts_say_what_to_do(desk):
    page = Page(desk().get("/admin/"))

    assert "Nothing is in your hands. Take a claim from “Unassigned”." in page.words


def everything_that_waits():
    claim = make_claim("published")
    ada, ben = make_user("ada"), make_user("ben", role="editor")
    attach_occurrence(claim, by=ada, statement=make_statement("Said again"))
    record_agreement_event(
        make_agreement(), by=ada, axis="agreement_state", value="announced",
        happened_on=timezone.localdate(), source=make_source("An event"),
    )  # fmt: skip
    propose_statement_correction(
        claim.main_statement, by=ben, explanation="A word was wrong.", text="Other words"
    )
    perform(claim, "propose_retraction", by=ben, note="The source was withdrawn.")
    return claim


def test_what_waits_for_a_second_editor_is_confirmed_by_one(desk):
    everything_that_waits()
    cleo, ben, ada = desk("cleo", role="editor"), desk("ben", role="editor"), desk("ada")
    page = Page(cleo.get("/admin/?show=waiting"))

    for words in (
        "Statement of a claim",
        "Event of an agreement",
        "Correction of a statement",
        "Retraction proposed",
    ):
        assert words in page.words
    occurrence = Occurrence.objects.waiting().get()
    event = AgreementEvent.objects.waiting().get()
    correction = StatementCorrection.objects.get()
    ada.post(f"/admin/desk/waiting/occurrence/{occurrence.pk}/")
    ben.post(f"/admin/desk/waiting/correction/{correction.pk}/")
    assert Occurrence.objects.waiting().count() == 1
    correction.refresh_from_db()
    assert correction.is_open

    cleo.post(f"/admin/desk/waiting/occurrence/{occurrence.pk}/")
    cleo.post(f"/admin/desk/waiting/event/{event.pk}/")
    cleo.post(f"/admin/desk/waiting/correction/{correction.pk}/")

    assert Occurrence.objects.waiting().count() == 0
    assert AgreementEvent.objects.waiting().count() == 0
    correction.refresh_from_db()
    assert correction.confirmed_by.username == "cleo"


def test_how_a_shown_link_was_resolved_waits_beside_it(desk):
    claim, other = make_claim("published"), make_claim("published", text="Another claim")
    relation = relate_claims(claim, other, by=make_user("ada"), kind="apparent_conflict")
    confirm_late(relation, by=make_user("ben", role="editor"))
    resolve_relation(relation, by=make_user("ben"), resolution="rounding", note="Both are 1,000.")
    ben, cleo = desk("ben", role="editor"), desk("cleo", role="editor")

    [line] = cleo.get("/admin/?show=waiting").context["waiting"]
    pages = [
        user.get(f"/admin/statements/claim/{claim.pk}/change/").content.decode()
        for user in (ben, cleo)
    ]
    seen = relation_seen(relation)
    cleo.post(f"/admin/desk/waiting/relation/{relation.pk}/", {"seen": seen})

    assert (line.what, line.about) == ("How a conflict was resolved", "Rounding: Both are 1,000.")
    assert (line.by.username, line.may_confirm) == ("ben", True)
    assert ["Rounding: Both are 1,000." in page for page in pages] == [True, True]
    assert [f'value="join-{relation.pk}"' in page for page in pages] == [False, True]
    relation.refresh_from_db()
    assert (relation.resolution, relation.confirmed_by.username) == ("rounding", "cleo")


def relation_seen(relation):
    relation.refresh_from_db()
    return relation.wording_mark


def test_a_resolution_that_was_worded_anew_is_read_again_before_it_is_confirmed(desk):
    claim, other = make_claim("published"), make_claim("published", text="Another claim")
    relation = relate_claims(claim, other, by=make_user("ada"), kind="apparent_conflict")
    confirm_late(relation, by=make_user("ben", role="editor"))
    ben, cleo = make_user("ben"), desk("cleo", role="editor")
    resolve_relation(relation, by=ben, resolution="rounding", note="Both are 1,000.")
    read = cleo.get("/admin/?show=waiting").content.decode()
    seen = relation_seen(relation)
    resolve_relation(relation, by=ben, resolution="real_conflict", note="One of them is wrong.")

    answers = [
        cleo.post(address, {"seen": seen, "do": f"join-{relation.pk}"}, follow=True)
        for address in (
            f"/admin/desk/waiting/relation/{relation.pk}/",
            f"/admin/statements/claim/{claim.pk}/change/",
        )
    ]

    assert f'name="seen" value="{seen}"' in read
    for answer in answers:
        assert "worded anew since you read it" in answer.content.decode()
    relation.refresh_from_db()
    assert (relation.resolution, relation.is_waiting) == ("open", True)


def test_a_proposal_is_withdrawn(desk):
    everything_that_waits()
    correction = StatementCorrection.objects.get()
    desk("ben", role="editor").post(
        f"/admin/desk/waiting/correction/{correction.pk}/", {"do": "withdraw"}
    )

    correction.refresh_from_db()
    assert correction.withdrawn_at is not None


@pytest.mark.parametrize("path", ["occurrence/999/", "nothing/1/", "event/99999999999999999999/"])
def test_what_does_not_wait_is_said_so(desk, path):
    response = desk("ben", role="editor").post(f"/admin/desk/waiting/{path}", follow=True)

    assert "This does not wait any more" in Page(response).words


# ---- several at once --------------------------------------------------------------------------


def bulk(client, action, claims, **fields):
    data = {"action": action, "_selected_action": [claim.pk for claim in claims], "apply": "1"}
    return client.post("/admin/statements/claim/?kind__exact=other", data | fields, follow=True)


def test_claims_are_assigned_tagged_and_declined_in_bulk(desk):
    topic = make_topic()
    claims = [
        make_claim("new", text=f"Claim {n}", statement=make_statement(f"W {n}")) for n in range(3)
    ]
    ben = desk("ben", role="editor")
    ada = make_user("ada")
    bulk(ben, "tag_claims", claims, topics=[topic.pk])
    bulk(ben, "assign_claims", claims[:2], assignee=ada.pk)
    response = bulk(ben, "decline_claims", claims[1:], reason="out_of_scope", note="Not ours.")

    assert [c.topics.get() for c in Claim.objects.all()] == [topic] * 3
    assert sorted(Claim.objects.values_list("text", "state")) == [
        ("Claim 0", "researching"),
        ("Claim 1", "declined"),
        ("Claim 2", "declined"),
    ]
    assert response.request["QUERY_STRING"] == "kind__exact=other"


def test_bulk_refusals_name_the_claim_and_never_publish(desk):
    claim = make_claim("in_review")
    ben = desk("ben", role="editor")
    page = Page(bulk(ben, "decline_claims", [claim], reason="out_of_scope"))

    assert "was left as it is: Cannot decline a claim that is in review." in page.words
    listed = ben.get("/admin/statements/claim/").context["action_form"].fields["action"].choices
    assert [code for code, _ in listed] == ["", "assign_claims", "tag_claims", "decline_claims"]


def test_a_checker_cannot_assign_in_bulk(desk):
    claim = make_claim("new")
    bulk(desk("ada"), "assign_claims", [claim], assignee=make_user("ada").pk)

    assert Claim.objects.get().state == "new"


def test_a_filter_that_makes_no_sense_leaves_the_others_standing(desk):
    make_claim("new", text="A dated event", kind="event")
    make_claim("new", text="Something else", kind="other")

    page = Page(desk().get("/admin/?show=all&kind=event&topic=no-such-topic"))

    assert "A dated event" in page.words
    assert "Something else" not in page.words
    assert "Part of this filter could not be used" in page.words


def test_a_filter_that_makes_sense_is_not_complained_about(desk):
    page = Page(desk().get("/admin/?show=all&kind=event"))

    assert "could not be used" not in page.words
