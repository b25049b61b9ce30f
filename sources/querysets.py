"""Questions asked of sources.

Which sources are public depends on claims, and `sources` knows nothing of `statements`: the
public doors for sources and publishers stand in `statements.querysets`.
"""

from __future__ import annotations

from typing import Any, Self

from django.db import models

MAX_LINEAGE = 50  # far longer than any honest chain of reports; a cycle ends here


class PublisherQuerySet(models.QuerySet[Any]):
    def for_domain(self, domain: str) -> Self:
        """Narrows to the publisher of `domain` or of the domain above it."""
        parts = domain.casefold().removeprefix("www.").split(".")
        candidates = [".".join(parts[i:]) for i in range(max(len(parts) - 1, 1))]
        return self.filter(domain__in=candidates).order_by(models.functions.Length("domain").desc())


class SourceQuerySet(models.QuerySet[Any]):
    def for_address(self, canonical_url: str) -> Self:
        return self.filter(canonical_url=canonical_url)

    def origins(self, ids: set[int]) -> dict[int, int | None]:
        """Returns each source's origin for `ids` and for all their origins (a query a level)."""
        known: dict[int, int | None] = {}
        wanted = set(ids)
        for _ in range(MAX_LINEAGE):
            if not wanted:
                break
            known.update(
                self.model._default_manager.filter(id__in=wanted).values_list("id", "origin_id")
            )
            wanted = {origin for origin in known.values() if origin} - known.keys()
        return known
