"""Pages about the site that an administrator writes."""

from __future__ import annotations

from django.db import models

from sources.models.base import VersionedRow, history
from statements.models.base import known
from statements.vocabulary import PolicyKind

MOST_CHARACTERS = 20_000


class PolicyPage(VersionedRow):
    """One page of a fixed set: how corrections are made, who pays, who to write to.

    There is a row of each kind from the first migration on. One without a text is not written:
    nothing links to it, and its address answers 404.
    """

    kind = models.CharField(max_length=20, choices=PolicyKind.choices, unique=True, editable=False)
    title = models.CharField(max_length=100)
    text = models.TextField(
        blank=True,
        help_text=(
            "An empty line parts paragraphs; ## starts a heading, - a point of a list; a link is "
            "[words](https://example.org/). Without a text the page is not shown."
        ),
    )

    history = history()

    class Meta:
        ordering = ["id"]
        constraints = [
            known("kind", PolicyKind),
            models.CheckConstraint(
                condition=~models.Q(title=""),
                name="policy_page_has_title",
                violation_error_message="Give the page a title.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_written(self) -> bool:
        return bool(self.text)

    def get_absolute_url(self) -> str:
        return policy_path(self.kind)


def policy_path(kind: str) -> str:
    """Returns the path of a policy page: its code with hyphens."""
    return f"/about/{kind.replace('_', '-')}/"
