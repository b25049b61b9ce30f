"""Two questions a machine asks: is the process alive, and can it serve?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile

from django.conf import settings
from django.core.files.storage import storages
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from claimtracker.middleware import RETRY_AFTER_SECONDS
from sources import seals
from statements import search


@require_safe
@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    """Answers while the process runs, whatever the database does."""
    return _plain("ok")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Answers 200 when pages can be served, else 503 with what is wrong. Six queries."""
    found = list(_look())
    text = "\n".join(f"{name}: {trouble or 'ok'}" for name, trouble in found)
    if not any(trouble for _, trouble in found):
        return _plain(text)
    response = _plain(text, status=503)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _plain(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")


def _look() -> Iterator[tuple[str, str]]:
    """Yields what was looked at and what is wrong there; "" is nothing."""
    for name, look in LOOKS:
        try:
            yield name, look()
        except Error:
            # The driver's own words may name hosts and users. What comes after needs it as well.
            yield name, "the database does not answer"
            return


def _database() -> str:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _migrations() -> str:
    waiting = len(waiting_migrations())
    return f"{waiting} not applied, run manage.py migrate" if waiting else ""


def waiting_migrations() -> frozenset[tuple[str, str]]:
    """Returns (app, name) of migrations that the database has not seen (one query)."""
    applied = MigrationRecorder(connections[DEFAULT_DB_ALIAS]).applied_migrations()
    return _known_migrations() - set(applied)


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    """Reads the migration files once per process: they do not change under it."""
    return frozenset(MigrationLoader(None).disk_migrations)


def _seals() -> str:
    lost = seals.missing(connections[DEFAULT_DB_ALIAS])
    return f"missing on {', '.join(lost)}, run manage.py migrate" if lost else ""


def _search() -> str:
    lost = search.missing(connections[DEFAULT_DB_ALIAS])
    return f"no index on {', '.join(lost)}, run manage.py migrate" if lost else ""


def _files() -> str:
    """Writes a byte, as a full or read-only disk is only found out that way."""
    if settings.BLOB_S3_BUCKET:
        return _bucket()
    try:
        Path(settings.BLOB_DIR).mkdir(mode=0o750, parents=True, exist_ok=True)
        with TemporaryFile(dir=settings.BLOB_DIR) as file:
            file.write(b"?")
    except OSError as error:
        return f"cannot write to BLOB_DIR, {(error.strerror or 'no reason given').lower()}"
    return ""


def _bucket() -> str:
    try:
        storages["blobs"].exists("readyz")
    except Exception:  # of whatever library the storage is made with
        return "the bucket BLOB_S3_BUCKET does not answer"
    return ""


LOOKS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("files", _files),
    ("database", _database),
    ("migrations", _migrations),
    ("seals", _seals),
    ("search", _search),
)
