"""The list of claims, and search: filters, sorting and pages are addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from sources.canonical import TRACKING
from statements import search
from statements.filters import MAX_QUERY_LENGTH, ClaimFilter
from statements.models import Claim
from statements.public import words
from statements.public.cards import Card, Link, cards_of
from statements.public.options import Choices, choices_of, options
from statements.public.pages import page
from statements.public.paging import Addresses, Pager, address
from statements.public.results import Result, results_of
from statements.vocabulary import ClaimKind, CommitmentStatus, PublicState, VerdictCode

LIST, SEARCH = "/claims/", "/search/"
FILES = {"csv": "CSV", "jsonl": "JSON Lines"}
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
# What a search may be narrowed by, with how many choices of each are offered.
NARROWED_BY = ("verdict", "topic", "speaker", "kind", "publisher", "state")
MOST_CHOICES = 6


@dataclass(frozen=True, slots=True)
class SortedBy:
    """One way of sorting; `needs_words` where there must be something to look for."""

    code: str
    label: str
    order: search.Order
    needs_words: bool = False


PUBLISHED = SortedBy("published", "Checked", search.PUBLISHED)
BEST = SortedBy("best", "Best match", search.BEST, needs_words=True)
SORTS = (
    BEST,
    PUBLISHED,
    SortedBy("said", "Said", search.SAID),
    SortedBy("updated", "Revised", search.UPDATED),
)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the filter bar; `options` make it a select."""

    name: str
    label: str
    type: str
    value: str
    options: SafeString
    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """The filter bar: its fields, and what is chosen now."""

    action: str
    words: Field
    most_characters: int
    first: list[Field]
    more: list[Field]
    is_open: bool
    more_set: int
    chosen: list[Link]
    clear_url: str
    sort: str


@dataclass(frozen=True, slots=True)
class Sort:
    """One way of sorting, as a link."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to narrow a search: how many of the hits would be left."""

    label: str
    url: str
    count: str


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The choices of one filter."""

    label: str
    choices: list[Choice]


class Asked:
    """What the query string asks for, and in words what of it could not be used."""

    def __init__(self, request: HttpRequest, path: str, *, default: SortedBy) -> None:
        self.path, self.given = path, request.GET
        self._addresses = Addresses.of(request.GET)
        self.filters = ClaimFilter(request.GET, queryset=Claim.objects.none())  # `find` asks
        self.form: forms.Form = self.filters.form
        self.problems = [
            f"{self.form.fields[name].label}: {error}"
            for name, errors in self.form.errors.items()
            for error in errors
        ]
        self.problems += _unknown(request.GET, self.form)
        self.query = self.filters.query
        possible = [each for each in SORTS if self.query.text or not each.needs_words]
        code = request.GET.get("sort", "")
        chosen = next((each for each in possible if each.code == code), None)
        if code and chosen is None:
            known = ", ".join(each.code for each in possible)
            self.problems.append(f"Sort: choose one of {known}.")
        self.sorted_by = chosen or (default if default in possible else PUBLISHED)
        self.sorts = [
            Sort(each.label, self.address(sort=each.code), each is self.sorted_by)
            for each in possible
        ]

    def address(self, **changes: str) -> str:
        """Returns the address of the first page with something changed; "" takes it out."""
        return self._addresses(self.path, **{"after": "", "before": "", **changes})

    def find(self, *, facets: bool = False) -> search.Found:
        """Returns the page that is asked for; for one that there is not, the first."""
        token = self.given.get("after") or self.given.get("before") or ""
        try:
            return search.find(self.query, order=self.sorted_by.order, token=token, facets=facets)
        except search.BadToken:
            self.problems.append("Page: this is no page of the list, so here is the first one.")
            return search.find(self.query, order=self.sorted_by.order, facets=facets)

    def files(self) -> list[Link]:
        """Returns the addresses of the whole list as files."""
        return [
            Link(label, self._addresses(f"{LIST}export.{code}", after="", before=""))
            for code, label in FILES.items()
        ]

    def is_cut(self, found: search.Found) -> bool:
        """Says whether only the newest of all hits were sorted."""
        return bool(self.query.text) and found.is_more and self.sorted_by is not PUBLISHED

    def pager(self, found: search.Found) -> Pager:
        return Pager(
            first=self.address() if found.previous else "",
            newer=self.address(before=found.previous) if found.previous else "",
            older=self.address(after=found.next) if found.next else "",
        )

    def chosen(self, choices: Mapping[str, Choices], *, without: Iterable[str] = ()) -> list[Link]:
        """Returns the filters that are set, each as a link that takes it out."""
        return [
            Link(
                f"{self.form.fields[name].label}: {_words(value, choices.get(name))}",
                self.address(**{name: ""}),
            )
            for name, value in self.form.cleaned_data.items()
            if value and name not in without
        ]


@require_safe
def claim_list(request: HttpRequest) -> HttpResponse:
    """Claims that are public or being checked, narrowed by filters (2 queries, 3 with new options)."""
    if "" in request.GET.values():
        # A form sends its empty fields too: one list has one address.
        return HttpResponseRedirect(address(LIST, request.GET))
    choices = _choices()
    asked = Asked(request, LIST, default=PUBLISHED)
    found = asked.find()
    return page(
        request,
        "claim_list",
        {
            "heading": "Claims",
            "problems": asked.problems,
            "bar": _bar(asked, choices),
            "result_text": _count_words(found),
            "mended": found.mended,
            "is_cut": asked.is_cut(found),
            "sorts": asked.sorts,
            "cards": _cards(found),
            "pager": asked.pager(found),
            # A file holds what was asked for by these very words.
            "files": [] if found.mended else asked.files(),
            "empty_text": (
                "No claim fits all of this. Take a filter away, or try fewer words."
                if asked.query
                else "Nothing has been published yet."
            ),
        },
        status=400 if asked.problems else 200,
        section=LIST,
        is_indexed=not request.GET,
    )


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Claims that hold some words, the best first, with what was found marked (5 queries at most)."""
    if "" in request.GET.values():
        return HttpResponseRedirect(address(SEARCH, request.GET))
    choices = _choices()
    asked = Asked(request, SEARCH, default=BEST)
    found = asked.find(facets=True) if asked.query else None
    results: list[Result] = results_of(found) if found else []
    return page(
        request,
        "search",
        {
            "problems": asked.problems,
            "words": asked.query.text,
            "most_characters": MAX_QUERY_LENGTH,
            "kept": [
                (name, value)
                for name, value in request.GET.items()
                if name not in ("q", "after", "before", "sort") and name in asked.form.fields
            ],
            "chosen": asked.chosen(choices, without=("q",)),
            "has_asked": bool(found),
            "has_words": not asked.query.text or bool(asked.query.question),
            "result_text": _count_words(found) if found else "",
            "mended": found.mended if found else (),
            "was_cut": bool(found and found.question.was_cut),
            "is_cut": asked.is_cut(found) if found else False,
            "sorts": asked.sorts,
            "results": results,
            "narrowing": _narrowing(asked, found, choices) if found else [],
            "pager": asked.pager(found) if found else None,
            "list_url": address(LIST, request.GET, after="", before="", sort=""),
        },
        status=400 if asked.problems else 200,
        section=SEARCH,
        is_indexed=not request.GET,
    )


