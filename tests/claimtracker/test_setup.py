"""`manage.py setup`: the first administrator and the name of a site that has neither."""

from __future__ import annotations

import io

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command

from sources.people import Role
from statements.models import Site

pytestmark = pytest.mark.django_db

GOOD = "seven herons over the weir"


@pytest.fixture(autouse=True)
def no_answers_from_outside(monkeypatch):
    for name in ("SETUP_ADMIN_NAME", "SETUP_ADMIN_PASSWORD", "SETUP_SITE_NAME"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def answers(monkeypatch):
    """Answers questions at the terminal in order; passwords likewise."""

    def prepare(typed, passwords=()):
        typed, passwords = list(typed), list(passwords)

        def answer(_):
            if not typed:
                raise EOFError
            return typed.pop(0)

        monkeypatch.setattr("builtins.input", answer)
        monkeypatch.setattr("getpass.getpass", lambda _: passwords.pop(0))

    return prepare


def setup(**options):
    out, err = io.StringIO(), io.StringIO()
    call_command("setup", stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def administrators():
    return sorted(User.objects.filter(groups__name=Role.ADMIN).values_list("username", flat=True))


def test_first_run_asks_for_an_administrator_and_a_name(answers):
    answers(["olga", "The Daily Check"], [GOOD, GOOD])

    out, _ = setup()

    olga = User.objects.get()
    assert (olga.username, olga.is_staff, olga.check_password(GOOD)) == ("olga", True, True)
    assert [group.name for group in olga.groups.all()] == [Role.ADMIN]
    assert Site.current().name == "The Daily Check"
    assert out.splitlines() == [
        "Administrator: olga (new).",
        "Site: The Daily Check.",
        "Vocabulary: 16 measures, 8 topics, 14 places (new; change them in the admin).",
        "Log in at /admin/ and add your colleagues there, each with a role.",
    ]


def test_second_run_changes_only_what_is_answered(answers):
    answers(["olga", "The Daily Check"], [GOOD, GOOD])
    setup()
    answers([""])

    out, _ = setup()

    assert administrators() == ["olga"]
    assert Site.current().name == "The Daily Check"
    assert out.splitlines() == [
        "Administrator: olga (was there before).",
        "Site: The Daily Check.",
    ]


def test_a_weak_or_mistyped_password_is_asked_for_again(answers):
    answers(["olga", ""], ["olga", GOOD, "something else", GOOD, GOOD])

    _, err = setup()

    assert User.objects.get().check_password(GOOD)
    assert "too short" in err
    assert "The two differ" in err


def test_a_name_in_use_is_asked_for_again(answers):
    User.objects.create_user("olga")
    answers(["olga", "petra", ""], [GOOD, GOOD])

    setup()

    assert administrators() == ["petra"]


def test_stopping_in_the_middle_changes_nothing(answers):
    answers(["olga"], [GOOD, GOOD])

    with pytest.raises(CommandError, match="Nothing was changed"):
        setup()

    assert not User.objects.exists()


def test_without_a_terminal_answers_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("SETUP_ADMIN_PASSWORD", GOOD)

    setup(no_input=True, admin_name="olga", site_name="The Daily Check")
    setup(no_input=True, admin_name="olga", site_name="The Weekly Check")

    assert administrators() == ["olga"]
    assert Site.current().name == "The Weekly Check"


@pytest.mark.parametrize(
    ("password", "words"),
    [("", "Set SETUP_ADMIN_PASSWORD, or leave out --no-input."), ("short", "too short")],
)
def test_without_a_terminal_a_missing_or_weak_password_is_an_error(monkeypatch, password, words):
    monkeypatch.setenv("SETUP_ADMIN_PASSWORD", password)

    with pytest.raises(CommandError, match=words):
        setup(no_input=True)

    assert not User.objects.exists()


def test_a_database_with_sample_data_is_left_alone():
    Site.objects.filter(id=1).update(name="Sample", is_sample=True)

    with pytest.raises(CommandError, match="sample data"):
        setup(no_input=True)


def test_a_database_without_tables_is_said_in_words():
    Group.objects.filter(name=Role.ADMIN).delete()

    with pytest.raises(CommandError, match="The database is not ready"):
        setup(no_input=True)
