"""Places and what is counted: plain rows, kept by editors."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from sources.admin.base import OperationAdmin, RoleAdmin
from sources.operations import is_used, save_measure
from sources.operations.series import WHAT_A_MEASURE_MEANS
from sources.people import Role


class PlaceAdmin(RoleAdmin):
    list_display = ["name", "code", "part_of"]
    list_select_related = ["part_of"]
    search_fields = ["name", "code"]
    autocomplete_fields = ["part_of"]
    is_public_change = True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return False
        return self.has_change_permission(request) and not is_used(obj)


class MeasureAdmin(OperationAdmin):
    add_role = change_role = Role.EDITOR
    list_display = ["name", "code", "unit", "comparability_group"]
    list_filter = ["is_additive"]
    search_fields = ["name", "code"]

    def save_row(self, row: Any, values: dict[str, Any], *, by: Any) -> Any:
        return save_measure(row, by=by, **values)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return []
        return ["code", *WHAT_A_MEASURE_MEANS] if is_used(obj) else ["code"]
