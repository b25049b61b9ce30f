"""Codes of the domain and the facts about each code (DOMAIN §1 to §5). Codes never change.

Facts about a code (label, icon, rating number, colour name) are columns of a table here, and a
test compares every enum with its table, so that a new member cannot be forgotten quietly.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices


class SpeakerKind(TextChoices):
    PERSON = "person", "Person"
    ORGANISATION = "organisation", "Organisation"


class Fidelity(TextChoices):
    """How near a statement's text is to what was said."""

    VERBATIM = "verbatim", "Verbatim"
    PARTIAL_QUOTE = "partial_quote", "Partial quote"
    PARAPHRASE = "paraphrase", "Paraphrase"
    TRANSLATION = "translation", "Translation"


# A paraphrase is never shown in quotation marks (DOMAIN §1).
QUOTED_FIDELITIES = (Fidelity.VERBATIM, Fidelity.PARTIAL_QUOTE, Fidelity.TRANSLATION)


class ClaimKind(TextChoices):
    QUANTITY = "quantity", "Quantity"
    STATUS = "status", "Status"
    EVENT = "event", "Event"
    COMMITMENT = "commitment", "Commitment"
    ATTRIBUTION = "attribution", "Attribution"
    OTHER = "other", "Other"


class State(TextChoices):
    """Where the work on a claim stands; not what was found."""

    NEW = "new", "New"
    RESEARCHING = "researching", "Researching"
    IN_REVIEW = "in_review", "In review"
    PUBLISHED = "published", "Published"
    REOPENED = "reopened", "Reopened"
    DECLINED = "declined", "Declined"
    RETRACTED = "retracted", "Retracted"
    TAKEN_DOWN = "taken_down", "Taken down"


class PublicState(TextChoices):
    """Where the work on a claim stands, as far as the public may know it (DOMAIN §4)."""

    PUBLISHED = "published", "Checked"
    RECHECKING = "rechecking", "Being re-checked"
    RETRACTED = "retracted", "Retracted"
    CHECKING = "checking", "Being checked"


class VerdictCode(TextChoices):
    ACCURATE = "accurate", "True"
    MOSTLY_ACCURATE = "mostly_accurate", "Mostly true"
    MIXED = "mixed", "Mixed"
    MOSTLY_INACCURATE = "mostly_inaccurate", "Mostly false"
    INACCURATE = "inaccurate", "False"
    UNPROVEN = "unproven", "Unproven"


@dataclass(frozen=True, slots=True)
class Rating:
    """What belongs to a verdict code: number on the scale, icon, and when it is used."""

    number: int | None  # None: off the scale (schema.org ratingValue is left out)
    icon: str
    use_when: str


RATINGS: dict[str, Rating] = {
    VerdictCode.ACCURATE: Rating(5, "check", "The claim holds and nothing important is missing."),
    VerdictCode.MOSTLY_ACCURATE: Rating(
        4, "check-dot", "The claim holds but needs a clarification."
    ),
    VerdictCode.MIXED: Rating(3, "half", "There are real elements of both."),
    VerdictCode.MOSTLY_INACCURATE: Rating(
        2, "cross-dot", "An element is true, but the point made is wrong or misleading."
    ),
    VerdictCode.INACCURATE: Rating(1, "cross", "The claim does not hold."),
    VerdictCode.UNPROVEN: Rating(
        None, "question", "Evidence is missing or contradictory; the burden is on the speaker."
    ),
}
WORST_RATING, BEST_RATING = 1, 5


class Reason(TextChoices):
    """Why a claim is not simply true: set beside the verdict code, any number of them."""

    MISSING_CONTEXT = "missing_context", "Missing context"
    EXAGGERATED = "exaggerated", "Exaggerated"
    UNDERSTATED = "understated", "Understated"
    WRONG_FIGURE = "wrong_figure", "Wrong figure"
    WRONG_DATE = "wrong_date", "Wrong date"
    WRONG_ATTRIBUTION = "wrong_attribution", "Wrong attribution"
    DEFINITION_DEPENDENT = "definition_dependent", "Depends on the definition"
    NOT_COMPARABLE = "not_comparable", "Not comparable"
    OUTDATED = "outdated", "Outdated"
    CONFLICTING_SOURCES = "conflicting_sources", "Conflicting sources"
    NO_EVIDENCE = "no_evidence", "No evidence"


