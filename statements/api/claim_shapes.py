"""The shapes of a claim's public JSON, for the schema: what `claim_public` puts together."""

from __future__ import annotations

from rest_framework import serializers

from statements.api.evidence import EvidenceLine
from statements.api.shapes import AppearanceShape, ClaimLine, CorrectionShape, TopicNameShape
from statements.api.statements import SpeakerThenShape
from statements.vocabulary import (
    CommitmentStatus,
    Fidelity,
    Origin,
    PublicState,
    Reason,
    RelationKind,
    RelationResolution,
    RevisionKind,
    VerdictCode,
)


class SayingShape(serializers.Serializer):
    """One statement that makes the claim."""

    id = serializers.CharField()
    speaker = SpeakerThenShape()
    text = serializers.CharField()
    language = serializers.CharField()
    fidelity = serializers.ChoiceField(Fidelity.choices)
    said = serializers.CharField(allow_blank=True)
    occasion = serializers.CharField(allow_blank=True)
    place = serializers.CharField(allow_blank=True)
    stated_lower = serializers.CharField(allow_null=True, help_text="The number as said there.")
    stated_upper = serializers.CharField(allow_null=True)
    is_main = serializers.BooleanField()
    appearances = AppearanceShape(many=True, help_text="As sealed with the finding.")


class RepetitionShape(serializers.Serializer):
    """How often a claim was made, as far as is known, and what became of its number."""

    times = serializers.IntegerField()
    speakers = serializers.IntegerField()
    first_said = serializers.DateField(allow_null=True)
    last_said = serializers.DateField(allow_null=True)
    numbers = serializers.ListField(
        child=serializers.CharField(), help_text="As said, in words, each once, in order of time."
    )
    after_finding = serializers.IntegerField(
        help_text="Times on a day later than that of the first finding."
    )


class FindingShape(serializers.Serializer):
    """What we found, sealed when it was published."""

    revision = serializers.IntegerField()
    kind = serializers.ChoiceField(RevisionKind.choices)
    verdict = serializers.ChoiceField(VerdictCode.choices, allow_null=True)
    commitment_status = serializers.ChoiceField(CommitmentStatus.choices, allow_null=True)
    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name
    rating = serializers.IntegerField(allow_null=True, help_text="1 to 5; unproven has none.")
    finding = serializers.CharField()
    rationale = serializers.CharField(allow_blank=True)
    reasons = serializers.ListField(child=serializers.ChoiceField(Reason.choices))
    would_change = serializers.CharField(allow_blank=True)
    as_of = serializers.DateField()
    single_source_reason = serializers.CharField(allow_blank=True)
    search_log = serializers.CharField(allow_blank=True)
    public_note = serializers.CharField(allow_blank=True)
    recorded_at = serializers.DateTimeField()
    author = serializers.CharField(allow_blank=True)
    last_editor = serializers.CharField(allow_blank=True)
    reviewer = serializers.CharField(allow_blank=True)
    origin = serializers.ChoiceField(Origin.choices)
    imported_from = serializers.CharField(allow_blank=True)
    content_sha256 = serializers.CharField(help_text="Of the sealed document.")


class OtherClaimShape(serializers.Serializer):
    """A claim by id and wording."""

    id = serializers.CharField()
    url = serializers.URLField()
    short_text = serializers.CharField()


class RelationShape(serializers.Serializer):
    """A confirmed link to another claim."""

    kind = serializers.ChoiceField(RelationKind.choices)
    is_from_here = serializers.BooleanField(help_text="false: the other claim links to this one.")
    claim = OtherClaimShape()
    resolution = serializers.ChoiceField(RelationResolution.choices)
    note = serializers.CharField(allow_blank=True)


class TodayShape(serializers.Serializer):
    """Where a claim stands now, whatever day was asked for."""

    state = serializers.ChoiceField(PublicState.choices)
    revision = serializers.IntegerField(allow_null=True)
    retracted_at = serializers.DateTimeField(allow_null=True)


class ClaimShape(ClaimLine):
    """Everything on the page of a claim."""

    # In a list the finding is its sentence; here it is all of it.
    finding = FindingShape(allow_null=True)  # type: ignore[assignment]
    text = serializers.CharField()
    language = serializers.CharField()
    topics = TopicNameShape(many=True)
    statements = SayingShape(many=True)
    repetition = RepetitionShape()
    detail = serializers.DictField(
        allow_null=True, help_text="The typed fact: quantity, status or commitment."
    )
    comparison = serializers.DictField(
        allow_null=True,
        help_text="What the claim's number was held against when the finding was published: "
        "`series` and `readings`, each with its outcome, words, runs and counts.",
    )
    evidence = EvidenceLine(many=True)
    replies = serializers.ListField(child=serializers.DictField())
    corrections = CorrectionShape(many=True)
    relations = RelationShape(many=True)
    shown_as_of = serializers.DateField(
        allow_null=True, help_text="The day in `as_of`; null: as it is now."
    )
    today = TodayShape(allow_null=True, help_text="Where it stands now, beside a past day.")


class RevisionShape(serializers.Serializer):
    """One public version of a finding."""

    revision = serializers.IntegerField()
    kind = serializers.ChoiceField(RevisionKind.choices)
    verdict = serializers.ChoiceField(VerdictCode.choices, allow_null=True)
    commitment_status = serializers.ChoiceField(CommitmentStatus.choices, allow_null=True)
    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name
    finding = serializers.CharField()
    public_note = serializers.CharField(allow_blank=True)
    recorded_at = serializers.DateTimeField()
    author = serializers.CharField(allow_blank=True)
    reviewer = serializers.CharField(allow_blank=True)
    origin = serializers.ChoiceField(Origin.choices)
    imported_from = serializers.CharField(allow_blank=True)
    content_sha256 = serializers.CharField()
    is_live = serializers.BooleanField()


class HistoryShape(serializers.Serializer):
    """Every public version, newest first, with the corrections."""

    id = serializers.CharField()
    revisions = RevisionShape(many=True)
    corrections = CorrectionShape(many=True)


class GoneShape(serializers.Serializer):
    """What is left of a claim that was taken down."""

    code = serializers.CharField()
    detail = serializers.CharField()
    reason = serializers.CharField()
    taken_down_on = serializers.DateField(allow_null=True)
