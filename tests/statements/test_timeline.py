"""The timeline of an agreement: what held when, by axis and party, as a whole and as each source says.

The table is written by hand. A row of it: the events as recorded, and what holds on which days.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements import timeline

RUSSIA, UKRAINE = 1, 2
KREMLIN, KYIV = 11, 12
FIRST = date(2025, 3, 1)


@dataclass(frozen=True)
class Event:
    pk: int
    value: str
    day: int  # of March 2025
    party_id: int | None = RUSSIA
    axis: str = "party_position"
    publisher_id: int | None = KREMLIN
    supersedes_id: int | None = None
    dates_again_id: int | None = None

    @property
    def happened_on(self):
        return FIRST + timedelta(days=self.day - 1)


def laid_out(events, publisher=None, lane=("party_position", RUSSIA)):
    """Returns the spans of a lane as "value first-last"; an open end is left out."""
    return [
        f"{span.event.value} {span.valid_from.day}-{span.valid_until.day if span.valid_until else ''}"
        for span in timeline.spans(events, publisher_id=publisher).get(lane, [])
    ]


NO_ANSWER = Event(1, "no_answer", 11)
ACCEPTED = Event(2, "accepted", 18)
REJECTED = Event(3, "rejected", 25)


@pytest.mark.parametrize(
    ("events", "whole"),
    [
        ([], []),
        ([ACCEPTED], ["accepted 18-"]),
        ([REJECTED, NO_ANSWER, ACCEPTED], ["no_answer 11-17", "accepted 18-24", "rejected 25-"]),
        # the same value again is a span of its own, since another event says it
        ([ACCEPTED, Event(4, "accepted", 20)], ["accepted 18-19", "accepted 20-"]),
        # on one day the later record holds
        ([ACCEPTED, Event(4, "rejected", 18)], ["rejected 18-"]),
        ([NO_ANSWER, ACCEPTED, Event(4, "rejected", 18)], ["no_answer 11-17", "rejected 18-"]),
        # another party and another axis are other lanes
        ([ACCEPTED, Event(4, "rejected", 20, party_id=UKRAINE)], ["accepted 18-"]),
        ([ACCEPTED, Event(4, "violated", 20, axis="compliance")], ["accepted 18-"]),
        # a better version takes the place of the first, whatever its day
        ([ACCEPTED, Event(4, "accepted", 19, supersedes_id=2)], ["accepted 19-"]),
        (
            [
                ACCEPTED,
                Event(4, "accepted", 19, supersedes_id=2),
                Event(5, "accepted", 20, supersedes_id=4),
            ],
            ["accepted 20-"],
        ),
        # dated twice it stands once, under the first date
        ([ACCEPTED, Event(4, "accepted", 19, dates_again_id=2)], ["accepted 18-"]),
        (
            [ACCEPTED, Event(4, "accepted", 16, dates_again_id=2), REJECTED],
            ["accepted 18-24", "rejected 25-"],
        ),
        # the row in place of the first is the first
        (
            [
                ACCEPTED,
                Event(4, "accepted", 16, dates_again_id=2),
                Event(5, "accepted", 19, supersedes_id=2),
            ],
            ["accepted 19-"],
        ),
        # the row in place of a dating dates the same event
        (
            [
                ACCEPTED,
                Event(4, "accepted", 20, dates_again_id=2),
                Event(5, "accepted", 21, supersedes_id=4),
            ],
            ["accepted 18-"],
        ),
        # where the first is not confirmed, the dating speaks for the event
        ([Event(4, "accepted", 19, dates_again_id=2)], ["accepted 19-"]),
        (
            [
                Event(4, "accepted", 19, dates_again_id=2),
                Event(5, "accepted", 16, dates_again_id=2),
            ],
            ["accepted 19-"],
        ),
    ],
)
def test_a_lane_as_a_whole(events, whole):
    assert laid_out(events) == whole


@pytest.mark.parametrize(
    ("events", "kremlin", "kyiv"),
    [
        ([ACCEPTED], ["accepted 18-"], []),
        (
            [ACCEPTED, Event(4, "rejected", 20, publisher_id=KYIV)],
            ["accepted 18-"],
            ["rejected 20-"],
        ),
        # each dates the event in its own way
        (
            [ACCEPTED, Event(4, "accepted", 19, publisher_id=KYIV, dates_again_id=2)],
            ["accepted 18-"],
            ["accepted 19-"],
        ),
        # what was superseded is nobody's word any more
        (
            [ACCEPTED, Event(4, "accepted", 19, publisher_id=KYIV, supersedes_id=2)],
            [],
            ["accepted 19-"],
        ),
        ([ACCEPTED, Event(4, "rejected", 20, publisher_id=None)], ["accepted 18-"], []),
    ],
)
def test_a_lane_as_each_source_has_it(events, kremlin, kyiv):
    assert laid_out(events, KREMLIN) == kremlin
    assert laid_out(events, KYIV) == kyiv


def test_three_axes_stand_side_by_side_on_one_day():
    events = [
        Event(1, "in_effect", 18, party_id=None, axis="agreement_state"),
        Event(2, "accepted", 18),
        Event(3, "violated", 19, axis="compliance"),
        Event(4, "observed", 19, party_id=UKRAINE, axis="compliance"),
    ]

    assert standing_on(events, 20) == {
        ("agreement_state", None): "in_effect",
        ("party_position", RUSSIA): "accepted",
        ("compliance", RUSSIA): "violated",
        ("compliance", UKRAINE): "observed",
    }
    assert standing_on(events, 17) == {}


def standing_on(events, number):
    day = date(2025, 3, number)
    return {
        lane: span.event.value
        for lane, spans in timeline.spans(events).items()
        for span in spans
        if span.holds_on(day)
    }


@st.composite
def recorded(draw):
    """A history as it can be recorded: what supersedes or dates another comes after it."""
    events, superseded = [], set()
    for pk in range(1, draw(st.integers(1, 9)) + 1):
        axis = draw(st.sampled_from(["party_position", "compliance"]))
        party = draw(st.sampled_from([RUSSIA, UKRAINE]))
        earlier = [e for e in events if (e.axis, e.party_id) == (axis, party)]
        replaces = draw(st.sampled_from([None, *(e.pk for e in earlier if e.pk not in superseded)]))
        superseded.add(replaces)
        firsts = [e.pk for e in earlier if e.dates_again_id is None]
        events.append(
            Event(
                pk,
                draw(st.sampled_from(["a", "b"])),
                draw(st.integers(1, 6)),
                party,
                axis,
                draw(st.sampled_from([KREMLIN, KYIV, None])),
                replaces,
                draw(st.sampled_from([None, *firsts])),
            )
        )
    confirmed = draw(st.sets(st.sampled_from(events)))
    return [event for event in events if event in confirmed]


@given(recorded(), st.sampled_from([None, KREMLIN, KYIV]))
def test_spans_of_a_lane_neither_overlap_nor_leave_gaps(events, publisher):
    for (axis, party), spans in timeline.spans(events, publisher_id=publisher).items():
        assert all((span.event.axis, span.event.party_id) == (axis, party) for span in spans)
        assert [span.valid_from for span in spans] == [span.event.happened_on for span in spans]
        for span, after in pairwise(spans):
            assert span.valid_from <= span.valid_until
            assert after.valid_from == span.valid_until + timedelta(days=1)
        assert spans[-1].valid_until is None


@given(recorded())
def test_every_shown_event_is_dated_once_and_nothing_superseded_is_seen(events):
    shown = timeline.shown(events)
    grouped = [event for group in timeline.datings(events).values() for event in group]

    assert sorted(e.pk for e in grouped) == sorted(e.pk for e in shown)
    assert {e.pk for e in shown}.isdisjoint(e.supersedes_id for e in events)
    assert {e.pk for e in timeline.leading(events)} <= {e.pk for e in shown}


@pytest.mark.parametrize("asked", [2, 4, 5, 6])
def test_rows_in_a_chain_speak_of_one_event(asked):
    rows = [
        NO_ANSWER,
        ACCEPTED,
        Event(4, "accepted", 20, dates_again_id=2),
        Event(5, "accepted", 21, supersedes_id=4),
        Event(6, "accepted", 19, supersedes_id=2),
        Event(7, "rejected", 25, supersedes_id=99),
    ]

    assert timeline.one_event(asked, rows) == {2, 4, 5, 6}
    assert timeline.one_event(7, rows) == {7}
    assert timeline.one_event(99, rows) == set()
