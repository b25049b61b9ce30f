"""Topics and occasions in the admin."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from sources.people import Role
from statements import search
from statements.admin.base import RoleAdmin, is_used
from statements.models import Topic


class TopicAdmin(RoleAdmin):
    add_role = change_role = Role.CHECKER
    list_display = ["name", "slug", "parent", "has_page"]
    list_select_related = ["parent"]
    list_filter = ["has_page"]
    search_fields = ["name", "slug"]
    autocomplete_fields = ["parent"]
    prepopulated_fields = {"slug": ["name"]}
    is_public_change = True

    def is_seen(self, row: Topic) -> bool:
        return Topic.objects.public().filter(pk=row.pk).exists()

    def follow(self, row: Topic) -> None:
        search.refresh_where(Q(topics=row) | Q(topics__parent=row))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return False
        return self.has_change_permission(request) and not is_used(obj)


class OccasionAdmin(RoleAdmin):
    list_display = ["title", "held_words", "place"]
    list_select_related = ["place"]
    search_fields = ["title"]
    autocomplete_fields = ["place"]
    is_public_change = True
