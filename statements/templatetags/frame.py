"""The frame of a page, for templates that no view of ours renders: error pages, log-in."""

from __future__ import annotations

from django import template

from statements.public.frame import Frame, current_frame

register = template.Library()


@register.simple_tag
def page_frame() -> Frame:
    """Returns the site's row and navigation: `{% page_frame as frame %}`."""
    return current_frame()
