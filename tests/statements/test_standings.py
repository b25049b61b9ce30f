"""Where an agreement stood on a day: by axis and party, by who says so, and as it was known when."""

import re
from datetime import date
from importlib import import_module

import pytest
from django.core.management import CommandError
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from sources.errors import NotPossible
from sources.operations import update_source
from statements.models import AgreementViolation, Position
from statements.operations import confirm_agreement_event, confirm_violation, record_violation
from statements.standings import (
    ViolationCount,
    confirmed_events,
    held,
    violation_counts,
    violations_of,
)
from tests.factories import make_agreement, make_publisher, make_source, make_speaker, make_user
from tests.statements.test_agreements import record
from tests.statements.test_races import at_once


def day(text):
    return date.fromisoformat(text)


def confirmed(agreement, value="accepted", **fields):
    event = record(agreement, value, **fields)
    confirm_agreement_event(event, by=make_user("ben", role="editor"))
    return event


def source_of(publisher, title="A read-out"):
    return make_source(f"{title} of {publisher}", publisher=make_publisher(publisher))


def positions(agreement, publisher=None):
    """Returns the rows as the database has them: who, value, first and last day."""
    rows = agreement.positions.filter(according_to__name=publisher) if publisher else None
    rows = agreement.positions.of_all_sources() if rows is None else rows
    return [
        (str(row.party or ""), row.value, str(row.valid_from), str(row.valid_until or ""))
        for row in rows.order_by("party__name", "valid_from")
    ]


def held_on(agreement, on, *, known_at=None, according_to=None):
    """Returns axis, party and event of all that held on a day: as a whole, or as one has it."""
    rows = held(confirmed_events(agreement, known_at=known_at), on=day(on))
    return [
        (row.event.axis, str(row.event.party or ""), row.event)
        for row in rows
        if str(row.according_to or "") == (according_to or "")
    ]


def test_the_newest_confirmed_event_up_to_the_day_holds(db):
    agreement = make_agreement()
    for value, on in (("no_answer", "2025-03-11"), ("accepted_with_conditions", "2025-03-13")):
        confirmed(agreement, value, on=on)
    record(agreement, "rejected", on="2025-03-14")  # nobody confirmed it

    said = {
        on: [event.value for _, _, event in held_on(agreement, on)]
        for on in ("2025-03-10", "2025-03-12", "2025-03-13", "2025-03-20")
    }

    assert said == {
        "2025-03-10": [],
        "2025-03-12": ["no_answer"],
        "2025-03-13": ["accepted_with_conditions"],
        "2025-03-20": ["accepted_with_conditions"],
    }


def test_axes_and_parties_are_never_merged(db):
    agreement = make_agreement()
    confirmed(agreement, "in_effect", axis="agreement_state", on="2025-03-18")
    confirmed(agreement, "accepted", on="2025-03-18")
    confirmed(agreement, "violated", axis="compliance", on="2025-03-19")
    confirmed(agreement, "unknown", axis="compliance", who="Ukraine", on="2025-03-19")

    found = held_on(agreement, "2025-03-20")

    assert [(axis, party, event.value) for axis, party, event in found] == [
        ("party_position", "Russia", "accepted"),
        ("agreement_state", "", "in_effect"),
        ("compliance", "Russia", "violated"),
        ("compliance", "Ukraine", "unknown"),
    ]


def test_who_says_so(db):
    agreement = make_agreement()
    kremlin = confirmed(agreement, "accepted", on="2025-03-18", source=source_of("Kremlin"))
    white_house = confirmed(agreement, "proposed", on="2025-03-19", source=source_of("White House"))
    nobody = confirmed(agreement, "rejected", on="2025-03-20")

    said = {
        (on, who): [event for _, _, event in held_on(agreement, on, according_to=who)]
        for on in ("2025-03-18", "2025-03-20")
        for who in (None, "Kremlin", "White House")
    }

    assert said == {
        ("2025-03-18", None): [kremlin],
        ("2025-03-18", "Kremlin"): [kremlin],
        ("2025-03-18", "White House"): [],
        ("2025-03-20", None): [nobody],
        ("2025-03-20", "Kremlin"): [kremlin],
        ("2025-03-20", "White House"): [white_house],
    }


