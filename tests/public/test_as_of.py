"""Pages and JSON as of a day of the past: what they say, what they refuse, what they keep to
themselves."""

import re
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from statements.operations import (
    attach_occurrence,
    confirm_agreement_event,
    confirm_late,
    perform,
    record_agreement_event,
    relate_claims,
    save_agreement,
    save_draft,
    set_status,
    tag_claim,
    update_claim,
)
from statements.public.pages import absolute
from tests.factories import (
    make_agreement,
    make_claim,
    make_ready,
    make_source,
    make_speaker,
    make_statement,
    make_topic,
    make_user,
)
from tests.public.page import claims_of, headings_of, links_of, text_of

pytestmark = pytest.mark.django_db

FINDING = "The air force counted 1,297 drones in nine nights."


@pytest.fixture
def clock():
    with time_machine.travel("2025-04-01 12:00 +0000", tick=False) as clock:
        yield clock


def revised(claim, clock, day, *, code="mixed", finding="It was fewer."):
    """Publishes a second version of a claim on a day."""
    clock.move_to(f"{day} 12:00 +0000")
    perform(claim, "reopen", by=make_user(), note="A new source.")
    save_draft(claim, by=make_user(), code=code, finding=finding)
    perform(claim, "submit", by=make_user())
    data = {"kind": "verdict_change", "public_note": "We counted again."}
    perform(claim, "publish", by=make_user("ben", role="editor"), data=data)


def retracted(claim, clock, day):
    clock.move_to(f"{day} 12:00 +0000")
    perform(claim, "propose_retraction", by=make_user("ben", role="editor"), note="It was forged.")
    perform(claim, "retract", by=make_user("cleo", role="editor"))


# ---- claims ---------------------------------------------------------------------------------


def test_a_claim_as_of_a_day_has_the_finding_of_that_day_and_says_so(client, clock):
    claim = make_claim("published")
    revised(claim, clock, "2025-04-05")
    clock.move_to("2025-04-09 12:00 +0000")
    path = claim.get_absolute_url()

    then, now = client.get(f"{path}?as_of=2025-04-04"), client.get(path)

    assert headings_of(then)[:2] == [f"h1 {claim.text}", "h2 Verdict: True"]
    text = text_of(then)
    assert "As of 4 April 2025, end of the day (UTC)" in text
    assert "The verdict was changed later, on 5 April 2025: from True to Mixed" in text
    assert FINDING in text
    assert "It was fewer." not in text
    assert path in links_of(then)
    assert headings_of(now)[1] == "h2 Verdict: Mixed"
    assert "end of the day (UTC)" not in text_of(now)


def test_the_day_of_a_change_shows_how_it_ended(client, clock):
    claim = make_claim("published")
    revised(claim, clock, "2025-04-05")

    page = client.get(f"{claim.get_absolute_url()}?as_of=2025-04-05")

    assert headings_of(page)[1] == "h2 Verdict: Mixed"
    assert "The finding has not changed since." in text_of(page)


def test_a_retracted_finding_shows_on_an_earlier_day_with_the_word_that_it_was_retracted(
    client, clock
):
    claim = make_claim("published")
    retracted(claim, clock, "2025-04-05")
    path = claim.get_absolute_url()

    before, after = client.get(f"{path}?as_of=2025-04-04"), client.get(f"{path}?as_of=2025-04-05")

    assert headings_of(before)[1] == "h2 Verdict: True"
    assert "The finding was retracted later, on 5 April 2025." in text_of(before)
    assert headings_of(after)[1] == "h2 Retracted on 5 April 2025"
    assert FINDING not in text_of(after)


def test_before_a_claim_was_published_there_is_no_page_and_no_word_of_it(client, clock):
    clock.move_to("2025-03-30 12:00 +0000")
    claim = make_claim("researching", short_text="What we first called it")
    clock.move_to("2025-04-02 12:00 +0000")
    update_claim(claim, by=make_user(), short_text="As it was published")
    perform(claim, "submit", by=make_user())
    perform(claim, "publish", by=make_user("ben", role="editor"))

    page = client.get(f"{claim.get_absolute_url()}?as_of=2025-04-01")

    assert page.status_code == 404
    assert headings_of(page) == ["h1 Not published on that day"]
    assert text_of(page) == (
        "Error 404 Not published on that day At the end of 1 April 2025 (UTC) this site had no "
        "page for this claim: As it was published The page as it stands today"
    )
    answer = client.get(f"/api/v1/claims/{claim.public_id}/?as_of=2025-04-01")
    assert answer.status_code == 404


