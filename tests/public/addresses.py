"""Every public address, with something to see at it. A new route needs a line here."""

from __future__ import annotations

from sources.operations import update_source
from statements.models import PolicyPage
from statements.operations import save_policy_page
from statements.public import urls
from statements.public.pages import absolute
from tests.api.helpers import addresses as api_addresses
from tests.factories import make_number_claim, make_user

# Routes that lead on to the address with a slug.
LEADING_ON = {"claim_by_id", "agreement_by_id"}
# What is written while it is sent: tagged like all, and kept by nobody of ours.
STREAMED = {"claims_csv", "claims_jsonl", "claim_bundle", "api:claim_export", "api:count_export"}


def public_addresses(world):
    """Returns (name, path) of each public page, JSON answer and file of a `make_world()`."""
    claim, agreement = world.claim.get_absolute_url(), world.agreement.get_absolute_url()
    policy = save_policy_page(
        PolicyPage.objects.order_by("id").first(), by=make_user("root", role="admin"),
        title="Corrections", text="We say what we changed.",
    )  # fmt: skip
    copied = world.source
    copied.refresh_from_db()
    update_source(copied, by=make_user("ben", role="editor"), rights="own")
    copy = copied.snapshots.first().public_id
    make_number_claim(world.topic)  # its counts are those of the world's series
    pages = [
        ("home", "/"),
        ("claims", "/claims/"),
        ("claim", claim),
        ("claim_history", f"{claim}history/"),
        ("claim_bundle", f"/claims/{world.claim.public_id}/bundle.zip"),
        ("claim_embed", f"{claim}embed/"),
        ("oembed", f"/oembed?url={absolute(claim)}"),
        ("statements", "/statements/"),
        ("statement", world.statement.get_absolute_url()),
        ("speakers", "/speakers/"),
        ("speaker", world.speaker.get_absolute_url()),
        ("topics", "/topics/"),
        ("topic", world.topic.get_absolute_url()),
        ("topic_counts", f"{world.topic.get_absolute_url()}counts.csv"),
        ("agreements", "/agreements/"),
        ("agreement", agreement),
        ("sources", "/sources/"),
        ("source", world.source.get_absolute_url()),
        ("source_copy", f"{copied.get_absolute_url()}copies/{copy}/"),
        ("publishers", "/publishers/"),
        ("publisher", world.publisher.get_absolute_url()),
        ("corrections", "/corrections/"),
        ("method", "/method/"),
        ("search", "/search/?q=drones"),
        *(
            (f"{name}_{form}", f"/feeds/{address}.{form}")
            for form in ("atom", "json")
            for name, address in (
                ("feed", "findings"),
                ("feed_corrections", "corrections"),
                ("feed_topic", f"topics/{world.topic.slug}"),
                ("feed_speaker", f"speakers/{world.speaker.public_id}"),
            )
        ),
        ("robots", "/robots.txt"),
        ("sitemap", "/sitemap.xml"),
        ("sitemap_pages", "/sitemap-pages.xml"),
        ("sitemap_news", "/sitemap-news.xml"),
        ("sitemap_claims", "/sitemap-claims-0.xml"),
        ("exports", "/exports/"),
        ("export_file", "/exports/claims.csv"),
        ("claim_review_feed", "/claimreview.jsonld"),
        ("claims_csv", "/claims/export.csv"),
        ("claims_jsonl", "/claims/export.jsonl"),
        ("policy", policy.get_absolute_url()),
    ]
    found = [
        (f"api:{name}", f"/api/v1/{path}")
        for name, path, is_desk in api_addresses(world)
        if not is_desk
    ]
    return pages + found


def public_routes():
    """Returns the names of the routes that `public_addresses` must hold."""
    return {route.name for route in urls.urlpatterns} - LEADING_ON
