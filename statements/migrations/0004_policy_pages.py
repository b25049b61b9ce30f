"""Adds the pages about the site, and what the row of the site says of its organisation."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import sources.models.base


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0003_search_documents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="site",
            name="logo_url",
            field=models.URLField(
                blank=True,
                help_text="An image that search engines, feeds and previews may show",
                max_length=500,
                validators=[sources.models.base.https_only],
                verbose_name="logo's address",
            ),
        ),
        migrations.AddField(
            model_name="site",
            name="organisation_url",
            field=models.URLField(
                blank=True,
                help_text="Where the organisation is found, when that is not this site",
                max_length=500,
                validators=[sources.models.base.https_only],
                verbose_name="organisation's address",
            ),
        ),
        migrations.AddField(
            model_name="site",
            name="policies",
            field=models.JSONField(blank=True, default=list, editable=False),
        ),
        migrations.CreateModel(
            name="HistoricalPolicyPage",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(blank=True, editable=False)),
                ("taken_down_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("corrections", "Corrections policy"),
                            ("fact_checking", "How facts are checked"),
                            ("unnamed_sources", "Unnamed sources"),
                            ("feedback", "Tell us what is wrong"),
                            ("ownership", "Ownership and funding"),
                            ("people", "People"),
                            ("privacy", "Privacy and imprint"),
                        ],
                        db_index=True,
                        editable=False,
                        max_length=20,
                    ),
                ),
                ("title", models.CharField(max_length=100)),
                (
                    "text",
                    models.TextField(
                        blank=True,
                        help_text="An empty line parts paragraphs; ## starts a heading, - a point of a list; a link is [words](https://example.org/). Without a text the page is not shown.",
                    ),
                ),
                ("history_change_reason", models.TextField(null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical policy page",
                "verbose_name_plural": "historical policy pages",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="PolicyPage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("corrections", "Corrections policy"),
                            ("fact_checking", "How facts are checked"),
                            ("unnamed_sources", "Unnamed sources"),
                            ("feedback", "Tell us what is wrong"),
                            ("ownership", "Ownership and funding"),
                            ("people", "People"),
                            ("privacy", "Privacy and imprint"),
                        ],
                        editable=False,
                        max_length=20,
                        unique=True,
                    ),
                ),
                ("title", models.CharField(max_length=100)),
                (
                    "text",
                    models.TextField(
                        blank=True,
                        help_text="An empty line parts paragraphs; ## starts a heading, - a point of a list; a link is [words](https://example.org/). Without a text the page is not shown.",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                (
                                    "corrections",
                                    "fact_checking",
                                    "unnamed_sources",
                                    "feedback",
                                    "ownership",
                                    "people",
                                    "privacy",
                                ),
                            )
                        ),
                        name="policypage_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True),
                        name="policy_page_has_title",
                        violation_error_message="Give the page a title.",
                    ),
                ],
            },
        ),
    ]
