"""Lets an occasion be found by its title and day without reading them all."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0007_external_review_summary"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="occasion",
            index=models.Index(fields=["title", "held_edtf"], name="occasion_by_title"),
        ),
    ]
