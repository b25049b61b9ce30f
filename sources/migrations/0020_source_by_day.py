"""Lets the list of sources be walked from the newest, whatever their number."""

from django.db import migrations

import sources.models.base


class Migration(migrations.Migration):
    dependencies = [("sources", "0019_source_by_work")]

    operations = [
        migrations.AddIndex(
            model_name="source",
            index=sources.models.base.NewestFirstIndex("published_on", name="source_by_day"),
        ),
    ]
