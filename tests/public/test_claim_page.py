"""The page of a claim: what it shows in each state, and that it shows what was sealed."""

import re
from datetime import date
from decimal import Decimal

import pytest
import time_machine

from statements.models import Claim, Site
from statements.operations import (
    add_claim,
    attach_evidence,
    attach_occurrence,
    confirm_late,
    confirm_statement_correction,
    perform,
    propose_statement_correction,
    record_reply,
    relate_claims,
    save_draft,
    set_commitment,
    set_quantity,
    set_status,
    update_claim,
    update_evidence,
)
from tests.factories import (
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
from tests.public.page import headings_of, links_of, text_of

pytestmark = pytest.mark.django_db


def open_claim(client, claim):
    return client.get(Claim.objects.get(pk=claim.pk).get_absolute_url(), follow=True)


def test_the_answer_comes_first_and_the_rest_in_its_order(client):
    statement = make_statement()
    make_appearance(statement)
    claim = make_claim("published", statement=statement, topics=[make_topic()])

    page = open_claim(client, claim)

    assert page.status_code == 200
    assert headings_of(page) == [
        "h1 Russia launched more than 1,000 long-range drones in nine nights",
        "h2 Verdict: True",
        "h2 Why",
        "h2 Evidence",
        "h3 Supports the claim 2 sources",
        "h2 Where it was said",
        "h2 Right of reply",
        "h2 Who checked it",
        "h2 History",
        "h2 Use this page",
    ]


def test_it_says_who_said_it_in_which_role_when_and_where(client):
    speaker = make_speaker("Keir Starmer")
    speaker.roles.create(title="Prime Minister of the United Kingdom", valid_from=date(2024, 7, 5))
    speaker.roles.create(title="Leader of the Opposition", valid_to=date(2024, 7, 4))
    statement = make_statement(
        speaker=speaker, occasion=make_occasion("Press conference"), place=make_place("Paris", "FR")
    )
    claim = make_claim("published", statement=statement)

    text = text_of(open_claim(client, claim))

    assert (
        "Keir Starmer , Prime Minister of the United Kingdom · 27 March 2025 · "
        "Press conference, Paris" in text
    )
    assert "Leader of the Opposition" not in text


def test_evidence_shows_quote_source_copy_and_why_there_is_none(client):
    claim = add_claim(by=make_user("ada"), text="It flew.", statement=make_statement())
    perform(claim, "take", by=make_user("ada"))
    make_ready(claim, by=make_user("ada"))
    text = "Ворог застосував 117 БпЛА вночі."  # noqa: RUF001  Ukrainian letters
    uk = make_source("Зведення", language="uk", snapshot_text=text)
    attach_evidence(claim, by=make_user("ada"), source=uk, stance="refutes", quote="117 БпЛА")
    attach_evidence(
        claim,
        by=make_user("ada"),
        source=make_source("Closed archive"),
        stance="context",
        note="Gives the years before.",
        waiver="The archive forbids copies.",
    )
    claim.refresh_from_db()
    perform(claim, "submit", by=make_user("ada"))
    perform(claim, "publish", by=make_user("ben", role="editor"))

    page = open_claim(client, claim)

    words, html = text_of(page), page.content.decode()
    assert "Speaks against the claim 1 source" in words
    assert f'lang="uk"><p><span class="quote-context">{text[:17]}</span>“117 БпЛА”' in html
    assert f"sha256 {uk.snapshots.get().sha256}" in words
    assert "Gives the years before. No archived copy. The archive forbids copies." in words
    assert uk.get_absolute_url() in links_of(page)


def test_a_paraphrase_stands_without_quotation_marks(client):
    statement = make_statement("They had not answered.", fidelity="paraphrase")
    claim = make_claim("published", statement=statement)

    page = open_claim(client, claim)

    html = page.content.decode()
    assert "They had not answered." in html
    assert "“They had not answered." not in html
    assert "in our words, not a quotation" in text_of(page)


def test_a_quantity_is_shown_with_what_it_counts(client):
    claim = make_claim(kind="quantity")
    ada = make_user("ada")
    perform(claim, "take", by=ada)
    set_quantity(
        claim,
        by=ada,
        measure=make_measure(),
        comparator="more_than",
        value=Decimal(1000),
        period_edtf="2025-03-18/2025-03-27",
        period_time_zone="Europe/Kyiv",
        period_counts="nights",
        place=make_place(),
        counted_by=make_publisher("Air Force"),
    )
    make_ready(claim, by=ada)
    claim.refresh_from_db()
    perform(claim, "submit", by=ada)
    perform(claim, "publish", by=make_user("ben", role="editor"))

    text = text_of(open_claim(client, claim))

    assert (
        "Drones launched More than 1,000 drones Period 18\N{EN DASH}27 March 2025 Days are Nights, named "
        "by their morning (Europe/Kyiv) Place Ukraine Counted by Air Force "
        "Counting rule: Every drone launched counts as one." in text
    )


def test_a_status_links_its_agreement(client):
    claim = make_claim(kind="status")
    ada = make_user("ada")
    agreement = make_agreement()
    perform(claim, "take", by=ada)
    set_status(
        claim,
        by=ada,
        agreement=agreement,
        axis="party_position",
        value="accepted_with_conditions",
        party=make_speaker("Russia"),
        as_of=date(2025, 3, 27),
    )
    make_ready(claim, by=ada)
    claim.refresh_from_db()
    perform(claim, "submit", by=ada)
    perform(claim, "publish", by=make_user("ben", role="editor"))

    page = open_claim(client, claim)

    assert (
        "Position of a party Russia: accepted with conditions Agreement 30-day ceasefire "
        "As of 27 March 2025" in text_of(page)
    )
    assert agreement.get_absolute_url() in links_of(page)


def promised(status=None, *, due_on=date(2025, 4, 11)):
    """Publishes what became of a promise: fulfilled, if nothing else is said."""
    claim = make_claim(kind="commitment", text="The minister will chair the meeting.")
    ada = make_user("ada")
    perform(claim, "take", by=ada)
    set_commitment(
        claim,
        by=ada,
        committed_by=make_speaker("John Healey"),
        deliverable="Chair the meeting",
        due_on=due_on,
    )
    make_ready(claim, by=ada)
    if status:
        save_draft(claim, by=ada, commitment_status=status)
    claim.refresh_from_db()
    perform(claim, "submit", by=ada)
    perform(claim, "publish", by=make_user("ben", role="editor"))
    return claim


PASSED = "That day has passed. What we found last is “in progress”, as known on 28 March 2025."


@pytest.mark.parametrize(
    ("told", "says_so"),
    [
        ({"status": "in_progress"}, True),
        ({"status": "in_progress", "due_on": date(2999, 1, 1)}, False),
        ({"status": "in_progress", "due_on": None}, False),
        ({"status": "not_fulfilled"}, False),
    ],
)
def test_a_promise_whose_day_has_passed_says_so_until_it_is_settled(client, told, says_so):
    page = text_of(open_claim(client, promised(**told)))

    assert "What is promised" in page
    assert (PASSED in page) is says_so


def test_a_commitment_has_a_status_and_no_verdict(client):
    page = open_claim(client, promised())

    assert "h2 What became of it: Fulfilled" in headings_of(page)
    assert "Chair the meeting By whom John Healey Due 11 April 2025" in text_of(page)
    assert "verdict-" not in page.content.decode()


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (
            {"outcome": "replied", "asked_on": date(2025, 3, 28), "answer": "We meant launches."},
            "Asked on 28 March 2025 (e-mail). The answer: “We meant launches.”",
        ),
        (
            {"outcome": "no_reply", "asked_on": date(2025, 3, 28), "due_on": date(2025, 3, 29)},
            "Asked on 28 March 2025 (e-mail). No answer came by 29 March 2025.",
        ),
    ],
)
def test_the_right_of_reply_is_told(client, reply, words):
    claim = make_claim("researching")
    record_reply(
        claim, by=make_user("ada"), reply=claim.replies.get(), channel="e-mail", reason="", **reply
    )
    claim.refresh_from_db()
    perform(claim, "submit", by=make_user("ada"))
    perform(claim, "publish", by=make_user("ben", role="editor"))

    assert words in text_of(open_claim(client, claim))