def test_a_status_is_told_as_it_was_known_at_a_moment(db):
    agreement = make_agreement()
    first = record(agreement, on="2025-03-18")
    before = timezone.now()
    confirm_agreement_event(first, by=make_user("ben", role="editor"))
    with_first = timezone.now()
    better = record(agreement, on="2025-03-19", supersedes=first)
    waiting = timezone.now()
    confirm_agreement_event(better, by=make_user("ben"))

    known = [
        [event for _, _, event in held_on(agreement, "2025-03-31", known_at=moment)]
        for moment in (before, with_first, waiting, timezone.now(), None)
    ]

    assert known == [[], [first], [first], [better], [better]]
    assert list(agreement.events.shown(known_at=waiting)) == [first]
    assert list(agreement.events.shown()) == [better]


def test_a_question_costs_one_query_whatever_the_number_of_events(db, django_assert_num_queries):
    agreement = make_agreement()
    for number in range(1, 4):
        confirmed(agreement, on=f"2025-03-1{number}")
        for ask in (
            lambda: held_on(agreement, "2025-03-31"),
            lambda: violations_of(agreement),
        ):
            with django_assert_num_queries(1):
                ask()


# ---- positions ------------------------------------------------------------------------------


def test_confirming_lays_out_the_positions_as_a_whole_and_by_source(db):
    agreement = make_agreement()
    first = confirmed(agreement, "no_answer", on="2025-03-11", source=source_of("Kyiv"))
    confirmed(agreement, "accepted", on="2025-03-18", source=source_of("Kremlin"))
    record(agreement, "rejected", on="2025-03-25")
    confirmed(agreement, "accepted", on="2025-03-11", who="Ukraine", source=source_of("Kyiv"))
    confirmed(agreement, "no_answer", on="2025-03-12", source=source_of("Kyiv"), supersedes=first)

    assert positions(agreement) == [
        ("Russia", "no_answer", "2025-03-12", "2025-03-17"),
        ("Russia", "accepted", "2025-03-18", ""),
        ("Ukraine", "accepted", "2025-03-11", ""),
    ]
    assert positions(agreement, "Kyiv") == [
        ("Russia", "no_answer", "2025-03-12", ""),
        ("Ukraine", "accepted", "2025-03-11", ""),
    ]
    assert positions(agreement, "Kremlin") == [("Russia", "accepted", "2025-03-18", "")]


def test_positions_say_what_the_question_says(db):
    agreement = make_agreement()
    first = confirmed(agreement, "no_answer", on="2025-03-11", source=source_of("Kyiv"))
    confirmed(agreement, "no_answer", on="2025-03-12", source=source_of("US"), dates_again=first)
    confirmed(agreement, "accepted", on="2025-03-18", source=source_of("US"))
    confirmed(agreement, "announced", axis="agreement_state", on="2025-03-18")

    for on in (f"2025-03-{number}" for number in range(10, 21)):
        for publisher in (None, "Kyiv", "US"):
            asked = held_on(agreement, on, according_to=publisher)
            rows = agreement.positions.filter(according_to__name=publisher, valid_from__lte=on)
            rows = rows.exclude(valid_until__lt=on)
            assert {row.event_id for row in rows} == {event.pk for _, _, event in asked}


def test_another_publisher_of_the_source_is_another_who_says_so(db):
    agreement, source = make_agreement(), make_source("A read-out")
    confirmed(agreement, source=source)

    update_source(source, by=make_user("ada"), publisher=make_publisher("Kremlin"))

    assert positions(agreement, "Kremlin") == [("Russia", "accepted", "2025-03-18", "")]


OVERLAPS = {
    "the same days": ("2025-03-10", "2025-03-20"),
    "one day of it": ("2025-03-20", "2025-03-20"),
    "around it": ("2025-03-01", "2025-03-31"),
    "into it": ("2025-03-01", "2025-03-10"),
    "open out of it": ("2025-03-20", None),
    "open from before": ("2025-03-01", None),
}


