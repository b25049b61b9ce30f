"""Adds what a source turned out to be, and the addresses that its own pages name."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


def merged_into(related_name, on_delete, **more):
    return models.ForeignKey(
        "sources.source",
        on_delete=on_delete,
        null=True,
        blank=True,
        editable=False,
        related_name=related_name,
        **more,
    )


class Migration(migrations.Migration):
    dependencies = [("sources", "0008_captures")]

    operations = [
        migrations.AddField(
            "source", "merged_into", merged_into("twins", django.db.models.deletion.PROTECT)
        ),
        migrations.AddField(
            "historicalsource",
            "merged_into",
            merged_into("+", django.db.models.deletion.DO_NOTHING, db_constraint=False),
        ),
        migrations.AddConstraint(
            "source",
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="source_is_not_merged_into_itself",
            ),
        ),
        migrations.CreateModel(
            name="SourceAddress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("canonical_url", models.CharField(max_length=2000, unique=True)),
                ("added_at", models.DateTimeField(auto_now_add=True)),
                (
                    "snapshot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sources.snapshot",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="addresses",
                        to="sources.source",
                    ),
                ),
            ],
            options={"ordering": ["id"], "verbose_name_plural": "source addresses"},
        ),
    ]
