"""Keeps when a count was stored here: for those that are there, by now at the latest."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sources", "0002_idempotent_requests")]

    operations = [
        migrations.AddField(
            model_name="series",
            name="time_zone",
            field=models.CharField(
                blank=True, help_text="Whose days and nights: Europe/Kyiv", max_length=60
            ),
        ),
        migrations.AddField(
            model_name="series",
            name="includes",
            field=models.TextField(
                blank=True,
                help_text="What this counter adds to the rule of the measure: decoys, damaged ones …",
                verbose_name="what is counted in",
            ),
        ),
        migrations.AlterField(
            model_name="observation",
            name="reported_at",
            field=models.DateTimeField(help_text="When the counter said it"),
        ),
        migrations.AddField(
            model_name="observation",
            name="recorded_at",
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AddConstraint(
            model_name="observation",
            constraint=models.CheckConstraint(
                condition=models.Q(("reported_at__lte", models.F("recorded_at"))),
                name="observation_is_reported_before_it_is_recorded",
                violation_error_message="A count cannot be reported later than now.",
            ),
        ),
    ]
