"""What other publishers found about a statement, as an import writes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sources.models import Publisher
from statements.imports.records import Check
from statements.models import Claim, ExternalReview, Statement


class Reviews:
    """Writes the checks of a file, each once; publishers are found by name.

    `mapping_version` is that of the tables that say which of our codes a label means.
    """

    def __init__(self, bulk: Any, counts: Counter[str], *, mapping_version: str) -> None:
        self.bulk = bulk
        self.counts = counts
        self.mapping_version = mapping_version
        self.publishers: dict[str, Publisher] = {}
        self.known: set[tuple[Any, ...]] = set()

    def look_up(self, statements: Iterable[Statement]) -> None:
        """Reads what is there about these statements (one query, none without any)."""
        keys = [statement.pk for statement in statements]
        self.known = set()
        if keys:
            rows = ExternalReview.objects.filter(statement__in=keys)
            self.known.update(
                rows.values_list("statement_id", "claim_id", "publisher_id", "url", "label")
            )

    def add(self, check: Check, statement: Statement, claims: dict[str, Claim]) -> None:
        """Adds a check, unless it is there already by another row or from another archive."""
        values, publisher = self.values(check, claims), self.publisher(check.publisher)
        claim = values["claim"]
        key = (statement.pk, claim and claim.pk, publisher.pk, check.url, check.label)
        if check.url and key in self.known:
            self.counts["known reviews"] += 1
            return
        self.known.add(key)
        self.bulk.record_review(
            external_ref=check.reference, publisher=publisher, statement=statement, **values
        )
        self.counts["reviews"] += 1
        self.counts["no code"] += not check.code

    def values(self, check: Check, claims: dict[str, Claim]) -> dict[str, Any]:
        """Returns the columns of a check; `claims` are those of its row, by slug."""
        chosen = [claims[slug] for slug in check.claims if slug in claims] or [*claims.values()]
        return {
            # Of several claims nobody says which one was checked.
            "claim": chosen[0] if len(chosen) == 1 else None,
            "url": check.url,
            "claim_text": check.claim_text,
            "summary": check.summary,
            "label": check.label,
            "rating_value": check.rating_value,
            "best_rating": check.best_rating,
            "worst_rating": check.worst_rating,
            "code": check.code,
            "mapping_version": self.mapping_version if check.code else "",
            "reviewed_on": check.reviewed_on,
        }

    def publisher(self, name: str) -> Publisher:
        """Returns the publisher of this name, in any case of letters; adds one that is missing."""
        key = name.casefold()
        if key not in self.publishers:
            known = Publisher.objects.filter(name__iexact=name).order_by("id").first()
            if known is None:
                known = self.bulk.save_publisher(name=name)
                self.counts["publishers"] += 1
            self.publishers[key] = known
        return self.publishers[key]
