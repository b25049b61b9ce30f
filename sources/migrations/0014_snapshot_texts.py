"""Adds what later extractors read out of frozen copies, as rows of their own."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact


class Migration(migrations.Migration):
    dependencies = [("sources", "0013_addresses_of_copies")]

    operations = [
        migrations.CreateModel(
            name="SnapshotText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField()),
                ("text_sha256", models.CharField(max_length=64)),
                ("extractor", models.CharField(max_length=40)),
                ("extractor_version", models.CharField(max_length=40)),
                ("extracted_at", models.DateTimeField(auto_now_add=True)),
                (
                    "snapshot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="sources.snapshot",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Exact(Length("text_sha256"), 64),
                        name="snapshot_text_sha256_is_a_hash",
                    ),
                    models.CheckConstraint(
                        condition=~Q(text=""), name="snapshot_text_is_not_empty"
                    ),
                ],
            },
        ),
    ]
