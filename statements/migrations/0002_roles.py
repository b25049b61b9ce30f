"""Makes the groups that the roles are (DOMAIN §4 "Roles")."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ROLES = ("contributor", "checker", "editor", "admin")


def make_groups(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    groups = apps.get_model("auth", "Group")
    for name in ROLES:
        groups.objects.get_or_create(name=name)


def keep_groups(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """People may be members: going back leaves the groups alone."""


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [migrations.RunPython(make_groups, keep_groups)]
