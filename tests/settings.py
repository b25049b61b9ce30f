"""Settings of a test run: those of the project, told by an environment of its own.

Nothing outside is touched: each process has its own database and folder for files, so several
runs may go side by side. Tests run on SQLite (a file, WAL) unless `TEST_DATABASE_URL` names a
PostgreSQL server; `make test` does both.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

# Made by conftest.py: mypy reads these settings too, and would leave it behind.
FOLDER = Path(tempfile.gettempdir()) / f"claimtracker-tests-{os.getpid()}"

os.environ.update(
    {
        "DEBUG": "false",
        "SECRET_KEY": "only-for-tests-" * 4,
        "SECRET_KEY_FALLBACKS": "",
        "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
        "SITE_URL": "http://testserver",
        "TRUSTED_PROXIES": "0",
        "DATABASE_URL": os.environ.get("TEST_DATABASE_URL") or "sqlite:///:memory:",
        "STATEMENT_TIMEOUT_SECONDS": "15",
        "CACHE_URL": "locmem://",
        "BLOB_DIR": str(FOLDER / "blobs"),
        "EXPORT_DIR": str(FOLDER / "exports"),
        "STATIC_ROOT": str(FOLDER),
        "LOG_LEVEL": "CRITICAL",
    }
)

from claimtracker.settings import *  # noqa: E402, F403  the environment comes first
from claimtracker.settings import DATABASES, STORAGES  # noqa: E402

# Read from the source folders: no collectstatic before a test. And looked for when it is asked
# for: a list of all files took 40 ms of each client's first request.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"

# Argon2 is slow on purpose.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file: Django's default in memory knows no WAL and fails every race.
    DATABASES["default"]["TEST"] = {"NAME": str(FOLDER / "test.sqlite3")}
else:
    DATABASES["default"]["TEST"] = {"NAME": f"test_claimtracker_{os.getpid()}"}
    # A commit that a power cut would lose is good enough for a test.
    DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off"
