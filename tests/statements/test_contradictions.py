"""Contradictions: which pairs of claims are put before a person, and how a person closes them.

The tables are written by hand: a row is two claims as they are typed, and whether it is odd.
"""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from sources.errors import Invalid, NotPossible
from sources.models import Publication
from statements.contradictions import (
    Figure,
    Status,
    figures_conflict,
    statuses_conflict,
)
from statements.intervals import Bounds
from statements.models import ClaimRelation, Recheck
from statements.operations import (
    confirm_late,
    contradictions,
    find_contradictions,
    perform,
    relate_claims,
    resolve_relation,
    set_quantity,
    set_status,
    update_claim,
    withdraw_relation,
)
from statements.vocabulary import AXIS_VALUES, MAY_HOLD_TOGETHER
from tests.factories import (
    WAYS,
    make_agreement,
    make_claim,
    make_measure,
    make_place,
    make_ready,
    make_speaker,
    make_statement,
    make_user,
)
from tests.statements.test_races import at_once

# ---- numbers --------------------------------------------------------------------------------


def days(text):
    start, _, end = text.partition("/")
    end = end or start
    return tuple(
        None if day in ("..", "") else date.fromisoformat(f"2025-{day}") for day in (start, end)
    )


def number(text):
    """Reads "30", "30-40", ">30", "<30"."""
    if text[0] == ">":
        return Bounds(Decimal(text[1:]), None, includes_lower=False)
    if text[0] == "<":
        return Bounds(None, Decimal(text[1:]), includes_upper=False)
    lower, _, upper = text.partition("-")
    return Bounds(Decimal(lower), Decimal(upper or lower))


def figure(claim, bounds, window, *, adds_up, place=1, **fields):
    start, end = days(window) if window else (None, None)
    return Figure(
        claim, fields.pop("counted", ("drones", "drones")), adds_up, number(bounds), start, end,
        fields.pop("days_are", "calendar_days"), place, **fields,
    )  # fmt: skip


SUMS = [
    # the same days
    ("1000", "03-18/03-27", "1200", "03-18/03-27", True),
    ("1000", "03-18/03-27", ">999", "03-18/03-27", False),
    (">1000", "03-18/03-27", "1000", "03-18/03-27", True),
    (">1000", "03-18/03-27", "1001", "03-18/03-27", False),
    ("900-1000", "03-18/03-27", "1000-1100", "03-18/03-27", False),
    # a part above the whole
    ("100", "03-18", "80", "03-18/03-27", True),
    ("100", "03-18", "1000", "03-18/03-27", False),
    ("<80", "03-18/03-27", ">100", "03-20/03-21", True),
    (">100", "03-20/03-21", "50-120", "03-18/03-27", False),
    # windows that merely overlap, touch or lie apart say nothing
    ("100", "03-18/03-25", "80", "03-20/03-27", False),
    ("100", "03-18/03-20", "80", "03-21/03-23", False),
    ("100", "03-18", "80", "03-20", False),
    # an open end
    ("100", "03-18/03-20", "80", "03-18/..", True),
    ("100", "03-18/..", "80", "03-18/03-20", False),
]


@pytest.mark.parametrize(("one", "window", "other", "other_window", "conflict"), SUMS)
def test_numbers_that_add_up(one, window, other, other_window, conflict):
    pair = (figure(1, one, window, adds_up=True), figure(2, other, other_window, adds_up=True))

    assert figures_conflict(*pair) is conflict
    assert figures_conflict(*reversed(pair)) is conflict


OCCASIONS = [
    # 30 countries on three days, 31 on one day of the week before: the same meeting, or two?
    ("30", "03-24/03-26", "31", "03-20", True),
    ("30", "03-24/03-26", "30", "03-20", False),
    ("30", "03-24/03-26", ">29", "03-20", False),
    ("30", "03-24", "31", "03-24", True),
    # more than a week apart
    ("30", "03-24/03-26", "31", "03-16", False),
    ("30", "03-24/03-26", "31", "03-17", True),
    ("30", "03-24/03-26", "31", "04-02", True),
    ("30", "03-24/03-26", "31", "04-03", False),
    # what lasts longer than a week is no occasion, unless the days are the same
    ("16", "03-11/03-27", "9", "03-18/03-27", False),
    ("16", "03-11/03-27", "9", "03-11/03-27", True),
    ("30", "03-24/..", "31", "03-24/03-26", False),
]


