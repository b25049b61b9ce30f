"""What readers see of a source's copies: hashes always, the copy where rights allow, what is gone."""

import io
import zipfile

import pytest
from django.test import Client
from django.utils import timezone

from sources.errors import Invalid
from sources.models import Snapshot, Watch
from sources.operations import add_archive_link, add_snapshot_text, merge_sources, update_source
from statements.models import Recheck, Site
from statements.operations import attach_evidence, perform
from statements.operations.captured import tell_gone
from statements.public.sealed import evidence_of
from tests.factories import (
    make_appearance,
    make_claim,
    make_ready,
    make_source,
    make_statement,
    make_upload,
    make_user,
)

pytestmark = pytest.mark.django_db


def make_cited():
    """Returns a published claim and the first source that it cites."""
    claim = make_claim("published")
    return claim, claim.evidence.first().source


def set_rights(source, rights):
    update_source(source, by=make_user("ben", role="editor"), rights=rights)
    source.refresh_from_db()


def copy_path(source):
    return f"/sources/{source.public_id}/copies/{source.snapshots.first().public_id}/"


def page_of(source):
    return Client().get(source.get_absolute_url()).content.decode()


@pytest.mark.parametrize("rights", ["unknown", "all_rights_reserved"])
def test_copy_is_kept_and_not_shown(rights):
    _, source = make_cited()
    set_rights(source, rights)

    page = page_of(source)

    assert Client().get(copy_path(source)).status_code == 404
    assert source.snapshots.get().sha256 in page
    assert copy_path(source) not in page
    assert "Kept, not shown" in page


@pytest.mark.parametrize("rights", ["open_licence", "public_domain", "own"])
def test_copy_that_may_be_passed_on_is_a_file_and_never_a_page(rights):
    _, source = make_cited()
    set_rights(source, rights)

    response = Client().get(copy_path(source))

    assert response.content == source.snapshots.get().text.encode()
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment; ")
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert copy_path(source) in page_of(source)


def test_script_in_a_copy_is_never_served_as_a_page():
    _, source = make_cited()
    set_rights(source, "own")
    html = b"<!doctype html><script>alert(1)</script><p>Some text that can be read.</p>"
    snapshot = make_upload(source, "page.html", html)

    response = Client().get(f"/sources/{source.public_id}/copies/{snapshot.public_id}/")

    assert response.content == html
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_copy_of_a_hidden_source_is_not_there():
    claim = make_claim("researching")
    source = claim.evidence.first().source
    set_rights(source, "own")

    assert Client().get(copy_path(source)).status_code == 404


def test_link_to_a_public_archive_is_a_row_of_its_own():
    _, source = make_cited()
    snapshot = source.snapshots.get()

    for address in ("https://archive.example/wrong", "https://archive.example/1"):
        add_archive_link(snapshot, by=make_user("ada"), url=address)

    page = page_of(source)
    assert "https://archive.example/1" in page
    assert "https://archive.example/wrong" not in page
    told = Client().get(f"/api/v1/sources/{source.public_id}/").json()
    assert told["snapshots"][0]["archive_url"] == "https://archive.example/1"
    snapshot.refresh_from_db()
    assert snapshot.archive_url == ""
    with pytest.raises(Invalid):
        add_archive_link(snapshot, by=make_user("ada"), url="javascript:alert(1)")


def test_evidence_whose_page_is_gone_keeps_its_copy_and_says_so():
    claim, source = make_cited()
    assert "is gone" not in Client().get(claim.get_absolute_url()).content.decode()
    now = timezone.now()
    Watch.objects.update_or_create(source=source, defaults={"gone_at": now, "last_check_at": now})

    tell_gone(source, "The server answered 410.")

    page = Client().get(claim.get_absolute_url()).content.decode()
    assert page.count("The original page is gone") == 1
    assert "The copy is kept." in page
    assert source.snapshots.get().sha256 in page
    assert "The original page is gone" in page_of(source)
    assert [(row.claim, row.cause) for row in Recheck.objects.all()] == [(claim, "source_gone")]


