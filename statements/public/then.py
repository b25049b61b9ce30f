"""A page as of a day of the past: the question, and the banner that says so (decision 0009)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from sources.errors import Invalid
from statements import as_of
from statements.models import Claim
from statements.public import words
from statements.public.cards import Link, Note
from statements.public.pages import page

FROM_RECORDS = (
    "What was published and confirmed here by then, from sealed findings and dated records. "
    "Names, topics and roles are those of today."
)


@dataclass(frozen=True, slots=True)
class AsOf:
    """The form that asks for a day, and the day that the page is as of (None: now)."""

    path: str
    latest: str
    day: str = ""
    note: Note | None = None


def asked_day(request: HttpRequest) -> date | None:
    """Returns the day in `?as_of=`; raises `Invalid` where it cannot be answered."""
    return as_of.read_day(request.GET.getlist(as_of.PARAMETER))


def says_no(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lets a view refuse a day in words, with 400."""

    @wraps(view)
    def answer(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Invalid as error:
            said = render_to_string("400.html", {"words": words.sentence(f"{error}.")})
            return HttpResponse(said, status=400)

    return answer


def as_of_form(path: str) -> AsOf:
    """Returns the question that a page of today offers."""
    return AsOf(path, as_of.today().isoformat())


def as_of_banner(path: str, day: date, *since: str) -> AsOf:
    """Returns the banner of a page as of a day; `since` is what became of it later."""
    note = Note(
        "past",
        f"As of {words.day(day)}, end of the day (UTC)",
        (*filter(None, since), FROM_RECORDS),
        Link("The page as it stands today", path),
    )
    return AsOf(path, as_of.today().isoformat(), day.isoformat(), note)


def not_yet(request: HttpRequest, *, title: str, path: str, day: date, what: str) -> HttpResponse:
    """Answers 404 for a page of today that there was not on that day.

    It says nothing but that: whatever was known of it then was not public.
    """
    return page(
        request,
        "not_then",
        {"title": title, "path": path, "day": words.day(day), "what": what},
        status=404,
        is_indexed=False,
    )


def since_then(then: Claim, now: Claim) -> str:
    """Says what became of a claim's finding after the moment that it is shown as of."""
    before, after = then.live_verdict, now.live_verdict
    if after is None:
        if now.retracted_at is None or then.retracted_at == now.retracted_at:
            return ""
        return f"The finding was retracted later, on {words.day_of(now.retracted_at)}."
    if before == after:
        return "The finding has not changed since."
    when = words.day_of(after.recorded_at)
    kind = "verdict" if after.code else "status"
    if before is None:
        return f"A finding was published on {when}. The {kind} today: {after.label}."
    if before.label == after.label:
        return f"A newer version was published on {when}. The {kind} is the same: {after.label}."
    return (
        f"The {kind} was changed later, on {when}: from {before.label} to {after.label}, which "
        "stands today."
    )
