"""Agreements in the admin."""

from __future__ import annotations

from sources.people import Role
from statements.admin.base import PageAdmin
from statements.desk.agreement_page import AgreementPage


class AgreementAdmin(PageAdmin):
    add_role = change_role = Role.CHECKER
    page_class = AgreementPage
    list_display = ["name", "kind", "scope", "form", "announced_on", "effective_from"]
    list_filter = ["kind", "scope", "form"]
    search_fields = ["name"]
