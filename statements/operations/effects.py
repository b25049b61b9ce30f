"""What each action does beside changing the state; `perform` calls it with the claim locked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model

from sources.direct import insert
from sources.errors import Gap, Invalid, NotAllowed, NotPossible, Unmet
from sources.operations import Keep
from sources.people import Role, has_role
from statements import sealing
from statements.guards import has_not_come
from statements.models import Claim, Verdict
from statements.operations.common import next_look, today
from statements.operations.erasing import erase
from statements.operations.verdicts import draft_from, fixed_finding, seal, write_correction
from statements.vocabulary import (
    CorrectionKind,
    DeclineReason,
    Origin,
    ProposalKind,
    RevisionKind,
    State,
)
from statements.workflow import Ask

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(slots=True)
class Step:
    """What an effect works with: the locked claim, the actor, and what was told."""

    claim: Claim
    by: User | None
    note: str
    data: dict[str, Any]
    at: datetime
    keep: Keep = insert

    @property
    def actor(self) -> User:
        if self.by is None:
            raise NotAllowed("a person must do this")
        return self.by


def _take(step: Step) -> None:
    step.claim.assignee = step.actor


def _release(step: Step) -> None:
    step.claim.assignee = None


def _assign(step: Step) -> None:
    users = get_user_model()._default_manager
    assignee = users.filter(username=step.data[Ask.ASSIGNEE], is_active=True).first()
    if assignee is None or not has_role(assignee, Role.CHECKER):
        raise Invalid("choose an active fact-checker or editor", field=Ask.ASSIGNEE)
    step.claim.assignee = assignee


def _decline(step: Step) -> None:
    claim = step.claim
    claim.assignee = None
    claim.decline_reason = step.data[Ask.REASON]
    target = step.data.get(Ask.TARGET, "")
    if claim.decline_reason != DeclineReason.DUPLICATE:
        if target:
            raise Invalid("only a duplicate names another claim", field=Ask.TARGET)
        return
    if not target:
        raise Unmet((Gap("name the claim that this one repeats", Ask.TARGET),))
    twin = Claim.objects.filter(public_id=target).exclude(pk=claim.pk).first()
    if twin is None or twin.state == State.TAKEN_DOWN:
        raise Invalid("there is no other claim with this id", field=Ask.TARGET)
    if twin.duplicate_of_id == claim.pk:
        raise Invalid("that claim was declined as a repetition of this one", field=Ask.TARGET)
    claim.duplicate_of = twin


def _reconsider(step: Step) -> None:
    step.claim.decline_reason = ""
    step.claim.duplicate_of = None


def _nothing(step: Step) -> None:
    """The state changes and that is all."""


def _publish(step: Step) -> Verdict:
    claim = step.claim
    draft = claim.draft
    again = claim.was_published
    verdict = seal(
        claim,
        kind=(step.data.get(Ask.KIND) or draft.revision_kind) if again else RevisionKind.INITIAL,
        public_note=(step.data.get(Ask.PUBLIC_NOTE) or draft.public_note) if again else "",
        finding=sealing.finding_part(draft),
        author=draft.author,
        last_editor=draft.last_editor,
        reviewer=step.actor,
        at=step.at,
        keep=step.keep,
    )
    _now_live(step, at=step.at)
    _schedule(step)
    return verdict


def _schedule(step: Step) -> None:
    """Sets the day to look again where nobody set one that is still to come."""
    claim, day = step.claim, today()
    if claim.review_due_on is None or claim.review_due_on <= day:
        claim.review_due_on = next_look(claim, after=day)


def _now_live(step: Step, *, at: datetime) -> None:
    claim = step.claim
    claim.first_published_at = claim.first_published_at or at
    claim.last_published_at = at
    claim.retracted_at = None
    claim.reopened_by = None
    claim.assignee = None
    if claim.proposal_kind == ProposalKind.RETRACT:  # it was about the finding before this one
        _clear_proposal(step)


def _fix_typo(step: Step) -> Verdict:
    live = step.claim.live_verdict
    if live is None:
        raise NotPossible("there is no live finding")
    fixes = {ask: step.data.get(ask, "") for ask in (Ask.FINDING, Ask.RATIONALE, Ask.WOULD_CHANGE)}
    finding = fixed_finding(live, {str(name): text for name, text in fixes.items()})
    note = step.data.get(Ask.PUBLIC_NOTE) or "Spelling put right."
    verdict = seal(
        step.claim,
        kind=RevisionKind.TYPO,
        public_note=note,
        finding=finding,
        author=live.author,
        last_editor=live.last_editor,
        reviewer=live.reviewer,
        at=step.at,
        based_on=live,
        keep=step.keep,
    )
    step.claim.last_published_at = step.at
    return verdict


def _reopen(step: Step) -> None:
    claim = step.claim
    last = claim.live_verdict or claim.verdicts.order_by("-revision").first()
    claim.assignee = claim.reopened_by = step.actor
    if last:
        draft_from(last, by=step.actor)


def _reaffirm(step: Step) -> Verdict:
    claim = step.claim
    live = claim.live_verdict
    if live is None:
        raise NotPossible("there is no live finding")
    if live.as_of and step.data[Ask.AS_OF] < live.as_of.isoformat():
        words = f"the finding looks as far as {live.as_of} already: set that day or a later one"
        raise Unmet((Gap(words, Ask.AS_OF),))
    if has_not_come(date.fromisoformat(step.data[Ask.AS_OF])):
        raise Unmet((Gap("nobody looked at a day that has not come", Ask.AS_OF),))
    verdict = seal(
        claim,
        kind=RevisionKind.UNCHANGED,
        public_note=step.data.get(Ask.PUBLIC_NOTE, ""),
        finding=live.sealed["finding"] | {"as_of": step.data[Ask.AS_OF]},
        author=claim.reopened_by,
        last_editor=claim.reopened_by,
        reviewer=step.actor,
        at=step.at,
        based_on=live,
        keep=step.keep,
    )
    _now_live(step, at=step.at)
    _schedule(step)
    return verdict


def _propose(kind: str) -> Callable[[Step], None]:
    def propose(step: Step) -> None:
        claim = step.claim
        claim.proposal_kind, claim.proposal_note = kind, step.note
        claim.proposed_by, claim.proposed_at = step.actor, step.at

    return propose


def _clear_proposal(step: Step) -> None:
    claim = step.claim
    claim.proposal_kind = claim.proposal_note = ""
    claim.proposed_by = claim.proposed_at = None


def _retract(step: Step) -> Verdict | None:
    claim = step.claim
    live = claim.live_verdict
    write_correction(
        claim,
        kind=CorrectionKind.RETRACTION,
        summary=claim.proposal_note,
        by=step.actor,
        at=step.at,
        before=live.revision if live else None,
        after=None,
        keep=step.keep,
    )
    claim.live_verdict = None
    claim.retracted_at = step.at
    claim.assignee = claim.reopened_by = None
    _clear_proposal(step)
    return live


def _take_down(step: Step) -> None:
    claim = step.claim
    step.note = claim.proposal_note
    claim.live_verdict = claim.retracted_at = None
    claim.assignee = claim.reopened_by = None
    claim.show_as_open = False
    _clear_proposal(step)
    erase(claim, at=step.at)


def _import(step: Step) -> Verdict:
    claim = step.claim
    verdict = seal(
        claim,
        kind=RevisionKind.INITIAL,
        finding=sealing.finding_part(claim.draft),
        author=None,
        last_editor=None,
        reviewer=None,
        at=step.at,
        origin=Origin.IMPORTED,
        keep=step.keep,
    )
    told = step.data.get(Ask.PUBLISHED_AT)
    _now_live(step, at=datetime.fromisoformat(told) if told else step.at)
    return verdict


EFFECTS: dict[str, Callable[[Step], Verdict | None]] = {
    "take": _take,
    "release": _release,
    "assign": _assign,
    "decline": _decline,
    "reconsider": _reconsider,
    "submit": _nothing,
    "return": _nothing,
    "recall": _nothing,
    "publish": _publish,
    "fix_typo": _fix_typo,
    "reopen": _reopen,
    "reaffirm": _reaffirm,
    "propose_retraction": _propose(ProposalKind.RETRACT),
    "retract": _retract,
    "propose_take_down": _propose(ProposalKind.TAKE_DOWN),
    "take_down": _take_down,
    "withdraw_proposal": _clear_proposal,
    "import": _import,
}
