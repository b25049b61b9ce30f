"""Writing by SQL that is kept: the rows are those that the ORM and its field history would write."""

import re
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from sources.direct import columns_of, insert, insert_history, update_row
from sources.models import Source
from sources.rows import fresh
from statements.models import Citation, Claim, Correction, StateChange, Statement, Verdict
from tests.factories import make_claim, make_source, make_statement, make_user

pytestmark = pytest.mark.django_db

NOON = datetime(2025, 3, 28, 12, 30, 15, 123456, tzinfo=UTC)
HOSTILE = "100% 'quoted' \"twice\" %s ? \U0001f600 שלום"


def columns(row, *, but=()):
    stored = type(row)._default_manager.filter(pk=row.pk).values().get()
    return {name: value for name, value in stored.items() if name not in {"id", *but}}


def test_a_row_is_the_one_that_saving_would_write():
    claim = make_claim("published")
    values = {
        "claim": claim,
        "sequence": 90,
        "action": "reopen",
        "from_state": claim.state,
        "to_state": "researching",
        "by": make_user("ben", role="editor"),
        "at": NOON,
        "note": HOSTILE,
        "data": {"kind": HOSTILE, "days": [1, None]},
        "verdict": claim.live_verdict,
        "hash": "made",
    }
    saved = StateChange(**values)
    saved.save(force_insert=True)
    row = fresh(StateChange, **values | {"sequence": 91})

    with CaptureQueriesContext(connection) as queries:
        insert(row)

    assert len(queries) == 1
    assert columns(row) == columns(saved) | {"sequence": 91}
    assert row.data == StateChange.objects.get(pk=row.pk).data
    assert not row._state.adding
    assert row._state.db == "default"


def test_several_rows_are_one_query_and_each_has_its_own_key():
    verdict = make_claim("published").live_verdict
    sources = [make_source(f"Source {number}") for number in range(3)]
    rows = [
        fresh(Citation, verdict=verdict, source=source, stance="context", position=9 - place)
        for place, source in enumerate(sources)
    ]

    with CaptureQueriesContext(connection) as queries:
        insert(*rows)
        insert()

    assert len(queries) == 1
    stored = {row.pk: row.source_id for row in Citation.objects.filter(stance="context")}
    assert stored == {row.pk: row.source_id for row in rows}
    assert len(stored) == 3


def test_the_moment_of_coming_is_set_as_the_field_says():
    claim = make_claim("published")
    before = columns(claim)["created_at"]
    twin = fresh(Claim, text="Another", short_text="Another", created_by=make_user("ada"))

    insert(twin)

    assert Claim.objects.get(pk=twin.pk).created_at == twin.created_at > before


@pytest.mark.parametrize("wrong", ["stored", "other kind"])
def test_only_new_rows_of_one_kind_are_inserted(wrong):
    claim = make_claim("published")
    new = fresh(Citation, verdict=claim.live_verdict, source=make_source("One"))
    other = {"stored": Citation.objects.first(), "other kind": fresh(Correction, claim=claim)}

    with pytest.raises(ValueError, match=r"is no new row of statements\.Citation"):
        insert(new, other[wrong])


def test_a_model_that_does_more_when_saved_is_not_written_so():
    with pytest.raises(TypeError, match=r"^statements.Statement does more than writing"):
        insert(fresh(Statement, speaker=make_statement("One").speaker, text="Two"))


def test_an_update_writes_what_changed_where_the_row_is_as_told():
    claim = make_claim("in_review")
    was = columns_of(claim)
    claim.short_text, claim.review_due_on, claim.version = HOSTILE, date(2025, 6, 1), 77
    claim.last_published_at = NOON
    as_saved = columns(claim) | {
        "short_text": HOSTILE,
        "review_due_on": date(2025, 6, 1),
        "version": 77,
        "last_published_at": NOON,
    }
    version = columns(claim)["version"]

    with transaction.atomic():
        later = {"state": "in_review", "version": version + 1}
        assert not update_row(claim, was=was, where=later)
        assert not update_row(claim, was=was, where={"state": "new", "version": version})
    untouched = columns(claim)
    with CaptureQueriesContext(connection) as queries:
        assert update_row(claim, was=was, where={"state": "in_review", "version": version})

    assert untouched["version"] == version
    [query] = queries
    named = re.findall(r'"(\w+)" = ', query["sql"])
    assert set(named[:-3]) == {"short_text", "review_due_on", "version", "last_published_at"}
    assert named[-3:] == ["id", "state", "version"]
    assert columns(claim) == as_saved
    with pytest.raises(ValueError, match=r"^nothing of .* has changed$"):
        update_row(claim, was=columns_of(claim), where={"version": 77})


def test_what_a_constraint_refuses_is_refused():
    claim = make_claim("new")
    was = columns_of(claim)
    claim.state = "published"

    with pytest.raises(IntegrityError), transaction.atomic():
        update_row(claim, was=was, where={"version": claim.version})

    assert columns(claim)["state"] == "new"


@pytest.mark.parametrize("make", [make_claim, make_source], ids=["claim", "source"])
def test_history_is_the_one_that_saving_would_write(make):
    row = make()
    ada = make_user("ada")
    row._history_user, row._change_reason = ada, HOSTILE
    row._history_date = NOON
    row.save()

    with CaptureQueriesContext(connection) as queries:
        insert_history(row, kind="~", reason=HOSTILE, by=ada, at=NOON)

    assert len(queries) == 1
    quick, saved = type(row).history.filter(id=row.pk).order_by("-history_id")[:2]
    apart = ("history_id",)
    assert columns(quick, but=apart) == columns(saved, but=apart)
    assert quick.history_user == ada


def test_history_of_a_command_has_no_person():
    source = make_source()

    insert_history(source, kind="~", reason="fetched", by=None, at=NOON)

    newest = Source.history.filter(id=source.pk).order_by("-history_id").first()
    assert (newest.history_user, newest.history_date) == (None, NOON)


def test_what_publishing_wrote_is_what_is_read_again():
    claim = make_claim("published")
    verdict = claim.live_verdict

    stored = Verdict.objects.get(pk=verdict.pk)

    assert {field.attname: getattr(stored, field.attname) for field in Verdict._meta.fields} == {
        field.attname: getattr(verdict, field.attname) for field in Verdict._meta.fields
    }
