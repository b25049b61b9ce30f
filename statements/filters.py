"""The filters of lists of claims: one FilterSet for the public pages and the API (DESIGN §4).

Unknown ids give an empty list, whether the row is hidden or was never there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Self
from zoneinfo import ZoneInfo

import django_filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db.models import Q, QuerySet

from sources.models.base import PUBLIC_ID_ALPHABET
from sources.texts import FORBIDDEN
from statements.models import Claim, Site
from statements.querysets import announced_condition
from statements.search import Query, narrow
from statements.search.questions import MAX_CHARACTERS
from statements.vocabulary import ClaimKind, CommitmentStatus, PublicState, State, VerdictCode

MAX_QUERY_LENGTH = MAX_CHARACTERS
# The filters that are choices of a facet of the same name.
FACETS = ("verdict", "kind", "state", "topic", "speaker", "publisher")


# What each of them means. A claim in review again is still "being re-checked" outside the house.
PUBLIC_STATES: dict[str, Q] = {
    PublicState.PUBLISHED: Q(live_verdict__isnull=False, state=State.PUBLISHED),
    PublicState.RECHECKING: Q(live_verdict__isnull=False) & ~Q(state=State.PUBLISHED),
    PublicState.RETRACTED: Q(live_verdict__isnull=True, retracted_at__isnull=False),
    PublicState.CHECKING: announced_condition(),
}

is_public_id = RegexValidator(
    rf"^[{PUBLIC_ID_ALPHABET}]{{1,16}}\Z", "This is not an id of ours: copy it from an address."
)
is_slug = RegexValidator(r"^[-a-zA-Z0-9_]{1,80}\Z", "This is not the short name of a topic.")


HOW_A_DAY = "Write the day as 2025-03-27."
FIRST_DAY, LAST_DAY = date(1000, 1, 1), date(9998, 12, 31)
WHICH_DAYS = f"Choose a day from {FIRST_DAY} to {LAST_DAY}."


class DayField(forms.DateField):
    """A day, written as browsers send it: 2025-03-27."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {"invalid": HOW_A_DAY}
    default_validators = [
        MinValueValidator(FIRST_DAY, WHICH_DAYS),
        MaxValueValidator(LAST_DAY, WHICH_DAYS),
    ]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)


class DayFilter(django_filters.Filter):
    field_class = DayField


UNREADABLE = "\ufffd"  # stands for signs that no text can hold


class WordsField(forms.CharField):
    """Words to look for: any text at all. What cannot be stored cannot be found, and is a blank."""

    def to_python(self, value: Any) -> str:
        given = "" if value is None else str(value)
        text = FORBIDDEN.sub(" ", given).strip()
        # Whoever looks for nothing that can be found is not shown everything.
        return text or (UNREADABLE if FORBIDDEN.search(given) else "")

    def run_validators(self, value: Any) -> None:
        """Nothing that somebody looks for is wrong."""


class WordsFilter(django_filters.Filter):
    field_class = WordsField


def _one_of(label: str, choices: Sequence[tuple[str, Any]]) -> django_filters.ChoiceFilter:
    """Returns a filter that names its codes to whoever asks for another one."""
    refusal = f"Choose one of {', '.join(code for code, _ in choices)}."
    return django_filters.ChoiceFilter(
        label=label, choices=choices, empty_label="Any", error_messages={"invalid_choice": refusal}
    )


class _Shared(dict[str, Any]):
    """Filters or fields that are only read: all requests use the same, and none copies them.

    Copying the fields and making a form class of them, for each request anew, took 0.6 ms.
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


class ClaimFilter(django_filters.FilterSet):
    """Narrows claims that are listed in public; start it from `Claim.objects.listed()`.

    `query` is what is asked for, for `search.find`; `qs` narrows a queryset to every one that
    fits. Nothing of a working copy is ever compared: both read the public documents.
    """

    q = WordsFilter(label="Words")
    speaker = django_filters.CharFilter(label="Speaker", validators=[is_public_id])
    topic = django_filters.CharFilter(label="Topic", validators=[is_slug])
    verdict = _one_of("Verdict", (*VerdictCode.choices, *CommitmentStatus.choices))
    kind = _one_of("Kind", ClaimKind.choices)
    state = _one_of("State", PublicState.choices)
    publisher = django_filters.CharFilter(label="Publisher of a source", validators=[is_public_id])
    said_after = DayFilter(label="Said on or after")
    said_before = DayFilter(label="Said on or before")
    published_after = DayFilter(label="Checked on or after")
    published_before = DayFilter(label="Checked on or before")

    class Meta:
        model = Claim
        fields: list[str] = []

    def get_form_class(self) -> type[forms.Form]:
        return _form_class()

    @property
    def is_given(self) -> bool:
        """Whether any filter is set; without one there is no form to read."""
        return not self.base_filters.keys().isdisjoint(self.data)

    def is_valid(self) -> bool:
        return not self.is_given or super().is_valid()

    @property
    def query(self) -> Query:
        """What is asked for; a filter that is wrong asks nothing."""
        if not self.is_given:
            return Query()
        self.form.is_valid()
        told = self.form.cleaned_data
        after, before = told.get("published_after"), told.get("published_before")
        return Query(
            text=told.get("q") or "",
            facets=tuple((name, told[name]) for name in FACETS if told.get(name)),
            published_from=_midnight(after) if after else None,
            published_before=_midnight(before + timedelta(days=1)) if before else None,
            said_from=told.get("said_after"),
            said_until=told.get("said_before"),
        )

    def filter_queryset(self, queryset: QuerySet[Claim]) -> QuerySet[Claim]:
        return narrow(queryset, self.query)


ClaimFilter.base_filters = _Shared(ClaimFilter.base_filters)


class SpansForm(forms.Form):
    """Refuses a span of days that ends before it begins: nothing could ever fit."""

    def clean(self) -> None:
        for first, last in (("said_after", "said_before"), ("published_after", "published_before")):
            begins, ends = self.cleaned_data.get(first), self.cleaned_data.get(last)
            if begins and ends and begins > ends:
                day = f"{begins.day} {begins:%B %Y}"
                self.add_error(last, f"This is before {day}, where the span begins: swap them.")


@cache
def _form_class() -> type[forms.Form]:
    fields = {name: each.field for name, each in ClaimFilter.base_filters.items()}
    form = type("ClaimFilterForm", (SpansForm,), fields)
    form.base_fields = _Shared(form.base_fields)  # type: ignore[attr-defined]
    return form


def _midnight(day: date) -> datetime:
    """Returns when a day begins in the site's time zone, in which pages show it."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(Site.current().time_zone))
