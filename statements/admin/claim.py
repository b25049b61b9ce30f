"""Claims in the admin: the list with its three bulk actions, and the workbench."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from sources.admin.forms import sentence
from sources.admin.history import history_of
from sources.errors import Refused
from sources.people import Role, has_role
from statements import search
from statements.admin.base import PageAdmin, admin_url
from statements.desk.changes import changes_of
from statements.desk.claim import ClaimAddPage, ClaimPage
from statements.desk.claim.comparison import words_to_be_sealed
from statements.desk.forms import checkers
from statements.exports.columns import WORKING_CLAIMS
from statements.exports.files import FORMATS
from statements.exports.lists import download
from statements.exports.working import working_claim_rows
from statements.models import Claim, Draft, Evidence, Speaker, Topic
from statements.operations import perform, tag_claim
from statements.vocabulary import DeclineReason

MOST_AT_ONCE = 200


class BulkForm(forms.Form):
    """What a bulk action asks for."""

    def __init__(self, data: Any, *, action: str) -> None:
        super().__init__(data, label_suffix="")
        match action:
            case "assign_claims":
                self.fields["assignee"] = forms.ModelChoiceField(checkers(), label="Assign to")
            case "tag_claims":
                self.fields["topics"] = forms.ModelMultipleChoiceField(
                    Topic.objects.all(),
                    widget=forms.CheckboxSelectMultiple,
                    label="Add these topics",
                )
            case "decline_claims":
                self.fields["reason"] = forms.ChoiceField(
                    choices=[
                        choice
                        for choice in DeclineReason.choices
                        if choice[0] != DeclineReason.DUPLICATE
                    ]
                )
        if action != "tag_claims":
            self.fields["note"] = forms.CharField(
                required=False, widget=forms.Textarea(attrs={"rows": 2})
            )


class ClaimAdmin(PageAdmin):
    add_role = change_role = Role.CHECKER
    page_class = ClaimPage
    list_display = ["short_text", "state", "kind", "speaker", "assignee", "last_published_at"]
    list_select_related = ["assignee", "main_statement__speaker"]
    list_filter = ["state", "kind", "topics", "origin", "show_as_open"]
    search_fields = ["short_text", "text", "main_statement__speaker__name"]
    actions = ["assign_claims", "tag_claims", "decline_claims"]
    change_list_template = "desk/claim_list.html"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Claim], search_term: str
    ) -> tuple[QuerySet[Claim], bool]:
        """Finds words in the working rows: claim, quotes, speaker, draft, id."""
        return search.narrow_for_staff(queryset, search_term), False

    @admin.display(description="speaker")
    def speaker(self, claim: Claim) -> Speaker | str:
        return claim.main_statement.speaker if claim.main_statement else ""

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                "<int:pk>/preview/",
                self.admin_site.admin_view(self.preview_view),
                name="statements_claim_preview",
            ),
            path(
                "export/",
                self.admin_site.admin_view(require_safe(self.export_view)),
                name="statements_claim_export",
            ),
        ]
        return [*own, *super().get_urls()]

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Says who may take the working rows out of the house."""
        return has_role(request.user, Role.CHECKER)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        query = _without_page(request.GET)
        more: dict[str, Any] = {"mended": search.asked_by_staff(request.GET.get("q", ""))[1]}
        if self.has_export_permission(request):
            more["export_query"] = query
        return super().changelist_view(request, more | (extra_context or {}))

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """The working rows that the list shows under its filters, all of them, as CSV."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        query = _without_page(request.GET)
        try:
            rows = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(f"{admin_url(self.opts, 'changelist')}?e=1")
        if request.method != "HEAD":
            LogEntry.objects.create(
                user_id=request.user.pk or 0,  # there is somebody: admin_view saw to it
                content_type=ContentType.objects.get_for_model(Claim),
                object_repr="claims",
                action_flag=CHANGE,
                change_message=f"Exported the working rows of {query or 'all claims'} as CSV.",
            )
        return download(
            request,
            WORKING_CLAIMS,
            FORMATS["csv"],
            lambda: working_claim_rows(rows),
            name=WORKING_CLAIMS.name,
        )

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return ClaimAddPage(self, request).respond()

    def history_context(self, row: Claim) -> dict[str, Any]:
        entries = [
            *history_of(row.history.all(), what="Claim"),
            *history_of(Draft.history.filter(claim=row), what="Draft"),
            *history_of(Evidence.history.filter(claim=row), what="Evidence"),
        ]
        entries.sort(key=lambda entry: entry.at, reverse=True)
        return {"entries": entries, "changes": changes_of(row)}

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Shows the draft as the public would read it."""
        claim = self.row_or_404(request, str(pk))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Preview: {claim}",
            "opts": self.opts,
            "claim": claim,
            "draft": getattr(claim, "draft", None),
            "evidence": claim.evidence.select_related("source__publisher"),
            "comparisons": words_to_be_sealed(claim),
            "back": admin_url(self.opts, "change", claim.pk),
        }
        return TemplateResponse(request, "desk/preview.html", context)

    # ---- several at once: assign, tag, decline; never publish (DOMAIN §8) ------------------

    def has_assign_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, Role.EDITOR)

    @admin.action(description="Assign", permissions=["assign"])
    def assign_claims(self, request: HttpRequest, queryset: QuerySet[Claim]) -> Any:
        return self._in_bulk(request, queryset, "assign_claims")

    @admin.action(description="Add topics", permissions=["change"])
    def tag_claims(self, request: HttpRequest, queryset: QuerySet[Claim]) -> Any:
        return self._in_bulk(request, queryset, "tag_claims")

    @admin.action(description="Decline", permissions=["change"])
    def decline_claims(self, request: HttpRequest, queryset: QuerySet[Claim]) -> Any:
        return self._in_bulk(request, queryset, "decline_claims")

    def _in_bulk(self, request: HttpRequest, queryset: QuerySet[Claim], action: str) -> Any:
        claims = list(queryset[: MOST_AT_ONCE + 1])
        if len(claims) > MOST_AT_ONCE:
            messages.error(request, f"Choose {MOST_AT_ONCE} claims at most.")
            return None
        form = BulkForm(request.POST if "apply" in request.POST else None, action=action)
        if form.is_valid():
            done, refusals = self._do(request.user, claims, action, form.cleaned_data)
            if done:
                messages.success(request, f"Done for {done} claim{'s' if done != 1 else ''}.")
            for claim, words in refusals:
                messages.error(request, f"“{claim}” was left as it is: {words}")
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": str(self.get_action(action)[2]),  # type: ignore[index]  # it is one of ours
            "opts": self.opts,
            "claims": claims,
            "form": form,
            "action": action,
            "back": request.get_full_path(),
        }
        return TemplateResponse(request, "desk/bulk.html", context)

    def _do(
        self, by: Any, claims: list[Claim], action: str, values: dict[str, Any]
    ) -> tuple[int, list[tuple[Claim, str]]]:
        done, refusals = 0, []
        for claim in claims:
            try:
                if action == "tag_claims":
                    tag_claim(claim, by=by, topics={*claim.topics.all(), *values["topics"]})
                elif action == "assign_claims":
                    data = {"assignee": values["assignee"].get_username()}
                    perform(claim, "assign", by=by, note=values["note"], data=data)
                else:
                    data = {"reason": values["reason"]}
                    perform(claim, "decline", by=by, note=values["note"], data=data)
                done += 1
            except Refused as refused:
                refusals.append((claim, sentence(str(refused))))
        return done, refusals


def _without_page(given: QueryDict) -> str:
    """Returns the filters, words and order of a list as they stand in its address."""
    kept = given.copy()
    for name in ("p", "all", "e"):
        kept.pop(name, None)
    return f"?{kept.urlencode()}" if kept else ""
