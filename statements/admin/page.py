"""The pages about the site, in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin

from sources.admin.fields import area
from sources.admin.forms import DeskForm
from sources.people import may_administer
from statements.admin.base import PageAdmin, RowPage
from statements.models import PolicyPage
from statements.operations import save_policy_page


class PolicyPageForm(DeskForm):
    title = forms.CharField(max_length=100)
    text = forms.CharField(
        required=False,
        widget=area(24),
        help_text=PolicyPage._meta.get_field("text").help_text,
    )


class PolicyPagePage(RowPage):
    form_class = PolicyPageForm

    def may_post(self) -> bool:
        return may_administer(self.user)

    def save(self, version: int, values: dict[str, Any]) -> PolicyPage:
        return save_policy_page(self.row, by=self.user, version=version, **values)


class PolicyPageAdmin(PageAdmin):
    """A fixed set that everybody at the desk reads, and administrators write and empty."""

    page_class = PolicyPagePage
    add_role = change_role = None
    list_display = ["title", "address", "is_shown"]

    @admin.display(description="address")
    def address(self, page: PolicyPage) -> str:
        return page.get_absolute_url()

    @admin.display(description="shown", boolean=True)
    def is_shown(self, page: PolicyPage) -> bool:
        return page.is_written
