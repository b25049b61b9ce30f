"""Lets several rows offer to take the place of one: which of them does is told by confirming.

One way alone where two rows name the same one: an older build keeps no more than one.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0024_documents_name_pairs"),
    ]

    operations = [
        migrations.AlterField(
            model_name=name,
            name="supersedes",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="superseded_by",
                to=f"statements.{name}",
            ),
        )
        for name in ("agreementevent", "agreementviolation")
    ]
