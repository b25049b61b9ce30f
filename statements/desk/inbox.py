"""The inbox: what happened since, and asks for a person's answer.

Calls to look again at a finding, contradictions that the site found, what waits for a second
editor, and commitments whose day is past. The number of queries does not grow with the rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from sources.admin.fields import row_key
from sources.admin.forms import DeskForm, sentence
from sources.errors import Invalid, Refused
from sources.people import Role, has_role, role_of
from statements.desk.forms import AnswerForm, CloseForm
from statements.desk.queue import capped, waiting_count, waiting_lines
from statements.models import Claim, ClaimRelation, Recheck
from statements.operations import close_recheck, resolve_relation
from statements.operations.common import today
from statements.vocabulary import RecheckOutcome

MOST_SHOWN = 50  # of each part; whoever answers some sees the next


@dataclass(frozen=True, slots=True)
class Entry:
    """One line that is answered with a form."""

    row: Any
    form: DeskForm
    other: Claim | None = None  # the claim that contradicts it


def inbox_count() -> int:
    """Returns how many entries wait for an answer (two queries)."""
    return capped(Recheck.objects.waiting()) + capped(ClaimRelation.objects.suggested())


def inbox_context(request: HttpRequest, answered: DeskForm | None = None) -> dict[str, Any]:
    """Returns what the page shows; a form that was refused stands in its entry."""
    user: Any = request.user
    rechecks = Recheck.objects.waiting().for_inbox()
    suggestions = ClaimRelation.objects.suggested().select_related("from_claim", "to_claim")
    overdue = (
        Claim.objects.overdue(on=today())
        .select_related("commitment__committed_by", "live_verdict", "assignee")
    )  # fmt: skip
    return {
        "title": "Inbox",
        "rechecks": _with_other_claims(
            _entries("recheck", rechecks[:MOST_SHOWN], AnswerForm, answered)
        ),
        "recheck_count": capped(rechecks),
        "contradictions": _entries("resolve", suggestions[:MOST_SHOWN], CloseForm, answered),
        "contradiction_count": capped(suggestions),
        "waiting": waiting_lines(user),
        "waiting_count": waiting_count(),
        "overdue": overdue[:MOST_SHOWN],
        "overdue_count": capped(overdue),
        "outcomes": RecheckOutcome,
        "may_answer": has_role(user, Role.CHECKER),
    }


def _entries(
    kind: str, rows: Any, form_class: type[DeskForm], answered: DeskForm | None
) -> list[Entry]:
    entries = []
    for row in rows:
        name = f"{kind}-{row.pk}"
        is_answered = answered is not None and answered.do == name
        entries.append(Entry(row, answered if is_answered and answered else form_class(name=name)))
    return entries


def _with_other_claims(entries: list[Entry]) -> list[Entry]:
    """Adds the claim that an entry names, as it reads now (a query where one is named)."""
    named = {entry.row.detail["claim"] for entry in entries if "claim" in entry.row.detail}
    if not named:
        return entries
    claims = {claim.public_id: claim for claim in Claim.objects.filter(public_id__in=named)}
    return [replace(entry, other=claims.get(entry.row.detail.get("claim"))) for entry in entries]


def answer(request: HttpRequest) -> tuple[HttpResponse | None, DeskForm | None]:
    """Carries out an answer: returns where to go on, or the form that was refused."""
    if role_of(request.user) is None:
        raise PermissionDenied
    user: Any = request.user
    kind, _, key = str(request.POST.get("do", "")).partition("-")
    pk = row_key(key)
    row: Any = None
    if kind == "recheck" and pk is not None:
        row = Recheck.objects.waiting().filter(pk=pk).select_related("claim").first()
    elif kind == "resolve" and pk is not None:
        row = ClaimRelation.objects.filter(pk=pk, is_suggested=True).first()
    if row is None:
        messages.error(request, "This does not wait any more: somebody was faster.")
        return _back(kind), None
    form: DeskForm = (AnswerForm if kind == "recheck" else CloseForm)(
        request.POST, name=f"{kind}-{pk}"
    )
    if not form.is_valid():
        return None, form
    try:
        if kind == "recheck":
            closed = close_recheck(row, by=user, **form.cleaned_data)
            messages.success(request, f"Answered: {closed.get_outcome_display().lower()}.")
        else:
            relation = resolve_relation(row, by=user, **form.cleaned_data)
            words = "Closed. It is shown once a second editor confirms it."
            messages.success(request, words if relation.is_waiting else "Closed.")
    except Invalid as invalid:
        form.refuse(invalid)
        return None, form
    except Refused as refused:  # not theirs to answer, or answered at this moment
        messages.error(request, sentence(str(refused)))
    return _back(kind), None


def _back(kind: str) -> HttpResponseRedirect:
    part = {"recheck": "#rechecks", "resolve": "#contradictions"}.get(kind, "")
    return HttpResponseRedirect(f"{reverse('admin:desk_inbox')}{part}")
