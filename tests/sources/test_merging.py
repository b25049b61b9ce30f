"""One work, one source: merging, what follows from it, and taking apart again."""

import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from sources.errors import Invalid, NotAllowed, NotPossible, Refused
from sources.models import Publication, Snapshot, Source
from sources.operations import (
    find_or_create_source,
    find_source,
    merge_sources,
    unmerge_source,
    update_source,
)
from statements import guards
from statements.models import AnchorCheck, Citation, Claim
from statements.operations import attach_evidence
from statements.operations.captured import give_copy
from statements.querysets import public_sources
from tests.factories import make_claim, make_publisher, make_snapshot, make_source, make_user

pytestmark = pytest.mark.django_db
WHY = "The same article under its address for telephones."


def merge(keep, drop):
    merged = merge_sources(keep, drop, by=make_user("ben", role="editor"), reason=WHY)
    keep.refresh_from_db()
    drop.refresh_from_db()
    return merged


def apart(drop):
    unmerge_source(drop, by=make_user("ben", role="editor"), reason="Two articles after all.")
    drop.refresh_from_db()


def test_merged_source_is_found_as_the_work_that_it_is():
    keep, drop = make_source("Article"), make_source("Article for telephones")

    merge(keep, drop)

    assert drop.work == keep
    assert find_source(drop.url) == keep
    found, is_new = find_or_create_source(by=make_user("ada"), url=drop.url, title="Again")
    assert (found, is_new) == (keep, False)
    reasons = [row.history_change_reason for row in (drop.history.first(), keep.history.first())]
    assert reasons == [
        f"merged into “Article” ({keep.public_id}): {WHY}",
        f"“Article for telephones” ({drop.public_id}) merged into it: {WHY}",
    ]


def test_undoing_gives_both_back():
    keep, drop = make_source("Article"), make_source("Article for telephones")
    merge(keep, drop)

    apart(drop)

    assert find_source(drop.url) == drop
    assert list(Source.objects.works().order_by("pk")) == [keep, drop]
    assert drop.history.first().history_change_reason.startswith("taken out of “Article”")


@pytest.mark.parametrize(("username", "role"), [("ada", "checker"), ("cory", "contributor")])
def test_only_an_editor_merges_and_takes_apart(username, role):
    keep, drop = make_source("One"), make_source("Two")
    by = make_user(username, role=role)

    with pytest.raises(NotAllowed):
        merge_sources(keep, drop, by=by, reason=WHY)
    merge(keep, drop)
    with pytest.raises(NotAllowed):
        unmerge_source(drop, by=by, reason=WHY)


def test_no_circles_and_no_chains():
    one, two, three = (make_source(name) for name in ("One", "Two", "Three"))
    merge(one, two)

    for keep, drop, words in (
        (one, one, "choose another source"),
        (one, two, "“Two” was merged already"),
        (two, three, "“Two” was merged into “One”: choose that one"),
        (three, one, "other sources were merged into “One”"),
        (two, one, "“Two” was merged into “One”"),
    ):
        with pytest.raises(Refused, match=words):
            merge_sources(keep, drop, by=make_user("ben", role="editor"), reason=WHY)
    with pytest.raises(Invalid, match="say why"):
        merge_sources(one, three, by=make_user("ben"), reason=" ")
    with pytest.raises(NotPossible, match="merged into none"):
        apart(three)
    with pytest.raises(IntegrityError), transaction.atomic():
        Source.objects.filter(pk=three.pk).update(merged_into=three)


def test_report_is_not_the_work_that_it_reports_on():
    report = make_source("Wire report")
    article = make_source("Article", origin=report)

    for keep, drop in ((report, article), (article, report)):
        with pytest.raises(Invalid, match="“Article” reports on “Wire report”"):
            merge_sources(keep, drop, by=make_user("ben", role="editor"), reason=WHY)


def test_origin_does_not_lead_back_through_a_merged_source():
    keep, drop = make_source("Work"), make_source("Twin")
    report = make_source("Report", origin=drop)
    merge(keep, drop)

    with pytest.raises(Invalid, match="circle"):
        update_source(keep, by=make_user("ada"), origin=report)


def test_merged_sources_count_as_one_root():
    claim = make_claim("researching")  # two roots
    first, second = (row.source for row in claim.evidence.all())
    assert guards.root_count([first, second]) == 2

    merge(first, second)

    assert guards.root_count([first, second]) == 1
    assert [gap.words for gap in guards.evidence_is_independent(claim, None, {})] == [
        "cite two independent sources"
    ]


def test_sealed_rows_never_move():
    claim = make_claim("published")
    first, second = (row.source for row in claim.evidence.all())
    sealed = claim.live_verdict.content
    cited = list(Citation.objects.values_list("source", "snapshot"))

    merge(first, second)

    claim.refresh_from_db()
    assert claim.live_verdict.content == sealed
    assert list(Citation.objects.values_list("source", "snapshot")) == cited
    assert [row.source for row in claim.evidence.all()] == [first, second]
    assert second.snapshots.count() == 1