class CommitmentStatus(TextChoices):
    """What became of a commitment: in place of a verdict code, and no truth rating."""

    NOT_STARTED = "not_started", "Not started"
    IN_PROGRESS = "in_progress", "In progress"
    STALLED = "stalled", "Stalled"
    FULFILLED = "fulfilled", "Fulfilled"
    PARTLY_FULFILLED = "partly_fulfilled", "Partly fulfilled"
    NOT_FULFILLED = "not_fulfilled", "Not fulfilled"
    UNCLEAR = "unclear", "Unclear"


# What became of it is not decided yet: past its day, somebody looks again.
UNSETTLED_COMMITMENTS = (
    CommitmentStatus.NOT_STARTED,
    CommitmentStatus.IN_PROGRESS,
    CommitmentStatus.STALLED,
    CommitmentStatus.UNCLEAR,
)


class Comparator(TextChoices):
    EXACTLY = "exactly", "Exactly"
    ABOUT = "about", "About"
    AT_LEAST = "at_least", "At least"
    MORE_THAN = "more_than", "More than"
    AT_MOST = "at_most", "At most"
    LESS_THAN = "less_than", "Less than"
    BETWEEN = "between", "Between"


class PeriodCounts(TextChoices):
    """What the days of a period are: a night crosses midnight and is named by its morning."""

    CALENDAR_DAYS = "calendar_days", "Calendar days"
    NIGHTS = "nights", "Nights, named by their morning"


class Outcome(TextChoices):
    """What a comparison of counts with a claim says. It advises; it never sets a verdict."""

    COMPATIBLE = "compatible", "Compatible"
    ABOVE_CLAIM = "above_claim", "Above the claim"
    BELOW_CLAIM = "below_claim", "Below the claim"
    NOT_COMPARABLE = "not_comparable", "Not comparable"


class Mismatch(TextChoices):
    """Why counts cannot be held against a claim."""

    MEASURE = "measure", "Something else is counted"
    COUNTING_RULE = "counting_rule", "Another counting rule"
    COUNTER = "counter", "Another counter"
    PLACE = "place", "Another place"
    PERIOD = "period", "Another period"
    MISSING_DAYS = "missing_days", "Days are missing"
    NOT_ADDITIVE = "not_additive", "Counts that are not added up"


class AgreementKind(TextChoices):
    HUMANITARIAN_PAUSE = "humanitarian_pause", "Humanitarian pause"
    CESSATION_OF_HOSTILITIES = "cessation_of_hostilities", "Cessation of hostilities"
    PRELIMINARY_CEASEFIRE = "preliminary_ceasefire", "Preliminary ceasefire"
    DEFINITIVE_CEASEFIRE = "definitive_ceasefire", "Definitive ceasefire"
    SECTORAL_CEASEFIRE = "sectoral_ceasefire", "Sectoral ceasefire"
    ARMISTICE = "armistice", "Armistice"


class AgreementScope(TextChoices):
    ALL = "all", "All"
    ENERGY = "energy", "Energy"
    INFRASTRUCTURE = "infrastructure", "Infrastructure"
    MARITIME = "maritime", "Maritime"
    AIR = "air", "Air"
    LAND = "land", "Land"


class AgreementForm(TextChoices):
    UNILATERAL = "unilateral", "Unilateral"
    BILATERAL = "bilateral", "Bilateral"
    MULTILATERAL = "multilateral", "Multilateral"


class AgreementRecord(TextChoices):
    WRITTEN = "written", "Written"
    VERBAL = "verbal", "Verbal"


class Monitoring(TextChoices):
    NONE = "none", "None"
    PARTIES = "parties", "By the parties"
    THIRD_PARTY = "third_party", "By a third party"


class Axis(TextChoices):
    """The three sides of an agreement's status, never merged (DOMAIN §2.2)."""

    PARTY_POSITION = "party_position", "Position of a party"
    AGREEMENT_STATE = "agreement_state", "State of the agreement"
    COMPLIANCE = "compliance", "Compliance of a party"


