"""Fields that several forms of the desk share."""

from __future__ import annotations

from typing import Any

from sources.admin.fields import RowField
from sources.admin.forms import DeskForm
from statements.models import Claim, Speaker, Statement
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


class NoFields(DeskForm):
    """A button with a version."""
