"""What every test gets: a database of the chosen kind with its seals on, and nothing left over."""

from __future__ import annotations

import gc
import shutil
import signal
import socket
import threading
from ipaddress import ip_address
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection, connections, transaction
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings

from sources import seals
from sources.editions import KeptEach
from statements.models import Site
from tests import migrated
from tests.settings import FOLDER

# The same examples every time: a failure here can be repeated there.
hypothesis_settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
hypothesis_settings.load_profile("repeatable")


USUAL_THRESHOLD = gc.get_threshold()


def pytest_configure():
    shutil.rmtree(FOLDER, ignore_errors=True)  # of a run that was killed
    FOLDER.mkdir(mode=0o700)
    # Migrating makes so many classes that a quarter of its time went into looking for garbage.
    gc.set_threshold(100_000, 20, 100)
    if threading.current_thread() is threading.main_thread():
        # An ended run stops its servers and drops its database all the same.
        signal.signal(signal.SIGTERM, lambda *_: pytest.exit("ended by SIGTERM", returncode=143))


def pytest_unconfigure():
    shutil.rmtree(FOLDER, ignore_errors=True)


def pytest_report_header():
    engine = django_settings.DATABASES["default"]["ENGINE"].rsplit(".", 1)[1]
    return f"database: {'SQLite (a file, WAL)' if engine == 'sqlite3' else 'PostgreSQL'}"


def pytest_collection_modifyitems(items):
    for item in items:
        if "browser" in Path(item.path).parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(autouse=True)
def _nothing_left_over(request):
    """Caches and stored files are gone after each test, but for files that the whole file has."""
    blobs, aside = Path(django_settings.BLOB_DIR), FOLDER / "aside"
    is_shared = "rows_of_module" in request.fixturenames
    if is_shared and blobs.exists() and not aside.exists():
        shutil.copytree(blobs, aside)
    ended_by = signal.getsignal(signal.SIGTERM)
    yield
    if signal.getsignal(signal.SIGTERM) is not ended_by:
        signal.signal(signal.SIGTERM, ended_by)  # a worker within the process took it over
    cache.clear()
    Site.forget()
    KeptEach.forget()
    if blobs.exists():
        shutil.rmtree(blobs)
    if is_shared and aside.exists():
        shutil.copytree(aside, blobs)


@pytest.fixture(scope="module")
def rows_of_module(django_db_setup, django_db_blocker):
    """Keeps what fixtures of a file write until its last test has ended: see `tests.shared`."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
    for files in (FOLDER / "aside", Path(django_settings.BLOB_DIR)):
        shutil.rmtree(files, ignore_errors=True)


@pytest.fixture(autouse=True, scope="session")
def _nobody_is_called():
    """No test opens a connection to another machine: a capture that tries to is a mistake."""
    connect = socket.socket.connect

    def to_ourselves(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = "127.0.0.1" if address[0] == "localhost" else address[0]
            assert ip_address(host).is_loopback, f"a test wants to call {host}"
        return connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", to_ourselves)
        yield


@pytest.fixture(scope="session")
def is_copied(django_db_modify_db_settings, django_db_use_migrations):
    """Says whether the database began as a copy of a migrated one: see `tests.migrated`."""
    return django_db_use_migrations and migrated.begin(connection.settings_dict["TEST"]["NAME"])


@pytest.fixture(scope="session")
def django_db_keepdb(is_copied):
    """Takes the copy as it is. In the end ours is dropped by us, or goes with its folder."""
    return True


@pytest.fixture
def migrated_url(transactional_db, tmp_path):
    """The address of a migrated database, for processes that a test starts."""
    with migrated.another(tmp_path) as url:
        yield url


# A transactional test really commits, so its rows must be deleted afterwards; from sealed tables
# too. And what migrations wrote (roles, the site's row, the publication number) must come back,
# or the tests after it would run on a database that no installation has.


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker, is_copied, django_db_use_migrations):
    """Adds to pytest-django's: remembers what the migrated database holds."""
    with django_db_blocker.unblock():
        if django_db_use_migrations and not is_copied:
            migrated.keep()
        after_migrate = {alias: _rows_of(connections[alias]) for alias in connections}
    gc.set_threshold(*USUAL_THRESHOLD)

    def put_back(self):
        for alias in self._databases_names(include_mirrors=False):
            _put_back(connections[alias], after_migrate[alias])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", put_back)
        yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            migrated.drop()


def _rows_of(connection):
    """Returns (columns, rows) by table, for tables that have rows; the migrations' own left out."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  a name of our own models
            columns = [
                column.name if hasattr(column, "name") else column[0]
                for column in cursor.description
            ]
            found[table] = (columns, cursor.fetchall())
    return found


def _put_back(connection, tables):
    seals.remove(connection)
    # Foreign keys are checked when the transaction ends, so any order of tables will do.
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608
        for table, (columns, rows) in tables.items():
            if rows:
                names = ", ".join(f'"{column}"' for column in columns)
                marks = ", ".join(["%s"] * len(columns))
                cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)  # noqa: S608
    seals.install(connection)
