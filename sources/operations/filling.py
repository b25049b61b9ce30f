"""What a page says about its source fills in what the person left empty, and nothing else."""

from __future__ import annotations

import logging
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, IntegrityError, transaction

from sources import followers
from sources.canonical import domain_of
from sources.errors import Refused
from sources.models import Publisher, Source
from sources.operations.common import assign, save_row
from sources.operations.works import address_as_title
from sources.readings import About
from sources.texts import MAX_LINE, clean_line

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)

# What a page may fill in about its source, where the person left it empty.
FILLABLE = ("title", "author", "published_on", "publisher", "language")


def filled_in(
    source: Source, about: About, final_url: str, *, fills: list[str], by: User | None
) -> bool:
    """Fills in, or leaves all as it is: what a page says about itself must not cost its copy."""
    try:
        with transaction.atomic():
            return fill_in(source, about, final_url, fills=fills, by=by)
    except (Refused, DatabaseError, ValueError) as error:
        logger.warning("Nothing was filled in from %s: %s", source.url, error)
        source.refresh_from_db()
        return False


def fill_in(
    source: Source, about: About, final_url: str, *, fills: list[str], by: User | None
) -> bool:
    """Fills in what the person left empty and nobody typed since; says whether anything changed.

    Called with the source held. What a person typed is never overwritten.
    """
    values: dict[str, Any] = {}
    if source.title == address_as_title(source.url) and about.title:
        values["title"] = clean_line(about.title, "title", most=MAX_LINE)
    if not source.author and about.author:
        values["author"] = about.author
    if source.published_on is None and about.published_on:
        values["published_on"] = date.fromisoformat(about.published_on)
    if source.language == "en" and about.language:
        values["language"] = about.language
    if source.publisher is None and (publisher := _publisher(about, final_url, by=by)):
        values["publisher"] = publisher
    changed = assign(source, {name: values[name] for name in fills if name in values}, FILLABLE)
    if changed:
        save_row(source, by=by, reason=f"read from the page: {', '.join(changed)}")
        if "publisher" in changed:
            for follow in followers.of_publisher_changed:
                follow(source)
    return bool(changed)


def _publisher(about: About, final_url: str, *, by: User | None) -> Publisher | None:
    """Returns the publisher of the page's domain, or a new one by the name that the page gives.

    A name alone proves nothing: any page can call itself as a known publisher does.
    """
    domain = domain_of(final_url)
    known = Publisher.objects.for_domain(domain).first()
    if known or not about.site:
        return known
    if Publisher.objects.filter(name__iexact=about.site).exists():
        return None  # a person says whether they are one
    try:
        with transaction.atomic():
            row = Publisher(name=about.site, domain=domain)
            return save_row(row, by=by, reason="read from the page")
    except (Refused, IntegrityError):  # two pages of a new site at once
        return Publisher.objects.for_domain(domain).first()
