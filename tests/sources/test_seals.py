"""Seals: append-only tables refuse change from the ORM, from SQL and from the sqlite3 shell."""

import shutil
import sqlite3
import subprocess

import psycopg
import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.db import IntegrityError, connection, models, transaction
from django.db.models.signals import pre_migrate
from django.utils import timezone

from sources import seals
from sources.models import Snapshot
from sources.operations import add_archive_link, confirm_series
from statements.models import Recheck, StateChange, Verdict
from statements.operations import (
    confirm_agreement_event,
    confirm_violation,
    open_rechecks,
    record_agreement_event,
    record_violation,
    relate_claims,
)
from tests.factories import (
    make_agreement,
    make_claim,
    make_measure,
    make_publisher,
    make_snapshot,
    make_source,
    make_speaker,
    make_user,
)

IS_SQLITE = connection.vendor == "sqlite"


def every_sealed_row():
    """Makes at least one row in each sealed table."""
    from sources.models import Observation, Series

    claim = make_claim("retracted")
    agreement = make_agreement(name="Pause")
    agreement.description = "Longer"
    agreement.save()
    event = record_agreement_event(
        agreement,
        by=make_user("ada"),
        axis="agreement_state",
        value="announced",
        happened_on=timezone.now().date(),
        source=make_source(),
    )
    confirm_agreement_event(event, by=make_user("ben"))
    series = Series.objects.create(
        measure=make_measure(), publisher=make_publisher(), name="Nights", granularity="night"
    )
    Observation.objects.create(
        series=series,
        period_start=timezone.now().date(),
        period_end=timezone.now().date(),
        value=1,
        reported_at=timezone.now(),
    )
    confirm_series(series, by=make_user("ben"))
    violation = record_violation(
        agreement,
        by=make_user("ada"),
        standing="corroborated",
        party=make_speaker(),
        what="A strike",
        happened_on=timezone.now().date(),
        source=make_source(),
    )
    confirm_violation(violation, by=make_user("ben"))
    published = make_claim("published")
    relate_claims(published, make_claim("published"), by=make_user("ada"), kind="repeats")
    open_rechecks([published], cause="new_event", summary="A party withdrew.")
    make_snapshot(claim.evidence.first().source, "Another text, without the quoted words.")
    add_archive_link(Snapshot.objects.first(), by=make_user("ada"), url="https://archive.example/1")
    snapshot = Snapshot.objects.first()
    snapshot.readings.create(
        text="Read anew", text_sha256="0" * 64, extractor="pypdf", extractor_version="9"
    )
    return claim


def test_every_sealed_table_is_named_and_has_its_seal(db):
    named = {seal.table for seal in seals.sealed()}
    histories = {
        model._meta.db_table
        for model in seals.apps.get_models()
        if issubclass(model, models.Model) and model.__name__.startswith("Historical")
    }

    assert histories <= named
    assert len(named) == 25
    assert seals.missing(connection) == []
    assert seals.outdated(connection) == []


def test_the_orm_cannot_change_or_delete_a_sealed_row(db):
    every_sealed_row()

    for seal in seals.sealed():
        row = seal.model._default_manager.first()
        assert row is not None, f"nothing in {seal.table}"
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            seal.model._default_manager.filter(pk=row.pk).update(
                **{seal.model._meta.pk.name: row.pk}
            )
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            row.save(force_update=True)
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            seal.model._default_manager.filter(pk=row.pk)._raw_delete("default")


