"""Counts beside the draft: what they say of a number, and citing them as evidence."""

from datetime import date
from decimal import Decimal

import pytest

from sources.errors import NotAllowed, NotPossible
from statements.comparing import not_compared_with
from statements.models import Evidence, QuantityDetail
from statements.operations import add_claim, cite_series, perform, set_quantity
from tests.desk.pages import Page, claim_address, send
from tests.factories import (
    LAUNCHED,
    make_claim,
    make_measure,
    make_place,
    make_series,
    make_source,
    make_statement,
    make_user,
)

pytestmark = pytest.mark.django_db


def make_number(*, value=1000, measure=None):
    """Returns a claim in ada's hands that says "more than 1,000 drones from 18 to 27 March 2025"."""
    claim = add_claim(
        by=make_user("ada"), text="Over 1,000 drones", kind="quantity", statement=make_statement()
    )
    perform(claim, "take", by=make_user("ada"))
    set_quantity(
        claim, by=make_user("ada"), measure=measure or make_measure(), comparator="more_than",
        value=Decimal(value), place=make_place(), period_edtf="2025-03-18/2025-03-27",
        period_time_zone="Europe/Kyiv",
    )  # fmt: skip
    claim.refresh_from_db()
    return claim


def reports():
    return make_source("Reports of the air force", snapshot_text="Each morning, a count.")


def readings(claim):
    return [
        (item.source.title, item.reading.number_words, item.reading.period_edtf)
        for item in claim.evidence.order_by("position")
    ]


def test_the_page_says_what_a_series_says_of_the_number(desk):
    claim = make_number()
    make_series(source=reports())

    page = Page(desk().get(claim_address(claim)))

    assert "fits the claim Nightly reports" in page.words
    assert (
        "1,297 drones in 9 of 9 nights, ending on 19\N{EN DASH}27 March 2025: compatible."
        in page.words
    )
    assert (
        "With the night ending on 18 March 2025 it is 1,434 in 10 of 10 nights, "
        "ending on 18\N{EN DASH}27 March 2025: compatible." in page.words
    )
    assert "Robust: the answer is the same each way." in page.words


UNSEEN = "counts that the public does not see yet They are not sealed with the finding"


def test_counts_that_would_not_be_sealed_are_marked_as_such(desk):
    claim = make_number()
    source = reports()
    series = make_series(source=source)  # a second editor confirmed it; no claim cites its source
    waiting = make_series(name="Waits", source=source, confirmed=False)
    client = desk()
    preview = f"/admin/statements/claim/{claim.pk}/preview/"
    before, unseen = Page(client.get(claim_address(claim))), Page(client.get(preview))

    cite_series(claim, series, by=make_user("ada"), stance="supports")
    after, seen = Page(client.get(claim_address(claim))), Page(client.get(preview))

    assert before.words.count(UNSEEN) == 2
    assert "What the number was held against" not in unseen.words
    assert after.words.count(UNSEEN) == 1
    assert UNSEEN in after.words.partition(waiting.name)[2]
    assert "Nightly reports" in seen.words
    assert "1,297 drones in 9 of 9 nights" in seen.words
    assert "Waits" not in seen.words


def test_where_the_public_sees_some_of_the_counts_both_answers_are_shown(desk):
    claim = make_number()
    series = make_series(LAUNCHED[:5], source=make_source("The first report"))
    cite_series(claim, series, by=make_user("ada"), stance="supports")
    for count in make_series(
        LAUNCHED[5:], first=date(2025, 3, 23), name="x", source=make_source("Not cited")
    ).observations.all():
        count.pk, count.series = None, series
        count.save(force_insert=True)

    page = Page(desk().get(claim_address(claim)))

    told, _, sealed = page.words.partition("What is sealed with the finding, as things stand:")
    assert "1,297 drones in 9 of 9 nights" in told
    assert "709 drones in 4 of 9 nights" in sealed


def test_what_is_counted_by_another_rule_is_told_with_the_reason(desk):
    claim = make_number()
    every = make_measure("all_types", name="All drones", comparability_group="all_types")
    make_series(name="The whole file", measure=every)
    make_series(name="Elsewhere", measure=every, place=make_place("Syria", "SY"))
    make_series((), name="Empty", measure=every)
    make_series(name="Persons", measure=make_measure("persons", unit="persons"))

    page = Page(desk().get(claim_address(claim)))

    assert "cannot be compared The whole file" in page.words
    assert "“All drones” is counted by another rule than “Drones launched”." in page.words
    for name in ("Elsewhere", "Empty", "Persons"):
        assert name not in page.words


def test_what_is_told_beside_a_comparison_is_asked_once(django_assert_num_queries):
    quantity = QuantityDetail.objects.select_related("measure", "place", "counted_by").get(
        claim=make_number()
    )
    for number in range(12):
        other = make_measure(f"rule_{number}", name=f"Rule {number}")
        make_series((1,), name=f"Other {number:02}", measure=other)

    with django_assert_num_queries(1):
        found = not_compared_with(quantity)

    assert [comparison.against.name for comparison in found] == [
        f"Other {number:02}" for number in range(10)
    ]


