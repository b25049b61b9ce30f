"""What an action of the workflow asks for."""

from __future__ import annotations

from typing import Any

from django import forms

from sources.admin.fields import DayField, area, choices
from sources.admin.forms import DeskForm
from statements.desk.forms.fields import claim_field
from statements.vocabulary import (
    REVISION_CHOICES,
    DeclineReason,
)
from statements.workflow import Action, Ask


class ActionForm(DeskForm):
    """What an action asks for: its note, and a field per `Ask` of its row."""

    def __init__(self, *args: Any, rows: tuple[Action, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = rows[0]
        asks = dict.fromkeys(ask for row in rows for ask in row.asks)
        for ask in asks:
            self.fields[ask.value] = ask_field(ask)
        note = next((row.note for row in rows if row.note), "")
        if note or not asks:
            self.fields["note"] = forms.CharField(
                required=False,
                label="Note",
                widget=area(2),
                help_text=(note[:1].upper() + note[1:])
                if note
                else "For the history; may be empty",
            )

    @property
    def data_told(self) -> dict[str, Any]:
        told = {}
        for name, value in self.cleaned_data.items():
            if name == "note" or value in (None, ""):
                continue
            if name == Ask.ASSIGNEE:
                value = value.get_username()
            elif name == Ask.TARGET:
                value = value.public_id
            told[name] = value
        return told


def ask_field(ask: Ask) -> forms.Field:
    """Returns the field for something that an action asks for."""
    match ask:
        case Ask.ASSIGNEE:
            return forms.ModelChoiceField(
                checkers(), required=False, empty_label="Choose a colleague", label="Assign to"
            )
        case Ask.REASON:
            return forms.ChoiceField(
                choices=choices(DeclineReason, empty="Choose a reason"),
                required=False,
                label="Reason",
            )
        case Ask.TARGET:
            return claim_field(
                "statements.claim.duplicate_of",
                required=False,
                label="Claim that this one repeats",
                help_text="Only for a duplicate",
            )
        case Ask.PUBLISHED_AT:  # of a command's action: nobody at the desk is asked
            return forms.DateTimeField(required=False)
        case Ask.KIND:
            return forms.ChoiceField(
                choices=[
                    ("", "As written in the draft"),
                    *((code.value, code.label) for code in REVISION_CHOICES),
                ],
                required=False,
                label="Kind of revision",
            )
        case Ask.AS_OF:
            return DayField(
                required=False, label="As of", help_text="The day up to which you looked"
            )
        case Ask.PUBLIC_NOTE:
            return forms.CharField(
                required=False, widget=area(2), help_text="What changed, for the public"
            )
        case Ask.FINDING | Ask.RATIONALE | Ask.WOULD_CHANGE:
            return forms.CharField(
                required=False,
                widget=area(3),
                label=ask.value.replace("_", " ").capitalize(),
                help_text="With the spelling put right; leave empty to keep it",
            )


def checkers() -> Any:
    """Returns the active people to whom a claim can be assigned."""
    from django.contrib.auth.models import User  # models are loaded by now

    return (
        User.objects.filter(is_active=True, groups__name__in=("checker", "editor"))
        .distinct()
        .order_by("username")
    )
