"""What the tool suggests of a work when a copy of it is stored: the same as another, or a report.

A suggestion changes nothing. A person accepts it, which merges or sets the origin through the
usual operation, or dismisses it for good.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from sources.errors import NotPossible
from sources.models import (
    Publisher,
    Snapshot,
    Source,
    SourceAddress,
    SourceSuggestion,
    TextPrint,
    TextSketch,
)
from sources.operations.common import hold
from sources.operations.merging import merge_sources
from sources.operations.works import update_source
from sources.people import Role, require
from sources.readings import PageLinks
from sources.sketches import Sketch, shares, sketch_of
from sources.vocabulary import Grounds, SuggestionAnswer, SuggestionKind

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SHORTEST_TEXT = 200  # characters; below, the same text may be chance
MOST_ALIKE = 10  # copies compared more closely
MOST_NAMED = 200  # titles looked for
NAMED_WITHIN = timedelta(days=14)
NEARLY_ALL, MOST_OF_IT = 0.85, 0.5
# Twins of a page on the same site: for telephones, and AMP.
TWIN_HOSTS = ("m.", "mobile.", "amp.")


@dataclass(frozen=True, slots=True)
class Found:
    """A suggestion before it is written: `source` is the same as, or reports on, `other`."""

    kind: str
    source: int
    other: int
    grounds: str
    share: int | None = None


def suggest_for(snapshot: Snapshot, links: PageLinks) -> None:
    """Looks for twins and origins of the work of a new copy, and keeps a sketch of its text.

    `links` are those of the page: they were read with its text, outside of the transaction.

    About ten queries, however many copies there are; runs in the transaction that stores it.
    """
    source = snapshot.source
    sketch = _keep_sketch(snapshot)
    found = [*_same_text(snapshot), *_alike(snapshot, sketch)]
    found += [*_twins(snapshot, links), *_linked(source, links)]
    found += _named(source, snapshot.text)
    _write(snapshot, found)


@transaction.atomic
def answer_suggestion(
    suggestion: SourceSuggestion, *, by: User, accept: bool, reason: str = ""
) -> SourceSuggestion:
    """Accepts a suggestion, which merges the two or sets the origin, or dismisses it for good."""
    require(by, Role.CONTRIBUTOR, "answer suggestions")
    row = hold(suggestion)
    if row.answer:
        raise NotPossible(f"somebody answered this: {row.get_answer_display().lower()}")
    if accept and row.kind == SuggestionKind.SAME_WORK:
        keep, drop = sorted((row.source, row.other), key=lambda source: source.pk)
        merge_sources(keep, drop, by=by, reason=reason or row.get_grounds_display())
    elif accept:
        source = hold(row.source)
        update_source(
            source, by=by, origin=row.other, reason=f"origin: {row.get_grounds_display()}"
        )
    row.answer = SuggestionAnswer.ACCEPTED if accept else SuggestionAnswer.DISMISSED
    row.answered_by, row.answered_at = by, timezone.now()
    row.save()
    return row


# ---- looking ----------------------------------------------------------------------------


def _keep_sketch(snapshot: Snapshot) -> Sketch:
    sketch = sketch_of(snapshot.text)
    if sketch.prints:
        row = TextSketch.objects.create(snapshot=snapshot, scale=sketch.scale)
        TextPrint.objects.bulk_create(
            TextPrint(sketch=row, value=value) for value in sorted(sketch.prints)
        )
    return sketch


def _same_text(snapshot: Snapshot) -> Iterator[Found]:
    if len(snapshot.text) < SHORTEST_TEXT:
        return
    same = Snapshot.objects.filter(text_sha256=snapshot.text_sha256)
    for other in _works(same.exclude(source=snapshot.source_id).values("source")):
        yield _as_one(snapshot.source, other, Grounds.SAME_TEXT, 1.0)


def _alike(snapshot: Snapshot, sketch: Sketch) -> Iterator[Found]:
    if not sketch.prints or len(snapshot.text) < SHORTEST_TEXT:
        return
    likely = (
        TextPrint.objects.filter(value__in=sketch.prints)
        .exclude(sketch__snapshot__source=snapshot.source_id)
        .exclude(sketch__snapshot__text_sha256=snapshot.text_sha256)
        .values("sketch")
        .annotate(shared=Count("value"))
        .order_by("-shared", "sketch")[:MOST_ALIKE]
    )
    ids = [row["sketch"] for row in likely]
    rows = TextSketch.objects.filter(pk__in=ids).select_related("snapshot__source__merged_into")
    for row in rows.defer("snapshot__text").prefetch_related("prints"):
        theirs = Sketch(row.scale, frozenset(each.value for each in row.prints.all()))
        share = shares(sketch, theirs)
        source, other = snapshot.source, row.snapshot.source.work
        if min(share.of_one, share.of_other) >= NEARLY_ALL:
            yield _as_one(source, other, Grounds.NEAR_TEXT, min(share.of_one, share.of_other))
        elif share.of_other >= max(MOST_OF_IT, share.of_one):
            yield _report(source, other, Grounds.COPIES, share.of_other)
        elif share.of_one >= MOST_OF_IT:
            yield _report(other, source, Grounds.COPIES, share.of_one)


def _as_one(source: Source, other: Source, grounds: str, share: float) -> Found:
    """The same work; of two publishers, the younger one prints what the older one wrote."""
    if source.publisher_id and other.publisher_id and source.publisher_id != other.publisher_id:
        older, younger = sorted((source, other), key=_age)
        return _report(younger, older, grounds, share)
    return Found(SuggestionKind.SAME_WORK, source.pk, other.pk, grounds, int(share * 100))


def _age(source: Source) -> tuple[bool, str, int]:
    day = source.published_on.isoformat() if source.published_on else ""
    return (not day, day, source.pk)


def _report(source: Source, other: Source, grounds: str, share: float | None = None) -> Found:
    percent = int(share * 100) if share is not None else None
    return Found(SuggestionKind.REPORTS_ON, source.pk, other.pk, grounds, percent)


def _twins(snapshot: Snapshot, links: PageLinks) -> Iterator[Found]:
    """Notes the addresses that the page names as its own, where they are sure to be its twins.

    A page can say anything: of any other address it is only suggested, where we know its work.
    """
    source = snapshot.source
    for address in links.own:
        if _is_front_page(address):
            continue  # named on every page of some sites
        known = Source.objects.for_address(address).select_related("merged_into").first()
        if known is not None:
            if known.work_id != source.work_id:
                yield Found(SuggestionKind.SAME_WORK, source.pk, known.work_id, Grounds.PAGE_SAYS)
        elif _is_twin(address, source) and not _was_taken_out(address, source):
            SourceAddress.objects.create(
                source=source.work, canonical_url=address, snapshot=snapshot
            )


def _was_taken_out(address: str, source: Source) -> bool:
    """Says whether a person took the address out of this work: pages name it again each time."""
    rows = SourceAddress.objects.filter(
        canonical_url=address, source__in=Source.objects.of_work(source)
    )
    return rows.exists()


def _is_front_page(address: str) -> bool:
    parts = urlsplit(address)
    return not (parts.path or parts.query or parts.fragment)


def _is_twin(address: str, source: Source) -> bool:
    """Says whether two addresses differ in nothing but the name of a twin of the host."""
    mine, theirs = (urlsplit(each) for each in (source.canonical_url, address))
    return bool(mine.netloc) and (
        mine._replace(netloc=_site(mine.netloc)) == theirs._replace(netloc=_site(theirs.netloc))
    )


def _site(host: str) -> str:
    for start in TWIN_HOSTS:
        host = host.removeprefix(start)
    return host


def _linked(source: Source, links: PageLinks) -> Iterator[Found]:
    if not links.out:
        return
    others = Source.objects.filter(canonical_url__in=links.out).exclude(url="")
    for other in _works(others.values("pk")):
        yield _report(source, other, Grounds.LINKS)


def _named(source: Source, text: str) -> Iterator[Found]:
    """Finds works whose publisher and title both stand in the text, of the days before it."""
    names = Publisher.objects.values_list("pk", "name")
    spoken_of = [pk for pk, name in names if name in text and pk != source.publisher_id]
    if not spoken_of:
        return
    likely = Source.objects.works().filter(publisher__in=spoken_of).exclude(pk=source.work_id)
    if source.published_on:
        likely = likely.filter(
            published_on__range=(source.published_on - NAMED_WITHIN, source.published_on)
        )
    for other in likely.order_by("-published_on", "-pk")[:MOST_NAMED]:
        if len(other.title) >= 12 and other.title in text:
            yield _report(source, other, Grounds.NAMES)


def _works(ids: Any) -> Iterable[Source]:
    """Returns the works of some sources, a few of them."""
    rows = Source.objects.filter(pk__in=ids).select_related("merged_into").order_by("pk")
    return {row.work.pk: row.work for row in rows[:MOST_ALIKE]}.values()


def _write(snapshot: Snapshot, found: Iterable[Found]) -> None:
    """Writes what is new; a work and its twins suggest nothing of each other."""
    works = set(Source.objects.of_work(snapshot.source).values_list("pk", flat=True))
    new = {
        (each.kind, each.source, each.other): each
        for each in reversed(list(found))
        if not {each.source, each.other} <= works
    }
    if not new:
        return
    sources = {pk for _, source, other in new for pk in (source, other)}
    reported = set(
        Source.objects.filter(pk__in=sources, origin__isnull=False).values_list("pk", "origin_id")
    )
    SourceSuggestion.objects.bulk_create(
        [
            SourceSuggestion(
                kind=each.kind, source_id=each.source, other_id=each.other,
                grounds=each.grounds, share=each.share, snapshot=snapshot,
            )
            for each in new.values()
            if not {(each.source, each.other), (each.other, each.source)} & reported
        ],
        ignore_conflicts=True,
    )  # fmt: skip
