"""`perform`: the only way a claim's state changes (DESIGN §10.2).

Admin, desk, API and commands call it. Check, write, history and publication number are one
transaction, with state and version in the WHERE.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from sources.direct import columns_of, insert_history, update_row
from sources.errors import Gap, Invalid, NotAllowed, NotPossible, Stale, Unmet
from sources.operations import lock, raise_publication_number
from sources.people import ARTICLES, has_role
from sources.rows import Values
from sources.texts import clean, clean_line
from statements import search, workflow
from statements.guards import CONDITIONS, GUARDS, RELATIONS
from statements.models import Claim
from statements.operations.at_hand import lay_out, put_away
from statements.operations.common import bring_up_to_date, is_listed
from statements.operations.effects import EFFECTS, Step
from statements.operations.history import record_change
from statements.vocabulary import (
    REVISION_CHOICES,
    DeclineReason,
    RevisionKind,
    State,
)
from statements.workflow import Action, Ask

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import User


@dataclass(frozen=True, slots=True)
class Offer:
    """One action as it stands for one person and one claim: possible, or why not yet."""

    action: Action
    gaps: tuple[Gap, ...] = ()

    @property
    def is_possible(self) -> bool:
        return not self.gaps


# Guards that ask for nearly all of a claim's working rows.
READ_BY_GUARDS = frozenset({"G1", "nothing_changed"})


@transaction.atomic
def perform(
    claim: Claim,
    action: str,
    *,
    by: User | None,
    note: str = "",
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Claim:
    """Carries out one action on a claim and returns it in its new state.

    `by` None is a command. `version` is the claim's as it was read; without it the version of
    the row given counts. Raises `Invalid` (unknown action, bad data), `NotAllowed` (role),
    `Stale` or `NotPossible` (changed since, or not in this state), `Unmet` (guards); nothing is
    changed then. About 10 queries, 34 where a verdict is sealed.
    """
    rows = workflow.rows_for(action)
    if not rows:
        raise Invalid(f"there is no action {action}", field="action")
    note = clean(note, "note")
    told = read_data(rows, data or {})
    refuse_role(rows[0], by)
    current = lock(claim, version=version)
    row = row_that_fits(rows, current)
    refuse_relation(row, current, by)
    if not READ_BY_GUARDS.isdisjoint(row.guards):
        lay_out(current)
    if gaps := gaps_of(row, current, by, note=note, data=told):
        raise Unmet(gaps)
    _carry_out(row, Step(current, by, note, told, timezone.now()))
    put_away(current)
    bring_up_to_date(claim, current)
    return current


def available_actions(claim: Claim, user: User) -> list[Offer]:
    """Returns the actions of a claim's state that the user's role may do, with what is missing.

    Note and data are asked for when the action is done, so they are not counted as missing.
    """
    offers = []
    for row in workflow.rows_from(claim.state):
        if row.role is None or not has_role(user, row.role):
            continue
        if row.condition and not CONDITIONS[row.condition](claim):
            continue
        gaps: tuple[Gap, ...] = ()
        if row.relation and not RELATIONS[row.relation](claim, user):
            gaps = (Gap(f"only {workflow.RELATION_WORDS[row.relation]} may do this", "actions"),)
        told = {"kind": RevisionKind.UPDATE, "public_note": "…"} if Ask.KIND in row.asks else {}
        gaps += gaps_of(row, claim, user, note="…", data=told, ask=False)
        offers.append(Offer(row, gaps))
    return offers


def gaps_of(
    row: Action,
    claim: Claim,
    by: User | None,
    *,
    note: str,
    data: Mapping[str, Any],
    ask: bool = True,
) -> tuple[Gap, ...]:
    """Returns everything that is missing for a row, in the order of the table."""
    gaps: list[Gap] = []
    if ask:
        if row.note and not note:
            gaps.append(Gap(row.note, "note"))
        gaps += [Gap(ASK_WORDS[ask_for], ask_for) for ask_for in row.needs if not data.get(ask_for)]
    for guard in row.guards:
        gaps += GUARDS[guard](claim, by, data)
    return tuple(gaps)


ASK_WORDS: dict[str, str] = {
    Ask.ASSIGNEE: "choose who shall work on it",
    Ask.REASON: "choose why it is declined",
    Ask.AS_OF: "set the day up to which you looked",
}


def refuse_role(row: Action, by: User | None) -> None:
    if row.role is None:
        if by is not None:
            raise NotAllowed("only a command may import findings")
    elif not has_role(by, row.role):
        raise NotAllowed(f"only {ARTICLES[row.role]} may do this: {row.label.lower()}")


def row_that_fits(rows: tuple[Action, ...], claim: Claim) -> Action:
    """Returns the row for the claim's state and past; raises `NotPossible`."""
    from_here = [row for row in rows if claim.state in row.origins]
    if not from_here:
        state = State(claim.state).label.lower()
        raise NotPossible(f"cannot {rows[0].label.lower()} a claim that is {state}")
    for row in from_here:
        if not row.condition or CONDITIONS[row.condition](claim):
            return row
    words = " or ".join(workflow.CONDITION_WORDS[row.condition] for row in from_here)
    raise NotPossible(f"cannot {rows[0].label.lower()}: this needs a claim of which holds: {words}")


