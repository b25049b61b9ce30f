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
    elif (folder := binaries()) is None:
        yield None
    else:
        with Private(folder) as private:
            yield Server(private.url, f"private, started from {folder}")


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


def binaries() -> Path | None:
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


class Private:
    """A server of our own in a temporary folder: `with Private(binaries) as ours: ours.url`."""

    def __init__(self, binaries: Path) -> None:
        self.binaries = binaries
        self.user = _user()
        self.folder = Path(tempfile.mkdtemp(prefix="claimtracker-postgres-"))
        if self.user is not None:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> Private:
        try:
            self._run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N")
            self.start()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        options = [f"-c {setting}" for setting in (*CARELESS, f"port={self.port}")]
        options += [f"-k {self.folder}", "-h 127.0.0.1"]
        self._run("pg_ctl", "-l", str(self.folder / "log"), "-o", " ".join(options), "-w", "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-m", "immediate", "-w", "stop")

    def _run(self, name: str, *arguments: str) -> None:
        who = {} if self.user is None else {"user": self.user.pw_uid, "group": self.user.pw_gid}
        # Not through pipes: the server would inherit them and keep them open.
        with (self.folder / "told").open("w+") as told:
            done = subprocess.run(  # noqa: S603  a program of PostgreSQL, found above
                [str(self.binaries / name), "-D", str(self.folder / "data"), *arguments],
                cwd=self.folder,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": str(self.folder)},
                extra_groups=None if self.user is None else [],
                stdout=told,
                stderr=subprocess.STDOUT,
                check=False,
                **who,
            )
            if done.returncode:
                told.seek(0)
                raise RuntimeError(f"{name} failed:\n{told.read()}")


def _user() -> pwd.struct_passwd | None:
    """Returns whom to run the server as: it refuses root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise RuntimeError("PostgreSQL refuses to run as root, and there is no user postgres or nobody")
