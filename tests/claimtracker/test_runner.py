"""The runner behind `make test`: which server it takes, and what it says at the end."""

from __future__ import annotations

import pytest

from tests import postgres, run


def found():
    with postgres.server() as server:
        return server


def test_a_named_server_is_taken_first(monkeypatch):
    monkeypatch.setenv("TEST_DATABASE_URL", "postgresql://tester@db/postgres")

    assert found() == postgres.Server(
        "postgresql://tester@db/postgres", "named by TEST_DATABASE_URL"
    )


def test_a_running_server_is_taken_before_one_of_our_own(monkeypatch):
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    running = postgres.Server("postgresql://postgres@127.0.0.1:5432/postgres", "running")
    monkeypatch.setattr(postgres, "_running", lambda: running)

    assert found() == running


def test_without_any_server_there_is_none(monkeypatch):
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.setattr(postgres, "_running", lambda: None)
    monkeypatch.setattr(postgres, "binaries", lambda: None)

    assert found() is None


@pytest.mark.parametrize(("is_ci", "code"), [(True, 1), (False, 0)])
def test_a_missing_half_is_said_loudly_and_fails_in_ci(monkeypatch, capsys, is_ci, code):
    def all_pass(steps):
        for step in steps:
            step.code, step.output = 0, "=== 3 passed in 0.10s ==="
        return True

    monkeypatch.setattr(run, "run_side_by_side", all_pass)
    monkeypatch.setattr(run, "IS_CI", is_ci)
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.setattr(postgres, "_running", lambda: None)
    monkeypatch.setattr(postgres, "binaries", lambda: None)

    assert run.everything([]) == code

    told = capsys.readouterr().out
    assert "!!!! THE POSTGRESQL HALF DID NOT RUN" in told
    assert told.splitlines()[-1] == "=== 3 passed in 0.10s ==="


@pytest.mark.parametrize(
    ("output", "line"),
    [
        (
            "...\n==== 12 passed, 1 skipped in 3.41s ====\n",
            "==== 12 passed, 1 skipped in 3.41s ====",
        ),
        ("F\n1 failed in 0.1s (0:01:02)\n", "1 failed in 0.1s (0:01:02)"),
        ("==== no tests ran in 0.01s ====", "==== no tests ran in 0.01s ===="),
        ("Killed", "pytest did not finish (exit code 137)"),
    ],
)
def test_the_last_word_is_pytest_s_own(output, line):
    assert run.closing_line(run.Step("tests", [], output=output, code=137)) == line


def test_settings_of_a_running_site_do_not_reach_the_checks(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://claims@production/claims")
    step = run.Step("say", ["/bin/sh", "-c", "echo ${DATABASE_URL:-none}"])

    step.run()

    assert (step.code, step.output) == (0, "none\n")


def test_the_quick_run_leaves_out_only_files_that_are_there():
    assert [walk for walk in run.WALKS if not (run.ROOT / walk).is_file()] == []
