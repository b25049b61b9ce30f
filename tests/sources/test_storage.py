"""Where bytes are kept: whole or not at all, in a folder or in a bucket."""

import hashlib
import os
import threading
import time
from pathlib import Path

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from moto.server import ThreadedMotoServer

from claimtracker import settings as project
from sources import blobs, verifying
from sources.operations import add_snapshot_text
from sources.storage import SWEPT_AFTER_SECONDS, UNFINISHED
from tests.factories import make_source, make_user

CONTENT = "Слова".encode() * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def folder():
    return Path(storages["blobs"].location)


def unfinished():
    return sorted((folder() / UNFINISHED).iterdir())


def test_bytes_are_kept_once_under_their_hash():
    assert blobs.put(CONTENT) == blobs.put(CONTENT) == SHA256

    assert (blobs.get(SHA256), list(blobs.hashes()), unfinished()) == (CONTENT, [SHA256], [])
    path = folder() / SHA256[:2] / SHA256[2:4] / SHA256
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o640, 0o750)


def test_a_file_that_a_power_cut_left_short_is_written_again():
    blobs.put(CONTENT)
    (folder() / SHA256[:2] / SHA256[2:4] / SHA256).write_bytes(CONTENT[:10])
    assert not blobs.is_intact(SHA256)

    blobs.put(CONTENT)

    assert blobs.is_intact(SHA256)


def test_a_file_that_rotted_is_written_again_when_its_bytes_come_in_again():
    blobs.put(CONTENT)
    path = folder() / SHA256[:2] / SHA256[2:4] / SHA256
    path.write_bytes(CONTENT[:-1] + b"?")
    assert not blobs.is_intact(SHA256)

    blobs.put(CONTENT)

    assert blobs.is_intact(SHA256)
    before = path.stat().st_ino
    blobs.put(CONTENT)
    assert path.stat().st_ino == before  # what is whole is left alone


def test_a_file_and_its_name_are_on_the_disk_before_it_counts_as_kept(monkeypatch):
    synced, sync = [], os.fsync

    def note(descriptor):
        synced.append(Path(f"/proc/self/fd/{descriptor}").resolve())
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", note)

    blobs.put(CONTENT)

    last = folder().resolve() / SHA256[:2] / SHA256[2:4]
    assert synced[-1] == last  # after the file was moved there
    assert {last.parent, last.parent.parent} <= set(synced[:-1])


def test_a_write_that_fails_leaves_nothing(monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(OSError, match="No space left"):
        blobs.put(CONTENT)

    assert (list(blobs.hashes()), unfinished()) == ([], [])


def test_two_processes_may_write_the_same_at_once():
    storage, name = storages["blobs"], f"{SHA256[:2]}/{SHA256[2:4]}/{SHA256}"
    threads = [
        threading.Thread(target=storage.save, args=[name, ContentFile(CONTENT)]) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (list(blobs.hashes()), blobs.get(SHA256)) == ([SHA256], CONTENT)


def test_what_a_killed_process_left_is_no_blob_and_is_swept_after_a_day():
    blobs.put(CONTENT)
    fresh, old = folder() / UNFINISHED / "fresh", folder() / UNFINISHED / "old"
    fresh.write_bytes(b"half")
    old.write_bytes(b"half")
    os.utime(old, (0, time.time() - SWEPT_AFTER_SECONDS - 60))

    assert list(blobs.hashes()) == [SHA256]
    assert blobs.sweep() == 1
    assert unfinished() == [fresh]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (PermissionError(13, "Permission denied"), "Permission denied"),
        (ClientError({"Error": {"Code": "AccessDenied"}}, "GetObject"), "AccessDenied"),
        (EndpointConnectionError(endpoint_url="https://s3.example"), "https://s3.example"),
    ],
)
def test_a_storage_that_fails_is_told_for_each_copy_in_words(monkeypatch, failure, words):
    row = add_snapshot_text(make_source(), by=make_user("ada"), text="The words")

    def fail(name, mode):
        raise failure

    monkeypatch.setattr(storages["blobs"], "open", fail)

    (fault,) = verifying.faults_of(row)

    assert fault.startswith("its bytes cannot be read: ")
    assert words in fault


@pytest.fixture
def bucket(settings, monkeypatch):
    """A bucket of a real S3 server on loopback, and the settings that lead to it."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    where = {
        "endpoint_url": f"http://{host}:{port}",
        "region_name": "eu-central-1",
        "access_key": "key",
        "secret_key": "secret",
    }
    client = boto3.client(
        "s3",
        endpoint_url=where["endpoint_url"],
        region_name="eu-central-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",  # noqa: S106  of a server that lives for a test
    )
    client.create_bucket(
        Bucket="copies", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    options = project.BUCKET | where | {"bucket_name": "copies", "location": "snapshots"}
    settings.STORAGES = settings.STORAGES | {
        "blobs": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    }
    yield client
    client.close()
    httpx.post(f"{where['endpoint_url']}/moto-api/reset")
    server.stop()


@pytest.mark.django_db
def test_a_bucket_keeps_copies_as_a_folder_does(bucket):
    assert list(verifying.orphans()) == []

    row = add_snapshot_text(make_source(), by=make_user("ada"), text="The words")
    stray = blobs.put(CONTENT)

    assert blobs.put(CONTENT) == stray == SHA256
    assert (blobs.get(row.sha256), blobs.is_there(SHA256)) == (b"The words", True)
    assert (blobs.is_intact(row.sha256), blobs.is_intact("0" * 64)) == (True, False)
    assert sorted(blobs.hashes()) == sorted([row.sha256, SHA256])
    assert sorted(found["Key"] for found in bucket.list_objects(Bucket="copies")["Contents"]) == (
        sorted(f"snapshots/{one[:2]}/{one[2:4]}/{one}" for one in (row.sha256, SHA256))
    )
    report = verifying.verify()
    assert (report.faults, report.orphans) == ([], [SHA256])
    assert blobs.sweep() == 0

    bucket.put_object(
        Bucket="copies",
        Key=f"snapshots/{row.sha256[:2]}/{row.sha256[2:4]}/{row.sha256}",
        Body=b"altered",
    )
    assert len(verifying.verify().faults) == 1


def test_the_probe_says_when_the_bucket_is_away(bucket, settings, client, db):
    settings.BLOB_S3_BUCKET = "copies"
    assert "files: ok" in client.get("/readyz").content.decode()

    settings.STORAGES = settings.STORAGES | {
        "blobs": {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                **settings.STORAGES["blobs"]["OPTIONS"],
                "endpoint_url": "http://127.0.0.1:9",
                "client_config": Config(retries={"total_max_attempts": 1}),
            },
        }
    }
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "files: the bucket BLOB_S3_BUCKET does not answer" in answer.content.decode()
