"""The project as an app: it has no tables, only system checks."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import Tags, register


class ClaimtrackerConfig(AppConfig):
    name = "claimtracker"

    def ready(self) -> None:
        from claimtracker import checks  # needs complete settings

        register(checks.site_url_is_allowed, Tags.security)
        register(checks.proxies_are_named, Tags.security, deploy=True)
        register(checks.postgresql_is_new_enough, Tags.database)
