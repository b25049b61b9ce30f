"""Who said what number when: how a repeated claim is told on its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from statements.models import Claim, Occurrence
from statements.public import words
from statements.public.cards import Link, said_words
from statements.repetition import Repetition, repetition_of


@dataclass(frozen=True, slots=True)
class SaidLine:
    """One time that the claim was made."""

    speaker: Link
    when: str
    number: str
    statement_url: str
    is_after: bool  # after the first finding


@dataclass(frozen=True, slots=True)
class Repeated:
    """The sentence and the table below it."""

    sentence: str
    rows: list[SaidLine]
    has_numbers: bool


def repeated_of(claim: Claim, occurrences: Sequence[Occurrence]) -> Repeated | None:
    """Returns how a claim was repeated; None where it was made once and no number was noted."""
    found = repetition_of(occurrences, claim.first_published_at)
    if len(occurrences) < 2 and not found.numbers:
        return None
    published = found.first_published_on
    return Repeated(
        sentence=_sentence(found),
        rows=[
            SaidLine(
                speaker=Link(row.statement.speaker.name, row.statement.speaker.get_absolute_url()),
                when=said_words(row.statement),
                number=said.number,
                statement_url=row.statement.get_absolute_url(),
                is_after=bool(published and said.said_on and said.said_on > published),
            )
            for row, said in zip(occurrences, found.times, strict=True)
        ],
        has_numbers=bool(found.numbers),
    )


def _sentence(found: Repetition) -> str:
    times, speakers = len(found.times), found.speakers
    told = f"Said {_times(times)}"
    told += f" by {speakers[0]}" if len(speakers) == 1 else f", by {len(speakers)} speakers"
    first, last = found.first_said, found.last_said
    if first and last and first != last:
        told += f": first on {words.day(first)}, last on {words.day(last)}"
    elif first:
        told += f" on {words.day(first)}"
    parts = [told + "."]
    if len(found.numbers) > 1:
        parts.append(f"The number changed on the way: {words.listing(found.numbers)}.")
    elif found.numbers and times > 1 and all(said.has_number for said in found.times):
        parts.append(f"The number stayed the same: {found.numbers[0]}.")
    if found.first_published_on and times > 1:
        often = _times(found.after_finding) if found.after_finding else "not once"
        parts.append(
            f"After the finding was first published on {words.day(found.first_published_on)}: "
            f"{often}, as far as is known here."
        )
    return " ".join(parts)


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")
