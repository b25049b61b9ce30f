"""Recording, wording, typing, citing: what each operation does, refuses and leaves behind."""

from datetime import date
from decimal import Decimal

import pytest

from sources.errors import Invalid, NotAllowed, NotPossible, Stale
from sources.models import Publication
from sources.operations import add_snapshot_text
from statements import shown_claim
from statements.models import (
    Appearance,
    Claim,
    ClaimRelation,
    Correction,
    Draft,
    Evidence,
    Occurrence,
    Statement,
)
from statements.operations import (
    add_claim,
    add_speaker_role,
    attach_evidence,
    attach_occurrence,
    confirm_agreement_event,
    confirm_late,
    confirm_statement_correction,
    detach_occurrence,
    link_appearance,
    perform,
    propose_statement_correction,
    record_agreement_event,
    record_reply,
    record_statement,
    relate_claims,
    remove_evidence,
    remove_reading,
    resolve_relation,
    save_draft,
    save_speaker,
    schedule_review,
    set_commitment,
    set_quantity,
    set_reading,
    set_status,
    tag_claim,
    unlink_appearance,
    update_claim,
    update_evidence,
    update_statement,
    withdraw_relation,
    withdraw_statement_correction,
)
from tests.factories import (
    WORDS,
    make_agreement,
    make_claim,
    make_measure,
    make_place,
    make_snapshot,
    make_source,
    make_speaker,
    make_statement,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


# ---- who may --------------------------------------------------------------------------------


def test_a_contributor_records_statements_and_does_not_touch_claims():
    dana = make_user("dana", role="contributor")
    statement = record_statement(by=dana, speaker=make_speaker(), text="Words.")
    claim = make_claim("researching")

    for attempt in (
        lambda: add_claim(by=dana, text="A claim", statement=statement),
        lambda: update_claim(claim, by=dana, text="Other words"),
        lambda: save_draft(claim, by=dana, finding="Found."),
        lambda: attach_evidence(claim, by=dana, source=make_source(), stance="supports"),
        lambda: record_reply(claim, by=dana, outcome="not_sought", reason="None."),
        lambda: tag_claim(claim, by=dana, topics=[]),
    ):
        with pytest.raises(NotAllowed, match=r"^only a fact-checker or an editor may "):
            attempt()


# ---- statements -----------------------------------------------------------------------------


def test_a_statement_keeps_the_words_the_date_and_the_words_of_the_date():
    statement = make_statement(said_edtf="2025-03-18/2025-03-27", said_words="over a week ago")

    assert (statement.said_on, statement.said_until) == (date(2025, 3, 18), date(2025, 3, 27))
    assert statement.said_date_words == "18\N{EN DASH}27 March 2025"
    assert statement.text == WORDS


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"said_edtf": "last week"}, "said_edtf"),
        ({"fidelity": "invented"}, "fidelity"),
        ({"text": " "}, "text"),
        ({"text": "a\x00b"}, "text"),
        ({"text": 5}, "text"),
        ({"said_words": "a\x01b"}, "said_words"),
        ({"said_words": ["yesterday"]}, "said_words"),
        ({"said_edtf": 2025}, "said_edtf"),
        ({"language": "e\ud800"}, "language"),
        ({"place": "Paris"}, "place"),
        ({"created_by": None}, "created_by"),
    ],
)
def test_a_statement_that_cannot_be_stored_names_the_field(values, field):
    with pytest.raises(Invalid) as refusal:
        record_statement(by=make_user(), speaker=make_speaker(), **{"text": "Words.", **values})

    assert refusal.value.field == field
    assert not Statement.objects.exists()


def test_every_line_of_a_statement_is_stored_in_one_spelling():
    statement = make_statement(said_words=" la veille,\ne\u0301videmment ")

    assert Statement.objects.get(pk=statement.pk).said_words == "la veille, évidemment"