@pytest.mark.parametrize(("one", "window", "other", "other_window", "conflict"), OCCASIONS)
def test_numbers_of_one_occasion(one, window, other, other_window, conflict):
    pair = (figure(1, one, window, adds_up=False), figure(2, other, other_window, adds_up=False))

    assert figures_conflict(*pair) is conflict
    assert figures_conflict(*reversed(pair)) is conflict


@pytest.mark.parametrize(
    "differs",
    [
        {"counted": ("hits", "drones")},
        {"counted": ("drones", "missiles")},
        {"place": 2},
        {"place": None},
        {"days_are": "nights"},
        {"window": None},
    ],
    ids=str,
)
@pytest.mark.parametrize("as_well", [False, True])
def test_what_does_not_count_the_same_is_not_held_against_each_other(differs, as_well):
    """Nor is what neither says: two numbers without a place or a window."""
    window = {"window": "03-18/03-20", **differs}.pop("window")
    fields = {name: value for name, value in differs.items() if name != "window"}
    unsaid = None in differs.values()
    one = figure(1, "100", "03-18/03-20", adds_up=True)
    if as_well:
        if not unsaid:
            return  # then they count the same
        one = figure(1, "100", window, adds_up=True, **fields)

    assert not figures_conflict(one, figure(2, "200", window, adds_up=True, **fields))


def test_days_since_different_events_are_not_held_against_each_other():
    one = figure(1, "5", "03-20/03-25", adds_up=False, since=1)

    assert not figures_conflict(one, figure(2, "3", "03-22/03-25", adds_up=False, since=2))
    assert figures_conflict(one, figure(2, "3", "03-22/03-25", adds_up=False, since=1))


def test_no_claim_contradicts_itself():
    assert not figures_conflict(
        figure(1, "1", "03-18", adds_up=True), figure(1, "2", "03-18", adds_up=True)
    )


# ---- statuses -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("differs", "conflict"),
    [
        ({}, False),
        ({"value": "rejected"}, True),
        ({"value": "accepted_with_conditions"}, True),
        ({"value": "proposed"}, False),
        ({"value": "rejected", "as_of": date(2025, 3, 28)}, False),
        ({"value": "rejected", "party": 2}, False),
        ({"value": "rejected", "agreement": 2}, False),
        ({"value": "violated", "axis": "compliance"}, False),
        ({"value": "rejected", "claim": 1}, False),
    ],
    ids=str,
)
def test_statuses_of_one_day(differs, conflict):
    said = {
        "claim": 1, "agreement": 1, "axis": "party_position", "party": 1, "value": "accepted",
        "as_of": date(2025, 3, 27),
    }  # fmt: skip
    one, other = Status(**said), Status(**{**said, "claim": 2, **differs})

    assert statuses_conflict(one, other) is conflict
    assert statuses_conflict(other, one) is conflict


def test_what_may_hold_together_is_two_values_of_one_axis():
    axes = {code: axis for axis, values in AXIS_VALUES.items() for code in values.values}

    assert [pair for pair in MAY_HOLD_TOGETHER if len(pair) != 2] == []
    assert [pair for pair in MAY_HOLD_TOGETHER if len({axes[code] for code in pair}) != 1] == []


# ---- in the database ------------------------------------------------------------------------


def typed(text, value=30, *, state="new", window="2025-03-24/2025-03-26", **fields):
    """Returns a claim on countries at Northwood, typed by ada while it was new."""
    claim = make_claim(kind="quantity", text=text)
    values = {
        "measure": make_measure("countries_taking_part", is_additive=False, unit="countries"),
        "value": value,
        "period_edtf": window,
        "place": make_place("Northwood", "Q1"),
        **fields,
    }
    set_quantity(claim, by=make_user("ada"), **values)
    if state != "new":
        make_ready(claim, by=make_user("ada"))
        for step in WAYS[state]:
            by = make_user("ben", role="editor") if step == "publish" else make_user("ada")
            perform(claim, step, by=by)
    return claim


def suggested():
    return [(row.from_claim.text, row.to_claim.text) for row in ClaimRelation.objects.suggested()]


def test_typing_a_number_suggests_what_contradicts_it(db):
    typed("Thirty", 30)
    typed("Thirty again", 30, window="2025-03-25")
    number = Publication.objects.current()

    typed("Thirty-one", 31, window="2025-03-20")

    assert suggested() == [("Thirty", "Thirty-one"), ("Thirty again", "Thirty-one")]
    row = ClaimRelation.objects.suggested().first()
    assert (row.kind, row.resolution, row.added_by, row.is_shown) == (
        "apparent_conflict", "open", None, False,
    )  # fmt: skip
    assert row.note == ("30 countries, 24\u201326 March 2025; 31 countries, 20 March 2025")
    assert list(ClaimRelation.objects.shown()) == []
    assert list(ClaimRelation.objects.waiting()) == []
    assert Publication.objects.current() == number