def one_position(agreement, event, start, end, **fields):
    values = {
        "axis": "party_position", "party": make_speaker("Russia"), "value": "accepted",
        "valid_from": start, "valid_until": end, **fields,
    }  # fmt: skip
    return Position.objects.create(agreement=agreement, event=event, **values)


@pytest.mark.parametrize("publisher", ["", "Kremlin"])
@pytest.mark.parametrize(("start", "end"), OVERLAPS.values(), ids=OVERLAPS)
def test_the_database_refuses_two_positions_of_one_party_on_one_day(db, start, end, publisher):
    agreement = make_agreement()
    event = record(agreement)
    according_to = make_publisher(publisher) if publisher else None
    one_position(agreement, event, "2025-03-10", "2025-03-20", according_to=according_to)

    with pytest.raises(IntegrityError), transaction.atomic():
        one_position(agreement, event, start, end, according_to=according_to)

    other = one_position(agreement, event, "2025-03-21", None, according_to=according_to)
    with pytest.raises(IntegrityError), transaction.atomic():
        Position.objects.filter(pk=other.pk).update(valid_from="2025-03-20")
    assert Position.objects.count() == 2


def test_what_is_no_overlap_is_let_through(db):
    agreement, other = make_agreement(), make_agreement("Another")
    event = record(agreement)
    first = one_position(agreement, event, "2025-03-10", "2025-03-20")
    days = ("2025-03-10", "2025-03-20")

    one_position(agreement, event, "2025-03-01", "2025-03-09")
    one_position(agreement, event, "2025-03-21", None)
    one_position(other, event, *days)
    one_position(agreement, event, *days, party=make_speaker("Ukraine"))
    one_position(agreement, event, *days, axis="compliance", value="observed")
    one_position(agreement, event, *days, axis="agreement_state", value="announced", party=None)
    one_position(agreement, event, *days, according_to=make_publisher("Kremlin"))
    Position.objects.filter(pk=first.pk).update(value="rejected", valid_until="2025-03-15")

    assert Position.objects.count() == 8


def test_an_open_agreement_state_has_no_second_beside_it(db):
    """NULL is no party, and still one and the same."""
    agreement = make_agreement()
    event = record(agreement)
    state = {"axis": "agreement_state", "value": "announced", "party": None}
    one_position(agreement, event, "2025-03-10", None, **state)

    with pytest.raises(IntegrityError), transaction.atomic():
        one_position(agreement, event, "2025-04-10", None, **state)


@pytest.mark.django_db(transaction=True)
def test_events_of_one_agreement_are_confirmed_at_one_moment():
    agreement, ben = make_agreement(), make_user("ben", role="editor")
    events = [record(agreement, on=f"2025-03-1{number}") for number in range(4)]

    results = at_once(*(lambda e=event: confirm_agreement_event(e, by=ben) for event in events))

    assert results == ["ok"] * 4
    assert [row[2] for row in positions(agreement)] == [f"2025-03-1{n}" for n in range(4)]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite needs no extension")
def test_a_database_without_the_extension_is_told_what_to_do(db, monkeypatch):
    migration = import_module("statements.migrations.0018_positions")
    told = re.compile("Ask whoever keeps the database to run CREATE EXTENSION btree_gist in it")
    execute = CursorWrapper.execute

    def refuse_extensions(self, sql, params=None):
        if "CREATE EXTENSION" in str(sql):
            raise ProgrammingError("permission denied to create extension")
        return execute(self, sql, params)

    monkeypatch.setattr(CursorWrapper, "execute", refuse_extensions)
    with pytest.raises(CommandError, match=told):
        migration.exclude_overlaps(None, connection.schema_editor())


# ---- violations -----------------------------------------------------------------------------


def violation(agreement, standing="alleged", *, who="Russia", confirm=True, **fields):
    row = record_violation(
        agreement,
        by=make_user("ada"),
        party=make_speaker(who),
        standing=standing,
        what=fields.pop("what", "A strike on an energy site"),
        happened_on=day(fields.pop("on", "2025-03-19")),
        alleged_by=fields.pop("alleged_by", make_speaker("Ukraine")),
        source=fields.pop("source", None) or make_source(),
        **fields,
    )
    if confirm:
        confirm_violation(row, by=make_user("ben", role="editor"))
    return row