def test_a_quote_must_stand_in_the_snapshot():
    statement = make_statement()
    snapshot = make_snapshot(text=f"He said: “{WORDS}” and left.")
    ada = make_user("ada")

    with pytest.raises(Invalid, match=r"^the snapshot does not hold these words"):
        link_appearance(
            statement, by=ada, source=snapshot.source, snapshot=snapshot, quote="Nobody said this"
        )
    with pytest.raises(Invalid, match=r"^choose the snapshot that holds these words$"):
        link_appearance(statement, by=ada, source=snapshot.source, quote=WORDS)
    with pytest.raises(Invalid, match=r"^this snapshot belongs to another source$"):
        link_appearance(
            statement, by=ada, source=make_source("Another"), snapshot=snapshot, quote=WORDS
        )
    appearance = link_appearance(
        statement, by=ada, source=snapshot.source, snapshot=snapshot, quote=WORDS, is_first=True
    )

    assert snapshot.text[appearance.start : appearance.end] == appearance.exact == WORDS
    assert appearance.prefix == "He said: “"


def test_one_source_is_linked_once_and_one_appearance_is_the_first():
    statement = make_statement()
    ada = make_user("ada")
    first = link_appearance(statement, by=ada, source=make_source("One"), is_first=True)

    with pytest.raises(Invalid, match=r"^This source is linked to the statement already\.$"):
        link_appearance(statement, by=ada, source=make_source("One"))
    with pytest.raises(Invalid, match=r"^The statement has a first appearance already\.$"):
        link_appearance(statement, by=ada, source=make_source("Two"), is_first=True)
    unlink_appearance(first, by=ada)

    assert statement.appearances.count() == 0


@pytest.mark.parametrize("state", ["in_review", "published", "reopened", "retracted"])
def test_the_words_of_a_published_statement_are_frozen(state):
    statement = make_claim(state).main_statement

    with pytest.raises(NotPossible, match="propose a correction of the statement"):
        update_statement(statement, by=make_user("ben"), text="Other words")
    update_statement(statement, by=make_user("ben"), said_words="yesterday")

    assert Statement.objects.get(pk=statement.pk).text == WORDS


def test_a_published_statement_is_put_right_by_two_editors():
    claim = make_claim("published")
    statement = claim.main_statement
    ben, cleo = make_user("ben"), make_user("cleo")
    proposal = propose_statement_correction(
        statement, by=ben, explanation="It was said a day earlier.", said_edtf="2025-03-26"
    )

    with pytest.raises(NotAllowed, match=r"^ask a second editor to confirm your correction$"):
        confirm_statement_correction(proposal, by=ben)
    confirm_statement_correction(proposal, by=cleo)

    statement.refresh_from_db()
    assert (statement.said_edtf, statement.said_on) == ("2025-03-26", date(2025, 3, 26))
    assert [(c.statement, c.summary) for c in Correction.objects.all()] == [
        (statement, "It was said a day earlier.")
    ]
    with pytest.raises(NotPossible):
        withdraw_statement_correction(proposal, by=ben)


def test_all_that_is_frozen_can_be_put_right():
    statement = make_claim("published").main_statement
    proposal = propose_statement_correction(
        statement,
        by=make_user("ben"),
        explanation="It was translated.",
        fidelity="translation",
        language="fr",
    )

    confirm_statement_correction(proposal, by=make_user("cleo"))

    statement.refresh_from_db()
    assert (statement.fidelity, statement.language) == ("translation", "fr")


def test_a_correction_does_not_overwrite_what_was_changed_since():
    claim = make_claim("in_review")
    statement = claim.main_statement
    proposal = propose_statement_correction(
        statement, by=make_user("ben"), explanation="Misheard.", text="Ben's words"
    )
    perform(claim, "recall", by=make_user("ada"), note="I heard it again.")
    update_statement(statement, by=make_user("ada"), text="Ada's words")

    with pytest.raises(NotPossible, match=r"^nothing published rests on this statement any more"):
        confirm_statement_correction(proposal, by=make_user("cleo"))

    assert Statement.objects.get(pk=statement.pk).text == "Ada's words"


def test_of_words_nobody_saw_no_correction_is_published():
    claim = make_claim("in_review")
    proposal = propose_statement_correction(
        claim.main_statement, by=make_user("ben"), explanation="Misheard.", text="Ben's words"
    )

    confirm_statement_correction(proposal, by=make_user("cleo"))
    perform(claim, "publish", by=make_user("ben"))

    assert list(Correction.objects.public()) == []


