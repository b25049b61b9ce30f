"""What this site showed at a moment of the past (DESIGN §3, decision 0009).

Answered from what is never changed: the actions on a claim, the sealed verdicts, corrections,
confirmations and field histories. The doors are today's: what has no page now has none of any day,
and what was taken down stays so. Functions take an instant; pages take a day, which ends at
midnight UTC.
"""

from __future__ import annotations

from statements.as_of.agreements import agreement_claims_then, terms_then, topic_agreements_then
from statements.as_of.claims import (
    claim_then,
    moment_of,
    occurrences_then,
    relations_then,
    verdicts_then,
)
from statements.as_of.days import PARAMETER, end_of, read_day, today
from statements.as_of.lists import SAME_MOMENT, lines_then, topic_lines_then
from statements.as_of.sources import works_then
from statements.as_of.standings import standings_of

__all__ = [
    "PARAMETER",
    "SAME_MOMENT",
    "agreement_claims_then",
    "claim_then",
    "end_of",
    "lines_then",
    "moment_of",
    "occurrences_then",
    "read_day",
    "relations_then",
    "standings_of",
    "terms_then",
    "today",
    "topic_agreements_then",
    "topic_lines_then",
    "verdicts_then",
    "works_then",
]
