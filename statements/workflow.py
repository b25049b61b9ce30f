"""The workflow of a claim as one table (DOMAIN §4).

`operations.perform`, the desk's buttons, the API's `actions`, the diagram in `docs/workflow.md`
and the public page on how we work all read `ACTIONS`. Guards, conditions and relations are named
here, with their words, and written in `statements.guards`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from sources.people import Role
from statements.vocabulary import State

# Wording, typed detail, evidence and draft may change only here (DOMAIN §4 "Frozen").
EDITABLE_STATES = (State.NEW, State.RESEARCHING, State.REOPENED)
# A claim that asks to be shown while it is checked is shown only here.
ANNOUNCED_STATES = (State.RESEARCHING, State.IN_REVIEW)
# Work that is nobody's or somebody's now, in the order of the queue.
OPEN_STATES = (State.NEW, State.RESEARCHING, State.REOPENED, State.IN_REVIEW)


class Ask(StrEnum):
    """What an action wants to be told beside its note; keys of `data`."""

    ASSIGNEE = "assignee"  # user name of the person who shall work on it
    REASON = "reason"  # a DeclineReason
    TARGET = "target"  # public id of the claim that this one repeats
    KIND = "kind"  # a RevisionKind of REVISION_CHOICES
    PUBLIC_NOTE = "public_note"
    AS_OF = "as_of"  # ISO date
    PUBLISHED_AT = "published_at"  # ISO moment: when an archive published what is imported
    FINDING = "finding"
    RATIONALE = "rationale"
    WOULD_CHANGE = "would_change"


@dataclass(frozen=True, slots=True)
class Action:
    """One row: what may happen to a claim, from where to where, by whom, and what it needs.

    `target` None leaves the state as it is. `condition` decides between rows of one code by the
    claim's past; `relation` is how the actor must stand to the claim. `note` is what to say when
    the note is missing, "" when none is asked for. `asks` are keys of `data`; those in `needs`
    must be there.
    """

    code: str
    label: str
    origins: tuple[State, ...]
    target: State | None
    role: Role | None  # None: only a command may do it
    guards: tuple[str, ...] = ()
    condition: str = ""
    relation: str = ""
    note: str = ""
    asks: tuple[Ask, ...] = ()
    needs: tuple[Ask, ...] = ()

    @property
    def makes_public_change(self) -> bool:
        """Whether the public may see something else after it: a new state or a new revision."""
        return self.target is not None or self.code == "fix_typo"

    def target_from(self, state: str) -> str:
        return self.target or state


FINDING_GUARDS = ("G1", "G2", "G3", "G4")
LIVE = (State.PUBLISHED, State.REOPENED)
ONCE_PUBLIC = (State.PUBLISHED, State.REOPENED, State.RETRACTED)

ACTIONS: tuple[Action, ...] = (
    Action("take", "Take", (State.NEW,), State.RESEARCHING, Role.CHECKER),
    Action(
        "release", "Release", (State.RESEARCHING,), State.NEW, Role.CHECKER,
        condition="never_published", relation="is_assignee_or_editor",
    ),
    Action(
        "assign", "Assign", (State.NEW,), State.RESEARCHING, Role.EDITOR,
        asks=(Ask.ASSIGNEE,), needs=(Ask.ASSIGNEE,),
    ),
    Action(
        "assign", "Assign", (State.RESEARCHING, State.REOPENED), None, Role.EDITOR,
        asks=(Ask.ASSIGNEE,), needs=(Ask.ASSIGNEE,),
    ),
    Action(
        "decline", "Decline", (State.NEW, State.RESEARCHING), State.DECLINED, Role.CHECKER,
        asks=(Ask.REASON, Ask.TARGET), needs=(Ask.REASON,),
    ),
    Action(
        "reconsider", "Reconsider", (State.DECLINED,), State.NEW, Role.EDITOR,
        note="say why the claim is worth another look",
    ),
    Action(
        "submit", "Submit for review", (State.RESEARCHING, State.REOPENED), State.IN_REVIEW,
        Role.CHECKER, guards=FINDING_GUARDS, relation="is_assignee",
    ),
    Action(
        "return", "Return", (State.IN_REVIEW,), State.RESEARCHING, Role.EDITOR,
        condition="never_published", note="tell the author what to change",
    ),
    Action(
        "return", "Return", (State.IN_REVIEW,), State.REOPENED, Role.EDITOR,
        condition="was_published", note="tell the author what to change",
    ),
    Action(
        "recall", "Recall", (State.IN_REVIEW,), State.RESEARCHING, Role.CHECKER,
        condition="never_published", relation="is_author", note="say why you take it back",
    ),
    Action(
        "recall", "Recall", (State.IN_REVIEW,), State.REOPENED, Role.CHECKER,
        condition="was_published", relation="is_author", note="say why you take it back",
    ),
    Action(
        "publish", "Publish", (State.IN_REVIEW,), State.PUBLISHED, Role.EDITOR,
        guards=(*FINDING_GUARDS, "G5"), condition="never_published",
    ),
    Action(
        "publish", "Publish", (State.IN_REVIEW,), State.PUBLISHED, Role.EDITOR,
        guards=(*FINDING_GUARDS, "G5", "revision_is_explained"), condition="was_published",
        asks=(Ask.KIND, Ask.PUBLIC_NOTE),
    ),
    Action(
        "fix_typo", "Fix a typo", (State.PUBLISHED,), None, Role.EDITOR,
        condition="has_own_verdict",
        asks=(Ask.FINDING, Ask.RATIONALE, Ask.WOULD_CHANGE, Ask.PUBLIC_NOTE),
    ),
    Action(
        "reopen", "Reopen", (State.PUBLISHED, State.RETRACTED), State.REOPENED, Role.CHECKER,
        note="say why the claim must be checked again",
    ),
    Action(
        "reaffirm", "Reaffirm", (State.REOPENED,), State.PUBLISHED, Role.EDITOR,
        guards=("nothing_changed", "other_than_reopener"), condition="has_own_verdict",
        asks=(Ask.AS_OF, Ask.PUBLIC_NOTE), needs=(Ask.AS_OF,),
    ),
    Action(
        "propose_retraction", "Propose retraction", LIVE, None, Role.EDITOR,
        condition="has_verdict_and_no_proposal", note="write the explanation for the public",
    ),
    Action(
        "retract", "Retract", LIVE, State.RETRACTED, Role.EDITOR,
        guards=("second_editor",), condition="retraction_is_proposed",
    ),
    Action(
        "propose_take_down", "Propose take-down", ONCE_PUBLIC, None, Role.EDITOR,
        condition="no_proposal", note="write the legal or safety reason for the public",
    ),
    Action(
        "take_down", "Take down", ONCE_PUBLIC, State.TAKEN_DOWN, Role.EDITOR,
        guards=("second_editor",), condition="take_down_is_proposed",
    ),
    Action(
        "withdraw_proposal", "Withdraw the proposal", ONCE_PUBLIC, None, Role.EDITOR,
        condition="has_proposal", note="say why the proposal is withdrawn",
    ),
    Action(
        "import", "Import", (State.NEW,), State.PUBLISHED, None,
        guards=("import_is_complete",), condition="is_untouched_import",
        asks=(Ask.PUBLISHED_AT,),
    ),
)  # fmt: skip

CODES: tuple[str, ...] = tuple(dict.fromkeys(action.code for action in ACTIONS))
LABELS: dict[str, str] = {action.code: action.label for action in ACTIONS}

# In words, for the diagram, the method page and refusals.
CONDITION_WORDS: dict[str, str] = {
    "never_published": "never published",
    "was_published": "published before",
    "has_own_verdict": "has a live finding of our own",
    "has_verdict_and_no_proposal": "has a live finding and no proposal is open",
    "no_proposal": "no proposal is open",
    "has_proposal": "a proposal is open",
    "retraction_is_proposed": "a retraction is proposed",
    "take_down_is_proposed": "a take-down is proposed",
    "is_untouched_import": "imported and never acted upon",
}
RELATION_WORDS: dict[str, str] = {
    "is_assignee": "the assignee",
    "is_assignee_or_editor": "the assignee or an editor",
    "is_author": "the author of the draft",
}


@dataclass(frozen=True, slots=True)
class GuardWords:
    """What a guard wants: in a few words for a table, and what it promises readers of a finding."""

    wants: str
    promise: str = ""


ROOTS_NEEDED = 2  # independent roots of the sources that decide a claim (DOMAIN §4, G2)

GUARD_WORDS: dict[str, GuardWords] = {
    "G1": GuardWords(
        "a complete finding",
        "A finding gives a verdict or a status, what we found and why, and the day up to which we "
        "looked. It names the statement that makes the claim; a number, a status or a promise in it "
        "is recorded so that it can be compared.",
    ),
    "G2": GuardWords(
        "independent sources, or one primary source and why it is enough",
        f"At least {ROOTS_NEEDED} sources that support or refute the claim and do not depend on each "
        "other, or one primary source with a written reason. Ten articles on one report count as one source, and so do outlets "
        f"of one owner. Where a claim cannot be decided: {ROOTS_NEEDED} pieces of evidence, or "
        "where we searched in vain.",
    ),
    "G3": GuardWords(
        "frozen copies, or why there is none",
        "A frozen copy of every source we cite, with its hash, or a written reason why there is "
        "none.",
    ),
    "G4": GuardWords(
        "the speaker's reply, or why none was sought",
        "The speaker was asked, or it is written down why not.",
    ),
    "G5": GuardWords(
        "a second person",
        "Whoever wrote or last edited the finding cannot be the one who publishes it. The system "
        "refuses it.",
    ),
    "revision_is_explained": GuardWords(
        "the kind of change and what changed",
        "When a published finding is revised, readers are told what kind of change it is and what "
        "changed.",
    ),
    "nothing_changed": GuardWords("an unchanged finding"),
    "other_than_reopener": GuardWords("another editor than the one who reopened it"),
    "second_editor": GuardWords("a second editor"),
    "import_is_complete": GuardWords("archive, reference, verdict, finding and day"),
}

# What an action must be told beside a note, in a few words for a table.
ASKED_WORDS: dict[Ask, str] = {
    Ask.ASSIGNEE: "somebody to work on it",
    Ask.REASON: "a reason, and which claim it repeats if it does",
    Ask.AS_OF: "the day up to which we looked",
}


@lru_cache(maxsize=64)  # of whatever somebody asks for
def rows_for(code: str) -> tuple[Action, ...]:
    """Returns the rows of an action, in the order of the table; empty for an unknown code."""
    return tuple(action for action in ACTIONS if action.code == code)


def rows_from(state: str) -> Iterator[Action]:
    """Yields the rows that start in a state."""
    return (action for action in ACTIONS if state in action.origins)


def diagram() -> str:
    """Returns the table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.NEW.value}"]
    for action in ACTIONS:
        for origin in action.origins:
            start = "[*]" if action.role is None else origin.value
            words = f" ({CONDITION_WORDS[action.condition]})" if action.condition else ""
            lines.append(f"    {start} --> {action.target_from(origin)}: {action.code}{words}")
    return "\n".join(lines) + "\n"


def table() -> str:
    """Returns the table in Markdown, a line per row."""
    lines = [
        "| action | from | to | who | needs |",
        "| --- | --- | --- | --- | --- |",
    ]
    for action in ACTIONS:
        who = str(action.role.label) if action.role else "a command"
        if action.relation:
            who += f" ({RELATION_WORDS[action.relation]})"
        needs = [
            CONDITION_WORDS[action.condition] if action.condition else "",
            "a note" if action.note else "",
            *(
                f"`{ask}`" if ask in action.needs else f"`{ask}` (where it applies)"
                for ask in action.asks
            ),
            *(f"`{guard}`" for guard in action.guards),
        ]
        origins = ", ".join(action.origins) if action.role else "(none)"
        lines.append(
            f"| `{action.code}` | {origins} | {action.target or 'stays'} | {who} "
            f"| {', '.join(filter(None, needs)) or 'nothing'} |"
        )
    return "\n".join(lines) + "\n"
