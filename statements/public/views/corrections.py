"""The log of corrections."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from statements.addresses import claim_path
from statements.models import Correction, Verdict
from statements.public import words
from statements.public.cards import Link
from statements.public.claim_history import Moment, correction_moment
from statements.public.pages import page
from statements.public.paging import Order, page_of, pager_of
from statements.vocabulary import CORRECTIONS

PATH = "/corrections/"
NEWEST_FIRST = Order("made", "Newest first", "made_at", "moment", key="id")
IN_LOG = tuple(kind for kind, rule in CORRECTIONS.items() if rule.has_banner)


@dataclass(frozen=True, slots=True)
class Entry:
    """One correction in a short list."""

    when: str
    kind: str
    target: str
    url: str


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """Every change of meaning to what is public (1 query)."""
    try:
        found = page_of(
            logged(),
            NEWEST_FIRST,
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
        )
    except ValueError as error:
        raise Http404 from error
    return page(
        request,
        "corrections",
        {
            "moments": [_moment(row) for row in found.rows],
            "pager": pager_of(found, PATH, request.GET),
        },
        section=PATH,
        is_indexed=not request.GET,
    )


def logged() -> QuerySet[Correction]:
    """Returns the corrections of the log, with the last wording of their claims."""
    last = Verdict.objects.filter(claim=OuterRef("claim")).order_by("-revision")
    return (
        Correction.objects.public()
        .filter(kind__in=IN_LOG)
        .select_related("claim", "statement__speaker")
        .annotate(sealed_text=Subquery(last.values("short_text")[:1]))
    )


def entries_of(rows: Iterable[Correction]) -> list[Entry]:
    return [
        Entry(
            words.day_of(row.made_at),
            "Statement corrected" if row.statement else row.get_kind_display(),
            target.label,
            target.url,
        )
        for row in rows
        for target in [target_of(row)]
    ]


def _moment(row: Correction) -> Moment:
    return correction_moment(row, links=(target_of(row),))


def target_of(row: Correction) -> Link:
    """Returns what was corrected: a claim, or a statement."""
    if row.statement is not None:
        return Link(f"Statement by {row.statement.speaker}", row.statement.get_absolute_url())
    text = str(row.sealed_text or "")  # type: ignore[attr-defined]  # of logged()
    return Link(text, claim_path(row.claim.public_id, text)) if row.claim else Link(text)