def test_people_are_named(client):
    make_user("ada", first_name="Ada", last_name="Moreau")
    make_user("ben", role="editor", first_name="Ben", last_name="Okafor")
    claim = make_claim("published")

    text = text_of(open_claim(client, claim))

    assert "Checked by Ada Moreau Reviewed and published by Ben Okafor" in text


def test_a_reopened_claim_shows_what_was_sealed_and_says_that_it_is_re_checked(client):
    claim = make_claim("reopened")
    update_claim(claim, by=make_user("ada"), text="Draft wording", short_text="Draft wording")
    save_draft(claim, by=make_user("ada"), finding="Draft finding", code="inaccurate")

    page = open_claim(client, claim)

    text = text_of(page)
    assert "Being re-checked This claim is being looked at again." in text
    assert "h2 Verdict: True" in headings_of(page)
    assert "Draft" not in page.content.decode()


def test_a_claim_in_review_again_is_still_being_re_checked(client):
    claim = make_claim("reopened")
    perform(claim, "submit", by=make_user("ada"))

    assert "Being re-checked" in text_of(open_claim(client, claim))


def test_a_new_revision_shows_its_correction_at_the_top(client):
    claim = make_claim("reopened")
    save_draft(
        claim,
        by=make_user("ada"),
        code="mostly_accurate",
        revision_kind="verdict_change",
        public_note="We had overlooked the decoys.",
    )
    claim.refresh_from_db()
    perform(claim, "submit", by=make_user("ada"))
    perform(claim, "publish", by=make_user("ben", role="editor"))

    page = open_claim(client, claim)

    text = text_of(page)
    assert ": from True to Mostly true We had overlooked the decoys." in text
    assert text.index("Verdict changed on") < text.index("Nine nightly reports")
    assert "Version 2 of" in text