def test_a_statement_nothing_rests_on_is_changed_directly():
    statement = make_statement()

    with pytest.raises(NotPossible, match=r"^nothing published rests on this statement"):
        propose_statement_correction(
            statement, by=make_user("ben", role="editor"), explanation="Wrong.", text="Other"
        )
    update_statement(statement, by=make_user("ada"), text="Other words")

    assert [h.text for h in statement.history.all()] == ["Other words", WORDS]


def test_the_office_held_on_a_day():
    speaker = make_speaker()
    ada = make_user("ada")
    add_speaker_role(
        speaker,
        by=ada,
        title="Leader of the Opposition",
        valid_from=date(2020, 4, 4),
        valid_to=date(2024, 7, 4),
    )
    add_speaker_role(
        speaker,
        by=ada,
        title="Prime Minister",
        organisation="United Kingdom",
        valid_from=date(2024, 7, 5),
    )

    assert str(speaker.role_on(date(2025, 3, 27))) == "Prime Minister, United Kingdom"
    assert str(speaker.role_on(date(2024, 1, 1))) == "Leader of the Opposition"
    assert speaker.role_on(date(2019, 1, 1)) is None
    with pytest.raises(Invalid, match=r"^The role ends before it starts\.$"):
        add_speaker_role(
            speaker, by=ada, title="x", valid_from=date(2025, 1, 2), valid_to=date(2025, 1, 1)
        )


def test_a_speaker_is_known_once_by_wikidata():
    save_speaker(by=make_user(), name="One", wikidata_id="Q42")

    with pytest.raises(Invalid, match=r"^Another speaker has this Wikidata id already\.$"):
        save_speaker(by=make_user(), name="Two", wikidata_id="Q42")
    with pytest.raises(Invalid, match=r"^Give a Wikidata id such as Q1345\.$"):
        save_speaker(by=make_user(), name="Three", wikidata_id="42")


# ---- claims ---------------------------------------------------------------------------------


def test_two_people_at_one_claim_and_the_second_loses_nothing_silently():
    claim = make_claim("researching")
    mine, theirs = Claim.objects.get(pk=claim.pk), Claim.objects.get(pk=claim.pk)
    update_claim(theirs, by=make_user("eli"), text="Their wording")

    with pytest.raises(Stale, match=r"^somebody changed this claim while you worked on it$"):
        update_claim(mine, by=make_user("ada"), text="My wording")

    assert Claim.objects.get(pk=claim.pk).text == "Their wording"


def test_a_long_claim_needs_a_short_form():
    with pytest.raises(Invalid, match=r"^shorten this to 75 characters") as refusal:
        add_claim(by=make_user(), text="x" * 100)

    assert refusal.value.field == "short_text"


def test_another_kind_drops_the_typed_detail_of_the_old_one():
    claim = make_claim("new", kind="quantity")
    set_quantity(claim, by=make_user(), measure=make_measure(), comparator="more_than", value=1000)

    update_claim(claim, by=make_user(), kind="event")

    assert getattr(Claim.objects.get(pk=claim.pk), "quantity", None) is None


def test_a_typed_number_has_the_bounds_it_implies():
    claim = make_claim("new", kind="quantity")

    set_quantity(
        claim,
        by=make_user(),
        measure=make_measure(),
        comparator="more_than",
        value=Decimal(1000),
        period_edtf="2025-03-18/2025-03-27",
        period_time_zone="Europe/Kyiv",
        period_counts="nights",
        place=make_place(),
    )

    number = Claim.objects.get(pk=claim.pk).quantity
    assert (number.lower, number.upper) == (Decimal(1000), None)
    assert (number.number_words, number.period_words) == (
        "more than 1,000 drones",
        "18\N{EN DASH}27 March 2025",
    )


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"comparator": "more_than"}, "value"),
        ({"comparator": "between", "lower": 3}, "lower"),
        ({"comparator": "between", "lower": 4, "upper": 3}, "lower"),
        ({"comparator": "between", "lower": 3, "upper": 4, "value": 3}, "value"),
        ({"value": -1}, ""),
        ({"value": "many"}, "value"),
        ({"value": Decimal("1e30")}, "value"),
        ({"value": Decimal("NaN")}, "value"),
        ({"value": Decimal(99_999_999_999_999), "comparator": "about"}, "value"),
        ({"comparator": "between", "lower": Decimal("NaN"), "upper": Decimal(3)}, "lower"),
        ({"value": 3, "place": "Ukraine"}, "place"),
        ({"value": 3, "period_edtf": "soon"}, "period_edtf"),
        ({"value": 3, "comparator": "roughly"}, "comparator"),
        ({"value": 3, "id": 1}, "id"),
    ],
)
def test_a_number_that_is_not_whole_names_the_field(values, field):
    claim = make_claim("new", kind="quantity")

    with pytest.raises(Invalid) as refusal:
        set_quantity(claim, by=make_user(), measure=make_measure(), **values)

    assert refusal.value.field == field
    assert getattr(Claim.objects.get(pk=claim.pk), "quantity", None) is None


