"""What comes round by itself for claims: the workers do it (`sources.schedule`)."""

from __future__ import annotations

from datetime import timedelta

from sources.followers import Round
from statements.operations.contradictions import find_contradictions
from statements.operations.rechecks import open_due_rechecks


def _call_up() -> str:
    opened = len(open_due_rechecks())
    return f"{opened:,} finding{'' if opened == 1 else 's'} to look at again"


def _contradict() -> str:
    found = find_contradictions()
    return f"{found.added:,} contradictions suggested, {found.removed:,} taken back"


ROUNDS = (
    Round("due", "Call up findings whose day has come", timedelta(hours=1), _call_up),
    Round("contradictions", "Look for contradictions", timedelta(days=1), _contradict),
)
