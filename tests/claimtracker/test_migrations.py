"""Migrations go back to nothing, and there again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Every state of the models there ever was is made twice, as classes that refer to each other:
# with Python's usual thresholds a third of the time goes into looking for such as are garbage.
MIGRATE = """
import gc
gc.set_threshold(100_000, 20, 100)
import django
django.setup()
from django.apps import apps
from django.core.management import call_command
from django.db import connection

def tables():
    return set(connection.introspection.table_names())

there = tables()
ours = {
    model._meta.db_table
    for app in ("sources", "statements")
    for model in apps.get_app_config(app).get_models(include_auto_created=True)
    if not model._meta.proxy
}
call_command("migrate", "sources", "zero", verbosity=0)  # and with them those of statements
print(ours < there, sorted(ours & tables()))
call_command("migrate", verbosity=0)
print(tables() == there)
"""


@pytest.mark.slow  # says why above
def test_back_to_nothing_and_there_again(migrated_url, tmp_path):
    env = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "claimtracker.settings",
        "DEBUG": "true",
        "DATABASE_URL": migrated_url,
        "BLOB_DIR": str(tmp_path),
    }
    done = subprocess.run(  # noqa: S603  our own code
        [sys.executable, "-c", MIGRATE],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.stdout, done.stderr) == ("True []\nTrue\n", "")
