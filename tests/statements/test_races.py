"""Several people at one moment: one wins, the others are told, nothing is done twice."""

import threading
import time

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.transaction import TransactionManagementError

from sources.errors import NotPossible, Refused
from sources.models import Publication, Source
from sources.operations import hold, works
from statements.models import Claim, StateChange
from statements.operations import faults_of, perform, save_draft, update_claim
from tests.factories import make_claim, make_source, make_user

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = 8


def at_once(*calls):
    """Runs the calls in threads that start together; returns "ok" or the refusal of each."""
    barrier = threading.Barrier(len(calls))
    results = [None] * len(calls)

    def run(place, call):
        try:
            barrier.wait(timeout=30)
            call()
            results[place] = "ok"
        except Refused as refusal:
            results[place] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


@pytest.mark.parametrize(
    ("state", "action", "role"), [("new", "take", "checker"), ("in_review", "publish", "editor")]
)
def test_eight_clients_race_one_action(state, action, role):
    claim = make_claim(state)
    before = StateChange.objects.count()
    users = [make_user(f"racer{n}", role=role) for n in range(CLIENTS)]
    held = [Claim.objects.get(pk=claim.pk) for _ in users]

    results = at_once(
        *(
            lambda claim=claim, user=user: perform(claim, action, by=user)
            for claim, user in zip(held, users, strict=True)
        )
    )

    assert results.count("ok") == 1
    assert [r.http_status for r in results if r != "ok"] == [409] * (CLIENTS - 1)
    assert StateChange.objects.count() == before + 1
    assert list(faults_of(Claim.objects.get(pk=claim.pk))) == []


def test_two_people_reword_one_claim_and_the_second_is_told():
    claim = make_claim("researching")
    held = [Claim.objects.get(pk=claim.pk) for _ in range(2)]
    texts = ["Ada's wording", "Eli's wording"]

    results = at_once(
        *(
            lambda row=row, text=text: update_claim(row, by=make_user("ada"), text=text)
            for row, text in zip(held, texts, strict=True)
        )
    )

    assert results.count("ok") == 1
    assert [r.code for r in results if r != "ok"] == ["stale"]
    assert Claim.objects.get(pk=claim.pk).text == texts[results.index("ok")]


def test_a_draft_cannot_slip_in_behind_a_submission():
    claim = make_claim("researching")
    ada, eli = make_user("ada"), make_user("eli")

    results = at_once(
        lambda: perform(Claim.objects.get(pk=claim.pk), "submit", by=ada),
        lambda: save_draft(Claim.objects.get(pk=claim.pk), by=eli, finding="Slipped in."),
    )

    claim = Claim.objects.select_related("draft").get(pk=claim.pk)
    assert results[0] == "ok" or isinstance(results[0], NotPossible)
    if results[1] != "ok":
        assert claim.draft.finding != "Slipped in."
    else:
        assert claim.draft.last_editor == eli


def test_the_first_two_publications_of_all_count_as_two():
    Publication.objects.all().delete()
    refusals = []

    def second():
        try:
            Publication.objects.rise()
        except IntegrityError as error:
            refusals.append(error)
        finally:
            connections.close_all()

    with transaction.atomic():
        Publication.objects.rise()
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(timeout=0.3)  # it waits for this transaction
    thread.join(timeout=30)

    assert refusals == []
    assert Publication.objects.current() == 2


def test_the_two_databases_lock_as_they_should():
    wanted = {"sqlite": "IMMEDIATE", "postgresql": None}

    options = connection.settings_dict["OPTIONS"]

    assert options.get("transaction_mode") == wanted[connection.vendor]


def test_two_origins_set_at_once_make_no_circle(monkeypatch):
    one, two = make_source("One"), make_source("Two")
    refuse = works.refuse_circle

    def refuse_slowly(*args):
        refuse(*args)
        time.sleep(0.5)  # the other one would look now

    monkeypatch.setattr(works, "refuse_circle", refuse_slowly)
    ada = make_user("ada")

    results = at_once(
        lambda: works.update_source(one, by=ada, origin=Source.objects.get(pk=two.pk)),
        lambda: works.update_source(two, by=ada, origin=Source.objects.get(pk=one.pk)),
    )

    assert results.count("ok") == 1
    assert [str(r) for r in results if r != "ok"] == [
        "this would make a circle: that work reports, in the end, on this one"
    ]
    assert Source.objects.filter(origin__isnull=False).count() == 1


def test_a_row_is_held_in_a_transaction_only():
    source = make_source()

    with pytest.raises(TransactionManagementError, match="begin one"):
        hold(source)
    with transaction.atomic():
        assert hold(source) == source
