"""The site's own row and who may write it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from sources.people import may_administer
from statements.admin.base import RoleAdmin, admin_url, may_look
from statements.models import Site


class SiteAdmin(RoleAdmin):
    """One row: its list leads to it."""

    fields = [
        "name",
        "tagline",
        "organisation",
        "organisation_url",
        "logo_url",
        "contact_email",
        "time_zone",
        "licence_name",
        "licence_url",
    ]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_look(request.user) and may_administer(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if self.has_view_permission(request):
            return HttpResponseRedirect(admin_url(self.opts, "change", 1))
        return super().changelist_view(request, extra_context)

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        # Until somebody saves it the row is its defaults.
        return Site.load() if object_id == "1" else None
