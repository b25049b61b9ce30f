"""Keeps an index of those sources alone that were merged into another."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("sources", "0018_addresses_taken_out")]

    operations = [
        migrations.AlterField(
            model_name="source",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="twins",
                to="sources.source",
            ),
        ),
        migrations.AddIndex(
            model_name="source",
            index=models.Index(
                condition=Q(merged_into__isnull=False),
                fields=["merged_into"],
                name="source_by_work",
            ),
        ),
    ]