class PartyPosition(TextChoices):
    PROPOSED = "proposed", "Proposed"
    ACCEPTED = "accepted", "Accepted"
    ACCEPTED_WITH_CONDITIONS = "accepted_with_conditions", "Accepted with conditions"
    REJECTED = "rejected", "Rejected"
    NO_ANSWER = "no_answer", "No answer"
    WITHDRAWN = "withdrawn", "Withdrawn"


class AgreementState(TextChoices):
    UNDER_NEGOTIATION = "under_negotiation", "Under negotiation"
    ANNOUNCED = "announced", "Announced"
    IN_EFFECT = "in_effect", "In effect"
    SUSPENDED = "suspended", "Suspended"
    EXPIRED = "expired", "Expired"
    TERMINATED = "terminated", "Terminated"
    SUPERSEDED = "superseded", "Superseded"


class Compliance(TextChoices):
    OBSERVED = "observed", "Observed"
    PARTLY_OBSERVED = "partly_observed", "Partly observed"
    VIOLATED = "violated", "Violated"
    UNKNOWN = "unknown", "Unknown"


AXIS_VALUES: dict[str, type[TextChoices]] = {
    Axis.PARTY_POSITION: PartyPosition,
    Axis.AGREEMENT_STATE: AgreementState,
    Axis.COMPLIANCE: Compliance,
}
# On these axes a value belongs to one party; the state belongs to the agreement as a whole.
PARTY_AXES = (Axis.PARTY_POSITION, Axis.COMPLIANCE)
STATUS_VALUES: tuple[tuple[str, str], ...] = tuple(
    choice for values in AXIS_VALUES.values() for choice in values.choices
)
STATUS_LABELS: dict[str, str] = dict(STATUS_VALUES)
# Two values of one axis exclude each other on one day, but for these.
MAY_HOLD_TOGETHER: frozenset[frozenset[str]] = frozenset(
    frozenset(pair)
    for pair in (
        (PartyPosition.PROPOSED, PartyPosition.ACCEPTED),
        (PartyPosition.PROPOSED, PartyPosition.ACCEPTED_WITH_CONDITIONS),
        (AgreementState.UNDER_NEGOTIATION, AgreementState.ANNOUNCED),
        (AgreementState.ANNOUNCED, AgreementState.IN_EFFECT),
        (AgreementState.SUPERSEDED, AgreementState.TERMINATED),
        (Compliance.PARTLY_OBSERVED, Compliance.VIOLATED),
        # "Unknown" is about what we know, not about what is so.
        *((Compliance.UNKNOWN, value) for value in Compliance if value != Compliance.UNKNOWN),
    )
)


class ViolationStanding(TextChoices):
    """How far a violation of an agreement is borne out; counted apart, never added together."""

    ALLEGED = "alleged", "Alleged"
    CORROBORATED = "corroborated", "Corroborated"
    REFUTED = "refuted", "Refuted"


class Stance(TextChoices):
    """Which way a piece of evidence points."""

    SUPPORTS = "supports", "Supports"
    REFUTES = "refutes", "Refutes"
    QUALIFIES = "qualifies", "Qualifies"
    CONTEXT = "context", "Context"


# The stances that carry a finding (G2).
DECIDING_STANCES = (Stance.SUPPORTS, Stance.REFUTES)


class AnchorOutcome(TextChoices):
    """Whether quoted words stand in a newer copy, too."""

    FOUND = "found", "Found again"
    LOST = "lost", "Lost"


class Match(TextChoices):
    """Whether a statement makes a claim."""

    SUGGESTED = "suggested", "Suggested"
    CONFIRMED = "confirmed", "Confirmed"
    REJECTED = "rejected", "Rejected"


class RelationKind(TextChoices):
    SAME_AS = "same_as", "Same as"
    REPEATS = "repeats", "Repeats"
    NARROWS = "narrows", "Narrows"
    APPARENT_CONFLICT = "apparent_conflict", "Apparent conflict"
    CONTRADICTS = "contradicts", "Contradicts"


class RelationResolution(TextChoices):
    OPEN = "open", "Open"
    ROUNDING = "rounding", "Rounding"
    DEFINITION = "definition", "Another definition"
    NOT_COMPARABLE = "not_comparable", "Not comparable"
    ERROR = "error", "An error"
    REAL_CONFLICT = "real_conflict", "A real conflict"


