"""Reading rows in batches: memory does not grow with the table. And values as they are written."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from statements.models import SpeakerRole
from statements.models.speaker import held_on

BATCH_SIZE = 250

Values = dict[str, Any]
Row = tuple[Any, ...]
Batches = Iterator[list[Row]]


def all_of(rows: QuerySet[Any, Any], columns: Sequence[str]) -> Iterator[list[Values]]:
    """Yields the columns of all rows in the order of their keys, in batches (1 query each)."""
    last = 0
    ordered = rows.order_by("pk").values("pk", *columns)
    while batch := list(ordered.filter(pk__gt=last)[:BATCH_SIZE]):
        yield batch
        last = batch[-1]["pk"]


def in_order_of(
    wanted: QuerySet[Any, Any], rows: QuerySet[Any, Any], columns: Sequence[str]
) -> Iterator[list[Values]]:
    """Yields the columns of `wanted` in its own order, in batches.

    Only the keys are remembered, 8 bytes each. A row is read through `rows`, its door, when its
    turn comes: what was retracted or taken down meanwhile is shown as it is then, or left out.
    """
    keys = array("q", wanted.values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH_SIZE):
        some = keys[start : start + BATCH_SIZE].tolist()
        found = {row["pk"]: row for row in rows.filter(pk__in=some).values("pk", *columns)}
        yield [found[key] for key in some if key in found]


def keys_of(batch: Iterable[Values], name: str = "pk") -> list[Any]:
    return [row[name] for row in batch if row[name] is not None]


def grouped(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups


def address_of(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def iso_day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def iso_moment(value: datetime | None) -> str | None:
    return value.isoformat().replace("+00:00", "Z") if value else None


def first_of(*parts: str | None) -> str:
    """Returns the first of some texts that says anything."""
    return next((part for part in parts if part), "")


def roles_of(speakers: list[int]) -> dict[int, list[SpeakerRole]]:
    roles = SpeakerRole.objects.filter(speaker__in=set(speakers)).order_by("-valid_from", "id")
    return grouped((role.speaker_id, role) for role in roles)


def role_of(roles: Mapping[int, list[SpeakerRole]], speaker: int, day: date | None) -> str:
    role = held_on(roles.get(speaker, ()), day) if day else None
    return str(role) if role else ""
