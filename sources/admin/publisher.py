"""Publishers in the admin."""

from __future__ import annotations

from typing import Any

from django import forms

from sources.admin.fields import choices
from sources.admin.forms import DeskForm
from sources.admin.pages import PageAdmin, RowPage
from sources.models import Publisher
from sources.operations import save_publisher
from sources.vocabulary import PublisherKind


class PublisherForm(DeskForm):
    name = forms.CharField(max_length=200)
    domain = forms.CharField(
        required=False, max_length=253, help_text="Without www, for example president.gov.ua"
    )
    kind = forms.ChoiceField(choices=choices(PublisherKind), initial=PublisherKind.OTHER)
    owner_group = forms.CharField(
        required=False,
        max_length=200,
        help_text="Who owns it, when one owner has several outlets: they count as one root.",
    )


class PublisherPage(RowPage):
    form_class = PublisherForm

    def save(self, version: int, values: dict[str, Any]) -> Publisher:
        return save_publisher(self.row, by=self.user, version=version, **values)


class PublisherAdmin(PageAdmin):
    page_class = PublisherPage
    list_display = ["name", "domain", "kind", "owner_group"]
    list_filter = ["kind"]
    search_fields = ["name", "domain"]
