"""Addresses of the public site (DESIGN §4). Ids never change; slugs are decoration."""

from __future__ import annotations

from django.urls import path

from statements.public.views import (
    agreements,
    claim,
    claims,
    corrections,
    home,
    method,
    sources,
    speakers,
    statements,
    topics,
)

app_name = "public"

urlpatterns = [
    path("", home.home, name="home"),
    path("claims/", claims.claim_list, name="claims"),
    path("claims/<slug:public_id>/", claim.claim_page, name="claim_by_id"),
    path("claims/<slug:public_id>/<slug:slug>/", claim.claim_page, name="claim"),
    path("claims/<slug:public_id>/<slug:slug>/history/", claim.claim_history, name="claim_history"),
    path("statements/", statements.statement_list, name="statements"),
    path("statements/<slug:public_id>/", statements.statement_page, name="statement"),
    path("speakers/", speakers.speakers, name="speakers"),
    path("speakers/<slug:public_id>/", speakers.speaker_page, name="speaker"),
    path("topics/", topics.topics, name="topics"),
    path("topics/<slug:slug>/", topics.topic_page, name="topic"),
    path("agreements/", agreements.agreements, name="agreements"),
    path("agreements/<slug:public_id>/", agreements.agreement_page, name="agreement_by_id"),
    path("agreements/<slug:public_id>/<slug:slug>/", agreements.agreement_page, name="agreement"),
    path("sources/", sources.sources, name="sources"),
    path("sources/<slug:public_id>/", sources.source_page, name="source"),
    path("publishers/", sources.publishers, name="publishers"),
    path("publishers/<slug:public_id>/", sources.publisher_page, name="publisher"),
    path("corrections/", corrections.corrections, name="corrections"),
    path("method/", method.method, name="method"),
]
