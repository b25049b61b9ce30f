"""`manage.py export`, and the files that the site keeps: whole, of one moment, made once."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import threading
import time

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from sources.models import Publication
from statements.exports import files, kept
from statements.exports.columns import DATASETS
from statements.exports.files import FILES, MANIFEST, one_moment, whole_or_not_at_all
from statements.models import Site
from statements.operations import perform
from tests.factories import make_claim, make_user


def export(folder, *formats, capsys=None):
    for_each = [f"--format={code}" for code in formats]
    call_command("export", *for_each, f"--out={folder}")
    return json.loads((folder / MANIFEST).read_text())


def retract(claim):
    for step, by in (("propose_retraction", "ben"), ("retract", "cleo")):
        perform(claim, step, by=make_user(by, role="editor"), note="The source was withdrawn.")


# ---- the command ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_command_writes_every_file_and_a_list_of_them(tmp_path, capsys):
    make_claim("published")

    told = export(tmp_path / "new" / "folder", "csv", "jsonl")

    names = [f"{dataset.name}.{code}" for code in ("csv", "jsonl") for dataset in DATASETS]
    found = {path.name: path for path in (tmp_path / "new" / "folder").iterdir()}
    assert sorted(found) == sorted([*names, MANIFEST])
    assert [each["name"] for each in told["files"]] == names
    for each in told["files"]:
        content = found[each["name"]].read_bytes()
        assert (each["bytes"], each["sha256"]) == (
            len(content),
            hashlib.sha256(content).hexdigest(),
        )
    claims = told["files"][0]
    assert (claims["rows"], claims["format"], claims["media_type"]) == (1, "csv", "text/csv")
    assert claims["columns"][0] == {
        "name": "id", "meaning": "The claim, for ever", "holds": "id", "since": "0.1",
    }  # fmt: skip
    assert told["publication_number"] == Publication.objects.current() > 0
    said = capsys.readouterr().out
    assert "claims.csv" in said
    assert f"{claims['sha256']}" in said
    assert f"Publication {told['publication_number']}: 12 files in" in said


@pytest.mark.django_db
def test_one_format_is_written_alone_and_twice_the_same(tmp_path):
    make_claim("published")

    first = export(tmp_path, "jsonl")
    second = export(tmp_path, "jsonl")

    assert first == second
    assert {each["format"] for each in first["files"]} == {"jsonl"}
    assert not (tmp_path / "claims.csv").exists()


@pytest.mark.django_db
def test_the_feed_of_claim_reviews_is_a_format_too(tmp_path, capsys):
    make_claim("published")

    told = export(tmp_path, "claimreview")

    (file,) = told["files"]
    feed = json.loads((tmp_path / "claimreview.jsonld").read_text())
    assert (file["name"], file["rows"], file["media_type"]) == (
        "claimreview.jsonld",
        1,
        "application/ld+json",
    )
    assert len(feed["dataFeedElement"]) == 1


def test_a_folder_that_cannot_be_made_is_said_and_fails(tmp_path):
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(CommandError, match="file"):
        export(tmp_path / "file" / "below", "csv")


@pytest.mark.django_db
def test_a_broken_export_leaves_the_file_that_was_there(tmp_path, monkeypatch):
    make_claim("published")
    export(tmp_path, "csv")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def breaks(batches):
        yield from ()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.Counted, "passing", lambda self, batches: breaks(batches))
    with pytest.raises(CommandError, match="No space left on device"):
        export(tmp_path, "csv")

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_half_a_file_is_never_there(tmp_path):
    path = tmp_path / "claims.csv"

    with whole_or_not_at_all(path) as out:
        out.write(b"half")
        out.flush()
        assert not path.exists()
        out.write(b" and half")

    assert path.read_bytes() == b"half and half"
    assert [each.name for each in tmp_path.iterdir()] == ["claims.csv"]


@pytest.mark.django_db(transaction=True)
def test_all_files_are_of_one_moment_and_nobody_waits():
    claim = make_claim("published")

    def retract_elsewhere():
        try:
            retract(claim)
        finally:
            connections.close_all()

    with one_moment():
        before = b"".join(FILES["claims.jsonl"].write(files.Counted()))
        other = threading.Thread(target=retract_elsewhere)
        other.start()
        other.join(timeout=20)
        assert not other.is_alive()
        after = b"".join(FILES["claims.jsonl"].write(files.Counted()))
        assert b"".join(FILES["corrections.jsonl"].write(files.Counted())) == b""

    assert after == before
    assert json.loads(b"".join(FILES["claims.jsonl"].write(files.Counted())))["state"] == (
        "retracted"
    )


# ---- the files of the site ------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, settings):
    settings.EXPORT_DIR = tmp_path / "kept"
    return settings.EXPORT_DIR


def read(name, **how):
    with kept.open_kept(name, **how) as file:
        return file.read()


def names_in(folder):
    """The names of kept files without their stamp."""
    return sorted(path.name.split("-", 2)[2] for path in folder.iterdir() if path.name[0].isdigit())


@pytest.mark.django_db
def test_a_file_is_made_once_a_number(folder):
    make_claim("published")
    first = read("claims.csv")

    with CaptureQueriesContext(connection) as queries:
        again = read("claims.csv")

    assert again == first
    assert len(queries) == 1  # the number
    assert names_in(folder) == ["claims.csv", "claims.csv.told"]


@pytest.mark.django_db
def test_a_retraction_is_in_the_very_next_file_and_old_ones_are_gone(folder):
    claim = make_claim("published")
    before = read("claims.csv"), read("claims.csv", is_gzipped=True), read("evidence.csv")
    still_open = kept.open_kept("claims.csv")

    retract(claim)
    after = read("claims.csv")

    assert claim.public_id.encode() in before[0]
    assert gzip.decompress(before[1]) == before[0]
    assert b",retracted," in after
    assert b",published," not in after
    assert names_in(folder) == ["claims.csv", "claims.csv.told"]
    assert still_open.read() == before[0]  # whoever was reading reads on
    still_open.close()


@pytest.mark.django_db
def test_other_data_at_the_same_number_is_another_file(folder):
    """As after a backup was put back: the number comes again, the findings are others."""
    make_claim("published", text="The first")
    number = Publication.objects.current()
    first = read("claims.csv")

    make_claim("published", text="The second")
    Publication.objects.update(number=number)

    assert kept.current_stamp().number == number
    assert b"The second" not in first
    assert b"The second" in read("claims.csv")


@pytest.mark.django_db
def test_a_change_of_the_licence_or_the_address_makes_new_files(folder, settings):
    make_claim("published")
    first = read("claims.csv")
    site = Site.load()
    site.licence_name = "CC BY 4.0"
    site.save()
    Publication.objects.rise()
    second = read("claims.csv")
    settings.SITE_URL = "https://other.example.org"
    third = read("claims.csv")

    assert len({first, second, third}) == 3
    assert b"https://other.example.org/claims/" in third


@pytest.mark.django_db
def test_the_manifest_lists_all_files_with_their_hashes(folder):
    make_claim("published")

    told = json.loads(read(MANIFEST))

    assert [each["name"] for each in told["files"]] == list(FILES)
    for each in told["files"]:
        assert each["sha256"] == hashlib.sha256(read(each["name"])).hexdigest()
    assert read(MANIFEST) == read(MANIFEST)


@pytest.mark.django_db
def test_what_a_crash_left_is_cleaned_up(folder):
    folder.mkdir()
    old, new = folder / ".unfinished-old", folder / ".unfinished-new"
    for path in (old, new, folder / "README"):
        path.write_text("x")
    os.utime(old, (0, time.time() - kept.ABANDONED_SECONDS - 60))

    read("claims.csv")

    assert (old.exists(), new.exists(), (folder / "README").exists()) == (False, True, True)


@pytest.mark.django_db(transaction=True)
def test_many_who_ask_at_once_get_one_file_made_once(folder, monkeypatch):
    make_claim("published")
    made, answers = [], []
    make = kept._make

    def slowly(name):
        made.append(name)
        time.sleep(0.3)
        return make(name)

    def ask():
        try:
            answers.append(read("claims.csv"))
        finally:
            connections.close_all()

    monkeypatch.setattr(kept, "_make", slowly)
    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert made == ["claims.csv"]
    assert len(answers) == 4
    assert len(set(answers)) == 1


@pytest.mark.django_db
def test_who_waits_too_long_is_told(folder, monkeypatch):
    monkeypatch.setattr(kept, "PATIENCE_SECONDS", 0.2)

    with kept._alone("claims.csv"), pytest.raises(kept.BeingMade):
        read("claims.csv")


def test_tests_keep_their_files_to_themselves():
    assert str(settings.EXPORT_DIR).startswith(str(settings.BLOB_DIR).removesuffix("blobs"))
