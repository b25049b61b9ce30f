"""Lets a person take a wrong address out of a source; one that counts still leads to one work.

Taken back, the addresses that were taken out go: they must not count again, and may be known twice.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


def forget_taken_out(apps, schema_editor):
    apps.get_model("sources", "SourceAddress").objects.filter(removed_at__isnull=False).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("sources", "0017_rounds_in_portions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="sourceaddress",
            name="removed_by",
            field=models.ForeignKey(
                settings.AUTH_USER_MODEL,
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
            ),
        ),
        migrations.AddField(
            model_name="sourceaddress",
            name="removed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="sourceaddress",
            name="reason",
            field=models.CharField("why it was taken out", blank=True, max_length=500),
        ),
        migrations.AlterField(
            model_name="sourceaddress",
            name="canonical_url",
            field=models.CharField(max_length=2000),
        ),
        migrations.AddConstraint(
            model_name="sourceaddress",
            constraint=models.UniqueConstraint(
                condition=Q(removed_at=None),
                fields=["canonical_url"],
                name="source_address_leads_to_one_work",
            ),
        ),
        migrations.AddConstraint(
            model_name="sourceaddress",
            constraint=models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True, reason="")
                | (Q(removed_at__isnull=False, removed_by__isnull=False) & ~Q(reason="")),
                name="source_address_taken_out_says_who_and_why",
            ),
        ),
        # Last, so that it comes first on the way back.
        migrations.RunPython(migrations.RunPython.noop, forget_taken_out),
    ]