def test_an_open_check_is_shown_as_one_in_the_words_of_today(client, clock):
    claim = make_claim("researching", show_as_open=True, short_text="What we first called it")
    clock.move_to("2025-04-03 12:00 +0000")
    update_claim(claim, by=make_user(), short_text="As it was published")
    perform(claim, "submit", by=make_user())
    perform(claim, "publish", by=make_user("ben", role="editor"))

    page = client.get(f"{claim.get_absolute_url()}?as_of=2025-04-02")

    assert headings_of(page)[1] == "h2 Being checked"
    assert "A finding was published on 3 April 2025. The verdict today: True." in text_of(page)
    assert b"What we first called it" not in page.content
    assert FINDING not in text_of(page)


@pytest.mark.parametrize("state", ["new", "researching", "in_review", "declined"])
def test_what_has_no_page_today_has_none_of_any_day(client, clock, state):
    claim = make_claim(state)
    clock.move_to("2025-04-09 12:00 +0000")
    hidden = client.get(f"/claims/{claim.public_id}/x/?as_of=2025-04-02")
    absent = client.get("/claims/0000000000/x/?as_of=2025-04-02")

    assert (hidden.status_code, hidden.content) == (404, absent.content)
    assert hidden.headers["ETag"] == absent.headers["ETag"]


def test_a_declined_check_that_was_announced_is_not_shown_again(client, clock):
    claim = make_claim("researching", show_as_open=True)
    clock.move_to("2025-04-03 12:00 +0000")
    perform(claim, "decline", by=make_user(), data={"reason": "not_checkable"})

    assert client.get(f"/claims/{claim.public_id}/x/?as_of=2025-04-02").status_code == 404
    assert client.get(f"/api/v1/claims/{claim.public_id}/?as_of=2025-04-02").status_code == 404


def test_what_was_taken_down_is_gone_on_every_day(client, clock):
    claim = make_claim("published")
    path = claim.get_absolute_url()
    clock.move_to("2025-04-05 12:00 +0000")
    perform(claim, "propose_take_down", by=make_user("ben", role="editor"), note="By court order.")
    perform(claim, "take_down", by=make_user("cleo", role="editor"))

    for day in ("2025-03-01", "2025-04-02", "2025-04-05"):
        page = client.get(f"{path}?as_of={day}")
        answer = client.get(f"/api/v1/claims/{claim.public_id}/?as_of={day}")
        assert (page.status_code, answer.status_code) == (410, 410)
        assert FINDING not in page.content.decode() + answer.content.decode()


def test_a_statement_that_joined_later_is_shown_from_its_confirmation_on(client, clock):
    claim = make_claim("published")
    again = make_statement("He said it again.", speaker=make_speaker("Emmanuel Macron"))
    late = attach_occurrence(claim, by=make_user(), statement=again)
    clock.move_to("2025-04-06 12:00 +0000")
    confirm_late(late, by=make_user("ben", role="editor"))
    path = claim.get_absolute_url()

    assert "He said it again." not in text_of(client.get(f"{path}?as_of=2025-04-05"))
    assert "He said it again." in text_of(client.get(f"{path}?as_of=2025-04-06"))


