"""Every change that touches more than its own row: checked, in one transaction, in words.

Callers import from here. Each operation takes the acting person as `by`, raises
`sources.errors.Refused` when it cannot be done, and changes nothing then.
"""

from statements.operations.actions import Offer, available_actions, perform
from statements.operations.agreements import (
    confirm_agreement_event,
    confirm_violation,
    record_agreement_event,
    record_violation,
    save_agreement,
)
from statements.operations.claims import (
    add_claim,
    attach_occurrence,
    detach_occurrence,
    record_reply,
    schedule_review,
    set_commitment,
    set_detail,
    set_quantity,
    set_status,
    tag_claim,
    update_claim,
)
from statements.operations.contradictions import find_contradictions
from statements.operations.counting import cite_series
from statements.operations.evidence import (
    attach_evidence,
    remove_evidence,
    remove_reading,
    set_reading,
    update_evidence,
)
from statements.operations.history import faults_of
from statements.operations.late import confirm_late
from statements.operations.pages import save_policy_page
from statements.operations.rechecks import close_recheck, open_due_rechecks, open_rechecks
from statements.operations.relations import relate_claims, resolve_relation, withdraw_relation
from statements.operations.statements import (
    add_occasion,
    add_speaker_role,
    confirm_statement_correction,
    link_appearance,
    propose_statement_correction,
    record_statement,
    save_speaker,
    unlink_appearance,
    update_statement,
    withdraw_statement_correction,
)
from statements.operations.verdicts import save_draft

__all__ = [
    "Offer",
    "add_claim",
    "add_occasion",
    "add_speaker_role",
    "attach_evidence",
    "attach_occurrence",
    "available_actions",
    "cite_series",
    "close_recheck",
    "confirm_agreement_event",
    "confirm_late",
    "confirm_statement_correction",
    "confirm_violation",
    "detach_occurrence",
    "faults_of",
    "find_contradictions",
    "link_appearance",
    "open_due_rechecks",
    "open_rechecks",
    "perform",
    "propose_statement_correction",
    "record_agreement_event",
    "record_reply",
    "record_statement",
    "record_violation",
    "relate_claims",
    "remove_evidence",
    "remove_reading",
    "resolve_relation",
    "save_agreement",
    "save_draft",
    "save_policy_page",
    "save_speaker",
    "schedule_review",
    "set_commitment",
    "set_detail",
    "set_quantity",
    "set_reading",
    "set_status",
    "tag_claim",
    "unlink_appearance",
    "update_claim",
    "update_evidence",
    "update_statement",
    "withdraw_relation",
    "withdraw_statement_correction",
]
