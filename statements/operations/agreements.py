"""Keeping agreements and the dated events of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from sources.errors import NotAllowed, NotPossible
from sources.models import Source
from sources.operations import assign, hold, lock, raise_publication_number, save_row, store
from sources.people import Role, require
from sources.texts import clean, clean_line
from statements.models import Agreement, AgreementEvent, AgreementEventConfirmation, Speaker

if TYPE_CHECKING:
    from django.contrib.auth.models import User

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


@transaction.atomic
def confirm_agreement_event(event: AgreementEvent, *, by: User) -> AgreementEventConfirmation:
    """Lets an event be shown: an editor other than the one who recorded it."""
    require(by, Role.EDITOR, "confirm events of agreements")
    row = hold(event)
    if AgreementEventConfirmation.objects.filter(event=row).exists():
        raise NotPossible("this event is confirmed already")
    if row.recorded_by_id == by.pk:
        raise NotAllowed("ask a second editor to confirm what you recorded")
    confirmation = AgreementEventConfirmation(
        event=row, recorded_by=row.recorded_by, confirmed_by=by, confirmed_at=timezone.now()
    )
    confirmation.save(force_insert=True)
    raise_publication_number()
    return confirmation
