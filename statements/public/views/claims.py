"""The list of claims."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import IntegerField, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from sources.models import Publication
from statements.filters import MAX_QUERY_LENGTH, ClaimFilter, with_sealed_text
from statements.models import Claim
from statements.public import words
from statements.public.cards import Link, cards_of
from statements.public.options import Options, options_for
from statements.public.pages import page
from statements.public.paging import Order, Page, address, page_of, pager_of

PATH = "/claims/"
ORDERS = (
    Order("published", "Checked", "first_published_at", "moment"),
    Order("said", "Said", "main_statement__said_on", "day"),
    Order("updated", "Revised", "last_published_at", "moment"),
)
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
class Bar:
    """The filter bar: form fields, and what is chosen now."""

    action: str
    words: forms.BoundField
    first: list[forms.BoundField]
    more: list[forms.BoundField]
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
    found = _page(with_sealed_text(claims).for_list(), order, request, problems)  # type: ignore[attr-defined]
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


def _bar(request: HttpRequest, form: forms.Form, options: Options) -> Bar:
    """Returns the filter bar; names of what is chosen come from the options."""
    names: dict[str, dict[str, str]] = {}
    for name in ("speaker", "topic", "publisher"):
        choices = list(getattr(options, name))
        value = form.cleaned_data.get(name) or ""
        if value and value not in dict(choices):
            choices.append((value, value))
        form.fields[name].widget = forms.Select(choices=[("", "Any"), *choices])
        names[name] = dict(choices)
    form.fields["q"].widget = forms.TextInput(
        attrs={"type": "search", "maxlength": MAX_QUERY_LENGTH}
    )
    chosen = [
        Link(
            f"{form.fields[name].label}: {_words(form.fields[name], value, names.get(name, {}))}",
            address(PATH, request.GET, **{name: "", "after": "", "before": ""}),
        )
        for name, value in form.cleaned_data.items()
        if value
    ]
    sort = request.GET.get("sort", "")
    return Bar(
        action=PATH,
        words=form["q"],
        first=[form[name] for name in FIRST_FILTERS],
        more=[form[name] for name in MORE_FILTERS],
        is_open=any(form.cleaned_data.get(name) or name in form.errors for name in MORE_FILTERS),
        chosen=chosen,
        clear_url=PATH,
        sort=sort if sort in {order.code for order in ORDERS} else "",
    )


def _words(field: forms.Field, value: Any, names: dict[str, str]) -> str:
    """Returns a chosen value as people read it."""
    if names:
        return names[value]
    if isinstance(field, forms.ChoiceField):
        labels: dict[str, str] = dict(field.choices)  # type: ignore[arg-type]  # plain pairs
        return str(labels[value])
    return words.day(value) if isinstance(field, forms.DateField) else str(value)