@pytest.mark.parametrize(
    ("axis", "value", "has_party", "is_fine"),
    [
        ("party_position", "no_answer", True, True),
        ("party_position", "no_answer", False, False),
        ("party_position", "in_effect", True, False),
        ("agreement_state", "announced", False, True),
        ("agreement_state", "announced", True, False),
        ("agreement_state", "violated", False, False),
        ("compliance", "violated", True, True),
        ("compliance", "accepted", True, False),
    ],
)
def test_axis_value_and_party_belong_together(axis, value, has_party, is_fine):
    claim = make_claim("new", kind="status")
    values = {
        "agreement": make_agreement(),
        "axis": axis,
        "value": value,
        "party": make_speaker("Russia") if has_party else None,
        "as_of": date(2025, 3, 27),
    }

    if is_fine:
        set_status(claim, by=make_user(), **values)
        assert Claim.objects.get(pk=claim.pk).status.value == value
    else:
        with pytest.raises(Invalid):
            set_status(claim, by=make_user(), **values)


def test_a_detail_of_another_kind_is_refused_with_the_way_to_go():
    with pytest.raises(NotPossible, match=r"^first change the kind of the claim to commitment$"):
        set_commitment(
            make_claim("new"), by=make_user(), committed_by=make_speaker(), deliverable="x"
        )


def test_a_commitment_passes_the_same_way_without_a_rating():
    claim = make_claim("new", kind="commitment")
    set_commitment(
        claim,
        by=make_user(),
        committed_by=make_speaker(),
        deliverable="Chair it",
        due_on=date(2025, 4, 11),
    )
    published = make_claim("new", kind="commitment", text="He will chair the next meeting")
    set_commitment(published, by=make_user(), committed_by=make_speaker(), deliverable="Chair it")

    from tests.factories import make_ready

    perform(published, "take", by=make_user("ada"))
    make_ready(published, by=make_user("ada"))
    perform(published, "submit", by=make_user("ada"))
    perform(published, "publish", by=make_user("ben", role="editor"))

    assert (published.live_verdict.code, published.live_verdict.commitment_status) == (
        "",
        "fulfilled",
    )
    assert published.live_verdict.sealed["detail"]["deliverable"] == "Chair it"


def test_topics_and_the_day_of_another_look_may_change_on_a_published_claim():
    claim = make_claim("published")

    tag_claim(claim, by=make_user("ada"), topics=[make_topic()])
    schedule_review(claim, by=make_user("ada"), on=date(2025, 6, 1))

    assert [t.slug for t in claim.topics.all()] == ["russian-strikes"]
    assert list(Claim.objects.due_again(on=date(2025, 6, 1))) == [claim]
    assert list(Claim.objects.due_again(on=date(2025, 5, 31))) == []


def test_a_statement_is_attached_once():
    claim = make_claim("new")

    with pytest.raises(Invalid, match=r"^This statement is attached to the claim already\.$"):
        attach_occurrence(claim, by=make_user(), statement=claim.main_statement)


def test_a_detached_statement_hands_its_place_to_the_next():
    claim = make_claim("new")
    again = make_statement("Again.")
    attach_occurrence(claim, by=make_user(), statement=again)

    detach_occurrence(Occurrence.objects.get(statement__text=WORDS), by=make_user())

    claim = Claim.objects.get(pk=claim.pk)
    assert claim.main_statement == again
    assert claim.occurrences.shown().count() == 1


