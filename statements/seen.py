"""Whether the public can see a row on some page: by its name, its title or a count.

More is seen than has a page of its own. A change of what is seen is a public change and raises
the publication number; a change of anything else is nobody's business, and must not move it.

It is asked at every change, in small steps with the likeliest first: in one question about all
that there is, PostgreSQL took 70 ms to plan what it did in one.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from sources.models import Series, Source
from sources.prepared import Prepared
from statements.models import Agreement, Claim, Speaker, Verdict
from statements.querysets import cited_sources

# As many keys as one query names.
PART = 500

# A work has a page when it is cited itself, or what was merged into it is.
_cited = Prepared(
    lambda work: cited_sources().filter(Q(pk=work) | Q(merged_into=work)).only("pk")[:1], int
)
_cited_of = Prepared(
    lambda publisher: cited_sources().filter(publisher=publisher).only("pk")[:1], int
)
_text_of = Prepared(
    lambda source: Agreement.objects.public().filter(text_source=source).only("pk")[:1], int
)
_text_by = Prepared(
    lambda publisher: (
        Agreement.objects.public().filter(text_source__publisher=publisher).only("pk")[:1]
    ),
    int,
)
_known = Prepared(lambda speaker: Speaker.objects.public().filter(pk=speaker).only("pk"), int)
_party = Prepared(
    lambda speaker: Agreement.objects.public().filter(parties=speaker).only("pk")[:1], int
)
_mediator = Prepared(
    lambda speaker: Agreement.objects.public().filter(mediators=speaker).only("pk")[:1], int
)


def is_source_seen(pk: int) -> bool:
    """Says whether a source's title, address or copies stand on a public page (1 to 3 queries)."""
    work = Source.objects.filter(pk=pk).values_list("merged_into", flat=True).first()
    return bool(_cited(work or pk) or _text_of(pk))


def is_publisher_seen(pk: int) -> bool:
    """Says whether a publisher's name stands on a public page (1 to 7 queries)."""
    if _cited_of(pk) or _text_by(pk):
        return True
    # Of the same work as a source of this publisher something else may be cited.
    merged = Source.objects.filter(merged_into__isnull=False)
    twins = merged.filter(Q(publisher=pk) | Q(merged_into__publisher=pk))
    works = {twin.work_id for twin in twins.only("merged_into")}
    return (
        _is_one_public(works)
        or _is_one_public(_works_reporting(Series.objects.confirmed().filter(publisher=pk)))
        or Claim.objects.filter(imported_from=pk).exists()
        or Verdict.objects.filter(imported_from=pk).exists()
    )


def is_series_seen(pk: int) -> bool:
    """Says whether a series is confirmed and a public source reports one of its counts (1 or 2 queries)."""
    return _is_one_public(_works_reporting(Series.objects.confirmed().filter(pk=pk)))


def is_speaker_seen(pk: int) -> bool:
    """Says whether a speaker's name stands on a public page (1 to 3 queries)."""
    return bool(_known(pk) or _party(pk) or _mediator(pk))


def _works_reporting(series: QuerySet[Series]) -> set[int]:
    """Returns the works that report counts of some series (one query)."""
    sources = Source.objects.filter(observations__series__in=series).order_by()
    return set(sources.values_list(Coalesce("merged_into", "pk"), flat=True).distinct())


def _is_one_public(works: Iterable[int]) -> bool:
    """Says whether one of these works has a page (a query per five hundred)."""
    ids = sorted(works)
    parts = (ids[start : start + PART] for start in range(0, len(ids), PART))
    return any(
        cited_sources().filter(Q(pk__in=part) | Q(merged_into__in=part)).exists() for part in parts
    )
