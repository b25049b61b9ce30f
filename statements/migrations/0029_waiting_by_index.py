"""Finds what waits for a second editor, what is due and what is proposed without a look at all rows."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


def confirmed_by(model):
    return migrations.AlterField(
        model_name=model,
        name="confirmed_by",
        field=models.ForeignKey(
            settings.AUTH_USER_MODEL,
            blank=True,
            db_index=False,
            editable=False,
            null=True,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="+",
        ),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0028_lists_by_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        confirmed_by("appearance"),
        confirmed_by("claimrelation"),
        confirmed_by("occurrence"),
        migrations.AddIndex(
            model_name="appearance",
            index=models.Index(
                condition=Q(is_late=True), fields=["confirmed_by"], name="appearance_late"
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["state", "review_due_on"], name="claim_by_review"),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=Q(proposed_by__isnull=False), fields=["id"], name="claim_with_proposal"
            ),
        ),
        migrations.AddIndex(
            model_name="claimrelation",
            index=models.Index(
                condition=Q(is_late=True), fields=["confirmed_by"], name="claimrelation_late"
            ),
        ),
        migrations.AddIndex(
            model_name="commitmentdetail",
            index=models.Index(fields=["due_on"], name="commitment_by_day"),
        ),
        migrations.AddIndex(
            model_name="occurrence",
            index=models.Index(
                condition=Q(is_late=True), fields=["confirmed_by"], name="occurrence_late"
            ),
        ),
    ]
