"""Agreements: dated events on three axes, each with its source, never merged and never overwritten."""

from datetime import date

import pytest

from sources.errors import Invalid
from statements.operations import record_agreement_event
from tests.factories import make_agreement, make_source, make_speaker, make_user


def record(agreement, value="accepted", *, on="2025-03-18", who="Russia", **fields):
    """Records an event by ada; a party's where the value is one of a party's axes."""
    axis = fields.pop("axis", "party_position")
    party = make_speaker(who) if who and axis != "agreement_state" else None
    return record_agreement_event(
        agreement,
        by=make_user("ada"),
        axis=axis,
        value=value,
        party=party,
        happened_on=date.fromisoformat(on),
        source=fields.pop("source", None) or make_source(),
        **fields,
    )


# ---- the same event, dated twice ------------------------------------------------------------


def test_an_event_is_dated_again_by_another_source(db):
    agreement = make_agreement()
    first = record(agreement)

    again = record(agreement, on="2025-03-19", source=make_source("Kremlin"), dates_again=first)

    assert list(first.other_datings.all()) == [again]


@pytest.mark.parametrize(
    ("differs", "words"),
    [
        ({"value": "rejected"}, "Another dating has the same axis, value and party."),
        ({"who": "Ukraine"}, "Another dating has the same axis, value and party."),
        ({"agreement": "Another"}, "It belongs to another agreement."),
    ],
)
def test_another_dating_is_of_the_same_event(db, differs, words):
    first = record(make_agreement())
    agreement = make_agreement(differs.pop("agreement", "")) if "agreement" in differs else None

    with pytest.raises(Invalid, match=words):
        record(agreement or first.agreement, dates_again=first, **differs)

    assert first.other_datings.count() == 0


def test_datings_make_no_chain(db):
    agreement = make_agreement()
    second = record(agreement, on="2025-03-19", dates_again=record(agreement))

    with pytest.raises(Invalid, match=r"That is another dating itself: choose the event it dates."):
        record(agreement, on="2025-03-20", dates_again=second)
