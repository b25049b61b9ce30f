"""The dated events of an agreement, laid out in time: what held when, and who says so. Pure.

Every question about the status of an agreement is answered here, from its confirmed events alone.
Each axis, and on a party's axis each party, is a lane of its own; lanes are never merged
(DOMAIN §2.2).

Two events of one lane may be one event that two sources date differently (`dates_again`). In the
lane as a whole such an event stands once, under the date of the row that the others name; in the
lane according to a publisher it stands under that publisher's date.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, Protocol, TypeVar

Lane = tuple[str, int | None]  # axis and party


class DatedEvent(Protocol):
    """What is asked of an event; `publisher_id` is who says so."""

    @property
    def pk(self) -> int: ...
    @property
    def axis(self) -> str: ...
    @property
    def party_id(self) -> int | None: ...
    @property
    def happened_on(self) -> date: ...
    @property
    def supersedes_id(self) -> int | None: ...
    @property
    def dates_again_id(self) -> int | None: ...
    @property
    def publisher_id(self) -> int | None: ...


Event = TypeVar("Event", bound=DatedEvent)


@dataclass(frozen=True, slots=True)
class Span(Generic[Event]):
    """The days on which one event is the newest of its lane; `valid_until` None is open."""

    event: Event
    valid_from: date
    valid_until: date | None  # inclusive

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


def shown(confirmed: Iterable[Event]) -> list[Event]:
    """Returns the events that no other confirmed one supersedes, in the order of time."""
    confirmed = list(confirmed)
    superseded = {event.supersedes_id for event in confirmed}
    return sorted(
        (event for event in confirmed if event.pk not in superseded),
        key=lambda event: (event.happened_on, event.pk),
    )


def datings(confirmed: Iterable[Event]) -> dict[int, list[Event]]:
    """Returns the shown rows by the event that they date; the key is the row the others name.

    A row that was superseded is followed to the one in its place, which dates what that one did.
    """
    confirmed = list(confirmed)
    rows = {event.pk: event for event in confirmed}
    newer = {event.supersedes_id: event.pk for event in confirmed if event.supersedes_id}

    def as_it_stands(pk: int) -> int:
        while pk in newer:
            pk = newer[pk]
        return pk

    def dated_by(event: Event) -> int:
        line: Event | None = event
        while line is not None:
            if line.dates_again_id is not None:
                return as_it_stands(line.dates_again_id)
            line = rows.get(line.supersedes_id) if line.supersedes_id else None
        return event.pk

    found: dict[int, list[Event]] = {}
    for event in shown(confirmed):
        found.setdefault(dated_by(event), []).append(event)
    return found


def one_event(pk: int, rows: Iterable[DatedEvent]) -> set[int]:
    """Returns the rows that speak of the same event as one: they supersede or date each other."""
    known = {row.pk: row for row in rows}
    links: dict[int, set[int]] = {key: set() for key in known}
    for row in known.values():
        for other in (row.supersedes_id, row.dates_again_id):
            if other in known:
                links[row.pk].add(other)
                links[other].add(row.pk)
    found: set[int] = set()
    waiting = {pk} & known.keys()
    while waiting:
        here = waiting.pop()
        found.add(here)
        waiting |= links[here] - found
    return found


def leading(confirmed: Iterable[Event], *, publisher_id: int | None = None) -> list[Event]:
    """Returns one row for each event, in the order of time: as a whole, or as a publisher has it."""
    rows = []
    for first, dated in datings(confirmed).items():
        told = [
            event for event in dated if publisher_id is None or event.publisher_id == publisher_id
        ]
        if told:
            rows.append(min(told, key=lambda event: (event.pk != first, event.pk)))
    return sorted(rows, key=lambda event: (event.happened_on, event.pk))


def spans(
    confirmed: Iterable[Event], *, publisher_id: int | None = None
) -> dict[Lane, list[Span[Event]]]:
    """Returns the spans of each lane, oldest first; none of a lane overlap.

    Of two events on one day the one that was recorded last holds: the other has no day to itself.
    """
    lanes: dict[Lane, list[Event]] = {}
    for event in leading(confirmed, publisher_id=publisher_id):
        lane = lanes.setdefault((event.axis, event.party_id), [])
        if lane and lane[-1].happened_on == event.happened_on:
            lane.pop()
        lane.append(event)
    return {lane: [*_laid_out(events)] for lane, events in lanes.items()}


def _laid_out(events: list[Event]) -> Iterable[Span[Event]]:
    for event, after in zip(events, [*events[1:], None], strict=True):
        until = after.happened_on - timedelta(days=1) if after else None
        yield Span(event, event.happened_on, until)