def test_a_typo_has_no_banner_but_stands_in_the_history(client):
    claim = make_claim("published")
    perform(
        claim,
        "fix_typo",
        by=make_user("ben", role="editor"),
        data={"finding": "The air force counted 1,297 drones in nine nights!"},
    )

    page = open_claim(client, claim)

    assert 'class="note' not in page.content.decode()
    assert "Spelling. Verdict: True" in text_of(page)


def test_a_retracted_claim_shows_the_notice_and_no_verdict(client):
    claim = make_claim("retracted")

    page = open_claim(client, claim)

    headings, text = headings_of(page), text_of(page)
    assert headings[1].startswith("h2 Retracted on ")
    assert "The source was withdrawn." in text
    assert "The air force counted" not in text
    assert "badge-verdict" not in page.content.decode()
    assert "Evidence" not in text


def test_a_retracted_claim_that_is_worked_on_shows_nothing_of_the_work(client):
    claim = make_claim("retracted")
    address = open_claim(client, claim).redirect_chain
    perform(claim, "reopen", by=make_user("ada"), note="a new source")
    update_claim(claim, by=make_user("ada"), text="Draft wording", short_text="Draft wording")

    page = client.get(f"/claims/{claim.public_id}/", follow=True)

    assert page.status_code == 200
    assert "draft" not in f"{page.content.decode()} {page.redirect_chain} {address}".lower()


def test_an_announced_claim_shows_the_claim_and_one_statement_only(client):
    statement = make_statement("Over 1,000 drones.")
    claim = make_claim("in_review", statement=statement, show_as_open=True)
    other = make_statement("Some 900 drones.", speaker=make_speaker("Second Speaker"))
    perform(claim, "recall", by=make_user("ada"), note="one more statement")
    attach_occurrence(claim, by=make_user("ada"), statement=other)

    page = open_claim(client, claim)

    text = text_of(page)
    assert headings_of(page)[:2] == [
        "h1 Russia launched more than 1,000 long-range drones in nine nights",
        "h2 Being checked",
    ]
    assert "“Over 1,000 drones.”" in text
    assert "900" not in text
    assert "1,297" not in text
    assert "ada" not in text


