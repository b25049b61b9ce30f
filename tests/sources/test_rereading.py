"""Reading a frozen copy again: another text stands beside the first one, which anchors count in."""

from hashlib import sha256

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command

from sources import blobs, extract, reader
from sources.errors import Invalid
from sources.models import SnapshotText
from sources.operations import reread_snapshot
from sources.readings import Reading
from tests.factories import make_snapshot, make_source, make_upload

pytestmark = pytest.mark.django_db

PAGE = "<html><body><p>The air force counted 1,297 drones in nine nights.</p></body></html>"
FIRST = "The air force counted 1,297 drones in nine nights."


@pytest.fixture
def extractor(monkeypatch):
    """Stands in for the extractor of the day: returns what it reads and which version it is."""
    today = {"text": FIRST, "version": "2.0", "told": []}

    def read(content, media_type, **told):
        today["told"].append((content.decode(), media_type, told))
        return Reading(today["text"], "windows-1251")

    monkeypatch.setattr(reader, "read", read)
    monkeypatch.setattr(extract, "version", lambda name: today["version"])
    return today


def make_page(title="A report"):
    content = f"{PAGE}<!-- {title} -->".encode()
    return make_upload(make_source(title), "page.html", content)


def path_of(snapshot):
    name = snapshot.sha256
    return f"{name[:2]}/{name[2:4]}/{name}"


def lose(snapshot):
    storages["blobs"].delete(path_of(snapshot))


def readings(snapshot):
    return [(row.text, row.extractor, row.extractor_version) for row in snapshot.readings.all()]


def test_another_text_is_a_row_of_its_own_and_the_copy_stays(extractor):
    snapshot = make_page()
    extractor.update(text=f"Report. {FIRST}", version="2.1")

    row = reread_snapshot(snapshot)

    assert readings(snapshot) == [(f"Report. {FIRST}", "trafilatura", "2.1")]
    assert row.text_sha256 == sha256(b"Report. " + FIRST.encode()).hexdigest()
    snapshot.refresh_from_db()
    assert snapshot.text == FIRST


def test_same_text_as_the_last_reading_adds_nothing(extractor):
    snapshot = make_page()
    assert reread_snapshot(snapshot) is None

    for text in ("Another.", "Another.", FIRST, FIRST):
        extractor["text"] = text
        reread_snapshot(snapshot)

    assert [text for text, _, _ in readings(snapshot)] == [FIRST, "Another."]


def test_stored_bytes_are_read_in_the_charset_they_were_read_in(extractor):
    snapshot = make_page()

    reread_snapshot(snapshot)

    content, media_type, told = extractor["told"][-1]
    assert (content.encode(), media_type) == (blobs.get(snapshot.sha256), "text/html")
    assert told == {"content_type": "text/html; charset=windows-1251", "url": ""}


def test_what_cannot_be_read_again_is_refused_and_nothing_is_kept(extractor):
    snapshot, lost = make_page(), make_page("A lost report")
    lose(lost)
    extractor["text"] = ""

    with pytest.raises(Invalid, match=r"^no text can be read out of it any more$"):
        reread_snapshot(snapshot)
    with pytest.raises(Invalid, match=r"^its bytes are gone"):
        reread_snapshot(lost)
    storages["blobs"].save(path_of(lost), ContentFile(b"Other bytes."))
    with pytest.raises(Invalid, match=r"^its bytes were altered$"):
        reread_snapshot(lost)
    with pytest.raises(Invalid, match=r"^only pages and PDFs are read by an extractor$"):
        reread_snapshot(make_snapshot())

    assert list(SnapshotText.objects.all()) == []


def test_command_names_what_is_read_otherwise(extractor, capsys):
    snapshot = make_page()
    make_snapshot(text="Pasted text is read by no extractor.")
    extractor.update(text="Another.", version="2.1")

    call_command("reread_snapshots")
    call_command("reread_snapshots", snapshot.public_id)

    row = SnapshotText.objects.get()
    assert str(row) == f"trafilatura 2.1 ({row.extracted_at:%d %B %Y})"
    assert capsys.readouterr().out.splitlines() == [
        f"snapshot {snapshot.public_id} of “A report”: read otherwise by {row}",
        "1 snapshots read again: 1 read otherwise, 0 failed.",
        "1 snapshots read again: 0 read otherwise, 0 failed.",
    ]


def test_command_goes_on_after_a_copy_that_cannot_be_read(extractor, capsys):
    broken, whole = make_page(), make_page("Another report")
    lose(broken)
    extractor["text"] = "Another."

    with pytest.raises(CommandError) as refused:
        call_command("reread_snapshots")

    assert str(refused.value) == "2 snapshots read again: 1 read otherwise, 1 failed."
    assert (readings(broken), len(readings(whole))) == ([], 1)
    assert f"snapshot {broken.public_id} of “A report”: its bytes are gone" in (
        capsys.readouterr().out
    )


def test_command_refuses_an_unknown_id(extractor):
    with pytest.raises(CommandError, match=r"^No snapshot has the id nothere\.$"):
        call_command("reread_snapshots", "nothere")


def test_version_is_that_of_the_installed_package():
    assert {
        media_type: extract.extractor_of(media_type)[0] for media_type in extract.EXTRACTORS
    } == {
        "text/html": "trafilatura",
        "application/pdf": "pypdf",
    }
    assert extract.extractor_of("application/pdf")[1][0].isdigit()
