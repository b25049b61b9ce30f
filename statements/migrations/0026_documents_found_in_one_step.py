"""Lets SQLite find a document by its place in one step: `statements.models.search.PlaceField`.

It writes both tables anew, which drops their triggers and leaves the full-text index without them:
what follows `migrate` makes both again. Nothing changes on PostgreSQL.
"""

from django.db import migrations

import statements.models.search


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0025_successors"),
    ]

    operations = [
        migrations.AlterField(
            model_name="publicdocument",
            name="id",
            field=statements.models.search.PlaceField(primary_key=True, serialize=False),
        ),
        migrations.AlterField(
            model_name="staffdocument",
            name="id",
            field=statements.models.search.PlaceField(primary_key=True, serialize=False),
        ),
    ]
