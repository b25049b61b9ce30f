"""Addresses of the public site (DESIGN §4). Ids never change; slugs are decoration."""

from __future__ import annotations

from django.urls import path

from statements.public.views import (
    agreements,
    claim,
    claims,
    corrections,
    embeds,
    exports,
    feeds,
    home,
    method,
    policies,
    sitemaps,
    sources,
    speakers,
    statements,
    topics,
)

app_name = "public"

urlpatterns = [
    path("", home.home, name="home"),
    path("claims/", claims.claim_list, name="claims"),
    path("claims/export.csv", exports.list_file, {"code": "csv"}, name="claims_csv"),
    path("claims/export.jsonl", exports.list_file, {"code": "jsonl"}, name="claims_jsonl"),
    path("claims/<slug:public_id>/bundle.zip", exports.bundle, name="claim_bundle"),
    path("claims/<slug:public_id>/", claim.claim_page, name="claim_by_id"),
    path("claims/<slug:public_id>/<slug:slug>/", claim.claim_page, name="claim"),
    path("claims/<slug:public_id>/<slug:slug>/history/", claim.claim_history, name="claim_history"),
    path("claims/<slug:public_id>/<slug:slug>/embed/", embeds.card, name="claim_embed"),
    path("oembed", embeds.oembed, name="oembed"),
    path("statements/", statements.statement_list, name="statements"),
    path("statements/<slug:public_id>/", statements.statement_page, name="statement"),
    path("speakers/", speakers.speakers, name="speakers"),
    path("speakers/<slug:public_id>/", speakers.speaker_page, name="speaker"),
    path("topics/", topics.topics, name="topics"),
    path("topics/<slug:slug>/", topics.topic_page, name="topic"),
    path("topics/<slug:slug>/counts.csv", topics.topic_counts, name="topic_counts"),
    path("agreements/", agreements.agreements, name="agreements"),
    path("agreements/<slug:public_id>/", agreements.agreement_page, name="agreement_by_id"),
    path("agreements/<slug:public_id>/<slug:slug>/", agreements.agreement_page, name="agreement"),
    path("sources/", sources.sources, name="sources"),
    path("sources/<slug:public_id>/", sources.source_page, name="source"),
    path(
        "sources/<slug:public_id>/copies/<slug:snapshot_id>/",
        sources.source_copy,
        name="source_copy",
    ),
    path("publishers/", sources.publishers, name="publishers"),
    path("publishers/<slug:public_id>/", sources.publisher_page, name="publisher"),
    path("search/", claims.search_page, name="search"),
    path("corrections/", corrections.corrections, name="corrections"),
    path("method/", method.method, name="method"),
    path("claimreview.jsonld", exports.claim_review_feed, name="claim_review_feed"),
    *(
        path(f"feeds/{address}.{form}", view, {"form": form}, name=f"{name}_{form}")
        for form in (feeds.ATOM, feeds.JSON)
        for address, view, name in (
            ("findings", feeds.findings, "feed"),
            ("corrections", feeds.corrections, "feed_corrections"),
            ("topics/<slug:slug>", feeds.topic_findings, "feed_topic"),
            ("speakers/<slug:public_id>", feeds.speaker_findings, "feed_speaker"),
        )
    ),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-pages.xml", sitemaps.pages, name="sitemap_pages"),
    path("sitemap-news.xml", sitemaps.news, name="sitemap_news"),
    path("sitemap-claims-<str:start>.xml", sitemaps.claims, name="sitemap_claims"),
    path("exports/", exports.exports, name="exports"),
    path("exports/<str:name>", exports.export_file, name="export_file"),
    path("about/<slug:address>/", policies.policy_page, name="policy"),
]
