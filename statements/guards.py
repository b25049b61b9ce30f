"""What must hold before an action happens, each rule in words for people (DOMAIN §4, G1 to G5).

A guard takes a claim and the actor, and yields one `Gap` per thing that is missing: none means
that it is met. Conditions and relations answer yes or no. The words of all stand in `workflow`.
Every function may query through the claim, and none changes anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from sources.errors import Gap
from sources.people import Role, has_role
from sources.vocabulary import Directness
from statements import sealing
from statements.independence import independent_roots
from statements.vocabulary import (
    DECIDING_STANCES,
    REVISION_CHOICES,
    ClaimKind,
    Match,
    Origin,
    ProposalKind,
    ReplyOutcome,
    RevisionKind,
    VerdictCode,
)
from statements.workflow import ROOTS_NEEDED

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from sources.models import Source
    from statements.models import Claim, Draft, Evidence

Guard = Callable[["Claim", "User | None", Mapping[str, Any]], Iterator[Gap]]


def finding_is_complete(claim: Claim, by: User | None, data: Mapping[str, Any]) -> Iterator[Gap]:
    """G1: verdict or commitment status, finding, rationale and as-of day (not a future one) are set.

    There is also something to publish: a statement that makes the claim, and the typed detail
    that its kind asks for. The events that its days hang on are confirmed.
    """
    draft: Draft | None = getattr(claim, "draft", None)
    commits = claim.kind == ClaimKind.COMMITMENT
    occurrences = claim.occurrences.all()
    if not any(row.match == Match.CONFIRMED and row.is_shown for row in occurrences):
        yield Gap("attach the statement that makes the claim", "statements", "G1")
    if missing := _missing_detail(claim):
        yield Gap(missing, "detail", "G1")
    if not _days_hang_on_what_is_shown(claim):
        yield Gap("count from an event that a second editor has confirmed", "detail", "G1")
    if commits and not (draft and draft.commitment_status):
        yield Gap("choose a commitment status", "draft-commitment_status", "G1")
    if not commits and not (draft and draft.code):
        yield Gap("choose a verdict", "draft-code", "G1")
    if commits and draft and draft.code:
        yield Gap("take the verdict out: a commitment has a status", "draft-code", "G1")
    if not commits and draft and draft.commitment_status:
        yield Gap(
            "take the commitment status out: only a commitment has one",
            "draft-commitment_status",
            "G1",
        )
    if not (draft and draft.finding):
        yield Gap("write the finding", "draft-finding", "G1")
    if not (draft and draft.rationale):
        yield Gap("write the rationale", "draft-rationale", "G1")
    if not (draft and draft.as_of):
        yield Gap("set the day up to which you looked", "draft-as_of", "G1")
    elif has_not_come(draft.as_of):
        yield Gap(
            "nobody looked at a day that has not come: set an earlier one", "draft-as_of", "G1"
        )


def has_not_come(day: date) -> bool:
    """Says whether a day has begun nowhere on Earth yet (UTC+14 is first)."""
    return day > (timezone.now() + timedelta(hours=14)).date()


def _days_hang_on_what_is_shown(claim: Claim) -> bool:
    """Says whether the events that a number is counted from and to are shown in public."""
    number = getattr(claim, "quantity", None) if claim.kind == ClaimKind.QUANTITY else None
    events = (
        [event for event in (number.since_event, number.until_event) if event] if number else []
    )
    if not events:
        return True
    shown = type(events[0])._default_manager.shown()
    return bool(shown.filter(pk__in={event.pk for event in events}).count() == len(set(events)))


def _missing_detail(claim: Claim) -> str:
    wanted = {
        ClaimKind.QUANTITY: ("quantity", "type the number: measure, comparator, value"),
        ClaimKind.STATUS: ("status", "type the status: agreement, axis, value, day"),
        ClaimKind.COMMITMENT: ("commitment", "type the commitment: who delivers what by when"),
    }
    name, words = wanted.get(ClaimKind(claim.kind), ("", ""))
    return words if name and getattr(claim, name, None) is None else ""


def evidence_is_independent(
    claim: Claim, by: User | None, data: Mapping[str, Any]
) -> Iterator[Gap]:
    """G2: two independent roots, or one primary source with a written reason.

    For `unproven`: two items of any stance, or a written search log.
    """
    draft: Draft | None = getattr(claim, "draft", None)
    cited = cited_by(claim)
    if draft and draft.code == VerdictCode.UNPROVEN:
        if len(cited) < ROOTS_NEEDED and not draft.search_log:
            yield Gap("cite two sources or write where you searched in vain", "evidence", "G2")
        return
    deciding = [item.source for item in cited if item.stance in DECIDING_STANCES]
    if root_count(deciding, getattr(claim, "lineage", None)) >= ROOTS_NEEDED:
        return
    has_primary = any(source.directness == Directness.PRIMARY for source in deciding)
    if has_primary and draft and draft.single_source_reason:
        return
    if has_primary:
        yield Gap(
            "cite two independent sources, or say why one primary source is enough",
            "draft-single_source_reason",
            "G2",
        )
    else:
        yield Gap("cite two independent sources", "evidence", "G2")


@dataclass(frozen=True, slots=True)
class Lineage:
    """What some sources report on, and who owns them: all that independence asks."""

    origins: Mapping[int, int | None]
    owners: Mapping[int, str]


def lineage_of(cited: Iterable[Source]) -> Lineage:
    """Reads the lineage of some sources: no query where none of them reports on another one.

    Else one per level of reports, and one. A list of claims reads it once for all and keeps it on
    each claim as `lineage`.
    """
    known = {source.pk: source for source in cited}
    origins = {pk: source.merged_into_id or source.origin_id for pk, source in known.items()}
    if above := {pk for pk in origins.values() if pk} - known.keys():
        manager = type(next(iter(known.values())))._default_manager
        origins |= manager.all().origins(above)
        farther = manager.filter(pk__in=origins.keys() - known.keys())
        known.update({source.pk: source for source in farther.select_related("publisher")})
    owners = {pk: s.publisher.group_key if s.publisher else "" for pk, s in known.items()}
    return Lineage(origins, owners)


def root_count(cited: list[Source], lineage: Lineage | None = None) -> int:
    """Counts the independent roots of some sources; queries only without their `lineage`."""
    if not cited:
        return 0
    lineage = lineage or lineage_of(cited)
    ids = [source.pk for source in cited]
    return len(independent_roots(ids, lineage.origins, lineage.owners))


def cited_by(claim: Claim) -> list[Evidence]:
    """Returns the evidence with source and publisher, prefetched or in one query."""
    prefetched = getattr(claim, "_prefetched_objects_cache", {})
    if "evidence" in prefetched:
        return list(prefetched["evidence"])
    return list(claim.evidence.select_related("source__publisher"))


def sources_are_kept(claim: Claim, by: User | None, data: Mapping[str, Any]) -> Iterator[Gap]:
    """G3: every cited source has a frozen copy, or a written waiver."""
    for item in cited_by(claim):
        if item.snapshot_id is None and not item.waiver:
            yield Gap(
                f"add a snapshot of “{item.source}”, or say why there is none",
                f"evidence-{item.pk}",
                "G3",
            )


def reply_is_recorded(claim: Claim, by: User | None, data: Mapping[str, Any]) -> Iterator[Gap]:
    """G4: the speaker replied, did not reply, or was not asked for a written reason."""
    settled = (ReplyOutcome.REPLIED, ReplyOutcome.NO_REPLY, ReplyOutcome.NOT_SOUGHT)
    if not any(reply.outcome in settled for reply in claim.replies.all()):
        yield Gap("record the speaker's reply, or why none was sought", "reply", "G4")


def has_four_eyes(claim: Claim, by: User | None, data: Mapping[str, Any]) -> Iterator[Gap]:
    """G5: the one who publishes neither wrote nor last edited the draft."""
    draft: Draft | None = getattr(claim, "draft", None)
    if draft is None or draft.author_id is None or draft.last_editor_id is None:
        yield Gap("the draft has no author: save it again", "draft", "G5")
    elif by is None or by.pk in (draft.author_id, draft.last_editor_id):
        yield Gap("ask a second person to publish", "actions", "G5")


def revision_is_explained(claim: Claim, by: User | None, data: Mapping[str, Any]) -> Iterator[Gap]:
    """From the second revision on: its kind and a public note, and the kind fits the change."""
    draft: Draft | None = getattr(claim, "draft", None)
    kind = data.get("kind") or (draft.revision_kind if draft else "")
    note = data.get("public_note") or (draft.public_note if draft else "")
    if kind not in REVISION_CHOICES:
        yield Gap("choose what kind of revision this is", "draft-revision_kind")
    if not note:
        yield Gap("tell the public what changed", "draft-public_note")
    if not draft or not claim.live_verdict or kind not in REVISION_CHOICES:
        return
    live = claim.live_verdict
    changes = (live.code, live.commitment_status) != (draft.code, draft.commitment_status)
    if changes and kind not in (RevisionKind.VERDICT_CHANGE, RevisionKind.UPDATE):
        yield Gap(
            "the verdict is another one: call it a change of verdict or an update",
            "draft-revision_kind",
        )
    if not changes and kind == RevisionKind.VERDICT_CHANGE:
        yield Gap(
            "the verdict is the same: call it a clarification, update or correction",
            "draft-revision_kind",
        )


def nothing_changed(claim: Claim, by: User | None, data: Mapping[str, Any]) -> Iterator[Gap]:
    """A reaffirmed claim rests on exactly what was published; changes go through review."""
    if claim.live_verdict is None:
        return
    changed = sealing.changed_parts(claim.live_verdict.sealed, sealing.working_parts(claim))
    if changed:
        yield Gap(
            f"submit the changes for review: {', '.join(changed)} differ from the published finding",
            "actions",
        )


def other_than_reopener(claim: Claim, by: User | None, data: Mapping[str, Any]) -> Iterator[Gap]:
    """The one who reopened a claim is the author of "verdict unchanged"."""
    if by is None or claim.reopened_by_id is None or by.pk == claim.reopened_by_id:
        yield Gap("ask an editor who did not reopen the claim", "actions", "G5")


def second_editor(claim: Claim, by: User | None, data: Mapping[str, Any]) -> Iterator[Gap]:
    """A proposal is carried out by another editor."""
    if by is None or by.pk == claim.proposed_by_id:
        yield Gap("ask a second editor: you made the proposal", "actions", "G5")


def import_is_complete(claim: Claim, by: User | None, data: Mapping[str, Any]) -> Iterator[Gap]:
    """An imported finding names its archive, its reference there and what was found."""
    draft: Draft | None = getattr(claim, "draft", None)
    if claim.imported_from_id is None or not claim.external_ref:
        yield Gap("name the archive and the reference of the finding in it")
    if not (draft and (draft.code or draft.commitment_status) and draft.finding and draft.as_of):
        yield Gap("an imported finding needs a verdict, a finding and a day")


GUARDS: dict[str, Guard] = {
    "G1": finding_is_complete,
    "G2": evidence_is_independent,
    "G3": sources_are_kept,
    "G4": reply_is_recorded,
    "G5": has_four_eyes,
    "revision_is_explained": revision_is_explained,
    "nothing_changed": nothing_changed,
    "other_than_reopener": other_than_reopener,
    "second_editor": second_editor,
    "import_is_complete": import_is_complete,
}

CONDITIONS: dict[str, Callable[[Claim], bool]] = {
    "never_published": lambda claim: not claim.was_published,
    "was_published": lambda claim: claim.was_published,
    "has_own_verdict": lambda claim: bool(
        claim.live_verdict and claim.live_verdict.origin == Origin.OWN
    ),
    "has_verdict_and_no_proposal": lambda claim: bool(
        claim.live_verdict_id and not claim.proposal_kind
    ),
    "no_proposal": lambda claim: not claim.proposal_kind,
    "has_proposal": lambda claim: bool(claim.proposal_kind),
    "retraction_is_proposed": lambda claim: bool(
        claim.live_verdict_id and claim.proposal_kind == ProposalKind.RETRACT
    ),
    "take_down_is_proposed": lambda claim: claim.proposal_kind == ProposalKind.TAKE_DOWN,
    "is_untouched_import": lambda claim: (
        claim.origin == Origin.IMPORTED and not claim.state_changes.exists()
    ),
}

RELATIONS: dict[str, Callable[[Claim, User], bool]] = {
    "is_assignee": lambda claim, by: claim.assignee_id == by.pk,
    "is_assignee_or_editor": lambda claim, by: (
        claim.assignee_id == by.pk or has_role(by, Role.EDITOR)
    ),
    "is_author": lambda claim, by: (
        getattr(claim, "draft", None) is not None and claim.draft.author_id == by.pk
    ),
}
