"""Publishers and sources: adding them, and changing what is known about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from sources import followers
from sources.canonical import canonical_address, domain_of
from sources.errors import Invalid
from sources.models import Publisher, Source
from sources.operations.common import announce_change, assign, hold_lineage, lock, save_row
from sources.people import Role, require
from sources.texts import MAX_LINE, clean_line

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SOURCE_FIELDS = (
    "url", "title", "author", "publisher", "published_on", "language", "kind", "directness", "rights",
)  # fmt: skip
PUBLISHER_FIELDS = ("name", "domain", "kind", "owner_group")


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
    is_known = bool(row.pk)
    save_row(row, by=by, reason=", ".join(changed))
    if is_known:
        announce_change(row)
    return row


def find_source(url: str) -> Source | None:
    """Returns the source that is known under this address in any spelling."""
    return _at(canonical_address(url))


def _at(canonical: str) -> Source | None:
    known: Source | None = (
        Source.objects.for_address(canonical).select_related("merged_into").first()
    )
    return known.work if known else None


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

    A publisher is found by the domain when none is given. Without a title the address stands for
    it, until the page was fetched or somebody types one.
    """
    require(by, Role.CONTRIBUTOR, "add sources")
    url = clean_line(url, "url", most=2000)
    canonical = canonical_address(url) if url else ""
    if external_ref and (known := Source.objects.filter(external_ref=external_ref).first()):
        return known.work, False
    if canonical and (known := _at(canonical)):
        return known, False
    row = Source(url=url, canonical_url=canonical, external_ref=external_ref, created_by=by)
    row.title = clean_line(title, "title") or address_as_title(url)
    if not row.title:
        raise Invalid("give the source a title", field="title")
    if "rights" in assign(row, values, (*SOURCE_FIELDS, "origin")):
        require(by, Role.EDITOR, "say what may be done with copies")
    if row.publisher is None and url:
        row.publisher = Publisher.objects.for_domain(domain_of(url)).first()
    save_row(row, by=by, reason="added")
    return row, True


def address_as_title(url: str) -> str:
    """Returns what a source is called while nobody knows its title."""
    return url[:MAX_LINE]


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
        values["title"] = clean_line(values["title"], "title") or address_as_title(
            values.get("url", row.url)
        )
        if not values["title"]:
            raise Invalid("give the source a title", field="title")
    changed = assign(row, values, SOURCE_FIELDS)
    if "rights" in changed:
        require(by, Role.EDITOR, "say what may be done with copies")
    if origin != row.origin:
        hold_lineage()
        refuse_circle(row, origin)
        row.origin = origin
        changed.append("origin")
    if not changed:
        return row
    save_row(row, by=by, reason=reason or ", ".join(changed))
    if "publisher" in changed:
        for follow in followers.of_publisher_changed:
            follow(row)
    announce_change(row)
    return row


def refuse_circle(source: Source, origin: Source | None) -> None:
    """Raises `Invalid` when `origin` leads back to `source` (a query a level of reports)."""
    if origin and source.work_id in Source.objects.all().origins({origin.pk}):
        raise Invalid(
            "this would make a circle: that work reports, in the end, on this one",
            field="origin",
        )
