"""Series and their counts: a count is appended and never changed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone

from sources.admin.base import OperationAdmin
from sources.admin.forms import sentence
from sources.errors import Invalid
from sources.models import Observation, Series
from sources.models.series import kept_fields
from sources.operations import Told, check_count, record_observations, save_series
from sources.people import Role
from sources.periods import period_of


class SeriesAdmin(OperationAdmin):
    add_role = change_role = Role.CHECKER
    list_display = ["name", "measure", "publisher", "place", "granularity", "shown"]
    list_select_related = [
        "measure", "publisher", "place", "added_by", "confirmation__confirmed_by"
    ]  # fmt: skip
    list_filter = ["granularity", "measure"]
    search_fields = ["name", "measure__name", "publisher__name"]
    autocomplete_fields = ["measure", "publisher", "place"]

    def save_row(self, row: Any, values: dict[str, Any], *, by: Any) -> Any:
        return save_series(row, by=by, **values)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*kept_fields(obj), "shown") if obj else ()

    @admin.display(description="Shown to readers")
    def shown(self, row: Series) -> str:
        """Says whether a second editor confirmed a series, or who waits for one."""
        confirmation = getattr(row, "confirmation", None)
        if confirmation:
            return f"confirmed by {_name(confirmation.confirmed_by)}"
        adder = _name(row.added_by) if row.added_by else "a command"
        return f"not yet: added by {adder}, waits for a second editor in the inbox"


def _name(user: User) -> str:
    return user.get_full_name() or user.get_username()


class ObservationForm(forms.ModelForm):
    """One count; whether it can be taken is asked before it is recorded."""

    period_end = forms.DateField(
        required=False, help_text="Empty: the night, day, week or month that the first day names"
    )

    class Meta:
        model = Observation
        fields = [
            "series", "period_start", "period_end", "value", "lower", "upper", "reported_at",
            "source",
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return told
        try:
            start, end = period_of(
                told["series"].granularity, told["period_start"], told["period_end"]
            )
            check_count(told["value"], told["lower"], told["upper"])
        except ValueError as error:
            raise forms.ValidationError({"period_start": sentence(str(error))}) from error
        except Invalid as error:
            raise forms.ValidationError({"value": sentence(str(error))}) from error
        told["period_start"], told["period_end"] = start, end
        known = Observation.objects.filter(
            series=told["series"], period_start=start, period_end=end,
            reported_at__lte=told["reported_at"],
        ).order_by("-reported_at").first()  # fmt: skip
        if known and (known.value, known.lower, known.upper) == tuple(
            told[name] for name in ("value", "lower", "upper")
        ):
            raise forms.ValidationError({"value": "This count is here already."})
        return told


class ObservationAdmin(OperationAdmin):
    """Counts are read here, and one by one appended; a revised count is a row of its own."""

    form = ObservationForm
    add_role = Role.CHECKER
    change_role = None
    list_display = ["series", "period_start", "period_end", "value", "reported_at", "recorded_at"]
    list_select_related = ["series"]
    search_fields = ["series__name"]
    autocomplete_fields = ["series", "source"]
    date_hierarchy = None

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"reported_at": timezone.now(), **super().get_changeform_initial_data(request)}

    def save_row(self, row: Any, values: dict[str, Any], *, by: Any) -> Any:
        told = Told(
            values["period_start"], values["value"], values["period_end"], values["lower"],
            values["upper"], values["reported_at"], values["source"],
        )  # fmt: skip
        return record_observations(values["series"], [told], by=by)[0]
