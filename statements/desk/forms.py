"""The forms of claims, statements and agreements."""

from __future__ import annotations

from typing import Any

from django import forms

from sources.admin.fields import DayField, RowField, RowsField, area, choices
from sources.admin.forms import DeskForm
from sources.admin.source import SnapshotForm, WorkForm
from sources.models import Measure, Place, Publisher, Source
from statements.models import Agreement, AgreementEvent, Claim, Speaker, Statement, Topic
from statements.models.claim import SHORT_TEXT_LENGTH
from statements.models.verdict import FINDING_LENGTH
from statements.vocabulary import (
    AXIS_VALUES,
    REVISION_CHOICES,
    AgreementKind,
    AgreementRecord,
    AgreementScope,
    Axis,
    ClaimKind,
    CommitmentStatus,
    Comparator,
    DeclineReason,
    Fidelity,
    Monitoring,
    PeriodCounts,
    Reason,
    RelationKind,
    RelationResolution,
    ReplyOutcome,
    SpeakerKind,
    Stance,
    VerdictCode,
)
from statements.vocabulary import (
    AgreementForm as Form,
)
from statements.workflow import Action, Ask

STATUS_CHOICES = [
    ("", "Choose a value"),
    *((str(Axis(axis).label), list(values.choices)) for axis, values in AXIS_VALUES.items()),
]
EDTF_HELP = "2025-03-27, 2025-03 or 2025-03~ (about), 2025-03-18/2025-03-27 (a period)"


def speaker_field(source: str, **kwargs: Any) -> RowField:
    return RowField(Speaker.objects.all(), names=("name", "aliases"), source=source, **kwargs)


def statement_field(**kwargs: Any) -> RowField:
    return RowField(
        Statement.objects.select_related("speaker"),
        names=("text", "speaker__name"),
        source="statements.occurrence.statement",
        **kwargs,
    )


def claim_field(source: str, **kwargs: Any) -> RowField:
    return RowField(Claim.objects.all(), names=("short_text", "text"), source=source, **kwargs)


class NoFields(DeskForm):
    """A button with a version."""


class WordingForm(DeskForm):
    text = forms.CharField(
        label="Claim",
        widget=area(3),
        help_text="The assertion in neutral words, checkable as it stands",
    )
    short_text = forms.CharField(
        label="Short form",
        required=False,
        help_text=f"For lists and search engines, {SHORT_TEXT_LENGTH} characters, no verdict words",
        widget=forms.TextInput(attrs={"data-most": str(SHORT_TEXT_LENGTH)}),
    )
    kind = forms.ChoiceField(
        choices=choices(ClaimKind),
        initial=ClaimKind.OTHER,
        help_text="Another kind drops the typed fact",
    )
    language = forms.CharField(required=False, max_length=35, help_text="BCP 47 code: en, uk")
    show_as_open = forms.BooleanField(
        required=False,
        label="Announce",
        help_text="Show in public as “being checked” before there is a finding",
    )


class TopicsForm(DeskForm):
    topics = forms.ModelMultipleChoiceField(
        Topic.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )


class ReviewForm(DeskForm):
    on = DayField(
        required=False, label="Look again on", help_text="When the finding may be out of date"
    )


class NewClaimForm(DeskForm):
    text = forms.CharField(
        label="Claim",
        widget=area(3),
        help_text="One checkable assertion in our neutral words",
    )
    short_text = forms.CharField(
        label="Short form",
        required=False,
        help_text=f"{SHORT_TEXT_LENGTH} characters at most; may be left empty for a short claim",
    )
    kind = forms.ChoiceField(choices=choices(ClaimKind), initial=ClaimKind.OTHER)
    topics = forms.ModelMultipleChoiceField(
        Topic.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )


class ClaimAddForm(NewClaimForm):
    statement = statement_field(
        required=False, label="Statement that makes it", help_text="May be attached later"
    )


# ---- typed facts ----------------------------------------------------------------------------