def test_an_imported_finding_says_whose_it_is_and_what_is_not_claimed(client):
    archive = make_publisher("Fact Archive")
    claim = make_claim(imported_from=archive, external_ref="archive:1")
    make_ready(claim, by=make_user("ada"))
    perform(claim, "import", by=None)

    text = text_of(open_claim(client, claim))

    assert "Imported from Fact Archive" in text
    assert "Our own rules on evidence, right of reply and a second person were not" in text
    assert "Checked and published by Fact Archive" in text


def test_addresses_in_our_own_words_are_links(client):
    hostile = '<b onclick="x">https://b.example/?c=1&d="e"</b>'
    claim, ada = make_claim("researching"), make_user("ada")
    make_ready(claim, by=ada)
    save_draft(
        claim,
        by=ada,
        rationale=f"As told at https://a.example/one.\n\n{hostile}",
        would_change="A count of https://a.example/two",
        search_log="We looked at https://a.example/three.",
        single_source_reason="Only https://a.example/four counts.",
    )
    perform(claim, "submit", by=ada)
    perform(claim, "publish", by=make_user("ben", role="editor"))

    page = open_claim(client, claim)

    named = [*(f"https://a.example/{word}" for word in ("one", "four", "three", "two"))]
    assert [link for link in links_of(page) if ".example/" in link and "/Report" not in link] == [
        named[0], "https://b.example/?c=1&d=", *named[1:],
    ]  # fmt: skip
    text = text_of(page)
    assert '<b onclick="x">' in text
    assert '"e"</b>' in text
    assert "<b " not in page.content.decode()


@time_machine.travel("2025-04-01T10:00:00Z", tick=False)
def test_an_imported_finding_shows_the_archives_day_and_says_when_it_was_taken_over(client):
    archive = make_publisher("Fact Archive")
    claim = make_claim(imported_from=archive, external_ref="archive:1")
    make_ready(claim, by=make_user("ada"))
    perform(claim, "import", by=None, data={"published_at": "2012-05-06T12:00:00+00:00"})

    page, listed = text_of(open_claim(client, claim)), text_of(client.get("/claims/"))

    assert "Published 6 May 2012" in page
    assert "published the finding on 6 May 2012. It was taken over here on 1 April 2025." in page
    assert "1 April 2025 Taken over. Verdict: True" in page
    assert "6 May 2012 Published by Fact Archive. Verdict: True" in page
    assert "6 May 2012" in listed
    assert "1 April 2025" not in listed
    claim.refresh_from_db()
    assert claim.live_verdict.sealed["about"]["recorded_at"] == "2025-04-01T10:00:00+00:00"


def test_a_claim_taken_down_answers_410_with_the_reason_and_nothing_else(client):
    claim = make_claim("taken_down")

    page = client.get(f"/claims/{claim.public_id}/")
    with_slug = client.get(f"/claims/{claim.public_id}/russia-launched/")
    history = client.get(f"/claims/{claim.public_id}/any/history/")

    assert [r.status_code for r in (page, with_slug, history)] == [410, 410, 410]
    assert "Reason. The source was withdrawn." in text_of(page)
    assert "drones" not in page.content.decode()


def test_repetitions_and_links_appear_once_a_second_editor_confirms_them(client):
    claim = make_claim("published")
    other = make_claim("published", text="Another claim", statement=make_statement("Other words"))
    ada, cleo = make_user("ada"), make_user("cleo", role="editor")
    again = make_statement("A thousand, I said.", speaker=make_speaker("Emmanuel Macron"))
    occurrence = attach_occurrence(claim, by=ada, statement=again)
    relation = relate_claims(claim, other, by=ada, kind="contradicts", note="Other numbers.")

    before = text_of(open_claim(client, claim))
    confirm_late(occurrence, by=cleo)
    confirm_late(relation, by=cleo)
    after = text_of(open_claim(client, claim))

    assert "A thousand, I said." not in before
    assert "Other numbers." not in before
    assert "“A thousand, I said.”" in after
    assert "Contradicts Another claim Other numbers." in after
    assert "Contradicted by Russia launched" in text_of(open_claim(client, other))


