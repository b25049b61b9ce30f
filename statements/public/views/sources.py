"""Sources and who puts them out: every claim that each of them serves."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sources import blobs
from sources.canonical import web_address
from sources.models import Publisher, Snapshot, Source
from sources.prepared import Prepared, PreparedValues
from sources.vocabulary import MEDIA_ENDINGS, RIGHTS
from statements.models import Appearance, Citation, Claim, Statement
from statements.public import words
from statements.public.cards import Link, few, foreign, listing_of, listing_of_few, said_words
from statements.public.indexes import IndexEntry, count_of, index
from statements.public.pages import moved, page
from statements.public.paging import Order
from statements.public.sealed import DIRECTNESS, Row
from statements.querysets import cited_sources, public_publishers, public_sources
from statements.search import Query

SOURCES, PUBLISHERS = "/sources/", "/publishers/"
NEWEST_FIRST = Order("published", "Newest first", "published_on", "day")
BY_NAME = Order("name", "Name", "name", is_descending=False)
MOST = 50
MOST_SOURCES_COUNTED = 100  # of each publisher in a list: each is asked whether it is public


def _shown(public_id: str) -> QuerySet[Any]:
    """Returns a public source with whether the one that it reports on is public, too."""
    origin = public_sources().filter(pk=OuterRef("origin"))
    rows = public_sources().filter(public_id=public_id)
    shown: QuerySet[Any] = rows.annotate(is_origin_public=Exists(origin))
    return shown.select_related("publisher", "origin", "watch")


def _copies(work: int) -> QuerySet[Snapshot]:
    """Returns the copies of a work without their texts, each with whether it may be passed on."""
    public = Snapshot.objects.public_copies().filter(pk=OuterRef("pk"))
    copies = Snapshot.objects.of_work(Source(pk=work)).defer("text")
    return copies.with_archive().annotate(is_public_copy=Exists(public))


def _statements(work: int) -> QuerySet[Statement]:
    """Returns the public statements whose words stand in a work."""
    places = Appearance.objects.shown().filter(source__in=Source.objects.of_work(Source(pk=work)))
    rows = Statement.objects.public().filter(pk__in=places.order_by().values("statement"))
    return rows.select_related("speaker").order_by("-said_on", "-id")[:MOST]


_source_of = Prepared(_shown, str)
_copies_of = Prepared(_copies, int)
_statements_of = Prepared(_statements, int)
_served_by = PreparedValues(
    lambda work: few(Claim.objects.listed().for_source(Source(pk=work))), int
)


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """All sources, newest first (1 query)."""
    work = OuterRef(OuterRef("pk"))
    copies = Source.objects.filter(Q(pk=work) | Q(merged_into=work))
    served = Citation.objects.filter(
        source__in=copies.values("pk"), verdict__live_for__isnull=False
    )
    rows = public_sources().select_related("publisher")
    rows = rows.annotate(claim_count=count_of(served, "verdict"))
    return index(
        request,
        rows,
        NEWEST_FIRST,
        _entry,
        heading="Sources",
        standfirst="What our findings rest on. Each source lists the claims it serves.",
        path=SOURCES,
    )


def _entry(source: Any) -> IndexEntry:
    count = getattr(source, "claim_count", 0)
    return IndexEntry(
        source.title,
        source.get_absolute_url(),
        about=_about(source),
        count=words.count(count, "claim", "claims") if count else "",
        language=foreign(source.language),
    )


def _about(source: Source) -> str:
    by = source.publisher.name if source.publisher else source.author
    return ", ".join(filter(None, [by, words.day(source.published_on)]))


@require_safe
def source_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """One source: what it is, the copies kept, the statements in it, the claims (4 queries)."""
    source = _source_of.first(public_id)
    if source is None:
        return _led_on(request, public_id)
    watch = getattr(source, "watch", None)
    return page(
        request,
        "source",
        {
            "source": {
                "kicker": source.get_kind_display(),
                "title": source.title,
                "language": foreign(source.language),
                "address": web_address(source.url),
                "gone": words.day_of(watch.gone_at) if watch else "",
                "rights": RIGHTS[source.rights].words,
                "facts": _facts(source),
                "snapshots": [_copy(snapshot, source) for snapshot in _copies_of(source.pk)],
            },
            "statements": [_statement_entry(row) for row in _statements_of(source.pk)],
            "crumbs": [Link("Sources", SOURCES)],
            "listing": listing_of_few(
                _served_by(source.pk),
                empty_text="No finding that stands cites this source as evidence.",
            ),
        },
        section=SOURCES,
        description=_about(source),
    )


def _led_on(request: HttpRequest, public_id: str) -> HttpResponse:
    """Leads on from a source that was merged to the work that it is (one query)."""
    merged = cited_sources().filter(public_id=public_id, merged_into__isnull=False)
    twin = merged.select_related("merged_into").first()
    if twin is None:
        raise Http404
    return moved(request, twin.work.get_absolute_url())


def _facts(source: Any) -> list[Row]:
    publisher = source.publisher
    rows = [
        Row("Title", source.title),
        Row("Author", source.author),
        Row("Publisher", publisher.name, url=publisher.get_absolute_url())
        if publisher
        else Row("Publisher", ""),
        Row("Published", words.day(source.published_on)),
        Row("Language", words.language(source.language)),
        Row("Standing", DIRECTNESS.get(source.directness, "")),
    ]
    if source.origin and source.is_origin_public:
        rows.append(Row("Reports on", source.origin.title, url=source.origin.get_absolute_url()))
    return [row for row in rows if row.value and row.label != "Title"]


@require_safe
def source_copy(request: HttpRequest, public_id: str, snapshot_id: str) -> HttpResponse:
    """A frozen copy as a file, where the rights of source and work let us pass it on (2 queries)."""
    source = public_sources().filter(public_id=public_id).first()
    if source is None:
        raise Http404
    copies = Snapshot.objects.public_copies().of_work(source).defer("text")
    snapshot = copies.filter(public_id=snapshot_id).first()
    if snapshot is None:
        raise Http404
    try:
        content = blobs.get(snapshot.sha256)
    except FileNotFoundError as error:
        raise Http404 from error
    # A file to keep, never a page of ours (DESIGN §10.4).
    response = HttpResponse(content, content_type="application/octet-stream")
    ending = MEDIA_ENDINGS.get(snapshot.media_type, "bin")
    response["Content-Disposition"] = f'attachment; filename="{snapshot.sha256[:16]}.{ending}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _copy(snapshot: Any, source: Source) -> dict[str, str]:
    return {
        "archive": snapshot.archive_address,
        "file": f"{source.get_absolute_url()}copies/{snapshot.public_id}/"
        if snapshot.is_public_copy
        else "",
        "captured": words.moment_words(snapshot.captured_at),
        "method": snapshot.get_method_display(),
        "media_type": snapshot.media_type,
        "size": words.byte_words(snapshot.byte_size),
        "sha256": snapshot.sha256,
    }


def _statement_entry(row: Statement) -> IndexEntry:
    said = said_words(row)
    return IndexEntry(
        f"{row.speaker}, {said}" if said else str(row.speaker),
        row.get_absolute_url(),
        about=f"“{row.text}”" if row.is_quoted else row.text,
        about_language=foreign(row.language),
    )


@require_safe
def publishers(request: HttpRequest) -> HttpResponse:
    """All publishers of public sources, by name (1 query)."""
    rows = public_publishers().annotate(
        source_count=count_of(
            public_sources().filter(publisher=OuterRef("pk")), most=MOST_SOURCES_COUNTED
        )
    )
    return index(
        request,
        rows,
        BY_NAME,
        _publisher_entry,
        heading="Publishers",
        standfirst="Who puts out the sources that we cite.",
        path=PUBLISHERS,
    )


def _publisher_entry(publisher: Any) -> IndexEntry:
    return IndexEntry(
        publisher.name,
        publisher.get_absolute_url(),
        about=publisher.get_kind_display(),
        count=words.count(publisher.source_count, "source", "sources", most=MOST_SOURCES_COUNTED),
    )


@require_safe
def publisher_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """One publisher: its public sources and the claims they serve (3 queries)."""
    publisher = public_publishers().filter(public_id=public_id).first()
    if publisher is None:
        raise Http404
    rows = public_sources().filter(publisher=publisher).select_related("publisher")
    found = list(rows.order_by("-published_on", "-id")[: MOST + 1])
    return page(
        request,
        "publisher",
        {
            "publisher": {
                "kicker": publisher.get_kind_display(),
                "name": publisher.name,
                "facts": _publisher_facts(publisher),
            },
            "sources": [_entry(source) for source in found[:MOST]],
            "sources_text": f"The newest {MOST}" if len(found) > MOST else "",
            "crumbs": [Link("Publishers", PUBLISHERS)],
            "listing": listing_of(
                Query(facets=(("publisher", publisher.public_id),)),
                all_url=f"/claims/?publisher={publisher.public_id}",
                empty_text="No finding that stands cites this publisher.",
            ),
        },
        section=SOURCES,
    )


def _publisher_facts(publisher: Publisher) -> list[Row]:
    rows = [Row("Domain", publisher.domain), Row("Owner", publisher.owner_group)]
    return [row for row in rows if row.value]
