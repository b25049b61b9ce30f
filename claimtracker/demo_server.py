"""`make demo`: sets up a site with sample data on this machine and serves it.

Runs as in production (debug off, granian, hashed static files), with a secret of its own in var/,
and a worker beside it that fetches sources and ends with it.
Done again it keeps the data, collects static files only when one is newer, and starts at once.
"""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
STATIC_SOURCES = (ROOT / "statements" / "static", ROOT / "sources" / "static")
MANIFEST = VAR / "static" / "staticfiles.json"
PACKAGES = ROOT / ".venv" / "runtime-installed"


def main() -> int:
    """Prepares everything, says where to look, and becomes the server."""
    try:
        port = int(os.environ.get("PORT") or 8000)
    except ValueError:
        return _stop(f"PORT must be a number, not {os.environ['PORT']!r}.")
    if _is_taken(port):
        return _stop(
            f"Port {port} is in use on this machine. Choose another one: make demo PORT={port + 1}"
        )
    os.chdir(ROOT)
    VAR.mkdir(exist_ok=True)
    os.environ.update(
        {
            "PORT": str(port),
            "DEBUG": "false",
            "DEMO": "true",
            "SECRET_KEY": _secret_key(),
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "SITE_URL": f"http://127.0.0.1:{port}",
            "TRUSTED_PROXIES": "0",
            "STATIC_ROOT": str(VAR / "static"),
        }
    )
    steps = [["migrate", "--verbosity", "0"], ["demo"]]
    if _static_is_old():
        steps.insert(1, ["collectstatic", "--no-input", "--verbosity", "0"])
    for step in steps:
        _say(f"manage.py {step[0]} ...")
        done = subprocess.run([sys.executable, "manage.py", *step], check=False)  # noqa: S603
        if done.returncode:
            return _stop(f"The demo stopped: `manage.py {step[0]}` failed, see above.")
    _say(
        f"API          http://127.0.0.1:{port}/api/v1/docs/\n\n"
        "The server runs. Ctrl-C ends it; what you change is kept in var/.\n"
        "To start afresh, delete var/."
    )
    return _serve(port)


def _serve(port: int) -> NoReturn:
    """Starts the worker, then turns this process into the server."""
    _start_worker()
    options = {
        "--interface": "wsgi",
        "--http": "1",
        "--host": "127.0.0.1",
        "--port": str(port),
        "--workers": "1",
        "--blocking-threads": "4",
        "--blocking-threads-idle-timeout": "600",
        "--log-level": "warning",
    }
    words = [word for option in options.items() for word in option]
    command = [sys.executable, "-m", "granian", "--no-ws", *words, "claimtracker.wsgi:application"]
    os.execv(sys.executable, command)  # noqa: S606  our own words


def _start_worker() -> None:
    """Starts the worker as a process of its own; it ends when the server does, however that ends.

    The end of a pipe that only the server holds tells it: Ctrl-C reaches both, a kill only one.
    """
    reads, writes = os.pipe()
    os.set_inheritable(writes, True)
    command = [
        sys.executable,
        "manage.py",
        "db_worker",
        "--no-reload",
        "--interval",
        "1",
        "-v",
        "0",
    ]
    subprocess.Popen(  # noqa: S603  our own words
        [*command, "--while-open", str(reads)], pass_fds=(reads,), stdin=subprocess.DEVNULL
    )
    os.close(reads)


def _is_taken(port: int) -> bool:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _secret_key() -> str:
    """Returns this machine's key, made at the first run, so that log-ins outlive a restart."""
    file = VAR / "demo-secret-key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(50))
    return file.read_text().strip()


def _static_is_old() -> bool:
    if not MANIFEST.exists():
        return True
    collected = MANIFEST.stat().st_mtime
    files = [path for folder in STATIC_SOURCES for path in folder.rglob("*") if path.is_file()]
    return any(path.stat().st_mtime > collected for path in (*files, PACKAGES) if path.exists())


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _stop(words: str) -> int:
    sys.stderr.write(f"{words}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
