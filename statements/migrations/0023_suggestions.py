"""Contradictions that the site suggests; and how long findings on a topic hold."""

import django.core.validators
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0022_relation_history_begins"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="claimrelation",
            name="is_suggested",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="historicalclaimrelation",
            name="is_suggested",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="topic",
            name="review_after_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="How long a finding on this topic holds before somebody looks at it again",
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="look again after (days)",
            ),
        ),
        migrations.AddConstraint(
            model_name="claimrelation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_suggested", False),
                    models.Q(
                        ("added_by__isnull", True),
                        ("confirmed_by__isnull", True),
                        ("resolution", "open"),
                    ),
                    _connector="OR",
                ),
                name="relation_suggested_is_nobodys_word",
            ),
        ),
        migrations.AddConstraint(
            model_name="topic",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("review_after_days__isnull", True),
                    ("review_after_days__gte", 1),
                    _connector="OR",
                ),
                name="topic_review_takes_a_day",
                violation_error_message="Give one day at least, or none.",
            ),
        ),
    ]
