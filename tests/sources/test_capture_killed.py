"""A worker that is killed at any moment leaves nothing half, and what it was at is done later."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.sources.hostile import answer, hostile

ROOT = Path(__file__).resolve().parents[2]

# Starts a few dozen processes.
pytestmark = pytest.mark.slow

PAGES = 10
TEXT = "These words are long enough to take a moment to write. " * 6_000

ASK = """
from django.contrib.auth.models import Group, User
from sources.operations import ask_for_capture, find_or_create_source
dana = User.objects.create(username="dana")
dana.groups.add(Group.objects.get(name="contributor"))
for n in range({pages}):
    source, _ = find_or_create_source(by=dana, url=f"{url}/{{n}}")
    ask_for_capture(source, by=dana, fills=["title"])
"""

# Forks for each try: the child works, the parent kills it after a while that differs each time.
KILL = """
import json, os, random, signal, time
from django.db import connection, connections
from django.utils import timezone
from sources import verifying
from sources.models import Capture, Snapshot
from sources.operations import run_capture
chance = random.Random(7)
keys = list(Capture.objects.order_by("pk").values_list("pk", flat=True))
killed, faults = 0, []
started = time.monotonic()  # how long a try takes here and now
run_capture(keys.pop(0))
whole = time.monotonic() - started
for key in keys:
    for longest in (whole / 2, whole, whole * 2):
        connections.close_all()
        if connection.vendor == "postgresql":
            connection.close_pool()  # or parent and child would speak through the same socket
        child = os.fork()
        if child == 0:
            run_capture(key)
            os._exit(0)
        time.sleep(chance.uniform(0, longest))
        os.kill(child, signal.SIGKILL)
        killed += os.waitpid(child, 0)[1] == signal.SIGKILL
        # what was claimed runs out, as it would in five minutes
        Capture.objects.filter(ended_at=None).update(next_try_at=timezone.now())
    faults += verifying.verify().faults
after = [Snapshot.objects.count(), len(verifying.verify().orphans)]
for key in keys:
    run_capture(key)
report = verifying.verify()
print(json.dumps({
    "killed": killed,
    "faults": faults + report.faults,
    "after": after,
    "states": sorted(set(Capture.objects.values_list("state", flat=True))),
    "snapshots": Snapshot.objects.count(),
    "sources": Snapshot.objects.values("source").distinct().count(),
    "looked_at": report.snapshot_count,
}))
"""

RUN_OUT = """
from datetime import timedelta
from django.utils import timezone
from sources.models import Capture, Routine
past = timezone.now() - timedelta(hours=1)
print(list(Capture.objects.values_list("state", flat=True)))
Capture.objects.update(next_try_at=past)
Routine.objects.update(next_at=past)
"""
STATES = """
from sources.models import Capture
print(list(Capture.objects.values_list("state", "try_count")))
"""


@pytest.fixture
def manage(migrated_url, tmp_path):
    """Starts manage.py on a database of its own, of the kind that is tested."""
    env = {
        "PATH": os.environ["PATH"],
        "DEBUG": "true",  # or loopback could not be captured
        "CAPTURE_LOOPBACK": "true",
        "DATABASE_URL": migrated_url,
        "BLOB_DIR": str(tmp_path / "blobs"),
        "LOG_LEVEL": "CRITICAL",
    }

    def start(*arguments):
        return subprocess.Popen(  # noqa: S603  our own command
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def done(*arguments):
        process = start(*arguments)
        said, complaint = process.communicate(timeout=300)
        assert process.returncode == 0, said + complaint
        return said.strip()

    done.start = start
    return done


def test_killed_at_random_moments_it_leaves_no_row_without_its_bytes(manage):
    with hostile() as server:
        for n in range(PAGES):
            server.says[f"/{n}"] = answer(f"Page {n}. {TEXT}".encode(), content_type="text/plain")
        manage("shell", "-v0", "-c", ASK.format(pages=PAGES, url=server.url("")))
        told = json.loads(manage("shell", "-v0", "-c", KILL))
        verified = manage("verify_snapshots")

    assert told["killed"] >= PAGES
    assert told["faults"] == []
    # some were killed before they had stored anything, some after they were done
    assert 1 < told["after"][0] < PAGES
    assert (told["states"], told["snapshots"], told["sources"], told["looked_at"]) == (
        ["kept"],
        PAGES,
        PAGES,
        PAGES,
    )
    assert verified.endswith(f"{PAGES} snapshots are intact.")


def test_a_worker_killed_while_it_waits_for_a_page_is_replaced_by_another(manage):
    with hostile() as server:
        asked = []

        def hang(connection):
            asked.append(1)
            time.sleep(20)

        server.says["/0"] = hang
        manage("shell", "-v0", "-c", ASK.format(pages=1, url=server.url("")))
        worker = manage.start("db_worker", "--no-startup-delay", "--no-reload")
        waited = time.monotonic()
        while not asked and worker.poll() is None and time.monotonic() - waited < 120:
            time.sleep(0.05)
        worker.send_signal(signal.SIGKILL)
        worker.communicate(timeout=60)

        server.says["/0"] = answer(b"The words", content_type="text/plain")
        assert manage("shell", "-v0", "-c", RUN_OUT) == "['running']"
        for _ in range(2):  # the first look may only enter the routines
            manage("db_worker", "--batch", "--no-startup-delay", "--no-reload", "-v0")

        assert manage("shell", "-v0", "-c", STATES) == "[('kept', 2)]"
