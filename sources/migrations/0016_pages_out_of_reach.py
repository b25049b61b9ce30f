"""Adds to watches since when a page cannot be reached."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("sources", "0015_captures_that_return")]

    operations = [
        migrations.AddField(
            model_name="watch",
            name="failing_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="watch",
            name="unreachable_at",
            field=models.DateTimeField("out of reach since", blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="watch",
            constraint=models.CheckConstraint(
                condition=Q(unreachable_at__isnull=True) | Q(failing_since__isnull=False),
                name="watch_out_of_reach_is_failing",
            ),
        ),
    ]
