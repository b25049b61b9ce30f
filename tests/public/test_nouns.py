"""Pages of speakers, statements, topics, agreements, sources, publishers, and their indexes."""

from dataclasses import replace
from datetime import date

import pytest

from statements import workflow
from statements.models import Agreement, Claim, Site, Speaker
from statements.operations import (
    add_speaker_role,
    attach_evidence,
    confirm_agreement_event,
    confirm_statement_correction,
    perform,
    propose_statement_correction,
    record_agreement_event,
    save_agreement,
    set_status,
)
from statements.search import refresh
from tests.factories import (
    make_agreement,
    make_appearance,
    make_claim,
    make_occasion,
    make_place,
    make_publisher,
    make_ready,
    make_snapshot,
    make_source,
    make_speaker,
    make_statement,
    make_topic,
    make_user,
)
from tests.public.copies import copy_claim
from tests.public.page import claims_of, headings_of, links_of, text_of

pytestmark = pytest.mark.django_db


# ---- speakers -------------------------------------------------------------------------------


def test_a_speaker_has_roles_counts_with_a_warning_and_claims(client):
    speaker = make_speaker(
        "Volodymyr Zelenskyy", aliases="Zelensky\nZelenskiy", wikidata_id="Q3874799"
    )
    add_speaker_role(
        speaker, by=make_user("ada"), title="President of Ukraine", valid_from=date(2019, 5, 20)
    )
    for number, code in enumerate(("accurate", "accurate", "unproven")):
        statement = make_statement(f"Words {number}", speaker=speaker)
        make_claim("published", text=f"Claim {number}", code=code, statement=statement)

    page = client.get(speaker.get_absolute_url())

    text = text_of(page)
    assert "Also written Zelensky, Zelenskiy" in text
    assert "https://www.wikidata.org/wiki/Q3874799" in links_of(page)
    assert "Since 20 May 2019 President of Ukraine" in text
    assert "these numbers say nothing about how often this speaker is right" in text
    assert "Finding Claims True 2 Unproven 1" in text
    assert claims_of(page) == ["Claim 2", "Claim 1", "Claim 0"]


def test_a_speaker_who_repeats_a_claim_has_it_too(client):
    claim = make_claim("new", text="Said twice")
    again = make_statement("Again", speaker=make_speaker("Emmanuel Macron"))
    claim.occurrences.create(statement=again, added_by=make_user("ada"))
    perform(claim, "take", by=make_user("ada"))
    make_ready(claim, by=make_user("ada"))
    perform(claim, "submit", by=make_user("ada"))
    perform(claim, "publish", by=make_user("ben", role="editor"))

    assert claims_of(client.get(again.speaker.get_absolute_url())) == ["Said twice"]


def test_the_index_of_speakers_is_by_name(client):
    for name in ("Zoe", "Ann"):
        make_claim(
            "published", text=name, statement=make_statement(name, speaker=make_speaker(name))
        )
    make_speaker("Hidden")

    text = text_of(client.get("/speakers/"))

    assert "there is no score. Ann 1 claim Zoe 1 claim" in text
    assert "Hidden" not in text


# ---- statements -----------------------------------------------------------------------------


def test_a_statement_has_its_words_setting_sources_and_claims(client):
    statement = make_statement(
        "Понад тисячу дронів.",
        speaker=make_speaker("Volodymyr Zelenskyy"),
        language="uk",
        said_edtf="2025-03-18/2025-03-27",
        said_words="this week",
        occasion=make_occasion("Evening address"),
        place=make_place("Kyiv", "Q1899"),
    )
    make_appearance(statement)
    make_claim("published", statement=statement, text="A claim")

    page = client.get(statement.get_absolute_url())

    text, html = text_of(page), page.content.decode()
    assert headings_of(page)[0] == "h1 Volodymyr Zelenskyy, 18\N{EN DASH}27 March 2025"
    assert 'lang="uk"><p>“Понад тисячу дронів.”' in html
    assert "In the source's words this week Occasion Evening address Place Kyiv" in text
    assert "First known appearance Where it was said" in text
    assert claims_of(page) == ["A claim"]


def test_a_corrected_statement_says_so(client):
    statement = make_statement()
    make_claim("published", statement=statement)
    proposal = propose_statement_correction(
        statement, by=make_user("ben"), explanation="It was the 26th.", said_edtf="2025-03-26"
    )
    confirm_statement_correction(proposal, by=make_user("cleo"))

    text = text_of(client.get(statement.get_absolute_url()))

    assert "It was the 26th." in text
    assert "Said 26 March 2025" in text


