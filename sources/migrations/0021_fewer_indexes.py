"""Takes away indexes that nothing is looked up by, or whose column begins another index."""

from django.db import migrations

from sources.migrations._indexes import WithoutIndexes

COLUMNS = {
    "historicalpublisher": ("history_date", "public_id"),
    "historicalsource": (
        "created_by",
        "history_date",
        "merged_into",
        "origin",
        "public_id",
        "publisher",
    ),
    "observation": ("series",),
}


class Migration(migrations.Migration):
    dependencies = [
        ("sources", "0020_source_by_day"),
    ]

    operations = [WithoutIndexes(model, *names) for model, names in COLUMNS.items()]
