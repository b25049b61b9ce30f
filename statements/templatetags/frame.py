"""The frame of a page, for templates that no view of ours renders: error pages, log-in.

What is the same on every page is rendered once a process, for each state it can be in: it took
half of what an empty page costs.
"""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.safestring import SafeString

from statements.public.frame import Entry, Frame, current_frame

register = template.Library()


@register.simple_tag
def page_frame() -> Frame:
    """Returns the site's row and navigation: `{% page_frame as frame %}`."""
    return current_frame()


@register.simple_tag
@lru_cache(maxsize=16)
def asset(path: str) -> str:
    """Returns the address of a static file; it changes with a new build only."""
    return static(path)


@register.simple_tag
@lru_cache(maxsize=1)
def look() -> SafeString:
    """Returns the links to icon and style sheets."""
    return render_to_string("components/look.html")


@register.simple_tag
def masthead(frame: Frame, section: str, *, has_search: bool = True) -> SafeString:
    """Returns the head of the page, with the section that the page belongs to marked."""
    site = frame.site
    told = (site.name, site.tagline, site.is_sample)
    return _masthead(told, frame.navigation, section, has_search)


@lru_cache(maxsize=64)
def _masthead(
    site: tuple[str, str, bool], entries: tuple[Entry, ...], section: str, has_search: bool
) -> SafeString:
    context = {
        "site": dict(zip(("name", "tagline", "is_sample"), site, strict=True)),
        "entries": entries,
        "section": section,
        "has_search": has_search,
    }
    return render_to_string("components/masthead.html", context)


@register.simple_tag
def page_foot(frame: Frame) -> SafeString:
    """Returns the foot of the page."""
    site = frame.site
    told = {name: getattr(site, name) for name in FOOT}
    return _foot(tuple(told.items()), tuple(frame.policies))


FOOT = ("name", "organisation", "contact_email", "licence_name", "licence_url")


@lru_cache(maxsize=8)
def _foot(site: tuple[tuple[str, str], ...], policies: tuple[Entry, ...]) -> SafeString:
    context = {"site": dict(site), "policies": policies}
    return render_to_string("components/foot.html", context)
