"""All addresses of the site, room by room."""

from __future__ import annotations

from django.urls import include, path

from claimtracker import health
from statements.desk.site import site

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("api/v1/", include("claimtracker.api")),
    path("admin/", site.urls),
    path("", include("statements.public.urls")),
]

handler500 = "claimtracker.middleware.server_error"
