"""Where an agreement and its parties stood on a day, as this site knew it at a moment.

`known_at` None is now. At an earlier moment only what was confirmed by then counts, and a row
counts as superseded only where the newer one was confirmed by then, too. One query each.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sources.models import Publisher
from statements import timeline
from statements.models import Agreement, AgreementEvent, AgreementViolation, Speaker
from statements.vocabulary import Axis, ViolationStanding


@dataclass(frozen=True, slots=True)
class Held:
    """One value of a lane and the days on which it held: as a whole, or as a publisher has it."""

    event: AgreementEvent
    valid_from: date
    valid_until: date | None  # inclusive; None: open
    according_to: Publisher | None


@dataclass(frozen=True, slots=True)
class ViolationCount:
    """How many entries there are of a party, by standing. They are never added together.

    An allegation is no violation, and one violation may have been alleged by several.
    """

    party: Speaker
    alleged: int
    corroborated: int
    refuted: int


def confirmed_events(
    agreement: Agreement, *, known_at: datetime | None = None
) -> list[AgreementEvent]:
    """Returns the confirmed events in the order of time, those that were superseded included."""
    return list(
        agreement.events.confirmed(known_at=known_at)
        .select_related("party", "source__publisher")
        .order_by("happened_on", "id")
    )


def shown_events(confirmed: list[AgreementEvent]) -> list[AgreementEvent]:
    """Returns those that no confirmed one supersedes, in the order of time."""
    return timeline.shown(confirmed)


def leading_events(confirmed: list[AgreementEvent]) -> list[AgreementEvent]:
    """Returns each event once, however many sources date it, in the order of time."""
    return timeline.leading(confirmed)


def held(confirmed: list[AgreementEvent], *, on: date | None = None) -> list[Held]:
    """Returns what held when, as a whole and as each publisher has it; `on` narrows to a day.

    By axis, then party, each lane as a whole first, and in the order of time.
    """
    publishers = {event.publisher_id: event.source.publisher for event in confirmed}
    spans = [
        Held(span.event, span.valid_from, span.valid_until, publishers[pk] if pk else None)
        for pk in (None, *sorted(filter(None, publishers)))
        for lane in timeline.spans(confirmed, publisher_id=pk).values()
        for span in lane
        if on is None or span.holds_on(on)
    ]
    return sorted(
        spans, key=lambda row: (*_place(row.event), str(row.according_to or ""), row.valid_from)
    )


def _place(event: AgreementEvent) -> tuple[int, str]:
    return list(Axis.values).index(event.axis), str(event.party or "")


def violations_of(
    agreement: Agreement, *, known_at: datetime | None = None
) -> list[AgreementViolation]:
    """Returns the shown violations, in the order of time."""
    return list(
        agreement.violations.shown(known_at=known_at)
        .select_related("party", "alleged_by", "place", "source__publisher")
        .order_by("happened_on", "id")
    )


def violation_counts(violations: list[AgreementViolation]) -> list[ViolationCount]:
    """Returns the number of entries per party and standing, by the name of the party."""
    parties = {violation.party_id: violation.party for violation in violations}
    counted = Counter((violation.party_id, violation.standing) for violation in violations)
    return [
        ViolationCount(
            party,
            alleged=counted[pk, ViolationStanding.ALLEGED],
            corroborated=counted[pk, ViolationStanding.CORROBORATED],
            refuted=counted[pk, ViolationStanding.REFUTED],
        )
        for pk, party in sorted(parties.items(), key=lambda item: str(item[1]))
    ]