def test_a_shown_statement_of_a_published_claim_stays():
    claim = make_claim("published")

    with pytest.raises(NotPossible, match=r"it stays$"):
        detach_occurrence(claim.occurrences.get(), by=make_user("ben"))


def test_the_adder_cannot_confirm():
    claim = make_claim("published")
    ben = make_user("ben")
    occurrence = attach_occurrence(claim, by=ben, statement=make_statement("Again."))

    with pytest.raises(NotAllowed, match=r"^ask a second editor to confirm what you added$"):
        confirm_late(occurrence, by=ben)
    with pytest.raises(NotAllowed, match=r"^only an editor may "):
        confirm_late(occurrence, by=make_user("eli"))
    confirm_late(occurrence, by=make_user("cleo"))
    with pytest.raises(NotPossible, match=r"^this is confirmed already$"):
        confirm_late(occurrence, by=make_user("cleo"))


def test_a_conflict_is_resolved_with_a_note_and_waits_when_published():
    first, second = make_claim("published"), make_claim("new", text="Another claim")
    ada = make_user("ada")
    relation = relate_claims(first, second, by=ada, kind="apparent_conflict")

    with pytest.raises(Invalid, match=r"^say how it was resolved$"):
        resolve_relation(relation, by=ada, resolution="not_comparable", note="")
    relation = resolve_relation(relation, by=ada, resolution="not_comparable", note="Two meetings.")
    assert list(ClaimRelation.objects.shown()) == []
    confirm_late(relation, by=make_user("ben"))

    assert list(ClaimRelation.objects.shown()) == [relation]


def test_a_shown_link_stays_as_it_is_until_a_second_editor_confirms_its_resolution():
    first, second = make_claim("published"), make_claim("published", text="Another claim")
    ada, ben = make_user("ada"), make_user("ben", role="editor")
    relation = relate_claims(first, second, by=ada, kind="apparent_conflict", note="Look.")
    confirm_late(relation, by=ben)
    number = Publication.objects.current()

    resolve_relation(relation, by=ben, resolution="not_comparable", note="Two meetings.")
    [shown] = shown_claim.relations_of(shown_claim.claim_with(first.public_id))
    with pytest.raises(NotAllowed, match="ask a second editor"):
        confirm_late(relation, by=ben)

    assert (shown.resolution, shown.note) == ("open", "Look.")
    assert Publication.objects.current() == number
    assert list(ClaimRelation.objects.waiting()) == [relation]
    confirm_late(relation, by=make_user("cleo", role="editor"))
    [shown] = shown_claim.relations_of(shown_claim.claim_with(first.public_id))
    assert (shown.resolution, shown.note) == ("not_comparable", "Two meetings.")
    assert Publication.objects.current() > number
    assert list(ClaimRelation.objects.waiting()) == []


def test_a_resolution_that_waits_is_withdrawn_and_the_link_stays():
    first, second = make_claim("published"), make_claim("published", text="Another claim")
    relation = relate_claims(first, second, by=make_user("ada"), kind="apparent_conflict")
    confirm_late(relation, by=make_user("ben", role="editor"))
    resolve_relation(relation, by=make_user("ada"), resolution="error", note="A slip.")

    withdraw_relation(relation, by=make_user("ada"))

    relation.refresh_from_db()
    assert (relation.is_shown, relation.is_waiting, relation.resolution) == (True, False, "open")


def test_a_link_of_two_claims_that_nobody_published_is_resolved_at_once():
    first, second = make_claim("new"), make_claim("new", text="Another claim")
    relation = relate_claims(first, second, by=make_user("ada"), kind="apparent_conflict")

    relation = resolve_relation(relation, by=make_user("ada"), resolution="error", note="A slip.")

    assert (relation.is_shown, relation.is_waiting, relation.resolution) == (True, False, "error")


def test_a_link_that_joins_a_claim_in_review_waits_though_it_is_published_since():
    claim, other = make_claim("in_review"), make_claim("new", text="Another claim")
    early = make_claim("researching", text="A third claim")
    seen = relate_claims(early, make_claim("new", text="A fourth"), by=make_user(), kind="narrows")
    relation = relate_claims(other, claim, by=make_user("ada"), kind="contradicts")

    perform(Claim.objects.get(pk=claim.pk), "publish", by=make_user("ben"))

    assert list(ClaimRelation.objects.waiting()) == [relation]
    assert not seen.is_late  # whoever reads the claim before publishing reads it, too


