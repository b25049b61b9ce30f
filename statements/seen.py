"""Whether the public can see a row on some page: by its name, its title or a count.

More is seen than has a page of its own. A change of what is seen is a public change and raises
the publication number; a change of anything else is nobody's business, and must not move it.

It is asked at every change, in small steps with the likeliest first: in one question about all
that there is, PostgreSQL took 70 ms to plan what it did in one.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.db.models.functions import Coalesce

from sources.models import Series, Source
from statements.models import Agreement, Claim, Speaker, Verdict
from statements.querysets import cited_sources


def is_source_seen(pk: int) -> bool:
    """Says whether a source's title, address or copies stand on a public page (1 to 3 queries)."""
    work = Source.objects.filter(pk=pk).values_list(Coalesce("merged_into", "pk"), flat=True)
    return _is_any_public(work) or Agreement.objects.public().filter(text_source=pk).exists()


def is_publisher_seen(pk: int) -> bool:
    """Says whether a publisher's name stands on a public page (1 to 8 queries)."""
    if cited_sources().filter(publisher=pk).exists():
        return True
    # Of the same work as a source of this publisher something else may be cited.
    merged = Source.objects.filter(merged_into__isnull=False)
    works = merged.filter(Q(publisher=pk) | Q(merged_into__publisher=pk))
    return (
        _is_any_public(works.values_list("merged_into", flat=True).distinct())
        or Agreement.objects.public().filter(text_source__publisher=pk).exists()
        or Claim.objects.filter(imported_from=pk).exists()
        or Verdict.objects.filter(imported_from=pk).exists()
        or any(
            map(is_series_seen, Series.objects.filter(publisher=pk).values_list("pk", flat=True))
        )
    )


def is_series_seen(pk: int) -> bool:
    """Says whether a series is confirmed and a public source reports one of its counts."""
    if not Series.objects.confirmed().filter(pk=pk).exists():
        return False
    reporting = Source.objects.filter(observations__series=pk)
    return _is_any_public(
        reporting.values_list(Coalesce("merged_into", "pk"), flat=True).distinct()
    )


def is_speaker_seen(pk: int) -> bool:
    """Says whether a speaker's name stands on a public page (1 to 3 queries)."""
    agreements = Agreement.objects.public()
    return (
        Speaker.objects.public().filter(pk=pk).exists()
        or agreements.filter(parties=pk).exists()
        or agreements.filter(mediators=pk).exists()
    )


def _is_any_public(works: Iterable[int | None]) -> bool:
    """Says whether one of these works has a page: cited itself, or what was merged into it."""
    ids = list(works)
    return bool(ids) and cited_sources().filter(Q(pk__in=ids) | Q(merged_into__in=ids)).exists()
