"""All addresses of the site, room by room."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from claimtracker import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
]

handler500 = "claimtracker.middleware.server_error"


def _has(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


if _has("claimtracker.api"):
    urlpatterns.append(path("api/v1/", include("claimtracker.api")))
if _has("statements.desk.site"):
    from statements.desk.site import site

    urlpatterns.append(path("admin/", site.urls))
else:
    from django.contrib import admin

    urlpatterns.append(path("admin/", admin.site.urls))
if _has("statements.public.urls"):
    urlpatterns.append(path("", include("statements.public.urls")))
