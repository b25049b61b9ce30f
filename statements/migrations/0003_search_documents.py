"""The rows that search and lists read: documents, words and counts."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0002_roles"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublicWord",
            fields=[
                ("word", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("shown", models.CharField(max_length=64)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="StaffWord",
            fields=[
                ("word", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("shown", models.CharField(max_length=64)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="FacetCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("dimension", models.CharField(max_length=20)),
                ("code", models.CharField(max_length=120)),
                ("count", models.IntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["dimension", "-count"], name="facet_by_count")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("dimension", "code"), name="facet_is_counted_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StaffDocument",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("claim_words", models.TextField()),
                ("quote_words", models.TextField()),
                ("speaker_words", models.TextField()),
                ("finding_words", models.TextField()),
                ("facets", models.TextField()),
                (
                    "claim",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="statements.claim",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PublicDocument",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("claim_words", models.TextField()),
                ("quote_words", models.TextField()),
                ("speaker_words", models.TextField()),
                ("finding_words", models.TextField()),
                ("facets", models.TextField()),
                ("updated_at", models.BigIntegerField()),
                ("said_on", models.IntegerField()),
                ("said_until", models.IntegerField()),
                ("line", models.TextField()),
                (
                    "claim",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="statements.claim",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["-updated_at", "-id"], name="public_document_by_update"),
                    models.Index(fields=["-said_on", "-id"], name="public_document_by_day"),
                ],
            },
        ),
    ]
