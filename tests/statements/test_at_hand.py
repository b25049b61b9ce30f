"""A claim's rows at hand: what guards and sealing read of them is what the database holds."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from statements import sealing
from statements.models import Claim, Draft, Evidence
from statements.operations import (
    add_speaker_role,
    attach_evidence,
    attach_occurrence,
    perform,
    record_reply,
    set_commitment,
    set_quantity,
    set_status,
)
from statements.operations.at_hand import CannotAnswer, lay_out, put_away
from tests.factories import (
    make_agreement,
    make_appearance,
    make_claim,
    make_measure,
    make_place,
    make_source,
    make_speaker,
    make_statement,
    make_user,
)

pytestmark = pytest.mark.django_db


def document(claim):
    return sealing.compose(claim, finding={}, about={})


def make_rich(claim):
    """Gives a claim in the making several rows of each kind."""
    ada = make_user("ada")
    for number in range(3):
        speaker = make_speaker(f"Speaker {number}")
        add_speaker_role(speaker, by=ada, title="Minister", valid_from=date(2019, 5, 20))
        statement = make_statement(f"Said again {number}", speaker=speaker)
        make_appearance(statement)
        attach_occurrence(claim, by=ada, statement=statement)
        source = make_source(f"Other {number}")
        attach_evidence(claim, by=ada, source=source, stance="context", waiver="Paper only.")
    record_reply(claim, by=ada, outcome="not_sought", reason="A count, not a person.")
    return Claim.objects.get(pk=claim.pk)


def type_fact(claim):
    """Types the fact that the kind of a claim asks for."""
    ada = make_user("ada")
    match claim.kind:
        case "quantity":
            set_quantity(
                claim, by=ada, measure=make_measure(), comparator="more_than", value=1000,
                period_edtf="2025-03-18/2025-03-26", place=make_place(),
            )  # fmt: skip
        case "status":
            set_status(
                claim, by=ada, agreement=make_agreement(), axis="party_position", value="accepted",
                party=make_speaker("Ukraine", kind="organisation"), as_of=date(2025, 3, 27),
            )  # fmt: skip
        case "commitment":
            set_commitment(
                claim, by=ada, committed_by=make_speaker("John Healey"), deliverable="Drones",
                due_on=date(2025, 6, 1),
            )  # fmt: skip


@pytest.mark.parametrize("kind", ["quantity", "status", "commitment", "other"])
def test_what_is_sealed_is_the_same_from_memory(kind):
    claim = make_claim("researching", kind=kind)
    type_fact(claim)
    from_database = document(make_rich(claim))
    laid_out = Claim.objects.get(pk=claim.pk)
    lay_out(laid_out)

    with CaptureQueriesContext(connection) as queries:
        from_memory = document(laid_out)

    assert from_memory == from_database
    assert len(from_memory["statements"]) == 4
    assert len(from_memory["evidence"]) == 5
    assert len(queries) == 0


def test_rows_that_were_put_away_are_read_anew():
    claim = make_claim("researching")
    lay_out(claim)
    assert len(claim.evidence.all()) == 2

    put_away(claim)
    claim.evidence.all().delete()

    assert list(claim.evidence.all()) == []


@pytest.mark.parametrize("kind", ["quantity", "status", "commitment"])
def test_the_draft_and_the_fact_that_were_put_away_are_read_anew(kind):
    claim = make_claim("researching", kind=kind)
    type_fact(claim)
    claim = Claim.objects.get(pk=claim.pk)
    lay_out(claim)
    assert getattr(claim, kind) is not None
    Draft.objects.filter(claim=claim).update(finding="Worded anew.")
    type(getattr(claim, kind)).objects.filter(claim=claim).delete()

    put_away(claim)

    assert claim.draft.finding == "Worded anew."
    assert not hasattr(claim, kind)


def test_rows_at_hand_are_sorted_by_the_columns_that_are_named():
    claim = make_rich(make_claim("researching"))
    Evidence.objects.filter(claim=claim, stance="context").update(position=0)
    orders = [("position", "id"), ("-position", "id"), ("version", "-id"), ("-pk",)]
    from_database = [list(claim.evidence.order_by(*names)) for names in orders]
    lay_out(claim)

    assert [claim.evidence.all().order_by(*names) for names in orders] == from_database


@pytest.mark.parametrize("name", ["source__title", "source", "nothing", "snapshot", "note"])
def test_rows_at_hand_refuse_an_order_that_only_the_database_knows(name):
    claim = make_claim("researching")
    lay_out(claim)

    with pytest.raises(CannotAnswer, match=f"^rows at hand cannot be sorted by {name}: ask the"):
        claim.evidence.all().order_by(name)


def test_nothing_stays_at_hand_after_an_action():
    claim = make_claim("researching")

    done = perform(claim, "submit", by=make_user("ada"))
    done.evidence.first().delete()

    assert len(done.evidence.all()) == 1


@pytest.mark.parametrize("is_rich", [False, True])
def test_publishing_asks_the_same_however_much_there_is(is_rich):
    claim = make_claim("researching")
    if is_rich:
        claim = make_rich(claim)
    perform(claim, "submit", by=make_user("ada"))
    ben = make_user("ben", role="editor")
    perform(make_claim("in_review", statement=make_statement("Another")), "publish", by=ben)

    with CaptureQueriesContext(connection) as queries:
        perform(claim, "publish", by=ben)

    assert len(queries) == 34
