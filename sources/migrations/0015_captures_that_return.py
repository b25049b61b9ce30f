"""Adds to captures whether the page went back to an older copy."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sources", "0014_snapshot_texts")]

    operations = [
        migrations.AddField(
            model_name="capture",
            name="is_return",
            field=models.BooleanField("back to an older copy", default=False, editable=False),
        ),
    ]