def test_a_link_is_withdrawn_while_it_waits_and_stays_once_it_is_shown():
    first, second = make_claim("published"), make_claim("new", text="Another claim")
    ada = make_user("ada")
    waiting = relate_claims(first, second, by=ada, kind="repeats")
    shown = relate_claims(first, second, by=ada, kind="narrows")
    confirm_late(shown, by=make_user("ben"))

    withdraw_relation(waiting, by=ada)
    with pytest.raises(NotPossible, match=r"^this link is shown in public: resolve it instead$"):
        withdraw_relation(shown, by=ada)

    assert list(ClaimRelation.objects.all()) == [shown]


def test_a_link_waits_when_the_claim_was_published_a_moment_ago():
    claim, other = make_claim("in_review"), make_claim("new", text="Another claim")
    as_it_was_read = Claim.objects.get(pk=claim.pk)
    perform(claim, "publish", by=make_user("ben"))

    relation = relate_claims(as_it_was_read, other, by=make_user("ada"), kind="contradicts")

    assert list(ClaimRelation.objects.waiting()) == [relation]


def test_a_claim_that_is_taken_down_is_linked_to_nothing():
    claim, other = make_claim("taken_down"), make_claim("published", text="Another claim")

    with pytest.raises(NotPossible, match=r"^a claim that is taken down is linked to nothing$"):
        relate_claims(other, claim, by=make_user("ada"), kind="same_as", note="What it said.")

    assert not ClaimRelation.objects.exists()


def test_what_is_gone_is_refused_in_words():
    ada, ben = make_user("ada"), make_user("ben", role="editor")
    claim = make_claim("published")
    relation = relate_claims(claim, make_claim("new", text="Other"), by=ada, kind="same_as")
    appearance = link_appearance(make_statement("Other words"), by=ada, source=make_source())
    ClaimRelation.objects.all().delete()
    unlink_appearance(Appearance.objects.get(pk=appearance.pk), by=ada)

    for attempt, noun in (
        (lambda: unlink_appearance(appearance, by=ada), "appearance"),
        (lambda: confirm_late(appearance, by=ben), "appearance"),
        (lambda: confirm_late(relation, by=ben), "claim relation"),
        (
            lambda: resolve_relation(relation, by=ada, resolution="error", note="x"),
            "claim relation",
        ),
    ):
        with pytest.raises(NotPossible, match=f"^this {noun} is not there any more$"):
            attempt()


def test_a_claim_is_not_linked_to_itself():
    claim = make_claim("new")

    with pytest.raises(Invalid, match=r"^Choose another claim\.$"):
        relate_claims(claim, claim, by=make_user(), kind="same_as")


# ---- evidence, drafts, replies --------------------------------------------------------------


def test_evidence_takes_the_newest_copy_and_its_quote():
    claim = make_claim("new")
    source = make_source("Report", snapshot_text="Old words")
    newest = add_snapshot_text(source, by=make_user(), text="1,297 drones were launched")

    evidence = attach_evidence(
        claim, by=make_user(), source=source, stance="supports", quote="1,297 drones"
    )

    assert (evidence.snapshot, evidence.exact, evidence.start) == (newest, "1,297 drones", 0)


def test_evidence_is_changed_anchored_anew_and_removed_with_its_history_kept():
    claim = make_claim("new")
    source = make_source("Report", snapshot_text="1,297 drones were launched")
    evidence = attach_evidence(claim, by=make_user(), source=source, stance="supports")

    changed = update_evidence(evidence, by=make_user("eli"), quote="were launched", note="Total")
    with pytest.raises(Stale):
        update_evidence(evidence, by=make_user("ada"), note="Mine")
    remove_evidence(changed, by=make_user("eli"))

    assert not Evidence.objects.exists()
    assert [h.history_type for h in Evidence.history.all()] == ["-", "~", "+"]


