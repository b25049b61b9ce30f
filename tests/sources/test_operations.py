"""Keeping sources: one work is one row, copies are frozen, and reports lead to their origin."""

import io

import pytest
from pypdf import PdfWriter

from sources import blobs, followers
from sources.errors import Invalid, NotAllowed, Stale
from sources.models import Publisher, Snapshot, Source
from sources.operations import (
    add_snapshot_file,
    add_snapshot_text,
    find_or_create_source,
    find_source,
    read_upload,
    save_publisher,
    update_source,
)
from sources.operations.snapshots import keep_snapshot
from tests.factories import make_publisher, make_source, make_upload, make_user

pytestmark = pytest.mark.django_db


def test_an_address_that_is_known_is_found_and_not_doubled():
    first = make_source("A report", url="https://example.org/report")

    second, is_new = find_or_create_source(
        by=make_user("ada"), url="http://www.example.org/report/?utm_source=x", title="Again"
    )

    assert (second, is_new) == (first, False)
    assert find_source("HTTPS://example.org/report#top") == first
    assert Source.objects.count() == 1


def test_the_publisher_is_found_by_the_domain():
    agency = make_publisher("Agency", domain="https://www.Agency.example/about")

    source = make_source("News", url="https://news.agency.example/1")

    assert agency.domain == "agency.example"
    assert source.publisher == agency


def test_a_domain_is_known_once():
    make_publisher("Agency", domain="agency.example")

    with pytest.raises(Invalid, match=r"^Another publisher has this domain already\.$"):
        save_publisher(by=make_user("ada"), name="Other", domain="AGENCY.example")

    assert Publisher.objects.count() == 1


def test_pasted_text_is_kept_once_by_its_hash():
    source = make_source()

    one = add_snapshot_text(source, by=make_user("ada"), text="The words\r\nas they stand ")
    two = add_snapshot_text(source, by=make_user("ada"), text="The words\nas they stand")

    assert one == two
    assert one.text == "The words\nas they stand"
    assert blobs.get(one.sha256) == one.text.encode()
    assert blobs.is_intact(one.sha256)


@pytest.mark.parametrize(
    ("name", "content", "media_type", "text"),
    [
        ("a.txt", "Крапка.".encode(), "text/plain", "Крапка."),
        ("a.txt", "Grüße".encode("cp1252"), "text/plain", "Grüße"),
        ("a.txt", "Grüße".encode("utf-16"), "text/plain", "Grüße"),
        ("a.txt", b"a\x00b", "text/plain", "a\N{REPLACEMENT CHARACTER}b"),
        (
            "a.html",
            b"<html><body><article><p>Nine nights, 1,297 drones.</p></article></body></html>",
            "text/html",
            "Nine nights, 1,297 drones.",
        ),
        ("a.png", b"\x89PNG\r\n\x1a\n....", "image/png", ""),
    ],
)
def test_an_uploaded_file_is_kept_with_its_text(name, content, media_type, text):
    row = make_upload(make_source(), name, content)

    assert (row.media_type, row.text, row.byte_size) == (media_type, text, len(content))
    assert blobs.get(row.sha256) == content


def test_a_pdf_is_kept_and_one_that_is_none_is_refused():
    writer, pdf = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(pdf)
    source = make_source()

    row = make_upload(source, "a.pdf", pdf.getvalue())

    assert row.media_type == "application/pdf"
    for content in (b"%PDF-1.7 and no more", b"no pdf at all"):
        with pytest.raises(Invalid):
            read_upload("b.pdf", content)
    assert Snapshot.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.exe", b"MZ", "upload a text, HTML, PDF, PNG or JPEG file: a.exe is none of them"),
        ("a.svg", b"<svg/>", "upload a text, HTML, PDF, PNG or JPEG file: a.svg is none of them"),
        ("a.png", b"<script>", "the file a.png is not what its name says: save it again"),
        ("", b"x", "upload a text, HTML, PDF, PNG or JPEG file: this file is none of them"),
        ("a.txt", b"", "the file is empty"),
    ],
)
def test_a_file_that_is_no_evidence_is_refused(name, content, words):
    with pytest.raises(Invalid, match=f"^{words}$"):
        read_upload(name, content)


def test_origins_cannot_make_a_circle():
    first, second, third = (make_source(f"Report {n}") for n in range(3))
    ada = make_user("ada")
    update_source(second, by=ada, origin=first)
    update_source(third, by=ada, origin=second)

    with pytest.raises(Invalid, match=r"^this would make a circle") as refusal:
        update_source(first, by=ada, origin=third)

    assert refusal.value.field == "origin"
    first.refresh_from_db()
    assert first.origin is None


def test_two_people_at_one_source_and_the_second_is_told():
    source = make_source()
    mine, theirs = Source.objects.get(pk=source.pk), Source.objects.get(pk=source.pk)
    update_source(theirs, by=make_user("eli"), title="Their title")

    with pytest.raises(Stale) as refusal:
        update_source(mine, by=make_user("ada"), title="My title")

    assert refusal.value.current_version == 2
    assert Source.objects.get().title == "Their title"


def test_field_history_says_who_and_why():
    source = make_source()

    update_source(source, by=make_user("eli"), title="A better title")

    assert [
        (h.title, h.history_user.username, h.history_change_reason) for h in source.history.all()
    ] == [
        ("A better title", "eli", "title"),
        ("A report", "ada", "added"),
    ]


@pytest.mark.parametrize("role", ["", "admin"])
def test_without_an_editorial_role_nothing_is_added(role):
    outsider = make_user("outsider", role=role, is_superuser=True)

    with pytest.raises(NotAllowed):
        find_or_create_source(by=outsider, url="https://example.org/", title="Title")

    assert not Source.objects.exists()


def test_whoever_follows_snapshots_hears_of_each_new_one_once(monkeypatch):
    heard = []
    monkeypatch.setattr(followers, "of_snapshot_added", [heard.append])
    source = make_source()

    one = add_snapshot_text(source, by=make_user("ada"), text="The words")
    add_snapshot_text(source, by=make_user("ada"), text="The words")
    two = make_upload(source, "page.txt", b"Other words")

    assert heard == [one, two]


def test_a_follower_that_refuses_leaves_no_snapshot(monkeypatch):
    def refuse(snapshot):
        raise Invalid("not now")

    monkeypatch.setattr(followers, "of_snapshot_added", [refuse])

    with pytest.raises(Invalid, match=r"^not now$"):
        add_snapshot_text(make_source(), by=make_user("ada"), text="The words")

    assert list(Snapshot.objects.all()) == []


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", " JavaScript:alert(1)", "data:text/html,x", "ftp://a.example"],
)
def test_addresses_of_a_copy_are_addresses_of_the_web(address):
    source, by = make_source(), make_user("ada")
    content = b"Some words of a report."

    for field in ("archive_url", "final_url"):
        with pytest.raises(Invalid) as refused:
            add_snapshot_text(source, by=by, text="The words", **{field: address})
        assert refused.value.field == field
    upload = read_upload("a.txt", content)
    with pytest.raises(Invalid, match=r"^give an address that starts with http"):
        add_snapshot_file(source, by=by, upload=upload, archive_url=address)
    with pytest.raises(Invalid, match=r"^Give an address that starts with http"):
        keep_snapshot(
            source, by=by, content=content, text="", media_type="text/plain", method="fetched",
            final_url=address.strip(),
        )  # fmt: skip

    assert Snapshot.objects.count() == 0
