"""The queue: what there is to do, and what each claim still lacks, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from sources.admin.base import CappedPaginator
from sources.errors import Gap
from sources.models import Series
from sources.people import Role, has_role
from statements import fuzzydates, guards, search, workflow
from statements.filters import WordsField
from statements.models import (
    AgreementEvent,
    AgreementViolation,
    Appearance,
    Claim,
    ClaimRelation,
    Occurrence,
    Speaker,
    StatementCorrection,
    Topic,
)
from statements.operations.common import today
from statements.vocabulary import DECIDING_STANCES, ClaimKind, State

PER_PAGE = 25
MOST_COUNTED = 1_000
RULES = ("G1", "G2", "G3", "G4")


@dataclass(frozen=True, slots=True)
class Tab:
    """One part of the queue."""

    code: str
    label: str
    empty: str  # what to say when there is nothing in it
    count: int = 0
    is_current: bool = False

    @property
    def count_words(self) -> str:
        return f"{MOST_COUNTED:,}+" if self.count > MOST_COUNTED else f"{self.count:,}"


TABS = (
    ("mine", "Mine", "Nothing is in your hands. Take a claim from “Unassigned”."),
    ("unassigned", "Unassigned", "No new claim waits. Record a statement and take a claim out of it."),
    ("review", "To review", "Nothing waits for your review. What you wrote yourself is reviewed by another person."),
    ("due", "Due again", "No published finding is due for another look. Set the day on a claim's page."),
    ("overdue", "Overdue", "No commitment is past its day without an outcome."),
    ("waiting", "Second editor", "Nothing waits for a second editor."),
    ("all", "All open", "No claim is open."),
)  # fmt: skip


class FilterForm(forms.Form):
    """Filters of the queue; they stay in the address."""

    q = WordsField(required=False, label="Words")
    kind = forms.ChoiceField(required=False, choices=[("", "Any kind"), *ClaimKind.choices])
    state = forms.ChoiceField(
        required=False,
        choices=[
            ("", "Any state"),
            *((state.value, state.label) for state in workflow.OPEN_STATES),
        ],
    )
    speaker = forms.CharField(required=False, max_length=200)
    topic = forms.ModelChoiceField(
        Topic.objects.all(), required=False, empty_label="Any topic", to_field_name="slug"
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="filter-%s", label_suffix="")


@dataclass(frozen=True, slots=True)
class Line:
    """One claim of the queue as it is shown."""

    claim: Claim
    speaker: str
    age: str
    evidence: str
    gaps: list[Gap]

    @property
    def more_gaps(self) -> list[Gap]:
        """What does not fit into a line of the table."""
        return self.gaps[3:]


def lines_for(claims: Iterable[Claim]) -> list[Line]:
    """Returns the lines of some claims, each with what it lacks (claims from `with_readiness`)."""
    claims = list(claims)
    cited = {item.source for claim in claims for item in claim.evidence.all()}
    lineage = guards.lineage_of(cited)
    now = timezone.now()
    return [_line(claim, lineage, now) for claim in claims]


def _line(claim: Claim, lineage: guards.Lineage, now: datetime) -> Line:
    claim.lineage = lineage  # type: ignore[attr-defined]  # read by the guards
    is_open = claim.state in workflow.OPEN_STATES
    gaps = (
        [gap for rule in RULES for gap in guards.GUARDS[rule](claim, None, {})] if is_open else []
    )
    deciding = [item.source for item in claim.evidence.all() if item.stance in DECIDING_STANCES]
    statement = claim.main_statement
    return Line(
        claim=claim,
        speaker=statement.speaker.name if statement else "",
        age=age_words(claim.created_at, now),
        evidence=f"{guards.root_count(deciding, lineage)}/{workflow.ROOTS_NEEDED}",
        gaps=gaps,
    )


def with_readiness(claims: Any) -> Any:
    """Adds all that the guards read: three more queries, whatever the number of rows."""
    return (
        claims.for_desk_list()
        .select_related("quantity", "status", "commitment")
        .prefetch_related("occurrences", "evidence__source__publisher", "replies")
    )


def age_words(since: datetime, now: datetime) -> str:
    """Returns an age in words: "today", "1 day", "12 days"."""
    days = max((now - since).days, 0)
    if days == 0:
        return "today"
    return "1 day" if days == 1 else f"{days:,} days"


def claims_of(tab: str, user: Any) -> QuerySet[Claim]:
    """Returns the claims of a tab."""
    claims = Claim.objects
    match tab:
        case "mine":
            return claims.queue_mine(user)
        case "unassigned":
            return claims.unassigned()
        case "review":
            return claims.to_review(user)
        case "due":
            return claims.due_again(on=today())
        case "overdue":
            return claims.overdue(on=today())
        case _:
            return claims.filter(state__in=workflow.OPEN_STATES).order_by("id")


def narrowed(claims: QuerySet[Claim], values: dict[str, Any]) -> QuerySet[Claim]:
    """Applies the filters that are set."""
    if words := values.get("q"):
        claims = search.narrow_for_staff(claims, words)
    if kind := values.get("kind"):
        claims = claims.filter(kind=kind)
    if state := values.get("state"):
        claims = claims.filter(state=state)
    if name := values.get("speaker"):
        speakers = Speaker.objects.filter(name__icontains=name)
        claims = claims.filter(main_statement__speaker__in=speakers)
    if topic := values.get("topic"):
        claims = claims.filter(topics=topic)
    return claims


# ---- what waits for a second editor ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits: what it is, who added it, and what this person may do with it."""

    kind: str
    what: str
    row: Any
    title: str
    about: str
    address: tuple[str, int]  # model name and id of the page where it is seen
    by: Any
    at: datetime | None
    may_confirm: bool
    may_withdraw: bool


