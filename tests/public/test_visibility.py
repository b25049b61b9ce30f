"""What is hidden answers exactly like what never was; what is public shows nothing unpublished."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sources.models import Publisher, Source
from statements.models import Agreement, Claim, Site, Speaker, Statement, Topic
from statements.operations import (
    attach_evidence,
    attach_occurrence,
    link_appearance,
    perform,
    propose_statement_correction,
    record_agreement_event,
    record_reply,
    relate_claims,
    save_draft,
    set_quantity,
    update_claim,
)
from tests.factories import (
    WAYS,
    make_agreement,
    make_appearance,
    make_claim,
    make_measure,
    make_occasion,
    make_place,
    make_publisher,
    make_ready,
    make_source,
    make_speaker,
    make_statement,
    make_topic,
    make_user,
)
from tests.public.page import claims_of

pytestmark = pytest.mark.django_db

# (way to the state, asks to be shown): (status of the page, in lists, shows a verdict). By hand.
REOPENED_IN_REVIEW = (*WAYS["reopened"], "submit")
RETRACTED_REOPENED = (*WAYS["retracted"], "reopen")
RETRACTED_IN_REVIEW = (*WAYS["retracted"], "reopen", "submit")
RETURNED = (*WAYS["in_review"], "recall")
TAKEN_DOWN_LATE = (*WAYS["retracted"], "propose_take_down", "take_down")

MATRIX = [
    (WAYS["new"], False, (404, False, False)),
    (WAYS["new"], True, (404, False, False)),
    (WAYS["researching"], False, (404, False, False)),
    (WAYS["researching"], True, (200, True, False)),
    (WAYS["in_review"], False, (404, False, False)),
    (WAYS["in_review"], True, (200, True, False)),
    (RETURNED, False, (404, False, False)),
    (RETURNED, True, (200, True, False)),
    (WAYS["declined"], False, (404, False, False)),
    (WAYS["declined"], True, (404, False, False)),
    (WAYS["published"], False, (200, True, True)),
    (WAYS["published"], True, (200, True, True)),
    (WAYS["reopened"], False, (200, True, True)),
    (WAYS["reopened"], True, (200, True, True)),
    (REOPENED_IN_REVIEW, False, (200, True, True)),
    (REOPENED_IN_REVIEW, True, (200, True, True)),
    (WAYS["retracted"], False, (200, True, False)),
    (WAYS["retracted"], True, (200, True, False)),
    (RETRACTED_REOPENED, False, (200, True, False)),
    (RETRACTED_REOPENED, True, (200, True, False)),
    (RETRACTED_IN_REVIEW, False, (200, True, False)),
    (RETRACTED_IN_REVIEW, True, (200, True, False)),
    (WAYS["taken_down"], False, (410, False, False)),
    (WAYS["taken_down"], True, (410, False, False)),
    (TAKEN_DOWN_LATE, False, (410, False, False)),
]


@pytest.mark.parametrize(("way", "asks", "expected"), MATRIX, ids=lambda value: str(value)[-40:])
def test_each_way_of_a_claim(client, way, asks, expected):
    claim = walk(way, show_as_open=asks, topics=[make_topic()])

    page = client.get(f"/claims/{claim.public_id}/", follow=True)
    lists = [
        client.get("/claims/"),
        client.get("/topics/russian-strikes/"),
        client.get(claim.main_statement.get_absolute_url()),
        client.get(claim.main_statement.speaker.get_absolute_url()),
    ]

    status, is_listed, has_verdict = expected
    assert page.status_code == status
    assert [bool(claims_of(each)) for each in lists] == [is_listed] * 4
    assert {each.status_code for each in lists[1:]} == {200 if is_listed else 404}
    for each in (page, *lists):
        assert ("badge-verdict" in each.content.decode()) == (
            has_verdict and each.status_code == 200
        )


def walk(way, **fields):
    """Returns a claim that went the given steps."""
    claim = make_claim(**fields)
    ada, ben = make_user("ada"), make_user("ben", role="editor")
    cleo = make_user("cleo", role="editor")
    if way[:1] == ("take",):
        make_ready(claim, by=ada)
    by = {"publish": ben, "propose_retraction": ben, "propose_take_down": ben}
    by |= {"retract": cleo, "take_down": cleo}
    for step in way:
        if step == "submit" and claim.was_published:
            save_draft(claim, by=ada, revision_kind="update", public_note="Newer numbers.")
            claim.refresh_from_db()
        perform(
            claim,
            step,
            by=by.get(step, ada),
            note="" if step in ("take", "submit") else "Because.",
            data={"reason": "not_checkable"} if step == "decline" else None,
        )
    return claim


HIDDEN = {
    "claim": lambda: f"/claims/{make_claim('in_review').public_id}/",
    "claim with slug": lambda: make_claim("new").get_absolute_url(),
    "history": lambda: f"{make_claim('declined').get_absolute_url()}history/",
    "history of an open check": lambda: (
        f"{make_claim('researching', show_as_open=True).get_absolute_url()}history/"
    ),
    "statement": lambda: make_statement().get_absolute_url(),
    "speaker": lambda: make_speaker().get_absolute_url(),
    "topic": lambda: make_topic().get_absolute_url(),
    "tag": lambda: (
        make_claim("published", topics=[make_topic("tag", "Tag", has_page=False)])
        and "/topics/tag/"
    ),
    "agreement": lambda: make_agreement().get_absolute_url(),
    "source": lambda: make_source().get_absolute_url(),
    "publisher": lambda: make_publisher().get_absolute_url(),
}


@pytest.mark.parametrize("noun", HIDDEN)
def test_hidden_is_absent_byte_for_byte(client, noun):
    hidden = HIDDEN[noun]()
    parts = hidden.strip("/").split("/")
    parts[1] = "zzzzzzzzzz"
    absent = f"/{'/'.join(parts)}/"
    Site.current()

    answers = []
    for path in (hidden, absent):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
        answers.append((answer.status_code, answer.content, dict(answer.headers), len(queries)))

    if noun == "history of an open check":
        # Its claim is public, so only the answer must be the same, not the way to it.
        answers = [answer[:3] for answer in answers]
    assert answers[0] == answers[1]
    assert answers[0][0] == 404


def test_nothing_unpublished_leaks_into_any_public_page(client):
    plant_secrets()
    paths = every_address()

    for path in paths:
        answer = client.get(path)
        seen = f"{answer.content.decode()} {dict(answer.headers)}".lower()
        assert "zanzibar" not in seen, path

    assert len(paths) > 60


def plant_secrets():
    """Writes a secret word into every field that nobody published."""
    ada, ben = make_user("ada"), make_user("ben", role="editor")
    topic = make_topic()
    statement = make_statement("Firing over 1,000 drones.")
    appearance = make_appearance(statement)
    agreement = make_agreement("A ceasefire")
    make_topic("zanzibar-topic", "Zanzibar topic", description="Zanzibar")
    make_topic("zanzibar-tag", "Zanzibar tag", has_page=False)
    source = make_source(
        "Zanzibar source",
        publisher=make_publisher("Zanzibar publisher"),
        author="Zanzibar author",
        snapshot_text="Zanzibar text: 1,297 drones.",
        url="https://example.org/zanzibar",
    )
    shown = make_claim("published", text="Shown claim", topics=[topic], statement=statement)

    # What hangs on the published claim and waits for a second editor.
    late = make_statement(
        "Zanzibar words",
        speaker=make_speaker("Zanzibar speaker", description="Zanzibar", aliases="Zanzibar"),
        occasion=make_occasion("Zanzibar meeting"),
        place=make_place("Zanzibar", "Q1774"),
    )
    attach_occurrence(shown, by=ada, statement=late)
    link_appearance(statement, by=ada, source=source)
    propose_statement_correction(statement, by=ben, explanation="Zanzibar", text="Zanzibar was it")
    hidden = make_claim("new", text="Zanzibar hidden", statement=late)
    relate_claims(shown, hidden, by=ada, kind="contradicts", note="Zanzibar")
    event = {"axis": "agreement_state", "value": "announced", "happened_on": date(2025, 3, 1)}
    record_agreement_event(agreement, by=ada, source=source, note="Zanzibar", **event)

    # Hidden claims in each state, with all that can be written on them.
    for state in ("researching", "in_review", "declined"):
        spoil(make_claim(state, text=f"Zanzibar {state}", finding="Zanzibar", statement=late))
    # Announced ones show their wording and their statement; all else is a secret.
    for state in ("researching", "in_review"):
        claim = make_claim(
            state, text=f"Open {state}", finding="Zanzibar", show_as_open=True, statement=statement
        )
        spoil(claim, rewords=False)
        if state == "researching":
            attach_occurrence(claim, by=ada, statement=late)
            # Confirmed in an announced claim, a statement is public: take it back for this test.
            claim.occurrences.get(statement=late).delete()
    first, second = Claim.objects.filter(show_as_open=True)
    relate_claims(first, second, by=ada, kind="contradicts", note="Zanzibar")
    # Working copies of what was published and of what was retracted.
    for state in ("reopened", "retracted"):
        claim = make_claim(state, text=f"Sealed {state}", topics=[topic], statement=statement)
        if state == "retracted":
            perform(claim, "reopen", by=ada, note="Zanzibar")
        spoil(claim)
        claim.refresh_from_db()
        perform(claim, "propose_take_down", by=ben, note="Zanzibar must not be read")
    assert appearance.source in Source.objects.all()


def spoil(claim, *, rewords=True):
    """Writes the secret into all that the checkers may still change on a claim."""
    ada = make_user("ada")
    claim = Claim.objects.get(pk=claim.pk)
    if not claim.is_editable:
        return
    if rewords:
        update_claim(
            claim, by=ada, text="Zanzibar text", short_text="Zanzibar short", kind="quantity"
        )
        claim.refresh_from_db()
        set_quantity(
            claim,
            by=ada,
            measure=make_measure("zanzibar", name="Zanzibar measure", counting_rule=""),
            value=Decimal(7),
            place=make_place("Zanzibar", "Q1774"),
        )
    source = Source.objects.get(title="Zanzibar source")
    attach_evidence(
        claim, by=ada, source=source, stance="refutes", quote="Zanzibar text", note="Zanzibar"
    )
    save_draft(
        claim,
        by=ada,
        finding="Zanzibar finding",
        rationale="Zanzibar",
        would_change="Zanzibar",
        single_source_reason="Zanzibar",
        search_log="Zanzibar",
        public_note="Zanzibar",
    )
    record_reply(claim, by=ada, outcome="not_sought", reason="Zanzibar", channel="Zanzibar")


def every_address():
    """Returns the address of every row, hidden ones too, and of every list."""
    paths = [
        "/",
        "/claims/",
        "/claims/?sort=said",
        "/claims/?sort=updated",
        "/claims/?state=checking",
        "/claims/?state=retracted",
        "/statements/",
        "/speakers/",
        "/topics/",
        "/agreements/",
        "/sources/",
        "/publishers/",
        "/corrections/",
    ]
    for claim in Claim.objects.all():
        paths += [
            f"/claims/{claim.public_id}/",
            f"/claims/{claim.public_id}/x/",
            f"/claims/{claim.public_id}/shown-claim/",
            f"/claims/{claim.public_id}/sealed-reopened/",
            f"/claims/{claim.public_id}/sealed-reopened/history/",
            f"/claims/{claim.public_id}/sealed-retracted/",
            f"/claims/{claim.public_id}/sealed-retracted/history/",
        ]
    for model in (Statement, Speaker, Topic, Agreement, Source, Publisher):
        paths += [row.get_absolute_url() for row in model.objects.all()]
    return paths
