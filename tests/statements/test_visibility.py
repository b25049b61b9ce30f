"""Two doors: what is public, what is announced, and that everything else derives from them."""

from datetime import date

import pytest

from statements.models import Agreement, Claim, Correction, Speaker, Statement, Topic
from statements.operations import (
    add_claim,
    attach_occurrence,
    available_actions,
    confirm_agreement_event,
    confirm_late,
    link_appearance,
    perform,
    record_agreement_event,
    save_draft,
    update_claim,
)
from statements.querysets import public_publishers, public_sources
from tests.factories import (
    WAYS,
    make_agreement,
    make_appearance,
    make_claim,
    make_publisher,
    make_ready,
    make_source,
    make_speaker,
    make_statement,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

# state: (public, announced when it asks to be shown), written by hand.
VISIBLE = {
    "new": (False, False),
    "researching": (False, True),
    "in_review": (False, True),
    "published": (True, False),
    "reopened": (True, False),
    "declined": (False, False),
    "retracted": (True, False),
    "taken_down": (False, False),
}


@pytest.mark.parametrize("state", WAYS)
@pytest.mark.parametrize("asks", [True, False])
def test_each_state_through_both_doors(state, asks):
    claim = make_claim(state, show_as_open=asks)
    is_public, is_announced = VISIBLE[state]
    is_announced = is_announced and asks

    claim = Claim.objects.get(pk=claim.pk)
    assert (claim.is_public, claim.is_announced) == (is_public, is_announced)
    assert Claim.objects.public().exists() == is_public
    assert Claim.objects.announced().exists() == is_announced
    assert Claim.objects.listed().exists() == (is_public or is_announced)


def test_a_claim_that_returns_from_review_after_publication_stays_public():
    claim = make_claim("reopened", show_as_open=True)
    perform(claim, "submit", by=make_user("ada"))

    assert list(Claim.objects.public()) == [claim]
    assert list(Claim.objects.announced()) == []


@pytest.mark.parametrize("state", WAYS)
def test_what_a_claim_rests_on_is_public_with_it_and_hidden_with_it(state):
    statement = make_statement()
    make_appearance(
        statement,
        make_source("Speech", publisher=make_publisher("Court"), snapshot_text=statement.text),
    )
    claim = make_claim(state, statement=statement, topics=[make_topic()])
    is_public = VISIBLE[state][0]
    has_verdict = state in ("published", "reopened")

    assert list(Statement.objects.public()) == ([statement] if is_public else [])
    assert list(Speaker.objects.public()) == ([statement.speaker] if is_public else [])
    assert list(Topic.objects.public()) == (list(claim.topics.all()) if is_public else [])
    titles = {s.title for s in public_sources()}
    assert titles == ({"Speech"} if is_public else set()) | (
        {"Report 1", "Report 2"} if has_verdict else set()
    )
    assert {p.name for p in public_publishers()} == ({"Court"} if is_public else set()) | (
        {"Agency 1", "Agency 2"} if has_verdict else set()
    )


def test_an_open_check_shows_only_the_statement_it_was_taken_from():
    claim = make_claim("researching", show_as_open=True)

    attach_occurrence(claim, by=make_user("ada"), statement=make_statement("Said elsewhere."))

    assert list(Statement.objects.public()) == [claim.main_statement]


def test_a_late_statement_is_not_the_main_one_before_it_is_confirmed():
    claim = add_claim(
        by=make_user("ada"),
        text="An old claim",
        imported_from=make_publisher(),
        external_ref="archive:1",
    )
    save_draft(claim, by=make_user("ada"), code="mixed", finding="Found.", as_of=date(2020, 1, 1))
    perform(Claim.objects.get(pk=claim.pk), "import", by=None)

    attach_occurrence(claim, by=make_user("ada"), statement=make_statement("Said elsewhere."))

    assert Claim.objects.get(pk=claim.pk).main_statement is None
    assert list(Statement.objects.public()) == []


def test_evidence_of_the_working_copy_is_no_public_source():
    claim = make_claim("reopened")
    make_ready(claim, by=make_user("ada"), roots=3)

    assert {s.title for s in public_sources()} == {"Report 1", "Report 2"}


def test_a_repetition_is_shown_after_a_second_editor_confirms_it():
    claim = make_claim("published")
    again = make_statement("Over 1,000 drones, again.", speaker=make_speaker("Emmanuel Macron"))
    ben, cleo = make_user("ben"), make_user("cleo")

    occurrence = attach_occurrence(claim, by=ben, statement=again, stated_lower=1000)
    hidden = list(Statement.objects.public())
    confirm_late(occurrence, by=cleo)

    assert occurrence.is_late
    assert again not in hidden
    assert again in Statement.objects.public()
    assert claim.occurrences.shown().count() == 2


def test_a_late_statement_is_nobodys_main_statement_until_it_is_confirmed():
    """An imported finding needs no statement, so the first one may come late."""
    ada = make_user("ada")
    claim = add_claim(
        by=ada, text="A claim", external_ref="archive:1", imported_from=make_publisher("Archive")
    )
    save_draft(claim, by=ada, code="mixed", finding="So it is.", as_of=date(2025, 3, 28))
    perform(claim, "import", by=None)
    occurrence = attach_occurrence(claim, by=ada, statement=make_statement())

    assert Claim.objects.public().for_list().get().main_statement is None
    perform(claim, "reopen", by=ada, note="Checking it ourselves.")
    assert "attach the statement that makes the claim" in [
        gap.words for offer in available_actions(claim, ada) for gap in offer.gaps
    ]
    confirm_late(occurrence, by=make_user("ben", role="editor"))

    assert Claim.objects.public().for_list().get().main_statement == occurrence.statement


def test_an_appearance_of_a_published_statement_waits_too():
    claim = make_claim("published")
    source = make_source("Video", snapshot_text="words")

    appearance = link_appearance(claim.main_statement, by=make_user("ada"), source=source)

    assert appearance.is_late
    assert source not in public_sources()
    confirm_late(appearance, by=make_user("ben"))
    assert source in public_sources()


def test_an_event_of_an_agreement_waits_and_a_superseded_one_goes():
    agreement = make_agreement()
    russia = make_speaker("Russia", kind="organisation")
    ada, ben = make_user("ada"), make_user("ben", role="editor")
    told = {
        "axis": "party_position",
        "party": russia,
        "happened_on": make_claim("new").created_at.date(),
        "source": make_source(),
    }

    first = record_agreement_event(agreement, by=ada, value="no_answer", **told)
    assert list(Agreement.objects.public()) == []
    confirm_agreement_event(first, by=ben)
    assert list(Agreement.objects.public()) == [agreement]
    assert russia in Speaker.objects.public()
    second = record_agreement_event(
        agreement, by=ada, value="accepted_with_conditions", supersedes=first, **told
    )
    assert list(agreement.events.shown()) == [first]
    confirm_agreement_event(second, by=ben)

    assert list(agreement.events.shown()) == [second]


def test_corrections_are_public_as_long_as_their_claim_is():
    claim = make_claim("retracted")
    assert Correction.objects.public().count() == 1

    perform(claim, "propose_take_down", by=make_user("ben"), note="A court ordered it.")
    perform(claim, "take_down", by=make_user("cleo"))

    assert Correction.objects.public().count() == 0


def test_a_tag_has_no_page_and_a_topic_shows_what_is_right_below_it():
    parent = make_topic("war", "War")
    child = make_topic("strikes", "Strikes", parent=parent)
    tag = make_topic("tag", "Tag", has_page=False)
    claim = make_claim("published", topics=[child, tag])

    assert set(Topic.objects.public()) == {parent, child}
    assert list(Claim.objects.public().for_topic(parent)) == [claim]
    assert [(t.slug, t.claim_count) for t in Topic.objects.public().with_claim_count()] == [
        ("strikes", 1),
        ("war", 1),
    ]


def test_the_address_follows_the_public_wording():
    claim = make_claim("reopened", short_text="Over 1,000 drones in nine nights")
    update_claim(claim, by=make_user("ada"), short_text="A secret wording")

    assert claim.get_absolute_url() == f"/claims/{claim.public_id}/over-1000-drones-in-nine-nights/"


def test_the_address_of_a_retracted_claim_tells_nothing_of_the_working_copy():
    claim = make_claim("retracted", short_text="Over 1,000 drones in nine nights")
    perform(claim, "reopen", by=make_user("ada"), note="A better report came in.")
    update_claim(claim, by=make_user("ada"), short_text="A secret wording")

    assert claim.get_absolute_url() == f"/claims/{claim.public_id}/over-1000-drones-in-nine-nights/"


def test_a_claim_in_another_script_has_an_address_too():
    claim = add_claim(by=make_user("ada"), text="Понад 1000 дронів")

    assert claim.get_absolute_url() == f"/claims/{claim.public_id}/1000/"
