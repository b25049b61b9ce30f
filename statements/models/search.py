"""What search and lists read: one row per claim and audience, and counts beside them.

Written by `statements.search.refresh` in the transaction of the change, from the doors of
`statements.querysets`; never edited. Everything here can be made again from the other tables
(`manage.py rebuild_search`).
"""

from __future__ import annotations

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from statements.models.claim import Claim


class PlaceField(models.BigIntegerField[int, int]):
    """A place in an order: the row's own number on SQLite, which finds it in one step.

    SQLite takes a key of any other type than `integer` for one more index, and each row that is
    found in it is looked for a second time.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)


class SearchDocument(models.Model):
    """The words of one claim as search compares them: folded, stemmed, parted by blanks.

    The two audiences have two tables with an index each, so that nothing can mix: not a hit, not
    a count, not even how often a word occurs.
    """

    id = PlaceField(primary_key=True)
    claim = models.OneToOneField(Claim, on_delete=models.CASCADE, related_name="+")
    claim_words = models.TextField()
    quote_words = models.TextField()
    speaker_words = models.TextField()
    finding_words = models.TextField()
    facets = models.TextField()  # words that nobody can type: `search.facets.tokens`

    class Meta:
        abstract = True


class PublicDocument(SearchDocument):
    """What the public may find of a listed claim, and its line in a list.

    `id` is the place in the order of publication: microseconds since 1970 of the first
    publication (the next free number), and below zero for a claim that is only announced.
    """

    updated_at = models.BigIntegerField()  # microseconds of the last publication; 0: none
    said_on = models.IntegerField()  # day number (`date.toordinal`) of the earliest day; 0: unknown
    said_until = models.IntegerField()  # of the latest day
    line = models.TextField()  # JSON: `search.documents.Line`

    class Meta:
        indexes = [
            models.Index(fields=["-updated_at", "-id"], name="public_document_by_update"),
            models.Index(fields=["-said_on", "-id"], name="public_document_by_day"),
        ]

    def __str__(self) -> str:
        return f"public document {self.id}"


class StaffDocument(SearchDocument):
    """What people with a role may find of a claim in any state: the working rows. `id` is the claim's."""

    def __str__(self) -> str:
        return f"staff document {self.id}"


class SearchWord(models.Model):
    """One word that stands in a document of an audience: what a mistyped word may have meant."""

    word = models.CharField(primary_key=True, max_length=64)  # as compared
    shown = models.CharField(max_length=64)  # as somebody wrote it

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.word


class PublicWord(SearchWord):
    """A word of public documents."""


class StaffWord(SearchWord):
    """A word of staff documents."""


class FacetCount(models.Model):
    """How many listed claims there are per choice of a filter."""

    dimension = models.CharField(max_length=20)
    code = models.CharField(max_length=120)
    count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dimension", "code"], name="facet_is_counted_once"),
        ]
        indexes = [
            models.Index(fields=["dimension", "-count"], name="facet_by_count"),
        ]

    def __str__(self) -> str:
        return f"{self.dimension} {self.code}: {self.count}"


class JointCount(models.Model):
    """How many listed claims have a choice beside one or two others: `search.facets.kept_beside`."""

    beside = models.CharField(max_length=120)  # topic:drones verdict:mixed
    choice = models.CharField(max_length=120)  # kind/quantity
    count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["beside", "choice"], name="joint_choice_is_counted_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.beside} {self.choice}: {self.count}"
