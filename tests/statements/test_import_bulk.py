"""Bulk rows are what the operations would have written: every table, column by column."""

from __future__ import annotations

import itertools

import pytest
import time_machine
from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Max

from sources import operations as source_operations
from sources.errors import Unmet
from sources.models import PublicRow, Publisher
from sources.rows import fresh
from statements import operations
from statements.imports.corpus import PEOPLE, load_corpus
from statements.models import (
    Claim,
    Draft,
    ExternalReview,
    FacetCount,
    JointCount,
    Speaker,
    StateChange,
    Verdict,
)
from statements.operations.bulk import Bulk
from tests.factories import make_publisher, make_user
from tests.statements.archives import bring_in, flat, utterance, write_corpus

pytestmark = pytest.mark.django_db


class OneByOne:
    """What a bulk writer does, done by the operations, one row at a time."""

    def __init__(self, bulk):
        self.by, self.at = bulk.by, bulk.at

    def save_publisher(self, **values):
        return source_operations.save_publisher(by=self.by, **values)

    def find_or_create_source(self, **values):
        return source_operations.find_or_create_source(by=self.by, **values)[0]

    def save_speaker(self, **values):
        return operations.save_speaker(by=self.by, **values)

    def add_occasion(self, **values):
        return operations.add_occasion(by=self.by, **values)

    def record_statement(self, **values):
        return operations.record_statement(by=self.by, **values)

    def link_appearance(self, statement, *, is_late=False, **values):
        return operations.link_appearance(statement, by=self.by, **values)

    def record_review(self, **values):
        return ExternalReview.objects.create(**values)

    def add_topic(self, **values):
        return apps.get_model("statements.Topic").objects.create(**values)

    def keep_row(self, row):
        row.save(force_insert=True)
        return row

    def add_claim(self, *, public_id="", **values):
        field = Claim._meta.get_field("public_id")
        before = field._get_default
        if public_id:
            field._get_default = lambda: public_id
        claim = operations.add_claim(by=self.by, **values)
        field._get_default = before
        return claim

    def attach_occurrence(self, claim, **values):
        return operations.attach_occurrence(claim, by=self.by, **values)

    def set_quantity(self, claim, **values):
        return operations.set_quantity(claim, by=self.by, **values)

    def set_status(self, claim, **values):
        return operations.set_status(claim, by=self.by, **values)

    def attach_evidence(self, claim, **values):
        return operations.attach_evidence(claim, by=self.by, **values)

    def record_reply(self, claim, *, by=None, **values):
        return operations.record_reply(claim, by=by or self.by, **values)

    def save_draft(self, claim, *, by=None, **values):
        return operations.save_draft(claim, by=by or self.by, **values)

    def perform(self, claim, action, **values):
        claim.refresh_from_db()
        return operations.perform(claim, action, **values)

    at_hand = staticmethod(Bulk.at_hand)

    def flush(self):
        pass


LEFT_OUT = {"Publication", "ImportRun", "Site"}


def tables():
    """Returns every row of ours, with keys as their place in the table, so that runs compare."""
    ours = [
        model
        for app in ("sources", "statements")
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
    ]
    places = {
        model: {pk: place for place, pk in enumerate(_in_order(model).values_list("pk", flat=True))}
        for model in ours
    }
    found = {}
    for model in ours:
        if model.__name__ in LEFT_OUT:
            continue
        found[model.__name__] = [
            {field.name: _value(model, field, row, places) for field in model._meta.concrete_fields}
            for row in _in_order(model)
        ]
    return found


def _in_order(model):
    rows = model._default_manager.order_by("pk")
    # A choice that was counted and is no more leaves a 0 behind.
    if model is FacetCount:
        return rows.exclude(count=0).order_by("dimension", "code")
    if model is JointCount:
        return rows.exclude(count=0).order_by("beside", "choice")
    # A claim's topics have no order of their own.
    return rows.order_by("claim", "topic") if model is Claim.topics.through else rows


def _value(model, field, row, places):
    value = getattr(row, field.attname)
    if isinstance(field, models.ForeignKey) and field.related_model in places:
        return None if value is None else places[field.related_model][value]
    if field.primary_key and model.__name__ != "PublicDocument" and "Word" not in model.__name__:
        return places[model][value] if model.__name__ != "StaffDocument" else None
    if field.name == "id" and hasattr(model, "instance_type"):  # a history's row
        return places[model.instance_type][value]
    if field.name == "shown":  # the way in which somebody wrote it
        return value.casefold()
    return value


@pytest.fixture
def same_ids(monkeypatch):
    """Lets public ids count up, in every run from the start."""

    def start():
        for model in apps.get_models():
            if issubclass(model, PublicRow) and not model._meta.abstract:
                counter = itertools.count(1)
                name = model.__name__[:2].lower()
                field = model._meta.get_field("public_id")
                monkeypatch.setitem(
                    field.__dict__, "_get_default", lambda c=counter, n=name: f"{n}{next(c):08}"
                )

    return start


