"""Every change of sources that touches more than its own row.

Each takes the acting person as `by`, checks the role, writes in one transaction and raises
`Refused` with nothing changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import CharField, F, Model, TextField
from django.utils import timezone

from sources import blobs, extract, followers
from sources.canonical import canonical_address, domain_of
from sources.errors import Invalid, NotPossible, Stale
from sources.models import Publication, Publisher, Snapshot, Source, VersionedRow
from sources.people import Role, require
from sources.texts import MAX_LINE, clean, clean_line
from sources.vocabulary import SnapshotMethod

if TYPE_CHECKING:
    from django.contrib.auth.models import User

AnyRow = TypeVar("AnyRow", bound=Model)
Row = TypeVar("Row", bound=VersionedRow)
# How an operation writes new rows of one kind: `insert`, or a bulk writer that gathers them.
Keep = Callable[..., None]

SOURCE_FIELDS = (
    "url", "title", "author", "publisher", "published_on", "language", "kind", "directness",
)  # fmt: skip
UNSET = object()
PUBLISHER_FIELDS = ("name", "domain", "kind", "owner_group")


def raise_publication_number() -> None:
    """Marks a public change; the last statement of its transaction (DESIGN §5)."""
    Publication.objects.rise()


def _announce_change(row: Model) -> None:
    """Raises the number when the public can see the row: work on others is nobody's business."""
    if followers.is_seen(row):
        raise_publication_number()


def hold(row: AnyRow) -> AnyRow:
    """Locks a row and returns it as it stands now, whatever its version; call it in a transaction.

    Raises `NotPossible` when it is gone.
    """
    current: AnyRow | None = (
        type(row)._default_manager.select_for_update().filter(pk=row.pk).first()
    )
    if current is None:
        raise NotPossible(f"this {row._meta.verbose_name} is not there any more")
    return current


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


def insert(*rows: Model) -> None:
    """Writes new rows of one kind that need no validation: the operation made them itself."""
    if len(rows) == 1:
        rows[0].save(force_insert=True)
    elif rows:
        type(rows[0])._default_manager.bulk_create(rows)


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


@transaction.atomic
def save_publisher(
    publisher: Publisher | None = None, *, by: User, version: int | None = None, **values: Any
) -> Publisher:
    """Adds a publisher or changes one."""
    require(by, Role.CONTRIBUTOR, "add publishers")
    row = lock(publisher, version=version) if publisher else Publisher()
    if "domain" in values:
        domain = values["domain"].strip()
        values["domain"] = (
            domain_of(domain if "://" in domain else f"https://{domain}") if domain else ""
        )
        if domain and not values["domain"]:
            raise Invalid("give a domain such as example.org", field="domain")
    values["name"] = clean_line(
        values.get("name", row.name), "name", required="give the publisher a name", most=200
    )
    changed = assign(row, values, PUBLISHER_FIELDS)
    if row.pk and not changed:
        return row
    save_row(row, by=by, reason=", ".join(changed))
    _announce_change(row)
    return row


def find_source(url: str) -> Source | None:
    """Returns the source that is known under this address in any spelling."""
    return Source.objects.for_address(canonical_address(url)).first()


@transaction.atomic
def find_or_create_source(
    *,
    by: User,
    url: str = "",
    title: str = "",
    external_ref: str = "",
    **values: Any,
) -> tuple[Source, bool]:
    """Returns the source of an address and whether it is new; a known address is never doubled.

    A publisher is found by the domain when none is given.
    """
    require(by, Role.CONTRIBUTOR, "add sources")
    url = clean_line(url, "url", most=2000)
    canonical = canonical_address(url) if url else ""
    if external_ref and (known := Source.objects.filter(external_ref=external_ref).first()):
        return known, False
    if canonical and (known := Source.objects.for_address(canonical).first()):
        return known, False
    row = Source(url=url, canonical_url=canonical, external_ref=external_ref, created_by=by)
    row.title = clean_line(title, "title", required="give the source a title")
    assign(row, values, (*SOURCE_FIELDS, "origin"))
    if row.publisher is None and url:
        row.publisher = Publisher.objects.for_domain(domain_of(url)).first()
    save_row(row, by=by, reason="added")
    return row, True


@transaction.atomic
def update_source(
    source: Source, *, by: User, version: int | None = None, reason: str = "", **values: Any
) -> Source:
    """Changes what is known about a work; its snapshots and what cites it stay as they are."""
    require(by, Role.CONTRIBUTOR, "change sources")
    row = lock(source, version=version)
    origin = values.pop("origin", row.origin)
    if "url" in values:
        values["url"] = clean_line(values["url"], "url", most=2000)
        row.canonical_url = canonical_address(values["url"]) if values["url"] else ""
    if "title" in values:
        values["title"] = clean_line(values["title"], "title", required="give the source a title")
    changed = assign(row, values, SOURCE_FIELDS)
    if origin != row.origin:
        refuse_circle(row, origin)
        row.origin = origin
        changed.append("origin")
    if not changed:
        return row
    save_row(row, by=by, reason=reason or ", ".join(changed))
    if "publisher" in changed:
        for follow in followers.of_publisher_changed:
            follow(row)
    _announce_change(row)
    return row


def refuse_circle(source: Source, origin: Source | None) -> None:
    """Raises `Invalid` when `origin` leads back to `source` (a query a level of reports)."""
    if origin and source.pk in Source.objects.all().origins({origin.pk}):
        raise Invalid(
            "this would make a circle: that work reports, in the end, on this one",
            field="origin",
        )


@transaction.atomic
def add_snapshot_text(
    source: Source, *, by: User, text: str, archive_url: str = "", final_url: str = ""
) -> Snapshot:
    """Keeps pasted text as a frozen copy; the same text again is the same snapshot."""
    require(by, Role.CONTRIBUTOR, "add snapshots")
    text = clean(text, "text", required="paste the text of the source", most=2_000_000)
    return _keep(
        source, by=by, content=text.encode(), media_type="text/plain", text=text,
        method=SnapshotMethod.PASTED, archive_url=archive_url, final_url=final_url,
    )  # fmt: skip


@transaction.atomic
def add_snapshot_file(
    source: Source, *, by: User, name: str, content: bytes, archive_url: str = ""
) -> Snapshot:
    """Keeps an uploaded file as a frozen copy, with the text that can be read out of it."""
    require(by, Role.CONTRIBUTOR, "add snapshots")
    if not content:
        raise Invalid("the file is empty", field="file")
    if len(content) > extract.MAX_BYTES:
        raise Invalid("the file is larger than 20 MB", field="file")
    media_type = extract.media_type_of(name, content)
    return _keep(
        source, by=by, content=content, media_type=media_type,
        text=extract.text_of(content, media_type),
        method=SnapshotMethod.UPLOADED, archive_url=archive_url,
    )  # fmt: skip


def _keep(source: Source, *, by: User, content: bytes, text: str, **values: Any) -> Snapshot:
    sha256 = blobs.put(content)
    known = source.snapshots.filter(sha256=sha256, media_type=values["media_type"]).first()
    if known:
        return known
    row = Snapshot(
        source=source, captured_at=timezone.now(), captured_by=by, sha256=sha256,
        byte_size=len(content), text=text,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(), **values,
    )  # fmt: skip
    store(row)
    _announce_change(source)
    return row
