"""Ten times as many claims cost no more: what SQLite does for an answer is counted, not timed.

A list that sorts all its rows, or a door that is asked of each of them, is quick with a hundred
claims and takes seconds with a hundred thousand.
"""

import pytest
from django.db import connection

from sources.models import Publisher
from statements.imports.corpus import load_corpus
from statements.models import Agreement, Claim, ExternalReview, Site, Topic
from tests.bench.corpus import Corpus
from tests.factories import make_user

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="counts what SQLite does"),
]

FEW, MANY = 150, 1_500
STEPS_AT_ONCE = 50
# So many times as much is still the same: pages are fuller, and indexes a level deeper.
MOST_TIMES, LEAST_STEPS = 3, 15_000
COUNTING = {"/publishers/": 150_000}  # counts up to a hundred sources of each of 26


def steps_of(client, path):
    """Returns how many steps of SQLite's machine an answer took."""
    steps = 0

    def count():
        nonlocal steps
        steps += STEPS_AT_ONCE
        return 0

    client.get(path)  # what a process keeps is kept from here on
    connection.connection.set_progress_handler(count, STEPS_AT_ONCE)
    try:
        response = client.get(path, follow=True)
    finally:
        connection.connection.set_progress_handler(None, 0)
    assert response.status_code == 200, path
    return steps


def public_paths():
    claims = Claim.objects.filter(live_verdict__isnull=False, evidence__isnull=False).order_by("id")
    claim = claims.select_related("main_statement__speaker").first()
    said = claim.main_statement
    source = claim.live_verdict.sealed["evidence"][0]["source"]["id"]
    publisher, topic = Publisher.objects.order_by("id").last(), Topic.objects.order_by("id").first()
    agreement, api = Agreement.objects.order_by("id").first(), "/api/v1/"
    return [
        "/",
        *("/claims/", "/claims/?sort=said", "/claims/?sort=updated"),
        *("/statements/", "/speakers/", "/topics/", "/agreements/", "/sources/", "/publishers/"),
        *("/corrections/", "/feeds/findings.atom", "/feeds/corrections.atom", "/sitemap-news.xml"),
        *(claim.get_absolute_url(), f"{claim.get_absolute_url()}history/"),
        *(said.get_absolute_url(), said.speaker.get_absolute_url(), topic.get_absolute_url()),
        *(f"/sources/{source}/", publisher.get_absolute_url(), agreement.get_absolute_url()),
        *(f"{api}claims/", f"{api}statements/", f"{api}speakers/", f"{api}sources/"),
        *(f"{api}publishers/", f"{api}topics/", f"{api}agreements/", f"{api}evidence/"),
        *(f"{api}corrections/", f"{api}series/", f"{api}measures/", f"{api}claims/facets/"),
        *(f"{api}evidence/?source={source}", f"{api}statements/?speaker={said.speaker.public_id}"),
        *(f"{api}claims/{claim.public_id}/", f"{api}statements/{said.public_id}/"),
        *(f"{api}speakers/{said.speaker.public_id}/", f"{api}sources/{source}/"),
        *(f"{api}topics/{topic.slug}/", f"{api}agreements/{agreement.public_id}/"),
    ]


DESK = ["/admin/", "/admin/desk/inbox/", "/admin/statements/claim/", "/admin/sources/source/"]


def load(folder, claims):
    Corpus(claims).write(folder)
    load_corpus(folder)
    # Where the archive had printed each finding, ten times; the first claim's come last.
    ExternalReview.objects.all().delete()
    ExternalReview.objects.bulk_create(
        ExternalReview(
            claim=claim, publisher_id=claim.imported_from_id, label="False", url="https://a.example/1"
        )
        for claim in Claim.objects.filter(imported_from__isnull=False).order_by("-id")
        for _ in range(10)
    )  # fmt: skip


@pytest.mark.slow  # loads 1,500 claims
def test_ten_times_as_many_claims_cost_no_more(client, tmp_path):
    editor = type(client)()
    editor.force_login(make_user("ben", role="editor"))
    Site.objects.update_or_create(id=1, defaults={"is_sample": True})
    load(tmp_path / "few", FEW)
    asked = [(client, path) for path in public_paths()] + [(editor, path) for path in DESK]
    few = [steps_of(*question) for question in asked]

    load(tmp_path / "many", MANY)

    many = [steps_of(*question) for question in asked]
    assert {
        path: (before, after)
        for (_, path), before, after in zip(asked, few, many, strict=True)
        if after > max(MOST_TIMES * before, COUNTING.get(path, LEAST_STEPS))
    } == {}
