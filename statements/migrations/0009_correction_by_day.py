"""Lets the newest corrections be found without sorting all of them."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0008_occasion_by_title"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="correction",
            index=models.Index(fields=["-made_at", "-id"], name="correction_by_day"),
        ),
    ]
