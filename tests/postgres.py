"""Finds a PostgreSQL server for the tests, or starts a private one.

In this order: `TEST_DATABASE_URL`; a server on 127.0.0.1:5432 that trusts us; a server of our own
from installed binaries, in a temporary folder, stopped at the end. None of them downloads anything.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

# Tests need speed and no durability.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True, slots=True)
class Server:
    """A server that may be used: its address, and how it was found."""

    url: str
    found: str


@contextlib.contextmanager
def server() -> Iterator[Server | None]:
    """Yields a server while the block runs, or None when this machine offers none."""
    told = os.environ.get("TEST_DATABASE_URL", "")
    if told:
        yield Server(told, "named by TEST_DATABASE_URL")
    elif running := _running():
        yield running
    elif (binaries := _binaries()) is None:
        yield None
    else:
        with _private(binaries) as private:
            yield private


def _running() -> Server | None:
    for user in dict.fromkeys(("postgres", getpass.getuser(), "root")):
        url = f"postgresql://{user}@127.0.0.1:5432/postgres"
        with contextlib.suppress(psycopg.Error):
            with psycopg.connect(url, connect_timeout=2) as connection:
                may = connection.execute(
                    "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
                ).fetchone()
            if may and may[0]:
                return Server(url, f"running on 127.0.0.1:5432, as {user}")
    return None


def _binaries() -> Path | None:
    """Returns the folder with initdb and postgres, the newest version first."""
    places = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda place: int(place.parent.name) if place.parent.name.isdigit() else 0,
        reverse=True,
    )
    on_path = shutil.which("initdb")
    if on_path:
        places.append(Path(on_path).resolve().parent)
    return next((p for p in places if (p / "initdb").exists() and (p / "postgres").exists()), None)


@contextlib.contextmanager
def _private(binaries: Path) -> Iterator[Server]:
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="claimtracker-postgres-"))
    data, log = folder / "data", folder / "log"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [f"-c {setting}" for setting in (*CARELESS, f"port={port}")]
    options += [f"-k {folder}", "-h 127.0.0.1"]
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)

    def run(name: str, *arguments: str) -> None:
        who = {} if user is None else {"user": user.pw_uid, "group": user.pw_gid}
        done = subprocess.run(  # noqa: S603  a program of PostgreSQL, found above
            [str(binaries / name), *arguments],
            cwd=folder,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": str(folder)},
            extra_groups=None if user is None else [],
            stdout=subprocess.PIPE if name == "initdb" else subprocess.DEVNULL,
            stderr=subprocess.STDOUT if name == "initdb" else subprocess.DEVNULL,
            text=True,
            check=False,
            **who,
        )
        if done.returncode:
            told = done.stdout or (log.read_text() if log.exists() else "")
            raise RuntimeError(f"{name} failed:\n{told}")

    try:
        run("initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N")
        run("pg_ctl", "-D", str(data), "-l", str(log), "-o", " ".join(options), "-w", "start")
        try:
            url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
            yield Server(url, f"private, started from {binaries}")
        finally:
            run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _user() -> pwd.struct_passwd | None:
    """Returns whom to run the server as: it refuses root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise RuntimeError("PostgreSQL refuses to run as root, and there is no user postgres or nobody")
