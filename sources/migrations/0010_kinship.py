"""Adds sketches of texts, and what they suggest of two works."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

KINDS = [("same_work", "The same work"), ("reports_on", "Reports on it")]
GROUNDS = [
    ("same_text", "Has the same text"),
    ("near_text", "Has nearly the same text"),
    ("page_says", "The page names the other's address as its own"),
    ("copies", "Has the other's text in it"),
    ("links", "Links to the other"),
    ("names", "Names the other's title and publisher"),
]
ANSWERS = [("accepted", "Accepted"), ("dismissed", "Dismissed")]


def key():
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


def part_of(model, related_name, **more):
    return models.ForeignKey(
        model, on_delete=django.db.models.deletion.CASCADE, related_name=related_name, **more
    )


class Migration(migrations.Migration):
    dependencies = [
        ("sources", "0009_merged_sources"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TextSketch",
            fields=[
                (
                    "snapshot",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="sketch",
                        serialize=False,
                        to="sources.snapshot",
                    ),
                ),
                ("scale", models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="TextPrint",
            fields=[
                ("id", key()),
                ("value", models.BigIntegerField()),
                ("sketch", part_of("sources.textsketch", "prints")),
            ],
            options={
                "indexes": [models.Index(fields=["value", "sketch"], name="text_print_by_value")]
            },
        ),
        migrations.CreateModel(
            name="SourceSuggestion",
            fields=[
                ("id", key()),
                ("kind", models.CharField(choices=KINDS, max_length=12)),
                ("grounds", models.CharField(choices=GROUNDS, max_length=12)),
                ("share", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("found_at", models.DateTimeField(auto_now_add=True)),
                ("answer", models.CharField(blank=True, choices=ANSWERS, max_length=10)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("other", part_of("sources.source", "suggested_for")),
                ("snapshot", part_of("sources.snapshot", "+", blank=True, null=True)),
                ("source", part_of("sources.source", "suggestions")),
            ],
            options={
                "ordering": ["-found_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "source", "other"), name="source_suggestion_is_made_once"
                    ),
                    models.CheckConstraint(
                        condition=~Q(source=F("other")), name="source_suggestion_is_of_two_works"
                    ),
                    models.CheckConstraint(
                        condition=Q(kind__in=("same_work", "reports_on")),
                        name="source_suggestion_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=Q(answer="", answered_at__isnull=True, answered_by__isnull=True)
                        | Q(
                            answer__in=("accepted", "dismissed"),
                            answered_at__isnull=False,
                            answered_by__isnull=False,
                        ),
                        name="source_suggestion_is_answered_by_somebody",
                    ),
                ],
            },
        ),
    ]
