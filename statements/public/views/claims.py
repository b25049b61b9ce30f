"""The list of claims."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import IntegerField, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from sources.models import Publication
from statements.filters import MAX_QUERY_LENGTH, ClaimFilter, PublicState
from statements.models import Claim
from statements.public import words
from statements.public.cards import Link, cards_of, for_cards
from statements.public.options import Choices, choices_of, options_for
from statements.public.pages import page
from statements.public.paging import Order, Page, address, page_of, pager_of
from statements.vocabulary import ClaimKind, CommitmentStatus, VerdictCode

PATH = "/claims/"
ORDERS = (
    Order("published", "Checked", "first_published_at", "moment"),
    Order("said", "Said", "main_statement__said_on", "day"),
    Order("updated", "Revised", "last_published_at", "moment"),
)
FIXED_CHOICES = {
    "verdict": choices_of((*VerdictCode.choices, *CommitmentStatus.choices)),
    "kind": choices_of(ClaimKind.choices),
    "state": choices_of(PublicState.choices),
}
FIRST_FILTERS = ("speaker", "topic", "verdict")
MORE_FILTERS = (
    "kind",
    "state",
    "publisher",
    "said_after",
    "said_before",
    "published_after",
    "published_before",
)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the filter bar; `options` make it a select."""

    name: str
    label: str
    type: str
    value: str
    options: SafeString
    errors: list[str]


@dataclass(frozen=True, slots=True)
class Bar:
    """The filter bar: its fields, and what is chosen now."""

    action: str
    words: Field
    most_characters: int
    first: list[Field]
    more: list[Field]
    is_open: bool
    chosen: list[Link]
    clear_url: str
    sort: str


@dataclass(frozen=True, slots=True)
class Sort:
    """One way of sorting, as a link."""

    label: str
    url: str
    is_current: bool


@require_safe
def claim_list(request: HttpRequest) -> HttpResponse:
    """Claims that are public or being checked, narrowed by filters (3 queries, 2 when kept)."""
    if "" in request.GET.values():
        # A form sends its empty fields too: one list has one address.
        return HttpResponseRedirect(address(PATH, request.GET))
    filters = ClaimFilter(request.GET, queryset=Claim.objects.listed())
    problems = [
        f"{filters.form.fields[name].label}: {error}"
        for name, errors in filters.form.errors.items()
        for error in errors
    ]
    order = next((order for order in ORDERS if order.code == request.GET.get("sort")), ORDERS[0])
    if request.GET.get("sort", order.code) != order.code:
        problems.append("Sort: choose published, said or updated.")
    claims: QuerySet[Claim] = filters.qs
    number, total = _number_and_count(claims)
    found = _page(for_cards(claims), order, request, problems)
    is_narrowed = any(filters.form.cleaned_data.values())
    return page(
        request,
        "claim_list",
        {
            "heading": "Claims",
            "problems": problems,
            "bar": _bar(request, filters.form, options_for(number)),
            "result_text": words.count(total, "claim", "claims"),
            "sorts": [
                Sort(
                    each.label,
                    address(PATH, request.GET, sort=each.code, after="", before=""),
                    each is order,
                )
                for each in ORDERS
            ],
            "cards": cards_of(found.rows),
            "pager": pager_of(found, PATH, request.GET),
            "empty_text": (
                "No claim fits all of this. Take a filter away, or try fewer words."
                if is_narrowed
                else "Nothing has been published yet."
            ),
        },
        status=400 if problems else 200,
        section=PATH,
        is_indexed=not request.GET,
    )


class _CountOf(Subquery):
    """How many rows a subquery has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def _number_and_count(claims: QuerySet[Claim]) -> tuple[int, int]:
    """Returns the publication number and how many claims there are; counting stops at the cap."""
    capped = claims.order_by().values("pk")[: words.COUNT_CAP + 1]
    row = Publication.objects.filter(id=1).values_list("number", _CountOf(capped)).first()
    return row or (0, capped.count())


def _page(claims: QuerySet[Claim], order: Order, request: HttpRequest, problems: list[str]) -> Page:
    try:
        return page_of(
            claims,
            order,
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
        )
    except ValueError:
        problems.append("Page: this is no page of the list, so here is the first one.")
        return page_of(claims, order)


def _bar(request: HttpRequest, form: forms.Form, options: dict[str, Choices]) -> Bar:
    """Returns the filter bar; names of what is chosen come from the options."""
    choices = {**FIXED_CHOICES, **options}
    chosen = [
        Link(
            f"{form.fields[name].label}: {_words(value, choices.get(name))}",
            address(PATH, request.GET, **{name: "", "after": "", "before": ""}),
        )
        for name, value in form.cleaned_data.items()
        if value
    ]
    sort = request.GET.get("sort", "")
    fields = {name: _field(request, form, name, choices.get(name)) for name in form.fields}
    return Bar(
        action=PATH,
        words=fields["q"],
        most_characters=MAX_QUERY_LENGTH,
        first=[fields[name] for name in FIRST_FILTERS],
        more=[fields[name] for name in MORE_FILTERS],
        is_open=any(form.cleaned_data.get(name) or name in form.errors for name in MORE_FILTERS),
        chosen=chosen,
        clear_url=PATH,
        sort=sort if sort in {order.code for order in ORDERS} else "",
    )


def _field(request: HttpRequest, form: forms.Form, name: str, choices: Choices | None) -> Field:
    value = form.cleaned_data.get(name) or ""
    return Field(
        name=name,
        label=str(form.fields[name].label),
        type="search" if name == "q" else "date",
        value=request.GET.get(name, ""),
        options=choices.html_with(value) if choices else SafeString(),
        errors=[str(error) for error in form.errors.get(name, ())],
    )


def _words(value: Any, choices: Choices | None) -> str:
    """Returns a chosen value as people read it."""
    if choices:
        return str(choices.names.get(value, value))
    return words.day(value) if isinstance(value, date) else str(value)
