"""One claim as anybody may read it: the rows, their doors, and that each costs one query."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sources.models import Watch
from sources.operations import add_archive_link
from statements import shown_claim
from statements.api.claim_public import document_of
from statements.operations import (
    attach_occurrence,
    confirm_late,
    confirm_statement_correction,
    perform,
    propose_statement_correction,
    relate_claims,
)
from statements.public.sealed import evidence_of
from tests.factories import (
    WAYS,
    make_claim,
    make_occasion,
    make_place,
    make_publisher,
    make_ready,
    make_speaker,
    make_statement,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

RETRACTED_REOPENED = (*WAYS["retracted"], "reopen")


@pytest.mark.parametrize("state", WAYS)
@pytest.mark.parametrize("asks_to_be_shown", [False, True])
@pytest.mark.parametrize("find", [shown_claim.claim_with, shown_claim.bare_claim_with])
def test_a_claim_is_found_where_it_is_listed_or_was_taken_down(find, state, asks_to_be_shown):
    claim = make_claim(state, show_as_open=asks_to_be_shown)
    is_open = asks_to_be_shown and state in ("researching", "in_review")
    is_known = state in ("published", "reopened", "retracted", "taken_down")

    found = find(claim.public_id)

    assert found == (claim if is_open or is_known else None)


def test_the_wording_last_published_comes_with_it():
    claim = make_claim("retracted", short_text="As it was published")
    perform(claim, "reopen", by=make_user(), note="A new source.")

    assert shown_claim.claim_with(claim.public_id).sealed_text == "As it was published"


@pytest.mark.parametrize(
    ("kind", "most"),
    [("rich", 8), ("retracted", 6), ("reopened", 3), ("announced", 4), ("imported", 3)],
)
def test_a_document_of_a_bare_claim_is_the_same_and_asks_no_more(kind, most):
    make = {
        "rich": make_rich_claim,
        "announced": lambda: make_claim("researching", show_as_open=True),
        "imported": make_imported_claim,
    }
    claim = make.get(kind, lambda: make_claim(kind))()

    documents, counts = [], []
    for find in (shown_claim.claim_with, shown_claim.bare_claim_with):
        with CaptureQueriesContext(connection) as queries:
            documents.append(document_of(find(claim.public_id)))
        counts.append(len(queries))

    assert documents[0] == documents[1]
    assert counts == [most, most]


def test_everything_of_a_claim_is_read_as_django_reads_it():
    claim = make_rich_claim()
    values = {str: claim.public_id, int: claim.pk}

    for prepared in shown_claim.PREPARED:
        chosen = [values[kind] for kind in prepared.kinds]
        if prepared in (shown_claim._GONE, shown_claim._ARCHIVES):
            chosen = [claim.live_verdict_id]
        found, expected = prepared(*chosen), list(prepared.queryset(*chosen))

        assert found, prepared.kinds
        assert [_deep(row) for row in found] == [_deep(row) for row in expected]


def test_nothing_more_is_asked_while_the_rows_are_read():
    claim = make_rich_claim()
    for prepared in shown_claim.PREPARED:
        prepared(*({str: claim.public_id, int: claim.pk}[kind] for kind in prepared.kinds))

    with CaptureQueriesContext(connection) as queries:
        row = shown_claim.claim_with(claim.public_id)
        said = [
            (item.statement.speaker.name, item.statement.occasion.title, item.statement.place.name)
            for item in shown_claim.occurrences_of(row)
        ]
        named = [item.name for item in shown_claim.topics_of(row)]
        versions = [item.finding for item in shown_claim.verdicts_of(row)]
        notes = [
            item.statement.public_id if item.statement_id else ""
            for item in shown_claim.all_corrections_of(row)
        ]
        others = [item.to_claim.live_verdict.short_text for item in shown_claim.relations_of(row)]

    assert (len(said), len(named), len(versions), len(notes), len(others)) == (2, 1, 2, 2, 1)
    assert row.main_statement.speaker.name == "Ada"
    assert len(queries) == 7


def test_a_repetition_that_nobody_confirmed_is_not_read():
    claim = make_claim("published")
    attach_occurrence(claim, by=make_user(), statement=make_statement("Said again"))
    row = shown_claim.claim_with(claim.public_id)

    assert [item.statement_id for item in shown_claim.occurrences_of(row)] == [
        claim.main_statement_id
    ]


def test_an_open_check_shows_one_statement_and_no_links():
    ada = make_user()
    claim = make_claim("researching", show_as_open=True)
    attach_occurrence(claim, by=ada, statement=make_statement("Said again"))
    relate_claims(claim, make_claim("published"), by=ada, kind="repeats")
    row = shown_claim.claim_with(claim.public_id)

    assert [item.statement_id for item in shown_claim.occurrences_of(row)] == [
        claim.main_statement_id
    ]
    assert shown_claim.relations_of(row) == []


def test_what_is_not_there_is_not_asked_for():
    claim = shown_claim.claim_with(make_claim("published").public_id)

    with CaptureQueriesContext(connection) as queries:
        found = [
            shown_claim.verdicts_of(claim),
            shown_claim.all_corrections_of(claim),
            shown_claim.relations_of(claim),
        ]

    assert found == [[claim.live_verdict], [], []]
    assert len(queries) == 0


def make_imported_claim():
    claim = make_claim(imported_from=make_publisher("Fact Archive"), external_ref="archive:1")
    make_ready(claim, by=make_user("ada"))
    return perform(claim, "import", by=None)


def make_rich_claim():
    """Returns a claim with all there is: two statements, a link, a correction, a page that is gone and is archived."""
    ada, cleo = make_user(), make_user("cleo", role="editor")
    first, again = (
        make_statement(
            text,
            speaker=make_speaker("Ada"),
            occasion=make_occasion(),
            place=make_place(),
        )
        for text in ("Said first", "Said again")
    )
    claim = make_claim("published", statement=first, topics=[make_topic()])
    repeated = attach_occurrence(claim, by=ada, statement=again)
    confirm_late(repeated, by=cleo)
    relation = relate_claims(claim, make_claim("published"), by=ada, kind="repeats")
    confirm_late(relation, by=cleo)
    proposal = propose_statement_correction(
        first, by=make_user("ben", role="editor"), explanation="We misheard.", text="Said firmly"
    )
    confirm_statement_correction(proposal, by=cleo)
    claim.refresh_from_db()
    perform(claim, "fix_typo", by=cleo, data={"rationale": "Nine nightly reports add up to 1,297!"})
    now = timezone.now()
    Watch.objects.update_or_create(
        source=claim.evidence.first().source, defaults={"gone_at": now, "last_check_at": now}
    )
    copy = claim.evidence.first().snapshot
    add_archive_link(copy, by=ada, url="https://archive.example/1")
    return claim


def _deep(row, *, seen=()):
    """All that was read, of the row and of the rows that came with it."""
    values = {name: value for name, value in vars(row).items() if name != "_state"}
    for name, other in row._state.fields_cache.items():
        is_new = other is not None and other not in seen
        values[name] = _deep(other, seen=(*seen, row)) if is_new else other
    return values


@pytest.mark.parametrize(
    ("as_sealed", "shown"),
    [("https://archive.example/sealed", "https://archive.example/sealed"),
     ("", "https://archive.example/later")],
)  # fmt: skip
def test_the_archive_that_was_sealed_wins_over_one_added_later(as_sealed, shown):
    row = next(
        row for row in make_claim("published").live_verdict.sealed["evidence"] if row["snapshot"]
    )
    row["snapshot"]["archive_url"] = as_sealed

    view = evidence_of(row, archive="https://archive.example/later")

    assert view.archive_address == shown
