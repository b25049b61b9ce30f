"""How we work: written from the tables that the desk itself works by."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sources.models import Measure
from statements import workflow
from statements.public import words
from statements.public.cards import Badge, badge_of
from statements.public.pages import page
from statements.vocabulary import (
    CORRECTIONS,
    RATINGS,
    CommitmentStatus,
    CorrectionKind,
    Reason,
    State,
)


@dataclass(frozen=True, slots=True)
class ScaleLine:
    """One step of the scale: when it is given and its number for other programs."""

    badge: Badge | None
    use_when: str
    number: str


@dataclass(frozen=True, slots=True)
class ActionLine:
    """One action of the workflow."""

    label: str
    origins: str
    target: str
    who: str
    condition: str
    needs: str


@require_safe
def method(request: HttpRequest) -> HttpResponse:
    """The scale, the rules and the workflow (1 query)."""
    return page(
        request,
        "method",
        {
            "scale": [
                ScaleLine(badge_of(code, ""), rating.use_when, str(rating.number or "none"))
                for code, rating in RATINGS.items()
            ],
            "reasons": [label for _, label in Reason.choices],
            "statuses": [badge_of("", code) for code in CommitmentStatus.values],
            "corrections": [
                {"label": CorrectionKind(kind).label, "meaning": rule.meaning}
                for kind, rule in CORRECTIONS.items()
            ],
            "measures": [
                {"name": row.name, "rule": row.counting_rule}
                for row in Measure.objects.order_by("name")
            ],
            "promises": _promises(),
            "actions": _actions(),
        },
        section="/method/",
        description="The scale, the rules of evidence, who decides, and how corrections are made.",
    )


def _actions() -> list[ActionLine]:
    lines = []
    for row in workflow.ACTIONS:
        if row.role is None:
            continue
        who = str(row.role.label)
        if row.relation:
            who = f"{who}: {workflow.RELATION_WORDS[row.relation]}"
        lines.append(
            ActionLine(
                row.label,
                ", ".join(State(origin).label for origin in row.origins),
                State(row.target).label if row.target else "Stays",
                who,
                words.sentence(workflow.CONDITION_WORDS[row.condition]) if row.condition else "",
                _needs(row),
            )
        )
    return lines


def _needs(row: workflow.Action) -> str:
    """Returns all that an action asks for, such as "A second editor"."""
    needs = [workflow.GUARD_WORDS[guard].wants for guard in row.guards]
    needs += [workflow.ASKED_WORDS[ask] for ask in row.needs]
    if row.note:
        needs.append("a written reason")
    return words.sentence(", ".join(needs)) if needs else ""


def _promises() -> list[str]:
    """Returns what holds before a finding is published, in the order in which it is asked for."""
    asked = [guard for row in workflow.rows_for("publish") for guard in row.guards]
    promises = [workflow.GUARD_WORDS[guard].promise for guard in dict.fromkeys(asked)]
    return [promise for promise in promises if promise]