def test_a_suggestion_follows_the_number_and_goes_with_it(db):
    typed("Thirty", 30)
    claim = typed("Thirty-one", 31)

    set_quantity(claim, by=make_user("ada"), value=32)
    words = ClaimRelation.objects.get().note
    set_quantity(claim, by=make_user("ada"), value=30)

    assert words.endswith("32 countries, 24\u201326 March 2025")
    assert suggested() == []
    set_quantity(claim, by=make_user("ada"), value=31)
    assert suggested() == [("Thirty", "Thirty-one")]
    update_claim(claim, by=make_user("ada"), kind="event")
    assert suggested() == []


def test_a_declined_claim_contradicts_nobody(db):
    claim = typed("Thirty", 30)
    typed("Thirty-one", 31)
    perform(claim, "decline", by=make_user("ada"), data={"reason": "out_of_scope"})

    assert suggested() == []
    assert (find_contradictions().removed, ClaimRelation.objects.count()) == (1, 0)
    typed("Thirty-two", 32)
    assert suggested() == [("Thirty-one", "Thirty-two")]


def test_statuses_of_one_day_are_suggested(db):
    agreement, russia = make_agreement(), make_speaker("Russia")
    for text, value in (("Answered", "accepted"), ("Not answered", "no_answer")):
        set_status(
            make_claim(kind="status", text=text), by=make_user("ada"), agreement=agreement,
            axis="party_position", party=russia, value=value, as_of=date(2025, 3, 27),
        )  # fmt: skip

    assert suggested() == [("Answered", "Not answered")]


def test_the_search_over_all_finds_what_typing_finds_and_nothing_twice(db):
    typed("Thirty", 30)
    typed("Thirty-one", 31, window="2025-03-20")
    typed("Elsewhere", 31, place=make_place("Paris", "Q90"))
    typed("Long ago", 31, window="2024-03-24")
    found = suggested()
    ClaimRelation.objects.all().delete()

    first, second = find_contradictions(), find_contradictions()

    assert (first.added, first.removed) == (1, 0)
    assert (second.added, second.removed) == (0, 0)
    assert suggested() == found == [("Thirty", "Thirty-one")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("before", "meanwhile", "done", "left"),
    [
        (31, 30, (0, 0), []),  # it does not contradict the other any more
        (30, 31, (0, 0), [("Thirty", "The other")]),  # typing suggested it already
    ],
)
def test_people_type_while_the_search_over_all_compares(monkeypatch, before, meanwhile, done, left):
    typed("Thirty", 30)
    other = typed("The other", before)
    ClaimRelation.objects.all().delete()
    compare = contradictions._all_pairs

    def slowly():
        found = list(compare())
        assert at_once(lambda: set_quantity(other, by=make_user("ada"), value=meanwhile)) == ["ok"]
        return found

    monkeypatch.setattr(contradictions, "_all_pairs", slowly)

    found = find_contradictions()

    assert (found.added, found.removed) == done
    assert suggested() == left


def test_a_suggestion_that_stands_again_when_it_would_be_taken_back_stays(db, monkeypatch):
    typed("Thirty", 30)
    typed("Thirty-one", 31)
    monkeypatch.setattr(contradictions, "_all_pairs", list)

    found = find_contradictions()

    assert (found.added, found.removed) == (0, 0)
    assert suggested() == [("Thirty", "Thirty-one")]


def test_the_search_over_all_words_a_suggestion_anew_and_goes_on_pair_by_pair(db, monkeypatch):
    monkeypatch.setattr(contradictions, "PAIRS_AT_ONCE", 1)
    for number in range(3):
        typed(f"Thirty {number}", 30 + number)
    ClaimRelation.objects.all().delete()
    assert find_contradictions().added == 3
    told = list(ClaimRelation.objects.order_by("id").values_list("note", flat=True))
    ClaimRelation.objects.update(note="As it was typed once")

    found = find_contradictions()

    assert (found.added, found.removed) == (0, 0)
    assert list(ClaimRelation.objects.order_by("id").values_list("note", flat=True)) == told


