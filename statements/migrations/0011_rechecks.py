"""Calls to look at a finding again; and one event of an agreement, dated twice."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0009_correction_by_day"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="agreementevent",
            name="dates_again",
            field=models.ForeignKey(
                blank=True,
                help_text="The same event, dated by another source or party",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="other_datings",
                to="statements.agreementevent",
            ),
        ),
        migrations.CreateModel(
            name="Recheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("new_observation", "A new count"),
                            ("new_event", "A new event of an agreement"),
                            ("new_evidence", "New evidence"),
                            ("review_due", "The day to look again has come"),
                            ("source_changed", "A source changed"),
                            ("source_gone", "A source is gone"),
                            ("contradiction", "Another claim contradicts it"),
                        ],
                        max_length=20,
                    ),
                ),
                ("summary", models.TextField(help_text="For the checker: what happened")),
                (
                    "detail",
                    models.JSONField(
                        blank=True, default=dict, help_text="What the entry is about, as data"
                    ),
                ),
                (
                    "fingerprint",
                    models.CharField(
                        editable=False,
                        help_text="SHA-256 of what makes two entries equal",
                        max_length=64,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("still_holds", "The finding still holds"),
                            ("reopened", "The claim was reopened"),
                            ("not_relevant", "It does not bear on the finding"),
                        ],
                        max_length=20,
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("taken_down_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rechecks",
                        to="statements.claim",
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=["id"],
                        name="recheck_waiting",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "cause__in",
                                (
                                    "new_observation",
                                    "new_event",
                                    "new_evidence",
                                    "review_due",
                                    "source_changed",
                                    "source_gone",
                                    "contradiction",
                                ),
                            )
                        ),
                        name="recheck_cause_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome__in", ("still_holds", "reopened", "not_relevant", ""))
                        ),
                        name="recheck_outcome_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_at__isnull", True),
                                ("closed_by__isnull", True),
                                ("note", ""),
                                ("outcome", ""),
                            ),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("closed_by__isnull", False),
                                models.Q(("outcome", ""), _negated=True),
                                models.Q(
                                    models.Q(("note", ""), _negated=True),
                                    ("taken_down_at__isnull", False),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="recheck_is_closed_wholly_or_not",
                        violation_error_message="Say what came of looking again, and why.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("summary", ""), _negated=True),
                            ("taken_down_at__isnull", False),
                            _connector="OR",
                        ),
                        name="recheck_says_what_happened",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("claim", "cause", "fingerprint"),
                        name="recheck_is_open_once",
                    ),
                ],
            },
        ),
    ]
