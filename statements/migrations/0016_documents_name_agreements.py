"""Makes the documents of search again: they name the agreement that a finding speaks of.

Nothing is made here. Documents for people with a role are taken away, and what follows `migrate`
finds none and makes all of them, and the counts, from the other tables (`search.installing`).
"""

from typing import Any

from django.db import migrations


def take_away(apps: Any, schema_editor: Any) -> None:
    apps.get_model("statements", "StaffDocument").objects.using(
        schema_editor.connection.alias
    ).all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0012_quantity_until_event"),
    ]

    operations = [
        # The other way nothing is to be done: an older build passes over what it does not know.
        migrations.RunPython(take_away, migrations.RunPython.noop),
    ]
