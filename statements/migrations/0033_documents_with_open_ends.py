"""Makes the documents of search again: days that are open at an end are found among the others.

As in `0016_documents_name_agreements`, what follows `migrate` makes all of them.
"""

from typing import Any

from django.db import migrations


def take_away(apps: Any, schema_editor: Any) -> None:
    documents = apps.get_model("statements", "StaffDocument")
    documents.objects.using(schema_editor.connection.alias).all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0032_reviews_of_a_claim"),
    ]

    operations = [
        # The other way nothing is to be done: an older build reads the same words.
        migrations.RunPython(take_away, migrations.RunPython.noop),
    ]
