"""docs/workflow.md is written from the workflow's table, and nothing in it is left out."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from statements import workflow
from statements.guards import GUARDS
from statements.management.commands.write_workflow_doc import STATES, document
from statements.vocabulary import State

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_page_is_what_the_table_says():
    assert (DOCS / "workflow.md").read_text() == document(), "run manage.py write_workflow_doc"


def test_page_explains_every_state_action_and_guard():
    assert set(STATES) == set(State)
    for code in (*workflow.CODES, *GUARDS):
        assert f"\n| `{code}` |" in document()


def test_guards_are_explained_in_sentences():
    for code, guard in GUARDS.items():
        assert guard.__doc__, f"{code} has no docstring"


def test_check_fails_on_a_page_that_is_out_of_date(tmp_path, settings):
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()

    with pytest.raises(CommandError, match="out of date"):
        call_command("write_workflow_doc", "--check", stdout=io.StringIO())

    call_command("write_workflow_doc", stdout=io.StringIO())
    call_command("write_workflow_doc", "--check", stdout=io.StringIO())
    assert (tmp_path / "docs" / "workflow.md").read_text() == document()


def test_words_of_guards_and_actions_stand_on_the_page_for_checkers():
    page = (DOCS / "checkers.md").read_text()

    for guard in ("G1", "G2", "G3", "G4", "G5"):
        assert f"| {guard} | " in page
    for label in ("take", "release", "assign", "decline", "submit", "recall", "return", "publish"):
        assert f"*{label}" in page.lower(), label
