"""The app of statements: claims, their workflow, and what the public sees of them."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StatementsConfig(AppConfig):
    name = "statements"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from sources import seals  # needs loaded models

        post_migrate.connect(
            seals.install_after_migrate, sender=self, dispatch_uid="statements.seals"
        )