@pytest.mark.parametrize("count", [1, 3])
def test_archive_link_added_later_stands_beside_the_evidence(django_assert_num_queries, count):
    claim = make_claim("published")
    rows = list(claim.evidence.select_related("snapshot"))
    link = "https://archive.example/{}"
    for number in range(count):
        for row in rows:
            add_archive_link(row.snapshot, by=make_user("ada"), url=link.format(number))
    path, last = f"/api/v1/claims/{claim.public_id}/", link.format(count - 1)
    Site.current()  # kept from then on

    with django_assert_num_queries(4):  # one more than without links
        page = Client().get(claim.get_absolute_url()).content.decode()
    with django_assert_num_queries(4):
        told = Client().get(path).json()["evidence"]
    with django_assert_num_queries(1):
        listed = Client().get(f"/api/v1/evidence/?claim={claim.public_id}").json()["results"]
    one = Client().get(f"/api/v1/evidence/{told[0]['id']}/").json()

    assert page.count(f'href="{last}"') == len(rows)
    assert {row["snapshot"]["archive_url"] for row in [*told, *listed, one]} == {last}


def test_archive_link_sealed_with_the_finding_is_not_taken_over_by_a_later_one():
    sealed, later = "https://archive.example/read", "https://archive.example/other"
    claim, ada, source = make_claim("new"), make_user("ada"), make_source("A page")
    copy = add_snapshot_text(source, by=ada, text="It says 1,297 drones.", archive_url=sealed)
    attach_evidence(claim, by=ada, source=source, stance="supports", quote="1,297 drones")
    make_ready(claim, by=ada)
    for action, by in (
        ("take", ada),
        ("submit", ada),
        ("publish", make_user("ben", role="editor")),
    ):
        perform(claim, action, by=by)

    add_archive_link(copy, by=ada, url=later)

    page = Client().get(claim.get_absolute_url()).content.decode()
    rows = Client().get(f"/api/v1/claims/{claim.public_id}/").json()["evidence"]
    assert (sealed in page, later in page) == (True, False)
    assert next(row["snapshot"]["archive_url"] for row in rows if row["snapshot"]) == sealed


def test_archive_link_added_later_stands_beside_the_words_of_a_statement(
    django_assert_num_queries,
):
    statement = make_statement()
    found = make_appearance(statement)
    make_claim("published", statement=statement)
    add_archive_link(found.snapshot, by=make_user("ada"), url="https://archive.example/1")
    path = f"/api/v1/statements/{statement.public_id}/"
    Site.current()

    with django_assert_num_queries(5):  # as many as without a link
        page = Client().get(statement.get_absolute_url()).content.decode()
    with django_assert_num_queries(5):
        (told,) = Client().get(path).json()["appearances"]

    assert page.count('href="https://archive.example/1"') == 1
    assert told["snapshot"]["archive_url"] == "https://archive.example/1"


def test_script_kept_as_an_address_long_ago_is_no_link():
    claim, source = make_cited()
    row = claim.live_verdict.sealed["evidence"][0]
    Snapshot.objects.create(
        source=source, captured_at=timezone.now(), method="pasted", media_type="text/plain",
        sha256="0" * 64, byte_size=1, text_sha256="0" * 64, archive_url="javascript:alert(1)",
    )  # fmt: skip

    assert "javascript:" not in page_of(source)
    told = evidence_of(row | {"snapshot": row["snapshot"] | {"archive_url": "javascript:alert(1)"}})
    assert told.archive_address == ""


@pytest.mark.parametrize(
    ("of_work", "of_twin", "is_shown"),
    [
        ("own", "own", True),
        ("own", "all_rights_reserved", False),
        ("all_rights_reserved", "own", False),
        ("all_rights_reserved", "all_rights_reserved", False),
    ],
)
def test_copy_of_a_merged_source_needs_the_rights_of_both(of_work, of_twin, is_shown):
    claim, work = make_cited()
    twin = claim.evidence.last().source
    assert twin != work
    set_rights(work, of_work)
    set_rights(twin, of_twin)
    merge_sources(work, twin, by=make_user("ben", role="editor"), reason="One article.")
    copy = twin.snapshots.get()
    path = f"/sources/{work.public_id}/copies/{copy.public_id}/"

    answer = Client().get(path)
    bundle = Client().get(f"/claims/{claim.public_id}/bundle.zip").getvalue()

    assert (answer.status_code == 200) is is_shown
    assert (path in page_of(work)) is is_shown
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        assert (f"texts/{copy.text_sha256}.txt" in archive.namelist()) is is_shown
