"""What surrounds every page: the site's own row and the main navigation."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import Error

from statements.models import Site
from statements.models.page import policy_path


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the main navigation."""

    label: str
    url: str


NAVIGATION = (
    Entry("Claims", "/claims/"),
    Entry("Speakers", "/speakers/"),
    Entry("Topics", "/topics/"),
    Entry("Agreements", "/agreements/"),
    Entry("Sources", "/sources/"),
    Entry("Corrections", "/corrections/"),
    Entry("Method", "/method/"),
)


@dataclass(frozen=True, slots=True)
class Frame:
    """The site's row and its navigation."""

    site: Site
    navigation: tuple[Entry, ...] = NAVIGATION

    @property
    def policies(self) -> list[Entry]:
        """The written pages about the site, for its footer."""
        return [Entry(title, policy_path(kind)) for kind, title in self.site.policies]


def current_frame() -> Frame:
    """Returns the frame of this site (no query while the row is cached).

    An error page must come even when nothing can be read: then the row's defaults stand in.
    """
    try:
        return Frame(Site.current())
    except Error:
        return Frame(Site.last_known())
