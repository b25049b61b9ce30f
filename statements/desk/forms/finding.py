"""The draft of a finding, the reply, and links of claims."""

from __future__ import annotations

from typing import Any

from django import forms

from sources.admin.fields import DayField, area, choices
from sources.admin.forms import DeskForm
from statements.desk.forms.fields import claim_field
from statements.models import Claim
from statements.models.verdict import FINDING_LENGTH
from statements.vocabulary import (
    REVISION_CHOICES,
    ClaimKind,
    CommitmentStatus,
    Reason,
    RelationKind,
    RelationResolution,
    ReplyOutcome,
    VerdictCode,
)


class DraftForm(DeskForm):
    code = forms.ChoiceField(
        required=False,
        label="Verdict",
        choices=[("", "Not yet"), *VerdictCode.choices],
        widget=forms.RadioSelect,
    )
    commitment_status = forms.ChoiceField(
        required=False,
        choices=[("", "Not yet"), *CommitmentStatus.choices],
        widget=forms.RadioSelect,
    )
    finding = forms.CharField(
        required=False,
        widget=area(2, **{"data-most": str(FINDING_LENGTH)}),
        help_text=f"What we found, in one sentence of {FINDING_LENGTH} characters at most",
    )
    rationale = forms.CharField(required=False, widget=area(8), help_text="How we came to it")
    reasons = forms.MultipleChoiceField(
        required=False, choices=Reason.choices, widget=forms.CheckboxSelectMultiple
    )
    would_change = forms.CharField(
        required=False,
        widget=area(2),
        label="What would change it",
        help_text="What evidence would change this finding",
    )
    as_of = DayField(
        required=False, label="As of", help_text="The day up to which the evidence was looked at"
    )
    single_source_reason = forms.CharField(
        required=False,
        widget=area(2),
        help_text="Why one primary source is enough, when there is only one. Public.",
    )
    search_log = forms.CharField(
        required=False,
        widget=area(2),
        help_text="For “unproven”: where you looked in vain. Public.",
    )
    revision_kind = forms.ChoiceField(
        required=False,
        label="Kind of revision",
        choices=[("", "Not yet"), *((code.value, code.label) for code in REVISION_CHOICES)],
    )
    public_note = forms.CharField(
        required=False, widget=area(2), help_text="What changed, for the public"
    )

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        commits = claim.kind == ClaimKind.COMMITMENT
        held = kwargs.get("values") or {}
        out = ("commitment_status", "code")[commits]
        if not held.get(out):
            del self.fields[out]
        if not claim.was_published:
            del self.fields["revision_kind"], self.fields["public_note"]


class ReplyForm(DeskForm):
    outcome = forms.ChoiceField(choices=choices(ReplyOutcome), initial=ReplyOutcome.PENDING)
    asked_on = DayField(required=False)
    channel = forms.CharField(
        required=False, max_length=200, help_text="For example: press office, by e-mail"
    )
    due_on = DayField(required=False, label="Answer due on")
    answer = forms.CharField(required=False, widget=area(3), help_text="What they answered")
    reason = forms.CharField(
        required=False, widget=area(2), help_text="When not sought: why. Public."
    )


class RelationForm(DeskForm):
    to_claim = claim_field("statements.claimrelation.to_claim", label="The other claim")
    kind = forms.ChoiceField(choices=choices(RelationKind), label="This claim")
    resolution = forms.ChoiceField(
        choices=choices(RelationResolution), initial=RelationResolution.OPEN
    )
    note = forms.CharField(required=False, widget=area(2))


class ResolveForm(DeskForm):
    resolution = forms.ChoiceField(choices=choices(RelationResolution))
    note = forms.CharField(widget=area(2), help_text="How it was resolved")
