"""Shelf life: when a finding is to be looked at again, and what calls for it before that day."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from sources import followers, schedule
from sources.models import Observation, Routine, Series
from sources.operations.routines import begin, take
from statements.models import Claim, ExternalReview, Recheck
from statements.operations import (
    attach_occurrence,
    close_recheck,
    confirm_agreement_event,
    confirm_late,
    confirm_violation,
    open_due_rechecks,
    perform,
    schedule_review,
    set_quantity,
    set_status,
)
from statements.operations.bulk import Bulk
from tests.factories import (
    WAYS,
    make_agreement,
    make_claim,
    make_measure,
    make_place,
    make_publisher,
    make_ready,
    make_speaker,
    make_statement,
    make_topic,
    make_user,
)
from tests.statements.test_agreements import record, violations

# The newsroom's clock is UTC in tests.


def today():
    return timezone.now().date()


def in_days(number):
    return today() + timedelta(days=number)


def published(kind="other", *, typed=None, **fields):
    """Returns a claim that was typed and went all the way."""
    claim = make_claim(kind=kind, **fields)
    if typed:
        {"quantity": set_quantity, "status": set_status}[kind](claim, by=make_user("ada"), **typed)
    make_ready(claim, by=make_user("ada"))
    for step in WAYS["published"]:
        by = make_user("ben", role="editor") if step == "publish" else make_user("ada")
        perform(claim, step, by=by)
    return claim


def due(claim):
    return Claim.objects.get(pk=claim.pk).review_due_on


# ---- the topics' policy ---------------------------------------------------------------------


def test_publishing_sets_the_day_by_the_shortest_policy_of_the_topics(db):
    above = make_topic("ceasefire", "Ceasefire", review_after_days=30)
    topics = [
        make_topic("strikes", "Strikes", review_after_days=90),
        make_topic("sea", "Sea", parent=above),
        make_topic("tag", "Tag", has_page=False),
    ]

    assert due(published(topics=topics, text="All")) == in_days(30)
    assert due(published(topics=topics[:1], text="One")) == in_days(90)
    assert due(published(topics=topics[2:], text="None")) is None


def test_a_day_that_was_set_by_hand_stays(db):
    topic = make_topic(review_after_days=30)
    claim = make_claim("in_review", topics=[topic])
    schedule_review(claim, by=make_user("ada"), on=in_days(7))

    perform(claim, "publish", by=make_user("ben", role="editor"))

    assert due(claim) == in_days(7)


def test_reaffirming_moves_a_day_that_has_come(db):
    topic = make_topic(review_after_days=30)
    claim = published(topics=[topic])
    schedule_review(claim, by=make_user("ada"), on=in_days(-1))
    perform(claim, "reopen", by=make_user("ada"), note="It is due.")

    perform(claim, "reaffirm", by=make_user("ben"), data={"as_of": today().isoformat()})

    assert due(claim) == in_days(30)


def test_without_a_policy_a_day_that_has_come_goes(db):
    claim = published()
    schedule_review(claim, by=make_user("ada"), on=in_days(-1))
    perform(claim, "reopen", by=make_user("ada"), note="It is due.")

    perform(claim, "reaffirm", by=make_user("ben"), data={"as_of": today().isoformat()})

    assert due(claim) is None


# ---- the day has come -----------------------------------------------------------------------


def run_command():
    out = StringIO()
    call_command("open_due_rechecks", stdout=out, no_color=True)
    return out.getvalue()


def test_the_command_opens_an_entry_for_each_finding_whose_day_has_come(db):
    claims = [published(text=f"Claim {number}") for number in range(4)]
    for claim, days in zip(claims, (-3, 0, 1, None), strict=True):
        schedule_review(claim, by=make_user("ada"), on=None if days is None else in_days(days))
    reopened = published(text="Open already")
    schedule_review(reopened, by=make_user("ada"), on=in_days(-3))
    perform(reopened, "reopen", by=make_user("ada"), note="A reader wrote.")

    first, second = run_command(), run_command()

    assert first == "2 findings to look at again.\n"
    assert second == "0 findings to look at again.\n"
    assert {(row.claim_id, row.cause) for row in Recheck.objects.waiting()} == {
        (claims[0].pk, "review_due"),
        (claims[1].pk, "review_due"),
    }


def test_a_worker_calls_them_up_without_a_command(db):
    claim = published()
    schedule_review(claim, by=make_user("ada"), on=in_days(-1))
    Routine.objects.create(code="due", next_at=timezone.now())

    first, second = schedule.tick(), schedule.tick()

    assert first == ["due"]
    assert "due" not in second  # the others are new, and their first round comes now
    assert Routine.objects.get(code="due").outcome == "1 finding to look at again"
    assert [(row.claim_id, row.cause) for row in Recheck.objects.waiting()] == [
        (claim.pk, "review_due")
    ]


@pytest.mark.parametrize(
    ("outcome", "policy", "next_day"),
    [("still_holds", 30, 30), ("still_holds", None, None), ("not_relevant", 30, 30)],
)
def test_what_still_holds_is_looked_at_again_after_the_policy(db, outcome, policy, next_day):
    claim = published(topics=[make_topic(review_after_days=policy)])
    schedule_review(claim, by=make_user("ada"), on=in_days(-1))
    (entry,) = open_due_rechecks()

    close_recheck(entry, by=make_user("ada"), outcome=outcome, note="Looked through it.")

    assert due(claim) == (None if next_day is None else in_days(next_day))
    assert open_due_rechecks() == []


def test_reopening_leaves_the_day_until_the_finding_is_published_again(db):
    claim = published()
    schedule_review(claim, by=make_user("ada"), on=in_days(-1))
    (entry,) = open_due_rechecks()

    close_recheck(entry, by=make_user("ada"), outcome="reopened", note="Much has changed.")

    assert due(claim) == in_days(-1)
    assert Claim.objects.get(pk=claim.pk).state == "reopened"


# ---- new counts -----------------------------------------------------------------------------


def drones(**fields):
    return {
        "measure": make_measure(), "comparator": "more_than", "value": 1000,
        "period_edtf": "2025-03-18/2025-03-27", "place": make_place(), **fields,
    }  # fmt: skip


def series(**fields):
    values = {
        "measure": make_measure(), "publisher": make_publisher("Air force"), "name": "Nights",
        "granularity": "night", "place": make_place(), **fields,
    }  # fmt: skip
    return Series.objects.create(**values)


def counted(row, *days):
    """Does what the operation does that records counts."""
    rows = [
        Observation.objects.create(
            series=row, period_start=f"2025-{day}", period_end=f"2025-{day}", value=100,
            reported_at=datetime(2025, 4, 1, tzinfo=UTC),
        )
        for day in days
    ]  # fmt: skip
    for observation in rows:
        observation.refresh_from_db()
    for follow in followers.of_observations_recorded:
        follow(row, rows)


def asked():
    return [(row.claim.text, row.cause, row.summary) for row in Recheck.objects.order_by("id")]


def test_new_counts_within_the_window_of_a_published_number_call_for_another_look(db):
    published("quantity", typed=drones(), text="In the window")
    make_claim("new", text="Not published")

    counted(series(), "03-26", "03-27", "03-28")

    assert asked() == [
        ("In the window", "new_observation", "Nights: 3 new counts, 26\u201328 March 2025.")
    ]


@pytest.mark.parametrize(
    "differs",
    [
        {"measure": "drones_hit"},
        {"place": "Kyiv"},
        {"place": None},
        {"day": "03-17"},
        {"day": "03-28"},
    ],
    ids=str,
)
def test_counts_that_do_not_bear_on_it_call_for_nothing(db, differs):
    published("quantity", typed=drones())
    fields = {}
    if "measure" in differs:
        fields["measure"] = make_measure(differs["measure"])
    if "place" in differs:
        fields["place"] = make_place(differs["place"], "Q1") if differs["place"] else None

    counted(series(**fields), differs.get("day", "03-20"))

    assert asked() == []


def test_a_window_without_an_end_ends_on_the_day_the_claim_was_made(db):
    published("quantity", typed=drones(period_edtf="2025-03-18/.."), text="Since then")

    counted(series(), "03-28")  # the claim was made on the 27th
    assert asked() == []
    counted(Series.objects.get(), "03-27")

    assert [text for text, _, _ in asked()] == ["Since then"]


def test_counts_within_another_dating_of_the_event_call_for_another_look(db):
    agreement = make_agreement()
    event = record(agreement, "accepted", on="2025-03-23")
    record(agreement, "accepted", on="2025-03-16", dates_again=event)
    confirm(event)
    typed = drones(period_edtf="2025-03-23/2025-03-27", since_event=event)
    published("quantity", typed=typed, text="Since then")

    counted(series(), "03-17")

    assert [text for text, _, _ in asked()] == ["Since then"]


# ---- new events -----------------------------------------------------------------------------


AFTER = "After the day that the claim speaks of: "


def confirm(event):
    confirm_agreement_event(event, by=make_user("ben", role="editor"))
    return event


def test_a_confirmed_violation_calls_for_another_look_at_compliance(db):
    agreement = make_agreement()
    complied = status_of(agreement, axis="compliance", value="observed")
    published("status", typed=complied, text="It complies")
    published("status", typed={**complied, "as_of": date(2025, 3, 18)}, text="The day before")
    published("status", typed=status_of(agreement), text="Not answered")

    violation = violations(agreement)
    assert asked() == []  # it waits for a second editor
    confirm_violation(violation, by=make_user("ben", role="editor"))

    assert [text for text, _, _ in asked()] == ["It complies"]


def status_of(agreement, **fields):
    return {
        "agreement": agreement, "axis": "party_position", "value": "no_answer",
        "party": make_speaker("Russia"), "as_of": date(2025, 3, 27), **fields,
    }  # fmt: skip


def test_a_better_version_of_a_better_version_is_the_same_event(db):
    agreement = make_agreement()
    first = confirm(record(agreement, "accepted", on="2025-03-18"))
    published("quantity", typed=drones(since_event=first), text="Since then")
    second = record(agreement, "accepted", on="2025-03-19", supersedes=first)
    third = record(agreement, "accepted", on="2025-03-20", supersedes=second)

    confirm(third)

    assert [text for text, _, _ in asked()] == ["Since then"]


def test_a_confirmed_event_of_the_same_party_calls_for_another_look(db):
    agreement = make_agreement()
    published("status", typed=status_of(agreement), text="Not answered")

    event = record(agreement, on="2025-03-20")
    assert asked() == []  # it waits for a second editor
    confirm(event)
    confirm(record(agreement, "rejected", on="2025-04-02"))

    assert asked() == [
        (
            "Not answered",
            "new_event",
            "Russia: accepted, 20 March 2025 (30-day ceasefire), says “A report”.",
        ),
        (
            "Not answered",
            "new_event",
            AFTER + "Russia: rejected, 2 April 2025 (30-day ceasefire), says “A report”.",
        ),
    ]


def test_events_on_another_agreement_axis_or_of_another_party_call_for_nothing(db):
    agreement = make_agreement()
    published("status", typed=status_of(agreement))

    confirm(record(make_agreement("Another")))
    confirm(record(agreement, who="Ukraine"))
    confirm(record(agreement, "violated", axis="compliance"))
    confirm(record(agreement, "announced", axis="agreement_state"))

    assert asked() == []


@pytest.mark.parametrize("how", ["dates_again", "supersedes", "dated beside"])
def test_another_dating_of_the_event_that_a_window_hangs_on_calls_for_another_look(db, how):
    agreement = make_agreement()
    first = confirm(record(agreement))
    hangs_on = first
    if how == "dated beside":
        hangs_on = confirm(record(agreement, on="2025-03-17", dates_again=first))
    published("quantity", typed=drones(since_event=hangs_on), text="Since then")

    link = {how: first} if how in ("dates_again", "supersedes") else {}
    if how == "dated beside":
        link = {"dates_again": first}
    confirm(record(agreement, on="2025-03-19", **link))

    assert [(text, cause) for text, cause, _ in asked()] == [("Since then", "new_event")]


def test_an_event_that_no_window_hangs_on_calls_for_nothing(db):
    agreement = make_agreement()
    published("quantity", typed=drones(since_event=confirm(record(agreement))))

    confirm(record(agreement, "rejected", on="2025-03-19"))

    assert asked() == []


# ---- repetitions and what others found ------------------------------------------------------


@pytest.mark.parametrize(
    ("stated", "is_asked"),
    [
        ({}, False),
        ({"stated_lower": 1000}, False),
        ({"stated_lower": 1200, "stated_upper": 1300}, False),
        ({"stated_lower": 900}, True),
        ({"stated_lower": 500, "stated_upper": 500}, True),
        ({"stated_upper": 2000}, True),
    ],
    ids=str,
)
def test_a_repetition_with_a_number_that_the_claim_does_not_allow(db, stated, is_asked):
    claim = published("quantity", typed=drones())
    again = attach_occurrence(
        claim, by=make_user("ada"), statement=make_statement("Hundreds of drones."), **stated
    )
    assert asked() == []  # it waits for a second editor

    confirm_late(again, by=make_user("cleo", role="editor"))

    assert [cause for _, cause, _ in asked()] == (["new_evidence"] if is_asked else [])


@pytest.mark.parametrize(("state", "is_asked"), [("published", True), ("new", False)])
def test_what_another_fact_checker_found_on_our_own_claim(db, state, is_asked):
    claim = make_claim(state)
    bulk = Bulk(by=make_user("ada"))
    bulk.record_review(
        publisher=make_publisher("Other Checkers"), claim=claim, url="https://example.org/check",
        claim_text="Over 1,000 drones", label="False",
    )  # fmt: skip
    bulk.finish()

    assert ExternalReview.objects.count() == 1
    assert [summary for _, _, summary in asked()] == (
        ["Other Checkers found: False."] if is_asked else []
    )


def test_a_round_is_taken_by_one_worker(db):
    begin("due")
    Routine.objects.filter(code="due").update(next_at=timezone.now() - timedelta(minutes=1))

    assert [take("due", every=timedelta(hours=1)) for _ in range(2)] == [True, False]
