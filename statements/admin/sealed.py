"""What is written once and only read here: findings, history, corrections, reviews."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from statements.admin.base import SealedAdmin, admin_url
from statements.models import Claim, StateChange


class VerdictAdmin(SealedAdmin):
    list_display = ["claim", "revision", "kind", "label", "as_of", "recorded_at", "reviewer"]
    list_select_related = ["claim", "reviewer"]
    list_filter = ["kind", "code", "commitment_status", "origin"]
    search_fields = ["short_text", "finding"]


class StateChangeAdmin(SealedAdmin):
    list_display = ["at", "claim_link", "action", "from_state", "to_state", "by", "note"]
    list_display_links = ["at"]
    list_select_related = ["claim", "by"]
    list_filter = ["action", "to_state"]
    search_fields = ["claim__short_text", "note"]
    ordering = ["-id"]

    @admin.display(description="claim", ordering="claim")
    def claim_link(self, change: StateChange) -> str:
        address = admin_url(Claim._meta, "change", change.claim_id)
        return format_html('<a href="{}">{}</a>', address, change.claim)


class CorrectionAdmin(SealedAdmin):
    list_display = ["made_at", "kind", "summary", "claim", "statement", "made_by"]
    list_select_related = ["claim", "statement__speaker", "made_by"]
    list_filter = ["kind"]
    search_fields = ["summary"]


class EvidenceAdmin(SealedAdmin):
    """Evidence is worked on in its claim's page; the list finds it."""

    list_display = ["source", "claim", "stance", "added_by"]
    list_select_related = ["source", "claim", "added_by"]
    list_filter = ["stance"]
    search_fields = ["source__title", "claim__short_text", "exact"]


class ExternalReviewAdmin(SealedAdmin):
    list_display = ["claim_text", "publisher", "label", "code", "reviewed_on"]
    list_select_related = ["publisher"]
    list_filter = ["code"]
    search_fields = ["claim_text", "label"]


class AgreementEventAdmin(SealedAdmin):
    """Events are recorded in their agreement's page; the list finds them."""

    list_display = ["happened_on", "agreement", "axis", "value_label", "party", "is_confirmed"]
    list_select_related = ["agreement", "party", "confirmation"]
    list_filter = ["axis", "value"]
    search_fields = ["agreement__name", "party__name", "note"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Returns the events with what their names are made of: a combobox lists them."""
        return super().get_queryset(request).select_related("agreement", "party")

    @admin.display(description="confirmed", boolean=True)
    def is_confirmed(self, event: Any) -> bool:
        return getattr(event, "confirmation", None) is not None


class AgreementViolationAdmin(SealedAdmin):
    """Violations are recorded in their agreement's page; the list finds them."""

    list_display = ["happened_on", "agreement", "party", "standing", "what", "is_confirmed"]
    list_select_related = ["agreement", "party", "confirmation"]
    list_filter = ["standing"]
    search_fields = ["agreement__name", "what"]

    @admin.display(description="confirmed", boolean=True)
    def is_confirmed(self, violation: Any) -> bool:
        return getattr(violation, "confirmation", None) is not None


class RecheckAdmin(SealedAdmin):
    """Calls to look again are answered in the inbox; the list keeps the answers."""

    list_display = ["opened_at", "claim", "cause", "summary", "outcome", "closed_by"]
    list_select_related = ["claim", "closed_by"]
    list_filter = ["cause", "outcome"]
    search_fields = ["claim__short_text", "summary", "note"]
    ordering = ["-id"]
