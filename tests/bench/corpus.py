"""A made-up archive of any size, as the files that `manage.py load_corpus` reads.

The same size and seed give the same bytes. Words follow Zipf's law, so that a search meets common
words, rare ones and everything between; low ids are picked more often, as a few people say most.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

SEED = 20250328
FIRST_DAY, DAYS = date(2019, 1, 1), 2_300

COMMON_WORDS = """
the of to and in a that for on is with by we will was are at as have from not this it has
ceasefire agreement summit leaders security support military energy government minister president
defence drones countries talks sanctions troops partners deadline missile strike budget growth
inflation jobs schools hospitals border trade tariff climate housing tax pension vaccine election
vote parliament law court police prices wages debt export power nuclear gas oil grain port village
prisoner exchange envoy statement pledge report interview speech record percent million billion
increase decrease highest lowest since year month week never always first second under more less
"""
COMMON = COMMON_WORDS.split()
TOPICS = (
    *("ceasefire-status", "strike-counts", "sanctions", "energy-infrastructure", "casualties"),
    *("military-aid", "nuclear-safety", "black-sea", "refugees", "economy", "inflation", "trade"),
    *("migration", "health", "education", "climate", "housing", "elections", "budget"),
)
STATES = {"new": 10, "researching": 10, "in_review": 5, "published": 73, "retracted": 2}
VERDICTS = {
    "accurate": 24,
    "mostly_accurate": 17,
    "mixed": 22,
    "mostly_inaccurate": 12,
    "inaccurate": 17,
    "unproven": 8,
}
KINDS = {"quantity": 45, "status": 25, "event": 30}
EVIDENCE_PER_CLAIM = {0: 15, 1: 40, 2: 25, 3: 15, 5: 5}
COMPARATORS = ("exactly", "more_than", "at_least", "less_than", "at_most", "about")
UNITS = ("drones", "missiles", "troops", "countries", "people", "percent", "tonnes")
STATUSES = ("announced", "under_negotiation", "in_effect", "suspended", "expired", "terminated")
STANCES = ("supports", "refutes", "context")
SOURCE_KINDS = ("transcript", "article", "official-record", "dataset", "video", "social-post")
ROLES = ("prime minister", "president", "foreign minister", "spokesperson", "mayor", "analyst")
PUBLISHERS = [
    f"{one} {other}"
    for one in ("Daily", "National", "Public", "Evening", "Open")
    for other in ("Record", "Gazette", "Wire", "Observer", "Archive")
]

Row = dict[str, Any]


class Corpus:
    """An archive of so many claims, half as many statements and a quarter as many sources."""

    def __init__(self, claims: int, *, seed: int = SEED) -> None:
        self.claims = claims
        self.statements = max(10, claims // 2)
        self.sources = max(10, claims // 4)
        self.speakers = max(20, int(6 * claims**0.5))
        self._random = random.Random(seed)  # noqa: S311  no secret: the same archive each time
        self.words = [*COMMON, *self._built_words(min(30_000, 4_000 + claims // 10))]
        self._weights = list(
            accumulate(1 / (rank + 2.7) ** 1.07 for rank in range(len(self.words)))
        )

    def write(self, folder: Path) -> dict[str, int]:
        """Writes the files and returns how many rows each of them has."""
        folder.mkdir(parents=True, exist_ok=True)
        return {
            name: _write(folder / f"{name}.jsonl", rows)
            for name, rows in (
                ("speakers", self._speaker_rows()),
                ("sources", self._source_rows()),
                ("statements", self._statement_rows()),
                ("claims", self._claim_rows()),
                ("evidence", self._evidence_rows()),
            )
        }

    def searches(self, number: int = 50) -> list[str]:
        """Returns searches for common, middling and rare words, one to three at a time, and none."""
        common = [word for word in COMMON[25:] if len(word) > 3]
        middling = self.words[len(COMMON) : len(COMMON) + 1_000]
        rare = self.words[len(self.words) // 2 :]
        pick = self._random
        makers = (
            lambda: pick.choice(common),
            lambda: pick.choice(middling),
            lambda: pick.choice(rare),
            lambda: " ".join(pick.sample(common, 2)),
            lambda: f"{pick.choice(common)} {pick.choice(middling)}",
            lambda: " ".join(pick.sample(common, 3)),
            lambda: "zzqxnone",
        )
        return [makers[place % len(makers)]() for place in range(number)]

    # ---- rows -----------------------------------------------------------------------------

    def _speaker_rows(self) -> Iterator[Row]:
        for number in range(1, self.speakers + 1):
            first, last = self._random.choices(self.words[len(COMMON) :], k=2)
            name = f"{first.title()} {last.title()}"
            slug = f"{first}-{last}-{number}"
            yield {"id": number, "name": name, "slug": slug, "role": self._random.choice(ROLES)}

    def _source_rows(self) -> Iterator[Row]:
        for number in range(1, self.sources + 1):
            publisher, day = self._random.choice(PUBLISHERS), self._day()
            yield {
                "id": number,
                "title": self._text(5, 12),
                "publisher": publisher,
                "kind": self._random.choice(SOURCE_KINDS),
                "url": f"https://{publisher.lower().replace(' ', '-')}.example/{day[:4]}/{number}",
                "published_on": day,
            }

    def _statement_rows(self) -> Iterator[Row]:
        for number in range(1, self.statements + 1):
            cited = self._random.choices(range(1, self.sources + 1), k=self._random.randint(1, 3))
            yield {
                "id": number,
                "speaker_id": self._skewed(self.speakers),
                "date": self._day(),
                "quote": self._text(18, 60),
                "context": self._text(8, 19),
                "source_ids": sorted(set(cited)),
            }

    def _claim_rows(self) -> Iterator[Row]:
        for number in range(1, self.claims + 1):
            first = min(self.statements, (number + 1) // 2)
            again = [self._random.randint(1, self.statements)] if number % 5 == 0 else []
            state, kind, day = self._one_of(STATES), self._one_of(KINDS), self._day()
            second = self._random.randrange(86_400)
            is_public = state in ("published", "retracted")
            row = {
                "id": number,
                "text": self._text(9, 24),
                "statement_ids": sorted({first, *again}),
                "topic": TOPICS[self._skewed(len(TOPICS)) - 1],
                "state": state,
                "verdict": self._one_of(VERDICTS) if is_public else None,
                "published_at": f"{day}T{_clock(second)}Z" if is_public else None,
                "kind": kind,
            }
            if kind == "quantity":
                value, unit = self._random.randint(1, 2_000), self._random.choice(UNITS)
                row |= {
                    "text": f"{row['text'][:-1]} {value:,} {unit}.",
                    "comparator": self._random.choice(COMPARATORS),
                    "value": value,
                    "unit": unit,
                    "period_start": f"{day[:8]}01",
                    "period_end": day,
                }
            elif kind == "status":
                row |= {"status": self._random.choice(STATUSES), "as_of": day}
            yield row

    def _evidence_rows(self) -> Iterator[Row]:
        number = 0
        for claim in range(1, self.claims + 1):
            for _ in range(self._one_of(EVIDENCE_PER_CLAIM)):
                number += 1
                yield {
                    "id": number,
                    "claim_id": claim,
                    "source_id": self._random.randint(1, self.sources),
                    "stance": self._random.choice(STANCES),
                    "note": self._text(6, 21),
                }

    # ---- chance ---------------------------------------------------------------------------

    def _built_words(self, number: int) -> list[str]:
        heads = [*"bdfghklmnprstvwz", "br", "ch", "dr", "fl", "gr", "pl", "sk", "st", "tr"]
        vowels = [*"aeiou", "ai", "ou"]
        ends = ["", "", *"nrlst", "nd", "rk"]
        found: dict[str, None] = {}
        while len(found) < number:
            parts = range(self._random.randint(2, 3))
            word = "".join("".join(map(self._random.choice, (heads, vowels, ends))) for _ in parts)
            if word not in COMMON:
                found[word] = None
        return list(found)

    def _text(self, least: int, most: int) -> str:
        length = self._random.randint(least, most)
        words = self._random.choices(self.words, cum_weights=self._weights, k=length)
        return f"{' '.join(words).capitalize()}."

    def _day(self) -> str:
        """A day, later ones more often."""
        return (FIRST_DAY + timedelta(days=int(DAYS * self._random.random() ** 0.5))).isoformat()

    def _skewed(self, most: int) -> int:
        return min(int(most * self._random.random() ** 2.6), most - 1) + 1

    def _one_of(self, weights: dict[Any, int]) -> Any:
        return self._random.choices(list(weights), weights=list(weights.values()))[0]


def _clock(second: int) -> str:
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def _write(file: Path, rows: Iterable[Row]) -> int:
    count = 0
    with file.open("w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
            count += 1
    return count