def test_violations_are_counted_apart_and_never_added_together(db):
    agreement = make_agreement()
    violation(agreement, "alleged", count=30)
    violation(agreement, "alleged", count=12)
    violation(agreement, "corroborated")
    violation(agreement, "refuted", who="Ukraine", alleged_by=make_speaker("Russia"))
    violation(agreement, "alleged", confirm=False)

    counts = violation_counts(violations_of(agreement))

    assert counts == [
        ViolationCount(make_speaker("Russia"), alleged=2, corroborated=1, refuted=0),
        ViolationCount(make_speaker("Ukraine"), alleged=0, corroborated=0, refuted=1),
    ]
    assert set(ViolationCount.__slots__) == {"party", "alleged", "corroborated", "refuted"}


def test_what_was_alleged_is_borne_out_by_a_row_in_its_place(db):
    agreement = make_agreement()
    first = violation(agreement)
    before = timezone.now()
    better = violation(agreement, "corroborated", supersedes=first, confirm=False)
    waiting = violation_counts(violations_of(agreement))
    confirm_violation(better, by=make_user("ben"))

    assert [(c.alleged, c.corroborated) for c in waiting] == [(1, 0)]
    assert violations_of(agreement) == [better]
    assert violations_of(agreement, known_at=before) == [first]


def test_several_rows_may_offer_to_take_a_place_and_one_gets_it(db):
    agreement, ben = make_agreement(), make_user("ben", role="editor")
    old = violation(agreement)
    wrong, right, late = (
        violation(agreement, "corroborated", what=what, supersedes=old, confirm=False)
        for what in ("A wrong row", "A strike", "A strike again")
    )
    while_waiting = violations_of(agreement)
    confirm_violation(right, by=ben)

    assert while_waiting == [old]
    with pytest.raises(NotPossible, match=r"record it anew as superseding “Russia: corroborated"):
        confirm_violation(late, by=ben)
    assert violations_of(agreement) == [right]
    assert list(AgreementViolation.objects.waiting()) == []  # there is no place for the others
    assert {row.pk for row in agreement.violations.with_place() if row.is_overtaken} == {
        wrong.pk, late.pk,
    }  # fmt: skip


def test_a_wrong_event_that_waits_keeps_nobody_from_putting_the_shown_one_right(db):
    agreement = make_agreement()
    old = confirmed(agreement, on="2025-03-18")
    wrong = record(agreement, "rejected", on="2025-03-18", supersedes=old)
    as_it_was = positions(agreement)
    right = confirmed(agreement, "accepted_with_conditions", on="2025-03-18", supersedes=old)

    assert as_it_was == [("Russia", "accepted", "2025-03-18", "")]
    assert positions(agreement) == [("Russia", "accepted_with_conditions", "2025-03-18", "")]
    assert list(agreement.events.shown()) == [right]
    with pytest.raises(NotPossible, match="another row has taken the place"):
        confirm_agreement_event(wrong, by=make_user("ben"))
    confirmed(agreement, "rejected", on="2025-03-18", supersedes=right)
    assert [(who, value) for who, value, *_ in positions(agreement)] == [("Russia", "rejected")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["event", "violation"])
def test_two_editors_confirm_two_rows_for_one_place_at_once(kind):
    agreement = make_agreement()
    editors = [make_user("ben", role="editor"), make_user("cleo", role="editor")]
    if kind == "event":
        old, confirm = confirmed(agreement), confirm_agreement_event
        rows = [record(agreement, value, supersedes=old) for value in ("rejected", "no_answer")]
    else:
        old, confirm = violation(agreement), confirm_violation
        rows = [violation(agreement, supersedes=old, confirm=False) for _ in editors]

    results = at_once(
        *(
            lambda row=row, ben=ben: confirm(row, by=ben)
            for row, ben in zip(rows, editors, strict=True)
        )
    )

    assert sorted(str(result)[:34] for result in results) == [
        "another row has taken the place of", "ok",
    ]  # fmt: skip
    assert type(old).objects.shown().count() == 1
