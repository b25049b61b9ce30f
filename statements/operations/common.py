"""What the operations share: locking a claim for work, and saying that something went public."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils import timezone

from sources.errors import NotPossible
from sources.operations import hold, lock, raise_publication_number
from sources.prepared import Prepared
from statements import search
from statements.models import Claim, Site, Statement, Topic
from statements.vocabulary import State

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def lock_for_work(claim: Claim, *, version: int | None = None) -> Claim:
    """Locks a claim whose wording, detail, evidence or draft is to change (DOMAIN §4 "Frozen").

    Without a `version` only the state counts, not what else changed in the claim. Raises
    `NotPossible` with the way to go on.
    """
    current = hold(claim) if version is None else lock(claim, version=version)
    if not current.is_editable:
        raise NotPossible(FROZEN_WORDS.get(State(current.state), "this claim cannot change now"))
    return current


FROZEN_WORDS: dict[str, str] = {
    State.IN_REVIEW: "the claim is in review: recall or return it before you change it",
    State.PUBLISHED: "the claim is published: reopen it before you change it",
    State.RETRACTED: "the claim is retracted: reopen it before you change it",
    State.DECLINED: "the claim is declined: ask an editor to reconsider it",
    State.TAKEN_DOWN: "the claim is taken down: nothing of it changes any more",
}


def bring_up_to_date(claim: Claim, current: Claim) -> None:
    """Gives the caller's row what the locked one has now, without another query."""
    if claim is not current:
        for field in Claim._meta.concrete_fields:
            setattr(claim, field.attname, getattr(current, field.attname))
        claim._state.fields_cache = dict(current._state.fields_cache)


def is_listed(claim: Claim) -> bool:
    """Says whether the public knows of the claim."""
    return claim.is_public or claim.is_announced


def announce_change(claim: Claim, *, was_announced: bool = False) -> None:
    """Lets search know of a change of the working copy, and the public where it shows.

    The public sees a working copy only of what is announced: of a published claim it sees what
    was sealed, and who works on the next revision is not told by the number. Last in a transaction.
    """
    search.refresh([claim.pk])
    if was_announced or claim.is_announced:
        raise_publication_number()


def is_frozen(statement: Statement) -> bool:
    """Says whether the statement's speaker, date and words are frozen (one query)."""
    return Statement.objects.frozen().filter(pk=statement.pk).exists()


def is_public(statement: Statement) -> bool:
    """Says whether the public knows the statement (one query)."""
    return Statement.objects.public().filter(pk=statement.pk).exists()


def display_name(user: User | None) -> str:
    """The name under which a person's work is shown."""
    return (user.get_full_name() or user.get_username()) if user else ""


def today() -> date:
    """Returns the day that it is where the newsroom works."""
    return timezone.localdate(timezone=ZoneInfo(Site.current().time_zone))


def next_look(claim: Claim, *, after: date) -> date | None:
    """Returns when a finding is to be looked at again: by the shortest policy of its topics.

    A topic without a policy has the one of the topic above it (one query). None: never.
    """
    days = [
        topic.review_after_days or (topic.parent.review_after_days if topic.parent else None)
        for topic in _TOPICS(claim.pk)
    ]
    known = [number for number in days if number]
    return after + timedelta(days=min(known)) if known else None


_TOPICS = Prepared(
    lambda claim: (
        Topic.objects.filter(claims=claim)
        .select_related("parent")
        .only("review_after_days", "parent__review_after_days")
    ),
    int,
)
