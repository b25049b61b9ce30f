"""The claim page: everything that a checker does with one claim, at one address."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse

from sources.admin.fields import row_key
from sources.admin.forms import DeskForm
from sources.admin.pages import DeskPage, admin_url
from sources.admin.source import cited_source, kept_snapshot
from sources.errors import Gap, Invalid, Stale
from sources.operations import lock
from sources.people import Role, has_role, role_of
from statements import guards, workflow
from statements.comparison import number_words
from statements.desk import forms
from statements.desk.changes import changes_of
from statements.models import Claim, Evidence, Occurrence, ReplyRequest, Statement
from statements.operations import (
    add_claim,
    attach_evidence,
    attach_occurrence,
    available_actions,
    confirm_late,
    detach_occurrence,
    perform,
    record_reply,
    relate_claims,
    remove_evidence,
    remove_reading,
    resolve_relation,
    save_draft,
    schedule_review,
    set_detail,
    set_reading,
    tag_claim,
    update_claim,
    update_evidence,
)
from statements.operations.common import FROZEN_WORDS
from statements.vocabulary import DECIDING_STANCES, RATINGS, Comparator, Match, State, VerdictCode
from statements.workflow import Ask

RULES = {
    "G1": "The finding is complete",
    "G2": "The evidence is independent",
    "G3": "Every source is kept",
    "G4": "The right of reply is recorded",
}
SUBMIT_RULES = tuple(RULES)


class ClaimPage(DeskPage):
    """The workbench of one claim."""

    template_name = "desk/claim.html"
    row: Claim

    # ---- rights --------------------------------------------------------------------------

    @property
    def may_edit(self) -> bool:
        return self.row.is_editable and has_role(self.user, Role.CHECKER)

    def shows(self, name: str) -> bool:
        kind = name.partition("-")[0]
        if kind in ("topics", "review", "relation", "resolve", "attach"):
            return name in self.form_names()
        return self.may_edit and kind != "act"

    # ---- forms ---------------------------------------------------------------------------

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

    def _build_wording(self, name: str, data: Any, files: Any) -> DeskForm:
        claim = self.row
        values = {field: getattr(claim, field) for field in forms.WordingForm.base_fields}
        return forms.WordingForm(data, name=name, values=values, row_version=claim.version)

    def _build_topics(self, name: str, data: Any, files: Any) -> DeskForm:
        values = {"topics": list(self.row.topics.all())}
        return forms.TopicsForm(data, name=name, values=values, row_version=self.row.version)

    def _build_review(self, name: str, data: Any, files: Any) -> DeskForm:
        values = {"on": self.row.review_due_on}
        return forms.ReviewForm(data, name=name, values=values, row_version=self.row.version)

    def _build_detail(self, name: str, data: Any, files: Any) -> DeskForm | None:
        claim = self.row
        form_class = forms.DETAIL_FORMS.get(claim.kind)
        if form_class is None:
            return None
        detail = getattr(claim, claim.kind, None)
        values = number_values(detail, form_class) if detail else {}
        return form_class(data, name=name, values=values, row_version=claim.version)

    def _build_attach(self, name: str, data: Any, files: Any) -> DeskForm:
        return forms.AttachForm(data, name=name)

    def _build_cite(self, name: str, data: Any, files: Any) -> DeskForm:
        return forms.CiteForm(data, files, name=name, values={"language": "en"})

    def _build_draft(self, name: str, data: Any, files: Any) -> DeskForm:
        draft = getattr(self.row, "draft", None)
        names = forms.DraftForm.base_fields
        values = {field: getattr(draft, field) for field in names} if draft else {}
        version = draft.version if draft else 0
        return forms.DraftForm(data, name=name, values=values, row_version=version, claim=self.row)

    def _build_relation(self, name: str, data: Any, files: Any) -> DeskForm:
        return forms.RelationForm(data, name=name)

    def _build_reply(self, name: str, data: Any, files: Any) -> DeskForm | None:
        return forms.ReplyForm(data, name=name)

    def _build_answer(self, name: str, key: str, data: Any, files: Any) -> DeskForm | None:
        reply = _one(self.row.replies, key)
        if reply is None:
            return None
        values = {field: getattr(reply, field) for field in forms.ReplyForm.base_fields}
        return forms.ReplyForm(data, name=name, values=values, row_version=reply.version)

    def _build_evidence(self, name: str, key: str, data: Any, files: Any) -> DeskForm | None:
        item = self._evidence(key)
        return self._evidence_form(item, name, data) if item else None

    def _evidence_form(self, item: Evidence, name: str, data: Any = None) -> DeskForm:
        values = {
            "stance": item.stance,
            "snapshot": str(item.snapshot_id or ""),
            "quote": item.exact,
            "note": item.note,
            "waiver": item.waiver,
        }
        snapshots = list(item.source.snapshots.all())
        return forms.EvidenceForm(
            data, name=name, values=values, row_version=item.version, snapshots=snapshots
        )

    def _build_reading(self, name: str, key: str, data: Any, files: Any) -> DeskForm | None:
        item = self._evidence(key)
        return self._reading_form(item, name, data) if item else None

    def _reading_form(self, item: Evidence, name: str, data: Any = None) -> DeskForm:
        reading = getattr(item, "reading", None)
        values = number_values(reading, forms.QuantityForm) if reading else {}
        if not reading and (quantity := getattr(self.row, "quantity", None)):
            values = {"measure": quantity.measure, "place": quantity.place}
        return forms.QuantityForm(data, name=name, values=values, row_version=item.version)

    def _build_remove(self, name: str, key: str, data: Any, files: Any) -> DeskForm | None:
        item = self._evidence(key)
        return forms.NoFields(data, name=name, row_version=item.version) if item else None

    def _build_unread(self, name: str, key: str, data: Any, files: Any) -> DeskForm | None:
        return forms.NoFields(data, name=name) if self._evidence(key) else None

    def _build_detach(self, name: str, key: str, data: Any, files: Any) -> DeskForm | None:
        return forms.NoFields(data, name=name) if _one(self.row.occurrences, key) else None

    def _build_confirm(self, name: str, key: str, data: Any, files: Any) -> DeskForm | None:
        return forms.NoFields(data, name=name) if _one(self.row.occurrences, key) else None

    def _build_join(self, name: str, key: str, data: Any, files: Any) -> DeskForm | None:
        return forms.NoFields(data, name=name) if self._relation(key) else None

    def _build_resolve(self, name: str, key: str, data: Any, files: Any) -> DeskForm | None:
        relation = self._relation(key)
        if relation is None:
            return None
        values = {"resolution": relation.resolution, "note": relation.note}
        return forms.ResolveForm(data, name=name, values=values)

    def _build_act(self, name: str, code: str, data: Any, files: Any) -> DeskForm | None:
        rows = workflow.rows_for(code)
        if not rows or rows[0].role is None:
            return None
        fitting = tuple(row for row in rows if self.row.state in row.origins)
        fitting = (
            tuple(
                row
                for row in fitting
                if not row.condition or guards.CONDITIONS[row.condition](self.row)
            )
            or rows
        )
        values: dict[str, Any] = {}
        live = self.row.live_verdict
        if code == "fix_typo" and live:
            values = {
                ask: getattr(live, ask) for ask in (Ask.FINDING, Ask.RATIONALE, Ask.WOULD_CHANGE)
            }
        return forms.ActionForm(
            data, name=name, rows=fitting, values=values, row_version=self.row.version
        )

    def _evidence(self, key: str) -> Evidence | None:
        found: Evidence | None = _one(self.row.evidence.select_related("source"), key)
        return found

    def _relation(self, key: str) -> Any:
        return _one(self.row.relations_from, key) or _one(self.row.relations_to, key)

    # ---- saving --------------------------------------------------------------------------

    def carry_out(self, form: DeskForm) -> HttpResponse:
        kind, _, key = form.do.partition("-")
        response: HttpResponse = getattr(self, f"_save_{kind}")(form, key)
        return response

    def answer_stale(self, form: DeskForm, stale: Stale) -> HttpResponse:
        if not form.do.startswith("act-"):
            return super().answer_stale(form, stale)
        who = self.changed_by(form)
        self.reload()
        state = State(self.row.state).label.lower()
        form.refuse(
            Stale(
                f"while you looked at this claim, {who} changed it: it is {state} now. "
                "Look again, then do it again",
                current_version=self.row.version,
            )
        )
        # What is sent next is judged by what is shown now.
        data = form.data.copy()
        data[form.version_name] = str(self.row.version)
        form.data = data
        return self.render(form, status=stale.http_status)

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

    def _save_wording(self, form: DeskForm, key: str) -> HttpResponse:
        values = form.cleaned_data
        values["short_text"] = values["short_text"] or values["text"]
        values["language"] = values["language"] or "en"
        update_claim(self.row, by=self.user, version=form.version, **values)
        return self.saved("The wording is saved.", "wording")

    def _save_topics(self, form: DeskForm, key: str) -> HttpResponse:
        with transaction.atomic():
            lock(self.row, version=form.version)
            tag_claim(self.row, by=self.user, topics=form.cleaned_data["topics"])
        return self.saved("The topics are saved.", "topics")

    def _save_review(self, form: DeskForm, key: str) -> HttpResponse:
        with transaction.atomic():
            lock(self.row, version=form.version)
            schedule_review(self.row, by=self.user, on=form.cleaned_data["on"])
        return self.saved("The day of another look is saved.", "review")

    def _save_detail(self, form: DeskForm, key: str) -> HttpResponse:
        set_detail(self.row, self.row.kind, by=self.user, version=form.version, **form.cleaned_data)
        return self.saved("The typed fact is saved.", "detail")

    def _save_attach(self, form: DeskForm, key: str) -> HttpResponse:
        occurrence = attach_occurrence(self.row, by=self.user, **form.cleaned_data)
        words = "The statement is attached."
        if occurrence.is_late:
            words += " It is shown once a second editor confirms it."
        return self.saved(words, "statements")

    def _save_detach(self, form: DeskForm, key: str) -> HttpResponse:
        detach_occurrence(_one(self.row.occurrences, key), by=self.user)
        return self.saved("The statement is detached.", "statements")

    def _save_confirm(self, form: DeskForm, key: str) -> HttpResponse:
        confirm_late(_one(self.row.occurrences, key), by=self.user)
        return self.saved("The statement is confirmed and shown.", "statements")

    def _save_cite(self, form: DeskForm, key: str) -> HttpResponse:
        by, cleaned = self.user, form.cleaned_data
        source, snapshot, is_new = source_and_copy(cleaned, by=by)
        attach_evidence(
            self.row,
            by=by,
            source=source,
            stance=cleaned["stance"],
            snapshot=snapshot,
            quote=cleaned["quote"],
            note=cleaned["note"],
            waiver=cleaned["waiver"],
        )
        words = "The evidence is cited."
        if not is_new and cleaned["url"]:
            words = f"The address was known: its source “{source}” is cited."
        return self.saved(words, "evidence")

    def _save_evidence(self, form: DeskForm, key: str) -> HttpResponse:
        item = self._evidence(key)
        if item is None:
            return self.render(form, status=404)
        values = form.cleaned_data
        snapshot = _one(item.source.snapshots, values["snapshot"])
        if snapshot is None:
            update_evidence(
                item, by=self.user, version=form.version, quote=values["quote"] or None,
                stance=values["stance"], note=values["note"], waiver=values["waiver"],
            )  # fmt: skip
        else:
            update_evidence(
                item, by=self.user, version=form.version, snapshot=snapshot,
                quote=values["quote"], stance=values["stance"], note=values["note"],
                waiver=values["waiver"],
            )  # fmt: skip
        return self.saved("The evidence is saved.", form.do)

    def _save_reading(self, form: DeskForm, key: str) -> HttpResponse:
        item = self._evidence(key)
        if item is not None:
            set_reading(item, by=self.user, **form.cleaned_data)
        return self.saved("The number is typed.", f"evidence-{key}")

    def _save_unread(self, form: DeskForm, key: str) -> HttpResponse:
        item = self._evidence(key)
        if item is not None:
            remove_reading(item, by=self.user)
        return self.saved("The typed number is taken away.", f"evidence-{key}")

    def _save_remove(self, form: DeskForm, key: str) -> HttpResponse:
        item = self._evidence(key)
        if item is not None:
            remove_evidence(item, by=self.user, version=form.version)
        return self.saved("The evidence is taken away. Its history stays.", "evidence")

    def _save_draft(self, form: DeskForm, key: str) -> HttpResponse:
        save_draft(self.row, by=self.user, version=form.version, **form.cleaned_data)
        return self.saved("The draft is saved.", "draft")

    def _save_reply(self, form: DeskForm, key: str) -> HttpResponse:
        record_reply(self.row, by=self.user, **form.cleaned_data)
        return self.saved("The reply is recorded.", "reply")

    def _save_answer(self, form: DeskForm, key: str) -> HttpResponse:
        reply = _one(self.row.replies, key)
        record_reply(self.row, by=self.user, reply=reply, version=form.version, **form.cleaned_data)
        return self.saved("The reply is saved.", "reply")

    def _save_relation(self, form: DeskForm, key: str) -> HttpResponse:
        values = form.cleaned_data
        relation = relate_claims(self.row, values.pop("to_claim"), by=self.user, **values)
        words = "The claims are linked."
        if relation.is_late:
            words += " The link is shown once a second editor confirms it."
        return self.saved(words, "relations")

    def _save_join(self, form: DeskForm, key: str) -> HttpResponse:
        confirm_late(self._relation(key), by=self.user)
        return self.saved("The link is confirmed and shown.", "relations")

    def _save_resolve(self, form: DeskForm, key: str) -> HttpResponse:
        resolve_relation(self._relation(key), by=self.user, **form.cleaned_data)
        return self.saved("The link is resolved.", "relations")

    def _save_act(self, form: DeskForm, code: str) -> HttpResponse:
        if not isinstance(form, forms.ActionForm):
            raise Invalid("there is no such action", field="action")
        told = form.data_told
        if code == "fix_typo" and (live := self.row.live_verdict):
            # Only what differs from the live finding was put right.
            told = {name: text for name, text in told.items() if text != getattr(live, name)}
        perform(
            self.row,
            code,
            by=self.user,
            note=form.cleaned_data.get("note", ""),
            data=told,
            version=form.version,
        )
        return self.saved(DONE.get(code, "Done."), "actions")

    # ---- showing -------------------------------------------------------------------------

    def context(self) -> dict[str, Any]:
        claim = self._for_page()
        user = self.user
        offers = available_actions(claim, user) if role_of(user) else []
        missing = {rule: list(guards.GUARDS[rule](claim, user, {})) for rule in SUBMIT_RULES}
        is_open = claim.state in workflow.OPEN_STATES
        evidence = list(claim.evidence.all())
        live = claim.live_verdict
        draft = getattr(claim, "draft", None)
        return {
            "claim": claim,
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
            "roots_needed": guards.ROOTS_NEEDED,
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
            "evidence": [self._evidence_context(item) for item in evidence],
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
                "evidence__source__snapshots",
                "evidence__source__origin",
                "evidence__snapshot",
                "evidence__reading__measure",
                "replies",
            )
            .get(pk=self.row.pk)
        )  # fmt: skip

    def _offer(self, offer: Any) -> dict[str, Any]:
        code = offer.action.code
        name = f"act-{code}"
        form = self.bound.get(name) or self.build(name)
        refused = bool(self.bound.get(name) and form and form.is_bound and form.errors)
        asks = bool(offer.action.asks or offer.action.note)
        # What the checklist says already is not said twice.
        own = [gap for gap in offer.gaps if gap.rule not in RULES]
        return {
            "code": code,
            "label": offer.action.label,
            "form": form,
            "is_possible": offer.is_possible,
            "gaps": [link_gap(gap, code) for gap in own],
            "listed_count": len(offer.gaps) - len(own),
            # A button alone does it: nothing has to be told.
            "is_one_click": not asks and not refused,
            "is_main": code in ("take", "submit", "publish"),
            "is_open": refused,
        }

    def _evidence_context(self, item: Evidence) -> dict[str, Any]:
        def form(name: str, made: DeskForm) -> DeskForm:
            return self.bound.get(name, made)

        names = {kind: f"{kind}-{item.pk}" for kind in ("evidence", "reading", "remove")}
        evidence = form(names["evidence"], self._evidence_form(item, names["evidence"]))
        reading = form(names["reading"], self._reading_form(item, names["reading"]))
        return {
            "row": item,
            "form": evidence,
            "reading_form": reading,
            "reading": getattr(item, "reading", None),
            "remove": forms.NoFields(name=names["remove"], row_version=item.version),
            "unread": forms.NoFields(name=f"unread-{item.pk}"),
            "is_open": evidence.is_bound,
            "is_reading_open": reading.is_bound,
        }

    def _reply_context(self, reply: ReplyRequest) -> dict[str, Any]:
        name = f"answer-{reply.pk}"
        values = {field: getattr(reply, field) for field in forms.ReplyForm.base_fields}
        form = self.bound.get(name) or forms.ReplyForm(
            name=name, values=values, row_version=reply.version
        )
        return {"row": reply, "form": form, "is_open": form.is_bound}

    def _relations(self, claim: Claim) -> list[dict[str, Any]]:
        links = [(row, row.to_claim) for row in claim.relations_from.select_related("to_claim")] + [
            (row, row.from_claim) for row in claim.relations_to.select_related("from_claim")
        ]
        return [
            {
                "row": row,
                "other": other,
                "join": forms.NoFields(name=f"join-{row.pk}"),
                "resolve": self.bound.get(f"resolve-{row.pk}")
                or forms.ResolveForm(
                    name=f"resolve-{row.pk}",
                    values={"resolution": row.resolution, "note": row.note},
                ),
            }
            for row, other in links
        ]

    def _looked(self) -> dict[str, Any] | None:
        form = self.bound.get("cite")
        return look_up(form) if form is not None and "look" in self.request.POST else None


NUMBERED = ("evidence", "reading", "remove", "unread", "detach", "confirm", "join", "resolve",
            "act", "answer")  # fmt: skip

DONE = {
    "take": "The claim is yours.",
    "release": "The claim is free for others.",
    "assign": "The claim is assigned.",
    "decline": "The claim is declined.",
    "reconsider": "The claim is back among the new ones.",
    "submit": "The claim is in review. A second person publishes it.",
    "return": "The claim is returned to its author.",
    "recall": "The claim is with you again.",
    "publish": "Published.",
    "fix_typo": "The spelling is put right.",
    "reopen": "The claim is reopened and yours.",
    "reaffirm": "The finding is reaffirmed.",
    "propose_retraction": "The retraction is proposed. A second editor carries it out.",
    "retract": "The finding is retracted.",
    "propose_take_down": "The take-down is proposed. A second editor carries it out.",
    "take_down": "The claim is taken down.",
    "withdraw_proposal": "The proposal is withdrawn.",
}

# Anchors of the page that are not fields of an action's own form.
ASK_NAMES = {ask.value for ask in Ask} | {"note"}


def link_gap(gap: Gap, code: str) -> Gap:
    """Points a gap of an action at that action's own field."""
    if gap.field in ASK_NAMES:
        return Gap(gap.words, f"act-{code}-{gap.field}", gap.rule)
    if gap.field.startswith("fix-"):
        return Gap(gap.words, f"act-{code}-{gap.field.removeprefix('fix-')}", gap.rule)
    return gap