def test_the_index_of_statements_quotes_only_what_was_said(client):
    make_claim("published", statement=make_statement("Word for word.", language="uk"))
    make_claim(
        "published", text="B", statement=make_statement("Not a quote.", fidelity="paraphrase")
    )

    html = client.get("/statements/").content.decode()

    assert 'lang="uk">“Word for word.”</p>' in html
    assert "“Not a quote." not in html
    assert "Not a quote." in html


# ---- topics ---------------------------------------------------------------------------------


def test_a_topic_has_its_claims_and_those_of_topics_below_it(client):
    war = make_topic("war", "War", description="All of it.")
    strikes = make_topic("strikes", "Strikes", parent=war)
    make_claim("published", text="Drones flew", topics=[strikes])
    make_claim("researching", text="Open", topics=[war], show_as_open=True)
    make_claim("new", text="Hidden", topics=[war])

    above, below = client.get("/topics/war/"), client.get("/topics/strikes/")

    assert claims_of(above) == ["Drones flew", "Open"]
    assert "/topics/strikes/" in links_of(above)
    assert claims_of(below) == ["Drones flew"]
    assert "/topics/war/" in links_of(below)


def test_a_topic_counts_what_its_page_lists(client):
    war = make_topic("war", "War")
    both = [war, make_topic("strikes", "Strikes", parent=war)]
    make_claim("published", text="One", topics=both)
    make_claim("published", text="Two", topics=both[1:])

    assert "Strikes 2 claims War 2 claims" in text_of(client.get("/topics/"))
    assert claims_of(client.get("/topics/war/")) == ["Two", "One"]


def test_topics_are_counted_without_what_is_hidden(client):
    topic = make_topic()
    make_claim("published", topics=[topic])
    make_claim("in_review", text="B", topics=[topic])
    make_claim("taken_down", text="C", topics=[topic])

    assert "Russian strikes 1 claim" in text_of(client.get("/topics/"))
    assert "Russian strikes 1 claim" in text_of(client.get("/"))


# ---- agreements -----------------------------------------------------------------------------


@pytest.fixture
def agreement(db):
    """A ceasefire with five confirmed events, and one that still waits."""
    russia, ukraine = (make_speaker(name, kind="organisation") for name in ("Russia", "Ukraine"))
    row = make_agreement(
        "Energy ceasefire",
        kind="sectoral_ceasefire",
        scope="energy",
        parties=[russia, ukraine],
        duration_days=30,
        announced_on=date(2025, 3, 18),
    )
    source = make_source("Read-out")
    for day, axis, value, party in (
        (18, "party_position", "accepted_with_conditions", russia),
        (18, "agreement_state", "announced", None),
        (19, "party_position", "accepted", ukraine),
        (25, "agreement_state", "in_effect", None),
        (27, "compliance", "violated", russia),
    ):
        event = record_agreement_event(
            row,
            by=make_user("ada"),
            axis=axis,
            value=value,
            party=party,
            happened_on=date(2025, 3, day),
            source=source,
        )
        confirm_agreement_event(event, by=make_user("ben", role="editor"))
    record_agreement_event(
        row,
        by=make_user("ada"),
        axis="agreement_state",
        value="terminated",
        happened_on=date(2025, 3, 28),
        source=source,
    )
    return row


def test_an_agreement_keeps_its_three_axes_apart_and_says_as_of_when(client, agreement):
    page = client.get(agreement.get_absolute_url())

    text = text_of(page)
    assert "As of 27 March 2025, the last event known" in text
    assert "Who State Since Source The agreement In effect 25 March 2025 Read-out" in text
    assert (
        "Who Position Since Source Russia Accepted with conditions 18 March 2025 Read-out "
        "Ukraine Accepted 19 March 2025 Read-out" in text
    )
    assert "Who Compliance Since Source Russia Violated 27 March 2025 Read-out" in text
    assert "Parties Russia and Ukraine Lasts 30 days Announced 18 March 2025" in text
    assert "erminated" not in text


def test_its_events_stand_in_the_order_of_time(client, agreement):
    text = text_of(client.get(agreement.get_absolute_url()))

    timeline = text[text.index("What happened") : text.index("Where it stands")]
    timeline = timeline[timeline.index("1 18 March 2025") :]  # the list below the picture
    places = [timeline.index(f"{day} March 2025") for day in (18, 19, 25, 27)]
    assert places == sorted(places)


