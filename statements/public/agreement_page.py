"""All that an agreement's page shows, as plain values.

Two days can be asked for, and they are not the same: `as_of` is what this site had confirmed by a
day, `on` is where things stood on a day as far as that is known. The three axes are never merged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from statements.as_of import today
from statements.models import Agreement, AgreementEvent, AgreementViolation
from statements.public import words
from statements.public.cards import Link
from statements.public.charts import lanes
from statements.public.charts.lanes import BLOCK, BROKEN, CROSSED, HATCHED, OUTLINE
from statements.public.charts.readings import Picture
from statements.public.sealed import Row
from statements.standings import held, leading_events, shown_events, violation_counts
from statements.vocabulary import AgreementState, Axis, Compliance, PartyPosition

STANDINGS: dict[str, tuple[str, str]] = {
    Axis.AGREEMENT_STATE: ("State of the agreement as a whole.", "State"),
    Axis.PARTY_POSITION: ("Position of each party.", "Position"),
    Axis.COMPLIANCE: (
        "Compliance as found. An agreement can be in effect and violated at once.",
        "Compliance",
    ),
}
AXES: dict[str, str] = {
    Axis.AGREEMENT_STATE: "State of the agreement",
    Axis.PARTY_POSITION: "Position",
    Axis.COMPLIANCE: "Compliance",
}
# What holds as agreed is drawn full, what holds in part hatched, what does not hold crossed.
LOOKS: dict[str, str] = {
    PartyPosition.PROPOSED: OUTLINE,
    PartyPosition.ACCEPTED: BLOCK,
    PartyPosition.ACCEPTED_WITH_CONDITIONS: HATCHED,
    PartyPosition.REJECTED: CROSSED,
    PartyPosition.NO_ANSWER: BROKEN,
    PartyPosition.WITHDRAWN: CROSSED,
    AgreementState.UNDER_NEGOTIATION: BROKEN,
    AgreementState.ANNOUNCED: OUTLINE,
    AgreementState.IN_EFFECT: BLOCK,
    AgreementState.SUSPENDED: HATCHED,
    AgreementState.EXPIRED: CROSSED,
    AgreementState.TERMINATED: CROSSED,
    AgreementState.SUPERSEDED: CROSSED,
    Compliance.OBSERVED: OUTLINE,
    Compliance.PARTLY_OBSERVED: HATCHED,
    Compliance.VIOLATED: BLOCK,
    Compliance.UNKNOWN: BROKEN,
}
THE_AGREEMENT = "The agreement"


@dataclass(frozen=True, slots=True)
class StandingLine:
    """The newest known value of one party, or of the agreement as a whole."""

    who: str
    what: str
    since: str
    source: Link


@dataclass(frozen=True, slots=True)
class Standing:
    """One axis: the three are never merged (DOMAIN §2.2)."""

    caption: str
    headings: tuple[str, ...]
    rows: list[StandingLine]


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event in the list: its number is the one in the picture."""

    number: int
    when: str
    who: str
    axis: str
    what: str
    note: str
    source: Link
    is_main: bool
    same_as: int | None = None  # the number of the event that it dates again


@dataclass(frozen=True, slots=True)
class ViolationLine:
    """One entry: alleged, corroborated or refuted."""

    when: str
    what: str
    standing: str
    by: str
    note: str
    source: Link


@dataclass(frozen=True, slots=True)
class PartyViolations:
    """What one party is said to have done; the three numbers are never added together."""

    party: str
    counts: str
    lines: list[ViolationLine]


@dataclass(frozen=True, slots=True)
class OnDay:
    """The day that the positions are asked for."""

    value: str
    heading: str
    hint: str
    as_of: str = ""  # kept while another day is chosen


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """Everything on the page but the claims."""

    name: str
    description: str
    facts: list[Row]
    on: OnDay
    standing: list[Standing]
    picture: Picture | None
    key: list[tuple[str, str]]
    events: list[EventLine]
    violations: list[PartyViolations]
    json_url: str


