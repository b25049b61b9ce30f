"""Agreements: dated events on three axes, each with its source, never merged and never overwritten."""

from datetime import date

import pytest

from sources.errors import Invalid, NotAllowed, NotPossible
from sources.models import Publication
from statements.models import Agreement, AgreementViolation, Speaker
from statements.operations import confirm_violation, record_agreement_event, record_violation
from statements.querysets import public_sources
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


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"on": "2999-01-01"}, "this day has not come: nothing happened on it"),
        ({"who": "United States"}, "only a party of the agreement has a position in it"),
    ],
)
def test_an_event_that_cannot_be_is_refused(db, told, words):
    agreement = make_agreement(parties=[make_speaker("Ukraine"), make_speaker("Russia")])

    with pytest.raises(Invalid, match=words):
        record(agreement, **told)

    assert agreement.events.count() == 0


# ---- violations -----------------------------------------------------------------------------


def violations(agreement, **told):
    """Records one by ada, as the fields say."""
    values = {
        "party": make_speaker("Russia"),
        "standing": "alleged",
        "what": "A strike on an energy site",
        "happened_on": date(2025, 3, 19),
        "alleged_by": make_speaker("Ukraine"),
        "source": make_source(),
        **told,
    }
    return record_violation(agreement, by=make_user(told.pop("by", "ada")), **values)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"what": " "}, "say what happened"),
        ({"alleged_by": None}, "Say who alleges it."),
        ({"count": 0}, "Ensure this value is greater than or equal to 1."),
        ({"ended_on": date(2025, 3, 18)}, "It ends before it starts."),
        ({"happened_on": date(2999, 1, 1)}, "this day has not come: nothing happened on it"),
        ({"ended_on": date(2999, 1, 1)}, "this day has not come: nothing happened on it"),
        ({"standing": "proven"}, "Value 'proven' is not a valid choice."),
        ({"party": None}, "This field cannot be null."),
    ],
)
def test_a_violation_that_makes_no_sense_is_refused(db, told, words):
    with pytest.raises(Invalid, match=words):
        violations(make_agreement(), **told)

    assert not AgreementViolation.objects.exists()


def test_only_a_party_can_violate_an_agreement(db):
    agreement = make_agreement(parties=[make_speaker("Ukraine"), make_speaker("Russia")])

    with pytest.raises(Invalid, match="only a party of the agreement can violate it"):
        violations(agreement, party=make_speaker("United States"))


def test_one_violation_takes_the_place_of_another_of_the_same_party_only(db):
    agreement = make_agreement()
    first = violations(agreement)

    with pytest.raises(Invalid, match=r"It is about another party\."):
        violations(agreement, party=make_speaker("Ukraine"), supersedes=first)
    with pytest.raises(Invalid, match=r"It belongs to another agreement\."):
        violations(make_agreement("Another"), supersedes=first)


def test_a_violation_is_public_once_a_second_editor_confirms_it(db):
    agreement, source = make_agreement(), make_source()
    row = violations(agreement, source=source)
    hidden = [Agreement.objects.public(), Speaker.objects.public(), public_sources()]
    number = Publication.objects.current()

    assert [list(rows) for rows in hidden] == [[], [], []]
    confirm_violation(row, by=make_user("ben", role="editor"))

    assert list(Agreement.objects.public()) == [agreement]
    assert {speaker.name for speaker in Speaker.objects.public()} == {"Russia", "Ukraine"}
    assert list(public_sources()) == [source]
    assert Publication.objects.current() == number + 1


@pytest.mark.parametrize(
    ("who", "role", "refusal", "words"),
    [
        ("eve", "checker", NotAllowed, "only an editor may confirm violations of agreements"),
        ("ada", "", NotAllowed, "ask a second editor to confirm what you recorded"),
        ("cleo", "editor", NotPossible, "this violation is confirmed already"),
    ],
)
def test_confirming_a_violation_is_refused_in_words(db, who, role, refusal, words):
    make_user("ada", role="editor")
    row = violations(make_agreement())
    if refusal is NotPossible:
        confirm_violation(row, by=make_user("ben", role="editor"))

    with pytest.raises(refusal, match=words):
        confirm_violation(row, by=make_user(who, role=role))


def test_a_contributor_records_no_violation(db):
    with pytest.raises(NotAllowed, match="only a fact-checker or an editor may record violations"):
        record_violation(make_agreement(), by=make_user("con", role="contributor"))
