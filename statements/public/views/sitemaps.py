"""What search engines are told: every public page, the newest ones, and where not to look."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from html import escape

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from statements import addresses
from statements.models import Agreement, FacetCount, PublicDocument, Site, Topic
from statements.public.frame import NAVIGATION, current_frame
from statements.public.pages import absolute
from statements.search import PUBLISHED, Line, Query, find

PART = 10_000
MOST_SPEAKERS = 30_000
NEWS_DAYS = 2
MOST_NEWS = 1_000
PLACE = re.compile(r"(?:0|-?[1-9][0-9]{0,18})\Z")  # one way to write each
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS_SCHEMA = "http://www.google.com/schemas/sitemap-news/0.9"
ROBOTS = """User-agent: *
Disallow: /admin/
Disallow: /api/v1/docs/
Disallow: /search/
Disallow: /*?
Allow: /*?after=

Sitemap: {sitemap}
Sitemap: {news}
"""


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read: pages, not every combination of filters (no query)."""
    text = ROBOTS.format(sitemap=absolute("/sitemap.xml"), news=absolute("/sitemap-news.xml"))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The parts of the sitemap: pages, and claims 10,000 at a time (a query, and one a part)."""
    parts = ["/sitemap-pages.xml", *(f"/sitemap-claims-{start}.xml" for start in _starts())]
    lines = [f"<sitemap><loc>{escape(absolute(part))}</loc></sitemap>\n" for part in parts]
    return _xml(f'<sitemapindex xmlns="{SCHEMA}">\n', lines, "</sitemapindex>\n")


def _starts() -> Iterator[int]:
    """Yields the place of the first claim of each part: counting all takes ten times as long."""
    places = PublicDocument.objects.order_by("id").values_list("id", flat=True)
    start = places.first()
    while start is not None:
        yield start
        start = next(iter(places.filter(id__gte=start)[PART : PART + 1]), None)


@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    """Everything that is no claim: lists, topics, agreements, speakers, pages on the site (3 queries)."""
    found = ["/", *(entry.url for entry in NAVIGATION), "/statements/", "/publishers/", "/exports/"]
    found += [entry.url for entry in current_frame().policies]
    found += [topic.get_absolute_url() for topic in Topic.objects.public().order_by("slug")]
    agreements = Agreement.objects.public().order_by("public_id")
    found += [agreement.get_absolute_url() for agreement in agreements]
    speakers = FacetCount.objects.filter(dimension="speaker", count__gt=0).order_by("code")
    codes = speakers.values_list("code", flat=True)[:MOST_SPEAKERS]
    found += [f"/speakers/{code}/" for code in codes]
    return _urls((path, None) for path in dict.fromkeys(found))


@require_safe
def claims(request: HttpRequest, start: str) -> HttpResponse:
    """10,000 claims at most, from a place in the order of publication on (1 query)."""
    if not PLACE.match(start) or abs(int(start)) >= 2**63:
        raise Http404
    rows = PublicDocument.objects.filter(id__gte=int(start)).order_by("id")
    lines = rows.values_list("line", flat=True)[:PART]
    return _urls(_addresses(lines))


def _addresses(lines: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    for text in lines:
        line: Line = json.loads(text)
        yield (
            addresses.claim_path(line["id"], line["short_text"]),
            line["retracted_at"] or line["last_published_at"],
        )


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """Claims first published in the last two days, for news search (1 query)."""
    now = timezone.now()
    since = datetime(now.year, now.month, now.day, tzinfo=UTC) - timedelta(days=NEWS_DAYS)
    found = find(Query(published_from=since), order=PUBLISHED, size=MOST_NEWS, counts=False)
    name = escape(Site.current().name)
    lines = [
        f"<url><loc>{_address(line)}</loc><news:news><news:publication>"
        f"<news:name>{name}</news:name><news:language>{escape(line['language'][:2])}"
        "</news:language></news:publication><news:publication_date>"
        f"{line['first_published_at']}</news:publication_date>"
        f"<news:title>{escape(line['short_text'])}</news:title></news:news></url>\n"
        for line in found.lines
        if line["revision"] and not line["imported_from"]
    ]
    return _xml(f'<urlset xmlns="{SCHEMA}" xmlns:news="{NEWS_SCHEMA}">\n', lines, "</urlset>\n")


def _address(line: Line) -> str:
    return escape(absolute(addresses.claim_path(line["id"], line["short_text"])))


def _urls(found: Iterable[tuple[str, str | None]]) -> HttpResponse:
    lines = [
        f"<url><loc>{escape(absolute(path))}</loc>"
        f"{f'<lastmod>{changed}</lastmod>' if changed else ''}</url>\n"
        for path, changed in found
    ]
    return _xml(f'<urlset xmlns="{SCHEMA}">\n', lines, "</urlset>\n")


def _xml(start: str, lines: list[str], end: str) -> HttpResponse:
    return HttpResponse("".join([HEAD, start, *lines, end]), content_type="application/xml")
