"""Series and their counts: a count is appended and never changed."""

from __future__ import annotations

from sources.admin.base import RoleAdmin
from sources.people import Role


class SeriesAdmin(RoleAdmin):
    add_role = change_role = Role.CHECKER
    list_display = ["name", "measure", "publisher", "place", "granularity"]
    list_select_related = ["measure", "publisher", "place"]
    list_filter = ["granularity", "measure"]
    search_fields = ["name", "measure__name", "publisher__name"]
    autocomplete_fields = ["measure", "publisher", "place"]
    is_public_change = True


class ObservationAdmin(RoleAdmin):
    """A revised count is a new row with a later day of report."""

    add_role = Role.CHECKER
    change_role = None
    list_display = ["series", "period_start", "period_end", "value", "reported_at"]
    list_select_related = ["series"]
    search_fields = ["series__name"]
    autocomplete_fields = ["series", "source"]
    date_hierarchy = None
    is_public_change = True