def test_typing_costs_as_much_with_many_others(db, django_assert_max_num_queries):
    claim = typed("Thirty-one", 31)
    for number in range(3):
        typed(f"Thirty {number}", 30)
        with django_assert_max_num_queries(34):
            set_quantity(claim, by=make_user("ada"), value=31 + number)


# ---- closing --------------------------------------------------------------------------------


@pytest.mark.parametrize("resolution", ["rounding", "definition", "not_comparable"])
def test_a_checker_closes_it_with_a_reason_and_it_does_not_come_back(db, resolution):
    typed("Thirty", 30)
    other = typed("Thirty-one", 31, window="2025-03-20")
    row = ClaimRelation.objects.get()

    resolve_relation(row, by=make_user("eli"), resolution=resolution, note="Two meetings.")

    row.refresh_from_db()
    assert (row.is_suggested, row.resolution, row.note, row.added_by.username) == (
        False, resolution, "Two meetings.", "eli",
    )  # fmt: skip
    set_quantity(other, by=make_user("ada"), value=32)
    find_contradictions()
    assert suggested() == []
    assert Recheck.objects.count() == 0


def test_a_closed_one_of_a_published_claim_waits_for_a_second_editor(db):
    typed("Thirty", 30, state="published")
    typed("Thirty-one", 31)
    row = ClaimRelation.objects.get()
    number = Publication.objects.current()
    resolve_relation(row, by=make_user("ada"), resolution="not_comparable", note="Two meetings.")

    assert list(ClaimRelation.objects.waiting()) == [row]
    assert list(ClaimRelation.objects.shown()) == []
    assert Publication.objects.current() == number
    confirm_late(row, by=make_user("cleo", role="editor"))
    assert list(ClaimRelation.objects.shown()) == [row]


@pytest.mark.parametrize("resolution", ["error", "real_conflict"])
def test_where_one_of_them_is_wrong_a_live_finding_is_looked_at_again(db, resolution):
    published = typed("Thirty", 30, state="published")
    typed("Thirty-one", 31)

    resolve_relation(
        ClaimRelation.objects.get(), by=make_user("ada"), resolution=resolution, note="One is off."
    )

    entry = Recheck.objects.get()
    assert (entry.claim, entry.cause, entry.summary) == (
        published, "contradiction", "Another claim contradicts it.",
    )  # fmt: skip


def test_a_take_down_of_the_other_claim_takes_the_call_down(db):
    typed("Thirty", 30, state="published")
    other = typed("Thirty-one", 31, state="published")
    resolve_relation(
        ClaimRelation.objects.get(), by=make_user("ada"), resolution="error", note="One is off."
    )
    sealed = " ".join(str((row.summary, row.detail)) for row in Recheck.objects.all())
    assert "Thirty" not in sealed
    assert "off" not in sealed

    perform(other, "propose_take_down", by=make_user("ben"), note="A court order.")
    perform(other, "take_down", by=make_user("cleo", role="editor"))

    assert list(Recheck.objects.waiting()) == []
    assert set(Recheck.objects.values_list("summary", "note")) == {("", "")}
    assert all(row.detail == {} for row in Recheck.objects.all())


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"resolution": "open", "note": "Later."}, "choose how it was resolved"),
        ({"resolution": "rounding", "note": ""}, "say how it was resolved"),
    ],
)
def test_a_suggestion_is_not_closed_without_a_reason(db, told, words):
    typed("Thirty", 30)
    typed("Thirty-one", 31)

    with pytest.raises(Invalid, match=words):
        resolve_relation(ClaimRelation.objects.get(), by=make_user("ada"), **told)

    assert suggested() == [("Thirty", "Thirty-one")]


def test_a_suggestion_is_not_withdrawn_but_closed(db):
    typed("Thirty", 30)
    typed("Thirty-one", 31)

    with pytest.raises(NotPossible, match="close it with a reason, or it is suggested again"):
        withdraw_relation(ClaimRelation.objects.get(), by=make_user("ada"))


def test_a_suggestion_is_not_confirmed_before_it_is_closed(db):
    typed("Thirty", 30)
    typed("Thirty-one", 31)

    with pytest.raises(NotPossible, match="nobody says this yet: close it with a reason first"):
        confirm_late(ClaimRelation.objects.get(), by=make_user("ben", role="editor"))


