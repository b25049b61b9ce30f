"""Keeps what another fact-checker found in a sentence of theirs, beside the label."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0006_imported_rows"),
    ]

    operations = [
        migrations.AddField(
            model_name="externalreview",
            name="summary",
            field=models.TextField(blank=True, verbose_name="what they found, in their words"),
        ),
    ]
