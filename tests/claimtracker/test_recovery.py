"""The database goes away and comes back: the site says so meanwhile, and needs no restart."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests import postgres

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [
    pytest.mark.slow,  # starts a PostgreSQL server and granian of its own
    pytest.mark.skipif(
        not os.environ.get("TEST_DATABASE_URL"), reason="runs with the PostgreSQL half"
    ),
]


@pytest.fixture(scope="module")
def database():
    folder = postgres.binaries()
    if folder is None:
        pytest.skip("no PostgreSQL is installed here, only reached")
    with postgres.Private(folder) as private:
        yield private


@pytest.fixture
def ask(database, tmp_path):
    """Serves the site on that database; asks it for a path and returns (status, Retry-After)."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "only-for-this-test-" * 3,
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": database.url,
        "BLOB_DIR": str(tmp_path),
        "STATIC_ROOT": str(tmp_path),
        "LOG_LEVEL": "CRITICAL",
    }
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=env, check=True)

    def asked(path):
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return answer.status, answer.headers["Retry-After"]
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers["Retry-After"]

    command = [
        "granian",
        "--interface",
        "wsgi",
        "--http",
        "1",
        "--no-ws",
        "--port",
        str(port),
        "--no-log",
    ]
    server = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", *command, "claimtracker.wsgi:application"],
        cwd=ROOT,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(150):
            try:
                asked("/livez")
                break
            except OSError:
                time.sleep(0.1)
        yield asked
    finally:
        server.terminate()
        server.wait(timeout=20)


def test_pages_say_503_while_the_database_is_away_and_come_back_with_it(database, ask):
    assert [ask("/livez"), ask("/readyz")] == [(200, None), (200, None)]

    database.stop()
    away = [ask("/livez"), ask("/readyz")]
    database.start()

    assert away == [(200, None), (503, "30")]
    assert ask("/readyz") == (200, None)