def refuse_relation(row: Action, claim: Claim, by: User | None) -> None:
    if row.relation and not (by and RELATIONS[row.relation](claim, by)):
        raise NotAllowed(
            f"only {workflow.RELATION_WORDS[row.relation]} may do this: {row.label.lower()}"
        )


def _carry_out(row: Action, step: Step) -> None:
    claim = step.claim
    was, was_listed, before = columns_of(claim), is_listed(claim), _public_face(claim)
    from_state = claim.state
    claim.state = row.target_from(from_state)
    verdict = EFFECTS[row.code](step)
    _save(step, was=was, from_state=from_state, action=row.code)
    record_change(
        claim,
        action=row.code,
        from_state=from_state,
        by=step.by,
        at=step.at,
        note=step.note,
        data=step.data,
        verdict=verdict,
    )
    if row.makes_public_change and (was_listed or is_listed(claim)):
        search.refresh([claim.pk])
        if _public_face(claim) != before:
            raise_publication_number()


def _public_face(claim: Claim) -> tuple[Any, ...]:
    """Returns what the public sees of where a claim stands: sending it on in the desk is no news."""
    if not is_listed(claim):
        return ()
    return (claim.live_verdict_id, claim.retracted_at, claim.state == State.PUBLISHED)


def _save(step: Step, *, was: Values, from_state: str, action: str) -> None:
    claim = step.claim
    held = {"state": from_state, "version": claim.version}
    claim.version += 1
    try:
        if not update_row(claim, was=was, where=held):
            raise Stale("somebody changed this claim at this moment", current_version=claim.version)
    except IntegrityError as error:
        raise NotPossible("the claim does not allow this now: look at it again") from error
    insert_history(claim, kind="~", reason=action, by=step.by, at=step.at)


# ---- what is told with an action ------------------------------------------------------------


def read_data(rows: tuple[Action, ...], data: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the data as it may be stored; raises `Invalid` for what no row asks for."""
    asked = {ask for row in rows for ask in row.asks}
    told: dict[str, Any] = {}
    for name, value in data.items():
        if name not in asked:
            raise Invalid(f"{rows[0].label} does not ask for {name}", field=str(name))
        if value in (None, ""):
            continue
        if not isinstance(value, str | date):
            raise Invalid(f"{name} must be text", field=name)
        told[name] = _read(Ask(name), value)
    return told


def _read(ask: Ask, value: str | date) -> str:
    if ask == Ask.AS_OF:
        return _day(value)
    if ask == Ask.PUBLISHED_AT:
        return _moment(value)
    if isinstance(value, date):
        raise Invalid(f"{ask} must be text", field=ask)
    if ask in ONE_OF and value not in ONE_OF[ask]:
        raise Invalid(
            f"{value[:40]} is no {ask}: choose one of {', '.join(ONE_OF[ask])}", field=ask
        )
    if ask in (Ask.RATIONALE, Ask.WOULD_CHANGE, Ask.PUBLIC_NOTE):
        return clean(value, ask)
    return clean_line(value, ask)


ONE_OF: dict[str, tuple[str, ...]] = {
    Ask.REASON: tuple(DeclineReason.values),
    Ask.KIND: tuple(code.value for code in REVISION_CHOICES),
}


def _day(value: str | date) -> str:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(value)
    except ValueError as error:
        raise Invalid("write the day as 2025-03-27", field=Ask.AS_OF) from error
    return date(day.year, day.month, day.day).isoformat()  # a datetime is a date, too


def _moment(value: str | date) -> str:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError as error:
        raise Invalid(
            "write the moment as 2025-03-27T12:00:00+00:00", field=Ask.PUBLISHED_AT
        ) from error
    if moment.tzinfo is None:
        raise Invalid("say of which time zone this moment is", field=Ask.PUBLISHED_AT)
    if moment > timezone.now() or moment.year < 1000:
        raise Invalid("nothing was published at such a moment", field=Ask.PUBLISHED_AT)
    return moment.astimezone(UTC).isoformat()
