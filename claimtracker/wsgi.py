"""The WSGI application, for granian or any other WSGI server."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "claimtracker.settings")

django_application = get_wsgi_application()

from claimtracker.front import with_front  # noqa: E402  needs the settings

application = with_front(django_application)