def test_it_lists_the_findings_about_it(client, agreement):
    ada = make_user("ada")
    claim = make_claim(kind="status", text="Russia accepted", topics=[make_topic("deals", "Deals")])
    perform(claim, "take", by=ada)
    set_status(
        claim,
        by=ada,
        agreement=agreement,
        axis="party_position",
        value="accepted",
        party=Speaker.objects.get(name="Russia"),
        as_of=date(2025, 3, 18),
    )
    make_ready(claim, by=ada)
    claim.refresh_from_db()
    perform(claim, "submit", by=ada)
    perform(claim, "publish", by=make_user("ben"))

    page = client.get(agreement.get_absolute_url())

    assert claims_of(page) == ["Russia accepted"]
    assert agreement.get_absolute_url() in links_of(client.get("/topics/deals/"))
    assert "Energy ceasefire Sectoral ceasefire 1 claim" in text_of(client.get("/agreements/"))


def test_an_address_with_another_slug_moves_to_the_right_one(client, agreement):
    for path in (
        f"/agreements/{agreement.public_id}/",
        f"/agreements/{agreement.public_id}/wrong/?x=1",
    ):
        answer = client.get(path)
        assert answer.status_code == 301
        assert answer["Location"].partition("?")[0] == agreement.get_absolute_url()

    save_agreement(Agreement.objects.get(), by=make_user("ada"), name="Energy truce")
    moved = client.get(agreement.get_absolute_url())
    assert moved["Location"] == f"/agreements/{agreement.public_id}/energy-truce/"


def test_a_claim_address_with_another_slug_moves_too_and_keeps_the_query(client):
    claim = make_claim("published", text="Drones flew")
    right = f"/claims/{claim.public_id}/drones-flew/"

    assert client.get(f"/claims/{claim.public_id}/")["Location"] == right
    assert client.get(f"/claims/{claim.public_id}/old/?a=b")["Location"] == f"{right}?a=b"
    assert client.get(f"/claims/{claim.public_id}/old/history/")["Location"] == f"{right}history/"
    assert client.get(right).status_code == 200
    assert client.get(f"/claims/{claim.public_id}/old/").status_code == 301


# ---- sources and publishers -----------------------------------------------------------------


def test_a_source_has_its_copies_with_hashes_and_the_claims_it_serves(client):
    make_claim("published", text="Served")
    make_claim("in_review", text="Hidden")
    source = make_source("Report 1")
    snapshot = source.snapshots.get()

    page = client.get(source.get_absolute_url())

    text = text_of(page)
    assert snapshot.sha256 in text
    assert "Pasted text text/plain 23 bytes" in text
    assert "https://example.org/report-1" in links_of(page)
    assert source.publisher.get_absolute_url() in links_of(page)
    assert claims_of(page) == ["Served"]
    assert snapshot.text not in text


def test_a_source_names_the_one_it_reports_on_once_that_is_public(client):
    origin = make_source("The record")
    statement = make_statement()
    source = make_source("A report on it", origin=origin, snapshot_text=statement.text)
    make_appearance(statement, source)
    make_claim("published", statement=statement)

    before = text_of(client.get(source.get_absolute_url()))
    make_claim("published", text="B", statement=make_appearance_in(origin))
    after = text_of(client.get(source.get_absolute_url()))

    assert "The record" not in before
    assert "Reports on The record" in after


def make_appearance_in(source):
    statement = make_statement("Other words")
    make_snapshot(source, "Other words")
    make_appearance(statement, source)
    return statement


def test_a_source_lists_the_statements_in_it(client):
    statement = make_statement("Said here.")
    appearance = make_appearance(statement)
    make_claim("published", statement=statement)

    page = client.get(appearance.source.get_absolute_url())

    assert "Keir Starmer, 27 March 2025 “Said here.”" in text_of(page)
    assert statement.get_absolute_url() in links_of(page)


def test_a_publisher_has_its_public_sources_and_the_claims_they_serve(client):
    make_claim("published", text="Served")
    publisher = make_publisher("Agency 1")
    make_source("Unused", publisher=publisher)

    page = client.get(publisher.get_absolute_url())

    assert "Report 1" in text_of(page)
    assert "Unused" not in text_of(page)
    assert claims_of(page) == ["Served"]
    assert "Agency 1 Other 1 source" in text_of(client.get("/publishers/"))


