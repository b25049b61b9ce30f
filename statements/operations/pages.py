"""Writing the pages about the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from sources.errors import NotAllowed
from sources.operations import assign, lock, save_row
from sources.people import may_administer
from sources.texts import clean, clean_line
from statements.models import PolicyPage, Site
from statements.models.page import MOST_CHARACTERS

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@transaction.atomic
def save_policy_page(
    page: PolicyPage, *, by: User, version: int | None = None, title: str, text: str
) -> PolicyPage:
    """Writes a page about the site, and with it the footer of every page.

    An empty text takes the page away; its row and its history stay.
    """
    if not may_administer(by):
        raise NotAllowed("only an administrator may write the pages about the site")
    row = lock(page, version=version)
    values = {
        "title": clean_line(title, "title", required="give the page a title", most=100),
        "text": clean(text, "text", most=MOST_CHARACTERS),
    }
    changed = assign(row, values, ("title", "text"))
    if not changed:
        return row
    save_row(row, by=by, reason=", ".join(changed))
    site = Site.load()
    site.policies = [
        [each.kind, each.title] for each in PolicyPage.objects.order_by("id") if each.is_written
    ]
    site.save()  # raises the publication number
    return row
