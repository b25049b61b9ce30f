"""Adds what came of looking for quoted words in newer copies."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [
        ("sources", "0002_idempotent_requests"),
        ("statements", "0019_quotes_with_ellipses"),
    ]

    operations = [
        migrations.CreateModel(
            name="AnchorCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[("found", "Found again"), ("lost", "Lost")], max_length=10
                    ),
                ),
                ("found_start", models.PositiveIntegerField(blank=True, null=True)),
                ("found_end", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "instead",
                    models.TextField(
                        blank=True, help_text="What stands in the place of lost words"
                    ),
                ),
                ("checked_at", models.DateTimeField(auto_now_add=True)),
                (
                    "looked_in",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="anchors_looked_for",
                        to="sources.snapshot",
                    ),
                ),
                (
                    "snapshot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="anchor_checks",
                        to="sources.snapshot",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("snapshot", "start", "end", "looked_in"),
                        name="anchor_is_looked_for_once",
                    ),
                    models.CheckConstraint(
                        condition=Q(outcome__in=("found", "lost")),
                        name="anchorcheck_outcome_is_known",
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            found_end__isnull=True, found_start__isnull=True, outcome="lost"
                        )
                        | Q(
                            found_start__isnull=False,
                            found_start__lt=F("found_end"),
                            outcome="found",
                        ),
                        name="anchor_check_found_a_place_or_none",
                    ),
                    models.CheckConstraint(
                        condition=~Q(snapshot=F("looked_in")),
                        name="anchor_is_looked_for_elsewhere",
                    ),
                ],
            },
        ),
    ]
