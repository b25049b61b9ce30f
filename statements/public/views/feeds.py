"""Feeds: what was found and what was put right, for feed readers, as Atom and as JSON Feed.

Entries are made of public lines, newest first. An entry's id is a tag: URI (RFC 4151) that never
changes; a revision moves its `updated`, and a retraction stays as an entry that says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from statements import addresses
from statements.models import Correction, Site, Speaker, Topic
from statements.public.cards import COMMITMENT_LABELS, VERDICT_LABELS
from statements.public.pages import absolute
from statements.public.views.corrections import logged, target_of
from statements.search import UPDATED, Line, Query, find

MOST = 50
ATOM, JSON = "atom", "json"
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)  # `updated` of a feed without an entry


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, as both formats tell it."""

    id: str
    url: str
    title: str
    text: str
    published: datetime
    updated: datetime
    label: str
    language: str


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed: `path` without its ending, `page` where people read the same."""

    title: str
    about: str
    path: str
    page: str
    entries: list[Entry]

    @property
    def updated(self) -> datetime:
        return max((entry.updated for entry in self.entries), default=BEGINNING)


@require_safe
def findings(request: HttpRequest, form: str) -> HttpResponse:
    """The newest findings, revised ones again (1 query)."""
    name = Site.current().name
    entries = _findings(Query())
    return _answer(Feed(name, "What was checked and found.", "/feeds/findings", "/", entries), form)


@require_safe
def topic_findings(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The newest findings on a topic (3 queries)."""
    topic = Topic.objects.public().filter(slug=slug).first()
    if topic is None:
        raise Http404
    entries = _findings(Query(facets=(("topic", slug),)))
    title = f"{topic.name} · {Site.current().name}"
    page = topic.get_absolute_url()
    return _answer(Feed(title, topic.description, f"/feeds{page.rstrip('/')}", page, entries), form)


@require_safe
def speaker_findings(request: HttpRequest, public_id: str, form: str) -> HttpResponse:
    """The newest findings on what a speaker said (3 queries)."""
    speaker = Speaker.objects.public().filter(public_id=public_id).first()
    if speaker is None:
        raise Http404
    entries = _findings(Query(facets=(("speaker", public_id),)))
    title = f"{speaker.name} · {Site.current().name}"
    page = speaker.get_absolute_url()
    about = f"What was found about claims of {speaker.name}."
    return _answer(Feed(title, about, f"/feeds{page.rstrip('/')}", page, entries), form)


@require_safe
def corrections(request: HttpRequest, form: str) -> HttpResponse:
    """What was put right, and what was withdrawn (1 query)."""
    entries = [_correction(row) for row in logged().order_by("-made_at", "-id")[:MOST]]
    title = f"Corrections · {Site.current().name}"
    about = "Every change of meaning to something published."
    return _answer(Feed(title, about, "/feeds/corrections", "/corrections/", entries), form)


# ---- entries --------------------------------------------------------------------------------


def _findings(query: Query) -> list[Entry]:
    found = find(query, order=UPDATED, size=MOST, counts=False)
    entries = [_finding(line) for line in found.lines if line["first_published_at"]]
    return sorted(entries, key=lambda entry: entry.updated, reverse=True)


def _finding(line: Line) -> Entry:
    published = datetime.fromisoformat(line["first_published_at"] or "")
    last = datetime.fromisoformat(line["last_published_at"] or line["first_published_at"] or "")
    title, label = line["short_text"], _label(line)
    text = f"{label}: {line['finding']}"
    if line["retracted_at"]:
        title, label = f"Retracted: {title}", "Retracted"
        text = "We withdrew our finding on this claim. The page says why."
        last = datetime.fromisoformat(line["retracted_at"])
    elif line["imported_from"]:
        text = f"{text} ({line['imported_from']})"
    return Entry(
        id=tag_uri(f"claims/{line['id']}", published),
        url=absolute(addresses.claim_path(line["id"], line["short_text"])),
        title=title,
        text=text,
        published=published,
        updated=max(published, last),
        label=label,
        language=line["language"],
    )


def _label(line: Line) -> str:
    code, status = line["verdict"], line["commitment_status"]
    return str(VERDICT_LABELS.get(code) or COMMITMENT_LABELS.get(status) or "")


def _correction(row: Correction) -> Entry:
    target = target_of(row)
    kind = "Statement corrected" if row.statement else row.get_kind_display()
    return Entry(
        id=tag_uri(f"corrections/{row.made_at:%Y%m%d%H%M%S%f}", row.made_at),
        url=absolute(target.url),
        title=f"{kind}: {target.label}",
        text=row.summary,
        published=row.made_at,
        updated=row.made_at,
        label=kind,
        language="en",
    )


def tag_uri(what: str, since: datetime) -> str:
    """Returns an id that stays, wherever the site moves within its name (RFC 4151)."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"tag:{host},{since.year}:{what}"


# ---- formats --------------------------------------------------------------------------------


def _answer(feed: Feed, form: str) -> HttpResponse:
    return _atom(feed) if form == ATOM else _json(feed)


class _Atom(Atom1Feed):
    """Django's Atom feed, dated by its newest entry and not by now: the same twice is the same."""

    def latest_post_date(self) -> Any:
        return self.feed["updated"]

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        """Writes the summary as the text that it is: Django says that it is HTML (RFC 4287 §3.1.1)."""
        super().add_item_elements(handler, item)
        handler.addQuickElement("summary", item["text"], {"type": "text"})


def _atom(feed: Feed) -> HttpResponse:
    site = Site.current()
    made = _Atom(
        title=feed.title,
        link=absolute(feed.page),
        description=feed.about,
        subtitle=feed.about,
        language="en",
        feed_url=absolute(f"{feed.path}.{ATOM}"),
        author_name=site.organisation or site.name,
        feed_guid=absolute(feed.path),
        updated=feed.updated,
    )
    for entry in feed.entries:
        made.add_item(
            title=entry.title,
            link=entry.url,
            description=None,  # type: ignore[arg-type]  # Django leaves it out then
            text=entry.text,
            pubdate=entry.published,
            updateddate=entry.updated,
            unique_id=entry.id,
            categories=[entry.label] if entry.label else [],
        )
    body = made.writeString("utf-8")
    return HttpResponse(body, content_type="application/atom+xml; charset=utf-8")


def _json(feed: Feed) -> HttpResponse:
    """JSON Feed 1.1, https://www.jsonfeed.org/version/1.1/."""
    site = Site.current()
    return JsonResponse(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed.title,
            "description": feed.about,
            "home_page_url": absolute(feed.page),
            "feed_url": absolute(f"{feed.path}.{JSON}"),
            "language": "en",
            "authors": [{"name": site.organisation or site.name}],
            "items": list(_items(feed.entries)),
        },
        json_dumps_params={"ensure_ascii": False},
        content_type="application/feed+json",
    )


def _items(entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        yield {
            "id": entry.id,
            "url": entry.url,
            "title": entry.title,
            "content_text": entry.text,
            "date_published": entry.published.isoformat(),
            "date_modified": entry.updated.isoformat(),
            "tags": [entry.label] if entry.label else [],
            "language": entry.language,
        }