def test_a_link_to_a_hidden_claim_is_not_shown(client):
    claim, hidden = make_claim("published"), make_claim("new", text="A hidden claim")
    relation = relate_claims(claim, hidden, by=make_user("ada"), kind="narrows", note="Aha.")
    confirm_late(relation, by=make_user("cleo", role="editor"))

    text = text_of(open_claim(client, claim))

    assert "hidden" not in text
    assert "Aha." not in text


def test_a_corrected_statement_is_told_on_the_claim(client):
    claim = make_claim("published")
    proposal = propose_statement_correction(
        claim.main_statement,
        by=make_user("ben", role="editor"),
        explanation="A word was missing.",
        text="Firing well over 1,000 long-range drones at the country.",
    )

    before = text_of(open_claim(client, claim))
    confirm_statement_correction(proposal, by=make_user("cleo", role="editor"))
    after = text_of(open_claim(client, claim))

    assert "missing" not in before
    assert "well over" not in before
    assert "A word was missing." in after
    assert "“Firing well over 1,000 long-range drones at the country.”" in after


def test_it_can_be_cited_reported_and_read_as_json(client, settings):
    Site.objects.update_or_create(
        id=1, defaults={"name": "The Desk", "organisation": "A Newsroom", "contact_email": "a@b.eu"}
    )
    claim = make_claim("published", text="It flew", short_text="It flew")

    page = open_claim(client, claim)

    text, links = text_of(page), links_of(page)
    assert "A Newsroom: “It flew”. Verdict: True. The Desk, " in text
    assert f"http://testserver/claims/{claim.public_id}/it-flew/" in text
    assert f"/api/v1/claims/{claim.public_id}/" in links
    assert any(link.startswith("mailto:a@b.eu?subject=Error%20in%3A%20It%20flew") for link in links)


def test_search_engines_and_cards_get_claim_and_finding(client):
    html = open_claim(client, make_claim("published")).content.decode()

    assert (
        '<meta name="description" content="True. The air force counted 1,297 drones in nine '
        'nights.">' in html
    )
    assert '<meta property="og:title" content="Russia launched more than 1,000' in html
    assert '<link rel="canonical" href="http://testserver/claims/' in html


def test_the_history_lists_every_public_version(client):
    claim = make_claim("reopened")
    save_draft(
        claim,
        by=make_user("ada"),
        finding="The air force counted 1,297 drones.",
        revision_kind="clarification",
        public_note="Said more plainly.",
    )
    claim.refresh_from_db()
    perform(claim, "submit", by=make_user("ada"))
    perform(claim, "publish", by=make_user("ben", role="editor"))

    page = client.get(f"{Claim.objects.get().get_absolute_url()}history/")

    assert [h for h in headings_of(page) if "Version " in h] == [
        "h3 Version 2: clarification",
        "h3 Version 1: first publication",
    ]
    text = text_of(page)
    assert "Said more plainly." in text
    assert "Checked by ada, published by ben" in text
    for verdict in claim.verdicts.all():
        assert verdict.content_sha256 in text


def test_the_history_of_a_retracted_claim_keeps_what_was_published(client):
    claim = make_claim("retracted")

    page = client.get(f"{Claim.objects.get().get_absolute_url()}history/", follow=True)

    assert "The air force counted 1,297 drones in nine nights." in text_of(page)
    assert "Retraction. The source was withdrawn." in text_of(page)
    assert claim.public_id in page.request["PATH_INFO"]
    notice = "Retracted on .* What stands below was published and does not hold any more. Versions"
    assert re.search(notice, text_of(page))


def test_the_history_of_a_standing_finding_has_no_notice(client):
    claim = make_claim("reopened")

    text = text_of(client.get(f"/claims/{claim.public_id}/any/history/", follow=True))

    assert "The air force counted 1,297 drones in nine nights." in text
    assert "does not hold" not in text


