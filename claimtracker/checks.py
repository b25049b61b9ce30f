"""System checks of the installation: settings that contradict each other, a server too old."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Caution
from django.db import connections
from django.http.request import validate_host

OLDEST_POSTGRESQL = 150000


def site_url_is_allowed(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Reports a site that would refuse the address it gives to its readers."""
    host = urlsplit(settings.SITE_URL).hostname or ""
    if validate_host(host, settings.ALLOWED_HOSTS):
        return []
    return [
        Caution(
            f"SITE_URL names the host {host}, which is not in ALLOWED_HOSTS.",
            hint="Every link that leaves the site would lead to an error. Name it in both.",
            id="claimtracker.W001",
        )
    ]


def proxies_are_named(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Reports https without a proxy: right only when granian itself holds the certificate."""
    if not settings.IS_HTTPS or settings.TRUSTED_PROXIES:
        return []
    return [
        Caution(
            "SITE_URL is https and TRUSTED_PROXIES is 0.",
            hint=(
                "With a proxy in front every page would redirect to itself: set TRUSTED_PROXIES=1. "
                "When the server itself holds the certificate, all is well."
            ),
            id="claimtracker.W002",
        )
    ]


def postgresql_is_new_enough(
    app_configs: Sequence[Any] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Reports a PostgreSQL that we do not test on, and a database that cannot hold every text."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        if connection.vendor != "postgresql":
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version_num')::int, pg_encoding_to_char("
                "encoding) FROM pg_database WHERE datname = current_database()"
            )
            version, encoding = cursor.fetchone()
        if version < OLDEST_POSTGRESQL:
            found.append(
                Error("PostgreSQL is older than 15.", hint="Upgrade it.", id="claimtracker.E001")
            )
        if encoding != "UTF8":
            found.append(
                Error(
                    f"The database stores text as {encoding}.",
                    hint="Create it with --encoding UTF8 --template template0.",
                    id="claimtracker.E002",
                )
            )
    return found
