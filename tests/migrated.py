"""A migrated database, made once and copied from then on.

Migrating an empty database takes a quarter of a minute of CPU, copying a migrated one takes a moment. The
first run keeps one for as long as the migrations and packages stay as they are: a file in
`var/tests`, or a database on the PostgreSQL server that others are made from. A run still calls
`migrate` on its copy, with nothing left to do but to put seals and permissions in order.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.db import connection, connections

ROOT = Path(__file__).resolve().parent.parent
# Modules of ours that a migration imports: what they do is part of it.
OURS = re.compile(r"^(?:from|import) ((?:sources|statements)\.[\w.]+)", re.MULTILINE)
MADE_BY = "made by the tests of "


def _digest() -> str:
    migrations = sorted(ROOT.glob("*/migrations/*.py"))
    told = {name for file in migrations for name in OURS.findall(file.read_text())}
    used = {ROOT / f"{name.replace('.', '/')}.py" for name in told}
    inputs = [ROOT / "requirements-dev.txt", *migrations, *sorted(filter(Path.is_file, used))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in inputs)).hexdigest()[:16]


FILE = ROOT / "var" / "tests" / f"migrated-{_digest()}.sqlite3"
DATABASE = f"claimtracker_migrated_{_digest()}"


def begin(name: str) -> bool:
    """Makes the run's own database from the kept one; says whether there was one."""
    if connection.vendor == "sqlite":
        if FILE.exists():
            shutil.copyfile(FILE, name)
        return FILE.exists()
    # Another run may be making it at this moment.
    missing = (
        psycopg.errors.InvalidCatalogName,
        psycopg.errors.ObjectInUse,
        psycopg.errors.InsufficientPrivilege,  # somebody else's
    )
    with contextlib.suppress(*missing), _server() as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # of a run that was killed
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{DATABASE}"')
        return True
    return False


def keep() -> None:
    """Keeps a copy of the database that has just been migrated, and forgets older ones."""
    if connection.vendor == "sqlite":
        FILE.parent.mkdir(parents=True, exist_ok=True)
        for old in FILE.parent.glob("migrated-*"):
            if old.stem != FILE.stem:
                old.unlink(missing_ok=True)
        # Whole or not at all: other processes may be looking.
        fresh = FILE.with_suffix(f".{os.getpid()}")
        _copy_file(fresh)
        fresh.replace(FILE)
        return
    _disconnect()
    here = f"{MADE_BY}{ROOT}"
    with _server() as server:
        found = server.execute(
            "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database "
            "WHERE starts_with(shobj_description(oid, 'pg_database'), %s)",
            [MADE_BY],
        ).fetchall()
        for old, told in found:
            if told == here or not Path(told.removeprefix(MADE_BY)).exists():
                with contextlib.suppress(psycopg.Error):  # in use, or somebody else's
                    server.execute(f'DROP DATABASE IF EXISTS "{old}"')
        with contextlib.suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            server.execute(f'CREATE DATABASE "{DATABASE}" TEMPLATE "{_name()}"')
            server.execute(
                psycopg.sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                    psycopg.sql.Identifier(DATABASE), here
                )
            )


def drop() -> None:
    """Drops the run's own database on a server, whoever still has it open."""
    _disconnect()
    with _server() as server:
        server.execute(f'DROP DATABASE IF EXISTS "{_name()}" WITH (FORCE)')


@contextlib.contextmanager
def another(folder: Path) -> Iterator[str]:
    """Yields the address of a migrated database for processes of a test, empty but for that.

    It is made from the run's own, whose seals and permissions are those of today's code.
    """
    if connection.vendor == "sqlite":
        _copy_file(folder / "another.sqlite3")
        yield f"sqlite:///{folder}/another.sqlite3"
        return
    name = f"{_name()}_another"
    _disconnect()
    with _server() as server:
        # Threads of a live server may still hold theirs; they connect anew when they are asked.
        server.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = %s AND pid <> pg_backend_pid()",
            [_name()],
        )
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{_name()}"')
        try:
            yield urlsplit(os.environ["TEST_DATABASE_URL"])._replace(path=f"/{name}").geturl()
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _name() -> str:
    return str(connection.settings_dict["TEST"]["NAME"])


def _copy_file(target: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(target)])


def _server() -> psycopg.Connection:
    return psycopg.connect(os.environ["TEST_DATABASE_URL"], autocommit=True)


def _disconnect() -> None:
    """Lets go of the database: it cannot be copied or dropped while somebody is connected."""
    connections.close_all()
    connection.close_pool()
