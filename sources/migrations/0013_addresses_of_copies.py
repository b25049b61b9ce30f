"""Lets copies have addresses of the web alone; copies that are sealed already stay as they are."""

from django.db import migrations, models

import sources.models.base


class Migration(migrations.Migration):
    dependencies = [("sources", "0012_series_confirmations")]

    operations = [
        migrations.AlterField(
            model_name="snapshot",
            name=name,
            field=models.CharField(
                max_length=2000, blank=True, validators=[sources.models.base.https_only]
            ),
        )
        for name in ("archive_url", "final_url")
    ]
