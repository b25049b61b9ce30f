"""The interpreter of demo scripts, and the command around it: whole or not at all, and only once."""

from __future__ import annotations

import io
import json

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from sources.models import Publication
from statements.imports.demo import run_demo
from statements.models import Site, Speaker
from tests.factories import make_speaker

pytestmark = pytest.mark.django_db

PASSWORD = "of a test only"  # noqa: S105
PEOPLE = [
    {"username": "ada", "first_name": "Ada", "last_name": "Sample", "role": "checker"},
    {"username": "ben", "first_name": "Ben", "last_name": "Sample", "role": "editor"},
]


@pytest.fixture
def script(tmp_path):
    """Writes a small script and returns its path."""

    def write(*steps, people=PEOPLE):
        path = tmp_path / "script.json"
        path.write_text(
            json.dumps({"site": {"name": "A sample"}, "people": people, "steps": steps})
        )
        return path

    return write


def step(do, by="ada", **told):
    return {"by": by, "do": do, **told}


def run_command(*arguments):
    out = io.StringIO()
    call_command("demo", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_script_that_has_grown_adds_what_is_new(script):
    speaker = step("add_speaker", **{"as": "speaker", "name": "Example Ministry"})
    role = step("add_speaker_role", on="@speaker", title="Ministry")
    run_demo(script(speaker), password=PASSWORD)

    outcome = run_demo(
        script(speaker, role, step("add_speaker", **{"as": "other", "name": "Other"})),
        password=PASSWORD,
    )

    assert (outcome.done, outcome.passed_over) == (1, 2)
    assert list(Speaker.objects.values_list("name", "roles__title")) == [
        ("Example Ministry", None),
        ("Other", None),
    ]


# ---- whole or not at all, and only where it belongs ---------------------------------------


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (step("fly"), "step 2, ada: fly: 'there is no operation fly'"),
        (step("take", on="@nobody"), "step 2, ada: take @nobody: 'no earlier step made @nobody'"),
        (step("add_speaker", name=""), "step 2, ada: add_speaker: give the speaker a name [name]"),
        (step("add_publisher", by="zoe", name="X"), "step 2, zoe: add_publisher: 'zoe'"),
    ],
)
def test_bad_script_names_the_step_and_leaves_nothing(monkeypatch, script, bad, words):
    monkeypatch.setenv("DEMO", "true")
    good = step("add_speaker", **{"as": "speaker", "name": "Example Ministry"})
    number = Publication.objects.current()

    with pytest.raises(CommandError) as refusal:
        run_command("--file", str(script(good, bad)))

    assert str(refusal.value) == f"{words}\nNothing was changed."
    assert (Speaker.objects.count(), User.objects.count()) == (0, 0)
    assert (Site.load().is_sample, Publication.objects.current()) == (False, number)


def test_command_refuses_where_nobody_asked_for_a_demo(monkeypatch):
    monkeypatch.delenv("DEMO", raising=False)

    with pytest.raises(CommandError, match="This is no demo"):
        run_command()

    assert User.objects.count() == 0


def test_command_refuses_a_database_with_work_of_its_own(monkeypatch):
    monkeypatch.setenv("DEMO", "true")
    make_speaker()  # recorded by somebody

    with pytest.raises(CommandError, match="holds a site of its own"):
        run_command()

    assert [user.username for user in User.objects.all()] == ["ada"]


def test_command_prints_where_to_look_and_how_to_log_in(monkeypatch, script):
    monkeypatch.setenv("DEMO", "true")

    first, second = run_command("--file", str(script())), run_command("--file", str(script()))

    assert "http://testserver/admin/" in first
    assert "  ben      Editor\n" in first
    password = first.splitlines()[-1].split()[-1]
    assert User.objects.get(username="ben").check_password(password)
    assert "nothing changed" in second
