"""Questions asked of sources.

Which sources are public depends on claims, and `sources` knows nothing of `statements`: the
public doors for sources and publishers stand in `statements.querysets`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce

from sources.vocabulary import PUBLIC_COPIES

MAX_LINEAGE = 50  # far longer than any honest chain of reports; a cycle ends here


def seen_at(prefix: str = "") -> Coalesce:
    """Returns when a page became what a copy holds: frozen then, or gone back to it later.

    A look that finds it unchanged counts for nothing: somebody may have pasted more meanwhile.
    """
    returns = apps.get_model("sources.Capture")._default_manager.filter(
        snapshot=OuterRef(f"{prefix}pk"), is_return=True
    )
    last = returns.order_by("-ended_at").values("ended_at")[:1]
    return Coalesce(models.Subquery(last), models.F(f"{prefix}captured_at"))


def newest_archive(snapshot: str = "pk") -> models.Subquery:
    """Returns the link to a public archive that a snapshot got last; `snapshot` leads to it."""
    links = apps.get_model("sources.SnapshotArchive")._default_manager
    rows = links.filter(snapshot=OuterRef(snapshot)).order_by("-id")
    return models.Subquery(rows.values("url")[:1])


class PublisherQuerySet(models.QuerySet[Any]):
    def for_domain(self, domain: str) -> Self:
        """Narrows to the publisher of `domain` or of the domain above it."""
        parts = domain.casefold().removeprefix("www.").split(".")
        candidates = [".".join(parts[i:]) for i in range(max(len(parts) - 1, 1))]
        return self.filter(domain__in=candidates).order_by(models.functions.Length("domain").desc())


class SourceQuerySet(models.QuerySet[Any]):
    def for_address(self, canonical_url: str) -> Self:
        """Narrows to the source of an address, its own before one that a page named and that counts."""
        named = self.model._meta.get_field("addresses").related_model._default_manager
        told = named.filter(canonical_url=canonical_url, removed_at=None).values("source")
        own = models.Q(canonical_url=canonical_url)
        return self.filter(own | models.Q(pk__in=told)).order_by(
            models.Case(models.When(own, then=0), default=1)
        )

    def works(self) -> Self:
        """Leaves out what was merged into another source."""
        return self.filter(merged_into__isnull=True)

    def of_work(self, source: Any) -> Self:
        """Narrows to a work: the source that it is known as, and all that were merged into it."""
        return self.filter(models.Q(pk=source.work_id) | models.Q(merged_into=source.work_id))

    def origins(self, ids: set[int]) -> dict[int, int | None]:
        """Returns each source's origin for `ids` and for all their origins (a query a level).

        What was merged leads to what it was merged into: both are one work.
        """
        return _way_up(self.model, Coalesce("merged_into_id", "origin_id"), ids)


class SnapshotQuerySet(models.QuerySet[Any]):
    def of_work(self, source: Any) -> Self:
        """Narrows to the copies of a work: of the source and of all that were merged into it."""
        works = self.model._meta.get_field("source").related_model._default_manager
        # By their sources: with a choice between two tables both databases look at every copy.
        return self.filter(source__in=works.of_work(source).order_by().values("pk"))

    def public_copies(self) -> Self:
        """Narrows to copies that may be passed on: the rights of their source and its work let us."""
        of_work = models.Q(source__merged_into=None) | models.Q(
            source__merged_into__rights__in=PUBLIC_COPIES
        )
        return self.filter(of_work, source__rights__in=PUBLIC_COPIES)

    def last_seen_first(self) -> Self:
        """Orders by when each copy became the newest one (see `seen_at`)."""
        return self.order_by(seen_at().desc(), "-id")

    def with_archive(self) -> Self:
        """Adds `newest_archive`, the link to a public archive that was added last (no query more)."""
        return self.annotate(newest_archive=newest_archive())


class PlaceQuerySet(models.QuerySet[Any]):
    def above(self, ids: set[int]) -> dict[int, int | None]:
        """Returns what each place is a part of, for `ids` and all above them (a query a level)."""
        return _way_up(self.model, "part_of_id", ids)


def _way_up(
    model: type[models.Model], pointer: str | Coalesce, ids: set[int]
) -> dict[int, int | None]:
    known: dict[int, int | None] = {}
    wanted = set(ids)
    for _ in range(MAX_LINEAGE):
        if not wanted:
            break
        known.update(model._default_manager.filter(id__in=wanted).values_list("id", pointer))
        wanted = {above for above in known.values() if above} - known.keys()
    return known


class SeriesQuerySet(models.QuerySet[Any]):
    """Series; the public sees those that a second editor confirmed."""

    def confirmed(self, *, known_at: datetime | None = None) -> Self:
        """Series that a second editor confirmed, by a moment where one is given."""
        if known_at is None:
            return self.filter(confirmation__isnull=False)
        return self.filter(confirmation__confirmed_at__lte=known_at)

    def waiting(self) -> Self:
        """Series with counts that wait for a second editor, oldest first."""
        counts = self.model._meta.get_field("observations").related_model._default_manager
        return self.filter(
            Exists(counts.filter(series=OuterRef("pk"))), confirmation__isnull=True
        ).order_by("id")


class ObservationQuerySet(models.QuerySet[Any]):
    """Counts. The newest of a period is looked for among the rows chosen so far: narrow first."""

    def confirmed(self) -> Self:
        """Counts of series that a second editor confirmed."""
        return self.filter(series__confirmation__isnull=False)

    def known_at(self, moment: datetime | None = None) -> Self:
        """The newest count of each period among those that this site had stored at `moment`.

        Without a moment: among all of them. A later report outranks an earlier one, whichever
        was stored first.
        """
        return (self.filter(recorded_at__lte=moment) if moment else self.all())._newest()

    def _newest(self) -> Self:
        later = self.order_by().filter(
            series=OuterRef("series"),
            period_start=OuterRef("period_start"),
            period_end=OuterRef("period_end"),
            reported_at__gt=OuterRef("reported_at"),
        )
        return self.filter(~Exists(later))

    def overlapping(self, start: date | None, end: date | None) -> Self:
        """Counts of periods that share a day with the one from `start` to `end`, both included."""
        rows = self.filter(period_end__gte=start) if start else self.all()
        return rows.filter(period_start__lte=end) if end else rows
