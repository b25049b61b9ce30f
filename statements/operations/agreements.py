"""Keeping agreements and the dated events of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction
from django.utils import timezone

from sources.errors import Invalid, NotAllowed, NotPossible
from sources.models import Source
from sources.operations import assign, hold, lock, raise_publication_number, save_row, store
from sources.people import Role, require
from sources.texts import clean, clean_line
from statements import timeline
from statements.guards import has_not_come
from statements.models import (
    Agreement,
    AgreementEvent,
    AgreementEventConfirmation,
    AgreementViolation,
    AgreementViolationConfirmation,
    Position,
    Speaker,
)
from statements.operations.bearing import look_again_after_event, look_again_after_violation

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Confirmable = TypeVar("Confirmable", AgreementEvent, AgreementViolation)

AGREEMENT_FIELDS = (
    "name",
    "description",
    "kind",
    "scope",
    "form",
    "record",
    "duration_days",
    "proposed_on",
    "announced_on",
    "effective_from",
    "expires_on",
    "monitoring",
    "text_source",
)


@transaction.atomic
def save_agreement(
    agreement: Agreement | None = None,
    *,
    by: User,
    version: int | None = None,
    parties: Iterable[Speaker] | None = None,
    mediators: Iterable[Speaker] | None = None,
    external_ref: str = "",
    **values: Any,
) -> Agreement:
    """Adds an agreement or changes one (fields of `Agreement`)."""
    require(by, Role.CHECKER, "keep agreements")
    row = lock(agreement, version=version) if agreement else Agreement(external_ref=external_ref)
    name = values.get("name", row.name)
    values["name"] = clean_line(name, "name", required="give the agreement a name", most=200)
    if "description" in values:
        values["description"] = clean(values["description"], "description")
    changed = assign(row, values, AGREEMENT_FIELDS)
    members = {"parties": parties, "mediators": mediators}
    save_row(row, by=by, reason=", ".join(changed))
    for field, speakers in members.items():
        if speakers is not None:
            getattr(row, field).set(speakers)
    if Agreement.objects.public().filter(pk=row.pk).exists():
        raise_publication_number()
    return row


@transaction.atomic
def record_agreement_event(
    agreement: Agreement,
    *,
    by: User,
    axis: str,
    value: str,
    happened_on: date,
    source: Source,
    party: Speaker | None = None,
    note: str = "",
    supersedes: AgreementEvent | None = None,
    dates_again: AgreementEvent | None = None,
) -> AgreementEvent:
    """Appends a dated event to an agreement; shown once a second editor confirms it.

    With `dates_again` it is that event once more, dated by another source or party.
    """
    require(by, Role.CHECKER, "record events of agreements")
    _refuse_days_to_come(happened_on=happened_on)
    _refuse_other_parties(agreement, party, "only a party of the agreement has a position in it")
    row = AgreementEvent(
        agreement=agreement,
        axis=axis,
        value=value,
        party=party,
        happened_on=happened_on,
        source=source,
        note=clean(note, "note"),
        supersedes=supersedes,
        dates_again=dates_again,
        recorded_at=timezone.now(),
        recorded_by=by,
    )
    store(row, force_insert=True)
    return row


def _refuse_days_to_come(**days: date | None) -> None:
    for name, day in days.items():
        if day and has_not_come(day):
            raise Invalid("this day has not come: nothing happened on it", field=name)


def _refuse_other_parties(agreement: Agreement, party: Speaker | None, words: str) -> None:
    """Refuses who is no party, where the parties are known."""
    parties = set(agreement.parties.values_list("pk", flat=True)) if party else set()
    if party and parties and party.pk not in parties:
        raise Invalid(words, field="party")


@transaction.atomic
def confirm_agreement_event(event: AgreementEvent, *, by: User) -> AgreementEventConfirmation:
    """Lets an event be shown: an editor other than the one who recorded it.

    What held from when to when is laid out anew, with the agreement locked.
    """
    require(by, Role.EDITOR, "confirm events of agreements")
    agreement = hold(event.agreement)
    row = _hold_to_confirm(event, "event", by=by)
    confirmation = AgreementEventConfirmation(
        event=row, recorded_by=row.recorded_by, confirmed_by=by, confirmed_at=timezone.now()
    )
    confirmation.save(force_insert=True)
    lay_out(agreement)
    look_again_after_event(row)
    raise_publication_number()
    return confirmation


def _hold_to_confirm(given: Confirmable, what: str, *, by: User) -> Confirmable:
    """Returns the row, locked, or refuses it: confirmed already, recorded by the same person, or
    its place was taken. Call it with the agreement locked."""
    row = hold(given)
    if type(row).objects.confirmed().filter(pk=row.pk).exists():
        raise NotPossible(f"this {what} is confirmed already")
    if row.recorded_by_id == by.pk:
        raise NotAllowed("ask a second editor to confirm what you recorded")
    taken = row.supersedes_id and type(row).objects.confirmed().filter(supersedes=row.supersedes_id)
    if taken and (other := taken.first()):
        raise NotPossible(
            "another row has taken the place of the one that this supersedes: record it anew as "
            f"superseding “{other}”"
        )
    return row


def lay_out(agreement: Agreement) -> None:
    """Writes the positions of an agreement anew from its confirmed events (four queries).

    Call it in a transaction, with the agreement locked.
    """
    events = list(agreement.events.confirmed().select_related("source"))
    publishers = {event.source.publisher_id for event in events} - {None}
    rows = [
        Position(
            agreement=agreement,
            axis=axis,
            party_id=party_id,
            according_to_id=publisher_id,
            value=span.event.value,
            valid_from=span.valid_from,
            valid_until=span.valid_until,
            event=span.event,
        )
        for publisher_id in (None, *sorted(filter(None, publishers)))
        for (axis, party_id), spans in timeline.spans(events, publisher_id=publisher_id).items()
        for span in spans
    ]
    agreement.positions.all().delete()
    Position.objects.bulk_create(rows)


def lay_out_for(source: Source) -> None:
    """Lays out anew what rests on a source, when its publisher is another one."""
    for agreement in Agreement.objects.filter(events__source=source).distinct().order_by("pk"):
        lay_out(hold(agreement))


# ---- violations -----------------------------------------------------------------------------

VIOLATION_FIELDS = (
    "party", "standing", "what", "happened_on", "ended_on", "count", "place", "alleged_by",
    "source", "note", "supersedes",
)  # fmt: skip


@transaction.atomic
def record_violation(agreement: Agreement, *, by: User, **values: Any) -> AgreementViolation:
    """Appends a violation of an agreement, alleged, corroborated or refuted.

    It is shown once a second editor confirms it. One that `supersedes` another takes its place.
    """
    require(by, Role.CHECKER, "record violations of agreements")
    row = AgreementViolation(agreement=agreement, recorded_at=timezone.now(), recorded_by=by)
    values["what"] = clean_line(
        values.get("what", ""), "what", required="say what happened", most=300
    )
    assign(row, values, VIOLATION_FIELDS)
    _refuse_days_to_come(happened_on=row.happened_on, ended_on=row.ended_on)
    party = row.party if row.party_id else None
    _refuse_other_parties(agreement, party, "only a party of the agreement can violate it")
    store(row, force_insert=True)
    return row


@transaction.atomic
def confirm_violation(violation: AgreementViolation, *, by: User) -> AgreementViolationConfirmation:
    """Lets a violation be shown: an editor other than the one who recorded it.

    The agreement is locked meanwhile: of rows that supersede the same one, one is confirmed.
    """
    require(by, Role.EDITOR, "confirm violations of agreements")
    hold(violation.agreement)
    row = _hold_to_confirm(violation, "violation", by=by)
    confirmation = AgreementViolationConfirmation(
        violation=row, recorded_by=row.recorded_by, confirmed_by=by, confirmed_at=timezone.now()
    )
    confirmation.save(force_insert=True)
    look_again_after_violation(row)
    raise_publication_number()
    return confirmation