def test_hostile_texts_are_shown_as_texts(client):
    hostile = '<script>alert(1)</script>"><img src=x onerror=alert(1)> {{ 7 }} & “'
    statement = make_statement(hostile, speaker=make_speaker(f"Eve {hostile}"))
    claim = make_claim(
        "published",
        text=hostile,
        short_text=hostile[:75],
        finding=hostile,
        statement=statement,
        topics=[make_topic("x", hostile)],
    )

    for path in (
        Claim.objects.get().get_absolute_url(),
        f"{Claim.objects.get().get_absolute_url()}history/",
        statement.get_absolute_url(),
        statement.speaker.get_absolute_url(),
        "/",
        "/claims/",
        "/topics/x/",
        "/speakers/",
        "/statements/",
    ):
        page = client.get(path)
        html = page.content.decode()
        assert page.status_code == 200
        assert "<script>alert" not in html, path
        assert "<img src=x" not in html, path
    assert hostile.replace("  ", " ") in text_of(open_claim(client, claim))


def test_the_history_shows_word_by_word_what_a_revision_changed(client):
    claim = make_claim("published", finding="The air force counted 1,297 drones.")
    ada = make_user("ada")
    perform(claim, "reopen", by=ada, note="a newer report")
    save_draft(
        claim, by=ada, finding="The air force counted 1,434 <b>drones</b>.", code="mixed",
        revision_kind="update", public_note="One more night.",
    )  # fmt: skip
    attach_evidence(
        claim,
        by=ada,
        source=make_source("A newer report", snapshot_text="1,434"),
        stance="supports",
    )
    claim.refresh_from_db()
    perform(claim, "submit", by=ada)
    perform(claim, "publish", by=make_user("ben", role="editor"))

    html = client.get(f"{claim.get_absolute_url()}history/").content.decode()

    assert 'id="revision-2"' in html
    for taken_out, put_in in (("True", "Mixed"), ("1,297", "1,434")):
        assert f"[taken out: </span>{taken_out}<span" in html
        assert f"[put in: </span>{put_in}<span" in html
    assert "Put in: </span>Supports the claim · A newer report · copy of " in html
    assert "<b>drones</b>" not in html


def test_the_history_shows_what_changed_in_evidence_number_and_reply(client):
    ada, measure = make_user("ada"), make_measure()
    claim = make_claim(kind="quantity")
    number = {"measure": measure, "comparator": "more_than", "period_edtf": "2025-03-18/2025-03-27"}
    set_quantity(claim, by=ada, value=1000, **number)
    perform(make_ready(claim, by=ada), "take", by=ada)
    perform(claim, "submit", by=ada)
    perform(claim, "publish", by=make_user("ben", role="editor"))
    perform(claim, "reopen", by=ada, note="read again")
    save_draft(claim, by=ada, revision_kind="correction", public_note="Read the other way round.")
    set_quantity(claim, by=ada, value=1200, **number)
    first, last = claim.evidence.order_by("pk")
    update_evidence(first, by=ada, stance="refutes", note="A count of nine nights.")
    update_evidence(last, by=ada, quote="Report 2")
    record_reply(
        claim, by=ada, reply=claim.replies.get(), outcome="not_sought", reason="Asked already."
    )
    claim.refresh_from_db()
    perform(claim, "submit", by=ada)
    perform(claim, "publish", by=make_user("ben", role="editor"))

    page = client.get(f"{Claim.objects.get().get_absolute_url()}history/")
    text = text_of(page)
    told = text[text.index("Version 2") : text.index("Version 1")]

    assert told.count("Evidence") == 2
    for change in (
        "More than [taken out: 1,000 ] [put in: 1,200 ]",
        "[taken out: Supports ] [put in: Speaks against ] the claim · Agency 1: Report 1 ·",
        "[put in: A count of nine nights. · ]",
        "[taken out: 1,297 drones ] [put in: Report 2 ]",
        "Taken out: No reply was sought. Public figures speak for themselves.",
        "Put in: No reply was sought. Asked already.",
    ):
        assert change in told.replace("  ", " "), change
