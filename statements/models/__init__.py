"""Statements, the claims inside them, and what was found (DOMAIN §1)."""

from statements.models.agreement import (
    Agreement,
    AgreementEvent,
    AgreementEventConfirmation,
    StatusDetail,
)
from statements.models.anchor import AnchorCheck
from statements.models.claim import Claim
from statements.models.commitment import CommitmentDetail
from statements.models.correction import Correction
from statements.models.evidence import Evidence
from statements.models.history import ImportedRow, ImportRun, StateChange
from statements.models.occasion import Occasion
from statements.models.occurrence import Occurrence
from statements.models.page import PolicyPage
from statements.models.position import Position
from statements.models.quantity import QuantityDetail, Reading
from statements.models.recheck import Recheck
from statements.models.relation import ClaimRelation
from statements.models.reply import ReplyRequest
from statements.models.review import ExternalReview
from statements.models.search import (
    FacetCount,
    JointCount,
    PublicDocument,
    PublicWord,
    StaffDocument,
    StaffWord,
)
from statements.models.site import Site
from statements.models.speaker import Speaker, SpeakerRole
from statements.models.statement import Appearance, Statement, StatementCorrection
from statements.models.topic import Topic
from statements.models.verdict import Citation, Draft, Verdict
from statements.models.violation import AgreementViolation, AgreementViolationConfirmation

__all__ = [
    "Agreement",
    "AgreementEvent",
    "AgreementEventConfirmation",
    "AgreementViolation",
    "AgreementViolationConfirmation",
    "AnchorCheck",
    "Appearance",
    "Citation",
    "Claim",
    "ClaimRelation",
    "CommitmentDetail",
    "Correction",
    "Draft",
    "Evidence",
    "ExternalReview",
    "FacetCount",
    "ImportRun",
    "ImportedRow",
    "JointCount",
    "Occasion",
    "Occurrence",
    "PolicyPage",
    "Position",
    "PublicDocument",
    "PublicWord",
    "QuantityDetail",
    "Reading",
    "Recheck",
    "ReplyRequest",
    "Site",
    "Speaker",
    "SpeakerRole",
    "StaffDocument",
    "StaffWord",
    "StateChange",
    "Statement",
    "StatementCorrection",
    "StatusDetail",
    "Topic",
    "Verdict",
]
