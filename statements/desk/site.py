"""The admin site: who may enter, what is registered, and the queue as its start page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.views.decorators.http import require_POST
from rest_framework.authtoken.models import TokenProxy

from sources.admin.base import may_look
from sources.admin.capture import CaptureAdmin, RoutineAdmin, TaskAdmin, WatchAdmin
from sources.admin.forms import sentence
from sources.admin.place import MeasureAdmin, PlaceAdmin
from sources.admin.publisher import PublisherAdmin
from sources.admin.series import ObservationAdmin, SeriesAdmin
from sources.admin.source import SourceAdmin
from sources.errors import Refused
from sources.models import (
    Capture,
    Measure,
    Observation,
    Place,
    Publisher,
    Routine,
    Series,
    Snapshot,
    Source,
    Task,
    Watch,
)
from sources.operations import confirm_series
from sources.people import may_administer, role_of
from statements.admin import sealed
from statements.admin.agreement import AgreementAdmin
from statements.admin.claim import ClaimAdmin
from statements.admin.imports import ImportRunAdmin
from statements.admin.page import PolicyPageAdmin
from statements.admin.people import PersonAdmin, TokenAdmin
from statements.admin.settings import SiteAdmin
from statements.admin.speaker import SpeakerAdmin
from statements.admin.statement import StatementAdmin
from statements.admin.topic import OccasionAdmin, TopicAdmin
from statements.desk.inbox import answer, inbox_context, inbox_count
from statements.desk.queue import WAITING_KINDS, queue_context, waiting_rows
from statements.desk.snapshot_page import QuotingSnapshotAdmin
from statements.models import (
    Agreement,
    AgreementEvent,
    AgreementViolation,
    Claim,
    Correction,
    Evidence,
    ExternalReview,
    ImportRun,
    Occasion,
    PolicyPage,
    Recheck,
    Site,
    Speaker,
    StateChange,
    Statement,
    Topic,
    Verdict,
)
from statements.operations import (
    confirm_agreement_event,
    confirm_late,
    confirm_statement_correction,
    confirm_violation,
    detach_occurrence,
    unlink_appearance,
    withdraw_relation,
    withdraw_statement_correction,
)


class DeskSite(admin.AdminSite):
    """The desk. Staff with a role enter; what they may do there is their role's business."""

    index_template = "desk/queue.html"
    enable_nav_sidebar = False
    site_url = "/"

    def has_permission(self, request: HttpRequest) -> bool:
        return may_look(request.user)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Returns what every page of the desk shows around its own.

        Not Django's list of all nouns with all rights, which was half of a page's work: it fills
        a side bar that the desk does not have. The queue asks for its own.
        """
        row = Site.current()
        user = request.user
        return {
            "site_title": f"{row.name} desk",
            "site_header": row.name,
            "site_url": self.site_url,
            "site_row": row,
            "has_permission": self.has_permission(request),
            "is_nav_sidebar_enabled": False,
            "is_popup": False,
            "may_administer": may_administer(user),
            "role_label": role_words(user),
        }

    def get_urls(self) -> list[URLPattern | URLResolver]:
        own: list[URLPattern | URLResolver] = [
            path("desk/", self.admin_view(self.to_queue), name="desk"),
            path("desk/inbox/", self.admin_view(self.inbox), name="desk_inbox"),
            path(
                "desk/waiting/<str:kind>/<int:pk>/",
                self.admin_view(require_POST(self.answer_waiting)),
                name="desk_waiting",
            ),
        ]
        return [*own, *super().get_urls()]

    def to_queue(self, request: HttpRequest) -> HttpResponse:
        """Leads to the queue, with its filters."""
        asked = request.GET.urlencode()
        return HttpResponseRedirect(reverse("admin:index") + (f"?{asked}" if asked else ""))

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        context = {
            **self.each_context(request),
            "app_list": self.get_app_list(request),
            **queue_context(request),
            "inbox_count": inbox_count(),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "desk/queue.html", context)

    def inbox(self, request: HttpRequest) -> HttpResponse:
        refused = None
        if request.method == "POST":
            done, refused = answer(request)
            if done is not None:
                return done
        context = {**self.each_context(request), **inbox_context(request, refused)}
        status = 422 if refused is not None else 200
        return TemplateResponse(request, "desk/inbox.html", context, status=status)

    def answer_waiting(self, request: HttpRequest, kind: str, pk: int) -> HttpResponse:
        """Confirms or withdraws something that waits for a second editor."""
        if role_of(request.user) is None:
            raise PermissionDenied
        query = QueryDict("show=waiting").urlencode()
        back = HttpResponseRedirect(f"{reverse('admin:index')}?{query}")
        known = kind in WAITING_KINDS and pk < 2**63
        row = waiting_rows(kind).filter(pk=pk).first() if known else None
        if row is None:
            messages.error(request, "This does not wait any more: somebody was faster.")
            return back
        withdraws = request.POST.get("do") == "withdraw"
        answer = (WITHDRAWALS if withdraws else CONFIRMATIONS).get(kind)
        if answer is None:
            messages.error(request, "This cannot be withdrawn.")
            return back
        # What was read is confirmed: a resolution may have been worded anew since.
        is_read = kind == "relation" and not withdraws
        read = {"seen": request.POST.get("seen", "")} if is_read else {}
        try:
            answer(row, by=request.user, **read)
        except Refused as refused:
            messages.error(request, sentence(str(refused)))
            return back
        messages.success(request, "Withdrawn." if withdraws else "Confirmed.")
        return back


CONFIRMATIONS: dict[str, Any] = {
    "occurrence": confirm_late,
    "appearance": confirm_late,
    "relation": confirm_late,
    "event": confirm_agreement_event,
    "violation": confirm_violation,
    "series": confirm_series,
    "correction": confirm_statement_correction,
}
WITHDRAWALS: dict[str, Any] = {
    "occurrence": detach_occurrence,
    "appearance": unlink_appearance,
    "relation": withdraw_relation,
    "correction": withdraw_statement_correction,
}


def role_words(user: Any) -> str:
    """Returns what a person is at the desk."""
    if not getattr(user, "is_authenticated", False):
        return ""
    role = role_of(user)
    if role is not None:
        return str(role.label)
    return "Administrator" if may_administer(user) else ""


site = DeskSite(name="admin")
site.disable_action("delete_selected")

site.register(Claim, ClaimAdmin)
site.register(Statement, StatementAdmin)
site.register(Speaker, SpeakerAdmin)
site.register(Occasion, OccasionAdmin)
site.register(Topic, TopicAdmin)
site.register(Agreement, AgreementAdmin)
site.register(AgreementEvent, sealed.AgreementEventAdmin)
site.register(AgreementViolation, sealed.AgreementViolationAdmin)
site.register(Recheck, sealed.RecheckAdmin)
site.register(Evidence, sealed.EvidenceAdmin)
site.register(Verdict, sealed.VerdictAdmin)
site.register(StateChange, sealed.StateChangeAdmin)
site.register(Correction, sealed.CorrectionAdmin)
site.register(ExternalReview, sealed.ExternalReviewAdmin)
site.register(ImportRun, ImportRunAdmin)
site.register(Source, SourceAdmin)
site.register(Snapshot, QuotingSnapshotAdmin)
site.register(Capture, CaptureAdmin)
site.register(Watch, WatchAdmin)
site.register(Routine, RoutineAdmin)
site.register(Task, TaskAdmin)
site.register(Publisher, PublisherAdmin)
site.register(Place, PlaceAdmin)
site.register(Measure, MeasureAdmin)
site.register(Series, SeriesAdmin)
site.register(Observation, ObservationAdmin)
site.register(Site, SiteAdmin)
site.register(PolicyPage, PolicyPageAdmin)
site.register(User, PersonAdmin)
site.register(TokenProxy, TokenAdmin)
