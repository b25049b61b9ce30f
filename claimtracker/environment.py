"""Reading the environment: all settings are validated first, then all faults are said at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError

T = TypeVar("T")

HOW_TO_MAKE_A_KEY = 'python -c "import secrets; print(secrets.token_urlsafe(50))"'


class Environment:
    """The environment of this process. Faults are collected; `finish` reports them together."""

    def __init__(self, base_dir: Path) -> None:
        self.base_dir = base_dir
        self.faults: list[str] = []
        self.names_read: set[str] = set()
        self._env = Env()

    def text(self, name: str, default: str = "") -> str:
        return self._read(self._env.str, name, default)

    def flag(self, name: str, default: bool) -> bool:
        return self._read(self._env.bool, name, default)

    def number(self, name: str, default: int, *, at_least: int = 0) -> int:
        value = self._read(self._env.int, name, default)
        if value < at_least:
            self.faults.append(f"{name} must be at least {at_least}, not {value}.")
        return value

    def names(self, name: str) -> list[str]:
        """Returns a comma-separated list, blanks dropped."""
        return [part.strip() for part in self.text(name).split(",") if part.strip()]

    def numbers(self, name: str, default: tuple[int, ...]) -> tuple[int, ...]:
        """Returns a comma-separated list of whole numbers."""
        told = self.names(name)
        if not all(part.isdigit() for part in told):
            self.faults.append(f"{name} must be whole numbers with commas between them.")
            return default
        return tuple(map(int, told)) or default

    def path(self, name: str, default: str) -> Path:
        """Returns an absolute path; a relative one is read from the project folder."""
        return self.base_dir / Path(self.text(name) or default).expanduser()

    def address(self, name: str, default: str) -> str:
        """Returns an http(s) address without its last slash."""
        value = (self.text(name) or default).rstrip("/")
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path:
            self.faults.append(f"{name} must look like https://claims.example.org, not {value!r}.")
        return value

    def database(self, name: str, default: str) -> dict[str, Any]:
        return dict(self._read(lambda n, _: self._env.dj_db_url(n, default=default), name, {}))

    def cache(self, name: str, default: str) -> dict[str, Any]:
        return dict(self._read(lambda n, _: self._env.dj_cache_url(n, default=default), name, {}))

    def secret_key(self, name: str, *, is_debug: bool) -> str:
        value = self.text(name)
        if not value and is_debug:
            return "no-secret-this-process-runs-with-debug-on-and-serves-nobody-else"
        if not value:
            self.faults.append(
                f"{name} is not set. Give it a long random text and keep it to yourself; "
                f"make one with: {HOW_TO_MAKE_A_KEY}"
            )
        elif len(value) < 32:
            self.faults.append(
                f"{name} is too short: use at least 32 characters; "
                f"make one with: {HOW_TO_MAKE_A_KEY}"
            )
        return value

    def allowed_hosts(self, name: str, *, is_debug: bool) -> list[str]:
        hosts = self.names(name)
        if not hosts and is_debug:
            return ["127.0.0.1", "localhost", "[::1]"]
        if not hosts:
            self.faults.append(
                f"{name} is not set. Name the hosts this site answers to, "
                f"with commas between them: {name}=claims.example.org"
            )
        return hosts

    def finish(self) -> None:
        """Raises one `ImproperlyConfigured` that names every fault."""
        if self.faults:
            listed = "\n".join(f"  - {fault}" for fault in self.faults)
            raise ImproperlyConfigured(
                f"claimtracker cannot start with these settings:\n{listed}\n"
                "All settings are explained in docs/settings.md. "
                "For a try-out on your own machine run `make demo`, or set DEBUG=true."
            )

    def _read(self, read: Callable[..., T], name: str, default: T) -> T:
        self.names_read.add(name)
        try:
            return read(name, default)
        except (EnvError, ValueError) as error:
            self.faults.append(f"{name} cannot be read: {error}")
            return default