def _choices() -> dict[str, Choices]:
    return {**FIXED_CHOICES, **options()}


def _cards(found: search.Found) -> list[Card]:
    return cards_of(found.lines)


def _count_words(found: search.Found) -> str:
    return words.count(found.count + found.is_more, "claim", "claims")


def _unknown(given: Mapping[str, str], form: forms.Form) -> list[str]:
    """Returns what to say of filters that there are not; marks of advertisers are let pass."""
    known = (*form.fields, "sort", "after", "before")
    unknown = [name[:60] for name in given if name not in known and not TRACKING.match(name)]
    if not unknown:
        return []
    return [f"There is no filter {', '.join(unknown[:5])}. There are: {', '.join(known[:-2])}."]


def _bar(asked: Asked, choices: dict[str, Choices]) -> Bar:
    """Returns the filter bar; names of what is chosen come from the options."""
    form = asked.form
    fields = {name: _field(asked, name, choices.get(name)) for name in form.fields}
    return Bar(
        action=asked.path,
        words=fields["q"],
        most_characters=MAX_QUERY_LENGTH,
        first=[fields[name] for name in FIRST_FILTERS],
        more=[fields[name] for name in MORE_FILTERS],
        # What is set is told of below, each with a way out: only what is wrong must be seen.
        is_open=any(name in form.errors for name in MORE_FILTERS),
        more_set=sum(1 for name in MORE_FILTERS if form.cleaned_data.get(name)),
        chosen=asked.chosen(choices),
        clear_url=asked.path,
        sort=asked.sorted_by.code if "sort" in asked.given else "",
    )


def _field(asked: Asked, name: str, choices: Choices | None) -> Field:
    form = asked.form
    value = form.cleaned_data.get(name) or ""
    return Field(
        name=name,
        label=str(form.fields[name].label),
        type="search" if name == "q" else "date",
        value=value if name == "q" else asked.given.get(name, ""),
        options=choices.html_with(value) if choices else SafeString(),
        errors=tuple(str(error) for error in form.errors.get(name, ())),
    )


def _narrowing(
    asked: Asked, found: search.Found, choices: Mapping[str, Choices]
) -> list[Narrowing]:
    """Returns by what the hits could be narrowed; what is chosen or would leave all is left out."""
    if found.count < 2:
        return []
    counts = found.facets
    if counts is None:
        counts = search.facet_counts(asked.query, found.question, with_many=True)
    codes: dict[str, list[tuple[str, int]]] = {name: [] for name in NARROWED_BY}
    for (dimension, code), count in counts.most_common():
        offers = codes.get(dimension, [])
        if (
            dimension in codes
            and len(offers) < MOST_CHOICES
            and code in choices[dimension].names
            and count < found.count
        ):
            offers.append((code, count))
    return [
        Narrowing(
            str(asked.form.fields[name].label),
            [
                Choice(choices[name].names[code], asked.address(**{name: code}), f"{count:,}")
                for code, count in offers
            ],
        )
        for name, offers in codes.items()
        if offers and not asked.given.get(name)
    ]


def _words(value: Any, choices: Choices | None) -> str:
    """Returns a chosen value as people read it."""
    if choices:
        return str(choices.names.get(value, value))
    return words.day(value) if isinstance(value, date) else str(value)