def look_up(form: DeskForm) -> dict[str, Any]:
    """Returns what is known about the address in a form: {"words", "source"}."""
    from sources.errors import Refused  # beside its only use
    from sources.operations import find_source

    url = form.written("url")
    if not url:
        return {"words": "Paste an address first.", "source": None}
    try:
        source = find_source(url)
    except Refused as refused:
        return {"words": str(refused), "source": None}
    if source is None:
        return {"words": "This address is not known yet: say what it is.", "source": None}
    count = source.snapshots.count()
    copies = f"{count} frozen cop{'y' if count == 1 else 'ies'}"
    return {"words": f"This address is known, with {copies}:", "source": source}


def source_and_copy(cleaned: dict[str, Any], *, by: Any) -> tuple[Any, Any, bool]:
    """Returns the source that a form chose or described, its new snapshot, and whether it is new."""
    if cleaned.get("source"):
        return cleaned["source"], kept_snapshot(cleaned["source"], cleaned, by=by), False
    if not (cleaned.get("url") or cleaned.get("title")):
        raise Invalid("choose a source, or paste its address", field="url")
    return cited_source(cleaned, by=by)


def number_values(row: Any, form_class: type[DeskForm]) -> dict[str, Any]:
    """Returns the values of a typed fact; bounds that a number implies are left out."""
    values = {name: getattr(row, name) for name in form_class.base_fields}
    if "comparator" in values and values["comparator"] != Comparator.BETWEEN:
        values["lower"] = values["upper"] = None
    for name in ("value", "lower", "upper"):
        if name in values and hasattr(values[name], "normalize"):
            values[name] = f"{values[name].normalize():f}"
    return values