def both_ways(work, start):
    """Returns the tables after bulk writing and after the operations."""
    found = []
    for gather in (lambda bulk: bulk, OneByOne):
        with transaction.atomic():
            start()
            work(gather)
            with connection.cursor() as cursor:
                cursor.execute(
                    "SET CONSTRAINTS ALL IMMEDIATE"
                    if connection.vendor == "postgresql"
                    else "PRAGMA foreign_key_check"
                )
            found.append(tables())
            transaction.set_rollback(True)
    return found


def differing(one, other):
    """Names what differs, so that a failure can be read."""
    for name in one:
        if len(one[name]) != len(other[name]):
            yield f"{name}: {len(one[name])} rows in bulk, {len(other[name])} by operations"
            continue
        for place, (left, right) in enumerate(zip(one[name], other[name], strict=True)):
            for column in left:
                if left[column] != right[column]:
                    yield f"{name} {place} {column}: {left[column]!r} / {right[column]!r}"


ROWS = [
    flat(),
    flat(id="a-2", verdict="Full Flop", url="https://checks.example/other", context=None),
    flat(id="a-3", statement="It rose.", speaker="Facebook posts", speaker_slug="fb", date=None),
    utterance(),
    utterance(id="x/2", claims=["leaks-are-a-felony", "another"], date="2018-01", statement="Two"),
    utterance(id="x/3", claims=[], checks=[], sources=[], statement="Three"),
]


@time_machine.travel("2025-04-01T10:00:00.123456Z", tick=False)
def test_fact_checks_of_others_are_written_as_the_operations_write_them(same_ids):
    ben = make_user("ben", role="editor")

    bulk, single = both_ways(lambda gather: bring_in(*ROWS, by=ben, gather=gather), same_ids)

    assert list(differing(bulk, single)) == []
    assert len(bulk["HistoricalClaim"]) == 2 * len(bulk["Claim"]) == 10
    assert len(bulk["StaffDocument"]) == 5


@time_machine.travel("2025-04-01T10:00:00Z", tick=False)
def test_findings_of_an_archive_are_sealed_as_the_operations_seal_them(same_ids):
    ben = make_user("ben", role="editor")
    rows = [flat(), flat(id="a-2", date=None), flat(id="a-3", statement="Other words", context="")]

    bulk, single = both_ways(
        lambda gather: bring_in(*rows, by=ben, own="PolitiFact", gather=gather), same_ids
    )

    assert list(differing(bulk, single)) == []
    assert len(bulk["Verdict"]) == len(bulk["PublicDocument"]) == 3
    assert {row["action"] for row in bulk["StateChange"]} == {"import"}
    assert [row["count"] for row in bulk["FacetCount"] if row["code"] == "mixed"] == [3]


@time_machine.travel("2025-04-01T10:00:00Z", tick=False)
def test_claims_in_every_state_are_written_as_the_operations_write_them(same_ids, tmp_path):
    ben = make_user("ben", role="editor")
    folder = write_corpus(tmp_path / "corpus")
    for name in PEOPLE:  # so that they have the same keys both times
        person = make_user(name, role="editor", is_active=False)
        person.set_unusable_password()
        person.save()

    def by_ben(gather):
        def gathered(bulk):
            bulk.by = ben
            return gather(bulk)

        return gathered

    bulk, single = both_ways(lambda gather: load_corpus(folder, gather=by_ben(gather)), same_ids)

    assert list(differing(bulk, single)) == []
    assert [row["state"] for row in bulk["Claim"]] == [
        "published", "published", "new", "in_review", "researching", "retracted",
    ]  # fmt: skip
    assert [row["public_id"] for row in bulk["Claim"]] == ["1", "2", "3", "4", "5", "6"]


def test_a_guard_refuses_in_bulk_as_it_does_alone_and_leaves_the_claim_as_it_was():
    archive = make_publisher("Archive")
    bulk = Bulk(by=None)
    claim = bulk.add_claim(
        text="A", short_text="A", external_ref="archive:1", imported_from=archive
    )

    with pytest.raises(Unmet, match=r"^an imported finding needs a verdict, a finding and a day$"):
        bulk.perform(claim, "import", by=None)

    assert claim.state == "new"
    assert claim.live_verdict is None


def test_a_row_made_fast_is_the_row_that_the_constructor_makes():
    archive = make_publisher("Archive")
    for model, values in (
        (Claim, {"text": "A", "imported_from": archive, "public_id": "x"}),
        (Draft, {"finding": "F", "author": make_user("ada"), "claim": Claim(pk=7)}),
        (Verdict, {"revision": 1}),
        (Speaker, {"public_id": "x"}),
    ):
        fast, slow = fresh(model, **values), model(**values)

        kept = [
            {name: value for name, value in row.__dict__.items() if name != "_state"}
            for row in (fast, slow)
        ]
        assert kept[0] == kept[1], model
        assert fast._state.fields_cache == slow._state.fields_cache
        assert fast._state.adding


def test_keys_go_on_where_the_table_ends():
    first = make_publisher("One")
    bulk = Bulk(by=None)

    second = bulk.save_publisher(name="Two")
    bulk.finish()
    third = make_publisher("Three")

    assert first.pk < second.pk < third.pk
    assert Publisher.objects.aggregate(last=Max("pk"))["last"] == third.pk
    assert not StateChange.objects.exists()
