"""One checkable assertion, and where the work on it stands."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from sources.models import Publisher
from sources.models.base import PublicRow, VersionedRow, history
from statements import addresses, workflow
from statements.models.base import known
from statements.models.statement import Statement
from statements.models.topic import Topic
from statements.querysets import ClaimQuerySet
from statements.vocabulary import ClaimKind, DeclineReason, Origin, ProposalKind, State

SHORT_TEXT_LENGTH = 75

HAS_LIVE_VERDICT = (State.PUBLISHED,)
MAY_HAVE_LIVE_VERDICT = (State.PUBLISHED, State.REOPENED, State.IN_REVIEW)
HAS_ASSIGNEE = (State.RESEARCHING, State.IN_REVIEW, State.REOPENED)


class Claim(PublicRow, VersionedRow):
    """A checkable assertion in our neutral wording.

    The state changes only through `operations.perform`. What the public sees of a published claim
    is its live verdict's sealed content, never this row: while the claim is reopened, this row
    is the working copy.
    """

    external_ref = models.CharField(max_length=200, blank=True, editable=False)
    text = models.TextField(help_text="The assertion in neutral words, checkable as it stands")
    short_text = models.CharField(
        max_length=SHORT_TEXT_LENGTH, help_text="For lists and search engines, no verdict words"
    )
    kind = models.CharField(max_length=20, choices=ClaimKind.choices, default=ClaimKind.OTHER)
    language = models.CharField(max_length=35, default="en", help_text="BCP 47 code: en, uk")
    topics = models.ManyToManyField(Topic, blank=True, related_name="claims")
    main_statement = models.ForeignKey(
        Statement,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="main_claims",
    )

    state = models.CharField(
        max_length=20, choices=State.choices, default=State.NEW, editable=False
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="claims_assigned",
        db_index=False,  # `claim_by_assignee`
    )
    show_as_open = models.BooleanField(
        "announce", default=False, help_text='Show in public as "being checked" before a finding'
    )
    review_due_on = models.DateField(
        "look again on", null=True, blank=True, help_text="When the finding may be out of date"
    )

    origin = models.CharField(
        max_length=10, choices=Origin.choices, default=Origin.OWN, editable=False
    )
    imported_from = models.ForeignKey(
        Publisher, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    live_verdict = models.OneToOneField(
        "Verdict",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="live_for",
    )
    first_published_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_published_at = models.DateTimeField(null=True, blank=True, editable=False)
    retracted_at = models.DateTimeField(null=True, blank=True, editable=False)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    decline_reason = models.CharField(
        max_length=20, choices=DeclineReason.choices, blank=True, editable=False
    )
    duplicate_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="duplicates",
    )

    proposal_kind = models.CharField(
        max_length=10, choices=ProposalKind.choices, blank=True, editable=False
    )
    proposal_note = models.TextField(blank=True, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    proposed_at = models.DateTimeField(null=True, blank=True, editable=False)

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = ClaimQuerySet.as_manager()
    history = history()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "-id"], name="claim_by_state"),
            models.Index(fields=["assignee", "state"], name="claim_by_assignee"),
            models.Index(fields=["-last_published_at", "-id"], name="claim_by_publication"),
            models.Index(fields=["state", "review_due_on"], name="claim_by_review"),
            models.Index(
                fields=["id"],
                condition=Q(proposed_by__isnull=False),
                name="claim_with_proposal",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["external_ref"],
                condition=~Q(external_ref=""),
                name="claim_external_ref_is_known_once",
            ),
            models.CheckConstraint(
                condition=Q(state=State.TAKEN_DOWN) | ~Q(text="") & ~Q(short_text=""),
                name="claim_has_wording",
                violation_error_message="Write the claim and its short form.",
            ),
            known("kind", ClaimKind),
            known("state", State),
            known("origin", Origin),
            known("decline_reason", DeclineReason, blank=True),
            known("proposal_kind", ProposalKind, blank=True),
            models.CheckConstraint(
                condition=~Q(state__in=HAS_LIVE_VERDICT) | Q(live_verdict__isnull=False),
                name="claim_public_has_finding",
                violation_error_message="A published claim needs a finding.",
            ),
            models.CheckConstraint(
                condition=Q(live_verdict__isnull=True)
                | Q(state__in=MAY_HAVE_LIVE_VERDICT, retracted_at__isnull=True)
                & Q(first_published_at__isnull=False, last_published_at__isnull=False),
                name="claim_hidden_has_no_live_verdict",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.RETRACTED) | Q(retracted_at__isnull=False),
                name="claim_retracted_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=HAS_ASSIGNEE, assignee__isnull=False)
                | ~Q(state__in=HAS_ASSIGNEE) & (~Q(state=State.NEW) | Q(assignee__isnull=True)),
                name="claim_in_work_has_assignee",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DECLINED) & ~Q(decline_reason="")
                | ~Q(state=State.DECLINED) & Q(decline_reason=""),
                name="claim_declined_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(decline_reason=DeclineReason.DUPLICATE, duplicate_of__isnull=False)
                | ~Q(decline_reason=DeclineReason.DUPLICATE) & Q(duplicate_of__isnull=True),
                name="claim_duplicate_names_its_twin",
            ),
            models.CheckConstraint(
                condition=Q(
                    proposal_kind="",
                    proposal_note="",
                    proposed_by__isnull=True,
                    proposed_at__isnull=True,
                )
                | ~Q(proposal_kind="")
                & ~Q(proposal_note="")
                & Q(proposed_by__isnull=False, proposed_at__isnull=False),
                name="claim_proposal_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(origin=Origin.OWN, imported_from__isnull=True)
                | Q(origin=Origin.IMPORTED, imported_from__isnull=False) & ~Q(external_ref=""),
                name="claim_imported_names_its_archive",
            ),
        ]

    def __str__(self) -> str:
        return self.short_text

    @property
    def public_text(self) -> str:
        """The short wording that the public may see: sealed, or live where only announced.

        Costs a query where the finding was retracted: this row may be a secret working copy.
        """
        if self.live_verdict:
            return self.live_verdict.short_text
        if self.was_published:
            last = self.verdicts.order_by("-revision").values_list("short_text", flat=True)
            return last.first() or ""
        return self.short_text

    def get_absolute_url(self) -> str:
        return addresses.claim_path(self.public_id, self.public_text)

    @property
    def is_public(self) -> bool:
        """The condition of `Claim.objects.public()`, asked of one row (DOMAIN §4)."""
        return self.state != State.TAKEN_DOWN and (
            self.live_verdict_id is not None or self.retracted_at is not None
        )

    @property
    def is_announced(self) -> bool:
        """The condition of `Claim.objects.announced()`, asked of one row."""
        return (
            self.show_as_open
            and self.first_published_at is None
            and self.state in workflow.ANNOUNCED_STATES
        )

    @property
    def was_published(self) -> bool:
        return self.first_published_at is not None

    @property
    def is_editable(self) -> bool:
        """Whether wording, typed detail, evidence and draft may change (DOMAIN §4 "Frozen")."""
        return self.state in workflow.EDITABLE_STATES