def test_a_link_by_hand_takes_the_place_of_a_suggestion(db):
    one, other = typed("Thirty", 30), typed("Thirty-one", 31)

    relate_claims(other, one, by=make_user("ada"), kind="apparent_conflict", note="Look.")

    assert [(row.from_claim, row.is_suggested) for row in ClaimRelation.objects.all()] == [
        (other, False)
    ]
    find_contradictions()
    assert suggested() == []


def test_the_database_keeps_a_suggestion_nobodys_word(db):
    typed("Thirty", 30)
    typed("Thirty-one", 31)

    for told in ({"added_by": make_user("ada")}, {"resolution": "rounding", "note": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ClaimRelation.objects.update(**told)


@pytest.mark.django_db(transaction=True)
def test_two_people_close_one_suggestion_and_the_second_is_told():
    typed("Thirty", 30)
    typed("Thirty-one", 31)
    row = ClaimRelation.objects.get()
    people = {"ada": "rounding", "eli": "definition"}
    users = {name: make_user(name) for name in people}
    read = {name: ClaimRelation.objects.get(pk=row.pk) for name in people}  # both see it open

    results = at_once(
        *(
            lambda name=name, how=how: resolve_relation(
                read[name], by=users[name], resolution=how, note="So."
            )
            for name, how in people.items()
        )
    )

    assert results.count("ok") == 1
    winner = list(people)[results.index("ok")]
    row.refresh_from_db()
    assert (row.added_by.username, row.resolution) == (winner, people[winner])


@pytest.mark.django_db(transaction=True)
def test_typing_two_that_contradict_each_other_at_one_moment_waits_for_nobody():
    claims = [typed("Thirty", 30), typed("Thirty too", 30)]
    ada = make_user("ada")

    results = at_once(
        *(
            lambda claim=claim, value=value: set_quantity(claim, by=ada, value=value)
            for claim, value in zip(claims, (31, 32), strict=True)
        )
    )
    find_contradictions()

    assert results == ["ok", "ok"]
    assert suggested() == [("Thirty", "Thirty too")]


def test_a_take_down_leaves_no_number_in_the_history_of_links(db):
    claim = typed("Thirty", 30, state="published")
    typed("Thirty-one", 31)
    perform(claim, "propose_take_down", by=make_user("ben"), note="A court order.")

    perform(claim, "take_down", by=make_user("cleo", role="editor"))

    assert ClaimRelation.objects.count() == 0
    assert set(ClaimRelation.history.values_list("note", flat=True)) == {"Taken down."}


def test_two_numbers_since_then_end_on_the_days_they_were_said(db):
    def said(text, on, value):
        statement = make_statement(text, said_edtf=on)
        claim = make_claim(kind="quantity", text=text, statement=statement)
        return set_quantity(
            claim, by=make_user("ada"), measure=make_measure(), place=make_place(),
            comparator="exactly", value=value, period_edtf="2025-03-18/..",
        )  # fmt: skip

    said("A thousand since then", "2025-03-27", 1000)
    said("Two thousand since then", "2025-04-10", 2000)
    assert suggested() == []

    said("Nine hundred since then", "2025-04-10", 900)

    assert suggested() == [
        ("A thousand since then", "Nine hundred since then"),
        ("Two thousand since then", "Nine hundred since then"),
    ]


@pytest.mark.parametrize("window", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_there_is_have_neighbours_too(db, window):
    typed("Thirty", 30, window=window)
    typed("Thirty-one", 31, window=window)

    assert suggested() == [("Thirty", "Thirty-one")]
    assert find_contradictions().added == 0


def test_what_was_confirmed_once_or_found_by_the_site_is_not_withdrawn(db):
    typed("Thirty", 30, state="published")
    typed("Thirty-one", 31)
    row = ClaimRelation.objects.get()
    ada, words = make_user("ada"), {"resolution": "not_comparable", "note": "Two meetings."}
    resolve_relation(row, by=ada, **words)
    with pytest.raises(NotPossible, match="the site found this contradiction: resolve it instead"):
        withdraw_relation(row, by=ada)

    by_hand = relate_claims(
        make_claim("in_review", text="Read now"), make_claim(text="Another"), by=ada, kind="narrows"
    )
    confirm_late(by_hand, by=make_user("cleo", role="editor"))
    resolve_relation(by_hand, by=ada, **words)
    withdraw_relation(by_hand, by=ada)  # takes back how it was resolved
    with pytest.raises(NotPossible, match="a second editor confirmed this link once"):
        withdraw_relation(by_hand, by=ada)

    assert list(ClaimRelation.objects.all()) == [row, by_hand]