WAITING_KINDS = (
    "occurrence", "appearance", "relation", "event", "violation", "series", "correction",
)  # fmt: skip


def waiting_rows(kind: str) -> QuerySet[Any]:
    """Returns what of a kind waits, with all that a line shows."""
    match kind:
        case "occurrence":
            return Occurrence.objects.waiting().select_related(
                "claim", "statement__speaker", "added_by"
            )
        case "appearance":
            return Appearance.objects.waiting().select_related(
                "statement__speaker", "source", "added_by"
            )
        case "relation":
            return ClaimRelation.objects.waiting().select_related(
                "from_claim", "to_claim", "added_by", "proposed_by"
            )
        case "event":
            return AgreementEvent.objects.waiting().select_related(
                "agreement", "party", "source", "recorded_by"
            )
        case "violation":
            return AgreementViolation.objects.waiting().select_related(
                "agreement", "party", "source", "recorded_by"
            )
        case "series":
            return Series.objects.waiting().select_related("measure", "publisher", "added_by")
        case _:
            return StatementCorrection.objects.filter(
                confirmed_at__isnull=True, withdrawn_at__isnull=True
            ).select_related("statement__speaker", "proposed_by")


def proposals() -> QuerySet[Claim]:
    """Returns claims whose retraction or take-down is proposed."""
    proposed = Claim.objects.filter(proposed_by__isnull=False)  # who, when and what go together
    return proposed.select_related("proposed_by").order_by("id")


def waiting_lines(user: Any) -> list[Waiting]:
    """Returns all that waits for a second editor, oldest first (eight queries)."""
    is_editor = has_role(user, Role.EDITOR)
    lines = [
        _waiting(kind, row, user, is_editor)
        for kind in WAITING_KINDS
        for row in waiting_rows(kind)[:100]
    ]
    lines += [
        Waiting(
            kind="proposal",
            what=f"{claim.get_proposal_kind_display()} proposed",
            row=claim,
            title=str(claim),
            about=claim.proposal_note,
            address=("claim", claim.pk),
            by=claim.proposed_by,
            at=claim.proposed_at,
            may_confirm=False,
            may_withdraw=False,
        )
        for claim in proposals()[:100]
    ]
    return sorted(lines, key=lambda line: line.at or timezone.now())


