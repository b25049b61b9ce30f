"""The workflow written out by hand, once more and on purpose.

Changing a rule means changing `statements.workflow` and this page. The walks through operation,
desk and API compare what happens with what stands here.
"""

from __future__ import annotations

from datetime import date

from tests.factories import make_user

STATES = (
    "new", "researching", "in_review", "published", "reopened", "declined", "retracted",
    "taken_down",
)  # fmt: skip

# Who walks. ada found and drafted the claim and has it in hand, ben published it.
PERSONAS = (
    "nobody", "superuser", "administrator", "contributor", "other_checker", "author", "reviewer",
    "other_editor",
)  # fmt: skip

CHECKERS = ("other_checker", "author", "reviewer", "other_editor")
EDITORS = ("reviewer", "other_editor")

# action: who may, and from which state to which. Every other persona gets 403; whoever may by
# role but stands in another state gets 409.
ALLOWED: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "take": (CHECKERS, {"new": "researching"}),
    "release": (("author", *EDITORS), {"researching": "new"}),
    "assign": (
        EDITORS,
        {"new": "researching", "researching": "researching", "reopened": "reopened"},
    ),
    "decline": (CHECKERS, {"new": "declined", "researching": "declined"}),
    "reconsider": (EDITORS, {"declined": "new"}),
    "submit": (("author",), {"researching": "in_review", "reopened": "in_review"}),
    "return": (EDITORS, {"in_review": "researching"}),
    "recall": (("author",), {"in_review": "researching"}),
    "publish": (EDITORS, {"in_review": "published"}),
    "fix_typo": (EDITORS, {"published": "published"}),
    "reopen": (CHECKERS, {"published": "reopened", "retracted": "reopened"}),
    "reaffirm": (EDITORS, {"reopened": "published"}),
    "propose_retraction": (EDITORS, {"published": "published", "reopened": "reopened"}),
    "retract": (EDITORS, {}),  # only with a proposal: tests of their own
    "propose_take_down": (
        EDITORS,
        {"published": "published", "reopened": "reopened", "retracted": "retracted"},
    ),
    "take_down": (EDITORS, {}),
    "withdraw_proposal": (EDITORS, {}),
    "import": ((), {}),
}
# These have the role, and are refused with 403 only because they do not stand so to the claim;
# in a state where nobody may, the state is named first.
HAS_ROLE: dict[str, tuple[str, ...]] = {
    "release": CHECKERS,
    "submit": CHECKERS,
    "recall": CHECKERS,
}

# What each action is told, so that nothing but role, state and guards can refuse it.
TOLD: dict[str, dict[str, str]] = {
    "assign": {"assignee": "ada"},
    "decline": {"reason": "not_checkable"},
    "fix_typo": {"finding": "The air force counted 1,297 drones in these nine nights."},
    "reaffirm": {"as_of": date(2025, 4, 1).isoformat()},
}
NOTE = "A reason that everybody may read."


def expected(state: str, action: str, persona: str) -> str | int:
    """Returns the new state, or the HTTP status of the refusal."""
    may, ways = ALLOWED[action]
    if persona not in HAS_ROLE.get(action, may):
        return 403
    if state not in ways:
        return 409
    return ways[state] if persona in may else 403


def persona(name: str):
    """Returns the user who plays a persona."""
    if name == "author":
        return make_user("ada")
    if name == "reviewer":
        return make_user("ben", role="editor")
    if name == "superuser":
        return make_user("root", role="", is_superuser=True)
    roles = {
        "nobody": "",
        "administrator": "admin",
        "contributor": "contributor",
        "other_checker": "checker",
        "other_editor": "editor",
    }
    return make_user(name, role=roles[name])
