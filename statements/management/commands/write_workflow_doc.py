"""`manage.py write_workflow_doc`: writes `docs/workflow.md` from the table of the workflow."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from statements import workflow
from statements.guards import GUARDS
from statements.vocabulary import State

STATES: dict[str, str] = {
    State.NEW: "Taken out of a statement, in nobody's hands.",
    State.RESEARCHING: "Somebody gathers evidence and writes the finding.",
    State.IN_REVIEW: "Submitted: nothing of it changes until a second person has decided.",
    State.PUBLISHED: "The finding is public. It changes only by a new revision.",
    State.REOPENED: "Checked again. A finding that was public stays public meanwhile.",
    State.DECLINED: "Not to be checked, for a reason that is on record.",
    State.RETRACTED: "The finding was withdrawn; its page stays and says why.",
    State.TAKEN_DOWN: "Texts erased for law or safety, hashes kept; the page says why.",
}

INTRODUCTION = """\
# The workflow of a claim

<!-- Written by `manage.py write_workflow_doc` from statements/workflow.py: do not edit by hand. -->

Each change of a claim's state is one row of a table, and the desk, the API and the commands all go through it. What is
not in the table cannot happen. How a day with it looks is in [checkers.md](checkers.md).
"""

AFTER_STATES = """\
**Frozen.** Wording, typed detail, evidence and draft change only while a claim is {editable}.
A repetition may join a published claim: it is shown once an editor other than the one who added it has confirmed it.

**Visible.** A claim has a public page when it has a live finding or was retracted. A claim that was never published and
asks to be shown is announced as "being checked", without a finding, while it is {announced}.
All else is hidden, and hidden answers exactly like absent. Of a claim that was taken down only a notice is left.
"""

AFTER_ACTIONS = """\
A *note* is the reason one gives, kept in the claim's history. `version` is the claim's as one read it: when somebody
was faster, nothing happens and one is told. An action either happens with all its consequences or not at all.
Nothing is undone by editing history; a wrong step is put right by another action (release, reconsider, recall, reopen).
"""

BEFORE_GUARDS = """\
A guard answers in words: what is missing, and where to mend it. `publish` asks all of its guards again in the
transaction that publishes.
"""


class Command(BaseCommand):
    """Writes the page, or with --check only says whether it is up to date."""

    help = "Writes docs/workflow.md from the workflow's table, its diagram and its guards."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing; fail when the file is out of date"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file = Path(settings.BASE_DIR) / "docs" / "workflow.md"
        text = document()
        if file.exists() and file.read_text(encoding="utf-8") == text:
            self.stdout.write("docs/workflow.md is up to date.")
        elif options["check"]:
            raise CommandError("docs/workflow.md is out of date: run manage.py write_workflow_doc")
        else:
            file.write_text(text, encoding="utf-8")
            self.stdout.write(self.style.SUCCESS("docs/workflow.md was written."))


def document() -> str:
    """Returns the whole page in Markdown."""
    parts = [
        INTRODUCTION,
        "## States\n",
        _table(("state", "meaning"), [(f"`{code}`", words) for code, words in STATES.items()]),
        AFTER_STATES.format(
            editable=_or(workflow.EDITABLE_STATES), announced=_or(workflow.ANNOUNCED_STATES)
        ),
        "## Diagram\n",
        f"```mermaid\n{workflow.diagram()}```\n",
        "## Actions\n",
        workflow.table(),
        AFTER_ACTIONS,
        "## What the guards want\n",
        BEFORE_GUARDS,
        _table(("guard", "what it wants"), [(f"`{code}`", _words_of(code)) for code in GUARDS]),
    ]
    return "\n".join(parts)


def _words_of(guard: str) -> str:
    """Returns a guard's docstring as one line, without its own name in front."""
    text = inspect.getdoc(GUARDS[guard]) or ""
    words = " ".join(text.split()).removeprefix(f"{guard}: ")
    return words[:1].upper() + words[1:]


def _or(states: tuple[State, ...]) -> str:
    *first, last = [state.label.lower() for state in states]
    return f"{', '.join(first)} or {last}" if first else last


def _table(head: tuple[str, str], rows: list[tuple[str, str]]) -> str:
    lines = [f"| {head[0]} | {head[1]} |", "| --- | --- |"]
    lines += [f"| {left} | {right} |" for left, right in rows]
    return "\n".join(lines) + "\n"
