"""Markup that is written in Python: `statements.public.markup` and `statements.public.controls`."""

from __future__ import annotations

from django import template

from statements.public.controls import (
    chosen_html,
    downloads_html,
    filters_html,
    narrowing_html,
    pager_html,
    sorting_html,
)
from statements.public.markup import cards_html, hits_html, linked_html

register = template.Library()
for written in (
    cards_html,
    chosen_html,
    downloads_html,
    filters_html,
    hits_html,
    linked_html,
    narrowing_html,
    pager_html,
    sorting_html,
):
    register.filter(written.__name__, written, is_safe=True)