def test_a_page_of_the_past_is_not_indexed_and_names_the_page_of_today(client, clock):
    claim = make_claim("published")
    path = claim.get_absolute_url()

    then, now = (
        client.get(f"{path}{query}").content.decode() for query in ("?as_of=2025-04-01", "")
    )

    canonical = f'<link rel="canonical" href="{absolute(path)}">'
    assert ('<meta name="robots" content="noindex">' in then, canonical in then) == (True, True)
    assert ('<meta name="robots" content="noindex">' in now, canonical in now) == (False, True)
    assert "application/ld+json" in now
    assert "application/ld+json" not in then


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("as_of=soon", "Write as_of as a day: 2025-03-27."),
        ("as_of=2025-04-02", "The day in as_of has not come yet."),
        ("as_of=2025-03-01&as_of=2025-03-02", "Give as_of once."),
    ],
)
def test_a_day_that_cannot_be_answered_is_refused_in_words(client, clock, query, words):
    claim, topic, agreement = a_world()

    for path in (claim.get_absolute_url(), topic.get_absolute_url(), agreement.get_absolute_url()):
        page = client.get(f"{path}?{query}")
        assert page.status_code == 400
        assert words in text_of(page)
    for path in (
        f"claims/{claim.public_id}", f"topics/{topic.slug}", f"agreements/{agreement.public_id}"
    ):  # fmt: skip
        answer = client.get(f"/api/v1/{path}/?{query}")
        assert (answer.status_code, answer.json()["detail"]) == (400, words)


def test_an_empty_day_is_today(client, clock):
    claim = make_claim("published")

    page = client.get(f"{claim.get_absolute_url()}?as_of=")

    assert "end of the day (UTC)" not in text_of(page)


def test_the_json_of_a_claim_says_what_it_is_as_of_and_how_it_stands_today(client, clock):
    claim = make_claim("published")
    revised(claim, clock, "2025-04-05")
    path = f"/api/v1/claims/{claim.public_id}/"

    then, now = client.get(f"{path}?as_of=2025-04-04").json(), client.get(path).json()

    assert (then["verdict"], then["finding"]["finding"]) == ("accurate", FINDING)
    assert then["shown_as_of"] == "2025-04-04"
    assert then["today"] == {"state": "published", "revision": 2, "retracted_at": None}
    assert (now["verdict"], now["shown_as_of"], now["today"]) == ("mixed", None, None)


def test_the_desk_shows_today_only(client, clock):
    claim = make_claim("published")
    client.force_login(make_user())

    answer = client.get(f"/api/v1/claims/{claim.public_id}/?view=desk&as_of=2025-04-01")

    assert answer.status_code == 400
    assert answer.json()["detail"] == "The desk shows what is worked on now: leave out as_of."


# ---- topics and agreements ------------------------------------------------------------------


def a_world():
    """A claim of a topic about an agreement with one event, all of them public."""
    topic, agreement = make_topic(), make_agreement()
    claim = published_about(agreement, topic)
    add_event(agreement, "in_effect", "2025-03-18")
    return claim, topic, agreement


def published_about(agreement, topic, **fields):
    claim = make_claim(kind="status", **fields)
    set_status(
        claim, by=make_user(), agreement=agreement, axis="agreement_state", value="in_effect",
        as_of=date(2025, 3, 1),
    )  # fmt: skip
    make_ready(claim, by=make_user())
    tag_claim(claim, by=make_user(), topics=[topic])
    for action, name, role in (
        ("take", "ada", "checker"), ("submit", "ada", "checker"), ("publish", "ben", "editor")
    ):  # fmt: skip
        perform(claim, action, by=make_user(name, role=role))
    return claim


def add_event(agreement, value, day, **fields):
    event = record_agreement_event(
        agreement, by=make_user(), axis="agreement_state", value=value,
        happened_on=date.fromisoformat(day), source=make_source("A readout"), **fields,
    )  # fmt: skip
    confirm_agreement_event(event, by=make_user("ben", role="editor"))
    return event


def test_a_topic_as_of_a_day_lists_what_had_a_finding_then(client, clock):
    claim, topic, _ = a_world()
    clock.move_to("2025-04-05 12:00 +0000")
    later = make_claim("published", text="A later claim", topics=[topic])
    retracted(claim, clock, "2025-04-06")
    path = topic.get_absolute_url()

    then, now = client.get(f"{path}?as_of=2025-04-04"), client.get(path)

    assert claims_of(then) == [claim.short_text]
    assert claims_of(now) == [later.short_text, claim.short_text]
    assert "As of 4 April 2025, end of the day (UTC)" in text_of(then)
    assert "Retracted 6 April 2025" not in text_of(then)
    assert client.get(f"{path}?as_of=2025-03-31").status_code == 404


