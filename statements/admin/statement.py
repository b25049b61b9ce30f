"""Statements in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.text import Truncator

from statements.admin.base import PageAdmin
from statements.desk.statement_page import StatementAddPage, StatementPage
from statements.models import Statement


class StatementAdmin(PageAdmin):
    page_class = StatementPage
    list_display = ["words", "speaker", "said_on", "occasion", "fidelity"]
    list_select_related = ["speaker", "occasion"]
    list_filter = ["fidelity", "language"]
    search_fields = ["text", "speaker__name"]
    list_display_links = ["words"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("speaker", "occasion", "place")

    @admin.display(description="words", ordering="text")
    def words(self, statement: Statement) -> str:
        return Truncator(statement.text).chars(90)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return StatementAddPage(self, request).respond()