def test_sql_cannot_change_delete_replace_or_truncate_a_sealed_row(db):
    every_sealed_row()
    forms = ['UPDATE "{t}" SET "{k}" = "{k}"', 'DELETE FROM "{t}"']
    if IS_SQLITE:
        forms += ['INSERT OR REPLACE INTO "{t}" SELECT * FROM "{t}"']
        forms += ['REPLACE INTO "{t}" SELECT * FROM "{t}"']
    else:
        forms += ['TRUNCATE "{t}" CASCADE']
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    for seal in seals.sealed():
        before = seal.model._default_manager.count()
        for form in forms:
            sql = form.format(t=seal.table, k=seal.model._meta.pk.column)
            with (
                pytest.raises(IntegrityError, match="append-only"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(sql)
        assert seal.model._default_manager.count() == before


def refusals_from_outside(sql):
    """Runs a statement past Django, by every way this machine has; yields what each way said."""
    if not IS_SQLITE:
        params = connection.get_connection_params()
        where = {
            name: params[name]
            for name in ("dbname", "user", "password", "host", "port")
            if params.get(name)
        }
        with psycopg.connect(**where) as outside, pytest.raises(psycopg.errors.Error) as error:
            outside.execute(sql)
        yield str(error.value)
        return
    path = connection.settings_dict["NAME"]
    with sqlite3.connect(path) as outside, pytest.raises(sqlite3.IntegrityError) as error:
        outside.execute(sql)
    yield str(error.value)
    if shell := shutil.which("sqlite3"):
        # The shell does not wait for a lock unless it is told to; what holds one is not the point.
        command = [shell, "-cmd", ".timeout 20000", path, sql]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        assert done.returncode != 0
        yield done.stderr


@pytest.mark.django_db(transaction=True)
def test_a_shell_from_outside_cannot_forge_a_row():
    every_sealed_row()
    for seal in seals.sealed():
        key = seal.model._meta.pk.column
        forms = ['UPDATE "{t}" SET "{k}" = "{k}"', 'DELETE FROM "{t}"']
        forms += (
            ['INSERT OR REPLACE INTO "{t}" SELECT * FROM "{t}"']
            if IS_SQLITE
            else ['TRUNCATE "{t}" CASCADE']
        )
        for form in forms:
            said = list(refusals_from_outside(form.format(t=seal.table, k=key)))
            assert said
            assert [words for words in said if "append-only" not in words] == []


@pytest.mark.skipif(not IS_SQLITE, reason="PostgreSQL has no INSERT OR REPLACE")
@pytest.mark.parametrize("model", [Verdict, StateChange, Snapshot], ids=lambda m: m.__name__)
def test_no_unique_key_lets_a_new_row_push_a_sealed_one_out(db, model):
    make_claim("published")
    names = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{name}"' for name in names)
    table = model._meta.db_table
    before = list(model.objects.values())

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers = OFF")  # as in a shell from outside
        try:
            with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
                cursor.execute(
                    f'INSERT OR REPLACE INTO "{table}" ({columns}) SELECT {columns} FROM "{table}"'  # noqa: S608
                )
        finally:
            cursor.execute("PRAGMA recursive_triggers = ON")

    assert list(model.objects.values()) == before


def test_a_take_down_empties_texts_and_nothing_else(db):
    claim = make_claim("published")
    verdict = Verdict.objects.get(claim=claim)
    emptied = dict.fromkeys(
        ("claim_text", "short_text", "finding", "rationale", "would_change", "public_note"), ""
    )
    now = timezone.now()

    for change in (
        {"finding": "", "content": ""},  # no take-down
        {**emptied, "content": "", "taken_down_at": now, "code": "inaccurate"},  # and more
        {**emptied, "content": "{}", "taken_down_at": now},  # and not everything
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            Verdict.objects.filter(pk=verdict.pk).update(**change)
    Verdict.objects.filter(pk=verdict.pk).update(**emptied, content="", taken_down_at=now)

    verdict.refresh_from_db()
    assert (verdict.finding, verdict.code) == ("", "accurate")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Verdict.objects.filter(pk=verdict.pk).update(**emptied, content="", taken_down_at=now)


def test_what_is_set_once_is_set_together_and_never_again(db):
    (entry,) = open_rechecks([make_claim("published")], cause="new_event", summary="It expired.")
    rows = Recheck.objects.filter(pk=entry.pk)
    ada = make_user("ada")
    closing = {"closed_by": ada, "outcome": "still_holds", "note": "It was over already."}
    now = timezone.now()

    for change in (
        closing,  # nobody says when
        {**closing, "closed_at": now, "summary": "Nothing happened."},  # and more
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError, match="recheck_is_closed_wholly"), transaction.atomic():
        rows.update(closed_at=now, outcome="still_holds", note="Nobody answered.")
    rows.update(closed_at=now, **closing)

    for change in ({"note": "Another answer."}, {"closed_at": None}, {**closing, "closed_at": now}):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rows.update(**change)


@pytest.mark.skipif(not IS_SQLITE, reason="PostgreSQL has no INSERT OR REPLACE")
def test_no_equal_entry_pushes_an_open_one_out(db):
    claim = make_claim("published")
    open_rechecks([claim], cause="new_event", summary="It expired.")
    names = [field.column for field in Recheck._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{name}"' for name in names)
    before = list(Recheck.objects.values())

    with (
        connection.cursor() as cursor,
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
    ):
        cursor.execute(
            f"INSERT OR REPLACE INTO statements_recheck ({columns}) "  # noqa: S608
            f"SELECT {columns} FROM statements_recheck"
        )

    assert list(Recheck.objects.values()) == before


def test_the_system_check_misses_a_seal_that_was_taken_off(db):
    with connection.cursor() as cursor:
        name = next(
            n for n in seals._present(connection) if n.startswith("seal_statements_verdict_")
        )
        on = "" if IS_SQLITE else " ON statements_verdict"
        cursor.execute(f'DROP TRIGGER "{name}"{on}')

    said = [str(m.msg) for m in run_checks(databases=["default"]) if m.id == "sources.E001"]

    assert said == [
        "The table statements_verdict has lost its seal: rows in it can be changed or deleted."
    ]
    seals.install(connection)
    assert seals.missing(connection) == []


@pytest.mark.skipif(not IS_SQLITE, reason="on PostgreSQL a constraint keeps positions apart")
def test_the_system_check_misses_what_keeps_positions_apart(db):
    with connection.cursor() as cursor:
        name = next(n for n in seals._present(connection) if "_position_apartinsert_" in n)
        cursor.execute(f'DROP TRIGGER "{name}"')

    said = [str(m.msg) for m in run_checks(databases=["default"]) if m.id == "sources.E001"]

    assert said == ["The table statements_position has lost its seal: rows in it can overlap."]
    seals.install(connection)
    assert seals.missing(connection) == []


def test_going_back_takes_the_seals_off_and_migrating_puts_them_on(db):
    told = {"sender": apps.get_app_config("sources"), "using": "default"}

    pre_migrate.send(plan=[(None, False)], **told)
    assert seals.missing(connection) == []

    pre_migrate.send(plan=[(None, True)], **told)
    assert len(seals.missing(connection)) == (26 if IS_SQLITE else 25)

    seals.install_after_migrate(**told)
    assert seals.missing(connection) == []


def test_after_going_back_a_seal_names_the_columns_that_are_there(db):
    table = "statements_historicalclaimrelation"
    with connection.cursor() as cursor:
        seals.remove(connection)
        cursor.execute(f'ALTER TABLE "{table}" DROP COLUMN "proposed_note"')
        seals.install(connection)
        older = {name for name in seals._present(connection) if table[:30] in name}
        cursor.execute(f'ALTER TABLE "{table}" ADD COLUMN "proposed_note" text')

    assert len(older) == 3
    assert seals.outdated(connection) == [table]  # the next migrate puts it on anew


def test_an_older_wording_of_a_seal_is_replaced(db, monkeypatch):
    monkeypatch.setattr(seals, "_words", lambda seal: "other words")
    assert len(seals.outdated(connection)) == (25 if IS_SQLITE else 0)

    seals.install(connection)

    assert seals.outdated(connection) == []
    assert len(seals._present(connection)) == (77 if IS_SQLITE else 75)


def test_rows_can_be_added_to_sealed_tables(db):
    claim = make_claim("published")

    assert StateChange.objects.filter(claim=claim).count() == 3
    assert Snapshot.objects.count() == 2
    relate_claims(
        claim, make_claim("new", text="Another claim"), by=make_user("ada"), kind="same_as"
    )
