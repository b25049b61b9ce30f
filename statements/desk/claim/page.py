"""The claim page: everything that a checker does with one claim, at one address."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from sources.admin.forms import DeskForm
from sources.admin.pages import DeskPage, admin_url
from sources.people import Role, has_role, role_of
from statements import guards, workflow
from statements.desk import forms
from statements.desk.changes import changes_of
from statements.desk.claim.acting import RULES, SUBMIT_RULES, ActingPart
from statements.desk.claim.comparison import ComparisonPart
from statements.desk.claim.evidence import EvidencePart, copies_by_work
from statements.desk.claim.finding import FindingPart
from statements.desk.claim.links import LinksPart
from statements.desk.claim.wording import WordingPart
from statements.desk.rows import one, stated_words
from statements.models import AnchorCheck, Claim, Statement
from statements.operations import (
    add_claim,
    available_actions,
)
from statements.operations.common import FROZEN_WORDS
from statements.vocabulary import DECIDING_STANCES, RATINGS, Match, State, VerdictCode

NUMBERED = ("evidence", "reading", "remove", "unread", "detach", "confirm", "join", "resolve",
            "act", "answer", "use")  # fmt: skip


class ClaimPage(WordingPart, LinksPart, EvidencePart, ComparisonPart, FindingPart, ActingPart):
    """The workbench of one claim."""

    template_name = "desk/claim.html"

    @property
    def may_edit(self) -> bool:
        return self.row.is_editable and has_role(self.user, Role.CHECKER)

    def shows(self, name: str) -> bool:
        kind = name.partition("-")[0]
        if kind in ("topics", "review", "relation", "resolve", "attach"):
            return name in self.form_names()
        return self.may_edit and kind != "act"

    def form_names(self) -> list[str]:
        names = ["wording", "topics", "review", "attach", "cite", "draft", "reply", "relation"]
        if self.row.kind in forms.DETAIL_FORMS:
            names.append("detail")
        return names

    def build(self, name: str, data: Any = None, files: Any = None) -> DeskForm | None:
        kind, _, key = name.partition("-")
        builder = getattr(self, f"_build_{kind.replace('-', '_')}", None)
        if builder is None:
            return None
        made: DeskForm | None = (
            builder(name, key, data, files)
            if key or kind in NUMBERED
            else builder(name, data, files)
        )
        return made

    def carry_out(self, form: DeskForm) -> HttpResponse:
        kind, _, key = form.do.partition("-")
        response: HttpResponse = getattr(self, f"_save_{kind}")(form, key)
        return response

    def changed_by(self, form: DeskForm) -> str:
        kind, _, key = form.do.partition("-")
        row: Any = self.row
        if kind == "draft":
            row = getattr(self.row, "draft", None) or self.row
        elif kind in ("evidence", "reading", "remove"):
            row = self._evidence(key) or self.row
        elif kind == "answer":
            return "Somebody"
        last = row.history.select_related("history_user").order_by("-history_id").first()
        user = last.history_user if last else None
        return (user.get_full_name() or user.get_username()) if user else "Somebody"

    def context(self) -> dict[str, Any]:
        claim = self._for_page()
        user = self.user
        offers = available_actions(claim, user) if role_of(user) else []
        missing = {rule: list(guards.GUARDS[rule](claim, user, {})) for rule in SUBMIT_RULES}
        is_open = claim.state in workflow.OPEN_STATES
        evidence = list(claim.evidence.all())
        self.copies = copies_by_work(evidence)
        says = self._readings(claim)
        checks = AnchorCheck.objects.newest_for(evidence)
        captures = self._captures(evidence)
        live = claim.live_verdict
        draft = getattr(claim, "draft", None)
        return {
            "claim": claim,
            "rechecks": list(claim.rechecks.waiting()) if live else [],
            "may_edit": self.may_edit,
            "is_typed": getattr(claim, claim.kind, None) is not None,
            "may_tag": has_role(user, Role.CHECKER) and claim.state != State.TAKEN_DOWN,
            "is_editor": has_role(user, Role.EDITOR),
            "frozen_words": "" if claim.is_editable else FROZEN_WORDS.get(claim.state, ""),
            "offers": [self._offer(offer) for offer in offers],
            "checklist": [
                {"rule": rule, "title": title, "gaps": missing[rule]}
                for rule, title in RULES.items()
            ]
            if is_open
            else [],
            "root_count": guards.root_count(
                [item.source for item in evidence if item.stance in DECIDING_STANCES]
            ),
            "roots_needed": workflow.ROOTS_NEEDED,
            "occurrences": [
                {
                    "row": row,
                    "number": stated_words(row),
                    "appearances": list(row.statement.appearances.all()),
                    "detach": forms.NoFields(name=f"detach-{row.pk}"),
                }
                for row in claim.occurrences.all()
                if row.match != Match.REJECTED
            ],
            "evidence": [
                self._evidence_context(
                    item,
                    checks.get((item.snapshot_id, item.start, item.end)),
                    captures.get(item.source_id) if item.snapshot_id is None else None,
                )
                | {"says": says.get(item.pk, [])}
                for item in evidence
            ],
            "comparisons": self._comparisons(claim),
            "replies": [self._reply_context(reply) for reply in claim.replies.all()],
            "relations": self._relations(claim),
            "changes": changes_of(claim),
            "verdict_words": [(code.label, RATINGS[code].use_when) for code in VerdictCode],
            "draft": draft,
            "live": live,
            "looked": self._looked(),
            "preview_url": reverse("admin:statements_claim_preview", args=[claim.pk]),
            "record_url": f"{admin_url(Statement._meta, 'add')}?claim={claim.pk}",
            "public_url": claim.get_absolute_url() if claim.is_public or claim.is_announced else "",
        }

    def _for_page(self) -> Claim:
        return (
            Claim.objects.select_related(
                "assignee", "created_by", "draft__author", "draft__last_editor", "live_verdict",
                "quantity__measure", "quantity__place", "quantity__counted_by",
                "status__agreement", "status__party", "commitment__committed_by",
                "proposed_by", "duplicate_of", "imported_from", "main_statement__speaker",
            )
            .prefetch_related(
                "topics",
                "occurrences__statement__speaker",
                "occurrences__statement__occasion",
                "occurrences__statement__appearances__source",
                "occurrences__added_by",
                "evidence__source__publisher",
                "evidence__source__origin",
                "evidence__snapshot",
                "evidence__reading__measure", "evidence__reading__place",
                "evidence__reading__counted_by",
                "replies",
            )
            .get(pk=self.row.pk)
        )  # fmt: skip


class ClaimAddPage(DeskPage):
    """A new claim, with or without the statement that makes it."""

    template_name = "desk/row.html"

    def form_names(self) -> list[str]:
        return ["row"]

    def build(self, name: str, data: Any = None, files: Any = None) -> DeskForm | None:
        if name != "row":
            return None
        statement = one(Statement.objects.all(), self.request.GET.get("statement"))
        return forms.ClaimAddForm(data, name=name, values={"statement": statement})

    def carry_out(self, form: DeskForm) -> HttpResponse:
        claim = add_claim(by=self.user, **form.cleaned_data)
        return self.saved("The claim is taken out. Take it to work on it.", row=claim)
