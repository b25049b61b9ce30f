"""Lists of claims as they were at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from statements.as_of.standings import as_said_then, shown_by, standings_of
from statements.models import (
    Claim,
    Occurrence,
    Statement,
    Verdict,
)
from statements.search import Line, Query, find
from statements.search.facts import CLAIM_COLUMNS, VERDICT_COLUMNS, language_of, line_of
from statements.vocabulary import Match

# A list of a past day looks through as many of today's claims to fill itself.
MOST_LOOKED_AT = 100
# Claims of one moment have places one after the other, within the second (`search.documents`):
# who looks for those published by a moment looks a little further, and then asks their standing.
SAME_MOMENT = timedelta(seconds=1)


def lines_then(public_ids: Sequence[str], at: datetime) -> list[Line]:
    """Returns the lines of those claims that had a finding or a retraction notice (5 queries).

    In the order given, as a list of that moment showed them.
    """
    rows = {
        row["public_id"]: row
        for row in Claim.objects.listed().filter(public_id__in=public_ids).values(*CLAIM_COLUMNS)
    }
    standings = standings_of([row["pk"] for row in rows.values()], at)
    ids = [row.verdict_id for row in standings.values() if row.is_public and row.verdict_id]
    verdicts = {
        row["claim_id"]: row for row in Verdict.objects.filter(pk__in=ids).values(*VERDICT_COLUMNS)
    }
    said = _main_statements([row for row in rows.values() if row["pk"] in verdicts], at)
    lines = []
    for public_id in public_ids:
        row = rows.get(public_id)
        if row is None or row["pk"] not in verdicts:
            continue
        standing = standings[row["pk"]]
        row |= {
            "state": standing.state,
            "first_published_at": standing.first_published_at,
            "last_published_at": standing.last_published_at,
            "retracted_at": standing.retracted_at,
        }
        statement = said.get(row["pk"])
        if statement is not None:
            row |= {
                "main_statement__said_edtf": statement.said_edtf,
                "main_statement__speaker__public_id": statement.speaker.public_id,
                "main_statement__speaker__name": statement.speaker.name,
            }
        lines.append(
            line_of(
                row,
                verdicts[row["pk"]],
                language=language_of(row, verdicts[row["pk"]]),
                is_live=standing.is_live,
                has_main=statement is not None,
            )
        )
    return lines


def _main_statements(rows: Sequence[dict[str, Any]], at: datetime) -> dict[int, Statement]:
    """Returns the main statement of each claim that showed it, as it read then."""
    occurrences = Occurrence.objects.filter(
        shown_by(at),
        match=Match.CONFIRMED,
        claim__in=[row["pk"] for row in rows],
        statement__in=[row["main_statement_id"] for row in rows],
    ).select_related("statement__speaker")
    wanted = {row["pk"]: row["main_statement_id"] for row in rows}
    found = {
        row.claim_id: row.statement
        for row in occurrences
        if row.statement_id == wanted[row.claim_id]
    }
    as_said_then(list(found.values()), at)
    return found


def topic_lines_then(topic: str, at: datetime, *, most: int) -> list[Line]:
    """Returns the newest claims of a topic that had a finding or a retraction notice."""
    query = Query(
        facets=(("topic", topic),),
        published_before=at + SAME_MOMENT,
    )
    found = find(query, size=MOST_LOOKED_AT, counts=False)
    return lines_then([line["id"] for line in found.lines], at)[:most]