class QuantityForm(DeskForm):
    measure = RowField(
        Measure.objects.all(), names=("name", "code"), source="sources.series.measure"
    )
    comparator = forms.ChoiceField(choices=choices(Comparator), initial=Comparator.EXACTLY)
    value = forms.DecimalField(
        required=False, max_digits=18, decimal_places=4, help_text="The number as said"
    )
    lower = forms.DecimalField(
        required=False, max_digits=18, decimal_places=4, help_text="Only with “between”"
    )
    upper = forms.DecimalField(
        required=False, max_digits=18, decimal_places=4, help_text="Only with “between”"
    )
    period_edtf = forms.CharField(
        required=False, max_length=60, label="Period", help_text="2025-03-18/2025-03-27"
    )
    period_counts = forms.ChoiceField(
        choices=choices(PeriodCounts), initial=PeriodCounts.CALENDAR_DAYS, label="Days are"
    )
    period_time_zone = forms.CharField(
        required=False, max_length=60, label="Time zone", help_text="Whose days: Europe/Kyiv"
    )
    place = RowField(
        Place.objects.all(), names=("name", "code"), source="statements.statement.place",
        required=False,
    )  # fmt: skip
    counted_by = RowField(
        Publisher.objects.all(), names=("name", "domain"), source="sources.source.publisher",
        required=False,
    )  # fmt: skip


class ClaimQuantityForm(QuantityForm):
    since_event = forms.ModelChoiceField(
        AgreementEvent.objects.select_related("agreement", "party"),
        required=False,
        empty_label="No event",
        label="Since the event",
        help_text="The event that the window hangs on, for “since then”",
    )


class StatusForm(DeskForm):
    agreement = RowField(Agreement.objects.all(), source="statements.agreementevent.agreement")
    axis = forms.ChoiceField(choices=choices(Axis), initial=Axis.PARTY_POSITION)
    value = forms.ChoiceField(choices=STATUS_CHOICES)
    party = speaker_field(
        "statements.agreementevent.party",
        required=False,
        help_text="For a position or compliance; none for the state of the agreement",
    )
    as_of = DayField(label="As of")


class CommitmentForm(DeskForm):
    committed_by = speaker_field("statements.statement.speaker", label="Who")
    deliverable = forms.CharField(max_length=500, label="Will deliver")
    due_on = DayField(required=False, label="By", help_text="Empty when no day was named")


DETAIL_FORMS: dict[str, type[DeskForm]] = {
    ClaimKind.QUANTITY: ClaimQuantityForm,
    ClaimKind.STATUS: StatusForm,
    ClaimKind.COMMITMENT: CommitmentForm,
}


# ---- statements and evidence ----------------------------------------------------------------


class AttachForm(DeskForm):
    statement = statement_field(help_text="Begin to type the words or the speaker")
    stated_lower = forms.DecimalField(
        required=False, max_digits=18, decimal_places=4, label="Number as said there",
        help_text="May be left empty",
    )  # fmt: skip
    stated_upper = forms.DecimalField(
        required=False, max_digits=18, decimal_places=4, label="to", help_text="For a range"
    )


class CiteForm(WorkForm, SnapshotForm):
    """A source, its frozen copy and what it shows, in one go."""

    source = RowField(
        Source.objects.all(),
        names=("title", "url"),
        source="statements.evidence.source",
        required=False,
        label="A source we know",
        help_text="By title. Or give the address of any source below.",
    )
    stance = forms.ChoiceField(choices=choices(Stance, empty="Choose which way it points"))
    quote = forms.CharField(
        required=False,
        widget=area(3),
        help_text="The words it rests on, exactly as they stand in the text of the source",
    )
    note = forms.CharField(
        required=False, widget=area(2), help_text="What it shows, in our words. Public."
    )
    waiver = forms.CharField(
        required=False,
        widget=area(2),
        label="Why there is no copy",
        help_text="Only when neither text nor file can be kept. Public.",
    )
    field_order = ["source", "url", "title", "publisher", "published_on", "kind", "directness",
                   "author", "language", "origin", "text", "file", "archive_url",
                   "stance", "quote", "note", "waiver"]  # fmt: skip


