"""What several nouns share: public ids, versions, anchors, sealed histories."""

from __future__ import annotations

import os
from functools import cache
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from simple_history.models import HistoricalRecords

from sources.prepared import Prepared

# Crockford's base 32 in lower case: no i, l, o, u, so that an id can be read aloud.
PUBLIC_ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
PUBLIC_ID_LENGTH = 10
# Each of the 32 letters stands for 8 of the 256 bytes, so that all are equally likely.
LETTER_OF_BYTE = (PUBLIC_ID_ALPHABET * 8).encode()


def new_public_id() -> str:
    """Returns a random id of 50 bits that is part of an address for ever."""
    return os.urandom(PUBLIC_ID_LENGTH).translate(LETTER_OF_BYTE).decode()


class PublicRow(models.Model):
    """A row with an address: `public_id` is random, unique and never changed."""

    public_id = models.CharField(
        "public id", max_length=16, unique=True, default=new_public_id, editable=False
    )

    class Meta:
        abstract = True


class VersionedRow(models.Model):
    """A row that two people can hold at once: a save names the version it was read at."""

    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class NewestFirstIndex(models.Index):
    """An index in the order in which lists by day are walked: newest first, unknown days last.

    SQLite puts NULL last in a descending index anyway, and does not let it be said; PostgreSQL
    puts it first unless it is said, and then cannot walk the index for such a list.
    """

    def __init__(self, day: str, *, name: str) -> None:
        self.day = day
        super().__init__(
            models.F(day).desc(nulls_last=True), models.F("public_id").desc(), name=name
        )

    def create_sql(self, model: Any, schema_editor: Any, using: str = "", **kwargs: Any) -> Any:
        if schema_editor.connection.vendor == "sqlite":
            plain = models.Index(
                models.F(self.day).desc(), models.F("public_id").desc(), name=self.name
            )
            return plain.create_sql(model, schema_editor, using, **kwargs)
        return super().create_sql(model, schema_editor, using, **kwargs)

    def deconstruct(self) -> Any:
        path, _, _ = super().deconstruct()
        return path, (self.day,), {"name": self.name}


class SealedHistory(models.Model):
    """Base of the field-history tables: append-only, and emptied only by a take-down."""

    taken_down_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True


class FieldHistory(HistoricalRecords):
    """A field history with an index for nothing but what it is looked up by.

    As made by simple_history every link and every unique column of the row has one: a dozen that
    nobody ever asks, and each of them is written with each change.
    """

    def __init__(self, *looked_up: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.looked_up = looked_up

    def copy_fields(self, model: type[models.Model]) -> dict[str, models.Field[Any, Any]]:
        fields: dict[str, models.Field[Any, Any]] = super().copy_fields(model)
        for name, field in fields.items():
            is_looked_up = name == model._meta.pk.name or name in self.looked_up
            field.db_index = is_looked_up  # type: ignore[attr-defined]  # the stubs miss it
        return fields


def history(*looked_up: str) -> FieldHistory:
    """Returns the field history of a model: who changed what and why, sealed by triggers.

    It is looked up by the row's key, and by those of its columns that are named.
    """
    return FieldHistory(
        *looked_up,
        bases=[SealedHistory],
        history_change_reason_field=models.TextField(null=True),
    )


class AnchoredRow(models.Model):
    """A row tied to exact characters of a snapshot's text.

    W3C Web Annotation selectors, both of them: TextQuoteSelector (exact, prefix, suffix) and
    TextPositionSelector (start, end), counted in Unicode code points over `Snapshot.text`. Where
    the quotation has an ellipsis, `shortened` is how it is shown: pieces of `exact`, in order.
    """

    exact = models.TextField("quoted words", blank=True)
    prefix = models.TextField(blank=True)
    suffix = models.TextField(blank=True)
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    shortened = models.TextField(blank=True)

    class Meta:
        abstract = True

    @classmethod
    def anchor_constraints(cls) -> list[models.BaseConstraint]:
        """Returns the constraints of an anchor: whole or absent, and not empty."""
        return [
            models.CheckConstraint(
                condition=models.Q(start__isnull=True, end__isnull=True)
                | models.Q(start__isnull=False, end__isnull=False, start__lt=models.F("end"))
                & ~models.Q(exact="")
                & models.Q(snapshot__isnull=False),
                name="%(class)s_anchor_is_whole",
                violation_error_message=(
                    "An anchor needs a snapshot, the quoted words and both positions."
                ),
            )
        ]

    @property
    def quotation(self) -> str:
        """The quoted words as they are shown: with the ellipses that leave words out."""
        return self.shortened or self.exact

    @property
    def is_anchored(self) -> bool:
        return self.start is not None


class SingleRow(models.Model):
    """A table of exactly one row, with id 1."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.id != 1:
            raise ValidationError("There is only one such row.")
        super().save(*args, **kwargs)

    @classmethod
    def load(cls) -> Self:
        """Returns the row, with the defaults when nobody has saved it yet."""
        return _only(cls).first() or cls()


@cache
def _only(model: type[SingleRow]) -> Prepared[Any]:
    return Prepared(lambda: model._default_manager.filter(id=1))


def https_only(value: str) -> None:
    """Refuses an address that is not http or https (DESIGN §10.4)."""
    if value and not value.lower().startswith(("http://", "https://")):
        raise ValidationError("Give an address that starts with http:// or https://.")