def _waiting(kind: str, row: Any, user: Any, is_editor: bool) -> Waiting:
    by = (
        getattr(row, "added_by", None)
        or getattr(row, "recorded_by", None)
        or getattr(row, "proposed_by", None)
    )
    at = (
        getattr(row, "added_at", None)
        or getattr(row, "recorded_at", None)
        or getattr(row, "proposed_at", None)
    )
    match kind:
        case "occurrence":
            what, title, about = "Statement of a claim", str(row.statement), str(row.claim)
            address = ("claim", row.claim_id)
        case "appearance":
            what, title, about = "Source of a statement", str(row.source), str(row.statement)
            address = ("statement", row.statement_id)
        case "relation":
            what = "Link of two claims"
            title = f"{row.from_claim}: {row.get_kind_display().lower()} “{row.to_claim}”"
            about, address = row.note, ("claim", row.from_claim_id)
            if row.proposed_by:
                what, by, at = "How a conflict was resolved", row.proposed_by, row.proposed_at
                about = f"{row.get_proposed_resolution_display()}: {row.proposed_note}"
        case "event":
            what, title, about = "Event of an agreement", _event_words(row), str(row.source)
            address = ("agreement", row.agreement_id)
        case "violation":
            what, about = "Violation of an agreement", f"{row.what}. {row.source}"
            title = (
                f"{row.party}: {row.get_standing_display().lower()}, "
                f"{fuzzydates.day_words(row.happened_on)}"
            )
            address = ("agreement", row.agreement_id)
        case "series":
            what, title = "Series of counts", str(row)
            about = f"{row.measure}, counted by {row.publisher}"
            address = ("series", row.pk)
        case _:
            what, title, about = "Correction of a statement", str(row.statement), row.explanation
            address = ("statement", row.statement_id)
    is_own = by is not None and by.pk == user.pk
    return Waiting(
        kind=kind,
        what=what,
        row=row,
        title=title,
        about=about,
        address=address,
        by=by,
        at=at,
        may_confirm=is_editor and not is_own,
        may_withdraw=(kind == "correction" and is_editor)
        or (kind in ("occurrence", "appearance", "relation") and (is_own or is_editor)),
    )


def _event_words(event: AgreementEvent) -> str:
    who = f"{event.party}: " if event.party else ""
    day = fuzzydates.day_words(event.happened_on)
    return f"{who}{event.value_label.lower()}, {day} ({event.agreement})"


# ---- the page -------------------------------------------------------------------------------


def capped(rows: QuerySet[Any]) -> int:
    return rows.order_by()[: MOST_COUNTED + 1].count()


def waiting_count() -> int:
    """Returns how much waits for a second editor (a query a kind)."""
    return sum(capped(waiting_rows(kind)) for kind in WAITING_KINDS) + capped(proposals())


def queue_context(request: HttpRequest) -> dict[str, Any]:
    """Returns what the start page shows; the number of queries does not grow with the rows."""
    user = request.user
    codes = [code for code, _, _ in TABS]
    current = request.GET.get("show", "")
    current = current if current in codes else "mine"
    form = FilterForm(request.GET)
    form.is_valid()  # what makes no sense is left out, the rest holds
    values = form.cleaned_data
    tabs = [
        Tab(
            code,
            label,
            empty,
            waiting_count() if code == "waiting" else capped(claims_of(code, user)),
            code == current,
        )
        for code, label, empty in TABS
    ]
    query = request.GET.copy()
    query.pop("page", None)
    kept = query.copy()
    kept.pop("show", None)
    context: dict[str, Any] = {
        "title": "Queue",
        "tabs": tabs,
        "tab": next(tab for tab in tabs if tab.is_current),
        "filter_form": form,
        "filters_query": kept.urlencode(),
        "query": query.urlencode(),
        "is_filtered": any(values.values()),
        "may_take": has_role(user, Role.CHECKER),
        "may_record": has_role(user, Role.CONTRIBUTOR),
        "new_state": State.NEW,
    }
    if current == "waiting":
        return context | {"waiting": waiting_lines(user)}
    claims = with_readiness(narrowed(claims_of(current, user), values))
    paginator: Paginator = CappedPaginator(claims, PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    _, mended = search.asked_by_staff(values.get("q", ""))
    return context | {"page": page, "lines": lines_for(page.object_list), "mended": mended}
