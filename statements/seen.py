"""Whether the public can see a row on some page: by its name, its title or a count.

More is seen than has a page of its own. A change of what is seen is a public change and raises
the publication number; a change of anything else is nobody's business, and must not move it.

It is asked at every change, in small steps with the likeliest first: in one question about all
that there is, PostgreSQL took 70 ms to plan what it did in one.
"""

from __future__ import annotations

from django.db.models import Q
from django.db.models.functions import Coalesce

from sources.models import Series, Source
from sources.prepared import Prepared
from statements.models import Agreement, Claim, Speaker, Verdict
from statements.querysets import cited_sources

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
    """Says whether a publisher's name stands on a public page (1 to 6 queries and its series')."""
    if _cited_of(pk) or _text_by(pk):
        return True
    # Of the same work as a source of this publisher something else may be cited.
    merged = Source.objects.filter(merged_into__isnull=False)
    twins = merged.filter(Q(publisher=pk) | Q(merged_into__publisher=pk))
    works = {twin.work_id for twin in twins.only("merged_into")}
    return (
        any(map(_cited, works))
        or any(
            map(is_series_seen, Series.objects.filter(publisher=pk).values_list("pk", flat=True))
        )
        or Claim.objects.filter(imported_from=pk).exists()
        or Verdict.objects.filter(imported_from=pk).exists()
    )


def is_series_seen(pk: int) -> bool:
    """Says whether a series is confirmed and a public source reports one of its counts."""
    if not Series.objects.confirmed().filter(pk=pk).exists():
        return False
    reporting = Source.objects.filter(observations__series=pk)
    works = reporting.values_list(Coalesce("merged_into", "pk"), flat=True).distinct()
    return any(_cited(work) for work in works)


def is_speaker_seen(pk: int) -> bool:
    """Says whether a speaker's name stands on a public page (1 to 3 queries)."""
    return bool(_known(pk) or _party(pk) or _mediator(pk))
