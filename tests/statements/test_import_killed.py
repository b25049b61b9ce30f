"""An import that is killed in the middle leaves nothing behind, and the next one goes through."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.statements.archives import as_lines, flat

ROOT = Path(__file__).resolve().parents[2]

# Starts half a dozen processes.
pytestmark = pytest.mark.slow

ROWS = as_lines(flat(id=str(n), statement=f"Words number {n} of many") for n in range(1_500))
COUNT = (
    "from django.apps import apps\n"
    "models = [m for a in ('sources', 'statements') for m in apps.get_app_config(a).get_models()]\n"
    "print(sum(m._base_manager.count() for m in models))"
)


@pytest.fixture
def manage(migrated_url, tmp_path):
    """Starts manage.py on a database of its own, of the kind that is tested."""
    env = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "only-for-this-test-" * 3,
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": migrated_url,
        "BLOB_DIR": str(tmp_path),
        "STATIC_ROOT": str(tmp_path),
        "LOG_LEVEL": "CRITICAL",
    }

    def start(*arguments):
        return subprocess.Popen(  # noqa: S603  our own command
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    return start


def test_a_killed_import_leaves_nothing_half(manage, tmp_path):
    def done(*arguments):
        process = manage(*arguments)
        said, _ = process.communicate(timeout=300)
        assert process.returncode == 0, said
        return said.strip()

    before = done("shell", "-v0", "-c", COUNT)
    pipe, file = tmp_path / "archive.jsonl", tmp_path / "whole.jsonl"
    file.write_bytes(ROWS)
    os.mkfifo(pipe)
    process = manage("import_factchecks", pipe, "--origin", "killed")
    with pipe.open("wb") as feed:
        # A pipe holds little: once all this went in, batches of it have been written.
        writing = threading.Thread(target=lambda: (feed.write(ROWS), feed.flush()))
        writing.start()
        writing.join(timeout=300)
        assert process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL

    assert done("shell", "-v0", "-c", COUNT) == before
    assert "1,500 claims" in done("import_factchecks", file, "--origin", "killed")
    assert "intact" in done("verify_history")
    assert "Every count was right" in done("recount_facets")
