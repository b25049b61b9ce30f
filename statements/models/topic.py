"""What claims are about."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from sources.prepared import Prepared
from statements.models.speaker import WIKIDATA_ID
from statements.querysets import TopicQuerySet


class Topic(models.Model):
    """A public subject page; without a page it is a tag."""

    slug = models.SlugField(max_length=80, unique=True, help_text="Part of the address")
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    wikidata_id = models.CharField(
        "Wikidata id", max_length=20, blank=True, validators=[WIKIDATA_ID]
    )
    has_page = models.BooleanField(default=True)
    review_after_days = models.PositiveSmallIntegerField(  # None: as the topic above, or never
        "look again after (days)",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="How long a finding on this topic holds before somebody looks at it again",
    )

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(slug=""),
                name="topic_has_name_and_slug",
                violation_error_message="Give the topic a name and a slug.",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("id")),
                name="topic_is_not_its_own_parent",
                violation_error_message="A topic cannot be its own parent.",
            ),
            models.CheckConstraint(
                condition=Q(review_after_days__isnull=True) | Q(review_after_days__gte=1),
                name="topic_review_takes_a_day",
                violation_error_message="Give one day at least, or none.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/topics/{self.slug}/"

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    def public_children(self) -> list[Topic]:
        """Returns the topics right below this one that have a public page, by name (one query)."""
        return _PUBLIC_CHILDREN(self.pk)


_PUBLIC_CHILDREN = Prepared(lambda parent: Topic.objects.public().filter(parent=parent), int)
