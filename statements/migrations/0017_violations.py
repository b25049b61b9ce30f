"""Violations of agreements: alleged, corroborated, refuted."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sources", "0002_idempotent_requests"),
        ("statements", "0016_documents_name_agreements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AgreementViolation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "standing",
                    models.CharField(
                        choices=[
                            ("alleged", "Alleged"),
                            ("corroborated", "Corroborated"),
                            ("refuted", "Refuted"),
                        ],
                        max_length=20,
                    ),
                ),
                ("what", models.CharField(max_length=300, verbose_name="what happened")),
                ("happened_on", models.DateField()),
                (
                    "ended_on",
                    models.DateField(
                        blank=True,
                        help_text="The last day, where it lasted longer than one",
                        null=True,
                    ),
                ),
                (
                    "count",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="The number that the source gives, if it does",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="how many",
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("recorded_at", models.DateTimeField()),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="violations",
                        to="statements.agreement",
                    ),
                ),
                (
                    "alleged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="statements.speaker",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="statements.speaker",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sources.place",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreement_violations",
                        to="sources.source",
                    ),
                ),
                (
                    "supersedes",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superseded_by",
                        to="statements.agreementviolation",
                    ),
                ),
            ],
            options={
                "ordering": ["happened_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="AgreementViolationConfirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("confirmed_at", models.DateTimeField()),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "violation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmation",
                        to="statements.agreementviolation",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="agreementviolation",
            constraint=models.CheckConstraint(
                condition=models.Q(("standing__in", ("alleged", "corroborated", "refuted"))),
                name="agreementviolation_standing_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreementviolation",
            constraint=models.CheckConstraint(
                condition=models.Q(("what", ""), _negated=True),
                name="violation_says_what_happened",
                violation_error_message="Say what happened.",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreementviolation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("standing", "alleged"), _negated=True),
                    ("alleged_by__isnull", False),
                    _connector="OR",
                ),
                name="violation_alleged_says_by_whom",
                violation_error_message="Say who alleges it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreementviolation",
            constraint=models.CheckConstraint(
                condition=models.Q(("count__isnull", True), ("count__gte", 1), _connector="OR"),
                name="violation_count_is_positive",
                violation_error_message="Leave the number empty where there is none.",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreementviolation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("happened_on__isnull", True),
                    ("ended_on__isnull", True),
                    ("happened_on__lte", models.F("ended_on")),
                    _connector="OR",
                ),
                name="agreementviolation_happened_on_before_ended_on",
                violation_error_message="It ends before it starts.",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreementviolationconfirmation",
            constraint=models.CheckConstraint(
                condition=models.Q(("confirmed_by", models.F("recorded_by")), _negated=True),
                name="violation_takes_two_people",
                violation_error_message="Ask a second editor to confirm what you recorded.",
            ),
        ),
    ]