def stated_words(row: Occurrence) -> str:
    """Returns the number as a statement has it: "at least 1,000", "20 to 30"; "" for none."""
    lower, upper = row.stated_lower, row.stated_upper
    if lower is None:
        return f"at most {number_words(upper)}" if upper is not None else ""
    if upper is None:
        return f"at least {number_words(lower)}"
    if lower == upper:
        return number_words(lower)
    return f"{number_words(lower)} to {number_words(upper)}"


def _one(rows: Any, key: Any) -> Any:
    """Returns the row with this id among some rows; None for anything else."""
    pk = row_key(key)
    return None if pk is None else rows.filter(pk=pk).first()


class ClaimAddPage(DeskPage):
    """A new claim, with or without the statement that makes it."""

    template_name = "desk/row.html"

    def form_names(self) -> list[str]:
        return ["row"]

    def build(self, name: str, data: Any = None, files: Any = None) -> DeskForm | None:
        if name != "row":
            return None
        statement = _one(Statement.objects.all(), self.request.GET.get("statement"))
        return forms.ClaimAddForm(data, name=name, values={"statement": statement})

    def carry_out(self, form: DeskForm) -> HttpResponse:
        claim = add_claim(by=self.user, **form.cleaned_data)
        return self.saved("The claim is taken out. Take it to work on it.", row=claim)