def agreement_page_of(
    agreement: Agreement,
    confirmed: list[AgreementEvent],
    violations: list[AgreementViolation],
    *,
    on: date | None,
    as_of: date | None,
) -> AgreementPage:
    """Returns the page of an agreement, from its confirmed events and its shown violations."""
    events = shown_events(confirmed)
    until = [event for event in events if on is None or event.happened_on <= on]
    numbers = {event.pk: number for number, event in enumerate(events, 1)}
    lines = [
        _line(number, event, numbers.get(event.dates_again_id or 0))
        for number, event in enumerate(events, 1)
    ]
    return AgreementPage(
        name=agreement.name,
        description=agreement.description,
        facts=_facts(agreement),
        on=_on_day(events, until, on=on, as_of=as_of),
        standing=_standings(confirmed, on or today()),
        picture=_picture(agreement, events, leading_events(confirmed), on),
        key=_key(events),
        events=lines,
        violations=_violations(violations),
        json_url=f"/api/v1/agreements/{agreement.public_id}/",
    )


def _facts(agreement: Agreement) -> list[Row]:
    form = f"{agreement.get_form_display()}, {agreement.get_record_display().lower()}"
    days = agreement.duration_days
    rows = [
        Row("Kind", agreement.get_kind_display()),
        Row("Scope", agreement.get_scope_display()),
        Row("Form", form),
        Row("Parties", words.listing([str(party) for party in agreement.parties.all()])),
        Row("Mediators", words.listing([str(party) for party in agreement.mediators.all()])),
        Row("Lasts", words.count(days, "day", "days") if days else ""),
        Row("Proposed", words.day(agreement.proposed_on)),
        Row("Announced", words.day(agreement.announced_on)),
        Row("In effect from", words.day(agreement.effective_from) or "No day was set"),
        Row("Expires", words.day(agreement.expires_on)),
        Row("Monitoring", agreement.get_monitoring_display()),
    ]
    if source := agreement.text_source:
        rows.append(Row("Text", source.title, url=source.url, is_outside=True))
    return [row for row in rows if row.value]


# ---- where it stands ------------------------------------------------------------------------


def _on_day(
    events: Sequence[AgreementEvent],
    until: Sequence[AgreementEvent],
    *,
    on: date | None,
    as_of: date | None,
) -> OnDay:
    if on:
        heading = f"On {words.day(on)}"
        left = len(events) - len(until)
        hint = f"{words.count(left, 'event', 'events')} came later" if left else ""
    else:
        heading = "Where it stands"
        hint = f"As of {words.day(events[-1].happened_on)}, the last event known" if events else ""
    return OnDay(
        value=on.isoformat() if on else "",
        heading=heading,
        hint=hint,
        as_of=as_of.isoformat() if as_of else "",
    )


def _standings(confirmed: list[AgreementEvent], day: date) -> list[Standing]:
    """Returns what holds on a day per axis and party, each event once however often it is dated."""
    newest = {
        (row.event.axis, str(row.event.party or "")): row.event
        for row in held(confirmed, on=day)
        if row.according_to is None
    }
    standings = []
    for axis, (caption, heading) in STANDINGS.items():
        lines = [
            StandingLine(
                who or THE_AGREEMENT,
                event.value_label,
                words.day(event.happened_on),
                Link(event.source.title, event.source.get_absolute_url()),
            )
            for (of_axis, who), event in sorted(newest.items())
            if of_axis == axis
        ]
        if lines:
            standings.append(Standing(caption, ("Who", heading, "Since", "Source"), lines))
    return standings


# ---- what happened --------------------------------------------------------------------------


def _line(number: int, event: AgreementEvent, same_as: int | None) -> EventLine:
    return EventLine(
        number=number,
        when=words.day(event.happened_on),
        who=str(event.party) if event.party else THE_AGREEMENT,
        axis=AXES[event.axis],
        what=event.value_label,
        note=event.note,
        source=Link(event.source.title, event.source.get_absolute_url()),
        is_main=event.axis == Axis.AGREEMENT_STATE,
        same_as=same_as,
    )


