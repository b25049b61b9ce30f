"""The publication number rises with what the public can see, and tells nothing of other work."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from sources.editions import Edition
from sources.models import Source
from sources.operations import add_snapshot_text, save_publisher, update_source
from statements.models import Claim, Topic
from statements.operations import (
    add_speaker_role,
    attach_evidence,
    attach_occurrence,
    confirm_late,
    link_appearance,
    perform,
    propose_statement_correction,
    record_agreement_event,
    record_reply,
    relate_claims,
    resolve_relation,
    save_agreement,
    save_draft,
    save_speaker,
    schedule_review,
    set_quantity,
    tag_claim,
    update_claim,
    update_statement,
)
from tests.api.helpers import make_world
from tests.factories import (
    WAYS,
    make_agreement,
    make_claim,
    make_measure,
    make_publisher,
    make_source,
    make_speaker,
    make_statement,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

FIXED = "The air force has counted 1,297 drones in nine nights."


def ada():
    return make_user("ada")


def ben():
    return make_user("ben", role="editor")


def rises(work):
    before = Edition.read().number
    work()
    return Edition.read().number > before


# ---- what nobody outside can see ------------------------------------------------------------


@pytest.mark.parametrize("action", ["take", "submit", "recall", "return", "decline"])
def test_a_hidden_claim_goes_its_way_in_silence(action):
    claim = make_claim(
        {"take": "new", "submit": "researching", "decline": "new"}.get(action, "in_review")
    )
    by = ben() if action == "return" else ada()
    data = {"reason": "not_checkable"} if action == "decline" else None

    assert not rises(lambda: perform(claim, action, by=by, note="A note.", data=data))


def test_work_on_a_hidden_claim_is_silent():
    claim = make_claim("researching", kind="quantity", statement=make_statement())
    other, source = make_claim(), make_source("A work", snapshot_text="Some words.")
    topic, measure = make_topic(), make_measure()

    for work in (
        lambda: update_claim(claim, by=ada(), text="Another wording"),
        lambda: set_quantity(claim, by=ada(), measure=measure, comparator="exactly", value=3),
        lambda: tag_claim(claim, by=ada(), topics=[topic]),
        lambda: attach_evidence(claim, by=ada(), source=source, stance="refutes", quote="words"),
        lambda: save_draft(claim, by=ada(), finding="Something else."),
        lambda: record_reply(claim, by=ada(), outcome="not_sought", reason="A reason."),
        lambda: attach_occurrence(claim, by=ada(), statement=make_statement("More words")),
        lambda: relate_claims(claim, other, by=ada(), kind="same_as"),
        lambda: schedule_review(claim, by=ada(), on=date(2026, 1, 1)),
        lambda: update_statement(make_statement("Words"), by=ada(), text="Other words"),
        lambda: link_appearance(make_statement("Words"), by=ada(), source=source),
    ):  # fmt: skip
        claim.refresh_from_db()
        assert not rises(work)


def test_sources_speakers_and_agreements_of_nothing_public_are_silent():
    source, publisher = make_source("A work"), make_publisher("A paper")
    speaker, agreement = make_speaker("A speaker"), make_agreement("A deal")

    for work in (
        lambda: save_publisher(by=ada(), name="Another paper"),
        lambda: save_publisher(publisher, by=ada(), name="Renamed"),
        lambda: update_source(source, by=ada(), title="Retitled"),
        lambda: update_source(source, by=ada(), version=2, publisher=publisher),
        lambda: add_snapshot_text(source, by=ada(), text="A copy"),
        lambda: save_speaker(by=ada(), name="Another speaker"),
        lambda: save_speaker(speaker, by=ada(), name="Renamed"),
        lambda: add_speaker_role(speaker, by=ada(), title="Minister"),
        lambda: save_agreement(by=ada(), name="Another deal", kind="armistice"),
        lambda: save_agreement(agreement, by=ada(), name="Renamed"),
    ):
        assert not rises(work)


def test_the_next_revision_of_a_public_claim_is_worked_on_in_silence():
    world = make_world()
    claim = make_claim("reopened", statement=make_statement("Public words"))
    source, measure = make_source("A work", snapshot_text="Some words."), make_measure()
    proposal = make_statement("A repetition")

    def again():
        return Claim.objects.get(pk=claim.pk)

    for work in (
        lambda: update_claim(again(), by=ada(), text="Another wording", kind="quantity"),
        lambda: set_quantity(again(), by=ada(), measure=measure, comparator="exactly", value=3),
        lambda: update_claim(again(), by=ada(), kind="other", language="uk", show_as_open=True),
        lambda: attach_evidence(again(), by=ada(), source=source, stance="refutes", quote="words"),
        lambda: save_draft(again(), by=ada(), finding="Something else.", public_note="A note."),
        lambda: attach_occurrence(again(), by=ada(), statement=proposal),
        lambda: relate_claims(again(), world.claim, by=ada(), kind="contradicts"),
        lambda: perform(again(), "submit", by=ada()),
        lambda: perform(again(), "recall", by=ada(), note="Not yet."),
        lambda: perform(world.claim, "propose_retraction", by=ben(), note="It was wrong."),
        lambda: perform(world.claim, "withdraw_proposal", by=ben(), note="It was not."),
        lambda: propose_statement_correction(
            world.statement, by=ben(), explanation="Misheard.", text="Other words"
        ),
        lambda: record_agreement_event(
            world.agreement, by=ben(), axis="agreement_state", value="in_effect",
            happened_on=date(2025, 3, 30), source=source,
        ),
    ):  # fmt: skip
        assert not rises(work)


@pytest.mark.parametrize("way", [WAYS["new"], WAYS["declined"], WAYS["in_review"]])
def test_hidden_work_moves_no_tag(way):
    world = make_world()
    paths = ["/", "/claims/", world.claim.get_absolute_url(), "/api/v1/claims/", "/nowhere/"]
    tags = [Client().get(path)["ETag"] for path in paths]

    state = next(name for name, steps in WAYS.items() if steps == way)
    make_claim(state, text="Another claim altogether", statement=make_statement("Unheard of"))
    make_source("Another work", publisher=make_publisher("Another paper"), snapshot_text="Words")

    assert [Client().get(path)["ETag"] for path in paths] == tags


def test_a_topic_of_nothing_public_is_named_in_silence():
    client = Client()
    client.force_login(ada(), backend="django.contrib.auth.backends.ModelBackend")
    form = {"name": "A story to come", "slug": "a-story", "has_page": "on", "description": ""}

    assert not rises(lambda: client.post("/admin/statements/topic/add/", form))
    assert Topic.objects.filter(slug="a-story").exists()


# ---- what the public sees -------------------------------------------------------------------


def test_what_shows_raises_the_number():
    world = make_world()
    claim = world.claim
    late = attach_occurrence(claim, by=ada(), statement=make_statement("Said again"))
    other = make_claim("published", statement=make_statement("Words of another"))
    link = relate_claims(claim, other, by=ada(), kind="apparent_conflict")
    waiting = make_claim("researching", statement=make_statement("Unheard of"))

    for work in (
        lambda: confirm_late(late, by=ben()),
        lambda: confirm_late(link, by=ben()),
        lambda: confirm_late(resolved(link), by=ben()),
        lambda: tag_claim(claim, by=ada(), topics=[make_topic("ceasefire", "Ceasefire")]),
        lambda: save_publisher(world.publisher, by=ada(), name="Renamed"),
        lambda: update_source(world.source, by=ada(), title="Retitled"),
        lambda: add_snapshot_text(world.source, by=ada(), text="Another copy"),
        lambda: save_speaker(world.speaker, by=ada(), name="Renamed"),
        lambda: add_speaker_role(world.speaker, by=ada(), title="Minister"),
        lambda: save_agreement(world.agreement, by=ada(), name="Renamed"),
        lambda: update_claim(waiting, by=ada(), show_as_open=True),
        lambda: update_claim(waiting, by=ada(), text="Reworded in the open"),
        lambda: update_claim(waiting, by=ada(), show_as_open=False),
        lambda: perform(claim, "reopen", by=ada(), note="A better count came in."),
        lambda: perform(other, "fix_typo", by=ben(), data={"finding": FIXED}),
    ):
        waiting.refresh_from_db()
        assert rises(work)


def resolved(link):
    note = "Two days."
    return resolve_relation(link, by=ada(), resolution="not_comparable", note=note)


def test_a_party_of_a_public_agreement_is_seen_though_it_said_nothing():
    world = make_world()
    party = make_speaker("A country", kind="organisation")
    save_agreement(world.agreement, by=ada(), parties=[party])

    assert rises(lambda: save_speaker(party, by=ada(), name="The country"))


def test_the_text_of_a_public_agreement_is_seen_though_nothing_rests_on_it():
    world = make_world()
    publisher = make_publisher("Ministry")
    text = make_source("The text", publisher=publisher)
    save_agreement(world.agreement, by=ada(), text_source=text)

    assert rises(lambda: update_source(text, by=ada(), title="The whole text"))
    assert rises(lambda: save_publisher(publisher, by=ada(), name="The ministry"))


@pytest.mark.parametrize("role", ["parties", "mediators"])
def test_a_party_of_an_agreement_is_seen_where_the_agreement_is(role):
    public, hidden = make_world().agreement, make_agreement("Nobody knows of it")
    known, unknown = (make_speaker(name, kind="organisation") for name in ("Known", "Unknown"))
    getattr(public, role).add(known)
    getattr(hidden, role).add(unknown)

    assert rises(lambda: save_speaker(known, by=ada(), name="Known by now"))
    assert not rises(lambda: save_speaker(unknown, by=ada(), name="Unknown still"))


def test_the_text_of_a_hidden_agreement_is_not_seen():
    publisher = make_publisher("Ministry")
    text = make_source("The text", publisher=publisher)
    save_agreement(make_agreement("Nobody knows of it"), by=ada(), text_source=text)

    assert not rises(lambda: update_source(text, by=ada(), title="The whole text"))
    assert not rises(lambda: save_publisher(publisher, by=ada(), name="The ministry"))


def test_a_work_is_seen_where_what_was_merged_into_it_is_cited():
    claim = make_claim("published")
    cited, work = claim.evidence.first().source, make_source("The same work")
    assert not rises(lambda: update_source(work, by=ada(), title="The work itself"))
    Source.objects.filter(pk=cited.pk).update(merged_into=work)
    work.refresh_from_db()

    assert rises(lambda: update_source(work, by=ada(), title="The same work again"))
