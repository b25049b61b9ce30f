"""Fields that several forms of the desk share."""

from __future__ import annotations

import re
from typing import Any

from sources.admin.fields import RowField
from sources.admin.forms import DeskForm
from statements.models import AgreementEvent, Claim, Speaker, Statement
from statements.vocabulary import (
    AXIS_VALUES,
    Axis,
)

STATUS_CHOICES = [
    ("", "Choose a value"),
    *((str(Axis(axis).label), list(values.choices)) for axis, values in AXIS_VALUES.items()),
]
EDTF_HELP = "2025-03-27, 2025-03 or 2025-03~ (about), 2025-03-18/2025-03-27 (a period)"


def speaker_field(source: str, **kwargs: Any) -> RowField:
    return RowField(Speaker.objects.all(), names=("name", "aliases"), source=source, **kwargs)


def statement_field(**kwargs: Any) -> RowField:
    return RowField(
        Statement.objects.select_related("speaker"),
        names=("text", "speaker__name"),
        source="statements.occurrence.statement",
        **kwargs,
    )


def claim_field(source: str, **kwargs: Any) -> RowField:
    return RowField(Claim.objects.all(), names=("short_text", "text"), source=source, **kwargs)


class EventField(RowField):
    """One dated event of an agreement: found by its whole words, or by the agreement's name."""

    def __init__(self, **kwargs: Any) -> None:
        events = AgreementEvent.objects.select_related("agreement", "party")
        super().__init__(events, names=("agreement__name",), required=False, **kwargs)

    def _by_name(self, text: str) -> Any:
        told = re.search(r", \d{4}-\d\d-\d\d \((.+)\)$", text, re.ASCII)
        rows = self.queryset.filter(agreement__name=told[1]) if told else ()
        alike = [row for row in rows if str(row) == text]
        if len(alike) == 1:
            return alike[0]
        return super()._by_name(text)


class NoFields(DeskForm):
    """A button with a version."""
