"""Field history for people: who changed what, when and why, word by word. Read-only."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import ForeignKey, Model, QuerySet

from sources.diffs import Segment, word_diff

MOST_ENTRIES = 200
# Columns that say nothing to a reader.
LEFT_OUT = {
    "id", "version", "created_at", "taken_down_at", "public_id", "canonical_url", "position",
    "said_on", "said_until", "text_sha256", "claim", "prefix", "suffix", "start", "end",
    "created_by", "added_by", "live_verdict", "first_published_at", "last_published_at",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldChange:
    label: str
    segments: list[Segment]


@dataclass(frozen=True, slots=True)
class Entry:
    """One saved version: who, when, why, and what differs from the one before it."""

    at: datetime
    who: str
    why: str
    kind: str  # "added", "changed" or "removed"
    what: str
    changes: list[FieldChange]


KINDS = {"+": "added", "~": "changed", "-": "removed"}


def history_of(rows: QuerySet[Any], *, what: str = "") -> list[Entry]:
    """Returns the newest entries of some history rows, newest first (one query per kind of link).

    Rows of several objects may be mixed: each is compared with the version before it.
    """
    records = list(rows.select_related("history_user").order_by("-history_id")[:MOST_ENTRIES])
    names = _names_of_links(records)
    before: dict[int, Any] = {}
    entries: list[Entry] = []
    for record in reversed(records):
        entries.append(_entry(record, before.get(record.id), names, what))
        before[record.id] = record
    entries.reverse()
    return entries


def _entry(record: Any, older: Any, names: dict[tuple[type, int], str], what: str) -> Entry:
    changes = []
    if record.history_type != "-":
        for field in record.tracked_fields:
            if field.name in LEFT_OUT:
                continue
            new = _words(record, field, names)
            old = _words(older, field, names) if older else ""
            if new != old:
                changes.append(FieldChange(str(field.verbose_name), word_diff(old, new)))
    user = record.history_user
    return Entry(
        at=record.history_date,
        who=(user.get_full_name() or user.get_username()) if user else "a command",
        why=record.history_change_reason or "",
        kind=KINDS[record.history_type],
        what=what,
        changes=changes,
    )


def _words(record: Any, field: Any, names: dict[tuple[type, int], str]) -> str:
    value = getattr(record, field.attname)
    if value in (None, ""):
        return ""
    if isinstance(field, ForeignKey):
        return names.get((field.related_model, value), f"no. {value}")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(value)


def _names_of_links(records: list[Any]) -> dict[tuple[type, int], str]:
    wanted: dict[type[Model], set[int]] = defaultdict(set)
    for record in records:
        for field in record.tracked_fields:
            if isinstance(field, ForeignKey) and field.name not in LEFT_OUT:
                value = getattr(record, field.attname)
                if value:
                    wanted[field.related_model].add(value)
    found: dict[tuple[type, int], str] = {}
    for model, ids in wanted.items():
        for pk, row in model._default_manager.in_bulk(list(ids)).items():
            found[model, pk] = _name(row)
    return found


def _name(row: Any) -> str:
    for attribute in ("get_full_name", "get_username"):
        if hasattr(row, attribute) and (name := getattr(row, attribute)()):
            return str(name)
    for attribute in ("name", "title", "short_text", "text"):
        if value := getattr(row, attribute, ""):
            return str(value)[:120]
    return str(row)