def test_addresses_lead_on_for_readers_and_programs():
    claim = make_claim("published")
    keep, drop = make_source("The work"), claim.evidence.first().source
    client = Client()
    assert client.get(f"/sources/{keep.public_id}/").status_code == 404

    merge(keep, drop)

    for path in ("/sources/{}/", "/api/v1/sources/{}/"):
        response = client.get(path.format(drop.public_id))
        assert (response.status_code, response["Location"]) == (301, path.format(keep.public_id))
    page = client.get(f"/sources/{keep.public_id}/").content.decode()
    assert claim.short_text in page
    assert drop.snapshots.get().sha256 in page
    told = client.get(f"/api/v1/sources/{keep.public_id}/").json()
    assert [row["id"] for row in told["claims"]] == [claim.public_id]
    assert [row["sha256"] for row in told["snapshots"]] == [drop.snapshots.get().sha256]
    assert set(public_sources().values_list("title", flat=True)) == {"The work", "Report 2"}
    assert list(Claim.objects.public().for_source(keep)) == [claim]

    apart(drop)

    assert client.get(f"/sources/{drop.public_id}/").status_code == 200
    assert client.get(f"/sources/{keep.public_id}/").status_code == 404


def test_merged_source_that_nothing_public_cites_stays_hidden():
    """Its address tells nobody what it was merged into, although that one is public."""
    keep = make_claim("published").evidence.first().source
    hidden = make_source("Hidden twin")
    absent = Client().get("/sources/0000000000/")
    number = Publication.objects.current()

    merge(keep, hidden)

    for path in ("/sources/{}/", "/api/v1/sources/{}/"):
        response = Client().get(path.format(hidden.public_id))
        assert (response.status_code, response.get("Location")) == (404, None)
    assert Client().get(f"/sources/{hidden.public_id}/").content == absent.content
    assert Publication.objects.current() == number + 1  # the public one's page may have changed


def test_facets_follow_to_the_publisher_of_the_work():
    claim = make_claim("published")
    cited = claim.evidence.first().source
    agency = make_publisher("The Real Agency")
    work = make_source("The work", publisher=agency)

    def found():
        response = Client().get(f"/api/v1/claims/?publisher={agency.public_id}")
        return [row["id"] for row in response.json()["results"]]

    assert found() == []

    merge(work, cited)
    assert found() == [claim.public_id]

    apart(cited)
    assert found() == []


def test_evidence_of_a_merged_source_cites_the_work_and_any_copy_of_it():
    keep, drop = make_source("Work"), make_source("Twin", snapshot_text="He said: no talks.")
    merge(keep, drop)
    claim = make_claim("researching", roots=0, finding="")

    row = attach_evidence(
        claim, by=make_user("ada"), source=drop, stance="supports", quote="no talks"
    )

    assert (row.source, row.snapshot) == (keep, drop.snapshots.get())


def test_quotes_are_followed_into_copies_of_the_merged_work():
    claim = make_claim("researching", roots=1)
    drop = claim.evidence.get().source
    keep = make_source("Work")
    merge(keep, drop)

    make_snapshot(keep, "Report 1: 900 drones.")

    assert [row.outcome for row in AnchorCheck.objects.all()] == ["lost"]


def test_taking_apart_makes_no_circle():
    keep, drop, third = (make_source(name) for name in ("One", "Two", "Three"))
    update_source(drop, by=make_user("ada"), origin=third)
    drop.refresh_from_db()
    merge(keep, drop)
    update_source(third, by=make_user("ada"), origin=drop)

    with pytest.raises(Invalid, match="this would make a circle"):
        apart(drop)

    drop.refresh_from_db()
    assert drop.merged_into == keep


def test_copy_of_a_twin_is_given_to_evidence_that_waits():
    keep, drop = make_source("Article"), make_source("Article for telephones")
    claim = make_claim("researching", roots=0)
    item = attach_evidence(claim, by=make_user("ada"), source=keep, stance="supports")
    merge(keep, drop)

    copy = make_snapshot(drop, "The words of the article.")
    give_copy(copy)

    item.refresh_from_db()
    assert item.snapshot == copy


def test_a_work_and_its_copies_are_found_without_looking_at_all_others():
    source = make_source("The work")
    others = [Source(title=f"Other {number}") for number in range(3_000)]
    Source.objects.bulk_create(others)
    Snapshot.objects.bulk_create(
        Snapshot(
            source=other, method="pasted", captured_at=timezone.now(), sha256="0" * 64, byte_size=1
        )
        for other in others
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # from now on the database knows that next to none was merged

    plans = [rows.objects.of_work(source).order_by().explain() for rows in (Source, Snapshot)]

    for plan in plans:  # PostgreSQL says "Seq Scan", SQLite "SCAN" where it says "SEARCH" else
        assert not re.search(r"^[\d ]*SCAN|Seq Scan", plan, re.MULTILINE), plan
