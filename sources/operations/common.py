"""What every change of sources is made of: holding a row, saving it in words, announcing it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import CharField, F, Model, TextField
from django.db.transaction import TransactionManagementError

from sources import followers
from sources.errors import Invalid, NotPossible, Stale
from sources.models import Publication, VersionedRow
from sources.prepared import Prepared
from sources.texts import MAX_LINE, clean, clean_line

if TYPE_CHECKING:
    from django.contrib.auth.models import User

AnyRow = TypeVar("AnyRow", bound=Model)
Row = TypeVar("Row", bound=VersionedRow)
# How an operation writes new rows of one kind that it made itself: `insert`, or a bulk writer.
Keep = Callable[..., None]

UNSET = object()
LINEAGE = 0x6C696E65  # "line": the key of an advisory lock


def raise_publication_number() -> None:
    """Marks a public change; the last statement of its transaction (DESIGN §5)."""
    Publication.objects.rise()


def announce_change(row: Model) -> None:
    """Raises the number when the public can see the row: work on others is nobody's business."""
    if followers.is_seen(row):
        raise_publication_number()


def hold(row: AnyRow) -> AnyRow:
    """Locks a row and returns it as it stands now, whatever its version; call it in a transaction.

    Rows that point to it may be written meanwhile: PostgreSQL checks such a link when its
    transaction ends, and would wait there for whoever holds the row, and that one for the number.
    Raises `NotPossible` when it is gone.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("a row is held until its transaction ends: begin one")
    current: AnyRow | None = _held(type(row)).first(row.pk)
    if current is None:
        raise NotPossible(f"this {row._meta.verbose_name} is not there any more")
    return current


@cache
def _held(model: type[AnyRow]) -> Prepared[AnyRow]:
    return Prepared(
        lambda pk: model._default_manager.select_for_update(no_key=True).filter(pk=pk), int
    )


def lock(row: Row, *, version: int | None = None) -> Row:
    """Locks a row and returns it as it stands in the database now.

    Raises `Stale` when it has moved on from `version`, or from the row given when that is None.
    Call it in a transaction.
    """
    current = hold(row)
    expected = row.version if version is None else version
    if current.version != expected:
        raise Stale(
            f"somebody changed this {row._meta.verbose_name} while you worked on it",
            current_version=current.version,
        )
    return current


def hold_lineage() -> None:
    """Lets one transaction at a time change what reports on what, and what was merged into what.

    Whether a change makes a circle is read from rows that it does not lock. Call it after holding
    the rows to change, and hold no more sources after it. SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LINEAGE])


def save_row(row: Row, *, by: User | None, reason: str = "") -> Row:
    """Saves a locked or new row: next version, validated in words, with who and why in its history."""
    if row.pk:
        moved = type(row)._default_manager.filter(pk=row.pk, version=row.version)
        if not moved.update(version=F("version") + 1):
            raise Stale(
                f"somebody changed this {row._meta.verbose_name} while you worked on it",
                current_version=row.version + 1,
            )
        row.version += 1
    row._history_user = by  # type: ignore[attr-defined]  # read by simple_history
    row._change_reason = reason  # type: ignore[attr-defined]  # read by simple_history
    store(row)
    return row


def store(row: Model, *, force_insert: bool = False) -> None:
    """Validates the fields in words and saves; what a constraint refuses is said in words too.

    The constraints are left to the database and asked one by one (a query each) only when it
    refused: that is cheaper, and right also when somebody else was a moment faster.
    """
    check(row, constraints=False)
    try:
        with transaction.atomic():
            row.save(force_insert=force_insert)
    except IntegrityError as error:
        check(row)
        raise NotPossible("somebody saved the same thing at this moment: look again") from error


def check(row: Model, *, constraints: bool = True) -> None:
    """Runs the model's own validation and turns its first message into an `Invalid`."""
    try:
        row.full_clean(validate_unique=constraints, validate_constraints=constraints)
    except ValidationError as error:
        for field, messages in error.message_dict.items():
            name = "" if field == "__all__" else field
            raise Invalid(messages[0], field=name) from error


def assign(row: Model, values: dict[str, Any], allowed: tuple[str, ...]) -> list[str]:
    """Sets the named fields, refusing any that is not allowed; returns those that changed.

    Text is stored as `sources.texts` wants it, whatever the caller has looked at before.
    """
    changed = []
    for name, value in values.items():
        if name not in allowed:
            raise Invalid(f"{name} cannot be set here", field=name)
        told = _as_stored(row, name, value)
        if getattr(row, name, UNSET) != told:  # a required link of a new row is not there yet
            try:
                setattr(row, name, told)
            except ValueError as error:  # Django's, for a link to something of another kind
                raise Invalid(f"choose a {name.replace('_', ' ')}", field=name) from error
            changed.append(name)
    return changed


def _as_stored(row: Model, name: str, value: Any) -> Any:
    field = row._meta.get_field(name)
    if value is None or not isinstance(field, CharField | TextField):
        return value
    if isinstance(field, TextField):
        return clean(value, name)
    return clean_line(value, name, most=max(field.max_length or 0, MAX_LINE))


def is_used(row: Model) -> bool:
    """Says whether any other row points at this one (a query per kind of pointer)."""
    for relation in row._meta.related_objects:
        manager = relation.related_model._default_manager
        if manager.filter(**{relation.field.name: row}).exists():
            return True
    return False
