"""Lets the lists of statements and speakers be walked in their order, whatever their number."""

from django.db import migrations, models

import sources.models.base


class Migration(migrations.Migration):
    dependencies = [("statements", "0027_proposed_resolutions")]

    operations = [
        migrations.AddIndex(
            model_name="speaker",
            index=models.Index(fields=["name", "public_id"], name="speaker_by_name"),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=sources.models.base.NewestFirstIndex("said_on", name="statement_by_day"),
        ),
    ]
