"""Lets the window of a number end with an event, as it may begin with one."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("statements", "0011_rechecks")]

    operations = [
        migrations.AddField(
            model_name="quantitydetail",
            name="until_event",
            field=models.ForeignKey(
                blank=True,
                help_text='The event at which the window ends, for "until then"',
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="statements.agreementevent",
            ),
        ),
    ]