class RecheckCause(TextChoices):
    """Why a published finding is to be looked at again."""

    NEW_OBSERVATION = "new_observation", "A new count"
    NEW_EVENT = "new_event", "A new event of an agreement"
    NEW_EVIDENCE = "new_evidence", "New evidence"
    REVIEW_DUE = "review_due", "The day to look again has come"
    SOURCE_CHANGED = "source_changed", "A source changed"
    SOURCE_GONE = "source_gone", "A source is gone"
    CONTRADICTION = "contradiction", "Another claim contradicts it"


class RecheckOutcome(TextChoices):
    """What came of looking again."""

    STILL_HOLDS = "still_holds", "The finding still holds"
    REOPENED = "reopened", "The claim was reopened"
    NOT_RELEVANT = "not_relevant", "It does not bear on the finding"


class DeclineReason(TextChoices):
    NOT_CHECKABLE = "not_checkable", "Not checkable"
    DUPLICATE = "duplicate", "Duplicate"
    OUT_OF_SCOPE = "out_of_scope", "Out of scope"
    NO_ACCESS = "no_access", "No access to evidence"


class ReplyOutcome(TextChoices):
    PENDING = "pending", "Pending"
    REPLIED = "replied", "Replied"
    NO_REPLY = "no_reply", "No reply"
    NOT_SOUGHT = "not_sought", "Not sought"


class RevisionKind(TextChoices):
    """Why a verdict has the revision it has."""

    INITIAL = "initial", "First publication"
    TYPO = "typo", "Spelling"
    CLARIFICATION = "clarification", "Clarification"
    UPDATE = "update", "Update"
    CORRECTION = "correction", "Correction"
    VERDICT_CHANGE = "verdict_change", "Change of verdict"
    UNCHANGED = "unchanged", "Verdict unchanged"


class CorrectionKind(TextChoices):
    TYPO = "typo", "Spelling"
    CLARIFICATION = "clarification", "Clarification"
    UPDATE = "update", "Update"
    CORRECTION = "correction", "Correction"
    VERDICT_CHANGE = "verdict_change", "Change of verdict"
    RETRACTION = "retraction", "Retraction"


@dataclass(frozen=True, slots=True)
class CorrectionRule:
    """What a kind of correction means, and whether it shows at the top of the page."""

    meaning: str
    has_banner: bool


CORRECTIONS: dict[str, CorrectionRule] = {
    CorrectionKind.TYPO: CorrectionRule("Spelling was put right.", has_banner=False),
    CorrectionKind.CLARIFICATION: CorrectionRule("Something was made clearer.", has_banner=True),
    CorrectionKind.UPDATE: CorrectionRule("The world changed since.", has_banner=True),
    CorrectionKind.CORRECTION: CorrectionRule(
        "We made an error; the verdict is the same.", has_banner=True
    ),
    CorrectionKind.VERDICT_CHANGE: CorrectionRule("The verdict is another one.", has_banner=True),
    CorrectionKind.RETRACTION: CorrectionRule("We withdrew the finding.", has_banner=True),
}
# The kinds that a reviewer chooses from when a second revision is published.
REVISION_CHOICES = (
    RevisionKind.CLARIFICATION,
    RevisionKind.UPDATE,
    RevisionKind.CORRECTION,
    RevisionKind.VERDICT_CHANGE,
)


class Origin(TextChoices):
    OWN = "own", "Own work"
    IMPORTED = "imported", "Imported"


class PolicyKind(TextChoices):
    """The pages about the site that an administrator writes."""

    CORRECTIONS = "corrections", "Corrections policy"
    FACT_CHECKING = "fact_checking", "How facts are checked"
    UNNAMED_SOURCES = "unnamed_sources", "Unnamed sources"
    FEEDBACK = "feedback", "Tell us what is wrong"
    OWNERSHIP = "ownership", "Ownership and funding"
    PEOPLE = "people", "People"
    PRIVACY = "privacy", "Privacy and imprint"


class ProposalKind(TextChoices):
    RETRACT = "retract", "Retraction"
    TAKE_DOWN = "take_down", "Take-down"