def test_a_topic_as_of_a_day_lists_the_agreements_that_its_findings_spoke_of(client, clock):
    claim, topic, agreement = a_world()
    name = agreement.name
    clock.move_to("2025-04-05 12:00 +0000")
    agreement = save_agreement(agreement, by=make_user(), name="Renamed since")
    published_about(make_agreement("A later deal"), topic, text="Another status")
    clock.move_to("2025-04-09 12:00 +0000")
    path = topic.get_absolute_url()

    seen = {
        day: agreements_of(client.get(f"{path}{day}"))
        for day in ("?as_of=2025-04-04", "?as_of=2025-04-08", "")
    }

    assert seen == {
        "?as_of=2025-04-04": [name],
        "?as_of=2025-04-08": ["A later deal", "Renamed since"],
        "": ["A later deal", "Renamed since"],
    }
    retracted(claim, clock, "2025-04-10")
    clock.move_to("2025-04-12 12:00 +0000")
    assert agreements_of(client.get(f"{path}?as_of=2025-04-04")) == [name]
    assert agreements_of(client.get(f"{path}?as_of=2025-04-11")) == ["A later deal"]


def agreements_of(page):
    return [entry.label for entry in page.context["agreements"]]


def test_an_agreement_as_of_a_day_has_the_events_confirmed_by_then(client, clock):
    _, _, agreement = a_world()
    event = agreement.events.get()
    clock.move_to("2025-04-05 12:00 +0000")
    add_event(agreement, "suspended", "2025-03-20")
    add_event(agreement, "announced", "2025-03-18", supersedes=event)
    path = agreement.get_absolute_url()

    then, now = client.get(f"{path}?as_of=2025-04-04"), client.get(path)

    assert events_of(then) == [("18 March 2025", "In effect")]
    assert events_of(now) == [("18 March 2025", "Announced"), ("20 March 2025", "Suspended")]
    answer = client.get(f"/api/v1/agreements/{agreement.public_id}/?as_of=2025-04-04").json()
    assert [(row["happened_on"], row["value"]) for row in answer["events"]] == [
        ("2025-03-18", "in_effect")
    ]
    assert client.get(f"{path}?as_of=2025-03-31").status_code == 404


def events_of(page):
    return re.findall(
        r'class="timeline-when">.*?</span> (.*?)</p>.*?</strong> (.*?) <span',
        page.content.decode(),
        re.DOTALL,
    )


# ---- what it costs --------------------------------------------------------------------------


def queries(client, path):
    client.get(path)  # what is kept a process is kept now
    with CaptureQueriesContext(
        connection,
    ) as captured:
        page = client.get(path)
    assert page.status_code == 200
    return len(captured)


@pytest.mark.parametrize("count", [1, 3])
def test_a_past_day_costs_the_same_for_one_row_as_for_three(client, clock, count):
    claim, topic, agreement = a_world()
    for number in range(count):
        other = make_claim("published", text=f"Other {number}", topics=[topic])
        row = relate_claims(claim, other, by=make_user(), kind="repeats")
        confirm_late(row, by=make_user("ben", role="editor"))
        again = make_statement(f"Again {number}")
        late = attach_occurrence(claim, by=make_user(), statement=again)
        confirm_late(late, by=make_user("ben", role="editor"))
        add_event(agreement, "suspended", f"2025-03-2{number}")
    revised(claim, clock, "2025-04-05")
    clock.move_to("2025-04-09 12:00 +0000")
    day = "?as_of=2025-04-02"

    counts = {
        "claim": queries(client, f"{claim.get_absolute_url()}{day}"),
        "topic": queries(client, f"{topic.get_absolute_url()}{day}"),
        "topic JSON": queries(client, f"/api/v1/topics/{topic.slug}/{day}"),
        "agreement": queries(client, f"{agreement.get_absolute_url()}{day}"),
        "claim JSON": queries(client, f"/api/v1/claims/{claim.public_id}/{day}"),
        "agreement JSON": queries(client, f"/api/v1/agreements/{agreement.public_id}/{day}"),
    }

    assert counts == {
        "claim": 12,
        "topic": 13,
        "topic JSON": 9,
        "agreement": 14,
        "claim JSON": 12,
        "agreement JSON": 14,
    }
