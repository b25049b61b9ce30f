"""Links between claims."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from sources.models.base import history
from statements.models.base import LateRow, known
from statements.models.claim import Claim
from statements.querysets import RelationQuerySet
from statements.vocabulary import RelationKind, RelationResolution


class ClaimRelation(LateRow):
    """A link of two claims, and for a conflict how it was resolved.

    A link of a published claim comes late: a second editor confirms it. A suggested one was found
    by the machine (`statements.contradictions`) and is nobody's word until a checker closes it.
    How a shown one is resolved is proposed beside what is shown, until a second editor confirms it.
    """

    from_claim = models.ForeignKey(
        Claim, on_delete=models.CASCADE, related_name="relations_from", db_index=False
    )
    to_claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="relations_to")
    kind = models.CharField(max_length=20, choices=RelationKind.choices)
    resolution = models.CharField(
        max_length=20, choices=RelationResolution.choices, default=RelationResolution.OPEN
    )
    note = models.TextField(blank=True)
    is_suggested = models.BooleanField(default=False, editable=False)

    proposed_resolution = models.CharField(
        max_length=20, choices=RelationResolution.choices, blank=True, editable=False
    )
    proposed_note = models.TextField(blank=True, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    proposed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = RelationQuerySet.as_manager()
    history = history("from_claim", "to_claim")

    class Meta:
        ordering = ["id"]
        indexes = [LateRow.late_index()]
        constraints = [
            *LateRow.late_constraints(),
            known("kind", RelationKind),
            known("resolution", RelationResolution),
            models.CheckConstraint(
                condition=~Q(from_claim=F("to_claim")),
                name="relation_links_two_claims",
                violation_error_message="Choose another claim.",
            ),
            models.UniqueConstraint(
                fields=["from_claim", "to_claim", "kind"],
                name="relation_is_known_once",
                violation_error_message="These two claims are linked like this already.",
            ),
            models.CheckConstraint(
                condition=Q(is_suggested=False)
                | Q(
                    resolution=RelationResolution.OPEN,
                    added_by__isnull=True,
                    confirmed_by__isnull=True,
                ),
                name="relation_suggested_is_nobodys_word",
            ),
            models.CheckConstraint(
                condition=Q(resolution=RelationResolution.OPEN) | ~Q(note=""),
                name="relation_resolved_has_note",
                violation_error_message="Say in the note how it was resolved.",
            ),
            models.CheckConstraint(
                condition=Q(
                    proposed_resolution="",
                    proposed_note="",
                    proposed_by__isnull=True,
                    proposed_at__isnull=True,
                )
                | ~Q(proposed_resolution="")
                & ~Q(proposed_note="")
                & Q(proposed_by__isnull=False, proposed_at__isnull=False, is_suggested=False),
                name="relation_proposal_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_claim} {self.get_kind_display().lower()} {self.to_claim}"

    @property
    def is_shown(self) -> bool:
        return not self.is_suggested and super().is_shown

    @property
    def is_waiting(self) -> bool:
        """Says whether a second editor is asked: for the link, or for how it was resolved."""
        return not self.is_suggested and (not self.is_shown or self.proposed_by_id is not None)

    @property
    def asked_by_id(self) -> int | None:
        """Who said what waits, and so cannot confirm it."""
        return self.proposed_by_id or self.added_by_id

    def take_proposal(self) -> None:
        """Puts the proposed resolution in the place of what is shown, to be confirmed anew."""
        self.resolution, self.note = self.proposed_resolution, self.proposed_note
        self.added_by, self.is_late = self.proposed_by, True
        self.confirmed_by = self.confirmed_at = None
        self.drop_proposal()

    @property
    def wording_mark(self) -> str:
        """Tells one wording of a resolution that waits from the next; empty where none waits."""
        return self.proposed_at.isoformat() if self.proposed_at else ""

    def drop_proposal(self) -> None:
        self.proposed_resolution = self.proposed_note = ""
        self.proposed_by = self.proposed_at = None
