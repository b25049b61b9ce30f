"""The forms of claims, statements and agreements."""

from statements.desk.forms.actions import ActionForm, ask_field, checkers
from statements.desk.forms.agreement import AgreementForm, EventForm, ViolationForm
from statements.desk.forms.claim import (
    ClaimAddForm,
    NewClaimForm,
    ReviewForm,
    TopicsForm,
    WordingForm,
)
from statements.desk.forms.evidence import AttachForm, CiteForm, EvidenceForm, UseForm
from statements.desk.forms.facts import (
    DETAIL_FORMS,
    ClaimQuantityForm,
    CommitmentForm,
    QuantityForm,
    StatusForm,
)
from statements.desk.forms.fields import (
    EDTF_HELP,
    STATUS_CHOICES,
    NoFields,
    claim_field,
    speaker_field,
    statement_field,
)
from statements.desk.forms.finding import DraftForm, RelationForm, ReplyForm, ResolveForm
from statements.desk.forms.inbox import AnswerForm, CloseForm
from statements.desk.forms.statement import (
    AppearanceForm,
    CorrectionForm,
    NewStatementForm,
    StatementForm,
)

__all__ = [
    "DETAIL_FORMS",
    "EDTF_HELP",
    "STATUS_CHOICES",
    "ActionForm",
    "AgreementForm",
    "AnswerForm",
    "AppearanceForm",
    "AttachForm",
    "CiteForm",
    "ClaimAddForm",
    "ClaimQuantityForm",
    "CloseForm",
    "CommitmentForm",
    "CorrectionForm",
    "DraftForm",
    "EventForm",
    "EvidenceForm",
    "NewClaimForm",
    "NewStatementForm",
    "NoFields",
    "QuantityForm",
    "RelationForm",
    "ReplyForm",
    "ResolveForm",
    "ReviewForm",
    "StatementForm",
    "StatusForm",
    "TopicsForm",
    "UseForm",
    "ViolationForm",
    "WordingForm",
    "ask_field",
    "checkers",
    "claim_field",
    "speaker_field",
    "statement_field",
]
