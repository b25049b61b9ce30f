"""The app of statements: claims, their workflow, and what the public sees of them."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate


class StatementsConfig(AppConfig):
    name = "statements"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from sources import followers, seals  # needs loaded models
        from sources.models import Publisher, Series, Source  # needs loaded models
        from statements import checks, querysets, search, seen  # needs loaded models
        from statements.operations import captured, following, rounds  # needs loaded models
        from statements.operations.agreements import lay_out_for  # needs loaded models
        from statements.operations.bearing import look_again_after_counts  # needs loaded models

        followers.of_publisher_changed += [search.refresh_citing, lay_out_for]
        followers.of_snapshot_seen_again.append(following.look_again)
        followers.of_snapshot_added += [following.look_again, captured.give_copy]
        followers.of_source_gone.append(captured.tell_gone)
        followers.of_source_unreachable.append(captured.tell_unreachable)
        followers.rested_on.append(querysets.cited_sources)
        followers.of_observations_recorded.append(look_again_after_counts)
        followers.rounds += rounds.ROUNDS
        followers.seen |= {
            Source: seen.is_source_seen,
            Publisher: seen.is_publisher_seen,
            Series: seen.is_series_seen,
        }

        post_migrate.connect(
            seals.install_after_migrate, sender=self, dispatch_uid="statements.seals"
        )
        post_migrate.connect(
            search.install_after_migrate, sender=self, dispatch_uid="statements.search"
        )
        register(checks.search_is_there, Tags.database)