class EvidenceForm(DeskForm):
    stance = forms.ChoiceField(choices=choices(Stance))
    snapshot = forms.ChoiceField(required=False, label="Frozen copy")
    quote = forms.CharField(required=False, widget=area(3))
    note = forms.CharField(required=False, widget=area(2))
    waiver = forms.CharField(required=False, widget=area(2), label="Why there is no copy")

    def __init__(self, *args: Any, snapshots: list[Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if snapshots is not None:
            field: Any = self.fields["snapshot"]
            field.choices = [
                ("", "None"),
                *(
                    (str(row.pk), f"{row.captured_at:%d %b %Y}, {row.sha256[:8]}")
                    for row in snapshots
                ),
            ]


# ---- the finding ----------------------------------------------------------------------------


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


# ---- actions --------------------------------------------------------------------------------


class ActionForm(DeskForm):
    """What an action asks for: its note, and a field per `Ask` of its row."""

    def __init__(self, *args: Any, rows: tuple[Action, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = rows[0]
        asks = dict.fromkeys(ask for row in rows for ask in row.asks)
        for ask in asks:
            self.fields[ask.value] = ask_field(ask)
        note = next((row.note for row in rows if row.note), "")
        if note or not asks:
            self.fields["note"] = forms.CharField(
                required=False,
                label="Note",
                widget=area(2),
                help_text=(note[:1].upper() + note[1:])
                if note
                else "For the history; may be empty",
            )

    @property
    def data_told(self) -> dict[str, Any]:
        told = {}
        for name, value in self.cleaned_data.items():
            if name == "note" or value in (None, ""):
                continue
            if name == Ask.ASSIGNEE:
                value = value.get_username()
            elif name == Ask.TARGET:
                value = value.public_id
            told[name] = value
        return told


def ask_field(ask: Ask) -> forms.Field:
    """Returns the field for something that an action asks for."""
    match ask:
        case Ask.ASSIGNEE:
            return forms.ModelChoiceField(
                checkers(), required=False, empty_label="Choose a colleague", label="Assign to"
            )
        case Ask.REASON:
            return forms.ChoiceField(
                choices=choices(DeclineReason, empty="Choose a reason"),
                required=False,
                label="Reason",
            )
        case Ask.TARGET:
            return claim_field(
                "statements.claim.duplicate_of",
                required=False,
                label="Claim that this one repeats",
                help_text="Only for a duplicate",
            )
        case Ask.PUBLISHED_AT:  # of a command's action: nobody at the desk is asked
            return forms.DateTimeField(required=False)
        case Ask.KIND:
            return forms.ChoiceField(
                choices=[
                    ("", "As written in the draft"),
                    *((code.value, code.label) for code in REVISION_CHOICES),
                ],
                required=False,
                label="Kind of revision",
            )
        case Ask.AS_OF:
            return DayField(
                required=False, label="As of", help_text="The day up to which you looked"
            )
        case Ask.PUBLIC_NOTE:
            return forms.CharField(
                required=False, widget=area(2), help_text="What changed, for the public"
            )
        case Ask.FINDING | Ask.RATIONALE | Ask.WOULD_CHANGE:
            return forms.CharField(
                required=False,
                widget=area(3),
                label=ask.value.replace("_", " ").capitalize(),
                help_text="With the spelling put right; leave empty to keep it",
            )


def checkers() -> Any:
    """Returns the active people to whom a claim can be assigned."""
    from django.contrib.auth.models import User  # models are loaded by now

    return (
        User.objects.filter(is_active=True, groups__name__in=("checker", "editor"))
        .distinct()
        .order_by("username")
    )


# ---- statements -----------------------------------------------------------------------------


class StatementForm(DeskForm):
    speaker = speaker_field("statements.statement.speaker")
    text = forms.CharField(
        label="Words", widget=area(4), help_text="The speaker's words, never reworded"
    )
    fidelity = forms.ChoiceField(choices=choices(Fidelity), initial=Fidelity.VERBATIM)
    language = forms.CharField(required=False, max_length=35, help_text="BCP 47 code: en, uk")
    said_edtf = forms.CharField(required=False, max_length=60, label="Said on", help_text=EDTF_HELP)
    said_words = forms.CharField(
        required=False,
        max_length=100,
        label="Date as the source says it",
        help_text="For example “yesterday”",
    )
    occasion = RowField(
        Statement.occasion.field.related_model._default_manager.all(),
        names=("title",),
        source="statements.statement.occasion",
        required=False,
        may_be_new=True,
        help_text="Meeting, speech or post; an unknown one is added",
    )
    place = RowField(
        Place.objects.all(),
        names=("name", "code"),
        source="statements.statement.place",
        required=False,
    )


class NewStatementForm(StatementForm):
    speaker = RowField(
        Speaker.objects.all(),
        names=("name", "aliases"),
        source="statements.statement.speaker",
        may_be_new=True,
        help_text="Begin to type the name",
    )
    is_new_speaker = forms.BooleanField(
        required=False,
        label="Add this speaker",
        help_text="Tick when nobody of this name is known yet",
    )
    speaker_kind = forms.ChoiceField(
        choices=choices(SpeakerKind), initial=SpeakerKind.PERSON, label="A new speaker is a"
    )
    field_order = ["speaker", "is_new_speaker", "speaker_kind", "text", "fidelity", "language",
                   "said_edtf", "said_words", "occasion", "place"]  # fmt: skip


class AppearanceForm(WorkForm, SnapshotForm):
    """The source in which a statement's words stand."""

    source = RowField(
        Source.objects.all(),
        names=("title", "url"),
        source="statements.appearance.source",
        required=False,
        label="A source we know",
        help_text="By title. Or give the address of any source below.",
    )
    quote = forms.CharField(
        required=False,
        widget=area(3),
        label="Where the words stand",
        help_text="Words to find in the text of the source; empty: the statement's own words",
    )
    is_first = forms.BooleanField(
        required=False, label="First appearance", help_text="Where it was said or printed first"
    )
    time_code_seconds = forms.IntegerField(
        required=False, min_value=0, label="Time code in seconds", help_text="Audio and video"
    )
    field_order = ["source", "url", "title", "publisher", "published_on", "kind", "directness",
                   "author", "language", "origin", "text", "file", "archive_url",
                   "quote", "is_first", "time_code_seconds"]  # fmt: skip


class CorrectionForm(DeskForm):
    """What two editors may put right in a published statement."""

    speaker = speaker_field("statements.statement.speaker")
    text = forms.CharField(label="Words", widget=area(4))
    said_edtf = forms.CharField(required=False, max_length=60, label="Said on", help_text=EDTF_HELP)
    explanation = forms.CharField(widget=area(2), help_text="What was wrong, for the public")


# ---- agreements -----------------------------------------------------------------------------


class AgreementForm(DeskForm):
    name = forms.CharField(max_length=200)
    description = forms.CharField(required=False, widget=area(3))
    kind = forms.ChoiceField(choices=choices(AgreementKind))
    scope = forms.ChoiceField(choices=choices(AgreementScope), initial=AgreementScope.ALL)
    form = forms.ChoiceField(choices=choices(Form), initial=Form.BILATERAL)
    record = forms.ChoiceField(choices=choices(AgreementRecord), initial=AgreementRecord.WRITTEN)
    parties = RowsField(
        Speaker.objects.all(), names=("name", "aliases"), required=False,
        help_text="Names of speakers, one a line",
    )  # fmt: skip
    mediators = RowsField(
        Speaker.objects.all(), names=("name", "aliases"), required=False,
        help_text="Names of speakers, one a line",
    )  # fmt: skip
    duration_days = forms.IntegerField(required=False, min_value=0, max_value=2_000_000_000)
    proposed_on = DayField(required=False)
    announced_on = DayField(required=False)
    effective_from = DayField(required=False)
    expires_on = DayField(required=False)
    monitoring = forms.ChoiceField(choices=choices(Monitoring), initial=Monitoring.NONE)
    text_source = RowField(
        Source.objects.all(),
        names=("title", "url"),
        source="statements.agreement.text_source",
        required=False,
        help_text="Where its text can be read",
    )


class EventForm(DeskForm):
    happened_on = DayField(label="Day")
    axis = forms.ChoiceField(choices=choices(Axis), initial=Axis.PARTY_POSITION)
    value = forms.ChoiceField(choices=STATUS_CHOICES)
    party = speaker_field(
        "statements.agreementevent.party",
        required=False,
        help_text="For a position or compliance; none for the state of the agreement",
    )
    source = RowField(
        Source.objects.all(),
        names=("title", "url"),
        source="statements.agreementevent.source",
        help_text="By title or address",
    )
    note = forms.CharField(required=False, widget=area(2))
    supersedes = forms.ModelChoiceField(
        AgreementEvent.objects.none(),
        required=False,
        empty_label="None",
        help_text="When this is a better version of an event recorded before",
    )
