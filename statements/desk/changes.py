"""What was done with a claim, in words: codes become labels, people and claims their names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.utils.dateparse import parse_date
from django.utils.formats import date_format

from sources.admin.pages import admin_url
from statements import workflow
from statements.models import Claim
from statements.vocabulary import DeclineReason, RevisionKind
from statements.workflow import Ask


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that an action was told, in words; `url` leads to the claim that it names."""

    label: str
    words: str
    url: str = ""


ASK_LABELS: dict[str, str] = {
    Ask.ASSIGNEE: "Assigned to",
    Ask.REASON: "Reason",
    Ask.TARGET: "Repeats",
    Ask.KIND: "Kind of revision",
    Ask.PUBLIC_NOTE: "For the public",
    Ask.AS_OF: "As of",
    Ask.PUBLISHED_AT: "Published there",
    Ask.FINDING: "Finding",
    Ask.RATIONALE: "Rationale",
    Ask.WOULD_CHANGE: "What would change it",
}

TOLD_LABELS: dict[str, dict[str, str]] = {
    Ask.REASON: {code.value: code.label for code in DeclineReason},
    Ask.KIND: {code.value: code.label for code in RevisionKind},
}


def changes_of(claim: Claim) -> list[Any]:
    """Returns the actions on a claim, newest first, each with its label and what it was told.

    Three queries at most: people and claims are looked up only where an action names some.
    """
    changes: list[Any] = list(claim.state_changes.select_related("by").order_by("-sequence"))
    people = _named(changes, Ask.ASSIGNEE, User.objects.all(), "username")
    targets = _named(changes, Ask.TARGET, Claim.objects.all(), "public_id")
    for change in changes:
        change.label = workflow.LABELS.get(change.action, change.action)
        change.told = [
            _told(name, str(value), people, targets) for name, value in change.data.items() if value
        ]
    return changes


def _named(changes: list[Any], ask: Ask, rows: Any, column: str) -> dict[str, Any]:
    """Returns the rows that some actions name, by what they are named by."""
    names = {str(change.data[ask]) for change in changes if change.data.get(ask)}
    if not names:
        return {}
    return {getattr(row, column): row for row in rows.filter(**{f"{column}__in": sorted(names)})}


def _told(name: str, value: str, people: dict[str, Any], targets: dict[str, Any]) -> Told:
    label = ASK_LABELS.get(name, name.replace("_", " ").capitalize())
    if name == Ask.ASSIGNEE and value in people:
        return Told(label, people[value].get_full_name() or value)
    if name == Ask.TARGET and value in targets:
        target = targets[value]
        return Told(label, target.short_text, admin_url(Claim._meta, "change", target.pk))
    if name == Ask.AS_OF:
        day = parse_date(value)
        return Told(label, date_format(day, "j F Y") if day else value)
    return Told(label, TOLD_LABELS.get(name, {}).get(value, value))
