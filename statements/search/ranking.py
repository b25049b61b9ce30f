"""How well a hit fits a question. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from statements.search.questions import Term

# What a part of the question is worth by where it stands.
IN_CLAIM, IN_SPEAKER, ELSEWHERE = 8, 5, 2
WHOLE_QUESTION = 10  # when the claim has all words in the order of the question


def scored_by(hits: Sequence[tuple[Any, ...]], terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Returns score and place of each hit, the best first.

    Each part of the question counts by the best place where it stands: the claim, a speaker's
    name, or elsewhere (a quote, the finding), which need not be looked at since every part stands
    somewhere.
    """
    parts = [_rows_of(term) for term in terms]
    whole = [f" {' '.join(' '.join(term.ways[way]) for term in terms)} " for way in (0, -1)]
    most = IN_CLAIM * len(parts)
    scored = []
    for hit in hits:  # plain loops: this is done up to 1,000 times a question
        claim, speaker, score = f" {hit[1]} ", "", 0
        for rows in parts:
            for row in rows:
                if row in claim:
                    score += IN_CLAIM
                    break
            else:
                speaker = speaker or f" {hit[2]} "
                for row in rows:
                    if row in speaker:
                        score += IN_SPEAKER
                        break
                else:
                    score += ELSEWHERE
        # Only who has every part can have them in a row.
        if score == most and len(parts) > 1 and (whole[0] in claim or whole[1] in claim):
            score += WHOLE_QUESTION
        scored.append((score, hit[0]))
    scored.sort(reverse=True)
    return scored


def _rows_of(term: Term) -> list[str]:
    """Returns the rows of words that a text may hold, with blanks around them."""
    rows = [f" {' '.join(way)} " for way in term.ways]
    if term.is_prefix:
        rows[0] = rows[0].rstrip()
    return rows
