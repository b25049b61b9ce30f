#!/usr/bin/env python
"""Runs a command of the project: `python manage.py help` lists them."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Hands the command line to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "claimtracker.settings")
    # A person waits for a command, and a migration may take long: the limit is for web requests.
    os.environ.setdefault("STATEMENT_TIMEOUT_SECONDS", "0")
    # Imported here, so that both mistakes a newcomer makes are answered in words.
    try:
        from django.conf import settings
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ImportError as error:
        raise SystemExit(
            "Django is not installed here. Run `make demo` once, then use .venv/bin/python."
        ) from error
    try:
        _ = settings.DEBUG  # reads all settings
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from None
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
