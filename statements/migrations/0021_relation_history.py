"""Keeps the field history of links between claims: what a page showed on a day of the past."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0020_anchor_checks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalClaimRelation",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("taken_down_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("added_at", models.DateTimeField(blank=True, editable=False)),
                ("is_late", models.BooleanField(default=False, editable=False)),
                ("confirmed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("same_as", "Same as"),
                            ("repeats", "Repeats"),
                            ("narrows", "Narrows"),
                            ("apparent_conflict", "Apparent conflict"),
                            ("contradicts", "Contradicts"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "resolution",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("rounding", "Rounding"),
                            ("definition", "Another definition"),
                            ("not_comparable", "Not comparable"),
                            ("error", "An error"),
                            ("real_conflict", "A real conflict"),
                        ],
                        default="open",
                        max_length=20,
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("history_change_reason", models.TextField(null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "from_claim",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="statements.claim",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "to_claim",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="statements.claim",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical claim relation",
                "verbose_name_plural": "historical claim relations",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
