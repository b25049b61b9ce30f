"""Statements, sources, speakers and agreements at the desk: recorded through the operations."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sources.models import Measure, Place, Publisher, Snapshot, Source
from statements.models import (
    Agreement,
    AgreementEvent,
    Appearance,
    Claim,
    Occasion,
    Site,
    Speaker,
    Statement,
)
from statements.operations import confirm_agreement_event, record_agreement_event
from tests.desk.pages import Page, alert_of, send
from tests.factories import (
    make_agreement,
    make_claim,
    make_measure,
    make_place,
    make_publisher,
    make_source,
    make_speaker,
    make_statement,
    make_user,
)

pytestmark = pytest.mark.django_db

ADD = "/admin/statements/statement/add/"


def record(client, *, source=None, address=ADD, **fields):
    form = Page(client.get(address)).form("row")
    form |= {f"row-{name}": value for name, value in fields.items()}
    form |= {f"source-{name}": value for name, value in (source or {}).items()}
    return client.post(address, form)


WORDS = "Firing over 1,000 long-range drones at the country."
SAID = {
    "speaker": "Keir Starmer",
    "text": WORDS,
    "said_edtf": "2025-03-27",
    "said_words": "yesterday",
    "occasion": "Meeting in Paris",
}


def test_a_statement_is_recorded_with_its_source_in_one_go(desk):
    make_speaker(), make_place()
    response = record(
        desk("con", role="contributor"),
        **SAID,
        place="Ukraine",
        source={
            "url": "https://example.org/readout",
            "title": "Read-out",
            "text": f"He said: “{WORDS}” Then he left.",
        },
    )

    statement = Statement.objects.get()
    appearance = statement.appearances.get()
    assert response["Location"] == f"/admin/statements/statement/{statement.pk}/change/"
    assert (statement.said_words, statement.place.name) == ("yesterday", "Ukraine")
    assert str(statement.occasion) == "Meeting in Paris (27 March 2025)"
    assert (appearance.exact, appearance.is_first, appearance.is_late) == (WORDS, True, False)


def test_a_new_speaker_is_added_only_when_asked_for(desk):
    refused = record(desk(), **SAID)
    assert refused.status_code == 400
    assert "nobody called “Keir Starmer” is known" in alert_of(refused).replace("Nobody", "nobody")
    assert Page(refused).form("row")["row-text"] == WORDS
    assert (Speaker.objects.count(), Occasion.objects.count()) == (0, 0)

    record(desk(), **SAID, is_new_speaker="on")

    assert Speaker.objects.get().name == "Keir Starmer"


def test_words_that_the_source_does_not_hold_are_refused_and_nothing_is_stored(desk):
    make_speaker()
    response = record(
        desk(), **SAID, source={"title": "Read-out", "text": "He said something else."}
    )

    assert response.status_code == 400
    form = Page(response).form("row")
    assert (form["row-text"], form["source-text"], form["source-title"]) == (
        WORDS,
        "He said something else.",
        "Read-out",
    )
    assert (Statement.objects.count(), Source.objects.count(), Snapshot.objects.count()) == (
        0,
        0,
        0,
    )


def test_a_statement_is_recorded_for_a_claim(desk):
    claim = make_claim("new")
    response = record(desk(), address=f"{ADD}?claim={claim.pk}", **SAID)

    assert f"/admin/statements/claim/{claim.pk}/change/" in response["Location"]
    assert claim.occurrences.count() == 2


@pytest.mark.parametrize(
    "query", ["claim=x", "claim=99999999999999999999", "speaker=%00", "speaker=-1"]
)
def test_bad_parameters_are_ignored(desk, query):
    assert desk().get(f"{ADD}?{query}").status_code in (200, 400)


def test_a_claim_is_taken_out_of_a_statement(desk):
    statement = make_statement()
    response = send(
        desk(), f"/admin/statements/statement/{statement.pk}/change/", "claim",
        text="Russia launched more than 1,000 drones", kind="quantity",
    )  # fmt: skip

    claim = Claim.objects.get()
    assert response["Location"] == f"/admin/statements/claim/{claim.pk}/change/"
    assert (claim.main_statement, claim.short_text) == (statement, claim.text)


def test_a_source_is_linked_once_and_unlinked(desk):
    statement = make_statement()
    make_source("A report", snapshot_text=f"He said: {WORDS}")
    ada = desk()
    address = f"/admin/statements/statement/{statement.pk}/change/"
    send(ada, address, "source", url="http://www.example.org/a-report/")
    twice = send(ada, address, "source", source="A report")
    appearance = Appearance.objects.get()
    ada.post(address, {"do": f"unlink-{appearance.pk}"})

    assert twice.status_code == 400
    assert "This source is linked to the statement already." in alert_of(twice)
    assert (appearance.exact, Source.objects.count(), Appearance.objects.count()) == (WORDS, 1, 0)


def test_a_published_statement_is_corrected_by_two_editors(desk):
    claim = make_claim("published")
    statement = claim.main_statement
    address = f"/admin/statements/statement/{statement.pk}/change/"
    ben, cleo = desk("ben", role="editor"), desk("cleo", role="editor")
    refused = send(ben, address, "row", text="Other words")
    send(ben, address, "correction", text="Other words", explanation="A slip of ours.")
    proposal = statement.corrections_proposed.get()
    own = ben.post(address, {"do": f"accept-{proposal.pk}"})
    other = cleo.post(address, {"do": f"accept-{proposal.pk}"})

    assert [refused.status_code, own.status_code, other.status_code] == [409, 403, 302]
    assert Page(refused).form("row")["row-text"] == "Other words"
    statement.refresh_from_db()
    assert statement.text == "Other words"
    assert statement.corrections.get().summary == "A slip of ours."


def test_a_stale_statement_is_merged(desk):
    statement = make_statement()
    address = f"/admin/statements/statement/{statement.pk}/change/"
    ada, con = desk("ada"), desk("con", role="contributor")
    seen = Page(ada.get(address))
    send(con, address, "row", said_words="on Thursday")
    response = send(ada, address, "row", page=seen, said_words="the day before")
    merge = Page(response)

    assert response.status_code == 409
    assert {"on Thursday", "the day before"} <= set(merge.text)
    ada.post(address, merge.form("row"))
    statement.refresh_from_db()
    assert statement.said_words == "the day before"


# ---- sources and snapshots --------------------------------------------------------------------


def test_a_source_is_added_with_its_snapshot(desk):
    address = "/admin/sources/source/add/"
    ada = desk()
    form = Page(ada.get(address)).form("row") | {
        "row-url": "https://example.org/page",
        "row-title": "A page",
        "row-publisher": "Example Press",
        "snapshot-file": SimpleUploadedFile("page.txt", b"Words of the page."),
    }
    ada.post(address, form)
    again = ada.post(
        address,
        form | {"row-url": "http://www.example.org/page/", "snapshot-file": ""},
        follow=True,
    )

    source = Source.objects.get()
    assert (source.publisher.name, source.snapshots.get().text) == (
        "Example Press",
        "Words of the page.",
    )
    assert "This address was known: here is its source." in Page(again).words


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("page.exe", b"MZ\x90", "upload a text, HTML, PDF, PNG or JPEG file"),
        ("page.pdf", b"no pdf", "is not what its name says"),
        ("page.pdf", b"%PDF-1.4 broken", "this PDF cannot be read"),
        ("page.txt", b"", "the submitted file is empty"),
    ],
)
def test_files_that_cannot_be_kept_are_refused_in_words(desk, name, content, words):
    source = make_source()
    address = f"/admin/sources/source/{source.pk}/change/"
    ada = desk()
    form = Page(ada.get(address)).form("snapshot") | {
        "snapshot-file": SimpleUploadedFile(name, content)
    }
    response = ada.post(address, form)

    assert response.status_code == 400
    assert words.lower() in alert_of(response).lower()
    assert source.snapshots.count() == 0


def test_a_source_cannot_report_on_itself_in_a_circle(desk):
    first = make_source("First")
    second = make_source("Second", origin=first)
    response = send(desk(), f"/admin/sources/source/{first.pk}/change/", "row", origin="Second")

    assert second.origin == first
    assert "this would make a circle" in alert_of(response).lower()


def test_bytes_are_given_as_a_file_and_never_as_a_page(desk):
    source = make_source()
    address = f"/admin/sources/source/{source.pk}/change/"
    ada = desk()
    page = b"<html><script>alert(1)</script><p>Words of an evil page, long enough to be read.</p></html>"
    form = Page(ada.get(address)).form("snapshot") | {
        "snapshot-file": SimpleUploadedFile("x.html", page)
    }
    ada.post(address, form)
    snapshot = Snapshot.objects.get()
    response = ada.get(f"/admin/sources/snapshot/{snapshot.pk}/bytes/")
    shown = ada.get(f"/admin/sources/snapshot/{snapshot.pk}/change/").content.decode()

    assert response.content == page
    assert {name: response[name] for name in ("Content-Type", "X-Content-Type-Options", "Content-Disposition")} == {
        "Content-Type": "application/octet-stream",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": f'attachment; filename="{snapshot.sha256[:16]}.html"',
    }  # fmt: skip
    assert "sandbox" in response["Content-Security-Policy"]
    assert "<script>alert" not in shown


# ---- speakers, agreements, small nouns --------------------------------------------------------


def test_a_speaker_and_the_offices_held(desk):
    ada = desk()
    send(ada, "/admin/statements/speaker/add/", "row", name="Keir Starmer", aliases="Sir Keir")
    speaker = Speaker.objects.get()
    address = f"/admin/statements/speaker/{speaker.pk}/change/"
    send(ada, address, "role", title="Prime Minister", valid_from="2024-07-05")
    refused = send(ada, address, "row", wikidata_id="nonsense")

    assert str(speaker.roles.get()) == "Prime Minister"
    assert refused.status_code == 400
    assert Page(refused).form("row")["row-wikidata_id"] == "nonsense"


def test_an_agreement_its_event_and_a_second_editor(desk):
    make_speaker("Ukraine", kind="organisation"), make_source("Joint statement")
    ben, cleo = desk("ben", role="editor"), desk("cleo", role="editor")
    send(
        ben,
        "/admin/statements/agreement/add/",
        "row",
        name="A pause",
        kind="humanitarian_pause",
        parties="Ukraine",
    )
    agreement = Agreement.objects.get()
    address = f"/admin/statements/agreement/{agreement.pk}/change/"
    send(
        ben, address, "event", happened_on="2025-03-11", axis="party_position", value="accepted",
        party="Ukraine", source="Joint statement",
    )  # fmt: skip
    event = AgreementEvent.objects.get()
    own = ben.post(address, {"do": f"confirm-{event.pk}"})
    other = cleo.post(address, {"do": f"confirm-{event.pk}"})

    assert [party.name for party in agreement.parties.all()] == ["Ukraine"]
    assert [own.status_code, other.status_code] == [403, 302]
    assert AgreementEvent.objects.shown().get() == event


def test_only_a_shown_event_is_offered_to_have_its_place_taken(desk):
    agreement, ben = make_agreement(), make_user("ben", role="editor")
    told = {
        "by": make_user("ada"), "axis": "agreement_state", "happened_on": date(2025, 3, 18),
        "source": make_source(),
    }  # fmt: skip
    old, wrong = (
        record_agreement_event(agreement, value=value, supersedes=old, **told)
        for value, old in (("announced", None), ("expired", None))
    )
    confirm_agreement_event(old, by=ben)
    rows = [
        record_agreement_event(agreement, value="in_effect", supersedes=old, **told)
        for _ in ("right", "late")
    ]
    confirm_agreement_event(rows[0], by=ben)
    client = desk("ben", role="editor")
    address = f"/admin/statements/agreement/{agreement.pk}/change/"
    refused = client.post(address, {"do": f"confirm-{rows[1].pk}"})
    page = client.get(address)

    offered = page.context["forms"]["event"].fields["supersedes"].queryset
    assert list(offered) == [rows[0]]
    assert "Another row has taken the place" in refused.content.decode()
    body = page.content.decode()
    assert body.count("another has taken the place that it was to take") == 1
    assert [f"confirm-{row.pk}" in body for row in (wrong, rows[1])] == [True, False]


def test_an_event_that_makes_no_sense_is_refused_in_words(desk):
    agreement = make_agreement()
    make_source("Joint statement")
    response = send(
        desk(), f"/admin/statements/agreement/{agreement.pk}/change/", "event",
        happened_on="2025-03-11", axis="agreement_state", value="accepted", source="Joint statement",
    )  # fmt: skip

    assert response.status_code == 400
    assert "This value belongs to another axis." in alert_of(response)


def test_small_nouns_are_saved_by_the_stock_forms(desk):
    ukraine = make_place()
    editor = desk("ben", role="editor")
    editor.post(
        "/admin/sources/place/add/",
        {"name": "Kyiv", "code": "Q1899", "part_of": "Ukraine", "part_of_id": ""},
    )
    editor.post(
        "/admin/sources/series/add/",
        {
            "measure": "Drones", "measure_id": make_measure().pk, "publisher": "Agency",
            "publisher_id": make_publisher("Agency").pk, "place": "", "name": "Nightly", "granularity": "night",
        },
    )  # fmt: skip
    wrong = editor.post("/admin/sources/place/add/", {"name": "Lviv", "part_of": "Nowhere"})

    assert Place.objects.get(name="Kyiv").part_of == ukraine
    assert wrong.status_code == 200
    assert "There is no place called “Nowhere”." in wrong.content.decode()
    assert (Measure.objects.count(), Publisher.objects.count()) == (1, 1)


def test_the_name_of_the_site_is_changed_at_once(desk, django_capture_on_commit_callbacks):
    root = desk("root", role="admin")
    with django_capture_on_commit_callbacks(execute=True):
        root.post(
            "/admin/statements/site/1/change/", {"name": "Our desk", "time_zone": "Europe/Kyiv"}
        )

    assert Site.load().name == "Our desk"
    assert "Our desk" in root.get("/admin/").content.decode()


def test_autocomplete_answers_the_combobox(desk):
    make_speaker()
    answer = desk().get(
        "/admin/autocomplete/?app_label=statements&model_name=statement&field_name=speaker&term=starm"
    )
    wrong = desk().get(
        "/admin/autocomplete/?app_label=auth&model_name=user&field_name=password&term=x"
    )

    assert [row["text"] for row in answer.json()["results"]] == ["Keir Starmer"]
    assert wrong.status_code == 403


def test_a_search_or_filter_in_a_list_never_fails(desk):
    make_claim("new")
    ada = desk()
    for address in ("statements/claim", "sources/source", "statements/statement"):
        for query in ("q=%27%22%3C", "p=99999", "o=999.-1", "state__exact=x", "nonsense=1", "all="):
            assert ada.get(f"/admin/{address}/?{query}").status_code in (200, 302)


@pytest.mark.parametrize("key", ["²", "٣", "-1", "1" * 30])
def test_what_cannot_be_an_id_is_no_row_and_no_fault(desk, key):
    claim, checker = make_claim("researching"), desk("ada")
    address = f"/admin/statements/claim/{claim.pk}/change/"

    answers = [
        checker.get(f"{ADD}?claim={key}&speaker={key}").status_code,
        checker.get(f"/admin/statements/claim/add/?statement={key}").status_code,
        checker.post(
            address, {"do": "attach", "attach-statement": "Nobody", "attach-statement_id": key}
        ).status_code,
        checker.post(address, {"do": f"evidence-{key}"}).status_code,
        checker.post(address, {"do": "wording", "wording-version": key}).status_code,
        desk("root", role="admin").get(f"/admin/authtoken/tokenproxy/{key}/change/").status_code,
    ]

    assert answers == [200, 200, 400, 302, 400, 302]
