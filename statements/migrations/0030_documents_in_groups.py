"""Makes the documents of search again: choices of which there are few stand first in them.

As in `0016_documents_name_agreements`, what follows `migrate` makes all of them, and the counts
with them: those of choices beside others are new.
"""

from typing import Any

from django.db import migrations, models


def take_away(apps: Any, schema_editor: Any) -> None:
    documents = apps.get_model("statements", "StaffDocument")
    documents.objects.using(schema_editor.connection.alias).all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0029_waiting_by_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="JointCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("beside", models.CharField(max_length=120)),
                ("choice", models.CharField(max_length=120)),
                ("count", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("beside", "choice"), name="joint_choice_is_counted_once"
                    )
                ],
            },
        ),
        # The other way nothing is to be done: an older build reads the words in any order.
        migrations.RunPython(take_away, migrations.RunPython.noop),
    ]
