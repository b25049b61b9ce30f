"""Adds what may be done with the copies of a work."""

from django.db import migrations, models
from django.db.models import Q

CHOICES = [
    ("unknown", "Not known"),
    ("all_rights_reserved", "All rights reserved"),
    ("open_licence", "Open licence"),
    ("public_domain", "Public domain"),
    ("own", "Our own work"),
]


def rights():
    return models.CharField(
        max_length=20,
        choices=CHOICES,
        default="unknown",
        help_text="What we may do with copies of it. Only an editor changes it.",
    )


class Migration(migrations.Migration):
    dependencies = [("sources", "0003_observation_recorded_at")]

    operations = [
        migrations.AddField("source", "rights", rights()),
        migrations.AddField("historicalsource", "rights", rights()),
        migrations.AddConstraint(
            "source",
            models.CheckConstraint(
                condition=Q(rights__in=tuple(code for code, _ in CHOICES)),
                name="source_rights_are_known",
            ),
        ),
    ]