def _violations(violations: list[AgreementViolation]) -> list[PartyViolations]:
    """Returns the entries party by party, as they are counted: by standing."""
    return [
        PartyViolations(
            party=str(count.party),
            counts=f"{count.alleged} alleged, {count.corroborated} corroborated, "
            f"{count.refuted} refuted",
            lines=[_violation(row) for row in violations if row.party_id == count.party.pk],
        )
        for count in violation_counts(violations)
    ]


def _violation(row: AgreementViolation) -> ViolationLine:
    last = row.ended_on if row.ended_on != row.happened_on else None
    when = (
        f"{words.day(row.happened_on)} to {words.day(last)}" if last else words.day(row.happened_on)
    )
    number = f" ({row.count:,})" if row.count else ""
    place = f", {row.place.name}" if row.place else ""
    return ViolationLine(
        when=when,
        what=f"{row.what}{number}{place}",
        standing=row.get_standing_display(),
        by=str(row.alleged_by or ""),
        note=row.note,
        source=Link(row.source.title, row.source.get_absolute_url()),
    )


def _picture(
    agreement: Agreement,
    events: Sequence[AgreementEvent],
    leading: Sequence[AgreementEvent],
    on: date | None,
) -> Picture | None:
    """Draws each event once; the numbers are those of the list below."""
    if not events:
        return None
    drawn_once = {event.pk for event in leading}
    numbered = [(n, event) for n, event in enumerate(events, 1) if event.pk in drawn_once]
    names = list(dict.fromkeys(str(event.party) for event in events if event.party))
    states = [pair for pair in numbered if pair[1].axis == Axis.AGREEMENT_STATE]
    drawn = [lanes.Lane(THE_AGREEMENT, _stretches(states))] if states else []
    for name in names:
        own = [pair for pair in numbered if str(pair[1].party or "") == name]
        drawn.append(
            lanes.Lane(
                name,
                _stretches([pair for pair in own if pair[1].axis == Axis.PARTY_POSITION]),
                [
                    lanes.Mark(number, event.value_label, LOOKS[event.value], event.happened_on)
                    for number, event in own
                    if event.axis == Axis.COMPLIANCE
                ],
            )
        )
    days = [event.happened_on for event in events]
    return lanes.picture_of(
        lanes.Lanes(
            key="lanes",
            title=f"{agreement.name}: what happened when",
            first=days[0],
            last=max(days[-1], min(on, days[-1]) if on else days[-1]),
            lanes=drawn,
            on=on if on and days[0] <= on else None,
        ),
        _sentence([event for _, event in numbered], names),
    )


def _stretches(pairs: Sequence[tuple[int, AgreementEvent]]) -> list[lanes.Stretch]:
    """Returns how long each value held: until the next event of the same lane."""
    ends = [event.happened_on for _, event in pairs[1:]]
    return [
        lanes.Stretch(number, event.value_label, LOOKS[event.value], event.happened_on, end)
        for (number, event), end in zip(pairs, [*ends, None], strict=True)
    ]


def _sentence(events: Sequence[AgreementEvent], names: Sequence[str]) -> str:
    first, last = words.day(events[0].happened_on), words.day(events[-1].happened_on)
    spans = f"on {first}" if first == last else f"from {first} to {last}"
    lanes_of = words.listing([*names]) or "the agreement as a whole"
    newest = events[-1]
    who = f"{newest.party}: {newest.value_label.lower()}" if newest.party else newest.value_label
    return (
        f"{words.sentence(words.count(len(events), 'event', 'events'))} {spans}, for {lanes_of}. "
        f"The last one known is of {last}: {who.lower() if not newest.party else who}."
    )


KEY: dict[str, str] = {
    BLOCK: "full",
    HATCHED: "hatched",
    CROSSED: "crossed",
    OUTLINE: "outline",
    BROKEN: "broken outline",
}


def _key(events: Sequence[AgreementEvent]) -> list[tuple[str, str]]:
    """Returns how each value that occurs is drawn, for the line below the picture."""
    found: dict[str, str] = {}
    for event in events:
        if event.axis != Axis.COMPLIANCE:
            found.setdefault(event.value_label, LOOKS[event.value])
    return [(label, KEY[look]) for label, look in found.items()]
