"""Keeps how a shown link was resolved beside what is shown, until a second editor confirms it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0026_documents_found_in_one_step"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="claimrelation",
            name="proposed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="claimrelation",
            name="proposed_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="claimrelation",
            name="proposed_note",
            field=models.TextField(blank=True, editable=False),
        ),
        migrations.AddField(
            model_name="claimrelation",
            name="proposed_resolution",
            field=models.CharField(
                blank=True,
                choices=[
                    ("open", "Open"),
                    ("rounding", "Rounding"),
                    ("definition", "Another definition"),
                    ("not_comparable", "Not comparable"),
                    ("error", "An error"),
                    ("real_conflict", "A real conflict"),
                ],
                editable=False,
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="historicalclaimrelation",
            name="proposed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="historicalclaimrelation",
            name="proposed_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalclaimrelation",
            name="proposed_note",
            field=models.TextField(blank=True, editable=False),
        ),
        migrations.AddField(
            model_name="historicalclaimrelation",
            name="proposed_resolution",
            field=models.CharField(
                blank=True,
                choices=[
                    ("open", "Open"),
                    ("rounding", "Rounding"),
                    ("definition", "Another definition"),
                    ("not_comparable", "Not comparable"),
                    ("error", "An error"),
                    ("real_conflict", "A real conflict"),
                ],
                editable=False,
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="claimrelation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("proposed_at__isnull", True),
                        ("proposed_by__isnull", True),
                        ("proposed_note", ""),
                        ("proposed_resolution", ""),
                    ),
                    models.Q(
                        models.Q(("proposed_resolution", ""), _negated=True),
                        models.Q(("proposed_note", ""), _negated=True),
                        ("is_suggested", False),
                        ("proposed_at__isnull", False),
                        ("proposed_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="relation_proposal_is_whole",
            ),
        ),
    ]
