"""Writes the canonical addresses anew: names, numbers and escapes have one spelling more.

In batches, and with the code as it stands. Where two sources turn out to have one address, the
older one keeps it and the newer one stays as it was: a person decides whether they are one work.
Going back changes nothing: both spellings are addresses of the same page.
"""

from django.db import migrations

from sources.canonical import canonical_address
from sources.errors import Invalid

BATCH = 1_000


def write_anew(apps, schema_editor):
    sources = apps.get_model("sources", "Source").objects.using(schema_editor.connection.alias)
    last = 0
    while rows := list(sources.filter(pk__gt=last).exclude(url="").order_by("pk")[:BATCH]):
        last = rows[-1].pk
        for row in rows:
            try:
                canonical = canonical_address(row.url)
            except Invalid:
                continue
            if (
                canonical != row.canonical_url
                and not sources.filter(canonical_url=canonical).exists()
            ):
                sources.filter(pk=row.pk).update(canonical_url=canonical)


class Migration(migrations.Migration):
    dependencies = [("sources", "0006_rights")]

    operations = [migrations.RunPython(write_anew, migrations.RunPython.noop)]