def test_counts_are_cited_in_one_go(desk):
    claim = make_number()
    series = make_series(source=reports())

    response = send(desk(), claim_address(claim), f"use-{series.public_id}", stance="supports")

    assert (response.status_code, response["Location"]) == (302, f"{claim_address(claim)}#evidence")
    item = Evidence.objects.get()
    assert (item.stance, item.added_by.username) == ("supports", "ada")
    assert (
        item.note
        == "Nightly reports: 9 nights, ending on 19\N{EN DASH}27 March 2025, make 1,297 drones."
    )
    assert item.snapshot == item.source.snapshots.get()
    assert readings(claim) == [
        ("Reports of the air force", "1,297 drones", "2025-03-19/2025-03-27")
    ]
    page = Page(desk().get(claim_address(claim)))
    assert "1,297 drones in 9 of 9 nights" in page.words


def test_nobody_is_told_which_way_counts_point(desk):
    claim = make_number()
    series = make_series(source=reports())

    response = send(desk(), claim_address(claim), f"use-{series.public_id}", stance="")

    assert response.status_code == 400
    assert "This field is required" in response.content.decode()
    assert Evidence.objects.count() == 0


def test_each_source_is_cited_with_its_own_sum():
    claim = make_number()
    series = make_series(LAUNCHED[:5], source=make_source("The first report"))
    later = make_source("The second report")
    for count in make_series(
        LAUNCHED[5:], first=date(2025, 3, 23), name="x", source=later
    ).observations.all():
        count.pk, count.series = None, series
        count.save(force_insert=True)

    cite_series(claim, series, by=make_user("ada"), stance="supports")

    assert readings(claim) == [
        ("The first report", "709 drones", "2025-03-19/2025-03-22"),
        ("The second report", "588 drones", "2025-03-23/2025-03-27"),
    ]


def test_a_sum_with_a_gap_is_at_least():
    claim = make_number(value=700)
    values = [*LAUNCHED[:4], None, *LAUNCHED[5:]]
    series = make_series(tuple(values), source=reports())

    cite_series(claim, series, by=make_user("ada"), stance="supports")

    (item,) = claim.evidence.all()
    assert item.note == (
        "Nightly reports: 8 nights, ending on 19\N{EN DASH}27 March 2025, make at least 1,118 drones."
    )
    assert readings(claim) == [
        ("Reports of the air force", "at least 1,118 drones", "2025-03-19/2025-03-27")
    ]


def no_number():
    return make_claim("researching", kind="event")


def empty_series():
    return make_series((), source=reports())


def without_source():
    return make_series()


@pytest.mark.parametrize(
    ("make_one", "make_counts", "words"),
    [
        (no_number, without_source, "type the number of the claim first"),
        (
            make_number,
            empty_series,
            (
                "nothing of this series can be cited. There is no count for the nights ending on "
                "19\N{EN DASH}27 March 2025. Missing is not zero."
            ),
        ),
        (
            make_number,
            without_source,
            "the count for 18\N{EN DASH}19 March 2025 names no source: record it with one first",
        ),
        (
            make_number,
            lambda: make_series(measure=make_measure("drones_hit", name="Drones that hit")),
            (
                "nothing of this series can be cited. “Drones that hit” is counted by another rule "
                "than “Drones launched”."
            ),
        ),
        (
            lambda: make_number(measure=make_measure("planners", is_additive=False)),
            lambda: make_series(measure=make_measure("planners"), source=reports()),
            (
                "nothing of this series can be cited. Counts of drones are not added up, "
                "and there are 9."
            ),
        ),
    ],
)
def test_what_cannot_be_cited_is_refused_in_words(make_one, make_counts, words):
    claim, series = make_one(), make_counts()

    with pytest.raises(NotPossible) as refused:
        cite_series(claim, series, by=make_user("ada"), stance="supports")

    assert str(refused.value) == words
    assert (
        Evidence.objects.filter(claim=claim, source__title="Reports of the air force").count() == 0
    )


def test_counts_are_not_cited_twice():
    claim = make_number()
    series = make_series(source=reports())
    cite_series(claim, series, by=make_user("ada"), stance="supports")

    with pytest.raises(NotPossible, match=r"^these counts of “Reports of the air force” are cited"):
        cite_series(claim, series, by=make_user("ada"), stance="context")

    assert claim.evidence.count() == 1


def test_a_frozen_claim_takes_no_counts(desk):
    claim = make_number()
    series = make_series(source=reports())
    perform(claim, "release", by=make_user("ada"))
    perform(claim, "decline", by=make_user("ada"), data={"reason": "out_of_scope"})

    with pytest.raises(NotPossible):
        cite_series(claim, series, by=make_user("ada"), stance="supports")
    with pytest.raises(NotAllowed):
        cite_series(claim, series, by=make_user("dana", role="contributor"), stance="supports")
    page = Page(desk().get(claim_address(claim)))
    assert f"use-{series.public_id}" not in page.names
    assert "fits the claim Nightly reports" in page.words


def test_a_series_that_is_not_there_is_refused(desk):
    claim = make_number()
    address = claim_address(claim)

    response = desk().post(address, {"do": "use-0000000000", "use-0000000000-stance": "supports"})

    assert (response.status_code, response["Location"]) == (302, address)
    assert Evidence.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_often_for_one_series_as_for_three(desk, count, django_assert_num_queries):
    claim = make_number()
    for number in range(count):
        source = make_source(f"Reports {number}", snapshot_text="Each morning, a count.")
        series = make_series(name=f"Series {number}", source=source)
        cite_series(claim, series, by=make_user("ada"), stance="supports")
    client = desk()
    client.get(claim_address(claim))

    with django_assert_num_queries(37):
        client.get(claim_address(claim))
