"""Begins the history of links that were there before it was kept: as they stand, since they show."""

from django.db import migrations

BATCH = 500


def begin(apps, schema_editor):
    relations = apps.get_model("statements", "ClaimRelation").objects
    histories = apps.get_model("statements", "HistoricalClaimRelation").objects
    names = [field.attname for field in relations.model._meta.concrete_fields]
    rows = relations.exclude(pk__in=histories.values("id")).order_by("pk")
    histories.bulk_create(
        (
            histories.model(
                **{name: getattr(row, name) for name in names},
                history_date=row.confirmed_at or row.added_at,
                history_type="+",
                history_user_id=row.added_by_id,
                history_change_reason="known before histories of links were kept",
            )
            for row in rows.iterator(BATCH)
        ),
        batch_size=BATCH,
    )


class Migration(migrations.Migration):
    dependencies = [("statements", "0021_relation_history")]

    # Going back drops the table with its rows: nothing is left to undo here.
    operations = [migrations.RunPython(begin, migrations.RunPython.noop, elidable=True)]
