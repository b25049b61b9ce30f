"""The app of sources: who publishes what, frozen copies, places and counts."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate, pre_migrate


class SourcesConfig(AppConfig):
    name = "sources"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from sources import checks, followers, seals, tasks  # needs loaded models

        followers.of_capture_queued.append(tasks.queue_capture)
        pre_migrate.connect(
            seals.remove_before_going_back, sender=self, dispatch_uid="sources.seals"
        )
        post_migrate.connect(seals.install_after_migrate, sender=self, dispatch_uid="sources.seals")
        register(checks.seals_are_there, Tags.database)
