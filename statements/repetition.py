"""How often a claim was made, by whom, and what became of its number on the way. No query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from statements.intervals import number_words

if TYPE_CHECKING:
    from statements.models import Occurrence


@dataclass(frozen=True, slots=True)
class Said:
    """One time that the claim was made; the number as said there, None for no bound."""

    speaker: str
    said_on: date | None
    lower: Decimal | None
    upper: Decimal | None

    @property
    def has_number(self) -> bool:
        return self.lower is not None or self.upper is not None

    @property
    def number(self) -> str:
        """The number in words: "1,000", "1,000 or more", "up to 30", "20 to 30", or ""."""
        if self.lower is not None and self.upper is not None:
            low, high = number_words(self.lower), number_words(self.upper)
            return low if self.lower == self.upper else f"{low} to {high}"
        if self.lower is not None:
            return f"{number_words(self.lower)} or more"
        return f"up to {number_words(self.upper)}" if self.upper is not None else ""


@dataclass(frozen=True, slots=True)
class Repetition:
    """All times that a claim was made, as far as they are known, in the order of time."""

    times: Sequence[Said]
    first_published_on: date | None = None

    @property
    def first_said(self) -> date | None:
        return min(self._days, default=None)

    @property
    def last_said(self) -> date | None:
        return max(self._days, default=None)

    @property
    def speakers(self) -> list[str]:
        return list(dict.fromkeys(said.speaker for said in self.times))

    @property
    def after_finding(self) -> int:
        """How often it was said on a later day than the one of the first finding."""
        published = self.first_published_on
        return sum(day > published for day in self._days) if published else 0

    @property
    def numbers(self) -> list[str]:
        """The numbers in the order in which they came up, each once."""
        return list(dict.fromkeys(said.number for said in self.times if said.has_number))

    @property
    def _days(self) -> list[date]:
        return [said.said_on for said in self.times if said.said_on]


def repetition_of(
    occurrences: Sequence[Occurrence], first_published_at: datetime | None
) -> Repetition:
    """Returns what is known of a claim's statements; each comes with its speaker."""
    return Repetition(
        [
            Said(
                row.statement.speaker.name,
                row.statement.said_on,
                row.stated_lower,
                row.stated_upper,
            )
            for row in occurrences
        ],
        first_published_at.astimezone(UTC).date() if first_published_at else None,
    )