def test_of_a_publisher_in_the_list_only_so_many_sources_are_counted(client, monkeypatch):
    monkeypatch.setattr("statements.public.views.sources.MOST_SOURCES_COUNTED", 1)
    publisher = make_publisher("Agency 1")
    for place in range(2):
        claim = make_claim("researching", statement=make_statement(f"Said {place}"))
        source = make_source(f"Report of two {place}", publisher=publisher)
        attach_evidence(claim, by=make_user("ada"), source=source, stance="context", waiver="No.")
        perform(claim, "submit", by=make_user("ada"))
        perform(claim, "publish", by=make_user("ben", role="editor"))

    assert "Agency 1 Other 1+ sources" in text_of(client.get("/publishers/"))


# ---- home, corrections, method --------------------------------------------------------------


def test_home_leads_with_the_newest_finding_and_names_open_checks(client):
    make_claim("published", text="Older")
    make_claim("published", text="Newest")
    make_claim("researching", text="Open", show_as_open=True)
    make_claim("retracted", text="Gone")
    make_claim("new", text="Hidden")

    page = client.get("/")

    assert claims_of(page) == ["Newest", "Older", "Open"]
    assert "Hidden" not in text_of(page)
    assert "Last corrections" in text_of(page)
    assert "Has this been checked?" in text_of(page)


def test_an_empty_site_says_so(client):
    assert "Nothing has been published yet." in text_of(client.get("/"))
    assert "Nothing has been published yet." in text_of(client.get("/claims/"))
    for path in ("/speakers/", "/topics/", "/agreements/", "/sources/", "/publishers/"):
        assert "There is nothing here yet." in text_of(client.get(path))
    assert "Nothing published has been changed so far." in text_of(client.get("/corrections/"))


def test_the_log_of_corrections_has_all_but_spelling(client):
    editor = make_user("ben", role="editor")
    typo = make_claim("published", text="A typo")
    perform(
        typo, "fix_typo", by=editor, data={"rationale": "Nine nightly reports add up to 1,297!"}
    )
    make_claim("retracted", text="Withdrawn", statement=make_statement("W"))
    gone = make_claim("retracted", text="Gone", statement=make_statement("G"))
    perform(gone, "propose_take_down", by=editor, note="Law.")
    perform(gone, "take_down", by=make_user("cleo"))

    page = client.get("/corrections/")

    text = text_of(page)
    assert "Retraction. The source was withdrawn. Withdrawn" in text
    assert "typo" not in text
    assert "Gone" not in text


def test_the_method_page_is_written_from_the_tables(client):
    text = text_of(client.get("/method/"))

    assert "Mostly false An element is true, but the point made is wrong or misleading. 2" in text
    assert "Publish In review Published Editor Never published" in text
    assert "Retraction We withdrew the finding." in text
    assert (
        "Decline New, Researching Declined Fact-checker A reason, and which claim it repeats if it does Reconsider"
        in text
    )
    assert "Retract Published, Reopened Retracted Editor A retraction is proposed A second" in text


def test_the_method_page_promises_what_the_guards_of_publishing_ask_for(client, monkeypatch):
    before = text_of(client.get("/method/"))
    lax = [replace(row, guards=("G1", "G4")) for row in workflow.rows_for("publish")]
    monkeypatch.setattr(workflow, "rows_for", {"publish": lax}.__getitem__)

    after = text_of(client.get("/method/"))

    assert "At least 2 sources that support or refute the claim" in before
    assert "cannot be the one who publishes it" in before
    assert "The speaker was asked" in after
    assert "sources that support or refute" not in after
    assert "cannot be the one who publishes it" not in after


def test_sample_data_is_announced_on_every_page(client):
    make_claim("published")
    Site.objects.update_or_create(id=1, defaults={"is_sample": True})

    for path in ("/", "/claims/", "/method/", "/claims/zzzzzzzzzz/"):
        assert "Sample data." in client.get(path).content.decode()


# ---- queries --------------------------------------------------------------------------------


