"""The claim page: everything a checker does with a claim, and nothing typed is lost."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sources import extract
from sources.models import Snapshot, Source
from sources.readings import Reading
from statements.models import (
    AgreementEvent,
    Claim,
    Draft,
    Evidence,
    Occurrence,
    QuantityDetail,
)
from statements.operations import attach_occurrence, perform, record_agreement_event
from tests.desk.pages import Page, alert_of, claim_address, send
from tests.factories import (
    make_agreement,
    make_claim,
    make_measure,
    make_place,
    make_source,
    make_speaker,
    make_statement,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

HOSTILE = '"><script>alert(1)</script>{{ 7|add:7 }}<img src=x onerror=alert(2)>'


def test_wording_is_saved(desk):
    claim = make_claim("researching")
    response = send(desk(), claim_address(claim), "wording", text="New words", short_text="Short")

    assert (response.status_code, response["Location"]) == (302, f"{claim_address(claim)}#wording")
    claim.refresh_from_db()
    assert (claim.text, claim.short_text) == ("New words", "Short")


def test_two_people_at_one_draft_lose_nothing(desk):
    claim = make_claim("researching")
    ada, ben = desk("ada"), desk("ben", role="editor")
    address = claim_address(claim)
    seen_by_ada, seen_by_ben = Page(ada.get(address)), Page(ben.get(address))
    send(ben, address, "draft", page=seen_by_ben, finding="Ben found 1,297 drones.")

    response = send(
        ada,
        address,
        "draft",
        page=seen_by_ada,
        finding="Ada found 1,434 drones.",
        rationale="Ten nights.",
    )

    assert response.status_code == 409
    merge = Page(response)
    assert "ben saved this while you worked on it" in merge.words
    for text in (
        "The air force counted 1,297 drones in nine nights.",
        "Ben found 1,297 drones.",
        "Ada found 1,434 drones.",
        "Ten nights.",
    ):
        assert text in response.content.decode()
    assert Draft.objects.get().finding == "Ben found 1,297 drones."

    again = ada.post(address, merge.form("draft"))

    assert again.status_code == 302
    draft = Draft.objects.get()
    assert (draft.finding, draft.rationale) == ("Ada found 1,434 drones.", "Ten nights.")


def test_on_the_merge_page_their_text_can_be_picked(desk):
    claim = make_claim("researching")
    ada, ben = desk("ada"), desk("ben", role="editor")
    address = claim_address(claim)
    seen = Page(ada.get(address))
    send(ben, address, "draft", finding="Ben's finding.", reasons=["outdated"])
    merge = Page(send(ada, address, "draft", page=seen, finding="Mine.", would_change="A count."))

    response = ada.post(address, merge.form("draft") | {"pick-draft-finding": "theirs"})

    assert response.status_code == 302
    draft = Draft.objects.get()
    assert (draft.finding, draft.would_change, draft.reasons) == (
        "Ben's finding.",
        "A count.",
        ["outdated"],
    )


def test_two_first_drafts_do_not_overwrite_each_other(desk):
    claim = make_claim("new")
    ada, ben = desk("ada"), desk("ben", role="editor")
    address = claim_address(claim)
    seen = Page(ada.get(address))
    send(ben, address, "draft", finding="Ben was first.")

    response = send(ada, address, "draft", page=seen, finding="Ada was second.")

    assert response.status_code == 409
    assert Draft.objects.get().finding == "Ben was first."


def test_a_change_elsewhere_in_the_claim_is_no_conflict(desk):
    claim = make_claim("researching")
    ada, ben = desk("ada"), desk("ben", role="editor")
    address = claim_address(claim)
    seen = Page(ada.get(address))
    make_topic("ceasefire", "Ceasefire")
    send(ben, address, "review", on="2026-01-01")

    response = send(ada, address, "wording", page=seen, text="Reworded")

    assert response.status_code == 302
    claim.refresh_from_db()
    assert (claim.text, str(claim.review_due_on)) == ("Reworded", "2026-01-01")


def test_a_stale_save_without_what_was_found_is_never_carried_out(desk):
    claim = make_claim("researching")
    ada, ben = desk("ada"), desk("ben", role="editor")
    address = claim_address(claim)
    fields = Page(ada.get(address)).form("wording") | {"wording-text": "Mine"}
    fields.pop("wording-was")
    send(ben, address, "review", on="2026-01-01")

    response = ada.post(address, fields)

    assert response.status_code == 409
    claim.refresh_from_db()
    assert claim.text != "Mine"


def test_a_stale_action_says_who_changed_what_and_keeps_the_note(desk):
    claim = make_claim("in_review")
    ben, cleo = desk("ben", role="editor"), desk("cleo", role="editor")
    address = claim_address(claim)
    seen = Page(ben.get(address))
    send(cleo, address, "act-return", note="One more night, please.")

    response = send(ben, address, "act-return", page=seen, note="My own words to the author.")

    assert response.status_code == 409
    assert "While you looked at this claim, cleo changed it: it is researching now" in alert_of(
        response
    )
    assert "My own words to the author." in response.content.decode()


def test_unmet_guards_are_shown_in_words_with_links_to_their_fields(desk):
    claim = make_claim("researching", finding="", kind="quantity")
    response = desk().get(claim_address(claim))

    page = Page(response)
    for words, anchor in [
        ("Type the number: measure, comparator, value", "#detail"),
        ("Choose a verdict", "#draft-code"),
        ("Write the finding", "#draft-finding"),
        ("Write the rationale", "#draft-rationale"),
        ("Set the day up to which you looked", "#draft-as_of"),
        ("Cite two independent sources", "#evidence"),
        ("Record the speaker's reply, or why none was sought", "#reply"),
    ]:
        assert words in page.words
        assert anchor in page.links
        assert f'id="{anchor[1:]}"' in response.content.decode()


def test_a_refused_submission_names_every_gap_and_changes_nothing(desk):
    claim = make_claim("researching", finding="")
    ada = desk()
    version = Claim.objects.get().version
    response = ada.post(
        claim_address(claim),
        {"do": "act-submit", "act-submit-version": version, "act-submit-note": "Done."},
    )

    assert response.status_code == 422
    assert "Write the finding" in alert_of(response)
    assert "Done." in response.content.decode()
    assert Claim.objects.get().state == "researching"


def test_a_new_source_with_pasted_text_is_cited_in_one_go(desk):
    claim = make_claim("researching", finding="")
    response = send(
        desk(),
        claim_address(claim),
        "cite",
        url="https://www.example.org/nightly?utm_source=x",
        title="Nightly report",
        publisher="Air Force",
        kind="report",
        directness="primary",
        text="Tonight 1,297 drones were launched.",
        stance="supports",
        quote="1,297 drones",
        note="Nine nights together.",
    )

    assert response.status_code == 302
    item = Evidence.objects.get()
    assert (item.exact, item.stance, item.note) == (
        "1,297 drones",
        "supports",
        "Nine nights together.",
    )
    assert (item.source.title, item.source.publisher.name) == ("Nightly report", "Air Force")
    assert item.snapshot.text == "Tonight 1,297 drones were launched."


@pytest.mark.parametrize(
    "spelling",
    [
        "https://example.org/a-report",
        "http://www.EXAMPLE.org/a-report/",
        "https://example.org/a-report?utm_source=mail#top",
    ],
)
def test_a_known_address_in_any_spelling_is_found_and_not_doubled(desk, spelling):
    source = make_source("A report", snapshot_text="1,297 drones in nine nights")
    claim = make_claim("researching", finding="")
    before = Source.objects.count()
    response = send(
        desk(), claim_address(claim), "cite",
        url=spelling, title="Another title", stance="supports", quote="1,297 drones",
    )  # fmt: skip

    assert response.status_code == 302
    assert Source.objects.count() == before
    assert Evidence.objects.get().source == source
    assert Source.objects.get(pk=source.pk).title == "A report"


def test_an_address_can_be_looked_up_before_anything_is_saved(desk):
    make_source("A report", snapshot_text="1,297 drones")
    claim = make_claim("researching", finding="")
    ada = desk()
    known = send(ada, claim_address(claim), "cite", url="http://www.example.org/a-report", look="1")
    unknown = send(ada, claim_address(claim), "cite", url="https://example.org/none", look="1")
    hostile = send(ada, claim_address(claim), "cite", url="javascript:alert(1)", look="1")

    assert "This address is known, with 1 frozen copy: A report" in Page(known).words
    assert "This address is not known yet" in Page(unknown).words
    assert "give an address that starts with http://" in Page(hostile).words
    assert [known.status_code, unknown.status_code, hostile.status_code] == [200, 200, 200]
    assert Evidence.objects.count() == 0


def test_an_uploaded_file_becomes_a_snapshot(desk):
    claim = make_claim("researching", finding="")
    ada = desk()
    fields = Page(ada.get(claim_address(claim))).form("cite") | {
        "cite-title": "A page",
        "cite-stance": "refutes",
        "cite-quote": "nine hundred drones",
        "cite-file": SimpleUploadedFile("page.txt", b"There were nine hundred drones."),
    }
    response = ada.post(claim_address(claim), fields)

    assert response.status_code == 302
    assert Evidence.objects.get().snapshot.method == "uploaded"


@pytest.mark.parametrize("place", ["claim", "known source", "new source"])
def test_a_file_is_read_before_anything_is_locked(desk, monkeypatch, place):
    claim, source, ada = make_claim("researching", finding=""), make_source(), desk()
    address, name, file, fields = {
        "claim": (claim_address(claim), "cite", "cite-file", {"cite-stance": "refutes"}),
        "known source": (f"/admin/sources/source/{source.pk}/change/", "snapshot", "snapshot-file", {}),
        "new source": ("/admin/sources/source/add/", "row", "snapshot-file", {}),
    }[place]  # fmt: skip
    fields |= Page(ada.get(address)).form(name) | fields
    fields |= {f"{name}-url": "https://example.org/page"}  # a form without it does not look
    outside, seen = len(connection.savepoint_ids), []

    def read(content, media_type, *, url):
        seen.append((len(connection.savepoint_ids), url))
        return Reading("Nine hundred drones.")

    monkeypatch.setattr(extract, "read", read)
    sent = SimpleUploadedFile("page.html", b"<html><p>Nine hundred drones.</p></html>")
    response = ada.post(address, fields | {file: sent})

    known = source.url if place == "known source" else "https://example.org/page"
    assert (response.status_code, seen) == (302, [(outside, known)])
    assert Snapshot.objects.get(method="uploaded").text == "Nine hundred drones."


def test_a_quote_that_is_not_in_the_source_is_refused_and_all_text_is_kept(desk):
    claim = make_claim("researching", finding="")
    before = Source.objects.count()
    response = send(
        desk(), claim_address(claim), "cite",
        url="https://example.org/new", title="Nightly report", publisher="Air Force",
        text="Tonight 1,297 drones.", stance="supports", quote="2,000 drones", note="My note.",
    )  # fmt: skip

    assert response.status_code == 400
    assert "the snapshot does not hold these words: copy them from the snapshot" in alert_of(
        response
    ).lower().replace("The", "the")
    kept = Page(response).form("cite")
    assert {name: kept[f"cite-{name}"] for name in ("url", "title", "publisher", "text", "quote", "note")} == {
        "url": "https://example.org/new",
        "title": "Nightly report",
        "publisher": "Air Force",
        "text": "Tonight 1,297 drones.",
        "quote": "2,000 drones",
        "note": "My note.",
    }  # fmt: skip
    assert (Source.objects.count(), Evidence.objects.count()) == (before, 0)


def test_a_refused_draft_keeps_every_text(desk):
    claim = make_claim("researching")
    response = send(
        desk(), claim_address(claim), "draft", finding="x" * 281, rationale="Long work."
    )

    assert response.status_code == 400
    kept = Page(response).form("draft")
    assert (kept["draft-finding"], kept["draft-rationale"]) == ("x" * 281, "Long work.")
    assert "shorten this to 280 characters" in alert_of(response).lower()


@pytest.mark.parametrize("state", ["in_review", "published", "declined", "retracted", "taken_down"])
def test_a_frozen_claim_is_shown_without_its_forms_and_says_why(desk, state):
    claim = make_claim(state)
    page = Page(desk().get(claim_address(claim)))

    assert "Nothing can be changed here now" in page.words
    assert {"wording", "detail", "cite", "draft", "reply"}.isdisjoint(page.names)


def test_a_frozen_claim_without_a_typed_fact_shows_none(desk):
    claim = make_claim("declined", kind="quantity")

    words = Page(desk().get(claim_address(claim))).words

    assert "Typed fact: quantity Nothing is typed yet." in words
    assert "Comparator" not in words


def test_a_frozen_claim_refuses_the_form_of_somebody_who_came_too_late(desk):
    claim = make_claim("researching")
    ada = desk()
    page = Page(ada.get(claim_address(claim)))
    perform(claim, "submit", by=make_user("ada"))
    response = send(
        ada, claim_address(claim), "draft", page=page, finding="Too late, but not lost."
    )

    assert response.status_code == 409
    assert "recall or return it before you change it" in alert_of(response)
    assert "Too late, but not lost." in response.content.decode()


def test_typed_facts_of_each_kind(desk):
    make_measure(), make_place(), make_agreement(), make_speaker("Russia", kind="organisation")
    ada = desk()
    number = make_claim("researching", kind="quantity")
    status = make_claim("researching", kind="status")
    promise = make_claim("researching", kind="commitment")
    send(
        ada, claim_address(number), "detail",
        measure="Drones launched", comparator="more_than", value="1000",
        period_edtf="2025-03-18/2025-03-27", place="Ukraine",
    )  # fmt: skip
    send(
        ada, claim_address(status), "detail",
        agreement="30-day ceasefire", axis="party_position", value="no_answer", party="Russia",
        as_of="2025-03-27",
    )  # fmt: skip
    send(ada, claim_address(promise), "detail", committed_by="Keir Starmer", deliverable="A chair")

    rows = {claim.kind: claim for claim in Claim.objects.all()}
    assert str(rows["quantity"].quantity) == "more than 1,000 drones"
    assert str(rows["status"].status).startswith("30-day ceasefire: Russia: no answer")
    assert str(rows["commitment"].commitment) == "Keir Starmer: A chair"


@pytest.mark.parametrize(
    "named", ["Russia: accepted, 2025-03-18 (A pause)", "A pause, the only event of it"]
)
def test_the_event_of_a_window_is_found_by_its_words_or_its_agreement(desk, named):
    make_measure()
    agreement = make_agreement("A pause, the only event of it" if "only" in named else "A pause")
    event = make_event(agreement)
    for number in range(3):
        make_event(make_agreement(f"Another {number}"))
    claim = make_claim("researching", kind="quantity")
    ada = desk()

    send(
        ada, claim_address(claim), "detail", measure="Drones launched", comparator="more_than",
        value="1000", since_event=named,
    )  # fmt: skip

    assert QuantityDetail.objects.get(claim=claim).since_event == event
    assert Page(ada.get(claim_address(claim))).form("detail")["detail-since_event"] == str(event)


def test_an_event_that_several_could_be_is_asked_for_again(desk):
    make_measure()
    agreement = make_agreement("A pause")
    for day in (18, 19):
        make_event(agreement, day=day)
    claim = make_claim("researching", kind="quantity")

    response = send(
        desk(), claim_address(claim), "detail", measure="Drones launched", comparator="more_than",
        value="1000", since_event="A pause",
    )  # fmt: skip

    assert "Russia: accepted, 2025-03-19 (A pause)" in Page(response).words
    assert not QuantityDetail.objects.exists()


def test_the_page_costs_the_same_with_many_events(desk):
    claim, ada = make_claim("researching", kind="quantity"), desk()
    seen = []
    for _ in range(2):
        make_event(make_agreement(f"Deal {AgreementEvent.objects.count()}"))
        ada.get(claim_address(claim))
        with CaptureQueriesContext(connection) as asked:
            page = ada.get(claim_address(claim))
        seen.append(len(asked))
        assert "Deal" not in page.content.decode()

    assert seen[0] == seen[1]
    lookup = "/admin/autocomplete/?app_label=statements&model_name=quantitydetail&field_name="
    answer = ada.get(f"{lookup}since_event&term=deal 1").json()
    assert [row["text"] for row in answer["results"]] == ["Russia: accepted, 2025-03-18 (Deal 1)"]


def make_event(agreement, *, day=18):
    return record_agreement_event(
        agreement, by=make_user("ada"), axis="party_position", value="accepted",
        party=make_speaker("Russia"), happened_on=date(2025, 3, day), source=make_source(),
    )  # fmt: skip


def test_a_detail_that_makes_no_sense_is_refused_in_words(desk):
    make_measure()
    claim = make_claim("researching", kind="quantity")
    response = send(
        desk(), claim_address(claim), "detail",
        measure="Drones launched", comparator="between", lower="9", upper="3",
    )  # fmt: skip

    assert response.status_code == 400
    assert "Nothing was saved" in Page(response).words


def test_statements_are_attached_by_their_words_and_detached(desk):
    claim = make_claim("new")
    make_statement("Another sentence about drones")
    ada = desk()
    send(ada, claim_address(claim), "attach", statement="Another sentence", stated_lower="5")
    added = Occurrence.objects.order_by("-pk")[0]
    response = ada.post(claim_address(claim), {"do": f"detach-{added.pk}"})

    assert response.status_code == 302
    added.refresh_from_db()
    assert (added.match, str(added.stated_lower)) == ("rejected", "5.0000")


@pytest.mark.parametrize(
    ("lower", "upper", "shown"),
    [
        ("1000", None, "Number as said there: at least 1,000"),
        (None, "1000.5", "Number as said there: at most 1,000.5"),
        ("1000", "1500", "Number as said there: 1,000 to 1,500"),
        ("1000", "1000", "Number as said there: 1,000"),
    ],
)
def test_the_number_as_said_there_reads_like_a_number(desk, lower, upper, shown):
    claim = make_claim("researching")
    attach_occurrence(
        claim,
        by=make_user("ada"),
        statement=make_statement("Another sentence about drones"),
        stated_lower=lower,
        stated_upper=upper,
    )

    assert f"{shown} No source" in Page(desk().get(claim_address(claim))).words


def test_an_ambiguous_name_lists_the_candidates(desk):
    make_statement("One sentence about drones"), make_statement("Two sentences about drones")
    claim = make_claim("new")
    response = send(desk(), claim_address(claim), "attach", statement="about drones")

    assert response.status_code == 400
    assert "Several are called like this" in alert_of(response)


def test_a_reply_is_recorded_and_changed(desk):
    claim = make_claim("researching", finding="")
    ada = desk()
    send(
        ada,
        claim_address(claim),
        "reply",
        outcome="pending",
        asked_on="2025-03-28",
        channel="E-mail",
    )
    reply = claim.replies.get()
    refused = send(ada, claim_address(claim), f"answer-{reply.pk}", outcome="replied", answer="")
    saved = send(ada, claim_address(claim), f"answer-{reply.pk}", outcome="replied", answer="Yes.")

    assert (refused.status_code, saved.status_code) == (400, 302)
    assert "Write down what they answered" in alert_of(refused)
    assert claim.replies.get().answer == "Yes."


def test_evidence_is_changed_read_and_taken_away(desk):
    make_measure()
    claim = make_claim("researching")
    ada = desk()
    first, second = claim.evidence.all()
    send(ada, claim_address(claim), f"evidence-{first.pk}", stance="context", note="Background.")
    send(ada, claim_address(claim), f"reading-{first.pk}", measure="Drones launched", value="1297")
    send(ada, claim_address(claim), f"remove-{second.pk}")

    (item,) = claim.evidence.all()
    assert (item.stance, item.note, item.exact) == ("context", "Background.", "1,297 drones")
    assert str(item.reading) == "1,297 drones"


def test_hostile_text_is_shown_as_text(desk):
    claim = make_claim("researching", text=HOSTILE, short_text=HOSTILE[:75])
    send(desk(), claim_address(claim), "draft", finding=HOSTILE, rationale=HOSTILE)
    for address in (
        claim_address(claim),
        f"/admin/statements/claim/{claim.pk}/history/",
        f"/admin/statements/claim/{claim.pk}/preview/",
        "/admin/?show=all",
        "/admin/statements/claim/",
        f"/admin/?show=all&q={HOSTILE}&speaker={HOSTILE}",
    ):
        content = desk().get(address).content.decode()
        assert "<script>alert" not in content
        assert "onerror=alert(2)>" not in content.replace("&gt;", "")
        assert "<img src=x" not in content


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"do": "nothing"},
        {"do": "draft"},
        {"do": "draft", "draft-version": "x" * 50, "draft-was": "[1"},
        {"do": "draft", "draft-version": "99999999999999999999", "draft-was": "[]"},
        {"do": "wording", "wording-version": "-1", "wording-text": "a", "wording-was": "null"},
        {"do": "evidence-99999999999999999999"},
        {"do": "remove-"},
        {"do": "act-fly"},
        {"do": "act-import"},
        {"do": "act-assign", "act-assign-version": "1", "act-assign-assignee": "nobody"},
        {"do": "attach", "attach-statement": "x", "attach-statement_id": "9" * 30},
        {"do": "detail", "detail-value": "1e999999"},
        {"do": "topics", "topics-topics": ["1", "x", "99999999999999999999"]},
        {"do": "_save", "wording-text": "x"},
        {"do": "build"},
        {"do": "act-take", "act-take-version": "77"},
        {"do": "cite", "cite-stance": "supports", "cite-url": "http://[::1"},
    ],
)
def test_no_request_is_a_server_error(desk, fields):
    claim = make_claim("researching")
    before = Claim.objects.values().get()
    response = desk().post(claim_address(claim), fields)

    assert response.status_code in (200, 302, 400, 403, 404, 409, 422)
    after = Claim.objects.values().get()
    assert after == before


@pytest.mark.parametrize("key", ["0", "999999", "99999999999999999999999", "x", "%00", "1' OR 1=1"])
@pytest.mark.parametrize(
    "noun", ["statements/claim", "statements/statement", "sources/source", "sources/snapshot"]
)
def test_bad_ids_are_not_found(desk, noun, key):
    assert desk().get(f"/admin/{noun}/{key}/change/").status_code in (400, 404)
    assert desk().get(f"/admin/{noun}/{key}/history/").status_code in (302, 400, 404)


def test_history_shows_who_changed_which_word_and_why(desk):
    claim = make_claim("researching")
    ada = desk("ada", first_name="Ada", last_name="Lovett")
    send(
        ada,
        claim_address(claim),
        "draft",
        finding="The air force counted 1,434 drones in nine nights.",
    )
    content = ada.get(f"/admin/statements/claim/{claim.pk}/history/").content.decode()

    assert "<del>1,297</del><ins>1,434</ins>" in content
    assert 'method="post"' not in content.replace('id="logout-form" method="post"', "")


def test_what_was_done_is_told_in_words(desk):
    """Codes, user names and ids are for machines: people read labels, names and a link."""
    claim, target = make_claim("new", text="Twice said"), make_claim("new", text="First said")
    ben = make_user("ben", role="editor")
    eve = make_user("eve", first_name="Eve", last_name="Moss")
    perform(claim, "assign", by=ben, data={"assignee": "eve"})
    told = {"reason": "duplicate", "target": target.public_id}
    perform(Claim.objects.get(pk=claim.pk), "decline", by=eve, data=told)

    for address in (claim_address(claim), f"/admin/statements/claim/{claim.pk}/history/"):
        page = Page(desk("ben", role="editor").get(address))
        assert "Reason: Duplicate" in page.words
        assert "Assigned to: Eve Moss" in page.words
        assert f"Repeats: {target.short_text}" in page.words
        assert claim_address(target) in page.links
        for raw in (target.public_id, "assignee: eve", "reason: duplicate"):
            assert raw not in page.words


def test_the_number_of_queries_does_not_grow_with_the_evidence(desk):
    ada = desk()
    counts = []
    for roots in (2, 12):
        claim = make_claim("researching", roots=roots, text=f"A claim with {roots} sources")
        for number in range(roots):
            attach_occurrence(claim, by=make_user("ada"), statement=make_statement(f"{number}"))
        ada.get(claim_address(claim))
        with CaptureQueriesContext(connection) as captured:
            ada.get(claim_address(claim))
        counts.append(len(captured))

    assert counts == [QUERIES, QUERIES]


QUERIES = 27