def test_a_waiver_beside_a_snapshot_is_refused():
    source = make_source("Report", snapshot_text="words")

    with pytest.raises(Invalid, match=r"^there is a snapshot: take the waiver out$"):
        attach_evidence(
            make_claim("new"),
            by=make_user(),
            source=source,
            snapshot=source.snapshots.get(),
            stance="supports",
            waiver="Gone.",
        )


def test_a_reading_is_typed_like_a_claim():
    evidence = attach_evidence(
        make_claim("new"),
        by=make_user(),
        source=make_source("Report", snapshot_text="words"),
        stance="supports",
        reading={"measure": make_measure(), "comparator": "exactly", "value": Decimal(1297)},
    )

    assert evidence.reading.number_words == "1,297 drones"


def test_a_typed_number_leaves_its_trace_and_is_not_overwritten():
    claim = make_claim("new")
    source = make_source("Report", snapshot_text="words")
    evidence = attach_evidence(claim, by=make_user("ada"), source=source, stance="supports")
    number = {"measure": make_measure(), "comparator": "exactly"}
    set_reading(evidence, by=make_user("eli"), version=evidence.version, value=1297, **number)

    with pytest.raises(Stale):
        set_reading(evidence, by=make_user("ada"), version=evidence.version, value=3, **number)
    with pytest.raises(Stale):
        remove_reading(evidence, by=make_user("ada"), version=evidence.version)
    remove_reading(evidence, by=make_user("ada"))

    assert [(h.history_user.username, h.history_change_reason) for h in Evidence.history.all()] == [
        ("ada", "reading taken away"),
        ("eli", "reading: 1,297 drones"),
        ("ada", "cited"),
    ]


def test_the_draft_remembers_author_and_last_editor():
    claim = make_claim("new")
    save_draft(claim, by=make_user("ada"), finding="First.")

    draft = save_draft(claim, by=make_user("eli"), finding="Second.")
    save_draft(claim, by=make_user("ada"))

    assert (draft.author.username, draft.last_editor.username) == ("ada", "eli")
    assert Draft.objects.get().last_editor.username == "eli"
    assert [h.finding for h in Draft.history.all()] == ["Second.", "First."]


def test_a_stale_draft_is_refused():
    claim = make_claim("new")
    draft = save_draft(claim, by=make_user("ada"), finding="First.")
    save_draft(claim, by=make_user("eli"), version=draft.version, finding="Second.")

    with pytest.raises(Stale) as refusal:
        save_draft(claim, by=make_user("ada"), version=draft.version, finding="Third.")

    assert refusal.value.current_version == 2
    assert Draft.objects.get().finding == "Second."


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"finding": "x" * 281}, "finding"),
        ({"code": "true"}, "code"),
        ({"reasons": ["lie"]}, "reasons"),
        ({"as_of": "2025-03-28"}, "as_of"),
        ({"rationale": "a\x00"}, "rationale"),
        ({"code": "mixed", "commitment_status": "fulfilled"}, ""),
        ({"author": None}, "author"),
    ],
)
def test_a_draft_that_cannot_be_stored_names_the_field(values, field):
    with pytest.raises(Invalid) as refusal:
        save_draft(make_claim("new"), by=make_user(), **values)

    assert refusal.value.field == field
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"outcome": "not_sought"}, "Say why no reply was sought."),
        ({"outcome": "no_reply"}, "Say on which day you asked."),
        ({"outcome": "replied", "asked_on": date(2025, 3, 28)}, "Write down what they answered."),
        (
            {"outcome": "pending", "asked_on": date(2025, 3, 28), "due_on": date(2025, 3, 1)},
            "The answer is due before you asked.",
        ),
    ],
)
def test_a_reply_that_is_not_whole_says_what_is_missing(values, words):
    with pytest.raises(Invalid) as refusal:
        record_reply(make_claim("new"), by=make_user(), **values)

    assert str(refusal.value) == words


def test_the_one_who_records_an_event_does_not_confirm_it():
    ben = make_user("ben", role="editor")
    event = record_agreement_event(
        make_agreement(),
        by=ben,
        axis="agreement_state",
        value="announced",
        happened_on=date(2025, 3, 25),
        source=make_source(),
    )

    with pytest.raises(NotAllowed, match=r"^ask a second editor to confirm what you recorded$"):
        confirm_agreement_event(event, by=ben)
