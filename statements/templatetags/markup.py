"""Markup that is written in Python because a page repeats it: `statements.public.markup`."""

from __future__ import annotations

from django import template

from statements.public.markup import cards_html, field_html, fields_html, hits_html

register = template.Library()
for repeated in (cards_html, field_html, fields_html, hits_html):
    register.filter(repeated.__name__, repeated, is_safe=True)
