"""Which sources were public at a moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sources.models import Source
from statements.as_of.standings import shown_by, standings_of
from statements.models import (
    AgreementEvent,
    AgreementViolation,
    Appearance,
    Citation,
    Occurrence,
)
from statements.querysets import public_sources
from statements.vocabulary import Match


def works_then(work_ids: Iterable[int], at: datetime) -> set[int]:
    """Returns which works were public at a moment, themselves or by a copy merged into them.

    What is merged today counts as one work at every moment (7 queries; 8 where a statement stands
    in one of them).
    """
    asked = set(work_ids)
    if not asked:
        return set()
    copies = dict(Source.objects.filter(merged_into__in=asked).values_list("pk", "merged_into"))
    shown = _cited_then({*asked, *copies}, at)
    works = {copies.get(source, source) for source in shown}
    return set(public_sources().filter(pk__in=works).values_list("pk", flat=True))


def _cited_then(asked: set[int], at: datetime) -> set[int]:
    """Returns which sources something public rested on (5 or 6 queries): see `cited_sources`."""
    shown: set[int] = set()
    for model in (AgreementEvent, AgreementViolation):
        rows = model._default_manager.shown(known_at=at).filter(source__in=asked)
        shown.update(rows.values_list("source_id", flat=True))
    cited = Citation.objects.filter(source__in=asked, verdict__recorded_at__lte=at).values_list(
        "source_id", "verdict_id", "verdict__claim_id"
    )
    places = Appearance.objects.filter(shown_by(at), source__in=asked).values_list(
        "source_id", "statement_id"
    )
    made = Occurrence.objects.filter(
        shown_by(at), match=Match.CONFIRMED, statement__in=[row[1] for row in places]
    ).values_list("statement_id", "claim_id")
    standings = standings_of({row[2] for row in cited} | {row[1] for row in made}, at)
    live = {row.verdict_id for row in standings.values() if row.is_live}
    shown |= {source for source, verdict, _ in cited if verdict in live}
    told = {statement for statement, claim in made if standings[claim].is_public}
    shown |= {source for source, statement in places if statement in told}
    return shown
