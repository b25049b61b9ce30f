"""The one router of the API: every address below /api/v1/ (docs/api.md).

`sources` knows nothing of what is public about it; the doors are handed in here.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.template.loader import render_to_string
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.views import SpectacularAPIView

from claimtracker.tokens import Tokens
from sources.api import measures, publishers, sources
from sources.api.base import ROOT
from sources.api.errors import ABSENT
from sources.api.quick import quick
from statements.api import (
    actions,
    agreements,
    claim_export,
    claims,
    corrections,
    counts,
    drafts,
    evidence,
    rechecks,
    replies,
    speakers,
    statements,
    topics,
)
from statements.api.shapes import served_by
from statements.filters import ClaimFilter
from statements.querysets import (
    cited_sources,
    public_publishers,
    public_sources,
    sources_of_public_works,
)

app_name = "api"


class Schema(SpectacularAPIView):
    """The OpenAPI schema: the same for everybody, as JSON."""

    authentication_classes: Any = ()
    permission_classes: Any = ()
    renderer_classes: Any = (OpenApiJsonRenderer,)
    http_method_names = ("get", "head")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The schema as a page, from files of ours alone."""
    return HttpResponse(render_to_string("api/docs.html", {"schema_url": f"{ROOT}schema/"}))


@csrf_exempt
def absent(request: HttpRequest, rest: str) -> HttpResponse:
    """Answers for every other address like for a row that is hidden."""
    if request.method in ("GET", "HEAD") and rest and not rest.endswith("/"):
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{request.path}/{f'?{query}' if query else ''}")
    return JsonResponse(
        {"code": "not_found", "detail": ABSENT},
        status=404,
        json_dumps_params={"separators": (",", ":")},
    )


urlpatterns = [
    path(
        "claims/",
        quick(claims.ClaimList.as_view(), claims.claims_page, claims.LIST_PARAMETERS),
        name="claims",
    ),
    path(
        "claims/facets/",
        quick(claims.ClaimFacets.as_view(), claims.facets_answer, ClaimFilter.base_filters),
        name="facets",
    ),
    path("claims/export/", claim_export.ClaimExport.as_view(), name="claim_export"),
    path(
        "claims/<slug:public_id>/",
        quick(claims.ClaimDetail.as_view(), claims.claim_answer, claims.ClaimDetail.parameters),
        name="claim",
    ),
    path("claims/<slug:public_id>/history/", claims.ClaimHistory.as_view(), name="claim_history"),
    path("claims/<slug:public_id>/actions/", actions.ClaimActions.as_view(), name="claim_actions"),
    path("claims/<slug:public_id>/draft/", drafts.ClaimDraft.as_view(), name="claim_draft"),
    path("claims/<slug:public_id>/replies/", replies.ClaimReplies.as_view(), name="claim_replies"),
    path(
        "claims/<slug:public_id>/replies/<int:number>/",
        replies.ClaimReply.as_view(),
        name="claim_reply",
    ),
    path(
        "claims/<slug:public_id>/statements/",
        claims.ClaimStatements.as_view(),
        name="claim_statements",
    ),
    path("statements/", statements.StatementList.as_view(), name="statements"),
    path("statements/<slug:public_id>/", statements.StatementDetail.as_view(), name="statement"),
    path(
        "statements/<slug:public_id>/appearances/",
        statements.StatementAppearances.as_view(),
        name="statement_appearances",
    ),
    path("speakers/", speakers.SpeakerList.as_view(), name="speakers"),
    path("speakers/<slug:public_id>/", speakers.SpeakerDetail.as_view(), name="speaker"),
    path("speakers/<slug:public_id>/roles/", speakers.SpeakerRoles.as_view(), name="speaker_roles"),
    path("topics/", topics.TopicList.as_view(), name="topics"),
    path("topics/<slug:slug>/", topics.TopicDetail.as_view(), name="topic"),
    path("agreements/", agreements.AgreementList.as_view(), name="agreements"),
    path("agreements/<slug:public_id>/", agreements.AgreementDetail.as_view(), name="agreement"),
    path("rechecks/", rechecks.RecheckList.as_view(), name="rechecks"),
    path("evidence/", evidence.EvidenceList.as_view(), name="evidence"),
    path("evidence/<int:number>/", evidence.EvidenceRow.as_view(), name="evidence_row"),
    re_path(
        r"^evidence/(?P<claim_id>[0-9a-z]{1,16})-(?P<revision>[0-9]{1,6})-(?P<place>[0-9]{1,6})/$",
        evidence.EvidenceDetail.as_view(),
        name="evidence_detail",
    ),
    path("corrections/", corrections.CorrectionList.as_view(), name="corrections"),
    path("sources/", sources.SourceList.as_view(public=public_sources), name="sources"),
    path(
        "sources/<slug:public_id>/",
        sources.SourceDetail.as_view(public=public_sources, cited=cited_sources, serves=served_by),
        name="source",
    ),
    path("sources/<slug:public_id>/captures/", sources.CaptureList.as_view(), name="captures"),
    path("sources/<slug:public_id>/snapshots/", sources.SnapshotList.as_view(), name="snapshots"),
    path(
        "sources/<slug:public_id>/snapshots/<slug:snapshot_id>/",
        sources.SnapshotDetail.as_view(),
        name="snapshot",
    ),
    path(
        "publishers/", publishers.PublisherList.as_view(public=public_publishers), name="publishers"
    ),
    path(
        "publishers/<slug:public_id>/",
        publishers.PublisherDetail.as_view(public=public_publishers),
        name="publisher",
    ),
    path("measures/", measures.MeasureList.as_view(), name="measures"),
    path("measures/<slug:code>/", measures.MeasureDetail.as_view(), name="measure"),
    path("series/", measures.SeriesList.as_view(public=sources_of_public_works), name="series"),
    path(
        "series/<slug:public_id>/",
        measures.SeriesDetail.as_view(public=sources_of_public_works),
        name="series_detail",
    ),
    path(
        "series/<slug:public_id>/counts/",
        counts.CountList.as_view(public=public_sources),
        name="counts",
    ),
    path(
        "series/<slug:public_id>/export/",
        counts.CountExport.as_view(public=public_sources),
        name="count_export",
    ),
    path("token/", Tokens.as_view(), name="token"),
    path("schema/", Schema.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
    re_path(r"^(?P<rest>[\s\S]*)\Z", absent, name="absent"),
]
