"""Adds to routines how far a round got that is done in portions."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sources", "0016_pages_out_of_reach")]

    operations = [
        migrations.AddField(
            model_name="routine",
            name="progress",
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
    ]
