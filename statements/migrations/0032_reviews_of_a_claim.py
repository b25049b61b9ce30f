"""Finds a publisher's reviews of a claim by both, not among all that the publisher wrote."""

from django.db import migrations, models

from sources.migrations._indexes import WithoutIndexes


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0031_fewer_indexes"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="externalreview",
            index=models.Index(fields=["claim", "publisher"], name="external_review_of_claim"),
        ),
        WithoutIndexes("externalreview", "claim"),
    ]