def count_queries_of(client, django_assert_num_queries, path, number):
    Site.current()
    with django_assert_num_queries(number, info=path):
        answer = client.get(path)
    assert answer.status_code == 200


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_every_page_takes_the_same_queries_at_any_length(client, django_assert_num_queries, rows):
    statement = make_statement(speaker=make_speaker("Keir Starmer"))
    make_appearance(statement)
    topic = make_topic()
    claim = make_claim("published", topics=[topic], statement=statement)
    copies = copy_claim(claim, rows - 1)
    topic.claims.add(*copies)
    refresh(copy.pk for copy in copies)
    claim.refresh_from_db()
    source = make_source("Report 1")

    for path, number in (
        ("/", 4),
        ("/statements/", 1),
        ("/speakers/", 2),
        ("/topics/", 1),
        ("/sources/", 1),
        ("/publishers/", 1),
        ("/agreements/", 1),
        ("/corrections/", 1),
        ("/method/", 1),
        (claim.get_absolute_url(), 3),
        (f"{claim.get_absolute_url()}history/", 3),
        (statement.get_absolute_url(), 5),
        (statement.speaker.get_absolute_url(), 4),
        (topic.get_absolute_url(), 5),
        (source.get_absolute_url(), 4),
        (source.publisher.get_absolute_url(), 3),
    ):
        count_queries_of(client, django_assert_num_queries, path, number)


@pytest.mark.parametrize("rows", [1, 3])
def test_an_index_takes_the_same_queries_at_any_length(client, django_assert_num_queries, rows):
    for number in range(rows):
        speaker = make_speaker(f"Speaker {number}")
        add_speaker_role(speaker, by=make_user("ada"), title="Minister")
        statement = make_statement(f"Words {number}", speaker=speaker)
        make_claim(
            "published",
            text=f"Claim {number}",
            topics=[make_topic(f"t{number}", f"Topic {number}")],
            statement=statement,
        )
        event = record_agreement_event(
            make_agreement(f"Deal {number}"),
            by=make_user("ada"),
            axis="agreement_state",
            value="announced",
            happened_on=date(2025, 3, 1),
            source=make_source("Report 1"),
        )
        confirm_agreement_event(event, by=make_user("ben"))
        make_claim("retracted", text=f"Withdrawn {number}")

    for path, queries in (
        ("/statements/", 1),
        ("/speakers/", 2),
        ("/topics/", 1),
        ("/sources/", 1),
        ("/publishers/", 1),
        ("/agreements/", 1),
        ("/corrections/", 1),
        (Agreement.objects.first().get_absolute_url(), 6),
    ):
        count_queries_of(client, django_assert_num_queries, path, queries)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_claim_page_takes_the_same_queries_with_more_of_everything(
    client, django_assert_num_queries, rows
):
    claim = make_claim("new", topics=[make_topic(f"t{n}", f"Topic {n}") for n in range(rows)])
    ada, ben = make_user("ada"), make_user("ben", role="editor")
    for number in range(rows):
        speaker = make_speaker(f"Speaker {number}")
        statement = make_statement(f"Words {number}", speaker=speaker, place=make_place())
        make_appearance(statement, make_source(f"Paper {number}", snapshot_text=statement.text))
        claim.occurrences.create(statement=statement, added_by=ada)
    perform(claim, "take", by=ada)
    make_ready(claim, by=ada, roots=rows + 1)
    perform(claim, "submit", by=ada)
    perform(claim, "publish", by=ben)
    for number in range(rows):
        reason = {
            "finding": f"The air force counted 1,297 drones in nine nights{'!' * (number + 1)}"
        }
        perform(claim, "fix_typo", by=ben, data=reason)

    count_queries_of(client, django_assert_num_queries, Claim.objects.get().get_absolute_url(), 5)


def test_an_imported_finding_asks_no_more_than_one_of_ours(client, django_assert_num_queries):
    archive = make_publisher("Fact Archive")
    claim = make_claim(imported_from=archive, external_ref="archive:1")
    make_ready(claim, by=make_user("ada"))
    perform(claim, "import", by=None)

    count_queries_of(client, django_assert_num_queries, claim.get_absolute_url(), 3)


def test_an_open_check_asks_for_the_role_and_not_for_links(client, django_assert_num_queries):
    claim = make_claim("researching", show_as_open=True)

    count_queries_of(client, django_assert_num_queries, claim.get_absolute_url(), 4)


def test_a_retraction_takes_no_more_than_eight_queries(client, django_assert_num_queries):
    make_claim("retracted", text="Withdrawn")

    address = claims_address(client)

    count_queries_of(client, django_assert_num_queries, address, 6)


def claims_address(client):
    """The address of the only claim in the list."""
    (address,) = [link for link in links_of(client.get("/claims/")) if link.count("/") == 4]
    return address
